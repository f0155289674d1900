-- migration m1, version m1
-- clients: column users.email keeps its name and changes its meaning: a statement of an old client that comes after contract does not fail, it means something else
-- clients: clients of the new version use table users__m1 (ask table_name) until contract, and users afterwards
-- cost: the copy needs room for the table twice and the write-ahead log; dropped data stays readable in free pages

-- expand/01-install_sync:users: create the shadow of users and its one-way sync
--   constant, write lock, O(1); the values of column email change
PRAGMA foreign_keys = OFF;
PRAGMA foreign_keys;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
BEGIN IMMEDIATE;
CREATE TABLE "segue_new_users" (
  id integer PRIMARY KEY,
  name text NOT NULL,
  age integer,
  email integer
);
CREATE TRIGGER "segue_users_i" AFTER INSERT ON "users" WHEN NOT EXISTS (SELECT 1 FROM "segue_new_users" x WHERE x."id" = new."id") BEGIN
  INSERT INTO "segue_new_users"("id", "name", "age", "email") SELECT o."id", (o."name"), (o."age"), (CAST(nullif(o."email", '') AS integer)) FROM "users" o WHERE o."id" = new."id";
END;
CREATE TRIGGER "segue_users_r" AFTER INSERT ON "users" WHEN NOT NOT EXISTS (SELECT 1 FROM "segue_new_users" x WHERE x."id" = new."id") BEGIN
  UPDATE "segue_new_users" SET ("name", "age", "email") = (SELECT (o."name"), (o."age"), (CAST(nullif(o."email", '') AS integer)) FROM "users" o WHERE o."id" = new."id") WHERE "segue_new_users"."id" = new."id";
END;
CREATE TRIGGER "segue_users_u1" AFTER UPDATE OF "name", "age" ON "users" WHEN (old."name" IS NOT new."name" COLLATE BINARY OR old."age" IS NOT new."age" COLLATE BINARY) BEGIN
  UPDATE "segue_new_users" SET ("name", "age") = (SELECT (o."name"), (o."age") FROM "users" o WHERE o."id" = new."id") WHERE "segue_new_users"."id" = new."id";
END;
CREATE TRIGGER "segue_users_u2" AFTER UPDATE OF "email" ON "users" WHEN (old."email" IS NOT new."email" COLLATE BINARY) BEGIN
  UPDATE "segue_new_users" SET "email" = (SELECT (CAST(nullif(o."email", '') AS integer)) FROM "users" o WHERE o."id" = new."id") WHERE "segue_new_users"."id" = new."id";
END;
CREATE TRIGGER "segue_users_k" AFTER UPDATE OF "id", rowid, oid, _rowid_ ON "users" WHEN old."id" IS NOT new."id" BEGIN
  DELETE FROM "segue_new_users" WHERE "segue_new_users"."id" = old."id" AND NOT EXISTS (SELECT 1 FROM "users" x WHERE x."id" = old."id");
  INSERT INTO "segue_new_users"("id", "name", "age", "email") SELECT o."id", (o."name"), (o."age"), (CAST(nullif(o."email", '') AS integer)) FROM "users" o WHERE o."id" = new."id" AND NOT EXISTS (SELECT 1 FROM "segue_new_users" x WHERE x."id" = new."id");
  UPDATE "segue_new_users" SET ("name", "age", "email") = (SELECT (o."name"), (o."age"), (CAST(nullif(o."email", '') AS integer)) FROM "users" o WHERE o."id" = new."id") WHERE "segue_new_users"."id" = new."id";
END;
CREATE TRIGGER "segue_users_d" AFTER DELETE ON "users" BEGIN
  DELETE FROM "segue_new_users" WHERE "segue_new_users"."id" = old."id" AND NOT EXISTS (SELECT 1 FROM "users" x WHERE x."id" = old."id");
