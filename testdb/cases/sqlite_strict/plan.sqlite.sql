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
CREATE TABLE "segue_new_t" (id INTEGER PRIMARY KEY, n TEXT, any_thing ANY, r REAL) STRICT;
CREATE TRIGGER "segue_t_i" AFTER INSERT ON "t" WHEN NOT EXISTS (SELECT 1 FROM "segue_new_t" x WHERE x."id" = new."id") BEGIN
  INSERT INTO "segue_new_t"("id", "n", "any_thing", "r") SELECT o."id", (CAST(o."n" AS TEXT)), (o."any_thing"), (o."r") FROM "t" o WHERE o."id" = new."id";
END;
CREATE TRIGGER "segue_t_r" AFTER INSERT ON "t" WHEN NOT NOT EXISTS (SELECT 1 FROM "segue_new_t" x WHERE x."id" = new."id") BEGIN
  UPDATE "segue_new_t" SET ("n", "any_thing", "r") = (SELECT (CAST(o."n" AS TEXT)), (o."any_thing"), (o."r") FROM "t" o WHERE o."id" = new."id") WHERE "segue_new_t"."id" = new."id";
END;
CREATE TRIGGER "segue_t_u1" AFTER UPDATE OF "n" ON "t" WHEN (old."n" IS NOT new."n" COLLATE BINARY) BEGIN
  UPDATE "segue_new_t" SET "n" = (SELECT (CAST(o."n" AS TEXT)) FROM "t" o WHERE o."id" = new."id") WHERE "segue_new_t"."id" = new."id";
END;
CREATE TRIGGER "segue_t_u2" AFTER UPDATE OF "any_thing", "r" ON "t" WHEN (old."any_thing" IS NOT new."any_thing" COLLATE BINARY OR typeof(old."any_thing") <> typeof(new."any_thing") OR old."r" IS NOT new."r" COLLATE BINARY) BEGIN
  UPDATE "segue_new_t" SET ("any_thing", "r") = (SELECT (o."any_thing"), (o."r") FROM "t" o WHERE o."id" = new."id") WHERE "segue_new_t"."id" = new."id";
END;
CREATE TRIGGER "segue_t_k" AFTER UPDATE OF "id", rowid, oid, _rowid_ ON "t" WHEN old."id" IS NOT new."id" BEGIN
  DELETE FROM "segue_new_t" WHERE "segue_new_t"."id" = old."id" AND NOT EXISTS (SELECT 1 FROM "t" x WHERE x."id" = old."id");
  INSERT INTO "segue_new_t"("id", "n", "any_thing", "r") SELECT o."id", (CAST(o."n" AS TEXT)), (o."any_thing"), (o."r") FROM "t" o WHERE o."id" = new."id" AND NOT EXISTS (SELECT 1 FROM "segue_new_t" x WHERE x."id" = new."id");
  UPDATE "segue_new_t" SET ("n", "any_thing", "r") = (SELECT (CAST(o."n" AS TEXT)), (o."any_thing"), (o."r") FROM "t" o WHERE o."id" = new."id") WHERE "segue_new_t"."id" = new."id";
END;
CREATE TRIGGER "segue_t_d" AFTER DELETE ON "t" BEGIN
  DELETE FROM "segue_new_t" WHERE "segue_new_t"."id" = old."id" AND NOT EXISTS (SELECT 1 FROM "t" x WHERE x."id" = old."id");
