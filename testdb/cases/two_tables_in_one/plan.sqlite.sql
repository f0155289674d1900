-- migration m1, version m1
-- constraints: default and constraints of users.age bind at contract
-- clients: column pets.name keeps its name and changes its meaning: a statement of an old client that comes after contract does not fail, it means something else
-- clients: clients of the new version use table pets__m1 (ask table_name) until contract, and pets afterwards
-- cost: the copy needs room for the table twice and the write-ahead log; dropped data stays readable in free pages

-- expand/01-install_sync:pets: create the shadow of pets and its one-way sync
--   constant, write lock, O(1); column owner has two names until contract
PRAGMA foreign_keys = OFF;
PRAGMA foreign_keys;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
BEGIN IMMEDIATE;
CREATE TABLE "segue_new_pets" (id integer PRIMARY KEY, "keeper" integer, name text);
CREATE TRIGGER "segue_pets_i" AFTER INSERT ON "pets" WHEN NOT EXISTS (SELECT 1 FROM "segue_new_pets" x WHERE x."id" = new."id") BEGIN
  INSERT INTO "segue_new_pets"("id", "keeper", "name") SELECT o."id", (o."owner"), (upper(o."name")) FROM "pets" o WHERE o."id" = new."id";
END;
CREATE TRIGGER "segue_pets_r" AFTER INSERT ON "pets" WHEN NOT NOT EXISTS (SELECT 1 FROM "segue_new_pets" x WHERE x."id" = new."id") BEGIN
  UPDATE "segue_new_pets" SET ("keeper", "name") = (SELECT (o."owner"), (upper(o."name")) FROM "pets" o WHERE o."id" = new."id") WHERE "segue_new_pets"."id" = new."id";
END;
CREATE TRIGGER "segue_pets_u1" AFTER UPDATE OF "owner" ON "pets" WHEN (old."owner" IS NOT new."owner" COLLATE BINARY) BEGIN
  UPDATE "segue_new_pets" SET "keeper" = (SELECT (o."owner") FROM "pets" o WHERE o."id" = new."id") WHERE "segue_new_pets"."id" = new."id";
END;
CREATE TRIGGER "segue_pets_u2" AFTER UPDATE OF "name" ON "pets" WHEN (old."name" IS NOT new."name" COLLATE BINARY) BEGIN
  UPDATE "segue_new_pets" SET "name" = (SELECT (upper(o."name")) FROM "pets" o WHERE o."id" = new."id") WHERE "segue_new_pets"."id" = new."id";
END;
CREATE TRIGGER "segue_pets_k" AFTER UPDATE OF "id", rowid, oid, _rowid_ ON "pets" WHEN old."id" IS NOT new."id" BEGIN
  DELETE FROM "segue_new_pets" WHERE "segue_new_pets"."id" = old."id" AND NOT EXISTS (SELECT 1 FROM "pets" x WHERE x."id" = old."id");
  INSERT INTO "segue_new_pets"("id", "keeper", "name") SELECT o."id", (o."owner"), (upper(o."name")) FROM "pets" o WHERE o."id" = new."id" AND NOT EXISTS (SELECT 1 FROM "segue_new_pets" x WHERE x."id" = new."id");
  UPDATE "segue_new_pets" SET ("keeper", "name") = (SELECT (o."owner"), (upper(o."name")) FROM "pets" o WHERE o."id" = new."id") WHERE "segue_new_pets"."id" = new."id";
END;
CREATE TRIGGER "segue_pets_d" AFTER DELETE ON "pets" BEGIN
  DELETE FROM "segue_new_pets" WHERE "segue_new_pets"."id" = old."id" AND NOT EXISTS (SELECT 1 FROM "pets" x WHERE x."id" = old."id");
