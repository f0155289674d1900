-- migration m1, version Zweite Version
-- clients: column Order Items.Straße "x" keeps its name and changes its meaning: a statement of an old client that comes after contract does not fail, it means something else
-- clients: clients of the new version use table Order Items__Zweite Version (ask table_name) until contract, and Order Items afterwards
-- cost: the copy needs room for the table twice and the write-ahead log; dropped data stays readable in free pages

-- expand/01-install_sync:Order Items: create the shadow of Order Items and its one-way sync
--   constant, write lock, O(1); the values of column Straße "x" change
PRAGMA foreign_keys = OFF;
PRAGMA foreign_keys;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
BEGIN IMMEDIATE;
CREATE TABLE "segue_new_Order Items" (
  "ID" integer PRIMARY KEY,
  "Straße ""x""" varchar(50),
  "über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" bigint,
  "FROM" text
);
CREATE INDEX "segue_ix_Order Items_1" ON "segue_new_Order Items"("Straße ""x""");
CREATE TRIGGER "segue_Order Items_i" AFTER INSERT ON "Order Items" WHEN NOT EXISTS (SELECT 1 FROM "segue_new_Order Items" x WHERE x."ID" = new."ID") BEGIN
  INSERT INTO "segue_new_Order Items"("ID", "Straße ""x""", "über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz", "FROM") SELECT o."ID", (upper(o."Straße ""x""")), (o."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz"), (o."select") FROM "Order Items" o WHERE o."ID" = new."ID";
END;
CREATE TRIGGER "segue_Order Items_r" AFTER INSERT ON "Order Items" WHEN NOT NOT EXISTS (SELECT 1 FROM "segue_new_Order Items" x WHERE x."ID" = new."ID") BEGIN
  UPDATE "segue_new_Order Items" SET ("Straße ""x""", "über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz", "FROM") = (SELECT (upper(o."Straße ""x""")), (o."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz"), (o."select") FROM "Order Items" o WHERE o."ID" = new."ID") WHERE "segue_new_Order Items"."ID" = new."ID";
END;
CREATE TRIGGER "segue_Order Items_u1" AFTER UPDATE OF "Straße ""x""" ON "Order Items" WHEN (old."Straße ""x""" IS NOT new."Straße ""x""" COLLATE BINARY) BEGIN
  UPDATE "segue_new_Order Items" SET "Straße ""x""" = (SELECT (upper(o."Straße ""x""")) FROM "Order Items" o WHERE o."ID" = new."ID") WHERE "segue_new_Order Items"."ID" = new."ID";
END;
CREATE TRIGGER "segue_Order Items_u2" AFTER UPDATE OF "über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz", "select" ON "Order Items" WHEN (old."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" IS NOT new."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" COLLATE BINARY OR old."select" IS NOT new."select" COLLATE BINARY) BEGIN
  UPDATE "segue_new_Order Items" SET ("über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz", "FROM") = (SELECT (o."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz"), (o."select") FROM "Order Items" o WHERE o."ID" = new."ID") WHERE "segue_new_Order Items"."ID" = new."ID";
END;
CREATE TRIGGER "segue_Order Items_k" AFTER UPDATE OF "ID", rowid, oid, _rowid_ ON "Order Items" WHEN old."ID" IS NOT new."ID" BEGIN
  DELETE FROM "segue_new_Order Items" WHERE "segue_new_Order Items"."ID" = old."ID" AND NOT EXISTS (SELECT 1 FROM "Order Items" x WHERE x."ID" = old."ID");
  INSERT INTO "segue_new_Order Items"("ID", "Straße ""x""", "über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz", "FROM") SELECT o."ID", (upper(o."Straße ""x""")), (o."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz"), (o."select") FROM "Order Items" o WHERE o."ID" = new."ID" AND NOT EXISTS (SELECT 1 FROM "segue_new_Order Items" x WHERE x."ID" = new."ID");
  UPDATE "segue_new_Order Items" SET ("Straße ""x""", "über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz", "FROM") = (SELECT (upper(o."Straße ""x""")), (o."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz"), (o."select") FROM "Order Items" o WHERE o."ID" = new."ID") WHERE "segue_new_Order Items"."ID" = new."ID";
END;
CREATE TRIGGER "segue_Order Items_d" AFTER DELETE ON "Order Items" BEGIN
  DELETE FROM "segue_new_Order Items" WHERE "segue_new_Order Items"."ID" = old."ID" AND NOT EXISTS (SELECT 1 FROM "Order Items" x WHERE x."ID" = old."ID");
