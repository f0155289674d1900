-- migration m1, version m1
-- clients: column t.id keeps its name and changes its meaning: a statement of an old client that comes after contract does not fail, it means something else
-- clients: clients of the new version use table t__m1 (ask table_name) until contract, and t afterwards
-- sqlite: implicit rowids of t are not carried over: after contract rows have other ones
-- cost: the copy needs room for the table twice and the write-ahead log; dropped data stays readable in free pages

-- expand/01-install_sync:t: create the shadow of t and its one-way sync
--   constant, write lock, O(1); the values of column id change
PRAGMA foreign_keys = OFF;
PRAGMA foreign_keys;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
BEGIN IMMEDIATE;
CREATE TABLE "segue_new_t" (id INTEGER PRIMARY KEY NOT NULL, name text);
CREATE TRIGGER "segue_t_i" AFTER INSERT ON "t" WHEN NOT EXISTS (SELECT 1 FROM "segue_new_t" x WHERE x."id" = (CAST(new."id" AS INTEGER))) BEGIN
  INSERT INTO "segue_new_t"("id", "name") SELECT (CAST(o."id" AS INTEGER)), (o."name") FROM "t" o WHERE o."id" = new."id";
END;
CREATE TRIGGER "segue_t_r" AFTER INSERT ON "t" WHEN NOT NOT EXISTS (SELECT 1 FROM "segue_new_t" x WHERE x."id" = (CAST(new."id" AS INTEGER))) BEGIN
  UPDATE "segue_new_t" SET "name" = (SELECT (o."name") FROM "t" o WHERE o."id" = new."id") WHERE "segue_new_t"."id" = (CAST(new."id" AS INTEGER));
END;
CREATE TRIGGER "segue_t_u1" AFTER UPDATE OF "name" ON "t" WHEN (old."name" IS NOT new."name" COLLATE BINARY) BEGIN
  UPDATE "segue_new_t" SET "name" = (SELECT (o."name") FROM "t" o WHERE o."id" = new."id") WHERE "segue_new_t"."id" = (CAST(new."id" AS INTEGER));
END;
CREATE TRIGGER "segue_t_g" AFTER INSERT ON "t" WHEN NOT EXISTS (SELECT 1 FROM "t" x WHERE x."id" = new."id" AND x."id" IS +(CAST((CAST(x."id" AS INTEGER)) AS bigint)) COLLATE BINARY) BEGIN
  SELECT RAISE(ABORT, 'segue: this t.id has no counterpart in the other version');
END;
CREATE TRIGGER "segue_t_k" AFTER UPDATE OF "id" ON "t" WHEN old."id" IS NOT new."id" BEGIN
  SELECT RAISE(ABORT, 'segue: this t.id has no counterpart in the other version') WHERE NOT EXISTS (SELECT 1 FROM "t" x WHERE x."id" = new."id" AND x."id" IS +(CAST((CAST(x."id" AS INTEGER)) AS bigint)) COLLATE BINARY);
  DELETE FROM "segue_new_t" WHERE "segue_new_t"."id" = (CAST(old."id" AS INTEGER)) AND NOT EXISTS (SELECT 1 FROM "t" x WHERE x."id" = old."id");
  INSERT INTO "segue_new_t"("id", "name") SELECT (CAST(o."id" AS INTEGER)), (o."name") FROM "t" o WHERE o."id" = new."id" AND NOT EXISTS (SELECT 1 FROM "segue_new_t" x WHERE x."id" = (CAST(new."id" AS INTEGER)));
  UPDATE "segue_new_t" SET "name" = (SELECT (o."name") FROM "t" o WHERE o."id" = new."id") WHERE "segue_new_t"."id" = (CAST(new."id" AS INTEGER));
END;
CREATE TRIGGER "segue_t_d" AFTER DELETE ON "t" BEGIN
  DELETE FROM "segue_new_t" WHERE "segue_new_t"."id" = (CAST(old."id" AS INTEGER)) AND NOT EXISTS (SELECT 1 FROM "t" x WHERE x."id" = old."id");
