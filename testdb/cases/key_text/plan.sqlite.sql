-- migration m1, version m1
-- clients: column words.n keeps its name and changes its meaning: a statement of an old client that comes after contract does not fail, it means something else
-- clients: clients of the new version use table words__m1 (ask table_name) until contract, and words afterwards
-- clients: a row with NULL in the key column words.word is refused while the migration is under way
-- cost: the copy needs room for the table twice and the write-ahead log; dropped data stays readable in free pages

-- expand/01-install_sync:words: create the shadow of words and its one-way sync
--   constant, write lock, O(1); the values of column n change
PRAGMA foreign_keys = OFF;
PRAGMA foreign_keys;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
BEGIN IMMEDIATE;
CREATE TABLE "segue_new_words" (word text PRIMARY KEY, n text);
CREATE TRIGGER "segue_words_i" AFTER INSERT ON "words" WHEN NOT EXISTS (SELECT 1 FROM "segue_new_words" x WHERE x."word" = new."word") BEGIN
  DELETE FROM "segue_new_words" WHERE "rowid" = new."rowid" AND NOT ("segue_new_words"."word" = new."word") AND NOT EXISTS (SELECT 1 FROM "words" x WHERE x."word" = "segue_new_words"."word");
  INSERT INTO "segue_new_words"("word", "n", "rowid") SELECT o."word", (CAST(o."n" AS text)), (o."rowid") FROM "words" o WHERE o."word" = new."word";
END;
CREATE TRIGGER "segue_words_r" AFTER INSERT ON "words" WHEN NOT NOT EXISTS (SELECT 1 FROM "segue_new_words" x WHERE x."word" = new."word") BEGIN
  DELETE FROM "segue_new_words" WHERE "rowid" = new."rowid" AND NOT ("segue_new_words"."word" = new."word") AND NOT EXISTS (SELECT 1 FROM "words" x WHERE x."word" = "segue_new_words"."word");
  UPDATE "segue_new_words" SET ("n", "rowid") = (SELECT (CAST(o."n" AS text)), (o."rowid") FROM "words" o WHERE o."word" = new."word") WHERE "segue_new_words"."word" = new."word";
END;
CREATE TRIGGER "segue_words_u1" AFTER UPDATE OF "n" ON "words" WHEN (old."n" IS NOT new."n" COLLATE BINARY) BEGIN
  UPDATE "segue_new_words" SET "n" = (SELECT (CAST(o."n" AS text)) FROM "words" o WHERE o."word" = new."word") WHERE "segue_new_words"."word" = new."word";
END;
CREATE TRIGGER "segue_words_u2" AFTER UPDATE OF "rowid", "oid", "_rowid_" ON "words" WHEN (old."rowid" IS NOT new."rowid" COLLATE BINARY) BEGIN
  DELETE FROM "segue_new_words" WHERE "rowid" = new."rowid" AND NOT ("segue_new_words"."word" = new."word") AND NOT ("segue_new_words"."word" = old."word") AND NOT EXISTS (SELECT 1 FROM "words" x WHERE x."word" = "segue_new_words"."word");
  UPDATE "segue_new_words" SET "rowid" = (SELECT (o."rowid") FROM "words" o WHERE o."word" = new."word") WHERE "segue_new_words"."word" = new."word";
END;
CREATE TRIGGER "segue_words_g" AFTER INSERT ON "words" WHEN new."word" IS NULL BEGIN
  SELECT RAISE(ABORT, 'segue: this words.word has no counterpart in the other version');
END;
CREATE TRIGGER "segue_words_k" AFTER UPDATE OF "word" ON "words" WHEN old."word" IS NOT new."word" BEGIN
  SELECT RAISE(ABORT, 'segue: this words.word has no counterpart in the other version') WHERE new."word" IS NULL;
  DELETE FROM "segue_new_words" WHERE "rowid" = new."rowid" AND NOT ("segue_new_words"."word" = new."word") AND NOT ("segue_new_words"."word" = old."word") AND NOT EXISTS (SELECT 1 FROM "words" x WHERE x."word" = "segue_new_words"."word");
  DELETE FROM "segue_new_words" WHERE "segue_new_words"."word" = old."word" AND NOT EXISTS (SELECT 1 FROM "words" x WHERE x."word" = old."word");
  INSERT INTO "segue_new_words"("word", "n", "rowid") SELECT o."word", (CAST(o."n" AS text)), (o."rowid") FROM "words" o WHERE o."word" = new."word" AND NOT EXISTS (SELECT 1 FROM "segue_new_words" x WHERE x."word" = new."word");
  UPDATE "segue_new_words" SET ("n", "rowid") = (SELECT (CAST(o."n" AS text)), (o."rowid") FROM "words" o WHERE o."word" = new."word") WHERE "segue_new_words"."word" = new."word";
END;
CREATE TRIGGER "segue_words_d" AFTER DELETE ON "words" BEGIN
  DELETE FROM "segue_new_words" WHERE "segue_new_words"."word" = old."word" AND NOT EXISTS (SELECT 1 FROM "words" x WHERE x."word" = old."word");
