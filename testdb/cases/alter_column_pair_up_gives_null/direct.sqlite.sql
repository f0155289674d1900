CREATE TABLE new_users (
  id integer PRIMARY KEY,
  name text NOT NULL,
  age integer,
  email integer
);
INSERT INTO new_users SELECT id, name, age, CASE WHEN email GLOB '[0-9]*' AND NOT email GLOB '*[^0-9]*' THEN CAST(email AS integer) END FROM users;
DROP TABLE users;
ALTER TABLE new_users RENAME TO users;
