CREATE TABLE x (
  id INTEGER PRIMARY KEY,
  first text,
  n text,
  twice integer AS (id * 2) STORED,
  big text GENERATED ALWAYS AS (upper(first)) VIRTUAL
);
INSERT INTO x (id, first, n) SELECT id, first, n FROM t;
DROP TABLE t;
ALTER TABLE x RENAME TO t;
CREATE INDEX t_big ON t (big);
