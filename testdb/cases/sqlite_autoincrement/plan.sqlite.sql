-- migration m1, version m1
-- clients: column counted.n keeps its name and changes its meaning: a statement of an old client that comes after contract does not fail, it means something else
-- clients: clients of the new version use table counted__m1 (ask table_name) until contract, and counted afterwards
-- cost: the copy needs room for the table twice and the write-ahead log; dropped data stays readable in free pages

-- expand/01-install_sync:counted: create the shadow of counted and its one-way sync
--   constant, write lock, O(1); the values of column n change
PRAGMA foreign_keys = OFF;
PRAGMA foreign_keys;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
BEGIN IMMEDIATE;
CREATE TABLE "segue_new_counted" (id INTEGER PRIMARY KEY AUTOINCREMENT, n text);
INSERT INTO sqlite_sequence(name, seq) SELECT 'segue_new_counted', seq FROM sqlite_sequence WHERE name = 'counted';
CREATE TRIGGER "segue_counted_i" AFTER INSERT ON "counted" WHEN NOT EXISTS (SELECT 1 FROM "segue_new_counted" x WHERE x."id" = new."id") BEGIN
  INSERT INTO "segue_new_counted"("id", "n") SELECT o."id", (CAST(o."n" + 1 AS text)) FROM "counted" o WHERE o."id" = new."id";
END;
CREATE TRIGGER "segue_counted_r" AFTER INSERT ON "counted" WHEN NOT NOT EXISTS (SELECT 1 FROM "segue_new_counted" x WHERE x."id" = new."id") BEGIN
  UPDATE "segue_new_counted" SET "n" = (SELECT (CAST(o."n" + 1 AS text)) FROM "counted" o WHERE o."id" = new."id") WHERE "segue_new_counted"."id" = new."id";
END;
CREATE TRIGGER "segue_counted_u1" AFTER UPDATE OF "n" ON "counted" WHEN (old."n" IS NOT new."n" COLLATE BINARY) BEGIN
  UPDATE "segue_new_counted" SET "n" = (SELECT (CAST(o."n" + 1 AS text)) FROM "counted" o WHERE o."id" = new."id") WHERE "segue_new_counted"."id" = new."id";
END;
CREATE TRIGGER "segue_counted_k" AFTER UPDATE OF "id", rowid, oid, _rowid_ ON "counted" WHEN old."id" IS NOT new."id" BEGIN
  DELETE FROM "segue_new_counted" WHERE "segue_new_counted"."id" = old."id" AND NOT EXISTS (SELECT 1 FROM "counted" x WHERE x."id" = old."id");
  INSERT INTO "segue_new_counted"("id", "n") SELECT o."id", (CAST(o."n" + 1 AS text)) FROM "counted" o WHERE o."id" = new."id" AND NOT EXISTS (SELECT 1 FROM "segue_new_counted" x WHERE x."id" = new."id");
  UPDATE "segue_new_counted" SET "n" = (SELECT (CAST(o."n" + 1 AS text)) FROM "counted" o WHERE o."id" = new."id") WHERE "segue_new_counted"."id" = new."id";
END;
CREATE TRIGGER "segue_counted_d" AFTER DELETE ON "counted" BEGIN
  DELETE FROM "segue_new_counted" WHERE "segue_new_counted"."id" = old."id" AND NOT EXISTS (SELECT 1 FROM "counted" x WHERE x."id" = old."id");
