-- migration m1, version m1
-- clients: column t.n keeps its name and changes its meaning: a statement of an old client that comes after contract does not fail, it means something else
-- clients: clients of the new version use table t__m1 (ask table_name) until contract, and t afterwards
-- cost: the copy needs room for the table twice and the write-ahead log; dropped data stays readable in free pages

-- expand/01-install_sync:t: create the shadow of t and its one-way sync
--   constant, write lock, O(1); the values of column n change
PRAGMA foreign_keys = OFF;
PRAGMA foreign_keys;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
BEGIN IMMEDIATE;
CREATE TABLE "segue_new_t" (code text NOT NULL UNIQUE, n text);
CREATE TRIGGER "segue_t_i" AFTER INSERT ON "t" WHEN NOT EXISTS (SELECT 1 FROM "segue_new_t" x WHERE x."code" = new."code") BEGIN
  DELETE FROM "segue_new_t" WHERE "code" = new."code" AND NOT ("segue_new_t"."code" = new."code") AND NOT EXISTS (SELECT 1 FROM "t" x WHERE x."code" = "segue_new_t"."code");
  DELETE FROM "segue_new_t" WHERE "rowid" = new."rowid" AND NOT ("segue_new_t"."code" = new."code") AND NOT EXISTS (SELECT 1 FROM "t" x WHERE x."code" = "segue_new_t"."code");
  INSERT INTO "segue_new_t"("code", "n", "rowid") SELECT o."code", (CAST(o."n" + 1 AS text)), (o."rowid") FROM "t" o WHERE o."code" = new."code";
END;
CREATE TRIGGER "segue_t_r" AFTER INSERT ON "t" WHEN NOT NOT EXISTS (SELECT 1 FROM "segue_new_t" x WHERE x."code" = new."code") BEGIN
  DELETE FROM "segue_new_t" WHERE "code" = new."code" AND NOT ("segue_new_t"."code" = new."code") AND NOT EXISTS (SELECT 1 FROM "t" x WHERE x."code" = "segue_new_t"."code");
  DELETE FROM "segue_new_t" WHERE "rowid" = new."rowid" AND NOT ("segue_new_t"."code" = new."code") AND NOT EXISTS (SELECT 1 FROM "t" x WHERE x."code" = "segue_new_t"."code");
  UPDATE "segue_new_t" SET ("n", "rowid") = (SELECT (CAST(o."n" + 1 AS text)), (o."rowid") FROM "t" o WHERE o."code" = new."code") WHERE "segue_new_t"."code" = new."code";
END;
CREATE TRIGGER "segue_t_u1" AFTER UPDATE OF "n" ON "t" WHEN (old."n" IS NOT new."n" COLLATE BINARY) BEGIN
  UPDATE "segue_new_t" SET "n" = (SELECT (CAST(o."n" + 1 AS text)) FROM "t" o WHERE o."code" = new."code") WHERE "segue_new_t"."code" = new."code";
END;
CREATE TRIGGER "segue_t_u2" AFTER UPDATE OF "rowid", "oid", "_rowid_" ON "t" WHEN (old."rowid" IS NOT new."rowid" COLLATE BINARY) BEGIN
  DELETE FROM "segue_new_t" WHERE "rowid" = new."rowid" AND NOT ("segue_new_t"."code" = new."code") AND NOT ("segue_new_t"."code" = old."code") AND NOT EXISTS (SELECT 1 FROM "t" x WHERE x."code" = "segue_new_t"."code");
  UPDATE "segue_new_t" SET "rowid" = (SELECT (o."rowid") FROM "t" o WHERE o."code" = new."code") WHERE "segue_new_t"."code" = new."code";