END;
SAVEPOINT segue_probe;
INSERT OR IGNORE INTO "segue_new_Order Items"("ID", "Straße ""x""", "über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz", "FROM") SELECT o."ID", (upper(o."Straße ""x""")), (o."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz"), (o."select") FROM "Order Items" o ORDER BY o."ID" LIMIT 1;
UPDATE "Order Items" SET "Straße ""x""" = (SELECT x."Straße ""x""" FROM "Order Items" x ORDER BY x."ID" DESC LIMIT 1) WHERE ("ID") = (SELECT x."ID" FROM "Order Items" x ORDER BY x."ID" LIMIT 1);
SELECT o."ID" FROM "Order Items" o WHERE (o."ID") = (SELECT x."ID" FROM "Order Items" x ORDER BY x."ID" LIMIT 1) AND NOT EXISTS (SELECT 1 FROM "segue_new_Order Items" n WHERE n."ID" = o."ID" AND ((n."Straße ""x""" IS +(upper(o."Straße ""x""")) COLLATE BINARY) AND (n."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" IS o."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" COLLATE BINARY AND n."FROM" IS o."select" COLLATE BINARY)));
ROLLBACK TO SAVEPOINT segue_probe;
COMMIT;
-- inverse:
--   PRAGMA foreign_keys = OFF;
--   PRAGMA foreign_keys;
--   PRAGMA writable_schema = OFF;
--   PRAGMA legacy_alter_table = OFF;
--   BEGIN IMMEDIATE;
--   DROP TRIGGER IF EXISTS "segue_Order Items_i";
--   DROP TRIGGER IF EXISTS "segue_Order Items_r";
--   DROP TRIGGER IF EXISTS "segue_Order Items_u1";
--   DROP TRIGGER IF EXISTS "segue_Order Items_u2";
--   DROP TRIGGER IF EXISTS "segue_Order Items_k";
--   DROP TRIGGER IF EXISTS "segue_Order Items_d";
--   COMMIT;
--   PRAGMA legacy_alter_table = OFF;
--   /* range by range; the first: */ DELETE FROM "segue_new_Order Items" WHERE _rowid_ <= :hi;
--   /* what is left over: */ SELECT EXISTS (SELECT 1 FROM "segue_new_Order Items"), 0, NULL;
--   PRAGMA foreign_keys = OFF;
--   PRAGMA foreign_keys;
--   PRAGMA writable_schema = OFF;
--   PRAGMA legacy_alter_table = OFF;
--   BEGIN IMMEDIATE;
--   DROP TABLE IF EXISTS "segue_new_Order Items";
--   COMMIT;

-- migrate/01-backfill:Order Items: copy Order Items into its shadow
--   write, write lock, 1 ms per chunk beside others, 5 ms alone
/* range by range; the first: */ INSERT OR IGNORE INTO "segue_new_Order Items"("ID", "Straße ""x""", "über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz", "FROM") SELECT o."ID", (upper(o."Straße ""x""")), (o."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz"), (o."select") FROM "Order Items" o WHERE o.rowid > -9223372036854775808 AND o.rowid <= 2;
/* what is left over, range by range: */ SELECT o.rowid FROM "Order Items" o WHERE o.rowid > -9223372036854775808 AND o.rowid <= 2 AND NOT EXISTS (SELECT 1 FROM "segue_new_Order Items" n WHERE n."ID" = o."ID") LIMIT 1000;

-- migrate/02-compare:Order Items: prove that the shadow of Order Items is what `up` says
--   scan, none (reads)
/* range by range; the first: */ SELECT quote(o."ID"), quote(o."ID") || ', ' || quote(o."Straße ""x""") || ', ' || quote(o."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz") || ', ' || quote(o."select"), quote(n."ID") || ', ' || quote(n."Straße ""x""") || ', ' || quote(n."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz") || ', ' || quote(n."FROM") FROM "Order Items" o LEFT JOIN "segue_new_Order Items" n ON n."ID" = o."ID" WHERE (n."ID" IS NULL OR NOT ((n."Straße ""x""" IS +(upper(o."Straße ""x""")) COLLATE BINARY) AND (n."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" IS o."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" COLLATE BINARY AND n."FROM" IS o."select" COLLATE BINARY))) AND o.rowid > -9223372036854775808 AND o.rowid <= :hi UNION ALL SELECT quote(n."ID"), NULL, quote(n."ID") || ', ' || quote(n."Straße ""x""") || ', ' || quote(n."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz") || ', ' || quote(n."FROM") FROM "segue_new_Order Items" n WHERE NOT EXISTS (SELECT 1 FROM "Order Items" o WHERE o."ID" = n."ID") AND n."ID" > -9223372036854775808 AND n."ID" <= :hi;

-- migrate/03-publish: serve version Zweite Version, two-way sync
--   constant, write lock, O(1)
PRAGMA foreign_keys = OFF;
PRAGMA foreign_keys;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
BEGIN IMMEDIATE;
DROP TRIGGER IF EXISTS "segue_Order Items_i";
DROP TRIGGER IF EXISTS "segue_Order Items_r";
DROP TRIGGER IF EXISTS "segue_Order Items_u1";
DROP TRIGGER IF EXISTS "segue_Order Items_u2";
DROP TRIGGER IF EXISTS "segue_Order Items_k";
DROP TRIGGER IF EXISTS "segue_Order Items_d";
PRAGMA legacy_alter_table = ON;
ALTER TABLE "segue_new_Order Items" RENAME TO "Order Items__Zweite Version";
PRAGMA legacy_alter_table = OFF;
CREATE TRIGGER "segue_Order Items_i" AFTER INSERT ON "Order Items" WHEN NOT EXISTS (SELECT 1 FROM "Order Items__Zweite Version" x WHERE x."ID" = new."ID") BEGIN
  INSERT INTO "Order Items__Zweite Version"("ID", "Straße ""x""", "über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz", "FROM") SELECT o."ID", (upper(o."Straße ""x""")), (o."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz"), (o."select") FROM "Order Items" o WHERE o."ID" = new."ID";
