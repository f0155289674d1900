CREATE TABLE new_users (
  id integer PRIMARY KEY,
  name text NOT NULL,
  age integer
);
INSERT INTO new_users SELECT id, name, age FROM users;
DROP TABLE users;
ALTER TABLE new_users RENAME TO users;