END;
CREATE TRIGGER "segue_t_k" AFTER UPDATE OF "code" ON "t" WHEN old."code" IS NOT new."code" BEGIN
  DELETE FROM "segue_new_t" WHERE "code" = new."code" AND NOT ("segue_new_t"."code" = new."code") AND NOT ("segue_new_t"."code" = old."code") AND NOT EXISTS (SELECT 1 FROM "t" x WHERE x."code" = "segue_new_t"."code");
  DELETE FROM "segue_new_t" WHERE "rowid" = new."rowid" AND NOT ("segue_new_t"."code" = new."code") AND NOT ("segue_new_t"."code" = old."code") AND NOT EXISTS (SELECT 1 FROM "t" x WHERE x."code" = "segue_new_t"."code");
  DELETE FROM "segue_new_t" WHERE "segue_new_t"."code" = old."code" AND NOT EXISTS (SELECT 1 FROM "t" x WHERE x."code" = old."code");
  INSERT INTO "segue_new_t"("code", "n", "rowid") SELECT o."code", (CAST(o."n" + 1 AS text)), (o."rowid") FROM "t" o WHERE o."code" = new."code" AND NOT EXISTS (SELECT 1 FROM "segue_new_t" x WHERE x."code" = new."code");
  UPDATE "segue_new_t" SET ("n", "rowid") = (SELECT (CAST(o."n" + 1 AS text)), (o."rowid") FROM "t" o WHERE o."code" = new."code") WHERE "segue_new_t"."code" = new."code";
END;
CREATE TRIGGER "segue_t_d" AFTER DELETE ON "t" BEGIN
  DELETE FROM "segue_new_t" WHERE "segue_new_t"."code" = old."code" AND NOT EXISTS (SELECT 1 FROM "t" x WHERE x."code" = old."code");
END;
SAVEPOINT segue_probe;
INSERT OR IGNORE INTO "segue_new_t"("code", "n", "rowid") SELECT o."code", (CAST(o."n" + 1 AS text)), (o."rowid") FROM "t" o ORDER BY o."code" LIMIT 1;
UPDATE "t" SET "n" = (SELECT x."n" FROM "t" x ORDER BY x."code" DESC LIMIT 1) WHERE ("code") = (SELECT x."code" FROM "t" x ORDER BY x."code" LIMIT 1);
SELECT o."code" FROM "t" o WHERE (o."code") = (SELECT x."code" FROM "t" x ORDER BY x."code" LIMIT 1) AND NOT EXISTS (SELECT 1 FROM "segue_new_t" n WHERE n."code" = o."code" AND ((n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY) AND (n."rowid" IS o."rowid" COLLATE BINARY)));
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
--   DROP TRIGGER IF EXISTS "segue_t_u2";
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
/* range by range; the first: */ INSERT OR IGNORE INTO "segue_new_t"("code", "n", "rowid") SELECT o."code", (CAST(o."n" + 1 AS text)), (o."rowid") FROM "t" o WHERE o.rowid > -9223372036854775808 AND o.rowid <= 2;
/* what is left over, range by range: */ SELECT o.rowid FROM "t" o WHERE o.rowid > -9223372036854775808 AND o.rowid <= 2 AND NOT EXISTS (SELECT 1 FROM "segue_new_t" n WHERE n."code" = o."code") LIMIT 1000;

-- migrate/02-compare:t: prove that the shadow of t is what `up` says
--   scan, none (reads)
/* range by range; the first: */ SELECT quote(o."code"), o."rowid" || ', ' || quote(o."code") || ', ' || quote(o."n"), n."rowid" || ', ' || quote(n."code") || ', ' || quote(n."n") FROM "t" o LEFT JOIN "segue_new_t" n ON n."code" = o."code" WHERE (n."code" IS NULL OR NOT ((n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY) AND (n."rowid" IS o."rowid" COLLATE BINARY))) AND o.rowid > -9223372036854775808 AND o.rowid <= :hi UNION ALL SELECT quote(n."code"), NULL, n."rowid" || ', ' || quote(n."code") || ', ' || quote(n."n") FROM "segue_new_t" n WHERE NOT EXISTS (SELECT 1 FROM "t" o WHERE o."code" = n."code") AND n.rowid > -9223372036854775808 AND n.rowid <= :hi;

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
DROP TRIGGER IF EXISTS "segue_t_u2";
DROP TRIGGER IF EXISTS "segue_t_k";
DROP TRIGGER IF EXISTS "segue_t_d";
PRAGMA legacy_alter_table = ON;
ALTER TABLE "segue_new_t" RENAME TO "t__m1";
PRAGMA legacy_alter_table = OFF;
CREATE TRIGGER "segue_t_i" AFTER INSERT ON "t" WHEN NOT EXISTS (SELECT 1 FROM "t__m1" x WHERE x."code" = new."code") BEGIN
  DELETE FROM "t__m1" WHERE "code" = new."code" AND NOT ("t__m1"."code" = new."code") AND NOT EXISTS (SELECT 1 FROM "t" x WHERE x."code" = "t__m1"."code");
  DELETE FROM "t__m1" WHERE "rowid" = new."rowid" AND NOT ("t__m1"."code" = new."code") AND NOT EXISTS (SELECT 1 FROM "t" x WHERE x."code" = "t__m1"."code");
  INSERT INTO "t__m1"("code", "n", "rowid") SELECT o."code", (CAST(o."n" + 1 AS text)), (o."rowid") FROM "t" o WHERE o."code" = new."code";
