-- migration m1, version m1
-- clients: column lines.n keeps its name and changes its meaning: a statement of an old client that comes after contract does not fail, it means something else
-- clients: clients of the new version use table lines__m1 (ask table_name) until contract, and lines afterwards
-- constraints: binds at contract only, ON CONFLICT on it is an error until then: NOT NULL constraint failed: lines.n
-- cost: the copy needs room for the table twice and the write-ahead log; dropped data stays readable in free pages

-- expand/01-install_sync:lines: create the shadow of lines and its one-way sync
--   constant, write lock, O(1); the values of column n change
PRAGMA foreign_keys = OFF;
PRAGMA foreign_keys;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
BEGIN IMMEDIATE;
CREATE TABLE "segue_new_lines" (a integer, b text COLLATE NOCASE, n text DEFAULT 0, PRIMARY KEY (b DESC, a)) WITHOUT ROWID;
CREATE TRIGGER "segue_lines_i" AFTER INSERT ON "lines" WHEN NOT EXISTS (SELECT 1 FROM "segue_new_lines" x WHERE x."b" = new."b" AND x."a" = new."a") BEGIN
  INSERT INTO "segue_new_lines"("b", "a", "n") SELECT o."b", o."a", (CAST(o."n" + 1 AS text)) FROM "lines" o WHERE o."b" = new."b" AND o."a" = new."a";
END;
CREATE TRIGGER "segue_lines_r" AFTER INSERT ON "lines" WHEN NOT NOT EXISTS (SELECT 1 FROM "segue_new_lines" x WHERE x."b" = new."b" AND x."a" = new."a") BEGIN
  UPDATE "segue_new_lines" SET ("b", "a", "n") = (SELECT o."b", o."a", (CAST(o."n" + 1 AS text)) FROM "lines" o WHERE o."b" = new."b" AND o."a" = new."a") WHERE "segue_new_lines"."b" = new."b" AND "segue_new_lines"."a" = new."a";
END;
CREATE TRIGGER "segue_lines_u1" AFTER UPDATE OF "n" ON "lines" WHEN (old."n" IS NOT new."n" COLLATE BINARY) BEGIN
  UPDATE "segue_new_lines" SET "n" = (SELECT (CAST(o."n" + 1 AS text)) FROM "lines" o WHERE o."b" = new."b" AND o."a" = new."a") WHERE "segue_new_lines"."b" = new."b" AND "segue_new_lines"."a" = new."a";
END;
CREATE TRIGGER "segue_lines_k" AFTER UPDATE OF "b", "a" ON "lines" WHEN (old."b" IS NOT new."b" COLLATE BINARY OR typeof(old."b") <> typeof(new."b") OR old."a" IS NOT new."a") BEGIN
  DELETE FROM "segue_new_lines" WHERE "segue_new_lines"."b" = old."b" COLLATE BINARY AND typeof("segue_new_lines"."b") = typeof(old."b") AND "segue_new_lines"."a" = old."a" AND NOT EXISTS (SELECT 1 FROM "lines" x WHERE x."b" = old."b" COLLATE BINARY AND typeof(x."b") = typeof(old."b") AND x."a" = old."a");
  INSERT INTO "segue_new_lines"("b", "a", "n") SELECT o."b", o."a", (CAST(o."n" + 1 AS text)) FROM "lines" o WHERE o."b" = new."b" AND o."a" = new."a" AND NOT EXISTS (SELECT 1 FROM "segue_new_lines" x WHERE x."b" = new."b" AND x."a" = new."a");
  UPDATE "segue_new_lines" SET ("b", "a", "n") = (SELECT o."b", o."a", (CAST(o."n" + 1 AS text)) FROM "lines" o WHERE o."b" = new."b" AND o."a" = new."a") WHERE "segue_new_lines"."b" = new."b" AND "segue_new_lines"."a" = new."a";
END;
CREATE TRIGGER "segue_lines_d" AFTER DELETE ON "lines" BEGIN
  DELETE FROM "segue_new_lines" WHERE "segue_new_lines"."b" = old."b" COLLATE BINARY AND typeof("segue_new_lines"."b") = typeof(old."b") AND "segue_new_lines"."a" = old."a" AND NOT EXISTS (SELECT 1 FROM "lines" x WHERE x."b" = old."b" COLLATE BINARY AND typeof(x."b") = typeof(old."b") AND x."a" = old."a");
