CREATE TABLE new_users (
  id integer PRIMARY KEY,
  name text NOT NULL,
  age integer,
  email text,
  city text NOT NULL
);
INSERT INTO new_users SELECT *, upper(name) FROM users;
DROP TABLE users;
ALTER TABLE new_users RENAME TO users;
