CREATE TABLE new_users (
  id integer PRIMARY KEY,
  name text,
  age integer,
  email text
);
INSERT INTO new_users SELECT id, nullif(name, ''), age, email FROM users;
DROP TABLE users;
ALTER TABLE new_users RENAME TO users;