END;
SAVEPOINT segue_probe;
INSERT OR IGNORE INTO "segue_new_t"("id", "n", "any_thing", "r") SELECT o."id", (CAST(o."n" AS TEXT)), (o."any_thing"), (o."r") FROM "t" o ORDER BY o."id" LIMIT 1;
UPDATE "t" SET "n" = (SELECT x."n" FROM "t" x ORDER BY x."id" DESC LIMIT 1) WHERE ("id") = (SELECT x."id" FROM "t" x ORDER BY x."id" LIMIT 1);
SELECT o."id" FROM "t" o WHERE (o."id") = (SELECT x."id" FROM "t" x ORDER BY x."id" LIMIT 1) AND NOT EXISTS (SELECT 1 FROM "segue_new_t" n WHERE n."id" = o."id" AND ((n."n" IS +(CAST(o."n" AS TEXT)) COLLATE BINARY) AND (n."any_thing" IS o."any_thing" COLLATE BINARY AND typeof(n."any_thing") = typeof(o."any_thing") AND n."r" IS o."r" COLLATE BINARY)));
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
/* range by range; the first: */ INSERT OR IGNORE INTO "segue_new_t"("id", "n", "any_thing", "r") SELECT o."id", (CAST(o."n" AS TEXT)), (o."any_thing"), (o."r") FROM "t" o WHERE o.rowid > -9223372036854775808 AND o.rowid <= 3;
/* what is left over, range by range: */ SELECT o.rowid FROM "t" o WHERE o.rowid > -9223372036854775808 AND o.rowid <= 3 AND NOT EXISTS (SELECT 1 FROM "segue_new_t" n WHERE n."id" = o."id") LIMIT 1000;

-- migrate/02-compare:t: prove that the shadow of t is what `up` says
--   scan, none (reads)
/* range by range; the first: */ SELECT quote(o."id"), quote(o."id") || ', ' || quote(o."n") || ', ' || quote(o."any_thing") || ', ' || quote(o."r"), quote(n."id") || ', ' || quote(n."n") || ', ' || quote(n."any_thing") || ', ' || quote(n."r") FROM "t" o LEFT JOIN "segue_new_t" n ON n."id" = o."id" WHERE (n."id" IS NULL OR NOT ((n."n" IS +(CAST(o."n" AS TEXT)) COLLATE BINARY) AND (n."any_thing" IS o."any_thing" COLLATE BINARY AND typeof(n."any_thing") = typeof(o."any_thing") AND n."r" IS o."r" COLLATE BINARY))) AND o.rowid > -9223372036854775808 AND o.rowid <= :hi UNION ALL SELECT quote(n."id"), NULL, quote(n."id") || ', ' || quote(n."n") || ', ' || quote(n."any_thing") || ', ' || quote(n."r") FROM "segue_new_t" n WHERE NOT EXISTS (SELECT 1 FROM "t" o WHERE o."id" = n."id") AND n."id" > -9223372036854775808 AND n."id" <= :hi;

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
CREATE TRIGGER "segue_t_i" AFTER INSERT ON "t" WHEN NOT EXISTS (SELECT 1 FROM "t__m1" x WHERE x."id" = new."id") BEGIN
  INSERT INTO "t__m1"("id", "n", "any_thing", "r") SELECT o."id", (CAST(o."n" AS TEXT)), (o."any_thing"), (o."r") FROM "t" o WHERE o."id" = new."id";
END;
CREATE TRIGGER "segue_t_r" AFTER INSERT ON "t" WHEN EXISTS (SELECT 1 FROM "t" o, "t__m1" n WHERE o."id" = new."id" AND n."id" = o."id" AND NOT (((n."n" IS +(CAST(o."n" AS TEXT)) COLLATE BINARY) OR (o."n" IS +(CAST(n."n" AS INT)) COLLATE BINARY)) AND (n."any_thing" IS o."any_thing" COLLATE BINARY AND typeof(n."any_thing") = typeof(o."any_thing") AND n."r" IS o."r" COLLATE BINARY))) BEGIN
  UPDATE "t__m1" SET ("n", "any_thing", "r") = (SELECT CASE WHEN ((o."n" IS +(CAST(n."n" AS INT)) COLLATE BINARY)) THEN n."n" ELSE (CAST(o."n" AS TEXT)) END, (o."any_thing"), (o."r") FROM "t" o, "t__m1" n WHERE o."id" = new."id" AND n."id" = o."id") WHERE "t__m1"."id" = new."id";
END;
CREATE TRIGGER "segue_t_u1" AFTER UPDATE OF "n" ON "t" WHEN (old."n" IS NOT new."n" COLLATE BINARY) AND EXISTS (SELECT 1 FROM "t" o, "t__m1" n WHERE o."id" = new."id" AND n."id" = o."id" AND NOT ((n."n" IS +(CAST(o."n" AS TEXT)) COLLATE BINARY) OR (o."n" IS +(CAST(n."n" AS INT)) COLLATE BINARY))) BEGIN
  UPDATE "t__m1" SET "n" = (SELECT (CAST(o."n" AS TEXT)) FROM "t" o WHERE o."id" = new."id") WHERE "t__m1"."id" = new."id";