END;
SAVEPOINT segue_probe;
INSERT OR IGNORE INTO "segue_new_words"("word", "n", "rowid") SELECT o."word", (CAST(o."n" AS text)), (o."rowid") FROM "words" o ORDER BY o."word" LIMIT 1;
UPDATE "words" SET "n" = (SELECT x."n" FROM "words" x ORDER BY x."word" DESC LIMIT 1) WHERE ("word") = (SELECT x."word" FROM "words" x ORDER BY x."word" LIMIT 1);
SELECT o."word" FROM "words" o WHERE (o."word") = (SELECT x."word" FROM "words" x ORDER BY x."word" LIMIT 1) AND NOT EXISTS (SELECT 1 FROM "segue_new_words" n WHERE n."word" = o."word" AND ((n."n" IS +(CAST(o."n" AS text)) COLLATE BINARY) AND (n."rowid" IS o."rowid" COLLATE BINARY)));
ROLLBACK TO SAVEPOINT segue_probe;
COMMIT;
-- inverse:
--   PRAGMA foreign_keys = OFF;
--   PRAGMA foreign_keys;
--   PRAGMA writable_schema = OFF;
--   PRAGMA legacy_alter_table = OFF;
--   BEGIN IMMEDIATE;
--   DROP TRIGGER IF EXISTS "segue_words_i";
--   DROP TRIGGER IF EXISTS "segue_words_r";
--   DROP TRIGGER IF EXISTS "segue_words_u1";
--   DROP TRIGGER IF EXISTS "segue_words_u2";
--   DROP TRIGGER IF EXISTS "segue_words_g";
--   DROP TRIGGER IF EXISTS "segue_words_k";
--   DROP TRIGGER IF EXISTS "segue_words_d";
--   COMMIT;
--   PRAGMA legacy_alter_table = OFF;
--   /* range by range; the first: */ DELETE FROM "segue_new_words" WHERE _rowid_ <= :hi;
--   /* what is left over: */ SELECT EXISTS (SELECT 1 FROM "segue_new_words"), 0, NULL;
--   PRAGMA foreign_keys = OFF;
--   PRAGMA foreign_keys;
--   PRAGMA writable_schema = OFF;
--   PRAGMA legacy_alter_table = OFF;
--   BEGIN IMMEDIATE;
--   DROP TABLE IF EXISTS "segue_new_words";
--   COMMIT;

-- migrate/01-backfill:words: copy words into its shadow
--   write, write lock, 1 ms per chunk beside others, 5 ms alone
/* range by range; the first: */ INSERT OR IGNORE INTO "segue_new_words"("word", "n", "rowid") SELECT o."word", (CAST(o."n" AS text)), (o."rowid") FROM "words" o WHERE o.rowid > -9223372036854775808 AND o.rowid <= 3;
/* what is left over, range by range: */ SELECT o.rowid FROM "words" o WHERE o.rowid > -9223372036854775808 AND o.rowid <= 3 AND NOT EXISTS (SELECT 1 FROM "segue_new_words" n WHERE n."word" = o."word") LIMIT 1000;

-- migrate/02-compare:words: prove that the shadow of words is what `up` says
--   scan, none (reads)
/* range by range; the first: */ SELECT quote(o."word"), o."rowid" || ', ' || quote(o."word") || ', ' || quote(o."n"), n."rowid" || ', ' || quote(n."word") || ', ' || quote(n."n") FROM "words" o LEFT JOIN "segue_new_words" n ON n."word" = o."word" WHERE (n."word" IS NULL OR NOT ((n."n" IS +(CAST(o."n" AS text)) COLLATE BINARY) AND (n."rowid" IS o."rowid" COLLATE BINARY))) AND o.rowid > -9223372036854775808 AND o.rowid <= :hi UNION ALL SELECT quote(n."word"), NULL, n."rowid" || ', ' || quote(n."word") || ', ' || quote(n."n") FROM "segue_new_words" n WHERE NOT EXISTS (SELECT 1 FROM "words" o WHERE o."word" = n."word") AND n.rowid > -9223372036854775808 AND n.rowid <= :hi;

-- migrate/03-publish: serve version m1, two-way sync
--   constant, write lock, O(1)
PRAGMA foreign_keys = OFF;
PRAGMA foreign_keys;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
BEGIN IMMEDIATE;
DROP TRIGGER IF EXISTS "segue_words_i";
DROP TRIGGER IF EXISTS "segue_words_r";
DROP TRIGGER IF EXISTS "segue_words_u1";
DROP TRIGGER IF EXISTS "segue_words_u2";
DROP TRIGGER IF EXISTS "segue_words_g";
DROP TRIGGER IF EXISTS "segue_words_k";
DROP TRIGGER IF EXISTS "segue_words_d";
PRAGMA legacy_alter_table = ON;
ALTER TABLE "segue_new_words" RENAME TO "words__m1";
PRAGMA legacy_alter_table = OFF;
CREATE TRIGGER "segue_words_i" AFTER INSERT ON "words" WHEN NOT EXISTS (SELECT 1 FROM "words__m1" x WHERE x."word" = new."word") BEGIN
  DELETE FROM "words__m1" WHERE "rowid" = new."rowid" AND NOT ("words__m1"."word" = new."word") AND NOT EXISTS (SELECT 1 FROM "words" x WHERE x."word" = "words__m1"."word");
  INSERT INTO "words__m1"("word", "n", "rowid") SELECT o."word", (CAST(o."n" AS text)), (o."rowid") FROM "words" o WHERE o."word" = new."word";
