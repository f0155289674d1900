CREATE TABLE users (
  id INTEGER PRIMARY KEY,
  name TEXT COLLATE NOCASE, -- as the person writes it
  email TEXT UNIQUE,
  born TEXT,
  UNIQUE (name, email)
);
CREATE INDEX users_born ON users (born);
CREATE TABLE codes (
  area TEXT,
  code TEXT,
  label TEXT UNIQUE,
  PRIMARY KEY (area, code)
) WITHOUT ROWID;
INSERT INTO users VALUES (1, 'Ada', 'ada@example.org', '1815'), (2, 'bob', NULL, NULL), (3, NULL, 'c@example.org', '1900');
INSERT INTO codes VALUES ('a', '1', 'one'), ('b', '2', 'two'), ('a', '3', NULL);
ANALYZE;