END;
CREATE TRIGGER "segue_t_u2" AFTER UPDATE OF "any_thing", "r" ON "t" WHEN (old."any_thing" IS NOT new."any_thing" COLLATE BINARY OR typeof(old."any_thing") <> typeof(new."any_thing") OR old."r" IS NOT new."r" COLLATE BINARY) AND EXISTS (SELECT 1 FROM "t" o, "t__m1" n WHERE o."id" = new."id" AND n."id" = o."id" AND NOT (n."any_thing" IS o."any_thing" COLLATE BINARY AND typeof(n."any_thing") = typeof(o."any_thing") AND n."r" IS o."r" COLLATE BINARY)) BEGIN
  UPDATE "t__m1" SET ("any_thing", "r") = (SELECT (o."any_thing"), (o."r") FROM "t" o WHERE o."id" = new."id") WHERE "t__m1"."id" = new."id";
END;
CREATE TRIGGER "segue_t_k" AFTER UPDATE OF "id", rowid, oid, _rowid_ ON "t" WHEN old."id" IS NOT new."id" BEGIN
  UPDATE "t__m1" SET ("id", "n", "any_thing", "r") = (SELECT o."id", CASE WHEN ((o."n" IS +(CAST(n."n" AS INT)) COLLATE BINARY)) THEN n."n" ELSE (CAST(o."n" AS TEXT)) END, (o."any_thing"), (o."r") FROM "t" o, "t__m1" n WHERE o."id" = new."id" AND n."id" = old."id") WHERE "t__m1"."id" = old."id" AND NOT EXISTS (SELECT 1 FROM "t" x WHERE x."id" = old."id") AND NOT EXISTS (SELECT 1 FROM "t__m1" x WHERE x."id" = new."id") AND EXISTS (SELECT 1 FROM "t" o WHERE o."id" = new."id");
  DELETE FROM "t__m1" WHERE "t__m1"."id" = old."id" AND NOT EXISTS (SELECT 1 FROM "t" x WHERE x."id" = old."id");
  INSERT INTO "t__m1"("id", "n", "any_thing", "r") SELECT o."id", (CAST(o."n" AS TEXT)), (o."any_thing"), (o."r") FROM "t" o WHERE o."id" = new."id" AND NOT EXISTS (SELECT 1 FROM "t__m1" x WHERE x."id" = new."id");
  UPDATE "t__m1" SET ("n", "any_thing", "r") = (SELECT CASE WHEN ((o."n" IS +(CAST(n."n" AS INT)) COLLATE BINARY)) THEN n."n" ELSE (CAST(o."n" AS TEXT)) END, (o."any_thing"), (o."r") FROM "t" o, "t__m1" n WHERE o."id" = new."id" AND n."id" = o."id") WHERE "t__m1"."id" = new."id" AND EXISTS (SELECT 1 FROM "t" o, "t__m1" n WHERE o."id" = new."id" AND n."id" = o."id" AND NOT (((n."n" IS +(CAST(o."n" AS TEXT)) COLLATE BINARY) OR (o."n" IS +(CAST(n."n" AS INT)) COLLATE BINARY)) AND (n."any_thing" IS o."any_thing" COLLATE BINARY AND typeof(n."any_thing") = typeof(o."any_thing") AND n."r" IS o."r" COLLATE BINARY)));
END;
CREATE TRIGGER "segue_t_d" AFTER DELETE ON "t" BEGIN
  DELETE FROM "t__m1" WHERE "t__m1"."id" = old."id" AND NOT EXISTS (SELECT 1 FROM "t" x WHERE x."id" = old."id");