END;
SAVEPOINT segue_probe;
INSERT OR IGNORE INTO "segue_new_lines"("b", "a", "n") SELECT o."b", o."a", (CAST(o."n" + 1 AS text)) FROM "lines" o ORDER BY o."b", o."a" LIMIT 1;
UPDATE "lines" SET "n" = (SELECT x."n" FROM "lines" x ORDER BY x."b" DESC, x."a" DESC LIMIT 1) WHERE ("b", "a") = (SELECT x."b", x."a" FROM "lines" x ORDER BY x."b", x."a" LIMIT 1);
SELECT o."b", o."a" FROM "lines" o WHERE (o."b", o."a") = (SELECT x."b", x."a" FROM "lines" x ORDER BY x."b", x."a" LIMIT 1) AND NOT EXISTS (SELECT 1 FROM "segue_new_lines" n WHERE n."b" = o."b" AND n."a" = o."a" AND ((n."b" IS o."b" COLLATE BINARY AND typeof(n."b") = typeof(o."b")) AND (n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY)));
ROLLBACK TO SAVEPOINT segue_probe;
COMMIT;
-- inverse:
--   PRAGMA foreign_keys = OFF;
--   PRAGMA foreign_keys;
--   PRAGMA writable_schema = OFF;
--   PRAGMA legacy_alter_table = OFF;
--   BEGIN IMMEDIATE;
--   DROP TRIGGER IF EXISTS "segue_lines_i";
--   DROP TRIGGER IF EXISTS "segue_lines_r";
--   DROP TRIGGER IF EXISTS "segue_lines_u1";
--   DROP TRIGGER IF EXISTS "segue_lines_k";
--   DROP TRIGGER IF EXISTS "segue_lines_d";
--   COMMIT;
--   PRAGMA legacy_alter_table = OFF;
--   /* range by range; the first: */ DELETE FROM "segue_new_lines" WHERE ("b", "a") IN (SELECT "b", "a" FROM "segue_new_lines" ORDER BY "b", "a" LIMIT :hi);
--   /* what is left over: */ SELECT EXISTS (SELECT 1 FROM "segue_new_lines"), 0, NULL;
--   PRAGMA foreign_keys = OFF;
--   PRAGMA foreign_keys;
--   PRAGMA writable_schema = OFF;
--   PRAGMA legacy_alter_table = OFF;
--   BEGIN IMMEDIATE;
--   DROP TABLE IF EXISTS "segue_new_lines";
--   COMMIT;

-- migrate/01-backfill:lines: copy lines into its shadow
--   write, write lock, 1 ms per chunk beside others, 5 ms alone
/* range by range; the first: */ INSERT OR IGNORE INTO "segue_new_lines"("b", "a", "n") SELECT o."b", o."a", (CAST(o."n" + 1 AS text)) FROM "lines" o WHERE (o."b", o."a") > (NULL, NULL) AND (o."b", o."a") <= ('y', 1);
/* range by range; the first: */ INSERT OR IGNORE INTO "segue_new_lines"("b", "a", "n") SELECT o."b", o."a", (CAST(o."n" + 1 AS text)) FROM "lines" o WHERE (NULL, NULL) IS (NULL, NULL) AND (o."b", o."a") <= ('y', 1);
/* what is left over, range by range: */ SELECT '(' || quote(o."b") || ', ' || quote(o."a") || ')' FROM "lines" o WHERE (o."b", o."a") > (NULL, NULL) AND (o."b", o."a") <= ('y', 1) AND NOT EXISTS (SELECT 1 FROM "segue_new_lines" n WHERE n."b" = o."b" AND n."a" = o."a") UNION ALL SELECT '(' || quote(o."b") || ', ' || quote(o."a") || ')' FROM "lines" o WHERE (NULL, NULL) IS (NULL, NULL) AND (o."b", o."a") <= ('y', 1) AND NOT EXISTS (SELECT 1 FROM "segue_new_lines" n WHERE n."b" = o."b" AND n."a" = o."a") LIMIT 1000;

-- migrate/02-compare:lines: prove that the shadow of lines is what `up` says
--   scan, none (reads)
/* range by range; the first: */ SELECT quote(o."b") || ',' || quote(o."a"), quote(o."a") || ', ' || quote(o."b") || ', ' || quote(o."n"), quote(n."a") || ', ' || quote(n."b") || ', ' || quote(n."n") FROM "lines" o LEFT JOIN "segue_new_lines" n ON n."b" = o."b" AND n."a" = o."a" WHERE (n."b" IS NULL OR NOT ((n."b" IS o."b" COLLATE BINARY AND typeof(n."b") = typeof(o."b")) AND (n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY))) AND (o."b", o."a") > (NULL, NULL) AND (o."b", o."a") <= :hi UNION ALL SELECT quote(o."b") || ',' || quote(o."a"), quote(o."a") || ', ' || quote(o."b") || ', ' || quote(o."n"), quote(n."a") || ', ' || quote(n."b") || ', ' || quote(n."n") FROM "lines" o LEFT JOIN "segue_new_lines" n ON n."b" = o."b" AND n."a" = o."a" WHERE (n."b" IS NULL OR NOT ((n."b" IS o."b" COLLATE BINARY AND typeof(n."b") = typeof(o."b")) AND (n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY))) AND (NULL, NULL) IS (NULL, NULL) AND (o."b", o."a") <= :hi UNION ALL SELECT quote(n."b") || ',' || quote(n."a"), NULL, quote(n."a") || ', ' || quote(n."b") || ', ' || quote(n."n") FROM "segue_new_lines" n WHERE NOT EXISTS (SELECT 1 FROM "lines" o WHERE o."b" = n."b" AND o."a" = n."a") AND (n."b", n."a") > (NULL, NULL) AND (n."b", n."a") <= :hi UNION ALL SELECT quote(n."b") || ',' || quote(n."a"), NULL, quote(n."a") || ', ' || quote(n."b") || ', ' || quote(n."n") FROM "segue_new_lines" n WHERE NOT EXISTS (SELECT 1 FROM "lines" o WHERE o."b" = n."b" AND o."a" = n."a") AND (NULL, NULL) IS (NULL, NULL) AND (n."b", n."a") <= :hi;

