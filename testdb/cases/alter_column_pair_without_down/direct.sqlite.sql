CREATE TABLE new_users (
  id integer PRIMARY KEY,
  name text NOT NULL,
  age text,
  email text
);
INSERT INTO new_users SELECT * FROM users;
DROP TABLE users;
ALTER TABLE new_users RENAME TO users;
