CREATE TABLE customers (
  id integer PRIMARY KEY,
  name text NOT NULL,
  boss integer CONSTRAINT boss_is_customer REFERENCES customers (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE TABLE orders (
  id integer PRIMARY KEY,
  customer integer,
  note text,
  CONSTRAINT orders_customer FOREIGN KEY (customer) REFERENCES customers (id)
    ON DELETE CASCADE ON UPDATE CASCADE
);
COMMENT ON CONSTRAINT orders_customer ON orders IS 'who ordered';
INSERT INTO customers VALUES (1, 'Ada', NULL), (2, 'Bob', 1), (3, 'Eve', 1);
INSERT INTO orders VALUES (10, 1, 'a'), (11, 2, 'b'), (12, NULL, 'c'), (13, 3, 'd');
