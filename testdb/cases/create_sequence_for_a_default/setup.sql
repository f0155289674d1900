CREATE TABLE users (
  id integer PRIMARY KEY,
  name text NOT NULL,
  age integer,
  email text
);
INSERT INTO users VALUES (1, 'Ada', 36, 'ada@example.org'), (2, 'Bob', NULL, ''), (3, '', 7, NULL);
