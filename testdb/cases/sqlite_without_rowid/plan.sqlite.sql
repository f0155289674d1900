-- migration m1, version m1
-- clients: column tags.n keeps its name and changes its meaning: a statement of an old client that comes after contract does not fail, it means something else
-- clients: clients of the new version use table tags__m1 (ask table_name) until contract, and tags afterwards
-- cost: the copy needs room for the table twice and the write-ahead log; dropped data stays readable in free pages

-- expand/01-install_sync:tags: create the shadow of tags and its one-way sync
--   constant, write lock, O(1); the values of column n change
PRAGMA foreign_keys = OFF;
PRAGMA foreign_keys;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
BEGIN IMMEDIATE;
CREATE TABLE "segue_new_tags" (tag text NOT NULL PRIMARY KEY, n text, note text) WITHOUT ROWID;
CREATE TRIGGER "segue_tags_i" AFTER INSERT ON "tags" WHEN NOT EXISTS (SELECT 1 FROM "segue_new_tags" x WHERE x."tag" = new."tag") BEGIN
  INSERT INTO "segue_new_tags"("tag", "n", "note") SELECT o."tag", (CAST(o."n" + 1 AS text)), (o."note") FROM "tags" o WHERE o."tag" = new."tag";
END;
CREATE TRIGGER "segue_tags_r" AFTER INSERT ON "tags" WHEN NOT NOT EXISTS (SELECT 1 FROM "segue_new_tags" x WHERE x."tag" = new."tag") BEGIN
  UPDATE "segue_new_tags" SET ("n", "note") = (SELECT (CAST(o."n" + 1 AS text)), (o."note") FROM "tags" o WHERE o."tag" = new."tag") WHERE "segue_new_tags"."tag" = new."tag";
END;
CREATE TRIGGER "segue_tags_u1" AFTER UPDATE OF "n" ON "tags" WHEN (old."n" IS NOT new."n" COLLATE BINARY) BEGIN
  UPDATE "segue_new_tags" SET "n" = (SELECT (CAST(o."n" + 1 AS text)) FROM "tags" o WHERE o."tag" = new."tag") WHERE "segue_new_tags"."tag" = new."tag";
END;
CREATE TRIGGER "segue_tags_u2" AFTER UPDATE OF "note" ON "tags" WHEN (old."note" IS NOT new."note" COLLATE BINARY) BEGIN
  UPDATE "segue_new_tags" SET "note" = (SELECT (o."note") FROM "tags" o WHERE o."tag" = new."tag") WHERE "segue_new_tags"."tag" = new."tag";
END;
CREATE TRIGGER "segue_tags_k" AFTER UPDATE OF "tag" ON "tags" WHEN old."tag" IS NOT new."tag" BEGIN
  DELETE FROM "segue_new_tags" WHERE "segue_new_tags"."tag" = old."tag" AND NOT EXISTS (SELECT 1 FROM "tags" x WHERE x."tag" = old."tag");
  INSERT INTO "segue_new_tags"("tag", "n", "note") SELECT o."tag", (CAST(o."n" + 1 AS text)), (o."note") FROM "tags" o WHERE o."tag" = new."tag" AND NOT EXISTS (SELECT 1 FROM "segue_new_tags" x WHERE x."tag" = new."tag");
  UPDATE "segue_new_tags" SET ("n", "note") = (SELECT (CAST(o."n" + 1 AS text)), (o."note") FROM "tags" o WHERE o."tag" = new."tag") WHERE "segue_new_tags"."tag" = new."tag";
END;
CREATE TRIGGER "segue_tags_d" AFTER DELETE ON "tags" BEGIN
  DELETE FROM "segue_new_tags" WHERE "segue_new_tags"."tag" = old."tag" AND NOT EXISTS (SELECT 1 FROM "tags" x WHERE x."tag" = old."tag");
