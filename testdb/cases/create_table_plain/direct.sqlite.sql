CREATE TABLE orders (
  id integer PRIMARY KEY,
  item text DEFAULT 'none',
  amount integer NOT NULL CONSTRAINT amount_positive CHECK (amount > 0)
);