-- migrate/03-publish: serve version m1, two-way sync
--   constant, write lock, O(1)
PRAGMA foreign_keys = OFF;
PRAGMA foreign_keys;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
BEGIN IMMEDIATE;
DROP TRIGGER IF EXISTS "segue_lines_i";
DROP TRIGGER IF EXISTS "segue_lines_r";
DROP TRIGGER IF EXISTS "segue_lines_u1";
DROP TRIGGER IF EXISTS "segue_lines_k";
DROP TRIGGER IF EXISTS "segue_lines_d";
PRAGMA legacy_alter_table = ON;
ALTER TABLE "segue_new_lines" RENAME TO "lines__m1";
PRAGMA legacy_alter_table = OFF;
CREATE TRIGGER "segue_lines_i" AFTER INSERT ON "lines" WHEN NOT EXISTS (SELECT 1 FROM "lines__m1" x WHERE x."b" = new."b" AND x."a" = new."a") BEGIN
  INSERT INTO "lines__m1"("b", "a", "n") SELECT o."b", o."a", (CAST(o."n" + 1 AS text)) FROM "lines" o WHERE o."b" = new."b" AND o."a" = new."a";
END;
CREATE TRIGGER "segue_lines_r" AFTER INSERT ON "lines" WHEN EXISTS (SELECT 1 FROM "lines" o, "lines__m1" n WHERE o."b" = new."b" AND o."a" = new."a" AND n."b" = o."b" AND n."a" = o."a" AND NOT ((n."b" IS o."b" COLLATE BINARY AND typeof(n."b") = typeof(o."b")) AND ((n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY) OR (o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY)))) BEGIN
  UPDATE "lines__m1" SET ("b", "a", "n") = (SELECT o."b", o."a", CASE WHEN ((o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY)) THEN n."n" ELSE (CAST(o."n" + 1 AS text)) END FROM "lines" o, "lines__m1" n WHERE o."b" = new."b" AND o."a" = new."a" AND n."b" = o."b" AND n."a" = o."a") WHERE "lines__m1"."b" = new."b" AND "lines__m1"."a" = new."a";
END;
CREATE TRIGGER "segue_lines_u1" AFTER UPDATE OF "n" ON "lines" WHEN (old."n" IS NOT new."n" COLLATE BINARY) AND EXISTS (SELECT 1 FROM "lines" o, "lines__m1" n WHERE o."b" = new."b" AND o."a" = new."a" AND n."b" = o."b" AND n."a" = o."a" AND NOT ((n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY) OR (o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY))) BEGIN
  UPDATE "lines__m1" SET "n" = (SELECT (CAST(o."n" + 1 AS text)) FROM "lines" o WHERE o."b" = new."b" AND o."a" = new."a") WHERE "lines__m1"."b" = new."b" AND "lines__m1"."a" = new."a";
END;
CREATE TRIGGER "segue_lines_k" AFTER UPDATE OF "b", "a" ON "lines" WHEN (old."b" IS NOT new."b" COLLATE BINARY OR typeof(old."b") <> typeof(new."b") OR old."a" IS NOT new."a") BEGIN
  UPDATE "lines__m1" SET ("b", "a", "n") = (SELECT o."b", o."a", CASE WHEN ((o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY)) THEN n."n" ELSE (CAST(o."n" + 1 AS text)) END FROM "lines" o, "lines__m1" n WHERE o."b" = new."b" AND o."a" = new."a" AND n."b" = old."b" COLLATE BINARY AND typeof(n."b") = typeof(old."b") AND n."a" = old."a") WHERE "lines__m1"."b" = old."b" COLLATE BINARY AND typeof("lines__m1"."b") = typeof(old."b") AND "lines__m1"."a" = old."a" AND NOT EXISTS (SELECT 1 FROM "lines" x WHERE x."b" = old."b" COLLATE BINARY AND typeof(x."b") = typeof(old."b") AND x."a" = old."a") AND NOT EXISTS (SELECT 1 FROM "lines__m1" x WHERE x."b" = new."b" AND x."a" = new."a" AND NOT (x."b" = old."b" COLLATE BINARY AND typeof(x."b") = typeof(old."b") AND x."a" = old."a")) AND EXISTS (SELECT 1 FROM "lines" o WHERE o."b" = new."b" AND o."a" = new."a");
  DELETE FROM "lines__m1" WHERE "lines__m1"."b" = old."b" COLLATE BINARY AND typeof("lines__m1"."b") = typeof(old."b") AND "lines__m1"."a" = old."a" AND NOT EXISTS (SELECT 1 FROM "lines" x WHERE x."b" = old."b" COLLATE BINARY AND typeof(x."b") = typeof(old."b") AND x."a" = old."a");
  INSERT INTO "lines__m1"("b", "a", "n") SELECT o."b", o."a", (CAST(o."n" + 1 AS text)) FROM "lines" o WHERE o."b" = new."b" AND o."a" = new."a" AND NOT EXISTS (SELECT 1 FROM "lines__m1" x WHERE x."b" = new."b" AND x."a" = new."a");
  UPDATE "lines__m1" SET ("b", "a", "n") = (SELECT o."b", o."a", CASE WHEN ((o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY)) THEN n."n" ELSE (CAST(o."n" + 1 AS text)) END FROM "lines" o, "lines__m1" n WHERE o."b" = new."b" AND o."a" = new."a" AND n."b" = o."b" AND n."a" = o."a") WHERE "lines__m1"."b" = new."b" AND "lines__m1"."a" = new."a" AND EXISTS (SELECT 1 FROM "lines" o, "lines__m1" n WHERE o."b" = new."b" AND o."a" = new."a" AND n."b" = o."b" AND n."a" = o."a" AND NOT ((n."b" IS o."b" COLLATE BINARY AND typeof(n."b") = typeof(o."b")) AND ((n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY) OR (o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY))));