END;
CREATE TRIGGER "segue_Order Items_r" AFTER INSERT ON "Order Items" WHEN EXISTS (SELECT 1 FROM "Order Items" o, "Order Items__Zweite Version" n WHERE o."ID" = new."ID" AND n."ID" = o."ID" AND NOT (((n."Straße ""x""" IS +(upper(o."Straße ""x""")) COLLATE BINARY) OR (o."Straße ""x""" IS +(lower(n."Straße ""x""")) COLLATE BINARY)) AND (n."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" IS o."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" COLLATE BINARY AND n."FROM" IS o."select" COLLATE BINARY))) BEGIN
  UPDATE "Order Items__Zweite Version" SET ("Straße ""x""", "über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz", "FROM") = (SELECT CASE WHEN ((o."Straße ""x""" IS +(lower(n."Straße ""x""")) COLLATE BINARY)) THEN n."Straße ""x""" ELSE (upper(o."Straße ""x""")) END, (o."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz"), (o."select") FROM "Order Items" o, "Order Items__Zweite Version" n WHERE o."ID" = new."ID" AND n."ID" = o."ID") WHERE "Order Items__Zweite Version"."ID" = new."ID";
END;
CREATE TRIGGER "segue_Order Items_u1" AFTER UPDATE OF "Straße ""x""" ON "Order Items" WHEN (old."Straße ""x""" IS NOT new."Straße ""x""" COLLATE BINARY) AND EXISTS (SELECT 1 FROM "Order Items" o, "Order Items__Zweite Version" n WHERE o."ID" = new."ID" AND n."ID" = o."ID" AND NOT ((n."Straße ""x""" IS +(upper(o."Straße ""x""")) COLLATE BINARY) OR (o."Straße ""x""" IS +(lower(n."Straße ""x""")) COLLATE BINARY))) BEGIN
  UPDATE "Order Items__Zweite Version" SET "Straße ""x""" = (SELECT (upper(o."Straße ""x""")) FROM "Order Items" o WHERE o."ID" = new."ID") WHERE "Order Items__Zweite Version"."ID" = new."ID";
END;
CREATE TRIGGER "segue_Order Items_u2" AFTER UPDATE OF "über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz", "select" ON "Order Items" WHEN (old."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" IS NOT new."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" COLLATE BINARY OR old."select" IS NOT new."select" COLLATE BINARY) AND EXISTS (SELECT 1 FROM "Order Items" o, "Order Items__Zweite Version" n WHERE o."ID" = new."ID" AND n."ID" = o."ID" AND NOT (n."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" IS o."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" COLLATE BINARY AND n."FROM" IS o."select" COLLATE BINARY)) BEGIN
  UPDATE "Order Items__Zweite Version" SET ("über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz", "FROM") = (SELECT (o."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz"), (o."select") FROM "Order Items" o WHERE o."ID" = new."ID") WHERE "Order Items__Zweite Version"."ID" = new."ID";
END;
CREATE TRIGGER "segue_Order Items_k" AFTER UPDATE OF "ID", rowid, oid, _rowid_ ON "Order Items" WHEN old."ID" IS NOT new."ID" BEGIN
  UPDATE "Order Items__Zweite Version" SET ("ID", "Straße ""x""", "über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz", "FROM") = (SELECT o."ID", CASE WHEN ((o."Straße ""x""" IS +(lower(n."Straße ""x""")) COLLATE BINARY)) THEN n."Straße ""x""" ELSE (upper(o."Straße ""x""")) END, (o."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz"), (o."select") FROM "Order Items" o, "Order Items__Zweite Version" n WHERE o."ID" = new."ID" AND n."ID" = old."ID") WHERE "Order Items__Zweite Version"."ID" = old."ID" AND NOT EXISTS (SELECT 1 FROM "Order Items" x WHERE x."ID" = old."ID") AND NOT EXISTS (SELECT 1 FROM "Order Items__Zweite Version" x WHERE x."ID" = new."ID") AND EXISTS (SELECT 1 FROM "Order Items" o WHERE o."ID" = new."ID");
  DELETE FROM "Order Items__Zweite Version" WHERE "Order Items__Zweite Version"."ID" = old."ID" AND NOT EXISTS (SELECT 1 FROM "Order Items" x WHERE x."ID" = old."ID");
  INSERT INTO "Order Items__Zweite Version"("ID", "Straße ""x""", "über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz", "FROM") SELECT o."ID", (upper(o."Straße ""x""")), (o."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz"), (o."select") FROM "Order Items" o WHERE o."ID" = new."ID" AND NOT EXISTS (SELECT 1 FROM "Order Items__Zweite Version" x WHERE x."ID" = new."ID");
  UPDATE "Order Items__Zweite Version" SET ("Straße ""x""", "über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz", "FROM") = (SELECT CASE WHEN ((o."Straße ""x""" IS +(lower(n."Straße ""x""")) COLLATE BINARY)) THEN n."Straße ""x""" ELSE (upper(o."Straße ""x""")) END, (o."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz"), (o."select") FROM "Order Items" o, "Order Items__Zweite Version" n WHERE o."ID" = new."ID" AND n."ID" = o."ID") WHERE "Order Items__Zweite Version"."ID" = new."ID" AND EXISTS (SELECT 1 FROM "Order Items" o, "Order Items__Zweite Version" n WHERE o."ID" = new."ID" AND n."ID" = o."ID" AND NOT (((n."Straße ""x""" IS +(upper(o."Straße ""x""")) COLLATE BINARY) OR (o."Straße ""x""" IS +(lower(n."Straße ""x""")) COLLATE BINARY)) AND (n."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" IS o."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" COLLATE BINARY AND n."FROM" IS o."select" COLLATE BINARY)));
