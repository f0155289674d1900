-- migration m1, version m1

-- expand/01-loosen:users: drop NOT NULL from the text of users
--   constant, write lock, O(1)
PRAGMA foreign_keys = OFF;
PRAGMA foreign_keys;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
BEGIN IMMEDIATE;
PRAGMA writable_schema = ON;
/* :version is the answer of */ PRAGMA schema_version;
UPDATE main.sqlite_schema SET sql = 'CREATE TABLE users (
  id integer PRIMARY KEY,
  name text,
  age integer,
  email text
)' WHERE type = 'table' AND name = 'users' AND sql IS 'CREATE TABLE users (
  id integer PRIMARY KEY,
  name text NOT NULL,
  age integer,
  email text
)';
PRAGMA schema_version = :version + 1;
PRAGMA writable_schema = RESET;
SELECT * FROM "users" LIMIT 0;
COMMIT;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
DROP TABLE IF EXISTS temp.segue_roots;
-- inverse:
--   PRAGMA foreign_keys = OFF;
--   PRAGMA foreign_keys;
--   PRAGMA writable_schema = OFF;
--   PRAGMA legacy_alter_table = OFF;
--   BEGIN IMMEDIATE;
--   SELECT 1 FROM "users" WHERE "name" IS NULL LIMIT 1;
--   PRAGMA writable_schema = ON;
--   /* :version is the answer of */ PRAGMA schema_version;
--   UPDATE main.sqlite_schema SET sql = 'CREATE TABLE users (
--     id integer PRIMARY KEY,
--     name text NOT NULL,
--     age integer,
--     email text
--   )' WHERE type = 'table' AND name = 'users' AND sql IS 'CREATE TABLE users (
--     id integer PRIMARY KEY,
--     name text,
--     age integer,
--     email text
--   )';
--   PRAGMA schema_version = :version + 1;
--   PRAGMA writable_schema = RESET;
--   SELECT * FROM "users" LIMIT 0;
--   COMMIT;
--   PRAGMA writable_schema = OFF;
--   PRAGMA legacy_alter_table = OFF;
--   DROP TABLE IF EXISTS temp.segue_roots;

-- migrate/01-publish: serve version m1
--   constant, write lock, O(1)
PRAGMA foreign_keys = OFF;
PRAGMA foreign_keys;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
BEGIN IMMEDIATE;
COMMIT;
PRAGMA legacy_alter_table = OFF;
