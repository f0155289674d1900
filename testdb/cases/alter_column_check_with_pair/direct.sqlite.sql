CREATE TABLE new_users (
  id integer PRIMARY KEY,
  name text NOT NULL,
  age integer CONSTRAINT age_adult CHECK (age >= 18),
  email text
);
INSERT INTO new_users SELECT id, name, max(coalesce(age, 18), 18), email FROM users;
DROP TABLE users;
ALTER TABLE new_users RENAME TO users;
