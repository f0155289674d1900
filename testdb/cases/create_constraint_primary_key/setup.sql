CREATE TABLE stock (
  shop text,
  item integer NOT NULL,
  amount integer
);
INSERT INTO stock VALUES ('north', 1, 5), ('north', 2, 0), ('south', 1, NULL);
