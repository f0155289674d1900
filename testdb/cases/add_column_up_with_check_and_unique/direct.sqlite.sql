CREATE TABLE new_users (
  id integer PRIMARY KEY,
  name text NOT NULL,
  age integer,
  email text,
  city text NOT NULL CONSTRAINT city_short CHECK (length(city) < 20) CONSTRAINT users_city_key UNIQUE
);
INSERT INTO new_users SELECT *, 'c' || id FROM users;
DROP TABLE users;
ALTER TABLE new_users RENAME TO users;