END;
SAVEPOINT segue_probe;
INSERT OR IGNORE INTO "segue_new_pets"("id", "keeper", "name") SELECT o."id", (o."owner"), (upper(o."name")) FROM "pets" o ORDER BY o."id" LIMIT 1;
UPDATE "pets" SET "name" = (SELECT x."name" FROM "pets" x ORDER BY x."id" DESC LIMIT 1) WHERE ("id") = (SELECT x."id" FROM "pets" x ORDER BY x."id" LIMIT 1);
SELECT o."id" FROM "pets" o WHERE (o."id") = (SELECT x."id" FROM "pets" x ORDER BY x."id" LIMIT 1) AND NOT EXISTS (SELECT 1 FROM "segue_new_pets" n WHERE n."id" = o."id" AND ((n."keeper" IS o."owner" COLLATE BINARY) AND (n."name" IS +(upper(o."name")) COLLATE BINARY)));
ROLLBACK TO SAVEPOINT segue_probe;
COMMIT;
-- inverse:
--   PRAGMA foreign_keys = OFF;
--   PRAGMA foreign_keys;
--   PRAGMA writable_schema = OFF;
--   PRAGMA legacy_alter_table = OFF;
--   BEGIN IMMEDIATE;
--   DROP TRIGGER IF EXISTS "segue_pets_i";
--   DROP TRIGGER IF EXISTS "segue_pets_r";
--   DROP TRIGGER IF EXISTS "segue_pets_u1";
--   DROP TRIGGER IF EXISTS "segue_pets_u2";
--   DROP TRIGGER IF EXISTS "segue_pets_k";
--   DROP TRIGGER IF EXISTS "segue_pets_d";
--   COMMIT;
--   PRAGMA legacy_alter_table = OFF;
--   /* range by range; the first: */ DELETE FROM "segue_new_pets" WHERE _rowid_ <= :hi;
--   /* what is left over: */ SELECT EXISTS (SELECT 1 FROM "segue_new_pets"), 0, NULL;
--   PRAGMA foreign_keys = OFF;
--   PRAGMA foreign_keys;
--   PRAGMA writable_schema = OFF;
--   PRAGMA legacy_alter_table = OFF;
--   BEGIN IMMEDIATE;
--   DROP TABLE IF EXISTS "segue_new_pets";
--   COMMIT;

-- migrate/01-backfill:pets: copy pets into its shadow
--   write, write lock, 1 ms per chunk beside others, 5 ms alone
/* range by range; the first: */ INSERT OR IGNORE INTO "segue_new_pets"("id", "keeper", "name") SELECT o."id", (o."owner"), (upper(o."name")) FROM "pets" o WHERE o.rowid > -9223372036854775808 AND o.rowid <= 1;
/* what is left over, range by range: */ SELECT o.rowid FROM "pets" o WHERE o.rowid > -9223372036854775808 AND o.rowid <= 1 AND NOT EXISTS (SELECT 1 FROM "segue_new_pets" n WHERE n."id" = o."id") LIMIT 1000;

-- migrate/02-compare:pets: prove that the shadow of pets is what `up` says
--   scan, none (reads)
/* range by range; the first: */ SELECT quote(o."id"), quote(o."id") || ', ' || quote(o."owner") || ', ' || quote(o."name"), quote(n."id") || ', ' || quote(n."keeper") || ', ' || quote(n."name") FROM "pets" o LEFT JOIN "segue_new_pets" n ON n."id" = o."id" WHERE (n."id" IS NULL OR NOT ((n."keeper" IS o."owner" COLLATE BINARY) AND (n."name" IS +(upper(o."name")) COLLATE BINARY))) AND o.rowid > -9223372036854775808 AND o.rowid <= :hi UNION ALL SELECT quote(n."id"), NULL, quote(n."id") || ', ' || quote(n."keeper") || ', ' || quote(n."name") FROM "segue_new_pets" n WHERE NOT EXISTS (SELECT 1 FROM "pets" o WHERE o."id" = n."id") AND n."id" > -9223372036854775808 AND n."id" <= :hi;