END;
SAVEPOINT segue_probe;
INSERT OR IGNORE INTO "segue_new_t"("id", "name") SELECT (CAST(o."id" AS INTEGER)), (o."name") FROM "t" o ORDER BY o."id" LIMIT 1;
UPDATE "t" SET "name" = (SELECT x."name" FROM "t" x ORDER BY x."id" DESC LIMIT 1) WHERE ("id") = (SELECT x."id" FROM "t" x ORDER BY x."id" LIMIT 1);
SELECT o."id" FROM "t" o WHERE (o."id") = (SELECT x."id" FROM "t" x ORDER BY x."id" LIMIT 1) AND NOT EXISTS (SELECT 1 FROM "segue_new_t" n WHERE n."id" = (CAST(o."id" AS INTEGER)) AND ((n."name" IS o."name" COLLATE BINARY)));
ROLLBACK TO SAVEPOINT segue_probe;
COMMIT;
-- inverse:
--   PRAGMA foreign_keys = OFF;
--   PRAGMA foreign_keys;
--   PRAGMA writable_schema = OFF;
--   PRAGMA legacy_alter_table = OFF;
--   BEGIN IMMEDIATE;
--   DROP TRIGGER IF EXISTS "segue_t_i";
--   DROP TRIGGER IF EXISTS "segue_t_r";
--   DROP TRIGGER IF EXISTS "segue_t_u1";
--   DROP TRIGGER IF EXISTS "segue_t_g";
--   DROP TRIGGER IF EXISTS "segue_t_k";
--   DROP TRIGGER IF EXISTS "segue_t_d";
--   COMMIT;
--   PRAGMA legacy_alter_table = OFF;
--   /* range by range; the first: */ DELETE FROM "segue_new_t" WHERE _rowid_ <= :hi;
--   /* what is left over: */ SELECT EXISTS (SELECT 1 FROM "segue_new_t"), 0, NULL;
--   PRAGMA foreign_keys = OFF;
--   PRAGMA foreign_keys;
--   PRAGMA writable_schema = OFF;
--   PRAGMA legacy_alter_table = OFF;
--   BEGIN IMMEDIATE;
--   DROP TABLE IF EXISTS "segue_new_t";
--   COMMIT;

-- migrate/01-backfill:t: copy t into its shadow
--   write, write lock, 1 ms per chunk beside others, 5 ms alone
/* range by range; the first: */ INSERT OR IGNORE INTO "segue_new_t"("id", "name") SELECT (CAST(o."id" AS INTEGER)), (o."name") FROM "t" o WHERE o.rowid > -9223372036854775808 AND o.rowid <= 2;
/* what is left over, range by range: */ SELECT o.rowid FROM "t" o WHERE o.rowid > -9223372036854775808 AND o.rowid <= 2 AND NOT EXISTS (SELECT 1 FROM "segue_new_t" n WHERE n."id" = (CAST(o."id" AS INTEGER))) LIMIT 1000;

-- migrate/02-compare:t: prove that the shadow of t is what `up` says
--   scan, none (reads)
/* range by range; the first: */ SELECT quote(o."id"), quote(o."id") || ', ' || quote(o."name"), quote(n."id") || ', ' || quote(n."name") FROM "t" o LEFT JOIN "segue_new_t" n ON n."id" = (CAST(o."id" AS INTEGER)) WHERE (n."id" IS NULL OR NOT (o."id" IS +(CAST(n."id" AS bigint)) COLLATE BINARY AND ((n."name" IS o."name" COLLATE BINARY)))) AND o.rowid > -9223372036854775808 AND o.rowid <= :hi UNION ALL SELECT quote(n."id"), NULL, quote(n."id") || ', ' || quote(n."name") FROM "segue_new_t" n WHERE NOT EXISTS (SELECT 1 FROM "t" o WHERE o."id" = (CAST(n."id" AS bigint))) AND n.rowid > -9223372036854775808 AND n.rowid <= :hi;