END;
SAVEPOINT segue_probe;
INSERT OR IGNORE INTO "segue_new_users"("id", "name", "age", "email") SELECT o."id", (o."name"), (o."age"), (CAST(nullif(o."email", '') AS integer)) FROM "users" o ORDER BY o."id" LIMIT 1;
UPDATE "users" SET "email" = (SELECT x."email" FROM "users" x ORDER BY x."id" DESC LIMIT 1) WHERE ("id") = (SELECT x."id" FROM "users" x ORDER BY x."id" LIMIT 1);
SELECT o."id" FROM "users" o WHERE (o."id") = (SELECT x."id" FROM "users" x ORDER BY x."id" LIMIT 1) AND NOT EXISTS (SELECT 1 FROM "segue_new_users" n WHERE n."id" = o."id" AND ((n."name" IS o."name" COLLATE BINARY AND n."age" IS o."age" COLLATE BINARY) AND (n."email" IS +(CAST(nullif(o."email", '') AS integer)) COLLATE BINARY)));
ROLLBACK TO SAVEPOINT segue_probe;
COMMIT;
-- inverse:
--   PRAGMA foreign_keys = OFF;
--   PRAGMA foreign_keys;
--   PRAGMA writable_schema = OFF;
--   PRAGMA legacy_alter_table = OFF;
--   BEGIN IMMEDIATE;
--   DROP TRIGGER IF EXISTS "segue_users_i";
--   DROP TRIGGER IF EXISTS "segue_users_r";
--   DROP TRIGGER IF EXISTS "segue_users_u1";
--   DROP TRIGGER IF EXISTS "segue_users_u2";
--   DROP TRIGGER IF EXISTS "segue_users_k";
--   DROP TRIGGER IF EXISTS "segue_users_d";
--   COMMIT;
--   PRAGMA legacy_alter_table = OFF;
--   /* range by range; the first: */ DELETE FROM "segue_new_users" WHERE _rowid_ <= :hi;
--   /* what is left over: */ SELECT EXISTS (SELECT 1 FROM "segue_new_users"), 0, NULL;
--   PRAGMA foreign_keys = OFF;
--   PRAGMA foreign_keys;
--   PRAGMA writable_schema = OFF;
--   PRAGMA legacy_alter_table = OFF;
--   BEGIN IMMEDIATE;
--   DROP TABLE IF EXISTS "segue_new_users";
--   COMMIT;

-- migrate/01-backfill:users: copy users into its shadow
--   write, write lock, 1 ms per chunk beside others, 5 ms alone
/* range by range; the first: */ INSERT OR IGNORE INTO "segue_new_users"("id", "name", "age", "email") SELECT o."id", (o."name"), (o."age"), (CAST(nullif(o."email", '') AS integer)) FROM "users" o WHERE o.rowid > -9223372036854775808 AND o.rowid <= 3;
/* what is left over, range by range: */ SELECT o.rowid FROM "users" o WHERE o.rowid > -9223372036854775808 AND o.rowid <= 3 AND NOT EXISTS (SELECT 1 FROM "segue_new_users" n WHERE n."id" = o."id") LIMIT 1000;

-- migrate/02-compare:users: prove that the shadow of users is what `up` says
--   scan, none (reads)
/* range by range; the first: */ SELECT quote(o."id"), quote(o."id") || ', ' || quote(o."name") || ', ' || quote(o."age") || ', ' || quote(o."email"), quote(n."id") || ', ' || quote(n."name") || ', ' || quote(n."age") || ', ' || quote(n."email") FROM "users" o LEFT JOIN "segue_new_users" n ON n."id" = o."id" WHERE (n."id" IS NULL OR NOT ((n."name" IS o."name" COLLATE BINARY AND n."age" IS o."age" COLLATE BINARY) AND (n."email" IS +(CAST(nullif(o."email", '') AS integer)) COLLATE BINARY))) AND o.rowid > -9223372036854775808 AND o.rowid <= :hi UNION ALL SELECT quote(n."id"), NULL, quote(n."id") || ', ' || quote(n."name") || ', ' || quote(n."age") || ', ' || quote(n."email") FROM "segue_new_users" n WHERE NOT EXISTS (SELECT 1 FROM "users" o WHERE o."id" = n."id") AND n."id" > -9223372036854775808 AND n."id" <= :hi;

-- migrate/03-publish: serve version m1, two-way sync
--   constant, write lock, O(1)
PRAGMA foreign_keys = OFF;
PRAGMA foreign_keys;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
BEGIN IMMEDIATE;
DROP TRIGGER IF EXISTS "segue_users_i";
DROP TRIGGER IF EXISTS "segue_users_r";
DROP TRIGGER IF EXISTS "segue_users_u1";
DROP TRIGGER IF EXISTS "segue_users_u2";
DROP TRIGGER IF EXISTS "segue_users_k";
DROP TRIGGER IF EXISTS "segue_users_d";
PRAGMA legacy_alter_table = ON;
ALTER TABLE "segue_new_users" RENAME TO "users__m1";
PRAGMA legacy_alter_table = OFF;
CREATE TRIGGER "segue_users_i" AFTER INSERT ON "users" WHEN NOT EXISTS (SELECT 1 FROM "users__m1" x WHERE x."id" = new."id") BEGIN
  INSERT INTO "users__m1"("id", "name", "age", "email") SELECT o."id", (o."name"), (o."age"), (CAST(nullif(o."email", '') AS integer)) FROM "users" o WHERE o."id" = new."id";