END;
SAVEPOINT segue_probe;
INSERT OR IGNORE INTO "segue_new_tags"("tag", "n", "note") SELECT o."tag", (CAST(o."n" + 1 AS text)), (o."note") FROM "tags" o ORDER BY o."tag" LIMIT 1;
UPDATE "tags" SET "n" = (SELECT x."n" FROM "tags" x ORDER BY x."tag" DESC LIMIT 1) WHERE ("tag") = (SELECT x."tag" FROM "tags" x ORDER BY x."tag" LIMIT 1);
SELECT o."tag" FROM "tags" o WHERE (o."tag") = (SELECT x."tag" FROM "tags" x ORDER BY x."tag" LIMIT 1) AND NOT EXISTS (SELECT 1 FROM "segue_new_tags" n WHERE n."tag" = o."tag" AND ((n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY) AND (n."note" IS o."note" COLLATE BINARY)));
ROLLBACK TO SAVEPOINT segue_probe;
COMMIT;
-- inverse:
--   PRAGMA foreign_keys = OFF;
--   PRAGMA foreign_keys;
--   PRAGMA writable_schema = OFF;
--   PRAGMA legacy_alter_table = OFF;
--   BEGIN IMMEDIATE;
--   DROP TRIGGER IF EXISTS "segue_tags_i";
--   DROP TRIGGER IF EXISTS "segue_tags_r";
--   DROP TRIGGER IF EXISTS "segue_tags_u1";
--   DROP TRIGGER IF EXISTS "segue_tags_u2";
--   DROP TRIGGER IF EXISTS "segue_tags_k";
--   DROP TRIGGER IF EXISTS "segue_tags_d";
--   COMMIT;
--   PRAGMA legacy_alter_table = OFF;
--   /* range by range; the first: */ DELETE FROM "segue_new_tags" WHERE ("tag") IN (SELECT "tag" FROM "segue_new_tags" ORDER BY "tag" LIMIT :hi);
--   /* what is left over: */ SELECT EXISTS (SELECT 1 FROM "segue_new_tags"), 0, NULL;
--   PRAGMA foreign_keys = OFF;
--   PRAGMA foreign_keys;
--   PRAGMA writable_schema = OFF;
--   PRAGMA legacy_alter_table = OFF;
--   BEGIN IMMEDIATE;
--   DROP TABLE IF EXISTS "segue_new_tags";
--   COMMIT;

-- migrate/01-backfill:tags: copy tags into its shadow
--   write, write lock, 1 ms per chunk beside others, 5 ms alone
/* range by range; the first: */ INSERT OR IGNORE INTO "segue_new_tags"("tag", "n", "note") SELECT o."tag", (CAST(o."n" + 1 AS text)), (o."note") FROM "tags" o WHERE o."tag" > NULL AND o."tag" <= 'b';
/* range by range; the first: */ INSERT OR IGNORE INTO "segue_new_tags"("tag", "n", "note") SELECT o."tag", (CAST(o."n" + 1 AS text)), (o."note") FROM "tags" o WHERE NULL IS NULL AND o."tag" <= 'b';
/* what is left over, range by range: */ SELECT quote(o."tag") FROM "tags" o WHERE o."tag" > NULL AND o."tag" <= 'b' AND NOT EXISTS (SELECT 1 FROM "segue_new_tags" n WHERE n."tag" = o."tag") UNION ALL SELECT quote(o."tag") FROM "tags" o WHERE NULL IS NULL AND o."tag" <= 'b' AND NOT EXISTS (SELECT 1 FROM "segue_new_tags" n WHERE n."tag" = o."tag") LIMIT 1000;

-- migrate/02-compare:tags: prove that the shadow of tags is what `up` says
--   scan, none (reads)
/* range by range; the first: */ SELECT quote(o."tag"), quote(o."tag") || ', ' || quote(o."n") || ', ' || quote(o."note"), quote(n."tag") || ', ' || quote(n."n") || ', ' || quote(n."note") FROM "tags" o LEFT JOIN "segue_new_tags" n ON n."tag" = o."tag" WHERE (n."tag" IS NULL OR NOT ((n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY) AND (n."note" IS o."note" COLLATE BINARY))) AND o."tag" > NULL AND o."tag" <= :hi UNION ALL SELECT quote(o."tag"), quote(o."tag") || ', ' || quote(o."n") || ', ' || quote(o."note"), quote(n."tag") || ', ' || quote(n."n") || ', ' || quote(n."note") FROM "tags" o LEFT JOIN "segue_new_tags" n ON n."tag" = o."tag" WHERE (n."tag" IS NULL OR NOT ((n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY) AND (n."note" IS o."note" COLLATE BINARY))) AND NULL IS NULL AND o."tag" <= :hi UNION ALL SELECT quote(n."tag"), NULL, quote(n."tag") || ', ' || quote(n."n") || ', ' || quote(n."note") FROM "segue_new_tags" n WHERE NOT EXISTS (SELECT 1 FROM "tags" o WHERE o."tag" = n."tag") AND n."tag" > NULL AND n."tag" <= :hi UNION ALL SELECT quote(n."tag"), NULL, quote(n."tag") || ', ' || quote(n."n") || ', ' || quote(n."note") FROM "segue_new_tags" n WHERE NOT EXISTS (SELECT 1 FROM "tags" o WHERE o."tag" = n."tag") AND NULL IS NULL AND n."tag" <= :hi;