END;
CREATE TRIGGER "segue_Order Items_d" AFTER DELETE ON "Order Items" BEGIN
  DELETE FROM "Order Items__Zweite Version" WHERE "Order Items__Zweite Version"."ID" = old."ID" AND NOT EXISTS (SELECT 1 FROM "Order Items" x WHERE x."ID" = old."ID");
END;
CREATE TRIGGER "segue_Order Items__Zweite Version_i" AFTER INSERT ON "Order Items__Zweite Version" WHEN NOT EXISTS (SELECT 1 FROM "Order Items" x WHERE x."ID" = new."ID") BEGIN
  INSERT INTO "Order Items"("ID", "Straße ""x""", "über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz", "select") SELECT n."ID", (lower(n."Straße ""x""")), (n."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz"), (n."FROM") FROM "Order Items__Zweite Version" n WHERE n."ID" = new."ID";
  SELECT RAISE(ABORT, 'segue: Order Items did not follow Order Items__Zweite Version') FROM "Order Items__Zweite Version" n WHERE n."ID" = new."ID" AND NOT EXISTS (SELECT 1 FROM "Order Items" o WHERE o."ID" = n."ID" AND (((o."Straße ""x""" IS +(lower(n."Straße ""x""")) COLLATE BINARY) OR (n."Straße ""x""" IS +(upper(o."Straße ""x""")) COLLATE BINARY)) AND (o."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" IS n."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" COLLATE BINARY AND o."select" IS n."FROM" COLLATE BINARY)));
END;
CREATE TRIGGER "segue_Order Items__Zweite Version_r" AFTER INSERT ON "Order Items__Zweite Version" WHEN EXISTS (SELECT 1 FROM "Order Items__Zweite Version" n, "Order Items" o WHERE n."ID" = new."ID" AND o."ID" = n."ID" AND NOT (((o."Straße ""x""" IS +(lower(n."Straße ""x""")) COLLATE BINARY) OR (n."Straße ""x""" IS +(upper(o."Straße ""x""")) COLLATE BINARY)) AND (o."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" IS n."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" COLLATE BINARY AND o."select" IS n."FROM" COLLATE BINARY))) BEGIN
  UPDATE "Order Items" SET ("Straße ""x""", "über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz", "select") = (SELECT CASE WHEN ((n."Straße ""x""" IS +(upper(o."Straße ""x""")) COLLATE BINARY)) THEN o."Straße ""x""" ELSE (lower(n."Straße ""x""")) END, (n."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz"), (n."FROM") FROM "Order Items__Zweite Version" n, "Order Items" o WHERE n."ID" = new."ID" AND o."ID" = n."ID") WHERE "Order Items"."ID" = new."ID";
  SELECT RAISE(ABORT, 'segue: Order Items did not follow Order Items__Zweite Version') FROM "Order Items__Zweite Version" n WHERE n."ID" = new."ID" AND NOT EXISTS (SELECT 1 FROM "Order Items" o WHERE o."ID" = n."ID" AND (((o."Straße ""x""" IS +(lower(n."Straße ""x""")) COLLATE BINARY) OR (n."Straße ""x""" IS +(upper(o."Straße ""x""")) COLLATE BINARY)) AND (o."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" IS n."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" COLLATE BINARY AND o."select" IS n."FROM" COLLATE BINARY)));
END;
CREATE TRIGGER "segue_Order Items__Zweite Version_u1" AFTER UPDATE OF "Straße ""x""" ON "Order Items__Zweite Version" WHEN (old."Straße ""x""" IS NOT new."Straße ""x""" COLLATE BINARY) AND EXISTS (SELECT 1 FROM "Order Items__Zweite Version" n, "Order Items" o WHERE n."ID" = new."ID" AND o."ID" = n."ID" AND NOT ((o."Straße ""x""" IS +(lower(n."Straße ""x""")) COLLATE BINARY) OR (n."Straße ""x""" IS +(upper(o."Straße ""x""")) COLLATE BINARY))) BEGIN
  UPDATE "Order Items" SET "Straße ""x""" = (SELECT (lower(n."Straße ""x""")) FROM "Order Items__Zweite Version" n WHERE n."ID" = new."ID") WHERE "Order Items"."ID" = new."ID";
  SELECT RAISE(ABORT, 'segue: Order Items did not follow Order Items__Zweite Version') FROM "Order Items__Zweite Version" n WHERE n."ID" = new."ID" AND NOT EXISTS (SELECT 1 FROM "Order Items" o WHERE o."ID" = n."ID" AND ((o."Straße ""x""" IS +(lower(n."Straße ""x""")) COLLATE BINARY) OR (n."Straße ""x""" IS +(upper(o."Straße ""x""")) COLLATE BINARY)));