END;
CREATE TRIGGER "segue_t_r" AFTER INSERT ON "t" WHEN EXISTS (SELECT 1 FROM "t" o, "t__m1" n WHERE o."code" = new."code" AND n."code" = o."code" AND NOT (((n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY) OR (o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY)) AND (n."rowid" IS o."rowid" COLLATE BINARY))) BEGIN
  DELETE FROM "t__m1" WHERE "code" = new."code" AND NOT ("t__m1"."code" = new."code") AND NOT EXISTS (SELECT 1 FROM "t" x WHERE x."code" = "t__m1"."code");
  DELETE FROM "t__m1" WHERE "rowid" = new."rowid" AND NOT ("t__m1"."code" = new."code") AND NOT EXISTS (SELECT 1 FROM "t" x WHERE x."code" = "t__m1"."code");
  UPDATE "t__m1" SET ("n", "rowid") = (SELECT CASE WHEN ((o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY)) THEN n."n" ELSE (CAST(o."n" + 1 AS text)) END, (o."rowid") FROM "t" o, "t__m1" n WHERE o."code" = new."code" AND n."code" = o."code") WHERE "t__m1"."code" = new."code";
END;
CREATE TRIGGER "segue_t_u1" AFTER UPDATE OF "n" ON "t" WHEN (old."n" IS NOT new."n" COLLATE BINARY) AND EXISTS (SELECT 1 FROM "t" o, "t__m1" n WHERE o."code" = new."code" AND n."code" = o."code" AND NOT ((n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY) OR (o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY))) BEGIN
  UPDATE "t__m1" SET "n" = (SELECT (CAST(o."n" + 1 AS text)) FROM "t" o WHERE o."code" = new."code") WHERE "t__m1"."code" = new."code";
END;
CREATE TRIGGER "segue_t_u2" AFTER UPDATE OF "rowid", "oid", "_rowid_" ON "t" WHEN (old."rowid" IS NOT new."rowid" COLLATE BINARY) AND EXISTS (SELECT 1 FROM "t" o, "t__m1" n WHERE o."code" = new."code" AND n."code" = o."code" AND NOT (n."rowid" IS o."rowid" COLLATE BINARY)) BEGIN
  DELETE FROM "t__m1" WHERE "rowid" = new."rowid" AND NOT ("t__m1"."code" = new."code") AND NOT ("t__m1"."code" = old."code") AND NOT EXISTS (SELECT 1 FROM "t" x WHERE x."code" = "t__m1"."code");
  UPDATE "t__m1" SET "rowid" = (SELECT (o."rowid") FROM "t" o WHERE o."code" = new."code") WHERE "t__m1"."code" = new."code";