-- migrate/03-publish: serve version m1, two-way sync
--   constant, write lock, O(1)
PRAGMA foreign_keys = OFF;
PRAGMA foreign_keys;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
BEGIN IMMEDIATE;
DROP TRIGGER IF EXISTS "segue_tags_i";
DROP TRIGGER IF EXISTS "segue_tags_r";
DROP TRIGGER IF EXISTS "segue_tags_u1";
DROP TRIGGER IF EXISTS "segue_tags_u2";
DROP TRIGGER IF EXISTS "segue_tags_k";
DROP TRIGGER IF EXISTS "segue_tags_d";
PRAGMA legacy_alter_table = ON;
ALTER TABLE "segue_new_tags" RENAME TO "tags__m1";
PRAGMA legacy_alter_table = OFF;
CREATE TRIGGER "segue_tags_i" AFTER INSERT ON "tags" WHEN NOT EXISTS (SELECT 1 FROM "tags__m1" x WHERE x."tag" = new."tag") BEGIN
  INSERT INTO "tags__m1"("tag", "n", "note") SELECT o."tag", (CAST(o."n" + 1 AS text)), (o."note") FROM "tags" o WHERE o."tag" = new."tag";
END;
CREATE TRIGGER "segue_tags_r" AFTER INSERT ON "tags" WHEN EXISTS (SELECT 1 FROM "tags" o, "tags__m1" n WHERE o."tag" = new."tag" AND n."tag" = o."tag" AND NOT (((n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY) OR (o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY)) AND (n."note" IS o."note" COLLATE BINARY))) BEGIN
  UPDATE "tags__m1" SET ("n", "note") = (SELECT CASE WHEN ((o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY)) THEN n."n" ELSE (CAST(o."n" + 1 AS text)) END, (o."note") FROM "tags" o, "tags__m1" n WHERE o."tag" = new."tag" AND n."tag" = o."tag") WHERE "tags__m1"."tag" = new."tag";
END;
CREATE TRIGGER "segue_tags_u1" AFTER UPDATE OF "n" ON "tags" WHEN (old."n" IS NOT new."n" COLLATE BINARY) AND EXISTS (SELECT 1 FROM "tags" o, "tags__m1" n WHERE o."tag" = new."tag" AND n."tag" = o."tag" AND NOT ((n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY) OR (o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY))) BEGIN
  UPDATE "tags__m1" SET "n" = (SELECT (CAST(o."n" + 1 AS text)) FROM "tags" o WHERE o."tag" = new."tag") WHERE "tags__m1"."tag" = new."tag";
END;
CREATE TRIGGER "segue_tags_u2" AFTER UPDATE OF "note" ON "tags" WHEN (old."note" IS NOT new."note" COLLATE BINARY) AND EXISTS (SELECT 1 FROM "tags" o, "tags__m1" n WHERE o."tag" = new."tag" AND n."tag" = o."tag" AND NOT (n."note" IS o."note" COLLATE BINARY)) BEGIN
  UPDATE "tags__m1" SET "note" = (SELECT (o."note") FROM "tags" o WHERE o."tag" = new."tag") WHERE "tags__m1"."tag" = new."tag";