-- migrate/03-publish: serve version m1, two-way sync
--   constant, write lock, O(1)
PRAGMA foreign_keys = OFF;
PRAGMA foreign_keys;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
BEGIN IMMEDIATE;
DROP TRIGGER IF EXISTS "segue_pets_i";
DROP TRIGGER IF EXISTS "segue_pets_r";
DROP TRIGGER IF EXISTS "segue_pets_u1";
DROP TRIGGER IF EXISTS "segue_pets_u2";
DROP TRIGGER IF EXISTS "segue_pets_k";
DROP TRIGGER IF EXISTS "segue_pets_d";
PRAGMA legacy_alter_table = ON;
ALTER TABLE "segue_new_pets" RENAME TO "pets__m1";
PRAGMA legacy_alter_table = OFF;
CREATE TRIGGER "segue_pets_i" AFTER INSERT ON "pets" WHEN NOT EXISTS (SELECT 1 FROM "pets__m1" x WHERE x."id" = new."id") BEGIN
  INSERT INTO "pets__m1"("id", "keeper", "name") SELECT o."id", (o."owner"), (upper(o."name")) FROM "pets" o WHERE o."id" = new."id";
END;
CREATE TRIGGER "segue_pets_r" AFTER INSERT ON "pets" WHEN EXISTS (SELECT 1 FROM "pets" o, "pets__m1" n WHERE o."id" = new."id" AND n."id" = o."id" AND NOT ((n."keeper" IS o."owner" COLLATE BINARY) AND ((n."name" IS +(upper(o."name")) COLLATE BINARY) OR (o."name" IS +(lower(n."name")) COLLATE BINARY)))) BEGIN
  UPDATE "pets__m1" SET ("keeper", "name") = (SELECT (o."owner"), CASE WHEN ((o."name" IS +(lower(n."name")) COLLATE BINARY)) THEN n."name" ELSE (upper(o."name")) END FROM "pets" o, "pets__m1" n WHERE o."id" = new."id" AND n."id" = o."id") WHERE "pets__m1"."id" = new."id";
END;
CREATE TRIGGER "segue_pets_u1" AFTER UPDATE OF "owner" ON "pets" WHEN (old."owner" IS NOT new."owner" COLLATE BINARY) AND EXISTS (SELECT 1 FROM "pets" o, "pets__m1" n WHERE o."id" = new."id" AND n."id" = o."id" AND NOT (n."keeper" IS o."owner" COLLATE BINARY)) BEGIN
  UPDATE "pets__m1" SET "keeper" = (SELECT (o."owner") FROM "pets" o WHERE o."id" = new."id") WHERE "pets__m1"."id" = new."id";
END;
CREATE TRIGGER "segue_pets_u2" AFTER UPDATE OF "name" ON "pets" WHEN (old."name" IS NOT new."name" COLLATE BINARY) AND EXISTS (SELECT 1 FROM "pets" o, "pets__m1" n WHERE o."id" = new."id" AND n."id" = o."id" AND NOT ((n."name" IS +(upper(o."name")) COLLATE BINARY) OR (o."name" IS +(lower(n."name")) COLLATE BINARY))) BEGIN
  UPDATE "pets__m1" SET "name" = (SELECT (upper(o."name")) FROM "pets" o WHERE o."id" = new."id") WHERE "pets__m1"."id" = new."id";
END;
CREATE TRIGGER "segue_pets_k" AFTER UPDATE OF "id", rowid, oid, _rowid_ ON "pets" WHEN old."id" IS NOT new."id" BEGIN
  UPDATE "pets__m1" SET ("id", "keeper", "name") = (SELECT o."id", (o."owner"), CASE WHEN ((o."name" IS +(lower(n."name")) COLLATE BINARY)) THEN n."name" ELSE (upper(o."name")) END FROM "pets" o, "pets__m1" n WHERE o."id" = new."id" AND n."id" = old."id") WHERE "pets__m1"."id" = old."id" AND NOT EXISTS (SELECT 1 FROM "pets" x WHERE x."id" = old."id") AND NOT EXISTS (SELECT 1 FROM "pets__m1" x WHERE x."id" = new."id") AND EXISTS (SELECT 1 FROM "pets" o WHERE o."id" = new."id");
  DELETE FROM "pets__m1" WHERE "pets__m1"."id" = old."id" AND NOT EXISTS (SELECT 1 FROM "pets" x WHERE x."id" = old."id");
  INSERT INTO "pets__m1"("id", "keeper", "name") SELECT o."id", (o."owner"), (upper(o."name")) FROM "pets" o WHERE o."id" = new."id" AND NOT EXISTS (SELECT 1 FROM "pets__m1" x WHERE x."id" = new."id");
  UPDATE "pets__m1" SET ("keeper", "name") = (SELECT (o."owner"), CASE WHEN ((o."name" IS +(lower(n."name")) COLLATE BINARY)) THEN n."name" ELSE (upper(o."name")) END FROM "pets" o, "pets__m1" n WHERE o."id" = new."id" AND n."id" = o."id") WHERE "pets__m1"."id" = new."id" AND EXISTS (SELECT 1 FROM "pets" o, "pets__m1" n WHERE o."id" = new."id" AND n."id" = o."id" AND NOT ((n."keeper" IS o."owner" COLLATE BINARY) AND ((n."name" IS +(upper(o."name")) COLLATE BINARY) OR (o."name" IS +(lower(n."name")) COLLATE BINARY))));
