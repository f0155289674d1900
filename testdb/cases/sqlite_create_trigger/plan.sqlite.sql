-- migration m1, version m1
-- clients: trigger counts on users fires from expand on, for clients of all versions

-- expand/01-create_object:counts: create trigger counts on users
--   constant, write lock, O(1)
PRAGMA foreign_keys = OFF;
PRAGMA foreign_keys;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
BEGIN IMMEDIATE;
CREATE TRIGGER counts AFTER INSERT ON users BEGIN
  INSERT INTO log VALUES (new.id);
END
;
SELECT 1 FROM main.sqlite_schema WHERE type = 'trigger' AND name = 'counts' COLLATE NOCASE AND tbl_name = 'users' COLLATE NOCASE;
COMMIT;
-- inverse:
--   PRAGMA foreign_keys = OFF;
--   PRAGMA foreign_keys;
--   PRAGMA writable_schema = OFF;
--   PRAGMA legacy_alter_table = OFF;
--   BEGIN IMMEDIATE;
--   DROP TRIGGER IF EXISTS "counts";
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