END;
CREATE TRIGGER "segue_users_r" AFTER INSERT ON "users" WHEN EXISTS (SELECT 1 FROM "users" o, "users__m1" n WHERE o."id" = new."id" AND n."id" = o."id" AND NOT ((n."name" IS o."name" COLLATE BINARY AND n."age" IS o."age" COLLATE BINARY) AND ((n."email" IS +(CAST(nullif(o."email", '') AS integer)) COLLATE BINARY) OR (o."email" IS +(CAST(n."email" AS text)) COLLATE BINARY)))) BEGIN
  UPDATE "users__m1" SET ("name", "age", "email") = (SELECT (o."name"), (o."age"), CASE WHEN ((o."email" IS +(CAST(n."email" AS text)) COLLATE BINARY)) THEN n."email" ELSE (CAST(nullif(o."email", '') AS integer)) END FROM "users" o, "users__m1" n WHERE o."id" = new."id" AND n."id" = o."id") WHERE "users__m1"."id" = new."id";
END;
CREATE TRIGGER "segue_users_u1" AFTER UPDATE OF "name", "age" ON "users" WHEN (old."name" IS NOT new."name" COLLATE BINARY OR old."age" IS NOT new."age" COLLATE BINARY) AND EXISTS (SELECT 1 FROM "users" o, "users__m1" n WHERE o."id" = new."id" AND n."id" = o."id" AND NOT (n."name" IS o."name" COLLATE BINARY AND n."age" IS o."age" COLLATE BINARY)) BEGIN
  UPDATE "users__m1" SET ("name", "age") = (SELECT (o."name"), (o."age") FROM "users" o WHERE o."id" = new."id") WHERE "users__m1"."id" = new."id";
END;
CREATE TRIGGER "segue_users_u2" AFTER UPDATE OF "email" ON "users" WHEN (old."email" IS NOT new."email" COLLATE BINARY) AND EXISTS (SELECT 1 FROM "users" o, "users__m1" n WHERE o."id" = new."id" AND n."id" = o."id" AND NOT ((n."email" IS +(CAST(nullif(o."email", '') AS integer)) COLLATE BINARY) OR (o."email" IS +(CAST(n."email" AS text)) COLLATE BINARY))) BEGIN
  UPDATE "users__m1" SET "email" = (SELECT (CAST(nullif(o."email", '') AS integer)) FROM "users" o WHERE o."id" = new."id") WHERE "users__m1"."id" = new."id";
END;
CREATE TRIGGER "segue_users_k" AFTER UPDATE OF "id", rowid, oid, _rowid_ ON "users" WHEN old."id" IS NOT new."id" BEGIN
  UPDATE "users__m1" SET ("id", "name", "age", "email") = (SELECT o."id", (o."name"), (o."age"), CASE WHEN ((o."email" IS +(CAST(n."email" AS text)) COLLATE BINARY)) THEN n."email" ELSE (CAST(nullif(o."email", '') AS integer)) END FROM "users" o, "users__m1" n WHERE o."id" = new."id" AND n."id" = old."id") WHERE "users__m1"."id" = old."id" AND NOT EXISTS (SELECT 1 FROM "users" x WHERE x."id" = old."id") AND NOT EXISTS (SELECT 1 FROM "users__m1" x WHERE x."id" = new."id") AND EXISTS (SELECT 1 FROM "users" o WHERE o."id" = new."id");
  DELETE FROM "users__m1" WHERE "users__m1"."id" = old."id" AND NOT EXISTS (SELECT 1 FROM "users" x WHERE x."id" = old."id");
  INSERT INTO "users__m1"("id", "name", "age", "email") SELECT o."id", (o."name"), (o."age"), (CAST(nullif(o."email", '') AS integer)) FROM "users" o WHERE o."id" = new."id" AND NOT EXISTS (SELECT 1 FROM "users__m1" x WHERE x."id" = new."id");
  UPDATE "users__m1" SET ("name", "age", "email") = (SELECT (o."name"), (o."age"), CASE WHEN ((o."email" IS +(CAST(n."email" AS text)) COLLATE BINARY)) THEN n."email" ELSE (CAST(nullif(o."email", '') AS integer)) END FROM "users" o, "users__m1" n WHERE o."id" = new."id" AND n."id" = o."id") WHERE "users__m1"."id" = new."id" AND EXISTS (SELECT 1 FROM "users" o, "users__m1" n WHERE o."id" = new."id" AND n."id" = o."id" AND NOT ((n."name" IS o."name" COLLATE BINARY AND n."age" IS o."age" COLLATE BINARY) AND ((n."email" IS +(CAST(nullif(o."email", '') AS integer)) COLLATE BINARY) OR (o."email" IS +(CAST(n."email" AS text)) COLLATE BINARY))));