END;
CREATE TRIGGER "segue_pets_d" AFTER DELETE ON "pets" BEGIN
  DELETE FROM "pets__m1" WHERE "pets__m1"."id" = old."id" AND NOT EXISTS (SELECT 1 FROM "pets" x WHERE x."id" = old."id");
END;
CREATE TRIGGER "segue_pets__m1_i" AFTER INSERT ON "pets__m1" WHEN NOT EXISTS (SELECT 1 FROM "pets" x WHERE x."id" = new."id") BEGIN
  INSERT INTO "pets"("id", "owner", "name") SELECT n."id", (n."keeper"), (lower(n."name")) FROM "pets__m1" n WHERE n."id" = new."id";
  SELECT RAISE(ABORT, 'segue: pets did not follow pets__m1') FROM "pets__m1" n WHERE n."id" = new."id" AND NOT EXISTS (SELECT 1 FROM "pets" o WHERE o."id" = n."id" AND ((o."owner" IS n."keeper" COLLATE BINARY) AND ((o."name" IS +(lower(n."name")) COLLATE BINARY) OR (n."name" IS +(upper(o."name")) COLLATE BINARY))));
END;
CREATE TRIGGER "segue_pets__m1_r" AFTER INSERT ON "pets__m1" WHEN EXISTS (SELECT 1 FROM "pets__m1" n, "pets" o WHERE n."id" = new."id" AND o."id" = n."id" AND NOT ((o."owner" IS n."keeper" COLLATE BINARY) AND ((o."name" IS +(lower(n."name")) COLLATE BINARY) OR (n."name" IS +(upper(o."name")) COLLATE BINARY)))) BEGIN
  UPDATE "pets" SET ("owner", "name") = (SELECT (n."keeper"), CASE WHEN ((n."name" IS +(upper(o."name")) COLLATE BINARY)) THEN o."name" ELSE (lower(n."name")) END FROM "pets__m1" n, "pets" o WHERE n."id" = new."id" AND o."id" = n."id") WHERE "pets"."id" = new."id";
  SELECT RAISE(ABORT, 'segue: pets did not follow pets__m1') FROM "pets__m1" n WHERE n."id" = new."id" AND NOT EXISTS (SELECT 1 FROM "pets" o WHERE o."id" = n."id" AND ((o."owner" IS n."keeper" COLLATE BINARY) AND ((o."name" IS +(lower(n."name")) COLLATE BINARY) OR (n."name" IS +(upper(o."name")) COLLATE BINARY))));
END;
CREATE TRIGGER "segue_pets__m1_u1" AFTER UPDATE OF "keeper" ON "pets__m1" WHEN (old."keeper" IS NOT new."keeper" COLLATE BINARY) AND EXISTS (SELECT 1 FROM "pets__m1" n, "pets" o WHERE n."id" = new."id" AND o."id" = n."id" AND NOT (o."owner" IS n."keeper" COLLATE BINARY)) BEGIN
  UPDATE "pets" SET "owner" = (SELECT (n."keeper") FROM "pets__m1" n WHERE n."id" = new."id") WHERE "pets"."id" = new."id";
  SELECT RAISE(ABORT, 'segue: pets did not follow pets__m1') FROM "pets__m1" n WHERE n."id" = new."id" AND NOT EXISTS (SELECT 1 FROM "pets" o WHERE o."id" = n."id" AND (o."owner" IS n."keeper" COLLATE BINARY));