END;
CREATE TRIGGER "segue_t_k" AFTER UPDATE OF "code" ON "t" WHEN old."code" IS NOT new."code" BEGIN
  DELETE FROM "t__m1" WHERE "code" = new."code" AND NOT ("t__m1"."code" = new."code") AND NOT ("t__m1"."code" = old."code") AND NOT EXISTS (SELECT 1 FROM "t" x WHERE x."code" = "t__m1"."code");
  DELETE FROM "t__m1" WHERE "rowid" = new."rowid" AND NOT ("t__m1"."code" = new."code") AND NOT ("t__m1"."code" = old."code") AND NOT EXISTS (SELECT 1 FROM "t" x WHERE x."code" = "t__m1"."code");
  UPDATE "t__m1" SET ("code", "n", "rowid") = (SELECT o."code", CASE WHEN ((o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY)) THEN n."n" ELSE (CAST(o."n" + 1 AS text)) END, (o."rowid") FROM "t" o, "t__m1" n WHERE o."code" = new."code" AND n."code" = old."code") WHERE "t__m1"."code" = old."code" AND NOT EXISTS (SELECT 1 FROM "t" x WHERE x."code" = old."code") AND NOT EXISTS (SELECT 1 FROM "t__m1" x WHERE x."code" = new."code") AND EXISTS (SELECT 1 FROM "t" o WHERE o."code" = new."code");
  DELETE FROM "t__m1" WHERE "t__m1"."code" = old."code" AND NOT EXISTS (SELECT 1 FROM "t" x WHERE x."code" = old."code");
  INSERT INTO "t__m1"("code", "n", "rowid") SELECT o."code", (CAST(o."n" + 1 AS text)), (o."rowid") FROM "t" o WHERE o."code" = new."code" AND NOT EXISTS (SELECT 1 FROM "t__m1" x WHERE x."code" = new."code");
  UPDATE "t__m1" SET ("n", "rowid") = (SELECT CASE WHEN ((o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY)) THEN n."n" ELSE (CAST(o."n" + 1 AS text)) END, (o."rowid") FROM "t" o, "t__m1" n WHERE o."code" = new."code" AND n."code" = o."code") WHERE "t__m1"."code" = new."code" AND EXISTS (SELECT 1 FROM "t" o, "t__m1" n WHERE o."code" = new."code" AND n."code" = o."code" AND NOT (((n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY) OR (o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY)) AND (n."rowid" IS o."rowid" COLLATE BINARY)));
END;
CREATE TRIGGER "segue_t_d" AFTER DELETE ON "t" BEGIN
  DELETE FROM "t__m1" WHERE "t__m1"."code" = old."code" AND NOT EXISTS (SELECT 1 FROM "t" x WHERE x."code" = old."code");
END;
CREATE TRIGGER "segue_t__m1_i" AFTER INSERT ON "t__m1" WHEN NOT EXISTS (SELECT 1 FROM "t" x WHERE x."code" = new."code") BEGIN
  DELETE FROM "t" WHERE "code" = new."code" AND NOT ("t"."code" = new."code") AND NOT EXISTS (SELECT 1 FROM "t__m1" x WHERE x."code" = "t"."code");
  DELETE FROM "t" WHERE "rowid" = new."rowid" AND NOT ("t"."code" = new."code") AND NOT EXISTS (SELECT 1 FROM "t__m1" x WHERE x."code" = "t"."code");
  INSERT INTO "t"("code", "n", "rowid") SELECT n."code", (CAST(n."n" AS integer) - 1), (n."rowid") FROM "t__m1" n WHERE n."code" = new."code";
  SELECT RAISE(ABORT, 'segue: t did not follow t__m1') FROM "t__m1" n WHERE n."code" = new."code" AND NOT EXISTS (SELECT 1 FROM "t" o WHERE o."code" = n."code" AND (((o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY) OR (n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY)) AND (o."rowid" IS n."rowid" COLLATE BINARY)));
END;
CREATE TRIGGER "segue_t__m1_r" AFTER INSERT ON "t__m1" WHEN EXISTS (SELECT 1 FROM "t__m1" n, "t" o WHERE n."code" = new."code" AND o."code" = n."code" AND NOT (((o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY) OR (n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY)) AND (o."rowid" IS n."rowid" COLLATE BINARY))) BEGIN
  DELETE FROM "t" WHERE "code" = new."code" AND NOT ("t"."code" = new."code") AND NOT EXISTS (SELECT 1 FROM "t__m1" x WHERE x."code" = "t"."code");
  DELETE FROM "t" WHERE "rowid" = new."rowid" AND NOT ("t"."code" = new."code") AND NOT EXISTS (SELECT 1 FROM "t__m1" x WHERE x."code" = "t"."code");
  UPDATE "t" SET ("n", "rowid") = (SELECT CASE WHEN ((n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY)) THEN o."n" ELSE (CAST(n."n" AS integer) - 1) END, (n."rowid") FROM "t__m1" n, "t" o WHERE n."code" = new."code" AND o."code" = n."code") WHERE "t"."code" = new."code";
  SELECT RAISE(ABORT, 'segue: t did not follow t__m1') FROM "t__m1" n WHERE n."code" = new."code" AND NOT EXISTS (SELECT 1 FROM "t" o WHERE o."code" = n."code" AND (((o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY) OR (n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY)) AND (o."rowid" IS n."rowid" COLLATE BINARY)));