END;
CREATE TRIGGER "segue_tags_k" AFTER UPDATE OF "tag" ON "tags" WHEN old."tag" IS NOT new."tag" BEGIN
  UPDATE "tags__m1" SET ("tag", "n", "note") = (SELECT o."tag", CASE WHEN ((o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY)) THEN n."n" ELSE (CAST(o."n" + 1 AS text)) END, (o."note") FROM "tags" o, "tags__m1" n WHERE o."tag" = new."tag" AND n."tag" = old."tag") WHERE "tags__m1"."tag" = old."tag" AND NOT EXISTS (SELECT 1 FROM "tags" x WHERE x."tag" = old."tag") AND NOT EXISTS (SELECT 1 FROM "tags__m1" x WHERE x."tag" = new."tag") AND EXISTS (SELECT 1 FROM "tags" o WHERE o."tag" = new."tag");
  DELETE FROM "tags__m1" WHERE "tags__m1"."tag" = old."tag" AND NOT EXISTS (SELECT 1 FROM "tags" x WHERE x."tag" = old."tag");
  INSERT INTO "tags__m1"("tag", "n", "note") SELECT o."tag", (CAST(o."n" + 1 AS text)), (o."note") FROM "tags" o WHERE o."tag" = new."tag" AND NOT EXISTS (SELECT 1 FROM "tags__m1" x WHERE x."tag" = new."tag");
  UPDATE "tags__m1" SET ("n", "note") = (SELECT CASE WHEN ((o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY)) THEN n."n" ELSE (CAST(o."n" + 1 AS text)) END, (o."note") FROM "tags" o, "tags__m1" n WHERE o."tag" = new."tag" AND n."tag" = o."tag") WHERE "tags__m1"."tag" = new."tag" AND EXISTS (SELECT 1 FROM "tags" o, "tags__m1" n WHERE o."tag" = new."tag" AND n."tag" = o."tag" AND NOT (((n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY) OR (o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY)) AND (n."note" IS o."note" COLLATE BINARY)));
END;
CREATE TRIGGER "segue_tags_d" AFTER DELETE ON "tags" BEGIN
  DELETE FROM "tags__m1" WHERE "tags__m1"."tag" = old."tag" AND NOT EXISTS (SELECT 1 FROM "tags" x WHERE x."tag" = old."tag");
END;
CREATE TRIGGER "segue_tags__m1_i" AFTER INSERT ON "tags__m1" WHEN NOT EXISTS (SELECT 1 FROM "tags" x WHERE x."tag" = new."tag") BEGIN
  INSERT INTO "tags"("tag", "n", "note") SELECT n."tag", (CAST(n."n" AS integer) - 1), (n."note") FROM "tags__m1" n WHERE n."tag" = new."tag";
  SELECT RAISE(ABORT, 'segue: tags did not follow tags__m1') FROM "tags__m1" n WHERE n."tag" = new."tag" AND NOT EXISTS (SELECT 1 FROM "tags" o WHERE o."tag" = n."tag" AND (((o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY) OR (n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY)) AND (o."note" IS n."note" COLLATE BINARY)));
END;
CREATE TRIGGER "segue_tags__m1_r" AFTER INSERT ON "tags__m1" WHEN EXISTS (SELECT 1 FROM "tags__m1" n, "tags" o WHERE n."tag" = new."tag" AND o."tag" = n."tag" AND NOT (((o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY) OR (n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY)) AND (o."note" IS n."note" COLLATE BINARY))) BEGIN
  UPDATE "tags" SET ("n", "note") = (SELECT CASE WHEN ((n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY)) THEN o."n" ELSE (CAST(n."n" AS integer) - 1) END, (n."note") FROM "tags__m1" n, "tags" o WHERE n."tag" = new."tag" AND o."tag" = n."tag") WHERE "tags"."tag" = new."tag";
  SELECT RAISE(ABORT, 'segue: tags did not follow tags__m1') FROM "tags__m1" n WHERE n."tag" = new."tag" AND NOT EXISTS (SELECT 1 FROM "tags" o WHERE o."tag" = n."tag" AND (((o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY) OR (n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY)) AND (o."note" IS n."note" COLLATE BINARY)));
END;
CREATE TRIGGER "segue_tags__m1_u1" AFTER UPDATE OF "n" ON "tags__m1" WHEN (old."n" IS NOT new."n" COLLATE BINARY) AND EXISTS (SELECT 1 FROM "tags__m1" n, "tags" o WHERE n."tag" = new."tag" AND o."tag" = n."tag" AND NOT ((o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY) OR (n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY))) BEGIN
  UPDATE "tags" SET "n" = (SELECT (CAST(n."n" AS integer) - 1) FROM "tags__m1" n WHERE n."tag" = new."tag") WHERE "tags"."tag" = new."tag";
  SELECT RAISE(ABORT, 'segue: tags did not follow tags__m1') FROM "tags__m1" n WHERE n."tag" = new."tag" AND NOT EXISTS (SELECT 1 FROM "tags" o WHERE o."tag" = n."tag" AND ((o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY) OR (n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY)));