END;
CREATE TRIGGER "segue_lines_d" AFTER DELETE ON "lines" BEGIN
  DELETE FROM "lines__m1" WHERE "lines__m1"."b" = old."b" COLLATE BINARY AND typeof("lines__m1"."b") = typeof(old."b") AND "lines__m1"."a" = old."a" AND NOT EXISTS (SELECT 1 FROM "lines" x WHERE x."b" = old."b" COLLATE BINARY AND typeof(x."b") = typeof(old."b") AND x."a" = old."a");
END;
CREATE TRIGGER "segue_lines__m1_i" AFTER INSERT ON "lines__m1" WHEN NOT EXISTS (SELECT 1 FROM "lines" x WHERE x."b" = new."b" AND x."a" = new."a") BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: lines.n') FROM "lines__m1" n WHERE n."b" = new."b" AND n."a" = new."a" AND (CAST(n."n" AS integer) - 1) IS NULL;
  INSERT INTO "lines"("b", "a", "n") SELECT n."b", n."a", (CAST(n."n" AS integer) - 1) FROM "lines__m1" n WHERE n."b" = new."b" AND n."a" = new."a";
  SELECT RAISE(ABORT, 'segue: lines did not follow lines__m1') FROM "lines__m1" n WHERE n."b" = new."b" AND n."a" = new."a" AND NOT EXISTS (SELECT 1 FROM "lines" o WHERE o."b" = n."b" AND o."a" = n."a" AND ((o."b" IS n."b" COLLATE BINARY AND typeof(o."b") = typeof(n."b")) AND ((o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY) OR (n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY))));
END;
CREATE TRIGGER "segue_lines__m1_r" AFTER INSERT ON "lines__m1" WHEN EXISTS (SELECT 1 FROM "lines__m1" n, "lines" o WHERE n."b" = new."b" AND n."a" = new."a" AND o."b" = n."b" AND o."a" = n."a" AND NOT ((o."b" IS n."b" COLLATE BINARY AND typeof(o."b") = typeof(n."b")) AND ((o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY) OR (n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY)))) BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: lines.n') FROM "lines__m1" n, "lines" o WHERE n."b" = new."b" AND n."a" = new."a" AND o."b" = n."b" AND o."a" = n."a" AND CASE WHEN ((n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY)) THEN o."n" ELSE (CAST(n."n" AS integer) - 1) END IS NULL;
  UPDATE "lines" SET ("b", "a", "n") = (SELECT n."b", n."a", CASE WHEN ((n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY)) THEN o."n" ELSE (CAST(n."n" AS integer) - 1) END FROM "lines__m1" n, "lines" o WHERE n."b" = new."b" AND n."a" = new."a" AND o."b" = n."b" AND o."a" = n."a") WHERE "lines"."b" = new."b" AND "lines"."a" = new."a";
  SELECT RAISE(ABORT, 'segue: lines did not follow lines__m1') FROM "lines__m1" n WHERE n."b" = new."b" AND n."a" = new."a" AND NOT EXISTS (SELECT 1 FROM "lines" o WHERE o."b" = n."b" AND o."a" = n."a" AND ((o."b" IS n."b" COLLATE BINARY AND typeof(o."b") = typeof(n."b")) AND ((o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY) OR (n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY))));
END;
CREATE TRIGGER "segue_lines__m1_u1" AFTER UPDATE OF "n" ON "lines__m1" WHEN (old."n" IS NOT new."n" COLLATE BINARY) AND EXISTS (SELECT 1 FROM "lines__m1" n, "lines" o WHERE n."b" = new."b" AND n."a" = new."a" AND o."b" = n."b" AND o."a" = n."a" AND NOT ((o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY) OR (n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY))) BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: lines.n') FROM "lines__m1" n, "lines" o WHERE n."b" = new."b" AND n."a" = new."a" AND o."b" = n."b" AND o."a" = n."a" AND (CAST(n."n" AS integer) - 1) IS NULL;
  UPDATE "lines" SET "n" = (SELECT (CAST(n."n" AS integer) - 1) FROM "lines__m1" n WHERE n."b" = new."b" AND n."a" = new."a") WHERE "lines"."b" = new."b" AND "lines"."a" = new."a";
  SELECT RAISE(ABORT, 'segue: lines did not follow lines__m1') FROM "lines__m1" n WHERE n."b" = new."b" AND n."a" = new."a" AND NOT EXISTS (SELECT 1 FROM "lines" o WHERE o."b" = n."b" AND o."a" = n."a" AND ((o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY) OR (n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY)));