END;
CREATE TRIGGER "segue_words_r" AFTER INSERT ON "words" WHEN EXISTS (SELECT 1 FROM "words" o, "words__m1" n WHERE o."word" = new."word" AND n."word" = o."word" AND NOT (((n."n" IS +(CAST(o."n" AS text)) COLLATE BINARY) OR (o."n" IS +(CAST(n."n" AS integer)) COLLATE BINARY)) AND (n."rowid" IS o."rowid" COLLATE BINARY))) BEGIN
  DELETE FROM "words__m1" WHERE "rowid" = new."rowid" AND NOT ("words__m1"."word" = new."word") AND NOT EXISTS (SELECT 1 FROM "words" x WHERE x."word" = "words__m1"."word");
  UPDATE "words__m1" SET ("n", "rowid") = (SELECT CASE WHEN ((o."n" IS +(CAST(n."n" AS integer)) COLLATE BINARY)) THEN n."n" ELSE (CAST(o."n" AS text)) END, (o."rowid") FROM "words" o, "words__m1" n WHERE o."word" = new."word" AND n."word" = o."word") WHERE "words__m1"."word" = new."word";
END;
CREATE TRIGGER "segue_words_u1" AFTER UPDATE OF "n" ON "words" WHEN (old."n" IS NOT new."n" COLLATE BINARY) AND EXISTS (SELECT 1 FROM "words" o, "words__m1" n WHERE o."word" = new."word" AND n."word" = o."word" AND NOT ((n."n" IS +(CAST(o."n" AS text)) COLLATE BINARY) OR (o."n" IS +(CAST(n."n" AS integer)) COLLATE BINARY))) BEGIN
  UPDATE "words__m1" SET "n" = (SELECT (CAST(o."n" AS text)) FROM "words" o WHERE o."word" = new."word") WHERE "words__m1"."word" = new."word";
END;
CREATE TRIGGER "segue_words_u2" AFTER UPDATE OF "rowid", "oid", "_rowid_" ON "words" WHEN (old."rowid" IS NOT new."rowid" COLLATE BINARY) AND EXISTS (SELECT 1 FROM "words" o, "words__m1" n WHERE o."word" = new."word" AND n."word" = o."word" AND NOT (n."rowid" IS o."rowid" COLLATE BINARY)) BEGIN
  DELETE FROM "words__m1" WHERE "rowid" = new."rowid" AND NOT ("words__m1"."word" = new."word") AND NOT ("words__m1"."word" = old."word") AND NOT EXISTS (SELECT 1 FROM "words" x WHERE x."word" = "words__m1"."word");
  UPDATE "words__m1" SET "rowid" = (SELECT (o."rowid") FROM "words" o WHERE o."word" = new."word") WHERE "words__m1"."word" = new."word";
END;
CREATE TRIGGER "segue_words_g" AFTER INSERT ON "words" WHEN new."word" IS NULL BEGIN
  SELECT RAISE(ABORT, 'segue: this words.word has no counterpart in the other version');
END;
CREATE TRIGGER "segue_words_k" AFTER UPDATE OF "word" ON "words" WHEN old."word" IS NOT new."word" BEGIN
  SELECT RAISE(ABORT, 'segue: this words.word has no counterpart in the other version') WHERE new."word" IS NULL;
  DELETE FROM "words__m1" WHERE "rowid" = new."rowid" AND NOT ("words__m1"."word" = new."word") AND NOT ("words__m1"."word" = old."word") AND NOT EXISTS (SELECT 1 FROM "words" x WHERE x."word" = "words__m1"."word");
  UPDATE "words__m1" SET ("word", "n", "rowid") = (SELECT o."word", CASE WHEN ((o."n" IS +(CAST(n."n" AS integer)) COLLATE BINARY)) THEN n."n" ELSE (CAST(o."n" AS text)) END, (o."rowid") FROM "words" o, "words__m1" n WHERE o."word" = new."word" AND n."word" = old."word") WHERE "words__m1"."word" = old."word" AND NOT EXISTS (SELECT 1 FROM "words" x WHERE x."word" = old."word") AND NOT EXISTS (SELECT 1 FROM "words__m1" x WHERE x."word" = new."word") AND EXISTS (SELECT 1 FROM "words" o WHERE o."word" = new."word");
  DELETE FROM "words__m1" WHERE "words__m1"."word" = old."word" AND NOT EXISTS (SELECT 1 FROM "words" x WHERE x."word" = old."word");
  INSERT INTO "words__m1"("word", "n", "rowid") SELECT o."word", (CAST(o."n" AS text)), (o."rowid") FROM "words" o WHERE o."word" = new."word" AND NOT EXISTS (SELECT 1 FROM "words__m1" x WHERE x."word" = new."word");
  UPDATE "words__m1" SET ("n", "rowid") = (SELECT CASE WHEN ((o."n" IS +(CAST(n."n" AS integer)) COLLATE BINARY)) THEN n."n" ELSE (CAST(o."n" AS text)) END, (o."rowid") FROM "words" o, "words__m1" n WHERE o."word" = new."word" AND n."word" = o."word") WHERE "words__m1"."word" = new."word" AND EXISTS (SELECT 1 FROM "words" o, "words__m1" n WHERE o."word" = new."word" AND n."word" = o."word" AND NOT (((n."n" IS +(CAST(o."n" AS text)) COLLATE BINARY) OR (o."n" IS +(CAST(n."n" AS integer)) COLLATE BINARY)) AND (n."rowid" IS o."rowid" COLLATE BINARY)));