END;
CREATE TRIGGER "segue_users_d" AFTER DELETE ON "users" BEGIN
  DELETE FROM "users__m1" WHERE "users__m1"."id" = old."id" AND NOT EXISTS (SELECT 1 FROM "users" x WHERE x."id" = old."id");
END;
CREATE TRIGGER "segue_users__m1_i" AFTER INSERT ON "users__m1" WHEN NOT EXISTS (SELECT 1 FROM "users" x WHERE x."id" = new."id") BEGIN
  INSERT INTO "users"("id", "name", "age", "email") SELECT n."id", (n."name"), (n."age"), (CAST(n."email" AS text)) FROM "users__m1" n WHERE n."id" = new."id";
  SELECT RAISE(ABORT, 'segue: users did not follow users__m1') FROM "users__m1" n WHERE n."id" = new."id" AND NOT EXISTS (SELECT 1 FROM "users" o WHERE o."id" = n."id" AND ((o."name" IS n."name" COLLATE BINARY AND o."age" IS n."age" COLLATE BINARY) AND ((o."email" IS +(CAST(n."email" AS text)) COLLATE BINARY) OR (n."email" IS +(CAST(nullif(o."email", '') AS integer)) COLLATE BINARY))));
END;
CREATE TRIGGER "segue_users__m1_r" AFTER INSERT ON "users__m1" WHEN EXISTS (SELECT 1 FROM "users__m1" n, "users" o WHERE n."id" = new."id" AND o."id" = n."id" AND NOT ((o."name" IS n."name" COLLATE BINARY AND o."age" IS n."age" COLLATE BINARY) AND ((o."email" IS +(CAST(n."email" AS text)) COLLATE BINARY) OR (n."email" IS +(CAST(nullif(o."email", '') AS integer)) COLLATE BINARY)))) BEGIN
  UPDATE "users" SET ("name", "age", "email") = (SELECT (n."name"), (n."age"), CASE WHEN ((n."email" IS +(CAST(nullif(o."email", '') AS integer)) COLLATE BINARY)) THEN o."email" ELSE (CAST(n."email" AS text)) END FROM "users__m1" n, "users" o WHERE n."id" = new."id" AND o."id" = n."id") WHERE "users"."id" = new."id";
  SELECT RAISE(ABORT, 'segue: users did not follow users__m1') FROM "users__m1" n WHERE n."id" = new."id" AND NOT EXISTS (SELECT 1 FROM "users" o WHERE o."id" = n."id" AND ((o."name" IS n."name" COLLATE BINARY AND o."age" IS n."age" COLLATE BINARY) AND ((o."email" IS +(CAST(n."email" AS text)) COLLATE BINARY) OR (n."email" IS +(CAST(nullif(o."email", '') AS integer)) COLLATE BINARY))));
END;
CREATE TRIGGER "segue_users__m1_u1" AFTER UPDATE OF "name", "age" ON "users__m1" WHEN (old."name" IS NOT new."name" COLLATE BINARY OR old."age" IS NOT new."age" COLLATE BINARY) AND EXISTS (SELECT 1 FROM "users__m1" n, "users" o WHERE n."id" = new."id" AND o."id" = n."id" AND NOT (o."name" IS n."name" COLLATE BINARY AND o."age" IS n."age" COLLATE BINARY)) BEGIN
  UPDATE "users" SET ("name", "age") = (SELECT (n."name"), (n."age") FROM "users__m1" n WHERE n."id" = new."id") WHERE "users"."id" = new."id";
  SELECT RAISE(ABORT, 'segue: users did not follow users__m1') FROM "users__m1" n WHERE n."id" = new."id" AND NOT EXISTS (SELECT 1 FROM "users" o WHERE o."id" = n."id" AND (o."name" IS n."name" COLLATE BINARY AND o."age" IS n."age" COLLATE BINARY));
