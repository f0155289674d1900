-- migration m1, version m1
-- clients: column codes.code keeps its name and changes its meaning: a statement of an old client that comes after contract does not fail, it means something else
-- clients: clients of the new version use table codes__m1 (ask table_name) until contract, and codes afterwards
-- sqlite: implicit rowids of codes are not carried over: after contract rows have other ones
-- cost: the copy needs room for the table twice and the write-ahead log; dropped data stays readable in free pages

-- expand/01-install_sync:codes: create the shadow of codes and its one-way sync
--   constant, write lock, O(1); the values of column code change
PRAGMA foreign_keys = OFF;
PRAGMA foreign_keys;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
BEGIN IMMEDIATE;
CREATE TABLE "segue_new_codes" (code INTEGER PRIMARY KEY NOT NULL, name text);
CREATE INDEX "segue_ix_codes_1" ON "segue_new_codes"(name);
CREATE TRIGGER "segue_codes_i" AFTER INSERT ON "codes" WHEN NOT EXISTS (SELECT 1 FROM "segue_new_codes" x WHERE x."code" = (CAST(new."code" AS integer))) BEGIN
  INSERT INTO "segue_new_codes"("code", "name") SELECT (CAST(o."code" AS integer)), (o."name") FROM "codes" o WHERE o."code" = new."code";
END;
CREATE TRIGGER "segue_codes_r" AFTER INSERT ON "codes" WHEN NOT NOT EXISTS (SELECT 1 FROM "segue_new_codes" x WHERE x."code" = (CAST(new."code" AS integer))) BEGIN
  UPDATE "segue_new_codes" SET "name" = (SELECT (o."name") FROM "codes" o WHERE o."code" = new."code") WHERE "segue_new_codes"."code" = (CAST(new."code" AS integer));
END;
CREATE TRIGGER "segue_codes_u1" AFTER UPDATE OF "name" ON "codes" WHEN (old."name" IS NOT new."name" COLLATE BINARY) BEGIN
  UPDATE "segue_new_codes" SET "name" = (SELECT (o."name") FROM "codes" o WHERE o."code" = new."code") WHERE "segue_new_codes"."code" = (CAST(new."code" AS integer));
END;
CREATE TRIGGER "segue_codes_g" AFTER INSERT ON "codes" WHEN NOT EXISTS (SELECT 1 FROM "codes" x WHERE x."code" = new."code" AND x."code" IS +(CAST((CAST(x."code" AS integer)) AS text)) COLLATE BINARY) BEGIN
  SELECT RAISE(ABORT, 'segue: this codes.code has no counterpart in the other version');
END;
CREATE TRIGGER "segue_codes_k" AFTER UPDATE OF "code" ON "codes" WHEN old."code" IS NOT new."code" BEGIN
  SELECT RAISE(ABORT, 'segue: this codes.code has no counterpart in the other version') WHERE NOT EXISTS (SELECT 1 FROM "codes" x WHERE x."code" = new."code" AND x."code" IS +(CAST((CAST(x."code" AS integer)) AS text)) COLLATE BINARY);
  DELETE FROM "segue_new_codes" WHERE "segue_new_codes"."code" = (CAST(old."code" AS integer)) AND NOT EXISTS (SELECT 1 FROM "codes" x WHERE x."code" = old."code");
  INSERT INTO "segue_new_codes"("code", "name") SELECT (CAST(o."code" AS integer)), (o."name") FROM "codes" o WHERE o."code" = new."code" AND NOT EXISTS (SELECT 1 FROM "segue_new_codes" x WHERE x."code" = (CAST(new."code" AS integer)));
  UPDATE "segue_new_codes" SET "name" = (SELECT (o."name") FROM "codes" o WHERE o."code" = new."code") WHERE "segue_new_codes"."code" = (CAST(new."code" AS integer));
END;
CREATE TRIGGER "segue_codes_d" AFTER DELETE ON "codes" BEGIN
  DELETE FROM "segue_new_codes" WHERE "segue_new_codes"."code" = (CAST(old."code" AS integer)) AND NOT EXISTS (SELECT 1 FROM "codes" x WHERE x."code" = old."code");