END;
CREATE TRIGGER "segue_words_d" AFTER DELETE ON "words" BEGIN
  DELETE FROM "words__m1" WHERE "words__m1"."word" = old."word" AND NOT EXISTS (SELECT 1 FROM "words" x WHERE x."word" = old."word");
END;
CREATE TRIGGER "segue_words__m1_i" AFTER INSERT ON "words__m1" WHEN NOT EXISTS (SELECT 1 FROM "words" x WHERE x."word" = new."word") BEGIN
  DELETE FROM "words" WHERE "rowid" = new."rowid" AND NOT ("words"."word" = new."word") AND NOT EXISTS (SELECT 1 FROM "words__m1" x WHERE x."word" = "words"."word");
  INSERT INTO "words"("word", "n", "rowid") SELECT n."word", (CAST(n."n" AS integer)), (n."rowid") FROM "words__m1" n WHERE n."word" = new."word";
  SELECT RAISE(ABORT, 'segue: words did not follow words__m1') FROM "words__m1" n WHERE n."word" = new."word" AND NOT EXISTS (SELECT 1 FROM "words" o WHERE o."word" = n."word" AND (((o."n" IS +(CAST(n."n" AS integer)) COLLATE BINARY) OR (n."n" IS +(CAST(o."n" AS text)) COLLATE BINARY)) AND (o."rowid" IS n."rowid" COLLATE BINARY)));
END;
CREATE TRIGGER "segue_words__m1_r" AFTER INSERT ON "words__m1" WHEN EXISTS (SELECT 1 FROM "words__m1" n, "words" o WHERE n."word" = new."word" AND o."word" = n."word" AND NOT (((o."n" IS +(CAST(n."n" AS integer)) COLLATE BINARY) OR (n."n" IS +(CAST(o."n" AS text)) COLLATE BINARY)) AND (o."rowid" IS n."rowid" COLLATE BINARY))) BEGIN
  DELETE FROM "words" WHERE "rowid" = new."rowid" AND NOT ("words"."word" = new."word") AND NOT EXISTS (SELECT 1 FROM "words__m1" x WHERE x."word" = "words"."word");
  UPDATE "words" SET ("n", "rowid") = (SELECT CASE WHEN ((n."n" IS +(CAST(o."n" AS text)) COLLATE BINARY)) THEN o."n" ELSE (CAST(n."n" AS integer)) END, (n."rowid") FROM "words__m1" n, "words" o WHERE n."word" = new."word" AND o."word" = n."word") WHERE "words"."word" = new."word";
  SELECT RAISE(ABORT, 'segue: words did not follow words__m1') FROM "words__m1" n WHERE n."word" = new."word" AND NOT EXISTS (SELECT 1 FROM "words" o WHERE o."word" = n."word" AND (((o."n" IS +(CAST(n."n" AS integer)) COLLATE BINARY) OR (n."n" IS +(CAST(o."n" AS text)) COLLATE BINARY)) AND (o."rowid" IS n."rowid" COLLATE BINARY)));
END;
CREATE TRIGGER "segue_words__m1_u1" AFTER UPDATE OF "n" ON "words__m1" WHEN (old."n" IS NOT new."n" COLLATE BINARY) AND EXISTS (SELECT 1 FROM "words__m1" n, "words" o WHERE n."word" = new."word" AND o."word" = n."word" AND NOT ((o."n" IS +(CAST(n."n" AS integer)) COLLATE BINARY) OR (n."n" IS +(CAST(o."n" AS text)) COLLATE BINARY))) BEGIN
  UPDATE "words" SET "n" = (SELECT (CAST(n."n" AS integer)) FROM "words__m1" n WHERE n."word" = new."word") WHERE "words"."word" = new."word";
  SELECT RAISE(ABORT, 'segue: words did not follow words__m1') FROM "words__m1" n WHERE n."word" = new."word" AND NOT EXISTS (SELECT 1 FROM "words" o WHERE o."word" = n."word" AND ((o."n" IS +(CAST(n."n" AS integer)) COLLATE BINARY) OR (n."n" IS +(CAST(o."n" AS text)) COLLATE BINARY)));