END;
CREATE TRIGGER "segue_users__m1_u2" AFTER UPDATE OF "email" ON "users__m1" WHEN (old."email" IS NOT new."email" COLLATE BINARY) AND EXISTS (SELECT 1 FROM "users__m1" n, "users" o WHERE n."id" = new."id" AND o."id" = n."id" AND NOT ((o."email" IS +(CAST(n."email" AS text)) COLLATE BINARY) OR (n."email" IS +(CAST(nullif(o."email", '') AS integer)) COLLATE BINARY))) BEGIN
  UPDATE "users" SET "email" = (SELECT (CAST(n."email" AS text)) FROM "users__m1" n WHERE n."id" = new."id") WHERE "users"."id" = new."id";
  SELECT RAISE(ABORT, 'segue: users did not follow users__m1') FROM "users__m1" n WHERE n."id" = new."id" AND NOT EXISTS (SELECT 1 FROM "users" o WHERE o."id" = n."id" AND ((o."email" IS +(CAST(n."email" AS text)) COLLATE BINARY) OR (n."email" IS +(CAST(nullif(o."email", '') AS integer)) COLLATE BINARY)));
END;
CREATE TRIGGER "segue_users__m1_k" AFTER UPDATE OF "id", rowid, oid, _rowid_ ON "users__m1" WHEN old."id" IS NOT new."id" BEGIN
  UPDATE "users" SET ("id", "name", "age", "email") = (SELECT n."id", (n."name"), (n."age"), CASE WHEN ((n."email" IS +(CAST(nullif(o."email", '') AS integer)) COLLATE BINARY)) THEN o."email" ELSE (CAST(n."email" AS text)) END FROM "users__m1" n, "users" o WHERE n."id" = new."id" AND o."id" = old."id") WHERE "users"."id" = old."id" AND NOT EXISTS (SELECT 1 FROM "users__m1" x WHERE x."id" = old."id") AND NOT EXISTS (SELECT 1 FROM "users" x WHERE x."id" = new."id") AND EXISTS (SELECT 1 FROM "users__m1" n WHERE n."id" = new."id");
  DELETE FROM "users" WHERE "users"."id" = old."id" AND NOT EXISTS (SELECT 1 FROM "users__m1" x WHERE x."id" = old."id");
  INSERT INTO "users"("id", "name", "age", "email") SELECT n."id", (n."name"), (n."age"), (CAST(n."email" AS text)) FROM "users__m1" n WHERE n."id" = new."id" AND NOT EXISTS (SELECT 1 FROM "users" x WHERE x."id" = new."id");
  UPDATE "users" SET ("name", "age", "email") = (SELECT (n."name"), (n."age"), CASE WHEN ((n."email" IS +(CAST(nullif(o."email", '') AS integer)) COLLATE BINARY)) THEN o."email" ELSE (CAST(n."email" AS text)) END FROM "users__m1" n, "users" o WHERE n."id" = new."id" AND o."id" = n."id") WHERE "users"."id" = new."id" AND EXISTS (SELECT 1 FROM "users__m1" n, "users" o WHERE n."id" = new."id" AND o."id" = n."id" AND NOT ((o."name" IS n."name" COLLATE BINARY AND o."age" IS n."age" COLLATE BINARY) AND ((o."email" IS +(CAST(n."email" AS text)) COLLATE BINARY) OR (n."email" IS +(CAST(nullif(o."email", '') AS integer)) COLLATE BINARY))));
  SELECT RAISE(ABORT, 'segue: users did not follow users__m1') FROM "users__m1" n WHERE n."id" = new."id" AND NOT EXISTS (SELECT 1 FROM "users" o WHERE o."id" = n."id" AND ((o."name" IS n."name" COLLATE BINARY AND o."age" IS n."age" COLLATE BINARY) AND ((o."email" IS +(CAST(n."email" AS text)) COLLATE BINARY) OR (n."email" IS +(CAST(nullif(o."email", '') AS integer)) COLLATE BINARY))));