END;
SAVEPOINT segue_probe;
INSERT OR IGNORE INTO "segue_new_codes"("code", "name") SELECT (CAST(o."code" AS integer)), (o."name") FROM "codes" o ORDER BY o."code" LIMIT 1;
UPDATE "codes" SET "name" = (SELECT x."name" FROM "codes" x ORDER BY x."code" DESC LIMIT 1) WHERE ("code") = (SELECT x."code" FROM "codes" x ORDER BY x."code" LIMIT 1);
SELECT o."code" FROM "codes" o WHERE (o."code") = (SELECT x."code" FROM "codes" x ORDER BY x."code" LIMIT 1) AND NOT EXISTS (SELECT 1 FROM "segue_new_codes" n WHERE n."code" = (CAST(o."code" AS integer)) AND ((n."name" IS o."name" COLLATE BINARY)));
ROLLBACK TO SAVEPOINT segue_probe;
COMMIT;
-- inverse:
--   PRAGMA foreign_keys = OFF;
--   PRAGMA foreign_keys;
--   PRAGMA writable_schema = OFF;
--   PRAGMA legacy_alter_table = OFF;
--   BEGIN IMMEDIATE;
--   DROP TRIGGER IF EXISTS "segue_codes_i";
--   DROP TRIGGER IF EXISTS "segue_codes_r";
--   DROP TRIGGER IF EXISTS "segue_codes_u1";
--   DROP TRIGGER IF EXISTS "segue_codes_g";
--   DROP TRIGGER IF EXISTS "segue_codes_k";
--   DROP TRIGGER IF EXISTS "segue_codes_d";
--   COMMIT;
--   PRAGMA legacy_alter_table = OFF;
--   /* range by range; the first: */ DELETE FROM "segue_new_codes" WHERE _rowid_ <= :hi;
--   /* what is left over: */ SELECT EXISTS (SELECT 1 FROM "segue_new_codes"), 0, NULL;
--   PRAGMA foreign_keys = OFF;
--   PRAGMA foreign_keys;
--   PRAGMA writable_schema = OFF;
--   PRAGMA legacy_alter_table = OFF;
--   BEGIN IMMEDIATE;
--   DROP TABLE IF EXISTS "segue_new_codes";
--   COMMIT;

-- migrate/01-backfill:codes: copy codes into its shadow
--   write, write lock, 1 ms per chunk beside others, 5 ms alone
/* range by range; the first: */ INSERT OR IGNORE INTO "segue_new_codes"("code", "name") SELECT (CAST(o."code" AS integer)), (o."name") FROM "codes" o WHERE o.rowid > -9223372036854775808 AND o.rowid <= 4;
/* what is left over, range by range: */ SELECT o.rowid FROM "codes" o WHERE o.rowid > -9223372036854775808 AND o.rowid <= 4 AND NOT EXISTS (SELECT 1 FROM "segue_new_codes" n WHERE n."code" = (CAST(o."code" AS integer))) LIMIT 1000;

-- migrate/02-compare:codes: prove that the shadow of codes is what `up` says
--   scan, none (reads)
/* range by range; the first: */ SELECT quote(o."code"), quote(o."code") || ', ' || quote(o."name"), quote(n."code") || ', ' || quote(n."name") FROM "codes" o LEFT JOIN "segue_new_codes" n ON n."code" = (CAST(o."code" AS integer)) WHERE (n."code" IS NULL OR NOT (o."code" IS +(CAST(n."code" AS text)) COLLATE BINARY AND ((n."name" IS o."name" COLLATE BINARY)))) AND o.rowid > -9223372036854775808 AND o.rowid <= :hi UNION ALL SELECT quote(n."code"), NULL, quote(n."code") || ', ' || quote(n."name") FROM "segue_new_codes" n WHERE NOT EXISTS (SELECT 1 FROM "codes" o WHERE o."code" = (CAST(n."code" AS text))) AND n.rowid > -9223372036854775808 AND n.rowid <= :hi;