END;
SAVEPOINT segue_probe;
INSERT OR IGNORE INTO "segue_new_counted"("id", "n") SELECT o."id", (CAST(o."n" + 1 AS text)) FROM "counted" o ORDER BY o."id" LIMIT 1;
UPDATE "counted" SET "n" = (SELECT x."n" FROM "counted" x ORDER BY x."id" DESC LIMIT 1) WHERE ("id") = (SELECT x."id" FROM "counted" x ORDER BY x."id" LIMIT 1);
SELECT o."id" FROM "counted" o WHERE (o."id") = (SELECT x."id" FROM "counted" x ORDER BY x."id" LIMIT 1) AND NOT EXISTS (SELECT 1 FROM "segue_new_counted" n WHERE n."id" = o."id" AND ((n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY)));
ROLLBACK TO SAVEPOINT segue_probe;
COMMIT;
-- inverse:
--   PRAGMA foreign_keys = OFF;
--   PRAGMA foreign_keys;
--   PRAGMA writable_schema = OFF;
--   PRAGMA legacy_alter_table = OFF;
--   BEGIN IMMEDIATE;
--   DROP TRIGGER IF EXISTS "segue_counted_i";
--   DROP TRIGGER IF EXISTS "segue_counted_r";
--   DROP TRIGGER IF EXISTS "segue_counted_u1";
--   DROP TRIGGER IF EXISTS "segue_counted_k";
--   DROP TRIGGER IF EXISTS "segue_counted_d";
--   COMMIT;
--   PRAGMA legacy_alter_table = OFF;
--   /* range by range; the first: */ DELETE FROM "segue_new_counted" WHERE _rowid_ <= :hi;
--   /* what is left over: */ SELECT EXISTS (SELECT 1 FROM "segue_new_counted"), 0, NULL;
--   PRAGMA foreign_keys = OFF;
--   PRAGMA foreign_keys;
--   PRAGMA writable_schema = OFF;
--   PRAGMA legacy_alter_table = OFF;
--   BEGIN IMMEDIATE;
--   DROP TABLE IF EXISTS "segue_new_counted";
--   COMMIT;

-- migrate/01-backfill:counted: copy counted into its shadow
--   write, write lock, 1 ms per chunk beside others, 5 ms alone
/* range by range; the first: */ INSERT OR IGNORE INTO "segue_new_counted"("id", "n") SELECT o."id", (CAST(o."n" + 1 AS text)) FROM "counted" o WHERE o.rowid > -9223372036854775808 AND o.rowid <= 2;
/* what is left over, range by range: */ SELECT o.rowid FROM "counted" o WHERE o.rowid > -9223372036854775808 AND o.rowid <= 2 AND NOT EXISTS (SELECT 1 FROM "segue_new_counted" n WHERE n."id" = o."id") LIMIT 1000;

-- migrate/02-compare:counted: prove that the shadow of counted is what `up` says
--   scan, none (reads)
/* range by range; the first: */ SELECT quote(o."id"), quote(o."id") || ', ' || quote(o."n"), quote(n."id") || ', ' || quote(n."n") FROM "counted" o LEFT JOIN "segue_new_counted" n ON n."id" = o."id" WHERE (n."id" IS NULL OR NOT ((n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY))) AND o.rowid > -9223372036854775808 AND o.rowid <= :hi UNION ALL SELECT quote(n."id"), NULL, quote(n."id") || ', ' || quote(n."n") FROM "segue_new_counted" n WHERE NOT EXISTS (SELECT 1 FROM "counted" o WHERE o."id" = n."id") AND n."id" > -9223372036854775808 AND n."id" <= :hi;

-- migrate/03-publish: serve version m1, two-way sync
--   constant, write lock, O(1)
PRAGMA foreign_keys = OFF;
PRAGMA foreign_keys;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
BEGIN IMMEDIATE;
DROP TRIGGER IF EXISTS "segue_counted_i";
DROP TRIGGER IF EXISTS "segue_counted_r";
DROP TRIGGER IF EXISTS "segue_counted_u1";
DROP TRIGGER IF EXISTS "segue_counted_k";
DROP TRIGGER IF EXISTS "segue_counted_d";
PRAGMA legacy_alter_table = ON;
ALTER TABLE "segue_new_counted" RENAME TO "counted__m1";
PRAGMA legacy_alter_table = OFF;
CREATE TRIGGER "segue_counted_i" AFTER INSERT ON "counted" WHEN NOT EXISTS (SELECT 1 FROM "counted__m1" x WHERE x."id" = new."id") BEGIN
  INSERT INTO "counted__m1"("id", "n") SELECT o."id", (CAST(o."n" + 1 AS text)) FROM "counted" o WHERE o."id" = new."id";