END;
CREATE TRIGGER "segue_Order Items__Zweite Version_u2" AFTER UPDATE OF "über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz", "FROM" ON "Order Items__Zweite Version" WHEN (old."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" IS NOT new."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" COLLATE BINARY OR old."FROM" IS NOT new."FROM" COLLATE BINARY) AND EXISTS (SELECT 1 FROM "Order Items__Zweite Version" n, "Order Items" o WHERE n."ID" = new."ID" AND o."ID" = n."ID" AND NOT (o."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" IS n."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" COLLATE BINARY AND o."select" IS n."FROM" COLLATE BINARY)) BEGIN
  UPDATE "Order Items" SET ("über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz", "select") = (SELECT (n."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz"), (n."FROM") FROM "Order Items__Zweite Version" n WHERE n."ID" = new."ID") WHERE "Order Items"."ID" = new."ID";
  SELECT RAISE(ABORT, 'segue: Order Items did not follow Order Items__Zweite Version') FROM "Order Items__Zweite Version" n WHERE n."ID" = new."ID" AND NOT EXISTS (SELECT 1 FROM "Order Items" o WHERE o."ID" = n."ID" AND (o."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" IS n."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" COLLATE BINARY AND o."select" IS n."FROM" COLLATE BINARY));
END;
CREATE TRIGGER "segue_Order Items__Zweite Version_k" AFTER UPDATE OF "ID", rowid, oid, _rowid_ ON "Order Items__Zweite Version" WHEN old."ID" IS NOT new."ID" BEGIN
  UPDATE "Order Items" SET ("ID", "Straße ""x""", "über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz", "select") = (SELECT n."ID", CASE WHEN ((n."Straße ""x""" IS +(upper(o."Straße ""x""")) COLLATE BINARY)) THEN o."Straße ""x""" ELSE (lower(n."Straße ""x""")) END, (n."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz"), (n."FROM") FROM "Order Items__Zweite Version" n, "Order Items" o WHERE n."ID" = new."ID" AND o."ID" = old."ID") WHERE "Order Items"."ID" = old."ID" AND NOT EXISTS (SELECT 1 FROM "Order Items__Zweite Version" x WHERE x."ID" = old."ID") AND NOT EXISTS (SELECT 1 FROM "Order Items" x WHERE x."ID" = new."ID") AND EXISTS (SELECT 1 FROM "Order Items__Zweite Version" n WHERE n."ID" = new."ID");
  DELETE FROM "Order Items" WHERE "Order Items"."ID" = old."ID" AND NOT EXISTS (SELECT 1 FROM "Order Items__Zweite Version" x WHERE x."ID" = old."ID");
  INSERT INTO "Order Items"("ID", "Straße ""x""", "über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz", "select") SELECT n."ID", (lower(n."Straße ""x""")), (n."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz"), (n."FROM") FROM "Order Items__Zweite Version" n WHERE n."ID" = new."ID" AND NOT EXISTS (SELECT 1 FROM "Order Items" x WHERE x."ID" = new."ID");
  UPDATE "Order Items" SET ("Straße ""x""", "über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz", "select") = (SELECT CASE WHEN ((n."Straße ""x""" IS +(upper(o."Straße ""x""")) COLLATE BINARY)) THEN o."Straße ""x""" ELSE (lower(n."Straße ""x""")) END, (n."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz"), (n."FROM") FROM "Order Items__Zweite Version" n, "Order Items" o WHERE n."ID" = new."ID" AND o."ID" = n."ID") WHERE "Order Items"."ID" = new."ID" AND EXISTS (SELECT 1 FROM "Order Items__Zweite Version" n, "Order Items" o WHERE n."ID" = new."ID" AND o."ID" = n."ID" AND NOT (((o."Straße ""x""" IS +(lower(n."Straße ""x""")) COLLATE BINARY) OR (n."Straße ""x""" IS +(upper(o."Straße ""x""")) COLLATE BINARY)) AND (o."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" IS n."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" COLLATE BINARY AND o."select" IS n."FROM" COLLATE BINARY)));
  SELECT RAISE(ABORT, 'segue: Order Items did not follow Order Items__Zweite Version') FROM "Order Items__Zweite Version" n WHERE n."ID" = new."ID" AND NOT EXISTS (SELECT 1 FROM "Order Items" o WHERE o."ID" = n."ID" AND (((o."Straße ""x""" IS +(lower(n."Straße ""x""")) COLLATE BINARY) OR (n."Straße ""x""" IS +(upper(o."Straße ""x""")) COLLATE BINARY)) AND (o."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" IS n."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" COLLATE BINARY AND o."select" IS n."FROM" COLLATE BINARY)));
END;
CREATE TRIGGER "segue_Order Items__Zweite Version_d" AFTER DELETE ON "Order Items__Zweite Version" BEGIN
  DELETE FROM "Order Items" WHERE "Order Items"."ID" = old."ID" AND NOT EXISTS (SELECT 1 FROM "Order Items__Zweite Version" x WHERE x."ID" = old."ID");