-- migrate/03-publish: serve version m1, two-way sync
--   constant, write lock, O(1)
PRAGMA foreign_keys = OFF;
PRAGMA foreign_keys;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
BEGIN IMMEDIATE;
DROP TRIGGER IF EXISTS "segue_t_i";
DROP TRIGGER IF EXISTS "segue_t_r";
DROP TRIGGER IF EXISTS "segue_t_u1";
DROP TRIGGER IF EXISTS "segue_t_g";
DROP TRIGGER IF EXISTS "segue_t_k";
DROP TRIGGER IF EXISTS "segue_t_d";
PRAGMA legacy_alter_table = ON;
ALTER TABLE "segue_new_t" RENAME TO "t__m1";
PRAGMA legacy_alter_table = OFF;
CREATE TRIGGER "segue_t_i" AFTER INSERT ON "t" WHEN NOT EXISTS (SELECT 1 FROM "t__m1" x WHERE x."id" = (CAST(new."id" AS INTEGER))) BEGIN
  INSERT INTO "t__m1"("id", "name") SELECT (CAST(o."id" AS INTEGER)), (o."name") FROM "t" o WHERE o."id" = new."id";
END;
CREATE TRIGGER "segue_t_r" AFTER INSERT ON "t" WHEN EXISTS (SELECT 1 FROM "t" o, "t__m1" n WHERE o."id" = new."id" AND n."id" = (CAST(o."id" AS INTEGER)) AND NOT ((n."name" IS o."name" COLLATE BINARY))) BEGIN
  UPDATE "t__m1" SET "name" = (SELECT (o."name") FROM "t" o, "t__m1" n WHERE o."id" = new."id" AND n."id" = (CAST(o."id" AS INTEGER))) WHERE "t__m1"."id" = (CAST(new."id" AS INTEGER));
END;
CREATE TRIGGER "segue_t_u1" AFTER UPDATE OF "name" ON "t" WHEN (old."name" IS NOT new."name" COLLATE BINARY) AND EXISTS (SELECT 1 FROM "t" o, "t__m1" n WHERE o."id" = new."id" AND n."id" = (CAST(o."id" AS INTEGER)) AND NOT (n."name" IS o."name" COLLATE BINARY)) BEGIN
  UPDATE "t__m1" SET "name" = (SELECT (o."name") FROM "t" o WHERE o."id" = new."id") WHERE "t__m1"."id" = (CAST(new."id" AS INTEGER));
END;
CREATE TRIGGER "segue_t_g" AFTER INSERT ON "t" WHEN NOT EXISTS (SELECT 1 FROM "t" x WHERE x."id" = new."id" AND x."id" IS +(CAST((CAST(x."id" AS INTEGER)) AS bigint)) COLLATE BINARY) BEGIN
  SELECT RAISE(ABORT, 'segue: this t.id has no counterpart in the other version');