END;
CREATE TRIGGER "segue_tags__m1_u2" AFTER UPDATE OF "note" ON "tags__m1" WHEN (old."note" IS NOT new."note" COLLATE BINARY) AND EXISTS (SELECT 1 FROM "tags__m1" n, "tags" o WHERE n."tag" = new."tag" AND o."tag" = n."tag" AND NOT (o."note" IS n."note" COLLATE BINARY)) BEGIN
  UPDATE "tags" SET "note" = (SELECT (n."note") FROM "tags__m1" n WHERE n."tag" = new."tag") WHERE "tags"."tag" = new."tag";
  SELECT RAISE(ABORT, 'segue: tags did not follow tags__m1') FROM "tags__m1" n WHERE n."tag" = new."tag" AND NOT EXISTS (SELECT 1 FROM "tags" o WHERE o."tag" = n."tag" AND (o."note" IS n."note" COLLATE BINARY));
END;
CREATE TRIGGER "segue_tags__m1_k" AFTER UPDATE OF "tag" ON "tags__m1" WHEN old."tag" IS NOT new."tag" BEGIN
  UPDATE "tags" SET ("tag", "n", "note") = (SELECT n."tag", CASE WHEN ((n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY)) THEN o."n" ELSE (CAST(n."n" AS integer) - 1) END, (n."note") FROM "tags__m1" n, "tags" o WHERE n."tag" = new."tag" AND o."tag" = old."tag") WHERE "tags"."tag" = old."tag" AND NOT EXISTS (SELECT 1 FROM "tags__m1" x WHERE x."tag" = old."tag") AND NOT EXISTS (SELECT 1 FROM "tags" x WHERE x."tag" = new."tag") AND EXISTS (SELECT 1 FROM "tags__m1" n WHERE n."tag" = new."tag");
  DELETE FROM "tags" WHERE "tags"."tag" = old."tag" AND NOT EXISTS (SELECT 1 FROM "tags__m1" x WHERE x."tag" = old."tag");
  INSERT INTO "tags"("tag", "n", "note") SELECT n."tag", (CAST(n."n" AS integer) - 1), (n."note") FROM "tags__m1" n WHERE n."tag" = new."tag" AND NOT EXISTS (SELECT 1 FROM "tags" x WHERE x."tag" = new."tag");
  UPDATE "tags" SET ("n", "note") = (SELECT CASE WHEN ((n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY)) THEN o."n" ELSE (CAST(n."n" AS integer) - 1) END, (n."note") FROM "tags__m1" n, "tags" o WHERE n."tag" = new."tag" AND o."tag" = n."tag") WHERE "tags"."tag" = new."tag" AND EXISTS (SELECT 1 FROM "tags__m1" n, "tags" o WHERE n."tag" = new."tag" AND o."tag" = n."tag" AND NOT (((o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY) OR (n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY)) AND (o."note" IS n."note" COLLATE BINARY)));
  SELECT RAISE(ABORT, 'segue: tags did not follow tags__m1') FROM "tags__m1" n WHERE n."tag" = new."tag" AND NOT EXISTS (SELECT 1 FROM "tags" o WHERE o."tag" = n."tag" AND (((o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY) OR (n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY)) AND (o."note" IS n."note" COLLATE BINARY)));
END;
CREATE TRIGGER "segue_tags__m1_d" AFTER DELETE ON "tags__m1" BEGIN
  DELETE FROM "tags" WHERE "tags"."tag" = old."tag" AND NOT EXISTS (SELECT 1 FROM "tags__m1" x WHERE x."tag" = old."tag");
