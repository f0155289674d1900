-- migration m1, version m1
-- constraints: default and constraints of users.name bind at contract
-- constraints: until then ON CONFLICT (name) is an error
-- constraints: default and constraints of codes.code bind at contract
-- constraints: until then ON CONFLICT (code) is an error

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

-- contract/02-build_index:segue_ix_users_1: build index segue_ix_users_1
--   index_build, write lock for the whole build; within sqlite.direct_budget
PRAGMA foreign_keys = OFF;
PRAGMA foreign_keys;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
BEGIN IMMEDIATE;
CREATE UNIQUE INDEX "segue_ix_users_1" ON "users"("name");
COMMIT;
-- inverse:
--   PRAGMA foreign_keys = OFF;
--   PRAGMA foreign_keys;
--   PRAGMA writable_schema = OFF;
--   PRAGMA legacy_alter_table = OFF;
--   BEGIN IMMEDIATE;
--   DROP INDEX IF EXISTS "segue_ix_users_1";
--   COMMIT;

-- contract/03-build_index:segue_ix_codes_1: build index segue_ix_codes_1
--   index_build, write lock for the whole build; within sqlite.direct_budget
PRAGMA foreign_keys = OFF;
PRAGMA foreign_keys;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
BEGIN IMMEDIATE;
CREATE UNIQUE INDEX "segue_ix_codes_1" ON "codes"("code");
COMMIT;
-- inverse:
--   PRAGMA foreign_keys = OFF;
--   PRAGMA foreign_keys;
--   PRAGMA writable_schema = OFF;
--   PRAGMA legacy_alter_table = OFF;
--   BEGIN IMMEDIATE;
--   DROP INDEX IF EXISTS "segue_ix_codes_1";
--   COMMIT;