END;
CREATE TRIGGER "segue_t_k" AFTER UPDATE OF "id" ON "t" WHEN old."id" IS NOT new."id" BEGIN
  SELECT RAISE(ABORT, 'segue: this t.id has no counterpart in the other version') WHERE NOT EXISTS (SELECT 1 FROM "t" x WHERE x."id" = new."id" AND x."id" IS +(CAST((CAST(x."id" AS INTEGER)) AS bigint)) COLLATE BINARY);
  UPDATE "t__m1" SET ("id", "name") = (SELECT (CAST(o."id" AS INTEGER)), (o."name") FROM "t" o, "t__m1" n WHERE o."id" = new."id" AND n."id" = (CAST(old."id" AS INTEGER))) WHERE "t__m1"."id" = (CAST(old."id" AS INTEGER)) AND NOT EXISTS (SELECT 1 FROM "t" x WHERE x."id" = old."id") AND NOT EXISTS (SELECT 1 FROM "t__m1" x WHERE x."id" = (CAST(new."id" AS INTEGER))) AND EXISTS (SELECT 1 FROM "t" o WHERE o."id" = new."id");
  DELETE FROM "t__m1" WHERE "t__m1"."id" = (CAST(old."id" AS INTEGER)) AND NOT EXISTS (SELECT 1 FROM "t" x WHERE x."id" = old."id");
  INSERT INTO "t__m1"("id", "name") SELECT (CAST(o."id" AS INTEGER)), (o."name") FROM "t" o WHERE o."id" = new."id" AND NOT EXISTS (SELECT 1 FROM "t__m1" x WHERE x."id" = (CAST(new."id" AS INTEGER)));
  UPDATE "t__m1" SET "name" = (SELECT (o."name") FROM "t" o, "t__m1" n WHERE o."id" = new."id" AND n."id" = (CAST(o."id" AS INTEGER))) WHERE "t__m1"."id" = (CAST(new."id" AS INTEGER)) AND EXISTS (SELECT 1 FROM "t" o, "t__m1" n WHERE o."id" = new."id" AND n."id" = (CAST(o."id" AS INTEGER)) AND NOT ((n."name" IS o."name" COLLATE BINARY)));
END;
CREATE TRIGGER "segue_t_d" AFTER DELETE ON "t" BEGIN
  DELETE FROM "t__m1" WHERE "t__m1"."id" = (CAST(old."id" AS INTEGER)) AND NOT EXISTS (SELECT 1 FROM "t" x WHERE x."id" = old."id");
END;
CREATE TRIGGER "segue_t__m1_i" AFTER INSERT ON "t__m1" WHEN NOT EXISTS (SELECT 1 FROM "t" x WHERE x."id" = (CAST(new."id" AS bigint))) BEGIN
  INSERT INTO "t"("id", "name") SELECT (CAST(n."id" AS bigint)), (n."name") FROM "t__m1" n WHERE n."id" = new."id";
  SELECT RAISE(ABORT, 'segue: t did not follow t__m1') FROM "t__m1" n WHERE n."id" = new."id" AND NOT EXISTS (SELECT 1 FROM "t" o WHERE o."id" = (CAST(n."id" AS bigint)) AND ((o."name" IS n."name" COLLATE BINARY)));
END;
CREATE TRIGGER "segue_t__m1_r" AFTER INSERT ON "t__m1" WHEN EXISTS (SELECT 1 FROM "t__m1" n, "t" o WHERE n."id" = new."id" AND o."id" = (CAST(n."id" AS bigint)) AND NOT ((o."name" IS n."name" COLLATE BINARY))) BEGIN
  UPDATE "t" SET "name" = (SELECT (n."name") FROM "t__m1" n, "t" o WHERE n."id" = new."id" AND o."id" = (CAST(n."id" AS bigint))) WHERE "t"."id" = (CAST(new."id" AS bigint));
  SELECT RAISE(ABORT, 'segue: t did not follow t__m1') FROM "t__m1" n WHERE n."id" = new."id" AND NOT EXISTS (SELECT 1 FROM "t" o WHERE o."id" = (CAST(n."id" AS bigint)) AND ((o."name" IS n."name" COLLATE BINARY)));
END;
CREATE TRIGGER "segue_t__m1_u1" AFTER UPDATE OF "name" ON "t__m1" WHEN (old."name" IS NOT new."name" COLLATE BINARY) AND EXISTS (SELECT 1 FROM "t__m1" n, "t" o WHERE n."id" = new."id" AND o."id" = (CAST(n."id" AS bigint)) AND NOT (o."name" IS n."name" COLLATE BINARY)) BEGIN
  UPDATE "t" SET "name" = (SELECT (n."name") FROM "t__m1" n WHERE n."id" = new."id") WHERE "t"."id" = (CAST(new."id" AS bigint));
  SELECT RAISE(ABORT, 'segue: t did not follow t__m1') FROM "t__m1" n WHERE n."id" = new."id" AND NOT EXISTS (SELECT 1 FROM "t" o WHERE o."id" = (CAST(n."id" AS bigint)) AND (o."name" IS n."name" COLLATE BINARY));