END;
CREATE TRIGGER "segue_counted_r" AFTER INSERT ON "counted" WHEN EXISTS (SELECT 1 FROM "counted" o, "counted__m1" n WHERE o."id" = new."id" AND n."id" = o."id" AND NOT (((n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY) OR (o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY)))) BEGIN
  UPDATE "counted__m1" SET "n" = (SELECT CASE WHEN ((o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY)) THEN n."n" ELSE (CAST(o."n" + 1 AS text)) END FROM "counted" o, "counted__m1" n WHERE o."id" = new."id" AND n."id" = o."id") WHERE "counted__m1"."id" = new."id";
END;
CREATE TRIGGER "segue_counted_u1" AFTER UPDATE OF "n" ON "counted" WHEN (old."n" IS NOT new."n" COLLATE BINARY) AND EXISTS (SELECT 1 FROM "counted" o, "counted__m1" n WHERE o."id" = new."id" AND n."id" = o."id" AND NOT ((n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY) OR (o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY))) BEGIN
  UPDATE "counted__m1" SET "n" = (SELECT (CAST(o."n" + 1 AS text)) FROM "counted" o WHERE o."id" = new."id") WHERE "counted__m1"."id" = new."id";
END;
CREATE TRIGGER "segue_counted_k" AFTER UPDATE OF "id", rowid, oid, _rowid_ ON "counted" WHEN old."id" IS NOT new."id" BEGIN
  UPDATE "counted__m1" SET ("id", "n") = (SELECT o."id", CASE WHEN ((o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY)) THEN n."n" ELSE (CAST(o."n" + 1 AS text)) END FROM "counted" o, "counted__m1" n WHERE o."id" = new."id" AND n."id" = old."id") WHERE "counted__m1"."id" = old."id" AND NOT EXISTS (SELECT 1 FROM "counted" x WHERE x."id" = old."id") AND NOT EXISTS (SELECT 1 FROM "counted__m1" x WHERE x."id" = new."id") AND EXISTS (SELECT 1 FROM "counted" o WHERE o."id" = new."id");
  DELETE FROM "counted__m1" WHERE "counted__m1"."id" = old."id" AND NOT EXISTS (SELECT 1 FROM "counted" x WHERE x."id" = old."id");
  INSERT INTO "counted__m1"("id", "n") SELECT o."id", (CAST(o."n" + 1 AS text)) FROM "counted" o WHERE o."id" = new."id" AND NOT EXISTS (SELECT 1 FROM "counted__m1" x WHERE x."id" = new."id");
  UPDATE "counted__m1" SET "n" = (SELECT CASE WHEN ((o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY)) THEN n."n" ELSE (CAST(o."n" + 1 AS text)) END FROM "counted" o, "counted__m1" n WHERE o."id" = new."id" AND n."id" = o."id") WHERE "counted__m1"."id" = new."id" AND EXISTS (SELECT 1 FROM "counted" o, "counted__m1" n WHERE o."id" = new."id" AND n."id" = o."id" AND NOT (((n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY) OR (o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY))));
END;
CREATE TRIGGER "segue_counted_d" AFTER DELETE ON "counted" BEGIN
  DELETE FROM "counted__m1" WHERE "counted__m1"."id" = old."id" AND NOT EXISTS (SELECT 1 FROM "counted" x WHERE x."id" = old."id");