END;
CREATE TRIGGER "segue_t__m1_u1" AFTER UPDATE OF "n" ON "t__m1" WHEN (old."n" IS NOT new."n" COLLATE BINARY) AND EXISTS (SELECT 1 FROM "t__m1" n, "t" o WHERE n."code" = new."code" AND o."code" = n."code" AND NOT ((o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY) OR (n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY))) BEGIN
  UPDATE "t" SET "n" = (SELECT (CAST(n."n" AS integer) - 1) FROM "t__m1" n WHERE n."code" = new."code") WHERE "t"."code" = new."code";
  SELECT RAISE(ABORT, 'segue: t did not follow t__m1') FROM "t__m1" n WHERE n."code" = new."code" AND NOT EXISTS (SELECT 1 FROM "t" o WHERE o."code" = n."code" AND ((o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY) OR (n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY)));
END;
CREATE TRIGGER "segue_t__m1_u2" AFTER UPDATE OF "rowid", "oid", "_rowid_" ON "t__m1" WHEN (old."rowid" IS NOT new."rowid" COLLATE BINARY) AND EXISTS (SELECT 1 FROM "t__m1" n, "t" o WHERE n."code" = new."code" AND o."code" = n."code" AND NOT (o."rowid" IS n."rowid" COLLATE BINARY)) BEGIN
  DELETE FROM "t" WHERE "rowid" = new."rowid" AND NOT ("t"."code" = new."code") AND NOT ("t"."code" = old."code") AND NOT EXISTS (SELECT 1 FROM "t__m1" x WHERE x."code" = "t"."code");
  UPDATE "t" SET "rowid" = (SELECT (n."rowid") FROM "t__m1" n WHERE n."code" = new."code") WHERE "t"."code" = new."code";
  SELECT RAISE(ABORT, 'segue: t did not follow t__m1') FROM "t__m1" n WHERE n."code" = new."code" AND NOT EXISTS (SELECT 1 FROM "t" o WHERE o."code" = n."code" AND (o."rowid" IS n."rowid" COLLATE BINARY));
END;
CREATE TRIGGER "segue_t__m1_k" AFTER UPDATE OF "code" ON "t__m1" WHEN old."code" IS NOT new."code" BEGIN
  DELETE FROM "t" WHERE "code" = new."code" AND NOT ("t"."code" = new."code") AND NOT ("t"."code" = old."code") AND NOT EXISTS (SELECT 1 FROM "t__m1" x WHERE x."code" = "t"."code");
  DELETE FROM "t" WHERE "rowid" = new."rowid" AND NOT ("t"."code" = new."code") AND NOT ("t"."code" = old."code") AND NOT EXISTS (SELECT 1 FROM "t__m1" x WHERE x."code" = "t"."code");
  UPDATE "t" SET ("code", "n", "rowid") = (SELECT n."code", CASE WHEN ((n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY)) THEN o."n" ELSE (CAST(n."n" AS integer) - 1) END, (n."rowid") FROM "t__m1" n, "t" o WHERE n."code" = new."code" AND o."code" = old."code") WHERE "t"."code" = old."code" AND NOT EXISTS (SELECT 1 FROM "t__m1" x WHERE x."code" = old."code") AND NOT EXISTS (SELECT 1 FROM "t" x WHERE x."code" = new."code") AND EXISTS (SELECT 1 FROM "t__m1" n WHERE n."code" = new."code");
  DELETE FROM "t" WHERE "t"."code" = old."code" AND NOT EXISTS (SELECT 1 FROM "t__m1" x WHERE x."code" = old."code");
  INSERT INTO "t"("code", "n", "rowid") SELECT n."code", (CAST(n."n" AS integer) - 1), (n."rowid") FROM "t__m1" n WHERE n."code" = new."code" AND NOT EXISTS (SELECT 1 FROM "t" x WHERE x."code" = new."code");
  UPDATE "t" SET ("n", "rowid") = (SELECT CASE WHEN ((n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY)) THEN o."n" ELSE (CAST(n."n" AS integer) - 1) END, (n."rowid") FROM "t__m1" n, "t" o WHERE n."code" = new."code" AND o."code" = n."code") WHERE "t"."code" = new."code" AND EXISTS (SELECT 1 FROM "t__m1" n, "t" o WHERE n."code" = new."code" AND o."code" = n."code" AND NOT (((o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY) OR (n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY)) AND (o."rowid" IS n."rowid" COLLATE BINARY)));
  SELECT RAISE(ABORT, 'segue: t did not follow t__m1') FROM "t__m1" n WHERE n."code" = new."code" AND NOT EXISTS (SELECT 1 FROM "t" o WHERE o."code" = n."code" AND (((o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY) OR (n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY)) AND (o."rowid" IS n."rowid" COLLATE BINARY)));