END;
CREATE TRIGGER "segue_t__m1_g" AFTER INSERT ON "t__m1" WHEN NOT EXISTS (SELECT 1 FROM "t__m1" x WHERE x."id" = new."id" AND x."id" IS +(CAST((CAST(x."id" AS bigint)) AS INTEGER)) COLLATE BINARY) BEGIN
  SELECT RAISE(ABORT, 'segue: this t__m1.id has no counterpart in the other version');
END;
CREATE TRIGGER "segue_t__m1_k" AFTER UPDATE OF "id", rowid, oid, _rowid_ ON "t__m1" WHEN old."id" IS NOT new."id" BEGIN
  SELECT RAISE(ABORT, 'segue: this t__m1.id has no counterpart in the other version') WHERE NOT EXISTS (SELECT 1 FROM "t__m1" x WHERE x."id" = new."id" AND x."id" IS +(CAST((CAST(x."id" AS bigint)) AS INTEGER)) COLLATE BINARY);
  UPDATE "t" SET ("id", "name") = (SELECT (CAST(n."id" AS bigint)), (n."name") FROM "t__m1" n, "t" o WHERE n."id" = new."id" AND o."id" = (CAST(old."id" AS bigint))) WHERE "t"."id" = (CAST(old."id" AS bigint)) AND NOT EXISTS (SELECT 1 FROM "t__m1" x WHERE x."id" = old."id") AND NOT EXISTS (SELECT 1 FROM "t" x WHERE x."id" = (CAST(new."id" AS bigint))) AND EXISTS (SELECT 1 FROM "t__m1" n WHERE n."id" = new."id");
  DELETE FROM "t" WHERE "t"."id" = (CAST(old."id" AS bigint)) AND NOT EXISTS (SELECT 1 FROM "t__m1" x WHERE x."id" = old."id");
  INSERT INTO "t"("id", "name") SELECT (CAST(n."id" AS bigint)), (n."name") FROM "t__m1" n WHERE n."id" = new."id" AND NOT EXISTS (SELECT 1 FROM "t" x WHERE x."id" = (CAST(new."id" AS bigint)));
  UPDATE "t" SET "name" = (SELECT (n."name") FROM "t__m1" n, "t" o WHERE n."id" = new."id" AND o."id" = (CAST(n."id" AS bigint))) WHERE "t"."id" = (CAST(new."id" AS bigint)) AND EXISTS (SELECT 1 FROM "t__m1" n, "t" o WHERE n."id" = new."id" AND o."id" = (CAST(n."id" AS bigint)) AND NOT ((o."name" IS n."name" COLLATE BINARY)));
  SELECT RAISE(ABORT, 'segue: t did not follow t__m1') FROM "t__m1" n WHERE n."id" = new."id" AND NOT EXISTS (SELECT 1 FROM "t" o WHERE o."id" = (CAST(n."id" AS bigint)) AND ((o."name" IS n."name" COLLATE BINARY)));
END;
CREATE TRIGGER "segue_t__m1_d" AFTER DELETE ON "t__m1" BEGIN
  DELETE FROM "t" WHERE "t"."id" = (CAST(old."id" AS bigint)) AND NOT EXISTS (SELECT 1 FROM "t__m1" x WHERE x."id" = old."id");
