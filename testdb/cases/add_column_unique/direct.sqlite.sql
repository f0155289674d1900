CREATE TABLE new_users (
  id integer PRIMARY KEY,
  name text NOT NULL,
  age integer,
  email text,
  city text CONSTRAINT users_city_key UNIQUE
);
INSERT INTO new_users SELECT *, NULL FROM users;
DROP TABLE users;
ALTER TABLE new_users RENAME TO users;
