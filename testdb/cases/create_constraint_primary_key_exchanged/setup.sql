CREATE TABLE stock (
  id integer PRIMARY KEY,
  shop text NOT NULL,
  item integer NOT NULL
);
INSERT INTO stock VALUES (1, 'north', 1), (2, 'north', 2), (3, 'south', 1);
