CREATE TABLE t ( -- the words stay
  id INTEGER PRIMARY KEY,
  n integer /* a number */ DEFAULT (1 + 1),
  name text COLLATE NOCASE NOT NULL ON CONFLICT IGNORE,
  code text DEFAULT 'x' UNIQUE ON CONFLICT REPLACE,
  CONSTRAINT named CHECK (name <> 'nobody')
);
INSERT INTO t VALUES (1, 5, 'Ann', 'a'), (2, NULL, 'Bob', NULL);
