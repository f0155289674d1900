-- migration m1, version m1

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

-- contract/02-build_index:users_name: build index users_name
--   index_build, write lock for the whole build; within sqlite.direct_budget
PRAGMA foreign_keys = OFF;
PRAGMA foreign_keys;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
BEGIN IMMEDIATE;
CREATE UNIQUE INDEX "users_name" ON "users"("name");
COMMIT;
-- inverse:
--   PRAGMA foreign_keys = OFF;
--   PRAGMA foreign_keys;
--   PRAGMA writable_schema = OFF;
--   PRAGMA legacy_alter_table = OFF;
--   BEGIN IMMEDIATE;
--   DROP INDEX IF EXISTS "users_name";
--   COMMIT;
