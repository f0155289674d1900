CREATE TABLE users (
  id integer PRIMARY KEY,
  name text NOT NULL,
  age integer,
  email text
);
INSERT INTO users VALUES (1, 'Ada', 36, 'ada@example.org'), (2, 'Bob', NULL, ''), (3, '', 7, NULL);
CREATE INDEX users_both ON users (name, age DESC);
CREATE INDEX users_partial ON users (age) WHERE age > 5;
CREATE INDEX users_expression ON users (age * 2, lower(name));
CREATE UNIQUE INDEX users_email ON users (email COLLATE NOCASE);
CREATE INDEX users_old ON users (name) WHERE email IS NOT NULL;