END;
CREATE TRIGGER "segue_counted__m1_i" AFTER INSERT ON "counted__m1" WHEN NOT EXISTS (SELECT 1 FROM "counted" x WHERE x."id" = new."id") BEGIN
  INSERT INTO "counted"("id", "n") SELECT n."id", (CAST(n."n" AS integer) - 1) FROM "counted__m1" n WHERE n."id" = new."id";
  SELECT RAISE(ABORT, 'segue: counted did not follow counted__m1') FROM "counted__m1" n WHERE n."id" = new."id" AND NOT EXISTS (SELECT 1 FROM "counted" o WHERE o."id" = n."id" AND (((o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY) OR (n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY))));
END;
CREATE TRIGGER "segue_counted__m1_r" AFTER INSERT ON "counted__m1" WHEN EXISTS (SELECT 1 FROM "counted__m1" n, "counted" o WHERE n."id" = new."id" AND o."id" = n."id" AND NOT (((o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY) OR (n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY)))) BEGIN
  UPDATE "counted" SET "n" = (SELECT CASE WHEN ((n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY)) THEN o."n" ELSE (CAST(n."n" AS integer) - 1) END FROM "counted__m1" n, "counted" o WHERE n."id" = new."id" AND o."id" = n."id") WHERE "counted"."id" = new."id";
  SELECT RAISE(ABORT, 'segue: counted did not follow counted__m1') FROM "counted__m1" n WHERE n."id" = new."id" AND NOT EXISTS (SELECT 1 FROM "counted" o WHERE o."id" = n."id" AND (((o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY) OR (n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY))));
END;
CREATE TRIGGER "segue_counted__m1_u1" AFTER UPDATE OF "n" ON "counted__m1" WHEN (old."n" IS NOT new."n" COLLATE BINARY) AND EXISTS (SELECT 1 FROM "counted__m1" n, "counted" o WHERE n."id" = new."id" AND o."id" = n."id" AND NOT ((o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY) OR (n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY))) BEGIN
  UPDATE "counted" SET "n" = (SELECT (CAST(n."n" AS integer) - 1) FROM "counted__m1" n WHERE n."id" = new."id") WHERE "counted"."id" = new."id";
  SELECT RAISE(ABORT, 'segue: counted did not follow counted__m1') FROM "counted__m1" n WHERE n."id" = new."id" AND NOT EXISTS (SELECT 1 FROM "counted" o WHERE o."id" = n."id" AND ((o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY) OR (n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY)));
END;
CREATE TRIGGER "segue_counted__m1_k" AFTER UPDATE OF "id", rowid, oid, _rowid_ ON "counted__m1" WHEN old."id" IS NOT new."id" BEGIN
  UPDATE "counted" SET ("id", "n") = (SELECT n."id", CASE WHEN ((n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY)) THEN o."n" ELSE (CAST(n."n" AS integer) - 1) END FROM "counted__m1" n, "counted" o WHERE n."id" = new."id" AND o."id" = old."id") WHERE "counted"."id" = old."id" AND NOT EXISTS (SELECT 1 FROM "counted__m1" x WHERE x."id" = old."id") AND NOT EXISTS (SELECT 1 FROM "counted" x WHERE x."id" = new."id") AND EXISTS (SELECT 1 FROM "counted__m1" n WHERE n."id" = new."id");
  DELETE FROM "counted" WHERE "counted"."id" = old."id" AND NOT EXISTS (SELECT 1 FROM "counted__m1" x WHERE x."id" = old."id");
  INSERT INTO "counted"("id", "n") SELECT n."id", (CAST(n."n" AS integer) - 1) FROM "counted__m1" n WHERE n."id" = new."id" AND NOT EXISTS (SELECT 1 FROM "counted" x WHERE x."id" = new."id");
  UPDATE "counted" SET "n" = (SELECT CASE WHEN ((n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY)) THEN o."n" ELSE (CAST(n."n" AS integer) - 1) END FROM "counted__m1" n, "counted" o WHERE n."id" = new."id" AND o."id" = n."id") WHERE "counted"."id" = new."id" AND EXISTS (SELECT 1 FROM "counted__m1" n, "counted" o WHERE n."id" = new."id" AND o."id" = n."id" AND NOT (((o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY) OR (n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY))));
  SELECT RAISE(ABORT, 'segue: counted did not follow counted__m1') FROM "counted__m1" n WHERE n."id" = new."id" AND NOT EXISTS (SELECT 1 FROM "counted" o WHERE o."id" = n."id" AND (((o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY) OR (n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY))));