END;
SAVEPOINT segue_probe;
UPDATE "t" SET "name" = (SELECT x."name" FROM "t" x ORDER BY x."id" DESC LIMIT 1) WHERE ("id") = (SELECT x."id" FROM "t" x ORDER BY x."id" LIMIT 1);
SELECT o."id" FROM "t" o WHERE (o."id") = (SELECT x."id" FROM "t" x ORDER BY x."id" LIMIT 1) AND NOT EXISTS (SELECT 1 FROM "t__m1" n WHERE n."id" = (CAST(o."id" AS INTEGER)) AND ((n."name" IS o."name" COLLATE BINARY)));
UPDATE "t__m1" SET "name" = (SELECT x."name" FROM "t__m1" x ORDER BY x."id" DESC LIMIT 1) WHERE ("id") = (SELECT x."id" FROM "t__m1" x ORDER BY x."id" LIMIT 1);
SELECT n."id" FROM "t__m1" n WHERE (n."id") = (SELECT x."id" FROM "t__m1" x ORDER BY x."id" LIMIT 1) AND NOT EXISTS (SELECT 1 FROM "t" o WHERE o."id" = (CAST(n."id" AS bigint)) AND ((o."name" IS n."name" COLLATE BINARY)));
ROLLBACK TO SAVEPOINT segue_probe;
COMMIT;
PRAGMA legacy_alter_table = OFF;
-- inverse:
--   PRAGMA foreign_keys = OFF;
--   PRAGMA foreign_keys;
--   PRAGMA writable_schema = OFF;
--   PRAGMA legacy_alter_table = OFF;
--   BEGIN IMMEDIATE;
--   DROP TRIGGER IF EXISTS "segue_t_i";
--   DROP TRIGGER IF EXISTS "segue_t_r";
--   DROP TRIGGER IF EXISTS "segue_t_u1";
--   DROP TRIGGER IF EXISTS "segue_t_g";
--   DROP TRIGGER IF EXISTS "segue_t_k";
--   DROP TRIGGER IF EXISTS "segue_t_d";
--   DROP TRIGGER IF EXISTS "segue_t__m1_i";
--   DROP TRIGGER IF EXISTS "segue_t__m1_r";
--   DROP TRIGGER IF EXISTS "segue_t__m1_u1";
--   DROP TRIGGER IF EXISTS "segue_t__m1_g";
--   DROP TRIGGER IF EXISTS "segue_t__m1_k";
--   DROP TRIGGER IF EXISTS "segue_t__m1_d";
--   PRAGMA legacy_alter_table = ON;
--   ALTER TABLE "t__m1" RENAME TO "segue_old_t";
--   PRAGMA legacy_alter_table = OFF;
--   CREATE TABLE "segue_new_t" (id INTEGER PRIMARY KEY NOT NULL, name text);
--   CREATE TRIGGER "segue_t_i" AFTER INSERT ON "t" WHEN NOT EXISTS (SELECT 1 FROM "segue_new_t" x WHERE x."id" = (CAST(new."id" AS INTEGER))) BEGIN
--     INSERT INTO "segue_new_t"("id", "name") SELECT (CAST(o."id" AS INTEGER)), (o."name") FROM "t" o WHERE o."id" = new."id";
--   END;
--   CREATE TRIGGER "segue_t_r" AFTER INSERT ON "t" WHEN NOT NOT EXISTS (SELECT 1 FROM "segue_new_t" x WHERE x."id" = (CAST(new."id" AS INTEGER))) BEGIN
--     UPDATE "segue_new_t" SET "name" = (SELECT (o."name") FROM "t" o WHERE o."id" = new."id") WHERE "segue_new_t"."id" = (CAST(new."id" AS INTEGER));
--   END;
--   CREATE TRIGGER "segue_t_u1" AFTER UPDATE OF "name" ON "t" WHEN (old."name" IS NOT new."name" COLLATE BINARY) BEGIN
--     UPDATE "segue_new_t" SET "name" = (SELECT (o."name") FROM "t" o WHERE o."id" = new."id") WHERE "segue_new_t"."id" = (CAST(new."id" AS INTEGER));
--   END;
--   CREATE TRIGGER "segue_t_g" AFTER INSERT ON "t" WHEN NOT EXISTS (SELECT 1 FROM "t" x WHERE x."id" = new."id" AND x."id" IS +(CAST((CAST(x."id" AS INTEGER)) AS bigint)) COLLATE BINARY) BEGIN
--     SELECT RAISE(ABORT, 'segue: this t.id has no counterpart in the other version');
--   END;
--   CREATE TRIGGER "segue_t_k" AFTER UPDATE OF "id" ON "t" WHEN old."id" IS NOT new."id" BEGIN
--     SELECT RAISE(ABORT, 'segue: this t.id has no counterpart in the other version') WHERE NOT EXISTS (SELECT 1 FROM "t" x WHERE x."id" = new."id" AND x."id" IS +(CAST((CAST(x."id" AS INTEGER)) AS bigint)) COLLATE BINARY);
--     DELETE FROM "segue_new_t" WHERE "segue_new_t"."id" = (CAST(old."id" AS INTEGER)) AND NOT EXISTS (SELECT 1 FROM "t" x WHERE x."id" = old."id");
--     INSERT INTO "segue_new_t"("id", "name") SELECT (CAST(o."id" AS INTEGER)), (o."name") FROM "t" o WHERE o."id" = new."id" AND NOT EXISTS (SELECT 1 FROM "segue_new_t" x WHERE x."id" = (CAST(new."id" AS INTEGER)));
--     UPDATE "segue_new_t" SET "name" = (SELECT (o."name") FROM "t" o WHERE o."id" = new."id") WHERE "segue_new_t"."id" = (CAST(new."id" AS INTEGER));
--   END;
--   CREATE TRIGGER "segue_t_d" AFTER DELETE ON "t" BEGIN
--     DELETE FROM "segue_new_t" WHERE "segue_new_t"."id" = (CAST(old."id" AS INTEGER)) AND NOT EXISTS (SELECT 1 FROM "t" x WHERE x."id" = old."id");
--   END;
--   COMMIT;
--   PRAGMA legacy_alter_table = OFF;
--   /* range by range; the first: */ DELETE FROM "segue_old_t" WHERE _rowid_ <= :hi;
--   /* what is left over: */ SELECT EXISTS (SELECT 1 FROM "segue_old_t"), 0, NULL;
--   PRAGMA foreign_keys = OFF;
--   PRAGMA foreign_keys;
--   PRAGMA writable_schema = OFF;
--   PRAGMA legacy_alter_table = OFF;
--   BEGIN IMMEDIATE;
--   DROP TABLE IF EXISTS "segue_old_t";
--   COMMIT;

