CREATE TABLE new_users (
  id integer PRIMARY KEY,
  name text NOT NULL,
  age numeric(10,3),
  email text
);
INSERT INTO new_users SELECT * FROM users;
DROP TABLE users;
ALTER TABLE new_users RENAME TO users;