END;
CREATE TRIGGER "segue_words__m1_u2" AFTER UPDATE OF "rowid", "oid", "_rowid_" ON "words__m1" WHEN (old."rowid" IS NOT new."rowid" COLLATE BINARY) AND EXISTS (SELECT 1 FROM "words__m1" n, "words" o WHERE n."word" = new."word" AND o."word" = n."word" AND NOT (o."rowid" IS n."rowid" COLLATE BINARY)) BEGIN
  DELETE FROM "words" WHERE "rowid" = new."rowid" AND NOT ("words"."word" = new."word") AND NOT ("words"."word" = old."word") AND NOT EXISTS (SELECT 1 FROM "words__m1" x WHERE x."word" = "words"."word");
  UPDATE "words" SET "rowid" = (SELECT (n."rowid") FROM "words__m1" n WHERE n."word" = new."word") WHERE "words"."word" = new."word";
  SELECT RAISE(ABORT, 'segue: words did not follow words__m1') FROM "words__m1" n WHERE n."word" = new."word" AND NOT EXISTS (SELECT 1 FROM "words" o WHERE o."word" = n."word" AND (o."rowid" IS n."rowid" COLLATE BINARY));
END;
CREATE TRIGGER "segue_words__m1_g" AFTER INSERT ON "words__m1" WHEN new."word" IS NULL BEGIN
  SELECT RAISE(ABORT, 'segue: this words__m1.word has no counterpart in the other version');
END;
CREATE TRIGGER "segue_words__m1_k" AFTER UPDATE OF "word" ON "words__m1" WHEN old."word" IS NOT new."word" BEGIN
  SELECT RAISE(ABORT, 'segue: this words__m1.word has no counterpart in the other version') WHERE new."word" IS NULL;
  DELETE FROM "words" WHERE "rowid" = new."rowid" AND NOT ("words"."word" = new."word") AND NOT ("words"."word" = old."word") AND NOT EXISTS (SELECT 1 FROM "words__m1" x WHERE x."word" = "words"."word");
  UPDATE "words" SET ("word", "n", "rowid") = (SELECT n."word", CASE WHEN ((n."n" IS +(CAST(o."n" AS text)) COLLATE BINARY)) THEN o."n" ELSE (CAST(n."n" AS integer)) END, (n."rowid") FROM "words__m1" n, "words" o WHERE n."word" = new."word" AND o."word" = old."word") WHERE "words"."word" = old."word" AND NOT EXISTS (SELECT 1 FROM "words__m1" x WHERE x."word" = old."word") AND NOT EXISTS (SELECT 1 FROM "words" x WHERE x."word" = new."word") AND EXISTS (SELECT 1 FROM "words__m1" n WHERE n."word" = new."word");
  DELETE FROM "words" WHERE "words"."word" = old."word" AND NOT EXISTS (SELECT 1 FROM "words__m1" x WHERE x."word" = old."word");
  INSERT INTO "words"("word", "n", "rowid") SELECT n."word", (CAST(n."n" AS integer)), (n."rowid") FROM "words__m1" n WHERE n."word" = new."word" AND NOT EXISTS (SELECT 1 FROM "words" x WHERE x."word" = new."word");
  UPDATE "words" SET ("n", "rowid") = (SELECT CASE WHEN ((n."n" IS +(CAST(o."n" AS text)) COLLATE BINARY)) THEN o."n" ELSE (CAST(n."n" AS integer)) END, (n."rowid") FROM "words__m1" n, "words" o WHERE n."word" = new."word" AND o."word" = n."word") WHERE "words"."word" = new."word" AND EXISTS (SELECT 1 FROM "words__m1" n, "words" o WHERE n."word" = new."word" AND o."word" = n."word" AND NOT (((o."n" IS +(CAST(n."n" AS integer)) COLLATE BINARY) OR (n."n" IS +(CAST(o."n" AS text)) COLLATE BINARY)) AND (o."rowid" IS n."rowid" COLLATE BINARY)));
  SELECT RAISE(ABORT, 'segue: words did not follow words__m1') FROM "words__m1" n WHERE n."word" = new."word" AND NOT EXISTS (SELECT 1 FROM "words" o WHERE o."word" = n."word" AND (((o."n" IS +(CAST(n."n" AS integer)) COLLATE BINARY) OR (n."n" IS +(CAST(o."n" AS text)) COLLATE BINARY)) AND (o."rowid" IS n."rowid" COLLATE BINARY)));
END;
CREATE TRIGGER "segue_words__m1_d" AFTER DELETE ON "words__m1" BEGIN
  DELETE FROM "words" WHERE "words"."word" = old."word" AND NOT EXISTS (SELECT 1 FROM "words__m1" x WHERE x."word" = old."word");