-- contract/01-gate: no client uses the old version
--   wait, none (reads)
SELECT service, version, seen_at FROM segue_client WHERE version NOT IN ('m1') AND seen_at > strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-10 seconds');

-- contract/02-compare:t: prove that t and its shadow agree
--   scan, none (reads)
/* range by range; the first: */ SELECT quote(o."id"), quote(o."id") || ', ' || quote(o."name"), quote(n."id") || ', ' || quote(n."name") FROM "t" o LEFT JOIN "t__m1" n ON n."id" = (CAST(o."id" AS INTEGER)) WHERE (n."id" IS NULL OR NOT (o."id" IS +(CAST(n."id" AS bigint)) COLLATE BINARY AND ((n."name" IS o."name" COLLATE BINARY)))) AND o.rowid > -9223372036854775808 AND o.rowid <= :hi UNION ALL SELECT quote(n."id"), NULL, quote(n."id") || ', ' || quote(n."name") FROM "t__m1" n WHERE NOT EXISTS (SELECT 1 FROM "t" o WHERE o."id" = (CAST(n."id" AS bigint))) AND n.rowid > -9223372036854775808 AND n.rowid <= :hi;

-- contract/03-swap: the base takes the new shape
--   constant, write lock, O(1)
PRAGMA foreign_keys = OFF;
PRAGMA foreign_keys;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
DROP TABLE IF EXISTS temp.segue_roots;
BEGIN IMMEDIATE;
DROP TRIGGER "segue_t_i";
DROP TRIGGER "segue_t_r";
DROP TRIGGER "segue_t_u1";
DROP TRIGGER "segue_t_g";
DROP TRIGGER "segue_t_k";
DROP TRIGGER "segue_t_d";
DROP TRIGGER "segue_t__m1_i";
DROP TRIGGER "segue_t__m1_r";
DROP TRIGGER "segue_t__m1_u1";
DROP TRIGGER "segue_t__m1_g";
DROP TRIGGER "segue_t__m1_k";
DROP TRIGGER "segue_t__m1_d";
CREATE TEMP TABLE segue_roots(name TEXT PRIMARY KEY, rootpage INTEGER);
INSERT INTO temp.segue_roots SELECT name, rootpage FROM main.sqlite_schema WHERE rootpage > 0;
PRAGMA writable_schema = ON;
/* :version is the answer of */ PRAGMA schema_version;
UPDATE main.sqlite_schema SET rootpage = (SELECT rootpage FROM temp.segue_roots WHERE name = 't__m1'), sql = 'CREATE TABLE t (id INTEGER PRIMARY KEY NOT NULL, name text)' WHERE type = 'table' AND name = 't' AND sql IS 'CREATE TABLE t (id bigint PRIMARY KEY NOT NULL, name text)';
UPDATE main.sqlite_schema SET name = 'segue_old_t', tbl_name = 'segue_old_t', rootpage = (SELECT rootpage FROM temp.segue_roots WHERE name = 't'), sql = 'CREATE TABLE "segue_old_t" (id bigint PRIMARY KEY NOT NULL, name text)' WHERE type = 'table' AND name = 't__m1';
DELETE FROM main.sqlite_schema WHERE type = 'index' AND name IN ('sqlite_autoindex_t_1');
INSERT INTO main.sqlite_schema(type, name, tbl_name, rootpage, sql) VALUES ('index', 'sqlite_autoindex_segue_old_t_1', 'segue_old_t', (SELECT rootpage FROM temp.segue_roots WHERE name = 'sqlite_autoindex_t_1'), NULL);
PRAGMA schema_version = :version + 1;
PRAGMA writable_schema = RESET;
SELECT (SELECT group_concat(rootpage) FROM (SELECT rootpage FROM temp.segue_roots ORDER BY rootpage)) IS (SELECT group_concat(rootpage) FROM (SELECT rootpage FROM main.sqlite_schema WHERE rootpage > 0 ORDER BY rootpage));
SELECT name FROM main.sqlite_schema WHERE type IN ('table', 'index') AND rootpage IS NULL;
SELECT * FROM "t" LIMIT 0;
SELECT * FROM "segue_old_t" LIMIT 0;
CREATE VIEW "t__m1" AS SELECT "id", "name" FROM "t";
CREATE TRIGGER "segue_view_t_i" INSTEAD OF INSERT ON "t__m1" BEGIN
  INSERT INTO "t"("id", "name") VALUES (new."id", new."name");
END;
CREATE TRIGGER "segue_view_t_u" INSTEAD OF UPDATE ON "t__m1" BEGIN
  UPDATE "t" SET "id" = new."id", "name" = new."name" WHERE "id" = old."id";
END;
CREATE TRIGGER "segue_view_t_d" INSTEAD OF DELETE ON "t__m1" BEGIN
  DELETE FROM "t" WHERE "id" = old."id";
END;
COMMIT;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
DROP TABLE IF EXISTS temp.segue_roots;
-- not reversible

-- contract/04-drain:t: empty what is left of t
--   write, write lock, 1 ms per chunk beside others, 5 ms alone
/* range by range; the first: */ DELETE FROM "segue_old_t" WHERE _rowid_ <= :hi;
/* what is left over: */ SELECT EXISTS (SELECT 1 FROM "segue_old_t"), 0, NULL;
-- not reversible

-- contract/05-cleanup:t: drop what is left of t
--   constant, write lock, O(1)
PRAGMA foreign_keys = OFF;
PRAGMA foreign_keys;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
BEGIN IMMEDIATE;
DROP TABLE IF EXISTS "segue_old_t";
COMMIT;
-- not reversible
