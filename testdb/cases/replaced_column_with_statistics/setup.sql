CREATE TABLE users (
  id integer PRIMARY KEY,
  name text NOT NULL,
  age integer,
  email text
);
INSERT INTO users VALUES (1, 'Ada', 36, 'ada@example.org'), (2, 'Bob', NULL, ''), (3, '', 7, NULL);
CREATE STATISTICS users_pair (ndistinct, dependencies) ON name, age FROM users;
ALTER STATISTICS users_pair SET STATISTICS 300;
COMMENT ON STATISTICS users_pair IS 'how old who is';
CREATE STATISTICS "Odd ON ""a"".b" (mcv) ON age, id FROM users;
CREATE STATISTICS users_expression ON lower(name), (age % 10) FROM users;
CREATE STATISTICS users_other ON name, email FROM users;
CREATE SCHEMA stats;
CREATE STATISTICS stats.users_elsewhere ON age, id FROM users;