END;
CREATE TRIGGER "segue_pets__m1_u2" AFTER UPDATE OF "name" ON "pets__m1" WHEN (old."name" IS NOT new."name" COLLATE BINARY) AND EXISTS (SELECT 1 FROM "pets__m1" n, "pets" o WHERE n."id" = new."id" AND o."id" = n."id" AND NOT ((o."name" IS +(lower(n."name")) COLLATE BINARY) OR (n."name" IS +(upper(o."name")) COLLATE BINARY))) BEGIN
  UPDATE "pets" SET "name" = (SELECT (lower(n."name")) FROM "pets__m1" n WHERE n."id" = new."id") WHERE "pets"."id" = new."id";
  SELECT RAISE(ABORT, 'segue: pets did not follow pets__m1') FROM "pets__m1" n WHERE n."id" = new."id" AND NOT EXISTS (SELECT 1 FROM "pets" o WHERE o."id" = n."id" AND ((o."name" IS +(lower(n."name")) COLLATE BINARY) OR (n."name" IS +(upper(o."name")) COLLATE BINARY)));
END;
CREATE TRIGGER "segue_pets__m1_k" AFTER UPDATE OF "id", rowid, oid, _rowid_ ON "pets__m1" WHEN old."id" IS NOT new."id" BEGIN
  UPDATE "pets" SET ("id", "owner", "name") = (SELECT n."id", (n."keeper"), CASE WHEN ((n."name" IS +(upper(o."name")) COLLATE BINARY)) THEN o."name" ELSE (lower(n."name")) END FROM "pets__m1" n, "pets" o WHERE n."id" = new."id" AND o."id" = old."id") WHERE "pets"."id" = old."id" AND NOT EXISTS (SELECT 1 FROM "pets__m1" x WHERE x."id" = old."id") AND NOT EXISTS (SELECT 1 FROM "pets" x WHERE x."id" = new."id") AND EXISTS (SELECT 1 FROM "pets__m1" n WHERE n."id" = new."id");
  DELETE FROM "pets" WHERE "pets"."id" = old."id" AND NOT EXISTS (SELECT 1 FROM "pets__m1" x WHERE x."id" = old."id");
  INSERT INTO "pets"("id", "owner", "name") SELECT n."id", (n."keeper"), (lower(n."name")) FROM "pets__m1" n WHERE n."id" = new."id" AND NOT EXISTS (SELECT 1 FROM "pets" x WHERE x."id" = new."id");
  UPDATE "pets" SET ("owner", "name") = (SELECT (n."keeper"), CASE WHEN ((n."name" IS +(upper(o."name")) COLLATE BINARY)) THEN o."name" ELSE (lower(n."name")) END FROM "pets__m1" n, "pets" o WHERE n."id" = new."id" AND o."id" = n."id") WHERE "pets"."id" = new."id" AND EXISTS (SELECT 1 FROM "pets__m1" n, "pets" o WHERE n."id" = new."id" AND o."id" = n."id" AND NOT ((o."owner" IS n."keeper" COLLATE BINARY) AND ((o."name" IS +(lower(n."name")) COLLATE BINARY) OR (n."name" IS +(upper(o."name")) COLLATE BINARY))));
  SELECT RAISE(ABORT, 'segue: pets did not follow pets__m1') FROM "pets__m1" n WHERE n."id" = new."id" AND NOT EXISTS (SELECT 1 FROM "pets" o WHERE o."id" = n."id" AND ((o."owner" IS n."keeper" COLLATE BINARY) AND ((o."name" IS +(lower(n."name")) COLLATE BINARY) OR (n."name" IS +(upper(o."name")) COLLATE BINARY))));
END;
CREATE TRIGGER "segue_pets__m1_d" AFTER DELETE ON "pets__m1" BEGIN
  DELETE FROM "pets" WHERE "pets"."id" = old."id" AND NOT EXISTS (SELECT 1 FROM "pets__m1" x WHERE x."id" = old."id");