END;
SAVEPOINT segue_probe;
UPDATE "Order Items" SET "Straße ""x""" = (SELECT x."Straße ""x""" FROM "Order Items" x ORDER BY x."ID" DESC LIMIT 1) WHERE ("ID") = (SELECT x."ID" FROM "Order Items" x ORDER BY x."ID" LIMIT 1);
SELECT o."ID" FROM "Order Items" o WHERE (o."ID") = (SELECT x."ID" FROM "Order Items" x ORDER BY x."ID" LIMIT 1) AND NOT EXISTS (SELECT 1 FROM "Order Items__Zweite Version" n WHERE n."ID" = o."ID" AND (((n."Straße ""x""" IS +(upper(o."Straße ""x""")) COLLATE BINARY) OR (o."Straße ""x""" IS +(lower(n."Straße ""x""")) COLLATE BINARY)) AND (n."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" IS o."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" COLLATE BINARY AND n."FROM" IS o."select" COLLATE BINARY)));
UPDATE "Order Items__Zweite Version" SET "Straße ""x""" = (SELECT x."Straße ""x""" FROM "Order Items__Zweite Version" x ORDER BY x."ID" DESC LIMIT 1) WHERE ("ID") = (SELECT x."ID" FROM "Order Items__Zweite Version" x ORDER BY x."ID" LIMIT 1);
SELECT n."ID" FROM "Order Items__Zweite Version" n WHERE (n."ID") = (SELECT x."ID" FROM "Order Items__Zweite Version" x ORDER BY x."ID" LIMIT 1) AND NOT EXISTS (SELECT 1 FROM "Order Items" o WHERE o."ID" = n."ID" AND (((o."Straße ""x""" IS +(lower(n."Straße ""x""")) COLLATE BINARY) OR (n."Straße ""x""" IS +(upper(o."Straße ""x""")) COLLATE BINARY)) AND (o."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" IS n."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" COLLATE BINARY AND o."select" IS n."FROM" COLLATE BINARY)));
ROLLBACK TO SAVEPOINT segue_probe;
COMMIT;
PRAGMA legacy_alter_table = OFF;
-- inverse:
--   PRAGMA foreign_keys = OFF;
--   PRAGMA foreign_keys;
--   PRAGMA writable_schema = OFF;
--   PRAGMA legacy_alter_table = OFF;
--   BEGIN IMMEDIATE;
--   DROP TRIGGER IF EXISTS "segue_Order Items_i";
--   DROP TRIGGER IF EXISTS "segue_Order Items_r";
--   DROP TRIGGER IF EXISTS "segue_Order Items_u1";
--   DROP TRIGGER IF EXISTS "segue_Order Items_u2";
--   DROP TRIGGER IF EXISTS "segue_Order Items_k";
--   DROP TRIGGER IF EXISTS "segue_Order Items_d";
--   DROP TRIGGER IF EXISTS "segue_Order Items__Zweite Version_i";
--   DROP TRIGGER IF EXISTS "segue_Order Items__Zweite Version_r";
--   DROP TRIGGER IF EXISTS "segue_Order Items__Zweite Version_u1";
--   DROP TRIGGER IF EXISTS "segue_Order Items__Zweite Version_u2";
--   DROP TRIGGER IF EXISTS "segue_Order Items__Zweite Version_k";
--   DROP TRIGGER IF EXISTS "segue_Order Items__Zweite Version_d";
--   PRAGMA legacy_alter_table = ON;
--   ALTER TABLE "Order Items__Zweite Version" RENAME TO "segue_old_Order Items";
--   PRAGMA legacy_alter_table = OFF;
--   DROP INDEX IF EXISTS "segue_ix_Order Items_1";
--   CREATE TABLE "segue_new_Order Items" (
--     "ID" integer PRIMARY KEY,
--     "Straße ""x""" varchar(50),
--     "über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" bigint,
--     "FROM" text
--   );
--   CREATE INDEX "segue_ix_Order Items_1" ON "segue_new_Order Items"("Straße ""x""");
--   CREATE TRIGGER "segue_Order Items_i" AFTER INSERT ON "Order Items" WHEN NOT EXISTS (SELECT 1 FROM "segue_new_Order Items" x WHERE x."ID" = new."ID") BEGIN
--     INSERT INTO "segue_new_Order Items"("ID", "Straße ""x""", "über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz", "FROM") SELECT o."ID", (upper(o."Straße ""x""")), (o."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz"), (o."select") FROM "Order Items" o WHERE o."ID" = new."ID";
--   END;
--   CREATE TRIGGER "segue_Order Items_r" AFTER INSERT ON "Order Items" WHEN NOT NOT EXISTS (SELECT 1 FROM "segue_new_Order Items" x WHERE x."ID" = new."ID") BEGIN
--     UPDATE "segue_new_Order Items" SET ("Straße ""x""", "über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz", "FROM") = (SELECT (upper(o."Straße ""x""")), (o."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz"), (o."select") FROM "Order Items" o WHERE o."ID" = new."ID") WHERE "segue_new_Order Items"."ID" = new."ID";
--   END;
--   CREATE TRIGGER "segue_Order Items_u1" AFTER UPDATE OF "Straße ""x""" ON "Order Items" WHEN (old."Straße ""x""" IS NOT new."Straße ""x""" COLLATE BINARY) BEGIN
--     UPDATE "segue_new_Order Items" SET "Straße ""x""" = (SELECT (upper(o."Straße ""x""")) FROM "Order Items" o WHERE o."ID" = new."ID") WHERE "segue_new_Order Items"."ID" = new."ID";
--   END;
--   CREATE TRIGGER "segue_Order Items_u2" AFTER UPDATE OF "über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz", "select" ON "Order Items" WHEN (old."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" IS NOT new."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" COLLATE BINARY OR old."select" IS NOT new."select" COLLATE BINARY) BEGIN
--     UPDATE "segue_new_Order Items" SET ("über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz", "FROM") = (SELECT (o."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz"), (o."select") FROM "Order Items" o WHERE o."ID" = new."ID") WHERE "segue_new_Order Items"."ID" = new."ID";
--   END;
--   CREATE TRIGGER "segue_Order Items_k" AFTER UPDATE OF "ID", rowid, oid, _rowid_ ON "Order Items" WHEN old."ID" IS NOT new."ID" BEGIN
--     DELETE FROM "segue_new_Order Items" WHERE "segue_new_Order Items"."ID" = old."ID" AND NOT EXISTS (SELECT 1 FROM "Order Items" x WHERE x."ID" = old."ID");
--     INSERT INTO "segue_new_Order Items"("ID", "Straße ""x""", "über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz", "FROM") SELECT o."ID", (upper(o."Straße ""x""")), (o."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz"), (o."select") FROM "Order Items" o WHERE o."ID" = new."ID" AND NOT EXISTS (SELECT 1 FROM "segue_new_Order Items" x WHERE x."ID" = new."ID");
--     UPDATE "segue_new_Order Items" SET ("Straße ""x""", "über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz", "FROM") = (SELECT (upper(o."Straße ""x""")), (o."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz"), (o."select") FROM "Order Items" o WHERE o."ID" = new."ID") WHERE "segue_new_Order Items"."ID" = new."ID";
--   END;
--   CREATE TRIGGER "segue_Order Items_d" AFTER DELETE ON "Order Items" BEGIN
--     DELETE FROM "segue_new_Order Items" WHERE "segue_new_Order Items"."ID" = old."ID" AND NOT EXISTS (SELECT 1 FROM "Order Items" x WHERE x."ID" = old."ID");
--   END;
--   COMMIT;
--   PRAGMA legacy_alter_table = OFF;
--   /* range by range; the first: */ DELETE FROM "segue_old_Order Items" WHERE _rowid_ <= :hi;
--   /* what is left over: */ SELECT EXISTS (SELECT 1 FROM "segue_old_Order Items"), 0, NULL;
--   PRAGMA foreign_keys = OFF;
--   PRAGMA foreign_keys;
--   PRAGMA writable_schema = OFF;
--   PRAGMA legacy_alter_table = OFF;
--   BEGIN IMMEDIATE;
--   DROP TABLE IF EXISTS "segue_old_Order Items";
--   COMMIT;

