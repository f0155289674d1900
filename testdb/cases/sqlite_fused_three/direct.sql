CREATE TABLE new_users (
  id integer PRIMARY KEY,
  "full_name" text NOT NULL,
  "years" text,
  city text
);
INSERT INTO new_users SELECT id, name, age + 100, 'c' || (age + 100) FROM users;
DROP TABLE users;
ALTER TABLE new_users RENAME TO users;
