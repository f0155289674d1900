CREATE TABLE new_users (
  id integer PRIMARY KEY,
  name text NOT NULL,
  age text,
  email text
);
INSERT INTO new_users SELECT id, name, age + 1, email FROM users;
DROP TABLE users;
ALTER TABLE new_users RENAME TO people;