-- migrate/03-publish: serve version m1, two-way sync
--   constant, write lock, O(1)
PRAGMA foreign_keys = OFF;
PRAGMA foreign_keys;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
BEGIN IMMEDIATE;
DROP TRIGGER IF EXISTS "segue_codes_i";
DROP TRIGGER IF EXISTS "segue_codes_r";
DROP TRIGGER IF EXISTS "segue_codes_u1";
DROP TRIGGER IF EXISTS "segue_codes_g";
DROP TRIGGER IF EXISTS "segue_codes_k";
DROP TRIGGER IF EXISTS "segue_codes_d";
PRAGMA legacy_alter_table = ON;
ALTER TABLE "segue_new_codes" RENAME TO "codes__m1";
PRAGMA legacy_alter_table = OFF;
CREATE TRIGGER "segue_codes_i" AFTER INSERT ON "codes" WHEN NOT EXISTS (SELECT 1 FROM "codes__m1" x WHERE x."code" = (CAST(new."code" AS integer))) BEGIN
  INSERT INTO "codes__m1"("code", "name") SELECT (CAST(o."code" AS integer)), (o."name") FROM "codes" o WHERE o."code" = new."code";
END;
CREATE TRIGGER "segue_codes_r" AFTER INSERT ON "codes" WHEN EXISTS (SELECT 1 FROM "codes" o, "codes__m1" n WHERE o."code" = new."code" AND n."code" = (CAST(o."code" AS integer)) AND NOT ((n."name" IS o."name" COLLATE BINARY))) BEGIN
  UPDATE "codes__m1" SET "name" = (SELECT (o."name") FROM "codes" o, "codes__m1" n WHERE o."code" = new."code" AND n."code" = (CAST(o."code" AS integer))) WHERE "codes__m1"."code" = (CAST(new."code" AS integer));
END;
CREATE TRIGGER "segue_codes_u1" AFTER UPDATE OF "name" ON "codes" WHEN (old."name" IS NOT new."name" COLLATE BINARY) AND EXISTS (SELECT 1 FROM "codes" o, "codes__m1" n WHERE o."code" = new."code" AND n."code" = (CAST(o."code" AS integer)) AND NOT (n."name" IS o."name" COLLATE BINARY)) BEGIN
  UPDATE "codes__m1" SET "name" = (SELECT (o."name") FROM "codes" o WHERE o."code" = new."code") WHERE "codes__m1"."code" = (CAST(new."code" AS integer));
END;
CREATE TRIGGER "segue_codes_g" AFTER INSERT ON "codes" WHEN NOT EXISTS (SELECT 1 FROM "codes" x WHERE x."code" = new."code" AND x."code" IS +(CAST((CAST(x."code" AS integer)) AS text)) COLLATE BINARY) BEGIN
  SELECT RAISE(ABORT, 'segue: this codes.code has no counterpart in the other version');
END;
CREATE TRIGGER "segue_codes_k" AFTER UPDATE OF "code" ON "codes" WHEN old."code" IS NOT new."code" BEGIN
  SELECT RAISE(ABORT, 'segue: this codes.code has no counterpart in the other version') WHERE NOT EXISTS (SELECT 1 FROM "codes" x WHERE x."code" = new."code" AND x."code" IS +(CAST((CAST(x."code" AS integer)) AS text)) COLLATE BINARY);
  UPDATE "codes__m1" SET ("code", "name") = (SELECT (CAST(o."code" AS integer)), (o."name") FROM "codes" o, "codes__m1" n WHERE o."code" = new."code" AND n."code" = (CAST(old."code" AS integer))) WHERE "codes__m1"."code" = (CAST(old."code" AS integer)) AND NOT EXISTS (SELECT 1 FROM "codes" x WHERE x."code" = old."code") AND NOT EXISTS (SELECT 1 FROM "codes__m1" x WHERE x."code" = (CAST(new."code" AS integer))) AND EXISTS (SELECT 1 FROM "codes" o WHERE o."code" = new."code");
  DELETE FROM "codes__m1" WHERE "codes__m1"."code" = (CAST(old."code" AS integer)) AND NOT EXISTS (SELECT 1 FROM "codes" x WHERE x."code" = old."code");
  INSERT INTO "codes__m1"("code", "name") SELECT (CAST(o."code" AS integer)), (o."name") FROM "codes" o WHERE o."code" = new."code" AND NOT EXISTS (SELECT 1 FROM "codes__m1" x WHERE x."code" = (CAST(new."code" AS integer)));
  UPDATE "codes__m1" SET "name" = (SELECT (o."name") FROM "codes" o, "codes__m1" n WHERE o."code" = new."code" AND n."code" = (CAST(o."code" AS integer))) WHERE "codes__m1"."code" = (CAST(new."code" AS integer)) AND EXISTS (SELECT 1 FROM "codes" o, "codes__m1" n WHERE o."code" = new."code" AND n."code" = (CAST(o."code" AS integer)) AND NOT ((n."name" IS o."name" COLLATE BINARY)));
