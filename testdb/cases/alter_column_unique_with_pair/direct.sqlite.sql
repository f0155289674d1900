CREATE TABLE new_users (
  id integer PRIMARY KEY,
  name text NOT NULL CONSTRAINT users_name_unique UNIQUE,
  age integer,
  email text
);
INSERT INTO new_users SELECT id, name || '#' || id, age, email FROM users;
DROP TABLE users;
ALTER TABLE new_users RENAME TO users;