END;
CREATE TRIGGER "segue_t__m1_d" AFTER DELETE ON "t__m1" BEGIN
  DELETE FROM "t" WHERE "t"."code" = old."code" AND NOT EXISTS (SELECT 1 FROM "t__m1" x WHERE x."code" = old."code");
END;
SAVEPOINT segue_probe;
UPDATE "t" SET "n" = (SELECT x."n" FROM "t" x ORDER BY x."code" DESC LIMIT 1) WHERE ("code") = (SELECT x."code" FROM "t" x ORDER BY x."code" LIMIT 1);
SELECT o."code" FROM "t" o WHERE (o."code") = (SELECT x."code" FROM "t" x ORDER BY x."code" LIMIT 1) AND NOT EXISTS (SELECT 1 FROM "t__m1" n WHERE n."code" = o."code" AND (((n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY) OR (o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY)) AND (n."rowid" IS o."rowid" COLLATE BINARY)));
UPDATE "t__m1" SET "n" = (SELECT x."n" FROM "t__m1" x ORDER BY x."code" DESC LIMIT 1) WHERE ("code") = (SELECT x."code" FROM "t__m1" x ORDER BY x."code" LIMIT 1);
SELECT n."code" FROM "t__m1" n WHERE (n."code") = (SELECT x."code" FROM "t__m1" x ORDER BY x."code" LIMIT 1) AND NOT EXISTS (SELECT 1 FROM "t" o WHERE o."code" = n."code" AND (((o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY) OR (n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY)) AND (o."rowid" IS n."rowid" COLLATE BINARY)));
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
--   DROP TRIGGER IF EXISTS "segue_t_u2";
--   DROP TRIGGER IF EXISTS "segue_t_k";
--   DROP TRIGGER IF EXISTS "segue_t_d";
--   DROP TRIGGER IF EXISTS "segue_t__m1_i";
--   DROP TRIGGER IF EXISTS "segue_t__m1_r";
--   DROP TRIGGER IF EXISTS "segue_t__m1_u1";
--   DROP TRIGGER IF EXISTS "segue_t__m1_u2";
--   DROP TRIGGER IF EXISTS "segue_t__m1_k";
--   DROP TRIGGER IF EXISTS "segue_t__m1_d";
--   PRAGMA legacy_alter_table = ON;
--   ALTER TABLE "t__m1" RENAME TO "segue_old_t";
--   PRAGMA legacy_alter_table = OFF;
--   CREATE TABLE "segue_new_t" (code text NOT NULL UNIQUE, n text);
--   CREATE TRIGGER "segue_t_i" AFTER INSERT ON "t" WHEN NOT EXISTS (SELECT 1 FROM "segue_new_t" x WHERE x."code" = new."code") BEGIN
--     DELETE FROM "segue_new_t" WHERE "code" = new."code" AND NOT ("segue_new_t"."code" = new."code") AND NOT EXISTS (SELECT 1 FROM "t" x WHERE x."code" = "segue_new_t"."code");
--     DELETE FROM "segue_new_t" WHERE "rowid" = new."rowid" AND NOT ("segue_new_t"."code" = new."code") AND NOT EXISTS (SELECT 1 FROM "t" x WHERE x."code" = "segue_new_t"."code");
--     INSERT INTO "segue_new_t"("code", "n", "rowid") SELECT o."code", (CAST(o."n" + 1 AS text)), (o."rowid") FROM "t" o WHERE o."code" = new."code";
--   END;
--   CREATE TRIGGER "segue_t_r" AFTER INSERT ON "t" WHEN NOT NOT EXISTS (SELECT 1 FROM "segue_new_t" x WHERE x."code" = new."code") BEGIN
--     DELETE FROM "segue_new_t" WHERE "code" = new."code" AND NOT ("segue_new_t"."code" = new."code") AND NOT EXISTS (SELECT 1 FROM "t" x WHERE x."code" = "segue_new_t"."code");
--     DELETE FROM "segue_new_t" WHERE "rowid" = new."rowid" AND NOT ("segue_new_t"."code" = new."code") AND NOT EXISTS (SELECT 1 FROM "t" x WHERE x."code" = "segue_new_t"."code");
--     UPDATE "segue_new_t" SET ("n", "rowid") = (SELECT (CAST(o."n" + 1 AS text)), (o."rowid") FROM "t" o WHERE o."code" = new."code") WHERE "segue_new_t"."code" = new."code";
--   END;
--   CREATE TRIGGER "segue_t_u1" AFTER UPDATE OF "n" ON "t" WHEN (old."n" IS NOT new."n" COLLATE BINARY) BEGIN
--     UPDATE "segue_new_t" SET "n" = (SELECT (CAST(o."n" + 1 AS text)) FROM "t" o WHERE o."code" = new."code") WHERE "segue_new_t"."code" = new."code";
--   END;
--   CREATE TRIGGER "segue_t_u2" AFTER UPDATE OF "rowid", "oid", "_rowid_" ON "t" WHEN (old."rowid" IS NOT new."rowid" COLLATE BINARY) BEGIN
--     DELETE FROM "segue_new_t" WHERE "rowid" = new."rowid" AND NOT ("segue_new_t"."code" = new."code") AND NOT ("segue_new_t"."code" = old."code") AND NOT EXISTS (SELECT 1 FROM "t" x WHERE x."code" = "segue_new_t"."code");
--     UPDATE "segue_new_t" SET "rowid" = (SELECT (o."rowid") FROM "t" o WHERE o."code" = new."code") WHERE "segue_new_t"."code" = new."code";
--   END;
--   CREATE TRIGGER "segue_t_k" AFTER UPDATE OF "code" ON "t" WHEN old."code" IS NOT new."code" BEGIN
--     DELETE FROM "segue_new_t" WHERE "code" = new."code" AND NOT ("segue_new_t"."code" = new."code") AND NOT ("segue_new_t"."code" = old."code") AND NOT EXISTS (SELECT 1 FROM "t" x WHERE x."code" = "segue_new_t"."code");
--     DELETE FROM "segue_new_t" WHERE "rowid" = new."rowid" AND NOT ("segue_new_t"."code" = new."code") AND NOT ("segue_new_t"."code" = old."code") AND NOT EXISTS (SELECT 1 FROM "t" x WHERE x."code" = "segue_new_t"."code");
--     DELETE FROM "segue_new_t" WHERE "segue_new_t"."code" = old."code" AND NOT EXISTS (SELECT 1 FROM "t" x WHERE x."code" = old."code");
--     INSERT INTO "segue_new_t"("code", "n", "rowid") SELECT o."code", (CAST(o."n" + 1 AS text)), (o."rowid") FROM "t" o WHERE o."code" = new."code" AND NOT EXISTS (SELECT 1 FROM "segue_new_t" x WHERE x."code" = new."code");
--     UPDATE "segue_new_t" SET ("n", "rowid") = (SELECT (CAST(o."n" + 1 AS text)), (o."rowid") FROM "t" o WHERE o."code" = new."code") WHERE "segue_new_t"."code" = new."code";
--   END;
--   CREATE TRIGGER "segue_t_d" AFTER DELETE ON "t" BEGIN
--     DELETE FROM "segue_new_t" WHERE "segue_new_t"."code" = old."code" AND NOT EXISTS (SELECT 1 FROM "t" x WHERE x."code" = old."code");
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
/* range by range; the first: */ SELECT quote(o."code"), o."rowid" || ', ' || quote(o."code") || ', ' || quote(o."n"), n."rowid" || ', ' || quote(n."code") || ', ' || quote(n."n") FROM "t" o LEFT JOIN "t__m1" n ON n."code" = o."code" WHERE (n."code" IS NULL OR NOT (((n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY) OR (o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY)) AND (n."rowid" IS o."rowid" COLLATE BINARY))) AND o.rowid > -9223372036854775808 AND o.rowid <= :hi UNION ALL SELECT quote(n."code"), NULL, n."rowid" || ', ' || quote(n."code") || ', ' || quote(n."n") FROM "t__m1" n WHERE NOT EXISTS (SELECT 1 FROM "t" o WHERE o."code" = n."code") AND n.rowid > -9223372036854775808 AND n.rowid <= :hi;

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
DROP TRIGGER "segue_t_u2";
DROP TRIGGER "segue_t_k";
DROP TRIGGER "segue_t_d";
DROP TRIGGER "segue_t__m1_i";
DROP TRIGGER "segue_t__m1_r";
DROP TRIGGER "segue_t__m1_u1";
DROP TRIGGER "segue_t__m1_u2";
DROP TRIGGER "segue_t__m1_k";
DROP TRIGGER "segue_t__m1_d";
CREATE TEMP TABLE segue_roots(name TEXT PRIMARY KEY, rootpage INTEGER);
INSERT INTO temp.segue_roots SELECT name, rootpage FROM main.sqlite_schema WHERE rootpage > 0;
PRAGMA writable_schema = ON;
/* :version is the answer of */ PRAGMA schema_version;
UPDATE main.sqlite_schema SET rootpage = (SELECT rootpage FROM temp.segue_roots WHERE name = 't__m1'), sql = 'CREATE TABLE t (code text NOT NULL UNIQUE, n text)' WHERE type = 'table' AND name = 't' AND sql IS 'CREATE TABLE t (code text NOT NULL UNIQUE, n integer)';
UPDATE main.sqlite_schema SET name = 'segue_old_t', tbl_name = 'segue_old_t', rootpage = (SELECT rootpage FROM temp.segue_roots WHERE name = 't'), sql = 'CREATE TABLE "segue_old_t" (code text NOT NULL UNIQUE, n integer)' WHERE type = 'table' AND name = 't__m1';
DELETE FROM main.sqlite_schema WHERE type = 'index' AND name IN ('sqlite_autoindex_t__m1_1', 'sqlite_autoindex_t_1');
INSERT INTO main.sqlite_schema(type, name, tbl_name, rootpage, sql) VALUES ('index', 'sqlite_autoindex_t_1', 't', (SELECT rootpage FROM temp.segue_roots WHERE name = 'sqlite_autoindex_t__m1_1'), NULL);
INSERT INTO main.sqlite_schema(type, name, tbl_name, rootpage, sql) VALUES ('index', 'sqlite_autoindex_segue_old_t_1', 'segue_old_t', (SELECT rootpage FROM temp.segue_roots WHERE name = 'sqlite_autoindex_t_1'), NULL);
PRAGMA schema_version = :version + 1;
PRAGMA writable_schema = RESET;
SELECT (SELECT group_concat(rootpage) FROM (SELECT rootpage FROM temp.segue_roots ORDER BY rootpage)) IS (SELECT group_concat(rootpage) FROM (SELECT rootpage FROM main.sqlite_schema WHERE rootpage > 0 ORDER BY rootpage));
SELECT name FROM main.sqlite_schema WHERE type IN ('table', 'index') AND rootpage IS NULL;
SELECT * FROM "t" LIMIT 0;
SELECT * FROM "segue_old_t" LIMIT 0;
SELECT 1 FROM (SELECT * FROM "t" ORDER BY "code" LIMIT 1) o WHERE NOT EXISTS (SELECT 1 FROM "t" x INDEXED BY "sqlite_autoindex_t_1" WHERE x."code" = o."code" AND x."code" IS o."code" COLLATE "BINARY");
SELECT 1 FROM (SELECT * FROM "t" ORDER BY "code" DESC LIMIT 1) o WHERE NOT EXISTS (SELECT 1 FROM "t" x INDEXED BY "sqlite_autoindex_t_1" WHERE x."code" = o."code" AND x."code" IS o."code" COLLATE "BINARY");
CREATE VIEW "t__m1" AS SELECT "code", "n" FROM "t";
CREATE TRIGGER "segue_view_t_i" INSTEAD OF INSERT ON "t__m1" BEGIN
  INSERT INTO "t"("code", "n") VALUES (new."code", new."n");
END;
CREATE TRIGGER "segue_view_t_u" INSTEAD OF UPDATE ON "t__m1" BEGIN
  UPDATE "t" SET "code" = new."code", "n" = new."n" WHERE "code" = old."code";
END;
CREATE TRIGGER "segue_view_t_d" INSTEAD OF DELETE ON "t__m1" BEGIN
  DELETE FROM "t" WHERE "code" = old."code";
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