END;
CREATE TRIGGER "segue_codes_d" AFTER DELETE ON "codes" BEGIN
  DELETE FROM "codes__m1" WHERE "codes__m1"."code" = (CAST(old."code" AS integer)) AND NOT EXISTS (SELECT 1 FROM "codes" x WHERE x."code" = old."code");
END;
CREATE TRIGGER "segue_codes__m1_i" AFTER INSERT ON "codes__m1" WHEN NOT EXISTS (SELECT 1 FROM "codes" x WHERE x."code" = (CAST(new."code" AS text))) BEGIN
  INSERT INTO "codes"("code", "name") SELECT (CAST(n."code" AS text)), (n."name") FROM "codes__m1" n WHERE n."code" = new."code";
  SELECT RAISE(ABORT, 'segue: codes did not follow codes__m1') FROM "codes__m1" n WHERE n."code" = new."code" AND NOT EXISTS (SELECT 1 FROM "codes" o WHERE o."code" = (CAST(n."code" AS text)) AND ((o."name" IS n."name" COLLATE BINARY)));
END;
CREATE TRIGGER "segue_codes__m1_r" AFTER INSERT ON "codes__m1" WHEN EXISTS (SELECT 1 FROM "codes__m1" n, "codes" o WHERE n."code" = new."code" AND o."code" = (CAST(n."code" AS text)) AND NOT ((o."name" IS n."name" COLLATE BINARY))) BEGIN
  UPDATE "codes" SET "name" = (SELECT (n."name") FROM "codes__m1" n, "codes" o WHERE n."code" = new."code" AND o."code" = (CAST(n."code" AS text))) WHERE "codes"."code" = (CAST(new."code" AS text));
  SELECT RAISE(ABORT, 'segue: codes did not follow codes__m1') FROM "codes__m1" n WHERE n."code" = new."code" AND NOT EXISTS (SELECT 1 FROM "codes" o WHERE o."code" = (CAST(n."code" AS text)) AND ((o."name" IS n."name" COLLATE BINARY)));
END;
CREATE TRIGGER "segue_codes__m1_u1" AFTER UPDATE OF "name" ON "codes__m1" WHEN (old."name" IS NOT new."name" COLLATE BINARY) AND EXISTS (SELECT 1 FROM "codes__m1" n, "codes" o WHERE n."code" = new."code" AND o."code" = (CAST(n."code" AS text)) AND NOT (o."name" IS n."name" COLLATE BINARY)) BEGIN
  UPDATE "codes" SET "name" = (SELECT (n."name") FROM "codes__m1" n WHERE n."code" = new."code") WHERE "codes"."code" = (CAST(new."code" AS text));
  SELECT RAISE(ABORT, 'segue: codes did not follow codes__m1') FROM "codes__m1" n WHERE n."code" = new."code" AND NOT EXISTS (SELECT 1 FROM "codes" o WHERE o."code" = (CAST(n."code" AS text)) AND (o."name" IS n."name" COLLATE BINARY));
END;
CREATE TRIGGER "segue_codes__m1_g" AFTER INSERT ON "codes__m1" WHEN NOT EXISTS (SELECT 1 FROM "codes__m1" x WHERE x."code" = new."code" AND x."code" IS +(CAST((CAST(x."code" AS text)) AS integer)) COLLATE BINARY) BEGIN
  SELECT RAISE(ABORT, 'segue: this codes__m1.code has no counterpart in the other version');