END;
SAVEPOINT segue_probe;
UPDATE "words" SET "n" = (SELECT x."n" FROM "words" x ORDER BY x."word" DESC LIMIT 1) WHERE ("word") = (SELECT x."word" FROM "words" x ORDER BY x."word" LIMIT 1);
SELECT o."word" FROM "words" o WHERE (o."word") = (SELECT x."word" FROM "words" x ORDER BY x."word" LIMIT 1) AND NOT EXISTS (SELECT 1 FROM "words__m1" n WHERE n."word" = o."word" AND (((n."n" IS +(CAST(o."n" AS text)) COLLATE BINARY) OR (o."n" IS +(CAST(n."n" AS integer)) COLLATE BINARY)) AND (n."rowid" IS o."rowid" COLLATE BINARY)));
UPDATE "words__m1" SET "n" = (SELECT x."n" FROM "words__m1" x ORDER BY x."word" DESC LIMIT 1) WHERE ("word") = (SELECT x."word" FROM "words__m1" x ORDER BY x."word" LIMIT 1);
SELECT n."word" FROM "words__m1" n WHERE (n."word") = (SELECT x."word" FROM "words__m1" x ORDER BY x."word" LIMIT 1) AND NOT EXISTS (SELECT 1 FROM "words" o WHERE o."word" = n."word" AND (((o."n" IS +(CAST(n."n" AS integer)) COLLATE BINARY) OR (n."n" IS +(CAST(o."n" AS text)) COLLATE BINARY)) AND (o."rowid" IS n."rowid" COLLATE BINARY)));
ROLLBACK TO SAVEPOINT segue_probe;
COMMIT;
PRAGMA legacy_alter_table = OFF;
-- inverse:
--   PRAGMA foreign_keys = OFF;
--   PRAGMA foreign_keys;
--   PRAGMA writable_schema = OFF;
--   PRAGMA legacy_alter_table = OFF;
--   BEGIN IMMEDIATE;
--   DROP TRIGGER IF EXISTS "segue_words_i";
--   DROP TRIGGER IF EXISTS "segue_words_r";
--   DROP TRIGGER IF EXISTS "segue_words_u1";
--   DROP TRIGGER IF EXISTS "segue_words_u2";
--   DROP TRIGGER IF EXISTS "segue_words_g";
--   DROP TRIGGER IF EXISTS "segue_words_k";
--   DROP TRIGGER IF EXISTS "segue_words_d";
--   DROP TRIGGER IF EXISTS "segue_words__m1_i";
--   DROP TRIGGER IF EXISTS "segue_words__m1_r";
--   DROP TRIGGER IF EXISTS "segue_words__m1_u1";
--   DROP TRIGGER IF EXISTS "segue_words__m1_u2";
--   DROP TRIGGER IF EXISTS "segue_words__m1_g";
--   DROP TRIGGER IF EXISTS "segue_words__m1_k";
--   DROP TRIGGER IF EXISTS "segue_words__m1_d";
--   PRAGMA legacy_alter_table = ON;
--   ALTER TABLE "words__m1" RENAME TO "segue_old_words";
--   PRAGMA legacy_alter_table = OFF;
--   CREATE TABLE "segue_new_words" (word text PRIMARY KEY, n text);
--   CREATE TRIGGER "segue_words_i" AFTER INSERT ON "words" WHEN NOT EXISTS (SELECT 1 FROM "segue_new_words" x WHERE x."word" = new."word") BEGIN
--     DELETE FROM "segue_new_words" WHERE "rowid" = new."rowid" AND NOT ("segue_new_words"."word" = new."word") AND NOT EXISTS (SELECT 1 FROM "words" x WHERE x."word" = "segue_new_words"."word");
--     INSERT INTO "segue_new_words"("word", "n", "rowid") SELECT o."word", (CAST(o."n" AS text)), (o."rowid") FROM "words" o WHERE o."word" = new."word";
--   END;
--   CREATE TRIGGER "segue_words_r" AFTER INSERT ON "words" WHEN NOT NOT EXISTS (SELECT 1 FROM "segue_new_words" x WHERE x."word" = new."word") BEGIN
--     DELETE FROM "segue_new_words" WHERE "rowid" = new."rowid" AND NOT ("segue_new_words"."word" = new."word") AND NOT EXISTS (SELECT 1 FROM "words" x WHERE x."word" = "segue_new_words"."word");
--     UPDATE "segue_new_words" SET ("n", "rowid") = (SELECT (CAST(o."n" AS text)), (o."rowid") FROM "words" o WHERE o."word" = new."word") WHERE "segue_new_words"."word" = new."word";
--   END;
--   CREATE TRIGGER "segue_words_u1" AFTER UPDATE OF "n" ON "words" WHEN (old."n" IS NOT new."n" COLLATE BINARY) BEGIN
--     UPDATE "segue_new_words" SET "n" = (SELECT (CAST(o."n" AS text)) FROM "words" o WHERE o."word" = new."word") WHERE "segue_new_words"."word" = new."word";
--   END;
--   CREATE TRIGGER "segue_words_u2" AFTER UPDATE OF "rowid", "oid", "_rowid_" ON "words" WHEN (old."rowid" IS NOT new."rowid" COLLATE BINARY) BEGIN
--     DELETE FROM "segue_new_words" WHERE "rowid" = new."rowid" AND NOT ("segue_new_words"."word" = new."word") AND NOT ("segue_new_words"."word" = old."word") AND NOT EXISTS (SELECT 1 FROM "words" x WHERE x."word" = "segue_new_words"."word");
--     UPDATE "segue_new_words" SET "rowid" = (SELECT (o."rowid") FROM "words" o WHERE o."word" = new."word") WHERE "segue_new_words"."word" = new."word";
--   END;
--   CREATE TRIGGER "segue_words_g" AFTER INSERT ON "words" WHEN new."word" IS NULL BEGIN
--     SELECT RAISE(ABORT, 'segue: this words.word has no counterpart in the other version');
--   END;
--   CREATE TRIGGER "segue_words_k" AFTER UPDATE OF "word" ON "words" WHEN old."word" IS NOT new."word" BEGIN
--     SELECT RAISE(ABORT, 'segue: this words.word has no counterpart in the other version') WHERE new."word" IS NULL;
--     DELETE FROM "segue_new_words" WHERE "rowid" = new."rowid" AND NOT ("segue_new_words"."word" = new."word") AND NOT ("segue_new_words"."word" = old."word") AND NOT EXISTS (SELECT 1 FROM "words" x WHERE x."word" = "segue_new_words"."word");
--     DELETE FROM "segue_new_words" WHERE "segue_new_words"."word" = old."word" AND NOT EXISTS (SELECT 1 FROM "words" x WHERE x."word" = old."word");
--     INSERT INTO "segue_new_words"("word", "n", "rowid") SELECT o."word", (CAST(o."n" AS text)), (o."rowid") FROM "words" o WHERE o."word" = new."word" AND NOT EXISTS (SELECT 1 FROM "segue_new_words" x WHERE x."word" = new."word");
--     UPDATE "segue_new_words" SET ("n", "rowid") = (SELECT (CAST(o."n" AS text)), (o."rowid") FROM "words" o WHERE o."word" = new."word") WHERE "segue_new_words"."word" = new."word";
--   END;
--   CREATE TRIGGER "segue_words_d" AFTER DELETE ON "words" BEGIN
--     DELETE FROM "segue_new_words" WHERE "segue_new_words"."word" = old."word" AND NOT EXISTS (SELECT 1 FROM "words" x WHERE x."word" = old."word");
--   END;
--   COMMIT;
--   PRAGMA legacy_alter_table = OFF;
--   /* range by range; the first: */ DELETE FROM "segue_old_words" WHERE _rowid_ <= :hi;
--   /* what is left over: */ SELECT EXISTS (SELECT 1 FROM "segue_old_words"), 0, NULL;
--   PRAGMA foreign_keys = OFF;
--   PRAGMA foreign_keys;
--   PRAGMA writable_schema = OFF;
--   PRAGMA legacy_alter_table = OFF;
--   BEGIN IMMEDIATE;
--   DROP TABLE IF EXISTS "segue_old_words";
--   COMMIT;