-- contract/01-gate: no client uses the old version
--   wait, none (reads)
SELECT service, version, seen_at FROM segue_client WHERE version NOT IN ('m1', 'Zweite Version') AND seen_at > strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-10 seconds');

-- contract/02-compare:Order Items: prove that Order Items and its shadow agree
--   scan, none (reads)
/* range by range; the first: */ SELECT quote(o."ID"), quote(o."ID") || ', ' || quote(o."Straße ""x""") || ', ' || quote(o."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz") || ', ' || quote(o."select"), quote(n."ID") || ', ' || quote(n."Straße ""x""") || ', ' || quote(n."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz") || ', ' || quote(n."FROM") FROM "Order Items" o LEFT JOIN "Order Items__Zweite Version" n ON n."ID" = o."ID" WHERE (n."ID" IS NULL OR NOT (((n."Straße ""x""" IS +(upper(o."Straße ""x""")) COLLATE BINARY) OR (o."Straße ""x""" IS +(lower(n."Straße ""x""")) COLLATE BINARY)) AND (n."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" IS o."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" COLLATE BINARY AND n."FROM" IS o."select" COLLATE BINARY))) AND o.rowid > -9223372036854775808 AND o.rowid <= :hi UNION ALL SELECT quote(n."ID"), NULL, quote(n."ID") || ', ' || quote(n."Straße ""x""") || ', ' || quote(n."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz") || ', ' || quote(n."FROM") FROM "Order Items__Zweite Version" n WHERE NOT EXISTS (SELECT 1 FROM "Order Items" o WHERE o."ID" = n."ID") AND n."ID" > -9223372036854775808 AND n."ID" <= :hi;

