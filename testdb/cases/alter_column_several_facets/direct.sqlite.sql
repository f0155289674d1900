CREATE TABLE new_users (
  id integer PRIMARY KEY,
  name text NOT NULL,
  age bigint NOT NULL DEFAULT 1 CONSTRAINT age_small CHECK (age < 200) CONSTRAINT age_once UNIQUE,
  email text
);
INSERT INTO new_users SELECT id, name, coalesce(age, 100 + id), email FROM users;
DROP TABLE users;
ALTER TABLE new_users RENAME TO users;
