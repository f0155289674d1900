CREATE TABLE new_users (
  id integer PRIMARY KEY,
  name text NOT NULL,
  age real,
  email text
);
INSERT INTO new_users SELECT id, name, age / 2.0, email FROM users;
DROP TABLE users;
ALTER TABLE new_users RENAME TO users;
CREATE INDEX users_both ON users (name, age DESC);
CREATE INDEX users_partial ON users (age) WHERE age > 5;
CREATE INDEX users_expression ON users (age * 2, lower(name));
CREATE UNIQUE INDEX users_email ON users (email COLLATE NOCASE);
CREATE INDEX users_old ON users (name) WHERE email IS NOT NULL;