-- contract/03-swap: the base takes the new shape
--   constant, write lock, O(1)
PRAGMA foreign_keys = OFF;
PRAGMA foreign_keys;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
DROP TABLE IF EXISTS temp.segue_roots;
BEGIN IMMEDIATE;
DROP TRIGGER "segue_Order Items_i";
DROP TRIGGER "segue_Order Items_r";
DROP TRIGGER "segue_Order Items_u1";
DROP TRIGGER "segue_Order Items_u2";
DROP TRIGGER "segue_Order Items_k";
DROP TRIGGER "segue_Order Items_d";
DROP TRIGGER "segue_Order Items__Zweite Version_i";
DROP TRIGGER "segue_Order Items__Zweite Version_r";
DROP TRIGGER "segue_Order Items__Zweite Version_u1";
DROP TRIGGER "segue_Order Items__Zweite Version_u2";
DROP TRIGGER "segue_Order Items__Zweite Version_k";
DROP TRIGGER "segue_Order Items__Zweite Version_d";
CREATE TEMP TABLE segue_roots(name TEXT PRIMARY KEY, rootpage INTEGER);
INSERT INTO temp.segue_roots SELECT name, rootpage FROM main.sqlite_schema WHERE rootpage > 0;
PRAGMA writable_schema = ON;
/* :version is the answer of */ PRAGMA schema_version;
UPDATE main.sqlite_schema SET rootpage = (SELECT rootpage FROM temp.segue_roots WHERE name = 'Order Items__Zweite Version'), sql = 'CREATE TABLE "Order Items" (
  "ID" integer PRIMARY KEY,
  "Straße ""x""" varchar(50),
  "über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" bigint,
  "FROM" text
)' WHERE type = 'table' AND name = 'Order Items' AND sql IS 'CREATE TABLE "Order Items" (
  "ID" integer PRIMARY KEY,
  "Straße ""x""" text,
  "über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" integer,
  "select" text
)';
UPDATE main.sqlite_schema SET name = 'segue_old_Order Items', tbl_name = 'segue_old_Order Items', rootpage = (SELECT rootpage FROM temp.segue_roots WHERE name = 'Order Items'), sql = 'CREATE TABLE "segue_old_Order Items" (
  "ID" integer PRIMARY KEY,
  "Straße ""x""" text,
  "über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" integer,
  "select" text
)' WHERE type = 'table' AND name = 'Order Items__Zweite Version';
UPDATE main.sqlite_schema SET rootpage = (SELECT rootpage FROM temp.segue_roots WHERE name = 'segue_ix_Order Items_1'), sql = 'CREATE INDEX "Idx über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht" ON "Order Items" ("Straße ""x""")' WHERE type = 'index' AND name = 'Idx über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht';
DELETE FROM main.sqlite_schema WHERE type = 'index' AND name IN ('segue_ix_Order Items_1');
INSERT INTO main.sqlite_schema(type, name, tbl_name, rootpage, sql) VALUES ('index', 'segue_old_ix_Order Items_1', 'segue_old_Order Items', (SELECT rootpage FROM temp.segue_roots WHERE name = 'Idx über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht'), 'CREATE INDEX "segue_old_ix_Order Items_1" ON "segue_old_Order Items"("Straße ""x""")');
PRAGMA schema_version = :version + 1;
PRAGMA writable_schema = RESET;
SELECT (SELECT group_concat(rootpage) FROM (SELECT rootpage FROM temp.segue_roots ORDER BY rootpage)) IS (SELECT group_concat(rootpage) FROM (SELECT rootpage FROM main.sqlite_schema WHERE rootpage > 0 ORDER BY rootpage));
SELECT name FROM main.sqlite_schema WHERE type IN ('table', 'index') AND rootpage IS NULL;
SELECT * FROM "Order Items" LIMIT 0;
SELECT * FROM "segue_old_Order Items" LIMIT 0;
SELECT 1 FROM (SELECT * FROM "Order Items" ORDER BY "ID" LIMIT 1) o WHERE NOT EXISTS (SELECT 1 FROM "Order Items" x INDEXED BY "Idx über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht" WHERE x."ID" = o."ID" AND x."Straße ""x""" IS o."Straße ""x""" COLLATE "BINARY");
SELECT 1 FROM (SELECT * FROM "Order Items" ORDER BY "ID" DESC LIMIT 1) o WHERE NOT EXISTS (SELECT 1 FROM "Order Items" x INDEXED BY "Idx über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht" WHERE x."ID" = o."ID" AND x."Straße ""x""" IS o."Straße ""x""" COLLATE "BINARY");
CREATE VIEW "Order Items__Zweite Version" AS SELECT "ID", "Straße ""x""", "über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz", "FROM" FROM "Order Items";
CREATE TRIGGER "segue_view_Order Items_i" INSTEAD OF INSERT ON "Order Items__Zweite Version" BEGIN
  INSERT INTO "Order Items"("ID", "Straße ""x""", "über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz", "FROM") VALUES (new."ID", new."Straße ""x""", new."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz", new."FROM");
END;
CREATE TRIGGER "segue_view_Order Items_u" INSTEAD OF UPDATE ON "Order Items__Zweite Version" BEGIN
  UPDATE "Order Items" SET "ID" = new."ID", "Straße ""x""" = new."Straße ""x""", "über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" = new."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz", "FROM" = new."FROM" WHERE "ID" = old."ID";
END;
CREATE TRIGGER "segue_view_Order Items_d" INSTEAD OF DELETE ON "Order Items__Zweite Version" BEGIN
  DELETE FROM "Order Items" WHERE "ID" = old."ID";
END;
COMMIT;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
DROP TABLE IF EXISTS temp.segue_roots;
-- not reversible

-- contract/04-drain:Order Items: empty what is left of Order Items
--   write, write lock, 1 ms per chunk beside others, 5 ms alone
/* range by range; the first: */ DELETE FROM "segue_old_Order Items" WHERE _rowid_ <= :hi;
/* what is left over: */ SELECT EXISTS (SELECT 1 FROM "segue_old_Order Items"), 0, NULL;
-- not reversible

-- contract/05-cleanup:Order Items: drop what is left of Order Items
--   constant, write lock, O(1)
PRAGMA foreign_keys = OFF;
PRAGMA foreign_keys;
PRAGMA writable_schema = OFF;
PRAGMA legacy_alter_table = OFF;
BEGIN IMMEDIATE;
DROP TABLE IF EXISTS "segue_old_Order Items";
COMMIT;
-- not reversible
