-- migration m1, version m1

-- expand/01-run_sql:1: the author's statement
--   constant, as the statement takes it
PRAGMA foreign_keys = OFF;
PRAGMA foreign_keys;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
BEGIN IMMEDIATE;
ALTER TABLE users ADD COLUMN upper_name text;
COMMIT;
-- inverse:
--   PRAGMA foreign_keys = OFF;
--   PRAGMA foreign_keys;
--   PRAGMA writable_schema = OFF;
--   PRAGMA legacy_alter_table = OFF;
--   BEGIN IMMEDIATE;
--   ALTER TABLE users DROP COLUMN upper_name;
--   COMMIT;

-- migrate/01-backfill:users: the author's backfill of users
--   write, write lock, 1 ms per chunk beside others, 5 ms alone
/* range by range; the first: */ UPDATE "users" SET "upper_name" = (upper(name)) WHERE rowid > -9223372036854775808 AND rowid <= 3 AND (upper_name IS NULL);
/* at the end: */ SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM users WHERE upper_name IS NULL);
-- inverse:
--   PRAGMA foreign_keys = OFF;
--   PRAGMA foreign_keys;
--   PRAGMA writable_schema = OFF;
--   PRAGMA legacy_alter_table = OFF;
--   BEGIN IMMEDIATE;
--   UPDATE users SET upper_name = NULL;
--   COMMIT;

-- migrate/02-run_sql:2: the author's statement
--   constant, as the statement takes it
PRAGMA foreign_keys = OFF;
PRAGMA foreign_keys;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
VACUUM;

-- migrate/03-publish: serve version m1
--   constant, write lock, O(1)
PRAGMA foreign_keys = OFF;
PRAGMA foreign_keys;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
BEGIN IMMEDIATE;
COMMIT;
PRAGMA legacy_alter_table = OFF;

-- contract/01-run_sql:1: the author's statement
--   constant, as the statement takes it
PRAGMA foreign_keys = OFF;
PRAGMA foreign_keys;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
BEGIN IMMEDIATE;
CREATE INDEX users_upper ON users (upper_name);
COMMIT;
-- inverse:
--   PRAGMA foreign_keys = OFF;
--   PRAGMA foreign_keys;
--   PRAGMA writable_schema = OFF;
--   PRAGMA legacy_alter_table = OFF;
--   BEGIN IMMEDIATE;
--   DROP INDEX users_upper;
--   COMMIT;
