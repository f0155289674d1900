-- migration m1, version m1
-- constraints: default and constraints of users.age bind at contract

-- migrate/01-publish: serve version m1
--   constant, write lock, O(1)
PRAGMA foreign_keys = OFF;
PRAGMA foreign_keys;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
BEGIN IMMEDIATE;
COMMIT;
PRAGMA legacy_alter_table = OFF;

-- contract/01-gate: no client uses the old version
--   wait, none (reads)
SELECT service, version, seen_at FROM segue_client WHERE version NOT IN ('m1') AND seen_at > strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-10 seconds');

-- contract/02-swap: the base takes the new shape
--   constant, write lock, O(1)
PRAGMA foreign_keys = OFF;
PRAGMA foreign_keys;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
DROP TABLE IF EXISTS temp.segue_roots;
BEGIN IMMEDIATE;
PRAGMA writable_schema = ON;
/* :version is the answer of */ PRAGMA schema_version;
UPDATE main.sqlite_schema SET sql = 'CREATE TABLE users (
  id integer PRIMARY KEY,
  name text NOT NULL,
  age bigint,
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
-- not reversible