END;
CREATE TRIGGER "segue_codes__m1_k" AFTER UPDATE OF "code", rowid, oid, _rowid_ ON "codes__m1" WHEN old."code" IS NOT new."code" BEGIN
  SELECT RAISE(ABORT, 'segue: this codes__m1.code has no counterpart in the other version') WHERE NOT EXISTS (SELECT 1 FROM "codes__m1" x WHERE x."code" = new."code" AND x."code" IS +(CAST((CAST(x."code" AS text)) AS integer)) COLLATE BINARY);
  UPDATE "codes" SET ("code", "name") = (SELECT (CAST(n."code" AS text)), (n."name") FROM "codes__m1" n, "codes" o WHERE n."code" = new."code" AND o."code" = (CAST(old."code" AS text))) WHERE "codes"."code" = (CAST(old."code" AS text)) AND NOT EXISTS (SELECT 1 FROM "codes__m1" x WHERE x."code" = old."code") AND NOT EXISTS (SELECT 1 FROM "codes" x WHERE x."code" = (CAST(new."code" AS text))) AND EXISTS (SELECT 1 FROM "codes__m1" n WHERE n."code" = new."code");
  DELETE FROM "codes" WHERE "codes"."code" = (CAST(old."code" AS text)) AND NOT EXISTS (SELECT 1 FROM "codes__m1" x WHERE x."code" = old."code");
  INSERT INTO "codes"("code", "name") SELECT (CAST(n."code" AS text)), (n."name") FROM "codes__m1" n WHERE n."code" = new."code" AND NOT EXISTS (SELECT 1 FROM "codes" x WHERE x."code" = (CAST(new."code" AS text)));
  UPDATE "codes" SET "name" = (SELECT (n."name") FROM "codes__m1" n, "codes" o WHERE n."code" = new."code" AND o."code" = (CAST(n."code" AS text))) WHERE "codes"."code" = (CAST(new."code" AS text)) AND EXISTS (SELECT 1 FROM "codes__m1" n, "codes" o WHERE n."code" = new."code" AND o."code" = (CAST(n."code" AS text)) AND NOT ((o."name" IS n."name" COLLATE BINARY)));
  SELECT RAISE(ABORT, 'segue: codes did not follow codes__m1') FROM "codes__m1" n WHERE n."code" = new."code" AND NOT EXISTS (SELECT 1 FROM "codes" o WHERE o."code" = (CAST(n."code" AS text)) AND ((o."name" IS n."name" COLLATE BINARY)));
END;
CREATE TRIGGER "segue_codes__m1_d" AFTER DELETE ON "codes__m1" BEGIN
  DELETE FROM "codes" WHERE "codes"."code" = (CAST(old."code" AS text)) AND NOT EXISTS (SELECT 1 FROM "codes__m1" x WHERE x."code" = old."code");
