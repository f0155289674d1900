CREATE TABLE users (
  id integer PRIMARY KEY,
  name varchar(40) COLLATE "C" NOT NULL DEFAULT 'nobody' CONSTRAINT users_named CHECK (name <> ''),
  age integer,
  email text
);
CREATE INDEX users_lower ON users (lower(name), age);
CREATE UNIQUE INDEX users_once ON users (name, id);
COMMENT ON COLUMN users.name IS 'as on the letter';
ALTER TABLE users ALTER COLUMN name SET STATISTICS 300;
INSERT INTO users VALUES (1, 'Ada', 36, 'ada@example.org'), (2, 'Bob', NULL, ''), (3, 'Cyd', 7, NULL);
