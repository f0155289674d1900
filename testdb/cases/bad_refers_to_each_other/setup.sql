CREATE TABLE users (
  id integer PRIMARY KEY,
  code text NOT NULL UNIQUE,
  name text
);
CREATE TABLE pets (
  id integer PRIMARY KEY,
  name text
);
INSERT INTO users VALUES (1, '10', 'Ada'), (2, '20', 'Bob');
INSERT INTO pets VALUES (1, 'Rex');