END;
CREATE TRIGGER "segue_users__m1_d" AFTER DELETE ON "users__m1" BEGIN
  DELETE FROM "users" WHERE "users"."id" = old."id" AND NOT EXISTS (SELECT 1 FROM "users__m1" x WHERE x."id" = old."id");
END;
SAVEPOINT segue_probe;
UPDATE "users" SET "email" = (SELECT x."email" FROM "users" x ORDER BY x."id" DESC LIMIT 1) WHERE ("id") = (SELECT x."id" FROM "users" x ORDER BY x."id" LIMIT 1);
SELECT o."id" FROM "users" o WHERE (o."id") = (SELECT x."id" FROM "users" x ORDER BY x."id" LIMIT 1) AND NOT EXISTS (SELECT 1 FROM "users__m1" n WHERE n."id" = o."id" AND ((n."name" IS o."name" COLLATE BINARY AND n."age" IS o."age" COLLATE BINARY) AND ((n."email" IS +(CAST(nullif(o."email", '') AS integer)) COLLATE BINARY) OR (o."email" IS +(CAST(n."email" AS text)) COLLATE BINARY))));
UPDATE "users__m1" SET "email" = (SELECT x."email" FROM "users__m1" x ORDER BY x."id" DESC LIMIT 1) WHERE ("id") = (SELECT x."id" FROM "users__m1" x ORDER BY x."id" LIMIT 1);
SELECT n."id" FROM "users__m1" n WHERE (n."id") = (SELECT x."id" FROM "users__m1" x ORDER BY x."id" LIMIT 1) AND NOT EXISTS (SELECT 1 FROM "users" o WHERE o."id" = n."id" AND ((o."name" IS n."name" COLLATE BINARY AND o."age" IS n."age" COLLATE BINARY) AND ((o."email" IS +(CAST(n."email" AS text)) COLLATE BINARY) OR (n."email" IS +(CAST(nullif(o."email", '') AS integer)) COLLATE BINARY))));
ROLLBACK TO SAVEPOINT segue_probe;
COMMIT;
PRAGMA legacy_alter_table = OFF;
-- inverse:
--   PRAGMA foreign_keys = OFF;
--   PRAGMA foreign_keys;
--   PRAGMA writable_schema = OFF;
--   PRAGMA legacy_alter_table = OFF;
--   BEGIN IMMEDIATE;
--   DROP TRIGGER IF EXISTS "segue_users_i";
--   DROP TRIGGER IF EXISTS "segue_users_r";
--   DROP TRIGGER IF EXISTS "segue_users_u1";
--   DROP TRIGGER IF EXISTS "segue_users_u2";
--   DROP TRIGGER IF EXISTS "segue_users_k";
--   DROP TRIGGER IF EXISTS "segue_users_d";
--   DROP TRIGGER IF EXISTS "segue_users__m1_i";
--   DROP TRIGGER IF EXISTS "segue_users__m1_r";
--   DROP TRIGGER IF EXISTS "segue_users__m1_u1";
--   DROP TRIGGER IF EXISTS "segue_users__m1_u2";
--   DROP TRIGGER IF EXISTS "segue_users__m1_k";
--   DROP TRIGGER IF EXISTS "segue_users__m1_d";
--   PRAGMA legacy_alter_table = ON;
--   ALTER TABLE "users__m1" RENAME TO "segue_old_users";
--   PRAGMA legacy_alter_table = OFF;
--   CREATE TABLE "segue_new_users" (
--     id integer PRIMARY KEY,
--     name text NOT NULL,
--     age integer,
--     email integer
--   );
--   CREATE TRIGGER "segue_users_i" AFTER INSERT ON "users" WHEN NOT EXISTS (SELECT 1 FROM "segue_new_users" x WHERE x."id" = new."id") BEGIN
--     INSERT INTO "segue_new_users"("id", "name", "age", "email") SELECT o."id", (o."name"), (o."age"), (CAST(nullif(o."email", '') AS integer)) FROM "users" o WHERE o."id" = new."id";
--   END;
--   CREATE TRIGGER "segue_users_r" AFTER INSERT ON "users" WHEN NOT NOT EXISTS (SELECT 1 FROM "segue_new_users" x WHERE x."id" = new."id") BEGIN
--     UPDATE "segue_new_users" SET ("name", "age", "email") = (SELECT (o."name"), (o."age"), (CAST(nullif(o."email", '') AS integer)) FROM "users" o WHERE o."id" = new."id") WHERE "segue_new_users"."id" = new."id";
--   END;
--   CREATE TRIGGER "segue_users_u1" AFTER UPDATE OF "name", "age" ON "users" WHEN (old."name" IS NOT new."name" COLLATE BINARY OR old."age" IS NOT new."age" COLLATE BINARY) BEGIN
--     UPDATE "segue_new_users" SET ("name", "age") = (SELECT (o."name"), (o."age") FROM "users" o WHERE o."id" = new."id") WHERE "segue_new_users"."id" = new."id";
--   END;
--   CREATE TRIGGER "segue_users_u2" AFTER UPDATE OF "email" ON "users" WHEN (old."email" IS NOT new."email" COLLATE BINARY) BEGIN
--     UPDATE "segue_new_users" SET "email" = (SELECT (CAST(nullif(o."email", '') AS integer)) FROM "users" o WHERE o."id" = new."id") WHERE "segue_new_users"."id" = new."id";
--   END;
--   CREATE TRIGGER "segue_users_k" AFTER UPDATE OF "id", rowid, oid, _rowid_ ON "users" WHEN old."id" IS NOT new."id" BEGIN
--     DELETE FROM "segue_new_users" WHERE "segue_new_users"."id" = old."id" AND NOT EXISTS (SELECT 1 FROM "users" x WHERE x."id" = old."id");
--     INSERT INTO "segue_new_users"("id", "name", "age", "email") SELECT o."id", (o."name"), (o."age"), (CAST(nullif(o."email", '') AS integer)) FROM "users" o WHERE o."id" = new."id" AND NOT EXISTS (SELECT 1 FROM "segue_new_users" x WHERE x."id" = new."id");
--     UPDATE "segue_new_users" SET ("name", "age", "email") = (SELECT (o."name"), (o."age"), (CAST(nullif(o."email", '') AS integer)) FROM "users" o WHERE o."id" = new."id") WHERE "segue_new_users"."id" = new."id";
--   END;
--   CREATE TRIGGER "segue_users_d" AFTER DELETE ON "users" BEGIN
--     DELETE FROM "segue_new_users" WHERE "segue_new_users"."id" = old."id" AND NOT EXISTS (SELECT 1 FROM "users" x WHERE x."id" = old."id");
--   END;
--   COMMIT;
--   PRAGMA legacy_alter_table = OFF;
--   /* range by range; the first: */ DELETE FROM "segue_old_users" WHERE _rowid_ <= :hi;
--   /* what is left over: */ SELECT EXISTS (SELECT 1 FROM "segue_old_users"), 0, NULL;
--   PRAGMA foreign_keys = OFF;
--   PRAGMA foreign_keys;
--   PRAGMA writable_schema = OFF;
--   PRAGMA legacy_alter_table = OFF;
--   BEGIN IMMEDIATE;
--   DROP TABLE IF EXISTS "segue_old_users";
--   COMMIT;