-- contract/04-swap: the base takes the new shape
--   constant, write lock, O(1)
PRAGMA foreign_keys = OFF;
PRAGMA foreign_keys;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
DROP TABLE IF EXISTS temp.segue_roots;
BEGIN IMMEDIATE;
CREATE TEMP TABLE segue_roots(name TEXT PRIMARY KEY, rootpage INTEGER);
INSERT INTO temp.segue_roots SELECT name, rootpage FROM main.sqlite_schema WHERE rootpage > 0;
PRAGMA writable_schema = ON;
/* :version is the answer of */ PRAGMA schema_version;
UPDATE main.sqlite_schema SET sql = 'CREATE TABLE users (
  id INTEGER PRIMARY KEY,
  name TEXT COLLATE NOCASE CONSTRAINT "users_name_once" UNIQUE, -- as the person writes it
  email TEXT UNIQUE,
  born TEXT,
  UNIQUE (name, email)
)' WHERE type = 'table' AND name = 'users' AND sql IS 'CREATE TABLE users (
  id INTEGER PRIMARY KEY,
  name TEXT COLLATE NOCASE, -- as the person writes it
  email TEXT UNIQUE,
  born TEXT,
  UNIQUE (name, email)
)';
DELETE FROM main.sqlite_schema WHERE type = 'index' AND tbl_name = 'users' AND name IN ('segue_ix_users_1', 'sqlite_autoindex_users_1', 'sqlite_autoindex_users_2');
INSERT INTO main.sqlite_schema(type, name, tbl_name, rootpage, sql) VALUES ('index', 'sqlite_autoindex_users_1', 'users', (SELECT rootpage FROM temp.segue_roots WHERE name = 'segue_ix_users_1'), NULL);
INSERT INTO main.sqlite_schema(type, name, tbl_name, rootpage, sql) VALUES ('index', 'sqlite_autoindex_users_2', 'users', (SELECT rootpage FROM temp.segue_roots WHERE name = 'sqlite_autoindex_users_1'), NULL);
INSERT INTO main.sqlite_schema(type, name, tbl_name, rootpage, sql) VALUES ('index', 'sqlite_autoindex_users_3', 'users', (SELECT rootpage FROM temp.segue_roots WHERE name = 'sqlite_autoindex_users_2'), NULL);
UPDATE main.sqlite_schema SET sql = 'CREATE TABLE codes (
  area TEXT,
  code TEXT CONSTRAINT "codes_code_once" UNIQUE,
  label TEXT UNIQUE,
  PRIMARY KEY (area, code)
) WITHOUT ROWID' WHERE type = 'table' AND name = 'codes' AND sql IS 'CREATE TABLE codes (
  area TEXT,
  code TEXT,
  label TEXT UNIQUE,
  PRIMARY KEY (area, code)
) WITHOUT ROWID';
DELETE FROM main.sqlite_schema WHERE type = 'index' AND tbl_name = 'codes' AND name IN ('segue_ix_codes_1', 'sqlite_autoindex_codes_1');
INSERT INTO main.sqlite_schema(type, name, tbl_name, rootpage, sql) VALUES ('index', 'sqlite_autoindex_codes_1', 'codes', (SELECT rootpage FROM temp.segue_roots WHERE name = 'segue_ix_codes_1'), NULL);
INSERT INTO main.sqlite_schema(type, name, tbl_name, rootpage, sql) VALUES ('index', 'sqlite_autoindex_codes_2', 'codes', (SELECT rootpage FROM temp.segue_roots WHERE name = 'sqlite_autoindex_codes_1'), NULL);
PRAGMA schema_version = :version + 1;
PRAGMA writable_schema = RESET;
SELECT (SELECT group_concat(rootpage) FROM (SELECT rootpage FROM temp.segue_roots ORDER BY rootpage)) IS (SELECT group_concat(rootpage) FROM (SELECT rootpage FROM main.sqlite_schema WHERE rootpage > 0 ORDER BY rootpage));
SELECT name FROM main.sqlite_schema WHERE type IN ('table', 'index') AND rootpage IS NULL;
SELECT 1 FROM (SELECT *, rowid AS segue_key FROM "users" ORDER BY "rowid" LIMIT 1) segue_first WHERE NOT EXISTS (SELECT 1 FROM "users" segue_found INDEXED BY "sqlite_autoindex_users_1" WHERE segue_found."rowid" = segue_first."segue_key" AND segue_found."name" IS segue_first."name" COLLATE "NOCASE");
SELECT 1 FROM (SELECT *, rowid AS segue_key FROM "users" ORDER BY "rowid" DESC LIMIT 1) segue_first WHERE NOT EXISTS (SELECT 1 FROM "users" segue_found INDEXED BY "sqlite_autoindex_users_1" WHERE segue_found."rowid" = segue_first."segue_key" AND segue_found."name" IS segue_first."name" COLLATE "NOCASE");
SELECT 1 FROM (SELECT *, rowid AS segue_key FROM "users" ORDER BY "rowid" LIMIT 1) segue_first WHERE NOT EXISTS (SELECT 1 FROM "users" segue_found INDEXED BY "sqlite_autoindex_users_2" WHERE segue_found."rowid" = segue_first."segue_key" AND segue_found."email" IS segue_first."email" COLLATE "BINARY");
SELECT 1 FROM (SELECT *, rowid AS segue_key FROM "users" ORDER BY "rowid" DESC LIMIT 1) segue_first WHERE NOT EXISTS (SELECT 1 FROM "users" segue_found INDEXED BY "sqlite_autoindex_users_2" WHERE segue_found."rowid" = segue_first."segue_key" AND segue_found."email" IS segue_first."email" COLLATE "BINARY");
SELECT 1 FROM (SELECT *, rowid AS segue_key FROM "users" ORDER BY "rowid" LIMIT 1) segue_first WHERE NOT EXISTS (SELECT 1 FROM "users" segue_found INDEXED BY "sqlite_autoindex_users_3" WHERE segue_found."rowid" = segue_first."segue_key" AND segue_found."name" IS segue_first."name" COLLATE "NOCASE" AND segue_found."email" IS segue_first."email" COLLATE "BINARY");
SELECT 1 FROM (SELECT *, rowid AS segue_key FROM "users" ORDER BY "rowid" DESC LIMIT 1) segue_first WHERE NOT EXISTS (SELECT 1 FROM "users" segue_found INDEXED BY "sqlite_autoindex_users_3" WHERE segue_found."rowid" = segue_first."segue_key" AND segue_found."name" IS segue_first."name" COLLATE "NOCASE" AND segue_found."email" IS segue_first."email" COLLATE "BINARY");
SELECT 1 FROM (SELECT * FROM "codes" ORDER BY "area", "code" LIMIT 1) segue_first WHERE NOT EXISTS (SELECT 1 FROM "codes" segue_found INDEXED BY "sqlite_autoindex_codes_1" WHERE segue_found."area" = segue_first."area" AND segue_found."code" = segue_first."code" AND segue_found."code" IS segue_first."code" COLLATE "BINARY");
SELECT 1 FROM (SELECT * FROM "codes" ORDER BY "area" DESC, "code" DESC LIMIT 1) segue_first WHERE NOT EXISTS (SELECT 1 FROM "codes" segue_found INDEXED BY "sqlite_autoindex_codes_1" WHERE segue_found."area" = segue_first."area" AND segue_found."code" = segue_first."code" AND segue_found."code" IS segue_first."code" COLLATE "BINARY");
SELECT 1 FROM (SELECT * FROM "codes" ORDER BY "area", "code" LIMIT 1) segue_first WHERE NOT EXISTS (SELECT 1 FROM "codes" segue_found INDEXED BY "sqlite_autoindex_codes_2" WHERE segue_found."area" = segue_first."area" AND segue_found."code" = segue_first."code" AND segue_found."label" IS segue_first."label" COLLATE "BINARY");
SELECT 1 FROM (SELECT * FROM "codes" ORDER BY "area" DESC, "code" DESC LIMIT 1) segue_first WHERE NOT EXISTS (SELECT 1 FROM "codes" segue_found INDEXED BY "sqlite_autoindex_codes_2" WHERE segue_found."area" = segue_first."area" AND segue_found."code" = segue_first."code" AND segue_found."label" IS segue_first."label" COLLATE "BINARY");
SELECT * FROM "users" LIMIT 0;
SELECT * FROM "codes" LIMIT 0;
COMMIT;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
DROP TABLE IF EXISTS temp.segue_roots;
-- not reversible