END;
CREATE TRIGGER "segue_counted__m1_d" AFTER DELETE ON "counted__m1" BEGIN
  DELETE FROM "counted" WHERE "counted"."id" = old."id" AND NOT EXISTS (SELECT 1 FROM "counted__m1" x WHERE x."id" = old."id");
END;
SAVEPOINT segue_probe;
UPDATE "counted" SET "n" = (SELECT x."n" FROM "counted" x ORDER BY x."id" DESC LIMIT 1) WHERE ("id") = (SELECT x."id" FROM "counted" x ORDER BY x."id" LIMIT 1);
SELECT o."id" FROM "counted" o WHERE (o."id") = (SELECT x."id" FROM "counted" x ORDER BY x."id" LIMIT 1) AND NOT EXISTS (SELECT 1 FROM "counted__m1" n WHERE n."id" = o."id" AND (((n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY) OR (o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY))));
UPDATE "counted__m1" SET "n" = (SELECT x."n" FROM "counted__m1" x ORDER BY x."id" DESC LIMIT 1) WHERE ("id") = (SELECT x."id" FROM "counted__m1" x ORDER BY x."id" LIMIT 1);
SELECT n."id" FROM "counted__m1" n WHERE (n."id") = (SELECT x."id" FROM "counted__m1" x ORDER BY x."id" LIMIT 1) AND NOT EXISTS (SELECT 1 FROM "counted" o WHERE o."id" = n."id" AND (((o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY) OR (n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY))));
ROLLBACK TO SAVEPOINT segue_probe;
COMMIT;
PRAGMA legacy_alter_table = OFF;
-- inverse:
--   PRAGMA foreign_keys = OFF;
--   PRAGMA foreign_keys;
--   PRAGMA writable_schema = OFF;
--   PRAGMA legacy_alter_table = OFF;
--   BEGIN IMMEDIATE;
--   DROP TRIGGER IF EXISTS "segue_counted_i";
--   DROP TRIGGER IF EXISTS "segue_counted_r";
--   DROP TRIGGER IF EXISTS "segue_counted_u1";
--   DROP TRIGGER IF EXISTS "segue_counted_k";
--   DROP TRIGGER IF EXISTS "segue_counted_d";
--   DROP TRIGGER IF EXISTS "segue_counted__m1_i";
--   DROP TRIGGER IF EXISTS "segue_counted__m1_r";
--   DROP TRIGGER IF EXISTS "segue_counted__m1_u1";
--   DROP TRIGGER IF EXISTS "segue_counted__m1_k";
--   DROP TRIGGER IF EXISTS "segue_counted__m1_d";
--   PRAGMA legacy_alter_table = ON;
--   ALTER TABLE "counted__m1" RENAME TO "segue_old_counted";
--   PRAGMA legacy_alter_table = OFF;
--   CREATE TABLE "segue_new_counted" (id INTEGER PRIMARY KEY AUTOINCREMENT, n text);
--   INSERT INTO sqlite_sequence(name, seq) SELECT 'segue_new_counted', seq FROM sqlite_sequence WHERE name = 'counted';
--   CREATE TRIGGER "segue_counted_i" AFTER INSERT ON "counted" WHEN NOT EXISTS (SELECT 1 FROM "segue_new_counted" x WHERE x."id" = new."id") BEGIN
--     INSERT INTO "segue_new_counted"("id", "n") SELECT o."id", (CAST(o."n" + 1 AS text)) FROM "counted" o WHERE o."id" = new."id";
--   END;
--   CREATE TRIGGER "segue_counted_r" AFTER INSERT ON "counted" WHEN NOT NOT EXISTS (SELECT 1 FROM "segue_new_counted" x WHERE x."id" = new."id") BEGIN
--     UPDATE "segue_new_counted" SET "n" = (SELECT (CAST(o."n" + 1 AS text)) FROM "counted" o WHERE o."id" = new."id") WHERE "segue_new_counted"."id" = new."id";
--   END;
--   CREATE TRIGGER "segue_counted_u1" AFTER UPDATE OF "n" ON "counted" WHEN (old."n" IS NOT new."n" COLLATE BINARY) BEGIN
--     UPDATE "segue_new_counted" SET "n" = (SELECT (CAST(o."n" + 1 AS text)) FROM "counted" o WHERE o."id" = new."id") WHERE "segue_new_counted"."id" = new."id";
--   END;
--   CREATE TRIGGER "segue_counted_k" AFTER UPDATE OF "id", rowid, oid, _rowid_ ON "counted" WHEN old."id" IS NOT new."id" BEGIN
--     DELETE FROM "segue_new_counted" WHERE "segue_new_counted"."id" = old."id" AND NOT EXISTS (SELECT 1 FROM "counted" x WHERE x."id" = old."id");
--     INSERT INTO "segue_new_counted"("id", "n") SELECT o."id", (CAST(o."n" + 1 AS text)) FROM "counted" o WHERE o."id" = new."id" AND NOT EXISTS (SELECT 1 FROM "segue_new_counted" x WHERE x."id" = new."id");
--     UPDATE "segue_new_counted" SET "n" = (SELECT (CAST(o."n" + 1 AS text)) FROM "counted" o WHERE o."id" = new."id") WHERE "segue_new_counted"."id" = new."id";
--   END;
--   CREATE TRIGGER "segue_counted_d" AFTER DELETE ON "counted" BEGIN
--     DELETE FROM "segue_new_counted" WHERE "segue_new_counted"."id" = old."id" AND NOT EXISTS (SELECT 1 FROM "counted" x WHERE x."id" = old."id");
--   END;
--   COMMIT;
--   PRAGMA legacy_alter_table = OFF;
--   /* range by range; the first: */ DELETE FROM "segue_old_counted" WHERE _rowid_ <= :hi;
--   /* what is left over: */ SELECT EXISTS (SELECT 1 FROM "segue_old_counted"), 0, NULL;
--   PRAGMA foreign_keys = OFF;
--   PRAGMA foreign_keys;
--   PRAGMA writable_schema = OFF;
--   PRAGMA legacy_alter_table = OFF;
--   BEGIN IMMEDIATE;
--   DROP TABLE IF EXISTS "segue_old_counted";
--   COMMIT;

