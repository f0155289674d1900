-- migration m1, version m1
-- clients: view adults shows the base tables to clients of all versions

-- expand/01-create_object:adults: create view adults
--   constant, write lock, O(1)
PRAGMA foreign_keys = OFF;
PRAGMA foreign_keys;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
BEGIN IMMEDIATE;
CREATE VIEW "adults" AS SELECT id, name FROM users WHERE age >= 18;
SELECT 1 FROM main.sqlite_schema WHERE type = 'view' AND name = 'adults' COLLATE NOCASE;
SELECT * FROM "adults" LIMIT 0;
COMMIT;
-- inverse:
--   PRAGMA foreign_keys = OFF;
--   PRAGMA foreign_keys;
--   PRAGMA writable_schema = OFF;
--   PRAGMA legacy_alter_table = OFF;
--   BEGIN IMMEDIATE;
--   DROP VIEW IF EXISTS "adults";
--   COMMIT;

-- migrate/01-publish: serve version m1
--   constant, write lock, O(1)
PRAGMA foreign_keys = OFF;
PRAGMA foreign_keys;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
BEGIN IMMEDIATE;
COMMIT;
PRAGMA legacy_alter_table = OFF;