END;
CREATE TRIGGER "segue_lines__m1_k" AFTER UPDATE OF "b", "a" ON "lines__m1" WHEN (old."b" IS NOT new."b" COLLATE BINARY OR typeof(old."b") <> typeof(new."b") OR old."a" IS NOT new."a") BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: lines.n') FROM "lines__m1" n, "lines" o WHERE n."b" = new."b" AND n."a" = new."a" AND o."b" = old."b" COLLATE BINARY AND typeof(o."b") = typeof(old."b") AND o."a" = old."a" AND NOT EXISTS (SELECT 1 FROM "lines" x WHERE x."b" = new."b" AND x."a" = new."a" AND NOT (x."b" = old."b" COLLATE BINARY AND typeof(x."b") = typeof(old."b") AND x."a" = old."a")) AND CASE WHEN ((n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY)) THEN o."n" ELSE (CAST(n."n" AS integer) - 1) END IS NULL;
  UPDATE "lines" SET ("b", "a", "n") = (SELECT n."b", n."a", CASE WHEN ((n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY)) THEN o."n" ELSE (CAST(n."n" AS integer) - 1) END FROM "lines__m1" n, "lines" o WHERE n."b" = new."b" AND n."a" = new."a" AND o."b" = old."b" COLLATE BINARY AND typeof(o."b") = typeof(old."b") AND o."a" = old."a") WHERE "lines"."b" = old."b" COLLATE BINARY AND typeof("lines"."b") = typeof(old."b") AND "lines"."a" = old."a" AND NOT EXISTS (SELECT 1 FROM "lines__m1" x WHERE x."b" = old."b" COLLATE BINARY AND typeof(x."b") = typeof(old."b") AND x."a" = old."a") AND NOT EXISTS (SELECT 1 FROM "lines" x WHERE x."b" = new."b" AND x."a" = new."a" AND NOT (x."b" = old."b" COLLATE BINARY AND typeof(x."b") = typeof(old."b") AND x."a" = old."a")) AND EXISTS (SELECT 1 FROM "lines__m1" n WHERE n."b" = new."b" AND n."a" = new."a");
  DELETE FROM "lines" WHERE "lines"."b" = old."b" COLLATE BINARY AND typeof("lines"."b") = typeof(old."b") AND "lines"."a" = old."a" AND NOT EXISTS (SELECT 1 FROM "lines__m1" x WHERE x."b" = old."b" COLLATE BINARY AND typeof(x."b") = typeof(old."b") AND x."a" = old."a");
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: lines.n') FROM "lines__m1" n WHERE n."b" = new."b" AND n."a" = new."a" AND NOT EXISTS (SELECT 1 FROM "lines" x WHERE x."b" = new."b" AND x."a" = new."a") AND (CAST(n."n" AS integer) - 1) IS NULL;
  INSERT INTO "lines"("b", "a", "n") SELECT n."b", n."a", (CAST(n."n" AS integer) - 1) FROM "lines__m1" n WHERE n."b" = new."b" AND n."a" = new."a" AND NOT EXISTS (SELECT 1 FROM "lines" x WHERE x."b" = new."b" AND x."a" = new."a");
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: lines.n') FROM "lines__m1" n, "lines" o WHERE n."b" = new."b" AND n."a" = new."a" AND o."b" = n."b" AND o."a" = n."a" AND CASE WHEN ((n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY)) THEN o."n" ELSE (CAST(n."n" AS integer) - 1) END IS NULL;
  UPDATE "lines" SET ("b", "a", "n") = (SELECT n."b", n."a", CASE WHEN ((n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY)) THEN o."n" ELSE (CAST(n."n" AS integer) - 1) END FROM "lines__m1" n, "lines" o WHERE n."b" = new."b" AND n."a" = new."a" AND o."b" = n."b" AND o."a" = n."a") WHERE "lines"."b" = new."b" AND "lines"."a" = new."a" AND EXISTS (SELECT 1 FROM "lines__m1" n, "lines" o WHERE n."b" = new."b" AND n."a" = new."a" AND o."b" = n."b" AND o."a" = n."a" AND NOT ((o."b" IS n."b" COLLATE BINARY AND typeof(o."b") = typeof(n."b")) AND ((o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY) OR (n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY))));
  SELECT RAISE(ABORT, 'segue: lines did not follow lines__m1') FROM "lines__m1" n WHERE n."b" = new."b" AND n."a" = new."a" AND NOT EXISTS (SELECT 1 FROM "lines" o WHERE o."b" = n."b" AND o."a" = n."a" AND ((o."b" IS n."b" COLLATE BINARY AND typeof(o."b") = typeof(n."b")) AND ((o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY) OR (n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY))));
END;
CREATE TRIGGER "segue_lines__m1_d" AFTER DELETE ON "lines__m1" BEGIN
  DELETE FROM "lines" WHERE "lines"."b" = old."b" COLLATE BINARY AND typeof("lines"."b") = typeof(old."b") AND "lines"."a" = old."a" AND NOT EXISTS (SELECT 1 FROM "lines__m1" x WHERE x."b" = old."b" COLLATE BINARY AND typeof(x."b") = typeof(old."b") AND x."a" = old."a");