-- contract/01-gate: no client uses the old version
--   wait, none (reads)
SELECT service, version, seen_at FROM segue_client WHERE version NOT IN ('m1') AND seen_at > strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-10 seconds');

-- contract/02-compare:words: prove that words and its shadow agree
--   scan, none (reads)
/* range by range; the first: */ SELECT quote(o."word"), o."rowid" || ', ' || quote(o."word") || ', ' || quote(o."n"), n."rowid" || ', ' || quote(n."word") || ', ' || quote(n."n") FROM "words" o LEFT JOIN "words__m1" n ON n."word" = o."word" WHERE (n."word" IS NULL OR NOT (((n."n" IS +(CAST(o."n" AS text)) COLLATE BINARY) OR (o."n" IS +(CAST(n."n" AS integer)) COLLATE BINARY)) AND (n."rowid" IS o."rowid" COLLATE BINARY))) AND o.rowid > -9223372036854775808 AND o.rowid <= :hi UNION ALL SELECT quote(n."word"), NULL, n."rowid" || ', ' || quote(n."word") || ', ' || quote(n."n") FROM "words__m1" n WHERE NOT EXISTS (SELECT 1 FROM "words" o WHERE o."word" = n."word") AND n.rowid > -9223372036854775808 AND n.rowid <= :hi;

