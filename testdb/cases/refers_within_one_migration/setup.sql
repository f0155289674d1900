CREATE TABLE users (
  id integer PRIMARY KEY,
  name text NOT NULL,
  age integer
);
CREATE TABLE pets (
  id integer PRIMARY KEY,
  owner integer,
  name text
);
INSERT INTO users VALUES (1, 'Ada', 36), (2, 'Bob', NULL), (3, '', 7);
INSERT INTO pets VALUES (1, 1, 'Rex'), (2, NULL, 'Tom');
CREATE TABLE teams (
  id integer PRIMARY KEY,
  code text NOT NULL UNIQUE
);
INSERT INTO teams VALUES (1, '36'), (2, '7');