END;
SAVEPOINT segue_probe;
UPDATE "lines" SET "n" = (SELECT x."n" FROM "lines" x ORDER BY x."b" DESC, x."a" DESC LIMIT 1) WHERE ("b", "a") = (SELECT x."b", x."a" FROM "lines" x ORDER BY x."b", x."a" LIMIT 1);
SELECT o."b", o."a" FROM "lines" o WHERE (o."b", o."a") = (SELECT x."b", x."a" FROM "lines" x ORDER BY x."b", x."a" LIMIT 1) AND NOT EXISTS (SELECT 1 FROM "lines__m1" n WHERE n."b" = o."b" AND n."a" = o."a" AND ((n."b" IS o."b" COLLATE BINARY AND typeof(n."b") = typeof(o."b")) AND ((n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY) OR (o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY))));
UPDATE "lines__m1" SET "n" = (SELECT x."n" FROM "lines__m1" x ORDER BY x."b" DESC, x."a" DESC LIMIT 1) WHERE ("b", "a") = (SELECT x."b", x."a" FROM "lines__m1" x ORDER BY x."b", x."a" LIMIT 1);
SELECT n."b", n."a" FROM "lines__m1" n WHERE (n."b", n."a") = (SELECT x."b", x."a" FROM "lines__m1" x ORDER BY x."b", x."a" LIMIT 1) AND NOT EXISTS (SELECT 1 FROM "lines" o WHERE o."b" = n."b" AND o."a" = n."a" AND ((o."b" IS n."b" COLLATE BINARY AND typeof(o."b") = typeof(n."b")) AND ((o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY) OR (n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY))));
ROLLBACK TO SAVEPOINT segue_probe;
COMMIT;
PRAGMA legacy_alter_table = OFF;
-- inverse:
--   PRAGMA foreign_keys = OFF;
--   PRAGMA foreign_keys;
--   PRAGMA writable_schema = OFF;
--   PRAGMA legacy_alter_table = OFF;
--   BEGIN IMMEDIATE;
--   DROP TRIGGER IF EXISTS "segue_lines_i";
--   DROP TRIGGER IF EXISTS "segue_lines_r";
--   DROP TRIGGER IF EXISTS "segue_lines_u1";
--   DROP TRIGGER IF EXISTS "segue_lines_k";
--   DROP TRIGGER IF EXISTS "segue_lines_d";
--   DROP TRIGGER IF EXISTS "segue_lines__m1_i";
--   DROP TRIGGER IF EXISTS "segue_lines__m1_r";
--   DROP TRIGGER IF EXISTS "segue_lines__m1_u1";
--   DROP TRIGGER IF EXISTS "segue_lines__m1_k";
--   DROP TRIGGER IF EXISTS "segue_lines__m1_d";
--   PRAGMA legacy_alter_table = ON;
--   ALTER TABLE "lines__m1" RENAME TO "segue_old_lines";
--   PRAGMA legacy_alter_table = OFF;
--   CREATE TABLE "segue_new_lines" (a integer, b text COLLATE NOCASE, n text DEFAULT 0, PRIMARY KEY (b DESC, a)) WITHOUT ROWID;
--   CREATE TRIGGER "segue_lines_i" AFTER INSERT ON "lines" WHEN NOT EXISTS (SELECT 1 FROM "segue_new_lines" x WHERE x."b" = new."b" AND x."a" = new."a") BEGIN
--     INSERT INTO "segue_new_lines"("b", "a", "n") SELECT o."b", o."a", (CAST(o."n" + 1 AS text)) FROM "lines" o WHERE o."b" = new."b" AND o."a" = new."a";
--   END;
--   CREATE TRIGGER "segue_lines_r" AFTER INSERT ON "lines" WHEN NOT NOT EXISTS (SELECT 1 FROM "segue_new_lines" x WHERE x."b" = new."b" AND x."a" = new."a") BEGIN
--     UPDATE "segue_new_lines" SET ("b", "a", "n") = (SELECT o."b", o."a", (CAST(o."n" + 1 AS text)) FROM "lines" o WHERE o."b" = new."b" AND o."a" = new."a") WHERE "segue_new_lines"."b" = new."b" AND "segue_new_lines"."a" = new."a";
--   END;
--   CREATE TRIGGER "segue_lines_u1" AFTER UPDATE OF "n" ON "lines" WHEN (old."n" IS NOT new."n" COLLATE BINARY) BEGIN
--     UPDATE "segue_new_lines" SET "n" = (SELECT (CAST(o."n" + 1 AS text)) FROM "lines" o WHERE o."b" = new."b" AND o."a" = new."a") WHERE "segue_new_lines"."b" = new."b" AND "segue_new_lines"."a" = new."a";
--   END;
--   CREATE TRIGGER "segue_lines_k" AFTER UPDATE OF "b", "a" ON "lines" WHEN (old."b" IS NOT new."b" COLLATE BINARY OR typeof(old."b") <> typeof(new."b") OR old."a" IS NOT new."a") BEGIN
--     DELETE FROM "segue_new_lines" WHERE "segue_new_lines"."b" = old."b" COLLATE BINARY AND typeof("segue_new_lines"."b") = typeof(old."b") AND "segue_new_lines"."a" = old."a" AND NOT EXISTS (SELECT 1 FROM "lines" x WHERE x."b" = old."b" COLLATE BINARY AND typeof(x."b") = typeof(old."b") AND x."a" = old."a");
--     INSERT INTO "segue_new_lines"("b", "a", "n") SELECT o."b", o."a", (CAST(o."n" + 1 AS text)) FROM "lines" o WHERE o."b" = new."b" AND o."a" = new."a" AND NOT EXISTS (SELECT 1 FROM "segue_new_lines" x WHERE x."b" = new."b" AND x."a" = new."a");
--     UPDATE "segue_new_lines" SET ("b", "a", "n") = (SELECT o."b", o."a", (CAST(o."n" + 1 AS text)) FROM "lines" o WHERE o."b" = new."b" AND o."a" = new."a") WHERE "segue_new_lines"."b" = new."b" AND "segue_new_lines"."a" = new."a";
--   END;
--   CREATE TRIGGER "segue_lines_d" AFTER DELETE ON "lines" BEGIN
--     DELETE FROM "segue_new_lines" WHERE "segue_new_lines"."b" = old."b" COLLATE BINARY AND typeof("segue_new_lines"."b") = typeof(old."b") AND "segue_new_lines"."a" = old."a" AND NOT EXISTS (SELECT 1 FROM "lines" x WHERE x."b" = old."b" COLLATE BINARY AND typeof(x."b") = typeof(old."b") AND x."a" = old."a");
--   END;
--   COMMIT;
--   PRAGMA legacy_alter_table = OFF;
--   /* range by range; the first: */ DELETE FROM "segue_old_lines" WHERE ("b", "a") IN (SELECT "b", "a" FROM "segue_old_lines" ORDER BY "b", "a" LIMIT :hi);
--   /* what is left over: */ SELECT EXISTS (SELECT 1 FROM "segue_old_lines"), 0, NULL;
--   PRAGMA foreign_keys = OFF;
--   PRAGMA foreign_keys;
--   PRAGMA writable_schema = OFF;
--   PRAGMA legacy_alter_table = OFF;
--   BEGIN IMMEDIATE;
--   DROP TABLE IF EXISTS "segue_old_lines";
--   COMMIT;