END;
CREATE TRIGGER "segue_t__m1_i" AFTER INSERT ON "t__m1" WHEN NOT EXISTS (SELECT 1 FROM "t" x WHERE x."id" = new."id") BEGIN
  INSERT INTO "t"("id", "n", "any_thing", "r") SELECT n."id", (CAST(n."n" AS INT)), (n."any_thing"), (n."r") FROM "t__m1" n WHERE n."id" = new."id";
  SELECT RAISE(ABORT, 'segue: t did not follow t__m1') FROM "t__m1" n WHERE n."id" = new."id" AND NOT EXISTS (SELECT 1 FROM "t" o WHERE o."id" = n."id" AND (((o."n" IS +(CAST(n."n" AS INT)) COLLATE BINARY) OR (n."n" IS +(CAST(o."n" AS TEXT)) COLLATE BINARY)) AND (o."any_thing" IS n."any_thing" COLLATE BINARY AND typeof(o."any_thing") = typeof(n."any_thing") AND o."r" IS n."r" COLLATE BINARY)));
END;
CREATE TRIGGER "segue_t__m1_r" AFTER INSERT ON "t__m1" WHEN EXISTS (SELECT 1 FROM "t__m1" n, "t" o WHERE n."id" = new."id" AND o."id" = n."id" AND NOT (((o."n" IS +(CAST(n."n" AS INT)) COLLATE BINARY) OR (n."n" IS +(CAST(o."n" AS TEXT)) COLLATE BINARY)) AND (o."any_thing" IS n."any_thing" COLLATE BINARY AND typeof(o."any_thing") = typeof(n."any_thing") AND o."r" IS n."r" COLLATE BINARY))) BEGIN
  UPDATE "t" SET ("n", "any_thing", "r") = (SELECT CASE WHEN ((n."n" IS +(CAST(o."n" AS TEXT)) COLLATE BINARY)) THEN o."n" ELSE (CAST(n."n" AS INT)) END, (n."any_thing"), (n."r") FROM "t__m1" n, "t" o WHERE n."id" = new."id" AND o."id" = n."id") WHERE "t"."id" = new."id";
  SELECT RAISE(ABORT, 'segue: t did not follow t__m1') FROM "t__m1" n WHERE n."id" = new."id" AND NOT EXISTS (SELECT 1 FROM "t" o WHERE o."id" = n."id" AND (((o."n" IS +(CAST(n."n" AS INT)) COLLATE BINARY) OR (n."n" IS +(CAST(o."n" AS TEXT)) COLLATE BINARY)) AND (o."any_thing" IS n."any_thing" COLLATE BINARY AND typeof(o."any_thing") = typeof(n."any_thing") AND o."r" IS n."r" COLLATE BINARY)));
END;
CREATE TRIGGER "segue_t__m1_u1" AFTER UPDATE OF "n" ON "t__m1" WHEN (old."n" IS NOT new."n" COLLATE BINARY) AND EXISTS (SELECT 1 FROM "t__m1" n, "t" o WHERE n."id" = new."id" AND o."id" = n."id" AND NOT ((o."n" IS +(CAST(n."n" AS INT)) COLLATE BINARY) OR (n."n" IS +(CAST(o."n" AS TEXT)) COLLATE BINARY))) BEGIN
  UPDATE "t" SET "n" = (SELECT (CAST(n."n" AS INT)) FROM "t__m1" n WHERE n."id" = new."id") WHERE "t"."id" = new."id";
  SELECT RAISE(ABORT, 'segue: t did not follow t__m1') FROM "t__m1" n WHERE n."id" = new."id" AND NOT EXISTS (SELECT 1 FROM "t" o WHERE o."id" = n."id" AND ((o."n" IS +(CAST(n."n" AS INT)) COLLATE BINARY) OR (n."n" IS +(CAST(o."n" AS TEXT)) COLLATE BINARY)));
END;
CREATE TRIGGER "segue_t__m1_u2" AFTER UPDATE OF "any_thing", "r" ON "t__m1" WHEN (old."any_thing" IS NOT new."any_thing" COLLATE BINARY OR typeof(old."any_thing") <> typeof(new."any_thing") OR old."r" IS NOT new."r" COLLATE BINARY) AND EXISTS (SELECT 1 FROM "t__m1" n, "t" o WHERE n."id" = new."id" AND o."id" = n."id" AND NOT (o."any_thing" IS n."any_thing" COLLATE BINARY AND typeof(o."any_thing") = typeof(n."any_thing") AND o."r" IS n."r" COLLATE BINARY)) BEGIN
  UPDATE "t" SET ("any_thing", "r") = (SELECT (n."any_thing"), (n."r") FROM "t__m1" n WHERE n."id" = new."id") WHERE "t"."id" = new."id";
  SELECT RAISE(ABORT, 'segue: t did not follow t__m1') FROM "t__m1" n WHERE n."id" = new."id" AND NOT EXISTS (SELECT 1 FROM "t" o WHERE o."id" = n."id" AND (o."any_thing" IS n."any_thing" COLLATE BINARY AND typeof(o."any_thing") = typeof(n."any_thing") AND o."r" IS n."r" COLLATE BINARY));
