CREATE TABLE new_users (
  id integer PRIMARY KEY,
  name text NOT NULL,
  age integer DEFAULT 18,
  email text
);
INSERT INTO new_users SELECT * FROM users;
DROP TABLE users;
ALTER TABLE new_users RENAME TO users;