-- contract/01-gate: no client uses the old version
--   wait, none (reads)
SELECT service, version, seen_at FROM segue_client WHERE version NOT IN ('m1') AND seen_at > strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-10 seconds');

-- contract/02-compare:users: prove that users and its shadow agree
--   scan, none (reads)
/* range by range; the first: */ SELECT quote(o."id"), quote(o."id") || ', ' || quote(o."name") || ', ' || quote(o."age") || ', ' || quote(o."email"), quote(n."id") || ', ' || quote(n."name") || ', ' || quote(n."age") || ', ' || quote(n."email") FROM "users" o LEFT JOIN "users__m1" n ON n."id" = o."id" WHERE (n."id" IS NULL OR NOT ((n."name" IS o."name" COLLATE BINARY AND n."age" IS o."age" COLLATE BINARY) AND ((n."email" IS +(CAST(nullif(o."email", '') AS integer)) COLLATE BINARY) OR (o."email" IS +(CAST(n."email" AS text)) COLLATE BINARY)))) AND o.rowid > -9223372036854775808 AND o.rowid <= :hi UNION ALL SELECT quote(n."id"), NULL, quote(n."id") || ', ' || quote(n."name") || ', ' || quote(n."age") || ', ' || quote(n."email") FROM "users__m1" n WHERE NOT EXISTS (SELECT 1 FROM "users" o WHERE o."id" = n."id") AND n."id" > -9223372036854775808 AND n."id" <= :hi;

