CREATE TABLE customers (
  id integer PRIMARY KEY,
  code text NOT NULL UNIQUE
);
CREATE TABLE orders (
  id integer PRIMARY KEY,
  customer integer,
  placed integer NOT NULL,
  shipped integer,
  note text
);
INSERT INTO customers VALUES (1, 'ada'), (2, 'bob');
INSERT INTO orders VALUES (1, 1, 10, 12, 'first'), (2, 2, 11, NULL, ''), (3, NULL, 12, 12, NULL);