END;
SAVEPOINT segue_probe;
UPDATE "pets" SET "name" = (SELECT x."name" FROM "pets" x ORDER BY x."id" DESC LIMIT 1) WHERE ("id") = (SELECT x."id" FROM "pets" x ORDER BY x."id" LIMIT 1);
SELECT o."id" FROM "pets" o WHERE (o."id") = (SELECT x."id" FROM "pets" x ORDER BY x."id" LIMIT 1) AND NOT EXISTS (SELECT 1 FROM "pets__m1" n WHERE n."id" = o."id" AND ((n."keeper" IS o."owner" COLLATE BINARY) AND ((n."name" IS +(upper(o."name")) COLLATE BINARY) OR (o."name" IS +(lower(n."name")) COLLATE BINARY))));
UPDATE "pets__m1" SET "name" = (SELECT x."name" FROM "pets__m1" x ORDER BY x."id" DESC LIMIT 1) WHERE ("id") = (SELECT x."id" FROM "pets__m1" x ORDER BY x."id" LIMIT 1);
SELECT n."id" FROM "pets__m1" n WHERE (n."id") = (SELECT x."id" FROM "pets__m1" x ORDER BY x."id" LIMIT 1) AND NOT EXISTS (SELECT 1 FROM "pets" o WHERE o."id" = n."id" AND ((o."owner" IS n."keeper" COLLATE BINARY) AND ((o."name" IS +(lower(n."name")) COLLATE BINARY) OR (n."name" IS +(upper(o."name")) COLLATE BINARY))));
ROLLBACK TO SAVEPOINT segue_probe;
COMMIT;
PRAGMA legacy_alter_table = OFF;
-- inverse:
--   PRAGMA foreign_keys = OFF;
--   PRAGMA foreign_keys;
--   PRAGMA writable_schema = OFF;
--   PRAGMA legacy_alter_table = OFF;
--   BEGIN IMMEDIATE;
--   DROP TRIGGER IF EXISTS "segue_pets_i";
--   DROP TRIGGER IF EXISTS "segue_pets_r";
--   DROP TRIGGER IF EXISTS "segue_pets_u1";
--   DROP TRIGGER IF EXISTS "segue_pets_u2";
--   DROP TRIGGER IF EXISTS "segue_pets_k";
--   DROP TRIGGER IF EXISTS "segue_pets_d";
--   DROP TRIGGER IF EXISTS "segue_pets__m1_i";
--   DROP TRIGGER IF EXISTS "segue_pets__m1_r";
--   DROP TRIGGER IF EXISTS "segue_pets__m1_u1";
--   DROP TRIGGER IF EXISTS "segue_pets__m1_u2";
--   DROP TRIGGER IF EXISTS "segue_pets__m1_k";
--   DROP TRIGGER IF EXISTS "segue_pets__m1_d";
--   PRAGMA legacy_alter_table = ON;
--   ALTER TABLE "pets__m1" RENAME TO "segue_old_pets";
--   PRAGMA legacy_alter_table = OFF;
--   CREATE TABLE "segue_new_pets" (id integer PRIMARY KEY, "keeper" integer, name text);
--   CREATE TRIGGER "segue_pets_i" AFTER INSERT ON "pets" WHEN NOT EXISTS (SELECT 1 FROM "segue_new_pets" x WHERE x."id" = new."id") BEGIN
--     INSERT INTO "segue_new_pets"("id", "keeper", "name") SELECT o."id", (o."owner"), (upper(o."name")) FROM "pets" o WHERE o."id" = new."id";
--   END;
--   CREATE TRIGGER "segue_pets_r" AFTER INSERT ON "pets" WHEN NOT NOT EXISTS (SELECT 1 FROM "segue_new_pets" x WHERE x."id" = new."id") BEGIN
--     UPDATE "segue_new_pets" SET ("keeper", "name") = (SELECT (o."owner"), (upper(o."name")) FROM "pets" o WHERE o."id" = new."id") WHERE "segue_new_pets"."id" = new."id";
--   END;
--   CREATE TRIGGER "segue_pets_u1" AFTER UPDATE OF "owner" ON "pets" WHEN (old."owner" IS NOT new."owner" COLLATE BINARY) BEGIN
--     UPDATE "segue_new_pets" SET "keeper" = (SELECT (o."owner") FROM "pets" o WHERE o."id" = new."id") WHERE "segue_new_pets"."id" = new."id";
--   END;
--   CREATE TRIGGER "segue_pets_u2" AFTER UPDATE OF "name" ON "pets" WHEN (old."name" IS NOT new."name" COLLATE BINARY) BEGIN
--     UPDATE "segue_new_pets" SET "name" = (SELECT (upper(o."name")) FROM "pets" o WHERE o."id" = new."id") WHERE "segue_new_pets"."id" = new."id";
--   END;
--   CREATE TRIGGER "segue_pets_k" AFTER UPDATE OF "id", rowid, oid, _rowid_ ON "pets" WHEN old."id" IS NOT new."id" BEGIN
--     DELETE FROM "segue_new_pets" WHERE "segue_new_pets"."id" = old."id" AND NOT EXISTS (SELECT 1 FROM "pets" x WHERE x."id" = old."id");
--     INSERT INTO "segue_new_pets"("id", "keeper", "name") SELECT o."id", (o."owner"), (upper(o."name")) FROM "pets" o WHERE o."id" = new."id" AND NOT EXISTS (SELECT 1 FROM "segue_new_pets" x WHERE x."id" = new."id");
--     UPDATE "segue_new_pets" SET ("keeper", "name") = (SELECT (o."owner"), (upper(o."name")) FROM "pets" o WHERE o."id" = new."id") WHERE "segue_new_pets"."id" = new."id";
--   END;
--   CREATE TRIGGER "segue_pets_d" AFTER DELETE ON "pets" BEGIN
--     DELETE FROM "segue_new_pets" WHERE "segue_new_pets"."id" = old."id" AND NOT EXISTS (SELECT 1 FROM "pets" x WHERE x."id" = old."id");
--   END;
--   COMMIT;
--   PRAGMA legacy_alter_table = OFF;
--   /* range by range; the first: */ DELETE FROM "segue_old_pets" WHERE _rowid_ <= :hi;
--   /* what is left over: */ SELECT EXISTS (SELECT 1 FROM "segue_old_pets"), 0, NULL;
--   PRAGMA foreign_keys = OFF;
--   PRAGMA foreign_keys;
--   PRAGMA writable_schema = OFF;
--   PRAGMA legacy_alter_table = OFF;
--   BEGIN IMMEDIATE;
--   DROP TABLE IF EXISTS "segue_old_pets";
--   COMMIT;