END;
SAVEPOINT segue_probe;
UPDATE "tags" SET "n" = (SELECT x."n" FROM "tags" x ORDER BY x."tag" DESC LIMIT 1) WHERE ("tag") = (SELECT x."tag" FROM "tags" x ORDER BY x."tag" LIMIT 1);
SELECT o."tag" FROM "tags" o WHERE (o."tag") = (SELECT x."tag" FROM "tags" x ORDER BY x."tag" LIMIT 1) AND NOT EXISTS (SELECT 1 FROM "tags__m1" n WHERE n."tag" = o."tag" AND (((n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY) OR (o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY)) AND (n."note" IS o."note" COLLATE BINARY)));
UPDATE "tags__m1" SET "n" = (SELECT x."n" FROM "tags__m1" x ORDER BY x."tag" DESC LIMIT 1) WHERE ("tag") = (SELECT x."tag" FROM "tags__m1" x ORDER BY x."tag" LIMIT 1);
SELECT n."tag" FROM "tags__m1" n WHERE (n."tag") = (SELECT x."tag" FROM "tags__m1" x ORDER BY x."tag" LIMIT 1) AND NOT EXISTS (SELECT 1 FROM "tags" o WHERE o."tag" = n."tag" AND (((o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY) OR (n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY)) AND (o."note" IS n."note" COLLATE BINARY)));
ROLLBACK TO SAVEPOINT segue_probe;
COMMIT;
PRAGMA legacy_alter_table = OFF;
-- inverse:
--   PRAGMA foreign_keys = OFF;
--   PRAGMA foreign_keys;
--   PRAGMA writable_schema = OFF;
--   PRAGMA legacy_alter_table = OFF;
--   BEGIN IMMEDIATE;
--   DROP TRIGGER IF EXISTS "segue_tags_i";
--   DROP TRIGGER IF EXISTS "segue_tags_r";
--   DROP TRIGGER IF EXISTS "segue_tags_u1";
--   DROP TRIGGER IF EXISTS "segue_tags_u2";
--   DROP TRIGGER IF EXISTS "segue_tags_k";
--   DROP TRIGGER IF EXISTS "segue_tags_d";
--   DROP TRIGGER IF EXISTS "segue_tags__m1_i";
--   DROP TRIGGER IF EXISTS "segue_tags__m1_r";
--   DROP TRIGGER IF EXISTS "segue_tags__m1_u1";
--   DROP TRIGGER IF EXISTS "segue_tags__m1_u2";
--   DROP TRIGGER IF EXISTS "segue_tags__m1_k";
--   DROP TRIGGER IF EXISTS "segue_tags__m1_d";
--   PRAGMA legacy_alter_table = ON;
--   ALTER TABLE "tags__m1" RENAME TO "segue_old_tags";
--   PRAGMA legacy_alter_table = OFF;
--   CREATE TABLE "segue_new_tags" (tag text NOT NULL PRIMARY KEY, n text, note text) WITHOUT ROWID;
--   CREATE TRIGGER "segue_tags_i" AFTER INSERT ON "tags" WHEN NOT EXISTS (SELECT 1 FROM "segue_new_tags" x WHERE x."tag" = new."tag") BEGIN
--     INSERT INTO "segue_new_tags"("tag", "n", "note") SELECT o."tag", (CAST(o."n" + 1 AS text)), (o."note") FROM "tags" o WHERE o."tag" = new."tag";
--   END;
--   CREATE TRIGGER "segue_tags_r" AFTER INSERT ON "tags" WHEN NOT NOT EXISTS (SELECT 1 FROM "segue_new_tags" x WHERE x."tag" = new."tag") BEGIN
--     UPDATE "segue_new_tags" SET ("n", "note") = (SELECT (CAST(o."n" + 1 AS text)), (o."note") FROM "tags" o WHERE o."tag" = new."tag") WHERE "segue_new_tags"."tag" = new."tag";
--   END;
--   CREATE TRIGGER "segue_tags_u1" AFTER UPDATE OF "n" ON "tags" WHEN (old."n" IS NOT new."n" COLLATE BINARY) BEGIN
--     UPDATE "segue_new_tags" SET "n" = (SELECT (CAST(o."n" + 1 AS text)) FROM "tags" o WHERE o."tag" = new."tag") WHERE "segue_new_tags"."tag" = new."tag";
--   END;
--   CREATE TRIGGER "segue_tags_u2" AFTER UPDATE OF "note" ON "tags" WHEN (old."note" IS NOT new."note" COLLATE BINARY) BEGIN
--     UPDATE "segue_new_tags" SET "note" = (SELECT (o."note") FROM "tags" o WHERE o."tag" = new."tag") WHERE "segue_new_tags"."tag" = new."tag";
--   END;
--   CREATE TRIGGER "segue_tags_k" AFTER UPDATE OF "tag" ON "tags" WHEN old."tag" IS NOT new."tag" BEGIN
--     DELETE FROM "segue_new_tags" WHERE "segue_new_tags"."tag" = old."tag" AND NOT EXISTS (SELECT 1 FROM "tags" x WHERE x."tag" = old."tag");
--     INSERT INTO "segue_new_tags"("tag", "n", "note") SELECT o."tag", (CAST(o."n" + 1 AS text)), (o."note") FROM "tags" o WHERE o."tag" = new."tag" AND NOT EXISTS (SELECT 1 FROM "segue_new_tags" x WHERE x."tag" = new."tag");
--     UPDATE "segue_new_tags" SET ("n", "note") = (SELECT (CAST(o."n" + 1 AS text)), (o."note") FROM "tags" o WHERE o."tag" = new."tag") WHERE "segue_new_tags"."tag" = new."tag";
--   END;
--   CREATE TRIGGER "segue_tags_d" AFTER DELETE ON "tags" BEGIN
--     DELETE FROM "segue_new_tags" WHERE "segue_new_tags"."tag" = old."tag" AND NOT EXISTS (SELECT 1 FROM "tags" x WHERE x."tag" = old."tag");
--   END;
--   COMMIT;
--   PRAGMA legacy_alter_table = OFF;
--   /* range by range; the first: */ DELETE FROM "segue_old_tags" WHERE ("tag") IN (SELECT "tag" FROM "segue_old_tags" ORDER BY "tag" LIMIT :hi);
--   /* what is left over: */ SELECT EXISTS (SELECT 1 FROM "segue_old_tags"), 0, NULL;
--   PRAGMA foreign_keys = OFF;
--   PRAGMA foreign_keys;
--   PRAGMA writable_schema = OFF;
--   PRAGMA legacy_alter_table = OFF;
--   BEGIN IMMEDIATE;
--   DROP TABLE IF EXISTS "segue_old_tags";
--   COMMIT;