-- contract/03-swap: the base takes the new shape
--   constant, write lock, O(1)
PRAGMA foreign_keys = OFF;
PRAGMA foreign_keys;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
DROP TABLE IF EXISTS temp.segue_roots;
BEGIN IMMEDIATE;
DROP TRIGGER "segue_words_i";
DROP TRIGGER "segue_words_r";
DROP TRIGGER "segue_words_u1";
DROP TRIGGER "segue_words_u2";
DROP TRIGGER "segue_words_g";
DROP TRIGGER "segue_words_k";
DROP TRIGGER "segue_words_d";
DROP TRIGGER "segue_words__m1_i";
DROP TRIGGER "segue_words__m1_r";
DROP TRIGGER "segue_words__m1_u1";
DROP TRIGGER "segue_words__m1_u2";
DROP TRIGGER "segue_words__m1_g";
DROP TRIGGER "segue_words__m1_k";
DROP TRIGGER "segue_words__m1_d";
CREATE TEMP TABLE segue_roots(name TEXT PRIMARY KEY, rootpage INTEGER);
INSERT INTO temp.segue_roots SELECT name, rootpage FROM main.sqlite_schema WHERE rootpage > 0;
PRAGMA writable_schema = ON;
/* :version is the answer of */ PRAGMA schema_version;
UPDATE main.sqlite_schema SET rootpage = (SELECT rootpage FROM temp.segue_roots WHERE name = 'words__m1'), sql = 'CREATE TABLE words (word text PRIMARY KEY, n text)' WHERE type = 'table' AND name = 'words' AND sql IS 'CREATE TABLE words (word text PRIMARY KEY, n integer)';
UPDATE main.sqlite_schema SET name = 'segue_old_words', tbl_name = 'segue_old_words', rootpage = (SELECT rootpage FROM temp.segue_roots WHERE name = 'words'), sql = 'CREATE TABLE "segue_old_words" (word text PRIMARY KEY, n integer)' WHERE type = 'table' AND name = 'words__m1';
DELETE FROM main.sqlite_schema WHERE type = 'index' AND name IN ('sqlite_autoindex_words__m1_1', 'sqlite_autoindex_words_1');
INSERT INTO main.sqlite_schema(type, name, tbl_name, rootpage, sql) VALUES ('index', 'sqlite_autoindex_words_1', 'words', (SELECT rootpage FROM temp.segue_roots WHERE name = 'sqlite_autoindex_words__m1_1'), NULL);
INSERT INTO main.sqlite_schema(type, name, tbl_name, rootpage, sql) VALUES ('index', 'sqlite_autoindex_segue_old_words_1', 'segue_old_words', (SELECT rootpage FROM temp.segue_roots WHERE name = 'sqlite_autoindex_words_1'), NULL);
PRAGMA schema_version = :version + 1;
PRAGMA writable_schema = RESET;
SELECT (SELECT group_concat(rootpage) FROM (SELECT rootpage FROM temp.segue_roots ORDER BY rootpage)) IS (SELECT group_concat(rootpage) FROM (SELECT rootpage FROM main.sqlite_schema WHERE rootpage > 0 ORDER BY rootpage));
SELECT name FROM main.sqlite_schema WHERE type IN ('table', 'index') AND rootpage IS NULL;
SELECT * FROM "words" LIMIT 0;
SELECT * FROM "segue_old_words" LIMIT 0;
SELECT 1 FROM (SELECT * FROM "words" ORDER BY "word" LIMIT 1) o WHERE NOT EXISTS (SELECT 1 FROM "words" x INDEXED BY "sqlite_autoindex_words_1" WHERE x."word" = o."word" AND x."word" IS o."word" COLLATE "BINARY");
SELECT 1 FROM (SELECT * FROM "words" ORDER BY "word" DESC LIMIT 1) o WHERE NOT EXISTS (SELECT 1 FROM "words" x INDEXED BY "sqlite_autoindex_words_1" WHERE x."word" = o."word" AND x."word" IS o."word" COLLATE "BINARY");
CREATE VIEW "words__m1" AS SELECT "word", "n" FROM "words";
CREATE TRIGGER "segue_view_words_i" INSTEAD OF INSERT ON "words__m1" BEGIN
  INSERT INTO "words"("word", "n") VALUES (new."word", new."n");
END;
CREATE TRIGGER "segue_view_words_u" INSTEAD OF UPDATE ON "words__m1" BEGIN
  UPDATE "words" SET "word" = new."word", "n" = new."n" WHERE "word" = old."word";
END;
CREATE TRIGGER "segue_view_words_d" INSTEAD OF DELETE ON "words__m1" BEGIN
  DELETE FROM "words" WHERE "word" = old."word";
END;
COMMIT;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
DROP TABLE IF EXISTS temp.segue_roots;
-- not reversible

-- contract/04-drain:words: empty what is left of words
--   write, write lock, 1 ms per chunk beside others, 5 ms alone
/* range by range; the first: */ DELETE FROM "segue_old_words" WHERE _rowid_ <= :hi;
/* what is left over: */ SELECT EXISTS (SELECT 1 FROM "segue_old_words"), 0, NULL;
-- not reversible

-- contract/05-cleanup:words: drop what is left of words
--   constant, write lock, O(1)
PRAGMA foreign_keys = OFF;
PRAGMA foreign_keys;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
BEGIN IMMEDIATE;
DROP TABLE IF EXISTS "segue_old_words";
COMMIT;
-- not reversible