-- contract/01-gate: no client uses the old version
--   wait, none (reads)
SELECT service, version, seen_at FROM segue_client WHERE version NOT IN ('m1') AND seen_at > strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-10 seconds');

-- contract/02-guard: refuse rows that violate the constraints of the new version
--   constant, write lock, O(1)
PRAGMA foreign_keys = OFF;
PRAGMA foreign_keys;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
BEGIN IMMEDIATE;
CREATE TRIGGER "segue_lines__m1_c1i" AFTER INSERT ON "lines__m1" WHEN EXISTS (SELECT 1 FROM "lines__m1" x WHERE x."b" = new."b" AND x."a" = new."a" AND x."n" IS NULL) BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: lines.n');
END;
CREATE TRIGGER "segue_lines__m1_c1u" AFTER UPDATE OF "n" ON "lines__m1" WHEN EXISTS (SELECT 1 FROM "lines__m1" x WHERE x."b" = new."b" AND x."a" = new."a" AND x."n" IS NULL) BEGIN
  SELECT RAISE(ABORT, 'NOT NULL constraint failed: lines.n');
END;
COMMIT;
-- inverse:
--   PRAGMA foreign_keys = OFF;
--   PRAGMA foreign_keys;
--   PRAGMA writable_schema = OFF;
--   PRAGMA legacy_alter_table = OFF;
--   BEGIN IMMEDIATE;
--   DROP TRIGGER IF EXISTS "segue_lines__m1_c1i";
--   DROP TRIGGER IF EXISTS "segue_lines__m1_c1u";
--   COMMIT;

-- contract/03-scan:lines: no row of lines violates them
--   scan, none (reads)
SELECT quote(x."b") || ',' || quote(x."a"), 'NOT NULL constraint failed: lines.n', NULL FROM "lines__m1" x WHERE x."n" IS NULL;

-- contract/04-compare:lines: prove that lines and its shadow agree
--   scan, none (reads)
/* range by range; the first: */ SELECT quote(o."b") || ',' || quote(o."a"), quote(o."a") || ', ' || quote(o."b") || ', ' || quote(o."n"), quote(n."a") || ', ' || quote(n."b") || ', ' || quote(n."n") FROM "lines" o LEFT JOIN "lines__m1" n ON n."b" = o."b" AND n."a" = o."a" WHERE (n."b" IS NULL OR NOT ((n."b" IS o."b" COLLATE BINARY AND typeof(n."b") = typeof(o."b")) AND ((n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY) OR (o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY)))) AND (o."b", o."a") > (NULL, NULL) AND (o."b", o."a") <= :hi UNION ALL SELECT quote(o."b") || ',' || quote(o."a"), quote(o."a") || ', ' || quote(o."b") || ', ' || quote(o."n"), quote(n."a") || ', ' || quote(n."b") || ', ' || quote(n."n") FROM "lines" o LEFT JOIN "lines__m1" n ON n."b" = o."b" AND n."a" = o."a" WHERE (n."b" IS NULL OR NOT ((n."b" IS o."b" COLLATE BINARY AND typeof(n."b") = typeof(o."b")) AND ((n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY) OR (o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY)))) AND (NULL, NULL) IS (NULL, NULL) AND (o."b", o."a") <= :hi UNION ALL SELECT quote(n."b") || ',' || quote(n."a"), NULL, quote(n."a") || ', ' || quote(n."b") || ', ' || quote(n."n") FROM "lines__m1" n WHERE NOT EXISTS (SELECT 1 FROM "lines" o WHERE o."b" = n."b" AND o."a" = n."a") AND (n."b", n."a") > (NULL, NULL) AND (n."b", n."a") <= :hi UNION ALL SELECT quote(n."b") || ',' || quote(n."a"), NULL, quote(n."a") || ', ' || quote(n."b") || ', ' || quote(n."n") FROM "lines__m1" n WHERE NOT EXISTS (SELECT 1 FROM "lines" o WHERE o."b" = n."b" AND o."a" = n."a") AND (NULL, NULL) IS (NULL, NULL) AND (n."b", n."a") <= :hi;