-- contract/03-swap: the base takes the new shape
--   constant, write lock, O(1)
PRAGMA foreign_keys = OFF;
PRAGMA foreign_keys;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
DROP TABLE IF EXISTS temp.segue_roots;
BEGIN IMMEDIATE;
DROP TRIGGER "segue_users_i";
DROP TRIGGER "segue_users_r";
DROP TRIGGER "segue_users_u1";
DROP TRIGGER "segue_users_u2";
DROP TRIGGER "segue_users_k";
DROP TRIGGER "segue_users_d";
DROP TRIGGER "segue_users__m1_i";
DROP TRIGGER "segue_users__m1_r";
DROP TRIGGER "segue_users__m1_u1";
DROP TRIGGER "segue_users__m1_u2";
DROP TRIGGER "segue_users__m1_k";
DROP TRIGGER "segue_users__m1_d";
CREATE TEMP TABLE segue_roots(name TEXT PRIMARY KEY, rootpage INTEGER);
INSERT INTO temp.segue_roots SELECT name, rootpage FROM main.sqlite_schema WHERE rootpage > 0;
PRAGMA writable_schema = ON;
/* :version is the answer of */ PRAGMA schema_version;
UPDATE main.sqlite_schema SET rootpage = (SELECT rootpage FROM temp.segue_roots WHERE name = 'users__m1'), sql = 'CREATE TABLE users (
  id integer PRIMARY KEY,
  name text NOT NULL,
  age integer,
  email integer
)' WHERE type = 'table' AND name = 'users' AND sql IS 'CREATE TABLE users (
  id integer PRIMARY KEY,
  name text NOT NULL,
  age integer,
  email text
)';
UPDATE main.sqlite_schema SET name = 'segue_old_users', tbl_name = 'segue_old_users', rootpage = (SELECT rootpage FROM temp.segue_roots WHERE name = 'users'), sql = 'CREATE TABLE "segue_old_users" (
  id integer PRIMARY KEY,
  name text NOT NULL,
  age integer,
  email text
)' WHERE type = 'table' AND name = 'users__m1';
PRAGMA schema_version = :version + 1;
PRAGMA writable_schema = RESET;
SELECT (SELECT group_concat(rootpage) FROM (SELECT rootpage FROM temp.segue_roots ORDER BY rootpage)) IS (SELECT group_concat(rootpage) FROM (SELECT rootpage FROM main.sqlite_schema WHERE rootpage > 0 ORDER BY rootpage));
SELECT name FROM main.sqlite_schema WHERE type IN ('table', 'index') AND rootpage IS NULL;
SELECT * FROM "users" LIMIT 0;
SELECT * FROM "segue_old_users" LIMIT 0;
CREATE VIEW "users__m1" AS SELECT "id", "name", "age", "email" FROM "users";
CREATE TRIGGER "segue_view_users_i" INSTEAD OF INSERT ON "users__m1" BEGIN
  INSERT INTO "users"("id", "name", "age", "email") VALUES (new."id", new."name", new."age", new."email");
END;
CREATE TRIGGER "segue_view_users_u" INSTEAD OF UPDATE ON "users__m1" BEGIN
  UPDATE "users" SET "id" = new."id", "name" = new."name", "age" = new."age", "email" = new."email" WHERE "id" = old."id";
END;
CREATE TRIGGER "segue_view_users_d" INSTEAD OF DELETE ON "users__m1" BEGIN
  DELETE FROM "users" WHERE "id" = old."id";
END;
COMMIT;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
DROP TABLE IF EXISTS temp.segue_roots;
-- not reversible

-- contract/04-drain:users: empty what is left of users
--   write, write lock, 1 ms per chunk beside others, 5 ms alone
/* range by range; the first: */ DELETE FROM "segue_old_users" WHERE _rowid_ <= :hi;
/* what is left over: */ SELECT EXISTS (SELECT 1 FROM "segue_old_users"), 0, NULL;
-- not reversible

-- contract/05-cleanup:users: drop what is left of users
--   constant, write lock, O(1)
PRAGMA foreign_keys = OFF;
PRAGMA foreign_keys;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
BEGIN IMMEDIATE;
DROP TABLE IF EXISTS "segue_old_users";
COMMIT;
-- not reversible