END;
CREATE TRIGGER "segue_t__m1_k" AFTER UPDATE OF "id", rowid, oid, _rowid_ ON "t__m1" WHEN old."id" IS NOT new."id" BEGIN
  UPDATE "t" SET ("id", "n", "any_thing", "r") = (SELECT n."id", CASE WHEN ((n."n" IS +(CAST(o."n" AS TEXT)) COLLATE BINARY)) THEN o."n" ELSE (CAST(n."n" AS INT)) END, (n."any_thing"), (n."r") FROM "t__m1" n, "t" o WHERE n."id" = new."id" AND o."id" = old."id") WHERE "t"."id" = old."id" AND NOT EXISTS (SELECT 1 FROM "t__m1" x WHERE x."id" = old."id") AND NOT EXISTS (SELECT 1 FROM "t" x WHERE x."id" = new."id") AND EXISTS (SELECT 1 FROM "t__m1" n WHERE n."id" = new."id");
  DELETE FROM "t" WHERE "t"."id" = old."id" AND NOT EXISTS (SELECT 1 FROM "t__m1" x WHERE x."id" = old."id");
  INSERT INTO "t"("id", "n", "any_thing", "r") SELECT n."id", (CAST(n."n" AS INT)), (n."any_thing"), (n."r") FROM "t__m1" n WHERE n."id" = new."id" AND NOT EXISTS (SELECT 1 FROM "t" x WHERE x."id" = new."id");
  UPDATE "t" SET ("n", "any_thing", "r") = (SELECT CASE WHEN ((n."n" IS +(CAST(o."n" AS TEXT)) COLLATE BINARY)) THEN o."n" ELSE (CAST(n."n" AS INT)) END, (n."any_thing"), (n."r") FROM "t__m1" n, "t" o WHERE n."id" = new."id" AND o."id" = n."id") WHERE "t"."id" = new."id" AND EXISTS (SELECT 1 FROM "t__m1" n, "t" o WHERE n."id" = new."id" AND o."id" = n."id" AND NOT (((o."n" IS +(CAST(n."n" AS INT)) COLLATE BINARY) OR (n."n" IS +(CAST(o."n" AS TEXT)) COLLATE BINARY)) AND (o."any_thing" IS n."any_thing" COLLATE BINARY AND typeof(o."any_thing") = typeof(n."any_thing") AND o."r" IS n."r" COLLATE BINARY)));
  SELECT RAISE(ABORT, 'segue: t did not follow t__m1') FROM "t__m1" n WHERE n."id" = new."id" AND NOT EXISTS (SELECT 1 FROM "t" o WHERE o."id" = n."id" AND (((o."n" IS +(CAST(n."n" AS INT)) COLLATE BINARY) OR (n."n" IS +(CAST(o."n" AS TEXT)) COLLATE BINARY)) AND (o."any_thing" IS n."any_thing" COLLATE BINARY AND typeof(o."any_thing") = typeof(n."any_thing") AND o."r" IS n."r" COLLATE BINARY)));
END;
CREATE TRIGGER "segue_t__m1_d" AFTER DELETE ON "t__m1" BEGIN
  DELETE FROM "t" WHERE "t"."id" = old."id" AND NOT EXISTS (SELECT 1 FROM "t__m1" x WHERE x."id" = old."id");
