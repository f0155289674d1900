-- migration m1, version m1
-- clients: column users.city is seen by old clients at once: INSERT without a column list fails there and SELECT * has one column more (`strategy: rebuild` avoids it)

-- expand/01-add_column:users.city: add column users.city
--   constant, write lock, O(1); a constant default: ALTER TABLE ADD COLUMN touches no row
PRAGMA foreign_keys = OFF;
PRAGMA foreign_keys;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
BEGIN IMMEDIATE;
ALTER TABLE "users" ADD COLUMN "city" text NOT NULL DEFAULT 'Paris';
COMMIT;
-- inverse:
--   PRAGMA foreign_keys = OFF;
--   PRAGMA foreign_keys;
--   PRAGMA writable_schema = OFF;
--   PRAGMA legacy_alter_table = OFF;
--   BEGIN IMMEDIATE;
--   ALTER TABLE "users" DROP COLUMN "city";
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