-- contract/01-gate: no client uses the old version
--   wait, none (reads)
SELECT service, version, seen_at FROM segue_client WHERE version NOT IN ('m1') AND seen_at > strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-10 seconds');

-- contract/02-compare:counted: prove that counted and its shadow agree
--   scan, none (reads)
/* range by range; the first: */ SELECT quote(o."id"), quote(o."id") || ', ' || quote(o."n"), quote(n."id") || ', ' || quote(n."n") FROM "counted" o LEFT JOIN "counted__m1" n ON n."id" = o."id" WHERE (n."id" IS NULL OR NOT (((n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY) OR (o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY)))) AND o.rowid > -9223372036854775808 AND o.rowid <= :hi UNION ALL SELECT quote(n."id"), NULL, quote(n."id") || ', ' || quote(n."n") FROM "counted__m1" n WHERE NOT EXISTS (SELECT 1 FROM "counted" o WHERE o."id" = n."id") AND n."id" > -9223372036854775808 AND n."id" <= :hi;

-- contract/03-swap: the base takes the new shape
--   constant, write lock, O(1)
PRAGMA foreign_keys = OFF;
PRAGMA foreign_keys;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
DROP TABLE IF EXISTS temp.segue_roots;
BEGIN IMMEDIATE;
DROP TRIGGER "segue_counted_i";
DROP TRIGGER "segue_counted_r";
DROP TRIGGER "segue_counted_u1";
DROP TRIGGER "segue_counted_k";
DROP TRIGGER "segue_counted_d";
DROP TRIGGER "segue_counted__m1_i";
DROP TRIGGER "segue_counted__m1_r";
DROP TRIGGER "segue_counted__m1_u1";
DROP TRIGGER "segue_counted__m1_k";
DROP TRIGGER "segue_counted__m1_d";
CREATE TEMP TABLE segue_roots(name TEXT PRIMARY KEY, rootpage INTEGER);
INSERT INTO temp.segue_roots SELECT name, rootpage FROM main.sqlite_schema WHERE rootpage > 0;
PRAGMA writable_schema = ON;
/* :version is the answer of */ PRAGMA schema_version;
UPDATE main.sqlite_schema SET rootpage = (SELECT rootpage FROM temp.segue_roots WHERE name = 'counted__m1'), sql = 'CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT, n text)' WHERE type = 'table' AND name = 'counted' AND sql IS 'CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT, n integer)';
UPDATE main.sqlite_schema SET name = 'segue_old_counted', tbl_name = 'segue_old_counted', rootpage = (SELECT rootpage FROM temp.segue_roots WHERE name = 'counted'), sql = 'CREATE TABLE "segue_old_counted" (id INTEGER PRIMARY KEY AUTOINCREMENT, n integer)' WHERE type = 'table' AND name = 'counted__m1';
DELETE FROM sqlite_sequence WHERE name = 'counted';
UPDATE sqlite_sequence SET name = 'counted' WHERE name = 'counted__m1';
PRAGMA schema_version = :version + 1;
PRAGMA writable_schema = RESET;
SELECT (SELECT group_concat(rootpage) FROM (SELECT rootpage FROM temp.segue_roots ORDER BY rootpage)) IS (SELECT group_concat(rootpage) FROM (SELECT rootpage FROM main.sqlite_schema WHERE rootpage > 0 ORDER BY rootpage));
SELECT name FROM main.sqlite_schema WHERE type IN ('table', 'index') AND rootpage IS NULL;
SELECT * FROM "counted" LIMIT 0;
SELECT * FROM "segue_old_counted" LIMIT 0;
CREATE VIEW "counted__m1" AS SELECT "id", "n" FROM "counted";
CREATE TRIGGER "segue_view_counted_i" INSTEAD OF INSERT ON "counted__m1" BEGIN
  INSERT INTO "counted"("id", "n") VALUES (new."id", new."n");
END;
CREATE TRIGGER "segue_view_counted_u" INSTEAD OF UPDATE ON "counted__m1" BEGIN
  UPDATE "counted" SET "id" = new."id", "n" = new."n" WHERE "id" = old."id";
END;
CREATE TRIGGER "segue_view_counted_d" INSTEAD OF DELETE ON "counted__m1" BEGIN
  DELETE FROM "counted" WHERE "id" = old."id";
END;
COMMIT;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
DROP TABLE IF EXISTS temp.segue_roots;
-- not reversible

-- contract/04-drain:counted: empty what is left of counted
--   write, write lock, 1 ms per chunk beside others, 5 ms alone
/* range by range; the first: */ DELETE FROM "segue_old_counted" WHERE _rowid_ <= :hi;
/* what is left over: */ SELECT EXISTS (SELECT 1 FROM "segue_old_counted"), 0, NULL;
-- not reversible

-- contract/05-cleanup:counted: drop what is left of counted
--   constant, write lock, O(1)
PRAGMA foreign_keys = OFF;
PRAGMA foreign_keys;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
BEGIN IMMEDIATE;
DROP TABLE IF EXISTS "segue_old_counted";
COMMIT;
-- not reversible