END;
SAVEPOINT segue_probe;
UPDATE "codes" SET "name" = (SELECT x."name" FROM "codes" x ORDER BY x."code" DESC LIMIT 1) WHERE ("code") = (SELECT x."code" FROM "codes" x ORDER BY x."code" LIMIT 1);
SELECT o."code" FROM "codes" o WHERE (o."code") = (SELECT x."code" FROM "codes" x ORDER BY x."code" LIMIT 1) AND NOT EXISTS (SELECT 1 FROM "codes__m1" n WHERE n."code" = (CAST(o."code" AS integer)) AND ((n."name" IS o."name" COLLATE BINARY)));
UPDATE "codes__m1" SET "name" = (SELECT x."name" FROM "codes__m1" x ORDER BY x."code" DESC LIMIT 1) WHERE ("code") = (SELECT x."code" FROM "codes__m1" x ORDER BY x."code" LIMIT 1);
SELECT n."code" FROM "codes__m1" n WHERE (n."code") = (SELECT x."code" FROM "codes__m1" x ORDER BY x."code" LIMIT 1) AND NOT EXISTS (SELECT 1 FROM "codes" o WHERE o."code" = (CAST(n."code" AS text)) AND ((o."name" IS n."name" COLLATE BINARY)));
ROLLBACK TO SAVEPOINT segue_probe;
COMMIT;
PRAGMA legacy_alter_table = OFF;
-- inverse:
--   PRAGMA foreign_keys = OFF;
--   PRAGMA foreign_keys;
--   PRAGMA writable_schema = OFF;
--   PRAGMA legacy_alter_table = OFF;
--   BEGIN IMMEDIATE;
--   DROP TRIGGER IF EXISTS "segue_codes_i";
--   DROP TRIGGER IF EXISTS "segue_codes_r";
--   DROP TRIGGER IF EXISTS "segue_codes_u1";
--   DROP TRIGGER IF EXISTS "segue_codes_g";
--   DROP TRIGGER IF EXISTS "segue_codes_k";
--   DROP TRIGGER IF EXISTS "segue_codes_d";
--   DROP TRIGGER IF EXISTS "segue_codes__m1_i";
--   DROP TRIGGER IF EXISTS "segue_codes__m1_r";
--   DROP TRIGGER IF EXISTS "segue_codes__m1_u1";
--   DROP TRIGGER IF EXISTS "segue_codes__m1_g";
--   DROP TRIGGER IF EXISTS "segue_codes__m1_k";
--   DROP TRIGGER IF EXISTS "segue_codes__m1_d";
--   PRAGMA legacy_alter_table = ON;
--   ALTER TABLE "codes__m1" RENAME TO "segue_old_codes";
--   PRAGMA legacy_alter_table = OFF;
--   DROP INDEX IF EXISTS "segue_ix_codes_1";
--   CREATE TABLE "segue_new_codes" (code INTEGER PRIMARY KEY NOT NULL, name text);
--   CREATE INDEX "segue_ix_codes_1" ON "segue_new_codes"(name);
--   CREATE TRIGGER "segue_codes_i" AFTER INSERT ON "codes" WHEN NOT EXISTS (SELECT 1 FROM "segue_new_codes" x WHERE x."code" = (CAST(new."code" AS integer))) BEGIN
--     INSERT INTO "segue_new_codes"("code", "name") SELECT (CAST(o."code" AS integer)), (o."name") FROM "codes" o WHERE o."code" = new."code";
--   END;
--   CREATE TRIGGER "segue_codes_r" AFTER INSERT ON "codes" WHEN NOT NOT EXISTS (SELECT 1 FROM "segue_new_codes" x WHERE x."code" = (CAST(new."code" AS integer))) BEGIN
--     UPDATE "segue_new_codes" SET "name" = (SELECT (o."name") FROM "codes" o WHERE o."code" = new."code") WHERE "segue_new_codes"."code" = (CAST(new."code" AS integer));
--   END;
--   CREATE TRIGGER "segue_codes_u1" AFTER UPDATE OF "name" ON "codes" WHEN (old."name" IS NOT new."name" COLLATE BINARY) BEGIN
--     UPDATE "segue_new_codes" SET "name" = (SELECT (o."name") FROM "codes" o WHERE o."code" = new."code") WHERE "segue_new_codes"."code" = (CAST(new."code" AS integer));
--   END;
--   CREATE TRIGGER "segue_codes_g" AFTER INSERT ON "codes" WHEN NOT EXISTS (SELECT 1 FROM "codes" x WHERE x."code" = new."code" AND x."code" IS +(CAST((CAST(x."code" AS integer)) AS text)) COLLATE BINARY) BEGIN
--     SELECT RAISE(ABORT, 'segue: this codes.code has no counterpart in the other version');
--   END;
--   CREATE TRIGGER "segue_codes_k" AFTER UPDATE OF "code" ON "codes" WHEN old."code" IS NOT new."code" BEGIN
--     SELECT RAISE(ABORT, 'segue: this codes.code has no counterpart in the other version') WHERE NOT EXISTS (SELECT 1 FROM "codes" x WHERE x."code" = new."code" AND x."code" IS +(CAST((CAST(x."code" AS integer)) AS text)) COLLATE BINARY);
--     DELETE FROM "segue_new_codes" WHERE "segue_new_codes"."code" = (CAST(old."code" AS integer)) AND NOT EXISTS (SELECT 1 FROM "codes" x WHERE x."code" = old."code");
--     INSERT INTO "segue_new_codes"("code", "name") SELECT (CAST(o."code" AS integer)), (o."name") FROM "codes" o WHERE o."code" = new."code" AND NOT EXISTS (SELECT 1 FROM "segue_new_codes" x WHERE x."code" = (CAST(new."code" AS integer)));
--     UPDATE "segue_new_codes" SET "name" = (SELECT (o."name") FROM "codes" o WHERE o."code" = new."code") WHERE "segue_new_codes"."code" = (CAST(new."code" AS integer));
--   END;
--   CREATE TRIGGER "segue_codes_d" AFTER DELETE ON "codes" BEGIN
--     DELETE FROM "segue_new_codes" WHERE "segue_new_codes"."code" = (CAST(old."code" AS integer)) AND NOT EXISTS (SELECT 1 FROM "codes" x WHERE x."code" = old."code");
--   END;
--   COMMIT;
--   PRAGMA legacy_alter_table = OFF;
--   /* range by range; the first: */ DELETE FROM "segue_old_codes" WHERE _rowid_ <= :hi;
--   /* what is left over: */ SELECT EXISTS (SELECT 1 FROM "segue_old_codes"), 0, NULL;
--   PRAGMA foreign_keys = OFF;
--   PRAGMA foreign_keys;
--   PRAGMA writable_schema = OFF;
--   PRAGMA legacy_alter_table = OFF;
--   BEGIN IMMEDIATE;
--   DROP TABLE IF EXISTS "segue_old_codes";
--   COMMIT;

