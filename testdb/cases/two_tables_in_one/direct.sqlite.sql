CREATE TABLE new_users (
  id integer PRIMARY KEY,
  name text NOT NULL,
  age bigint,
  email text
);
INSERT INTO new_users SELECT * FROM users;
DROP TABLE users;
ALTER TABLE new_users RENAME TO users;
CREATE TABLE new_pets (id integer PRIMARY KEY, keeper integer, name text);
INSERT INTO new_pets SELECT id, owner, upper(name) FROM pets;
DROP TABLE pets;
ALTER TABLE new_pets RENAME TO pets;