-- contract/01-gate: no client uses the old version
--   wait, none (reads)
SELECT service, version, seen_at FROM segue_client WHERE version NOT IN ('m1') AND seen_at > strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-10 seconds');

-- contract/02-compare:pets: prove that pets and its shadow agree
--   scan, none (reads)
/* range by range; the first: */ SELECT quote(o."id"), quote(o."id") || ', ' || quote(o."owner") || ', ' || quote(o."name"), quote(n."id") || ', ' || quote(n."keeper") || ', ' || quote(n."name") FROM "pets" o LEFT JOIN "pets__m1" n ON n."id" = o."id" WHERE (n."id" IS NULL OR NOT ((n."keeper" IS o."owner" COLLATE BINARY) AND ((n."name" IS +(upper(o."name")) COLLATE BINARY) OR (o."name" IS +(lower(n."name")) COLLATE BINARY)))) AND o.rowid > -9223372036854775808 AND o.rowid <= :hi UNION ALL SELECT quote(n."id"), NULL, quote(n."id") || ', ' || quote(n."keeper") || ', ' || quote(n."name") FROM "pets__m1" n WHERE NOT EXISTS (SELECT 1 FROM "pets" o WHERE o."id" = n."id") AND n."id" > -9223372036854775808 AND n."id" <= :hi;