-- contract/01-gate: no client uses the old version
--   wait, none (reads)
SELECT service, version, seen_at FROM segue_client WHERE version NOT IN ('m1') AND seen_at > strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-10 seconds');

-- contract/02-compare:codes: prove that codes and its shadow agree
--   scan, none (reads)
/* range by range; the first: */ SELECT quote(o."code"), quote(o."code") || ', ' || quote(o."name"), quote(n."code") || ', ' || quote(n."name") FROM "codes" o LEFT JOIN "codes__m1" n ON n."code" = (CAST(o."code" AS integer)) WHERE (n."code" IS NULL OR NOT (o."code" IS +(CAST(n."code" AS text)) COLLATE BINARY AND ((n."name" IS o."name" COLLATE BINARY)))) AND o.rowid > -9223372036854775808 AND o.rowid <= :hi UNION ALL SELECT quote(n."code"), NULL, quote(n."code") || ', ' || quote(n."name") FROM "codes__m1" n WHERE NOT EXISTS (SELECT 1 FROM "codes" o WHERE o."code" = (CAST(n."code" AS text))) AND n.rowid > -9223372036854775808 AND n.rowid <= :hi;

-- contract/03-swap: the base takes the new shape
--   constant, write lock, O(1)
PRAGMA foreign_keys = OFF;
PRAGMA foreign_keys;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
DROP TABLE IF EXISTS temp.segue_roots;
BEGIN IMMEDIATE;
DROP TRIGGER "segue_codes_i";
DROP TRIGGER "segue_codes_r";
DROP TRIGGER "segue_codes_u1";
DROP TRIGGER "segue_codes_g";
DROP TRIGGER "segue_codes_k";
DROP TRIGGER "segue_codes_d";
DROP TRIGGER "segue_codes__m1_i";
DROP TRIGGER "segue_codes__m1_r";
DROP TRIGGER "segue_codes__m1_u1";
DROP TRIGGER "segue_codes__m1_g";
DROP TRIGGER "segue_codes__m1_k";
DROP TRIGGER "segue_codes__m1_d";
CREATE TEMP TABLE segue_roots(name TEXT PRIMARY KEY, rootpage INTEGER);
INSERT INTO temp.segue_roots SELECT name, rootpage FROM main.sqlite_schema WHERE rootpage > 0;
PRAGMA writable_schema = ON;
/* :version is the answer of */ PRAGMA schema_version;
UPDATE main.sqlite_schema SET rootpage = (SELECT rootpage FROM temp.segue_roots WHERE name = 'codes__m1'), sql = 'CREATE TABLE codes (code INTEGER PRIMARY KEY NOT NULL, name text)' WHERE type = 'table' AND name = 'codes' AND sql IS 'CREATE TABLE codes (code text PRIMARY KEY NOT NULL, name text)';
UPDATE main.sqlite_schema SET name = 'segue_old_codes', tbl_name = 'segue_old_codes', rootpage = (SELECT rootpage FROM temp.segue_roots WHERE name = 'codes'), sql = 'CREATE TABLE "segue_old_codes" (code text PRIMARY KEY NOT NULL, name text)' WHERE type = 'table' AND name = 'codes__m1';
UPDATE main.sqlite_schema SET rootpage = (SELECT rootpage FROM temp.segue_roots WHERE name = 'segue_ix_codes_1'), sql = 'CREATE INDEX codes_name ON codes (name)' WHERE type = 'index' AND name = 'codes_name';
DELETE FROM main.sqlite_schema WHERE type = 'index' AND name IN ('segue_ix_codes_1', 'sqlite_autoindex_codes_1');
INSERT INTO main.sqlite_schema(type, name, tbl_name, rootpage, sql) VALUES ('index', 'sqlite_autoindex_segue_old_codes_1', 'segue_old_codes', (SELECT rootpage FROM temp.segue_roots WHERE name = 'sqlite_autoindex_codes_1'), NULL);
INSERT INTO main.sqlite_schema(type, name, tbl_name, rootpage, sql) VALUES ('index', 'segue_old_ix_codes_1', 'segue_old_codes', (SELECT rootpage FROM temp.segue_roots WHERE name = 'codes_name'), 'CREATE INDEX "segue_old_ix_codes_1" ON "segue_old_codes"(name)');
PRAGMA schema_version = :version + 1;
PRAGMA writable_schema = RESET;
SELECT (SELECT group_concat(rootpage) FROM (SELECT rootpage FROM temp.segue_roots ORDER BY rootpage)) IS (SELECT group_concat(rootpage) FROM (SELECT rootpage FROM main.sqlite_schema WHERE rootpage > 0 ORDER BY rootpage));
SELECT name FROM main.sqlite_schema WHERE type IN ('table', 'index') AND rootpage IS NULL;
SELECT * FROM "codes" LIMIT 0;
SELECT * FROM "segue_old_codes" LIMIT 0;
SELECT 1 FROM (SELECT * FROM "codes" ORDER BY "code" LIMIT 1) o WHERE NOT EXISTS (SELECT 1 FROM "codes" x INDEXED BY "codes_name" WHERE x."code" = o."code" AND x."name" IS o."name" COLLATE "BINARY");
SELECT 1 FROM (SELECT * FROM "codes" ORDER BY "code" DESC LIMIT 1) o WHERE NOT EXISTS (SELECT 1 FROM "codes" x INDEXED BY "codes_name" WHERE x."code" = o."code" AND x."name" IS o."name" COLLATE "BINARY");
CREATE VIEW "codes__m1" AS SELECT "code", "name" FROM "codes";
CREATE TRIGGER "segue_view_codes_i" INSTEAD OF INSERT ON "codes__m1" BEGIN
  INSERT INTO "codes"("code", "name") VALUES (new."code", new."name");
END;
CREATE TRIGGER "segue_view_codes_u" INSTEAD OF UPDATE ON "codes__m1" BEGIN
  UPDATE "codes" SET "code" = new."code", "name" = new."name" WHERE "code" = old."code";
END;
CREATE TRIGGER "segue_view_codes_d" INSTEAD OF DELETE ON "codes__m1" BEGIN
  DELETE FROM "codes" WHERE "code" = old."code";
END;
COMMIT;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
DROP TABLE IF EXISTS temp.segue_roots;
-- not reversible

-- contract/04-drain:codes: empty what is left of codes
--   write, write lock, 1 ms per chunk beside others, 5 ms alone
/* range by range; the first: */ DELETE FROM "segue_old_codes" WHERE _rowid_ <= :hi;
/* what is left over: */ SELECT EXISTS (SELECT 1 FROM "segue_old_codes"), 0, NULL;
-- not reversible

-- contract/05-cleanup:codes: drop what is left of codes
--   constant, write lock, O(1)
PRAGMA foreign_keys = OFF;
PRAGMA foreign_keys;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
BEGIN IMMEDIATE;
DROP TABLE IF EXISTS "segue_old_codes";
COMMIT;
-- not reversible
