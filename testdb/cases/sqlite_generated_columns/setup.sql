CREATE TABLE t (
  id INTEGER PRIMARY KEY,
  first text,
  n integer,
  twice integer AS (id * 2) STORED,
  big text GENERATED ALWAYS AS (upper(first)) VIRTUAL
);
CREATE INDEX t_big ON t (big);
INSERT INTO t (id, first, n) VALUES (1, 'a', 5), (2, NULL, NULL);