-- contract/01-gate: no client uses the old version
--   wait, none (reads)
SELECT service, version, seen_at FROM segue_client WHERE version NOT IN ('m1') AND seen_at > strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-10 seconds');

-- contract/02-compare:tags: prove that tags and its shadow agree
--   scan, none (reads)
/* range by range; the first: */ SELECT quote(o."tag"), quote(o."tag") || ', ' || quote(o."n") || ', ' || quote(o."note"), quote(n."tag") || ', ' || quote(n."n") || ', ' || quote(n."note") FROM "tags" o LEFT JOIN "tags__m1" n ON n."tag" = o."tag" WHERE (n."tag" IS NULL OR NOT (((n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY) OR (o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY)) AND (n."note" IS o."note" COLLATE BINARY))) AND o."tag" > NULL AND o."tag" <= :hi UNION ALL SELECT quote(o."tag"), quote(o."tag") || ', ' || quote(o."n") || ', ' || quote(o."note"), quote(n."tag") || ', ' || quote(n."n") || ', ' || quote(n."note") FROM "tags" o LEFT JOIN "tags__m1" n ON n."tag" = o."tag" WHERE (n."tag" IS NULL OR NOT (((n."n" IS +(CAST(o."n" + 1 AS text)) COLLATE BINARY) OR (o."n" IS +(CAST(n."n" AS integer) - 1) COLLATE BINARY)) AND (n."note" IS o."note" COLLATE BINARY))) AND NULL IS NULL AND o."tag" <= :hi UNION ALL SELECT quote(n."tag"), NULL, quote(n."tag") || ', ' || quote(n."n") || ', ' || quote(n."note") FROM "tags__m1" n WHERE NOT EXISTS (SELECT 1 FROM "tags" o WHERE o."tag" = n."tag") AND n."tag" > NULL AND n."tag" <= :hi UNION ALL SELECT quote(n."tag"), NULL, quote(n."tag") || ', ' || quote(n."n") || ', ' || quote(n."note") FROM "tags__m1" n WHERE NOT EXISTS (SELECT 1 FROM "tags" o WHERE o."tag" = n."tag") AND NULL IS NULL AND n."tag" <= :hi;