END;
SAVEPOINT segue_probe;
UPDATE "t" SET "n" = (SELECT x."n" FROM "t" x ORDER BY x."id" DESC LIMIT 1) WHERE ("id") = (SELECT x."id" FROM "t" x ORDER BY x."id" LIMIT 1);
SELECT o."id" FROM "t" o WHERE (o."id") = (SELECT x."id" FROM "t" x ORDER BY x."id" LIMIT 1) AND NOT EXISTS (SELECT 1 FROM "t__m1" n WHERE n."id" = o."id" AND (((n."n" IS +(CAST(o."n" AS TEXT)) COLLATE BINARY) OR (o."n" IS +(CAST(n."n" AS INT)) COLLATE BINARY)) AND (n."any_thing" IS o."any_thing" COLLATE BINARY AND typeof(n."any_thing") = typeof(o."any_thing") AND n."r" IS o."r" COLLATE BINARY)));
UPDATE "t__m1" SET "n" = (SELECT x."n" FROM "t__m1" x ORDER BY x."id" DESC LIMIT 1) WHERE ("id") = (SELECT x."id" FROM "t__m1" x ORDER BY x."id" LIMIT 1);
SELECT n."id" FROM "t__m1" n WHERE (n."id") = (SELECT x."id" FROM "t__m1" x ORDER BY x."id" LIMIT 1) AND NOT EXISTS (SELECT 1 FROM "t" o WHERE o."id" = n."id" AND (((o."n" IS +(CAST(n."n" AS INT)) COLLATE BINARY) OR (n."n" IS +(CAST(o."n" AS TEXT)) COLLATE BINARY)) AND (o."any_thing" IS n."any_thing" COLLATE BINARY AND typeof(o."any_thing") = typeof(n."any_thing") AND o."r" IS n."r" COLLATE BINARY)));
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
--   CREATE TABLE "segue_new_t" (id INTEGER PRIMARY KEY, n TEXT, any_thing ANY, r REAL) STRICT;
--   CREATE TRIGGER "segue_t_i" AFTER INSERT ON "t" WHEN NOT EXISTS (SELECT 1 FROM "segue_new_t" x WHERE x."id" = new."id") BEGIN
--     INSERT INTO "segue_new_t"("id", "n", "any_thing", "r") SELECT o."id", (CAST(o."n" AS TEXT)), (o."any_thing"), (o."r") FROM "t" o WHERE o."id" = new."id";
--   END;
--   CREATE TRIGGER "segue_t_r" AFTER INSERT ON "t" WHEN NOT NOT EXISTS (SELECT 1 FROM "segue_new_t" x WHERE x."id" = new."id") BEGIN
--     UPDATE "segue_new_t" SET ("n", "any_thing", "r") = (SELECT (CAST(o."n" AS TEXT)), (o."any_thing"), (o."r") FROM "t" o WHERE o."id" = new."id") WHERE "segue_new_t"."id" = new."id";
--   END;
--   CREATE TRIGGER "segue_t_u1" AFTER UPDATE OF "n" ON "t" WHEN (old."n" IS NOT new."n" COLLATE BINARY) BEGIN
--     UPDATE "segue_new_t" SET "n" = (SELECT (CAST(o."n" AS TEXT)) FROM "t" o WHERE o."id" = new."id") WHERE "segue_new_t"."id" = new."id";
--   END;
--   CREATE TRIGGER "segue_t_u2" AFTER UPDATE OF "any_thing", "r" ON "t" WHEN (old."any_thing" IS NOT new."any_thing" COLLATE BINARY OR typeof(old."any_thing") <> typeof(new."any_thing") OR old."r" IS NOT new."r" COLLATE BINARY) BEGIN
--     UPDATE "segue_new_t" SET ("any_thing", "r") = (SELECT (o."any_thing"), (o."r") FROM "t" o WHERE o."id" = new."id") WHERE "segue_new_t"."id" = new."id";
--   END;
--   CREATE TRIGGER "segue_t_k" AFTER UPDATE OF "id", rowid, oid, _rowid_ ON "t" WHEN old."id" IS NOT new."id" BEGIN
--     DELETE FROM "segue_new_t" WHERE "segue_new_t"."id" = old."id" AND NOT EXISTS (SELECT 1 FROM "t" x WHERE x."id" = old."id");
--     INSERT INTO "segue_new_t"("id", "n", "any_thing", "r") SELECT o."id", (CAST(o."n" AS TEXT)), (o."any_thing"), (o."r") FROM "t" o WHERE o."id" = new."id" AND NOT EXISTS (SELECT 1 FROM "segue_new_t" x WHERE x."id" = new."id");
--     UPDATE "segue_new_t" SET ("n", "any_thing", "r") = (SELECT (CAST(o."n" AS TEXT)), (o."any_thing"), (o."r") FROM "t" o WHERE o."id" = new."id") WHERE "segue_new_t"."id" = new."id";
--   END;
--   CREATE TRIGGER "segue_t_d" AFTER DELETE ON "t" BEGIN
--     DELETE FROM "segue_new_t" WHERE "segue_new_t"."id" = old."id" AND NOT EXISTS (SELECT 1 FROM "t" x WHERE x."id" = old."id");
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
/* range by range; the first: */ SELECT quote(o."id"), quote(o."id") || ', ' || quote(o."n") || ', ' || quote(o."any_thing") || ', ' || quote(o."r"), quote(n."id") || ', ' || quote(n."n") || ', ' || quote(n."any_thing") || ', ' || quote(n."r") FROM "t" o LEFT JOIN "t__m1" n ON n."id" = o."id" WHERE (n."id" IS NULL OR NOT (((n."n" IS +(CAST(o."n" AS TEXT)) COLLATE BINARY) OR (o."n" IS +(CAST(n."n" AS INT)) COLLATE BINARY)) AND (n."any_thing" IS o."any_thing" COLLATE BINARY AND typeof(n."any_thing") = typeof(o."any_thing") AND n."r" IS o."r" COLLATE BINARY))) AND o.rowid > -9223372036854775808 AND o.rowid <= :hi UNION ALL SELECT quote(n."id"), NULL, quote(n."id") || ', ' || quote(n."n") || ', ' || quote(n."any_thing") || ', ' || quote(n."r") FROM "t__m1" n WHERE NOT EXISTS (SELECT 1 FROM "t" o WHERE o."id" = n."id") AND n."id" > -9223372036854775808 AND n."id" <= :hi;

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
UPDATE main.sqlite_schema SET rootpage = (SELECT rootpage FROM temp.segue_roots WHERE name = 't__m1'), sql = 'CREATE TABLE t (id INTEGER PRIMARY KEY, n TEXT, any_thing ANY, r REAL) STRICT' WHERE type = 'table' AND name = 't' AND sql IS 'CREATE TABLE t (id INTEGER PRIMARY KEY, n INT, any_thing ANY, r REAL) STRICT';
UPDATE main.sqlite_schema SET name = 'segue_old_t', tbl_name = 'segue_old_t', rootpage = (SELECT rootpage FROM temp.segue_roots WHERE name = 't'), sql = 'CREATE TABLE "segue_old_t" (id INTEGER PRIMARY KEY, n INT, any_thing ANY, r REAL) STRICT' WHERE type = 'table' AND name = 't__m1';
PRAGMA schema_version = :version + 1;
PRAGMA writable_schema = RESET;
SELECT (SELECT group_concat(rootpage) FROM (SELECT rootpage FROM temp.segue_roots ORDER BY rootpage)) IS (SELECT group_concat(rootpage) FROM (SELECT rootpage FROM main.sqlite_schema WHERE rootpage > 0 ORDER BY rootpage));
SELECT name FROM main.sqlite_schema WHERE type IN ('table', 'index') AND rootpage IS NULL;
SELECT * FROM "t" LIMIT 0;
SELECT * FROM "segue_old_t" LIMIT 0;
CREATE VIEW "t__m1" AS SELECT "id", "n", "any_thing", "r" FROM "t";
CREATE TRIGGER "segue_view_t_i" INSTEAD OF INSERT ON "t__m1" BEGIN
  INSERT INTO "t"("id", "n", "any_thing", "r") VALUES (new."id", new."n", new."any_thing", new."r");
END;
CREATE TRIGGER "segue_view_t_u" INSTEAD OF UPDATE ON "t__m1" BEGIN
  UPDATE "t" SET "id" = new."id", "n" = new."n", "any_thing" = new."any_thing", "r" = new."r" WHERE "id" = old."id";
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