-- contract/05-swap: the base takes the new shape
--   constant, write lock, O(1)
PRAGMA foreign_keys = OFF;
PRAGMA foreign_keys;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
DROP TABLE IF EXISTS temp.segue_roots;
BEGIN IMMEDIATE;
DROP TRIGGER "segue_lines__m1_c1i";
DROP TRIGGER "segue_lines__m1_c1u";
DROP TRIGGER "segue_lines_i";
DROP TRIGGER "segue_lines_r";
DROP TRIGGER "segue_lines_u1";
DROP TRIGGER "segue_lines_k";
DROP TRIGGER "segue_lines_d";
DROP TRIGGER "segue_lines__m1_i";
DROP TRIGGER "segue_lines__m1_r";
DROP TRIGGER "segue_lines__m1_u1";
DROP TRIGGER "segue_lines__m1_k";
DROP TRIGGER "segue_lines__m1_d";
CREATE TEMP TABLE segue_roots(name TEXT PRIMARY KEY, rootpage INTEGER);
INSERT INTO temp.segue_roots SELECT name, rootpage FROM main.sqlite_schema WHERE rootpage > 0;
PRAGMA writable_schema = ON;
/* :version is the answer of */ PRAGMA schema_version;
UPDATE main.sqlite_schema SET rootpage = (SELECT rootpage FROM temp.segue_roots WHERE name = 'lines__m1'), sql = 'CREATE TABLE lines (a integer, b text COLLATE NOCASE, n text NOT NULL DEFAULT 0, PRIMARY KEY (b DESC, a)) WITHOUT ROWID' WHERE type = 'table' AND name = 'lines' AND sql IS 'CREATE TABLE lines (a integer, b text COLLATE NOCASE, n integer NOT NULL DEFAULT 0, PRIMARY KEY (b DESC, a)) WITHOUT ROWID';
UPDATE main.sqlite_schema SET name = 'segue_old_lines', tbl_name = 'segue_old_lines', rootpage = (SELECT rootpage FROM temp.segue_roots WHERE name = 'lines'), sql = 'CREATE TABLE "segue_old_lines" (a integer, b text COLLATE NOCASE, n integer NOT NULL DEFAULT 0, PRIMARY KEY (b DESC, a)) WITHOUT ROWID' WHERE type = 'table' AND name = 'lines__m1';
PRAGMA schema_version = :version + 1;
PRAGMA writable_schema = RESET;
SELECT (SELECT group_concat(rootpage) FROM (SELECT rootpage FROM temp.segue_roots ORDER BY rootpage)) IS (SELECT group_concat(rootpage) FROM (SELECT rootpage FROM main.sqlite_schema WHERE rootpage > 0 ORDER BY rootpage));
SELECT name FROM main.sqlite_schema WHERE type IN ('table', 'index') AND rootpage IS NULL;
SELECT * FROM "lines" LIMIT 0;
SELECT * FROM "segue_old_lines" LIMIT 0;
CREATE VIEW "lines__m1" AS SELECT "a", "b", "n" FROM "lines";
CREATE TRIGGER "segue_view_lines_i" INSTEAD OF INSERT ON "lines__m1" BEGIN
  INSERT INTO "lines"("a", "b", "n") VALUES (new."a", new."b", new."n");
END;
CREATE TRIGGER "segue_view_lines_u" INSTEAD OF UPDATE ON "lines__m1" BEGIN
  UPDATE "lines" SET "a" = new."a", "b" = new."b", "n" = new."n" WHERE "b" = old."b" AND "a" = old."a";
END;
CREATE TRIGGER "segue_view_lines_d" INSTEAD OF DELETE ON "lines__m1" BEGIN
  DELETE FROM "lines" WHERE "b" = old."b" AND "a" = old."a";
END;
COMMIT;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
DROP TABLE IF EXISTS temp.segue_roots;
-- not reversible

-- contract/06-drain:lines: empty what is left of lines
--   write, write lock, 1 ms per chunk beside others, 5 ms alone
/* range by range; the first: */ DELETE FROM "segue_old_lines" WHERE ("a", "b") IN (SELECT "a", "b" FROM "segue_old_lines" ORDER BY "a", "b" LIMIT :hi);
/* what is left over: */ SELECT EXISTS (SELECT 1 FROM "segue_old_lines"), 0, NULL;
-- not reversible

-- contract/07-cleanup:lines: drop what is left of lines
--   constant, write lock, O(1)
PRAGMA foreign_keys = OFF;
PRAGMA foreign_keys;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
BEGIN IMMEDIATE;
DROP TABLE IF EXISTS "segue_old_lines";
COMMIT;
-- not reversible