-- contract/03-swap: the base takes the new shape
--   constant, write lock, O(1)
PRAGMA foreign_keys = OFF;
PRAGMA foreign_keys;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
DROP TABLE IF EXISTS temp.segue_roots;
BEGIN IMMEDIATE;
DROP TRIGGER "segue_pets_i";
DROP TRIGGER "segue_pets_r";
DROP TRIGGER "segue_pets_u1";
DROP TRIGGER "segue_pets_u2";
DROP TRIGGER "segue_pets_k";
DROP TRIGGER "segue_pets_d";
DROP TRIGGER "segue_pets__m1_i";
DROP TRIGGER "segue_pets__m1_r";
DROP TRIGGER "segue_pets__m1_u1";
DROP TRIGGER "segue_pets__m1_u2";
DROP TRIGGER "segue_pets__m1_k";
DROP TRIGGER "segue_pets__m1_d";
CREATE TEMP TABLE segue_roots(name TEXT PRIMARY KEY, rootpage INTEGER);
INSERT INTO temp.segue_roots SELECT name, rootpage FROM main.sqlite_schema WHERE rootpage > 0;
PRAGMA writable_schema = ON;
/* :version is the answer of */ PRAGMA schema_version;
UPDATE main.sqlite_schema SET rootpage = (SELECT rootpage FROM temp.segue_roots WHERE name = 'pets__m1'), sql = 'CREATE TABLE pets (id integer PRIMARY KEY, "keeper" integer, name text)' WHERE type = 'table' AND name = 'pets' AND sql IS 'CREATE TABLE pets (id integer PRIMARY KEY, owner integer, name text)';
UPDATE main.sqlite_schema SET name = 'segue_old_pets', tbl_name = 'segue_old_pets', rootpage = (SELECT rootpage FROM temp.segue_roots WHERE name = 'pets'), sql = 'CREATE TABLE "segue_old_pets" (id integer PRIMARY KEY, owner integer, name text)' WHERE type = 'table' AND name = 'pets__m1';
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
SELECT (SELECT group_concat(rootpage) FROM (SELECT rootpage FROM temp.segue_roots ORDER BY rootpage)) IS (SELECT group_concat(rootpage) FROM (SELECT rootpage FROM main.sqlite_schema WHERE rootpage > 0 ORDER BY rootpage));
SELECT name FROM main.sqlite_schema WHERE type IN ('table', 'index') AND rootpage IS NULL;
SELECT * FROM "pets" LIMIT 0;
SELECT * FROM "segue_old_pets" LIMIT 0;
SELECT * FROM "users" LIMIT 0;
CREATE VIEW "pets__m1" AS SELECT "id", "keeper", "name" FROM "pets";
CREATE TRIGGER "segue_view_pets_i" INSTEAD OF INSERT ON "pets__m1" BEGIN
  INSERT INTO "pets"("id", "keeper", "name") VALUES (new."id", new."keeper", new."name");
END;
CREATE TRIGGER "segue_view_pets_u" INSTEAD OF UPDATE ON "pets__m1" BEGIN
  UPDATE "pets" SET "id" = new."id", "keeper" = new."keeper", "name" = new."name" WHERE "id" = old."id";
END;
CREATE TRIGGER "segue_view_pets_d" INSTEAD OF DELETE ON "pets__m1" BEGIN
  DELETE FROM "pets" WHERE "id" = old."id";
END;
COMMIT;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
DROP TABLE IF EXISTS temp.segue_roots;
-- not reversible

-- contract/04-drain:pets: empty what is left of pets
--   write, write lock, 1 ms per chunk beside others, 5 ms alone
/* range by range; the first: */ DELETE FROM "segue_old_pets" WHERE _rowid_ <= :hi;
/* what is left over: */ SELECT EXISTS (SELECT 1 FROM "segue_old_pets"), 0, NULL;
-- not reversible

-- contract/05-cleanup:pets: drop what is left of pets
--   constant, write lock, O(1)
PRAGMA foreign_keys = OFF;
PRAGMA foreign_keys;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
BEGIN IMMEDIATE;
DROP TABLE IF EXISTS "segue_old_pets";
COMMIT;
-- not reversible