-- contract/03-swap: the base takes the new shape
--   constant, write lock, O(1)
PRAGMA foreign_keys = OFF;
PRAGMA foreign_keys;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
DROP TABLE IF EXISTS temp.segue_roots;
BEGIN IMMEDIATE;
DROP TRIGGER "segue_tags_i";
DROP TRIGGER "segue_tags_r";
DROP TRIGGER "segue_tags_u1";
DROP TRIGGER "segue_tags_u2";
DROP TRIGGER "segue_tags_k";
DROP TRIGGER "segue_tags_d";
DROP TRIGGER "segue_tags__m1_i";
DROP TRIGGER "segue_tags__m1_r";
DROP TRIGGER "segue_tags__m1_u1";
DROP TRIGGER "segue_tags__m1_u2";
DROP TRIGGER "segue_tags__m1_k";
DROP TRIGGER "segue_tags__m1_d";
CREATE TEMP TABLE segue_roots(name TEXT PRIMARY KEY, rootpage INTEGER);
INSERT INTO temp.segue_roots SELECT name, rootpage FROM main.sqlite_schema WHERE rootpage > 0;
PRAGMA writable_schema = ON;
/* :version is the answer of */ PRAGMA schema_version;
UPDATE main.sqlite_schema SET rootpage = (SELECT rootpage FROM temp.segue_roots WHERE name = 'tags__m1'), sql = 'CREATE TABLE tags (tag text NOT NULL PRIMARY KEY, n text, note text) WITHOUT ROWID' WHERE type = 'table' AND name = 'tags' AND sql IS 'CREATE TABLE tags (tag text NOT NULL PRIMARY KEY, n integer, note text) WITHOUT ROWID';
UPDATE main.sqlite_schema SET name = 'segue_old_tags', tbl_name = 'segue_old_tags', rootpage = (SELECT rootpage FROM temp.segue_roots WHERE name = 'tags'), sql = 'CREATE TABLE "segue_old_tags" (tag text NOT NULL PRIMARY KEY, n integer, note text) WITHOUT ROWID' WHERE type = 'table' AND name = 'tags__m1';
PRAGMA schema_version = :version + 1;
PRAGMA writable_schema = RESET;
SELECT (SELECT group_concat(rootpage) FROM (SELECT rootpage FROM temp.segue_roots ORDER BY rootpage)) IS (SELECT group_concat(rootpage) FROM (SELECT rootpage FROM main.sqlite_schema WHERE rootpage > 0 ORDER BY rootpage));
SELECT name FROM main.sqlite_schema WHERE type IN ('table', 'index') AND rootpage IS NULL;
SELECT * FROM "tags" LIMIT 0;
SELECT * FROM "segue_old_tags" LIMIT 0;
CREATE VIEW "tags__m1" AS SELECT "tag", "n", "note" FROM "tags";
CREATE TRIGGER "segue_view_tags_i" INSTEAD OF INSERT ON "tags__m1" BEGIN
  INSERT INTO "tags"("tag", "n", "note") VALUES (new."tag", new."n", new."note");
END;
CREATE TRIGGER "segue_view_tags_u" INSTEAD OF UPDATE ON "tags__m1" BEGIN
  UPDATE "tags" SET "tag" = new."tag", "n" = new."n", "note" = new."note" WHERE "tag" = old."tag";
END;
CREATE TRIGGER "segue_view_tags_d" INSTEAD OF DELETE ON "tags__m1" BEGIN
  DELETE FROM "tags" WHERE "tag" = old."tag";
END;
COMMIT;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
DROP TABLE IF EXISTS temp.segue_roots;
-- not reversible

-- contract/04-drain:tags: empty what is left of tags
--   write, write lock, 1 ms per chunk beside others, 5 ms alone
/* range by range; the first: */ DELETE FROM "segue_old_tags" WHERE ("tag") IN (SELECT "tag" FROM "segue_old_tags" ORDER BY "tag" LIMIT :hi);
/* what is left over: */ SELECT EXISTS (SELECT 1 FROM "segue_old_tags"), 0, NULL;
-- not reversible

-- contract/05-cleanup:tags: drop what is left of tags
--   constant, write lock, O(1)
PRAGMA foreign_keys = OFF;
PRAGMA foreign_keys;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
BEGIN IMMEDIATE;
DROP TABLE IF EXISTS "segue_old_tags";
COMMIT;
-- not reversible
