-- migration m1, version Zweite Version
-- clients: from expand on the base table Order Items also has _segue_1_Straße "x", _segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95, _segue: SELECT * of base clients shows more, a prepared one fails once (0A000), and COPY into it without a column list fails (22P04)
-- clients: at contract the replaced column of Order Items comes last in the base table: INSERT without a column list in base clients would store values in the wrong columns

-- expand/01-create_functions: functions of `up` and `down`
--   constant, none
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL search_path = "public", pg_catalog;
CREATE OR REPLACE FUNCTION "segue"."m1_up_Order Items_Straße ""x"""("Straße ""x""" text) RETURNS character varying
LANGUAGE sql PARALLEL SAFE
BEGIN ATOMIC
  SELECT pg_catalog."varchar"(CAST((upper("Straße ""x""")) AS pg_catalog."varchar"), 54, false);
END;
CREATE OR REPLACE FUNCTION "segue"."m1_up_Order Items_Straße ""x""_raises"("Straße ""x""" text) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $segue$
BEGIN
  PERFORM "segue"."m1_up_Order Items_Straße ""x"""("Straße ""x""");
  RETURN false;
EXCEPTION WHEN OTHERS THEN
  RETURN true;
END
$segue$;
CREATE OR REPLACE FUNCTION "segue"."m1_down_Order Items_Straße ""x"""("Straße ""x""" character varying) RETURNS text
LANGUAGE sql PARALLEL SAFE
BEGIN ATOMIC
  SELECT (lower("Straße ""x"""));
END;
CREATE OR REPLACE FUNCTION "segue"."m1_down_Order Items_Straße ""x""_raises"("Straße ""x""" character varying) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $segue$
BEGIN
  PERFORM "segue"."m1_down_Order Items_Straße ""x"""("Straße ""x""");
  RETURN false;
EXCEPTION WHEN OTHERS THEN
  RETURN true;
END
$segue$;
CREATE OR REPLACE FUNCTION "segue"."m1_up_Order Items_über_sechzig_bytes_lang_ein_name_de_f37c8920"("über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" integer) RETURNS bigint
LANGUAGE sql PARALLEL SAFE
BEGIN ATOMIC
  SELECT (CAST("über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" AS bigint));
END;
CREATE OR REPLACE FUNCTION "segue"."m1_up_Order Items_über_sechzig_bytes_lang_ein_name_de_49825434"("über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" integer) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $segue$
BEGIN
  PERFORM "segue"."m1_up_Order Items_über_sechzig_bytes_lang_ein_name_de_f37c8920"("über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz");
  RETURN false;
EXCEPTION WHEN OTHERS THEN
  RETURN true;
END
$segue$;
CREATE OR REPLACE FUNCTION "segue"."m1_down_Order Items_über_sechzig_bytes_lang_ein_name__2885d627"("über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" bigint) RETURNS integer
LANGUAGE sql PARALLEL SAFE
BEGIN ATOMIC
  SELECT (CAST("über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" AS integer));
END;
CREATE OR REPLACE FUNCTION "segue"."m1_down_Order Items_über_sechzig_bytes_lang_ein_name__34ac3770"("über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" bigint) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $segue$
BEGIN
  PERFORM "segue"."m1_down_Order Items_über_sechzig_bytes_lang_ein_name__2885d627"("über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz");
  RETURN false;
EXCEPTION WHEN OTHERS THEN
  RETURN true;
END
$segue$;
DO $segue_class$
DECLARE weaker text := '';
BEGIN
  BEGIN
    CREATE TABLE segue.class_test ("Straße ""x""" text);
    CREATE INDEX ON segue.class_test ((CAST(pg_catalog."varchar"(CAST((upper("Straße ""x""")) AS pg_catalog."varchar"), 54, false) AS character varying) IS NULL));
    DROP TABLE segue.class_test;
  EXCEPTION WHEN invalid_object_definition OR feature_not_supported THEN
    weaker := weaker || '`up` (upper("Straße ""x""")) ';
  END;
  BEGIN
    CREATE TABLE segue.class_test ("Straße ""x""" character varying);
    CREATE INDEX ON segue.class_test ((CAST((lower("Straße ""x""")) AS text) IS NULL));
    DROP TABLE segue.class_test;
  EXCEPTION WHEN invalid_object_definition OR feature_not_supported THEN
    weaker := weaker || '`down` (lower("Straße ""x""")) ';
  END;
  BEGIN
    CREATE TABLE segue.class_test ("über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" integer);
    CREATE INDEX ON segue.class_test ((CAST((CAST("über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" AS bigint)) AS bigint) IS NULL));
    DROP TABLE segue.class_test;
  EXCEPTION WHEN invalid_object_definition OR feature_not_supported THEN
    weaker := weaker || '`up` (CAST("über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" AS bigint)) ';
  END;
  BEGIN
    CREATE TABLE segue.class_test ("über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" bigint);
    CREATE INDEX ON segue.class_test ((CAST((CAST("über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" AS integer)) AS integer) IS NULL));
    DROP TABLE segue.class_test;
  EXCEPTION WHEN invalid_object_definition OR feature_not_supported THEN
    weaker := weaker || '`down` (CAST("über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" AS integer)) ';
  END;
  PERFORM pg_catalog.set_config('segue.weaker', weaker, true);
END
$segue_class$;
SELECT pg_catalog.current_setting('segue.weaker');
SET LOCAL search_path = pg_catalog;
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL search_path = pg_catalog;
--   DROP FUNCTION IF EXISTS "segue"."m1_up_Order Items_Straße ""x""_raises"(text);
--   DROP FUNCTION IF EXISTS "segue"."m1_up_Order Items_Straße ""x"""(text);
--   DROP FUNCTION IF EXISTS "segue"."m1_down_Order Items_Straße ""x""_raises"(character varying);
--   DROP FUNCTION IF EXISTS "segue"."m1_down_Order Items_Straße ""x"""(character varying);
--   DROP FUNCTION IF EXISTS "segue"."m1_up_Order Items_über_sechzig_bytes_lang_ein_name_de_49825434"(integer);
--   DROP FUNCTION IF EXISTS "segue"."m1_up_Order Items_über_sechzig_bytes_lang_ein_name_de_f37c8920"(integer);
--   DROP FUNCTION IF EXISTS "segue"."m1_down_Order Items_über_sechzig_bytes_lang_ein_name__34ac3770"(bigint);
--   DROP FUNCTION IF EXISTS "segue"."m1_down_Order Items_über_sechzig_bytes_lang_ein_name__2885d627"(bigint);
--   COMMIT;

-- expand/02-create_version: schema of version Zweite Version, refusing until publish
--   constant, none on tables
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
CREATE SCHEMA IF NOT EXISTS "public_Zweite Version";
GRANT USAGE ON SCHEMA "public_Zweite Version" TO PUBLIC;
DROP VIEW IF EXISTS "public_Zweite Version"."Order Items";
SET LOCAL search_path = "public", pg_catalog;
CREATE OR REPLACE VIEW "public_Zweite Version"."Order Items" AS
SELECT r."ID", r."Straße ""x""", r."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz", r."FROM"
FROM segue.refuse_rows('Zweite Version', 'not served yet') AS r("ID" integer, "Straße ""x""" character varying(50), "über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" bigint, "FROM" text);
SELECT segue.copy_privileges('"public"."Order Items"', '"public_Zweite Version"."Order Items"');
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL search_path = "public", pg_catalog;
--   CREATE OR REPLACE VIEW "public_Zweite Version"."Order Items" AS
--   SELECT r."ID", r."Straße ""x""", r."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz", r."FROM"
--   FROM segue.refuse_rows('Zweite Version', 'taken back') AS r("ID" integer, "Straße ""x""" character varying(50), "über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" bigint, "FROM" text);
--   SELECT segue.copy_privileges('"public"."Order Items"', '"public_Zweite Version"."Order Items"');
--   COMMIT;

-- expand/03-install_sync:Order Items: new columns of Order Items with one-way sync
--   constant, ACCESS EXCLUSIVE, milliseconds, by the ladder; a column beside the column: the cheapest dual-write
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 3000;
LOCK TABLE "public"."Order Items" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public"."Order Items" IN ACCESS EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
SET LOCAL search_path = "public", pg_catalog;
ALTER TABLE "public"."Order Items"
  ADD COLUMN "_segue_1_Straße ""x""" character varying(50),
  ADD COLUMN "_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95" bigint,
  ADD COLUMN "_segue" smallint;
SET LOCAL search_path = pg_catalog;
CREATE OR REPLACE FUNCTION "segue"."sync_insert_public_Order Items"() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
DECLARE
  version smallint := NEW."_segue";
BEGIN
  NEW."_segue" := NULL;
  BEGIN
    NEW."_segue_1_Straße ""x""" := "segue"."m1_up_Order Items_Straße ""x"""(NEW."Straße ""x""");
  EXCEPTION WHEN OTHERS THEN
    NEW."_segue_1_Straße ""x""" := NULL;
    PERFORM segue.note_event('m1', 'up_failed', 'Order Items._segue_1_Straße "x"');
  END;
  BEGIN
    NEW."_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95" := "segue"."m1_up_Order Items_über_sechzig_bytes_lang_ein_name_de_f37c8920"(NEW."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz");
  EXCEPTION WHEN OTHERS THEN
    NEW."_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95" := NULL;
    PERFORM segue.note_event('m1', 'up_failed', 'Order Items._segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95');
  END;
  RETURN NEW;
END
$segue$;
CREATE OR REPLACE FUNCTION "segue"."sync_update_public_Order Items"() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
DECLARE
  old_changed boolean;
  new_changed boolean;
BEGIN
  IF NEW."Straße ""x""" IS DISTINCT FROM OLD."Straße ""x""" OR NEW."_segue_1_Straße ""x""" IS NULL THEN
    BEGIN
      NEW."_segue_1_Straße ""x""" := "segue"."m1_up_Order Items_Straße ""x"""(NEW."Straße ""x""");
    EXCEPTION WHEN OTHERS THEN
      NEW."_segue_1_Straße ""x""" := NULL;
      PERFORM segue.note_event('m1', 'up_failed', 'Order Items._segue_1_Straße "x"');
    END;
    NULL;
  END IF;
  IF NEW."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" IS DISTINCT FROM OLD."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" OR NEW."_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95" IS NULL THEN
    BEGIN
      NEW."_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95" := "segue"."m1_up_Order Items_über_sechzig_bytes_lang_ein_name_de_f37c8920"(NEW."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz");
    EXCEPTION WHEN OTHERS THEN
      NEW."_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95" := NULL;
      PERFORM segue.note_event('m1', 'up_failed', 'Order Items._segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95');
    END;
    NULL;
  END IF;
  RETURN NEW;
END
$segue$;
CREATE OR REPLACE TRIGGER "~segue_insert" BEFORE INSERT ON "public"."Order Items"
FOR EACH ROW EXECUTE FUNCTION "segue"."sync_insert_public_Order Items"();
CREATE OR REPLACE TRIGGER "~segue_update" BEFORE UPDATE ON "public"."Order Items"
FOR EACH ROW WHEN (NEW."Straße ""x""" IS DISTINCT FROM OLD."Straße ""x"""
    OR NEW."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" IS DISTINCT FROM OLD."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz"
    OR NEW."_segue_1_Straße ""x""" IS NULL
    OR NEW."_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95" IS NULL)
EXECUTE FUNCTION "segue"."sync_update_public_Order Items"();
ALTER TABLE "public"."Order Items" ENABLE ALWAYS TRIGGER "~segue_insert";
ALTER TABLE "public"."Order Items" ENABLE ALWAYS TRIGGER "~segue_update";
SAVEPOINT segue_probe;
SET CONSTRAINTS ALL IMMEDIATE;
SET LOCAL statement_timeout = 200;
SET LOCAL search_path = pg_catalog, "public";
SELECT deviation FROM (
  SELECT 'trigger ' || wanted || ' is missing or not ENABLE ALWAYS' AS deviation
  FROM unnest(ARRAY['~segue_insert', '~segue_update']) AS wanted
  WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_trigger t
    WHERE t.tgrelid = '"public"."Order Items"'::regclass AND t.tgname = wanted AND t.tgenabled = 'A')
  UNION ALL
  SELECT 'trigger ' || t.tgname || ' fires after ours or changes the row'
  FROM pg_catalog.pg_trigger t
  WHERE t.tgrelid = '"public"."Order Items"'::regclass AND NOT t.tgisinternal AND t.tgtype & 3 = 3
    AND t.tgtype & 20 <> 0 AND t.tgname NOT IN ('~segue_insert', '~segue_update')
  UNION ALL
  SELECT 'the table has children' FROM pg_catalog.pg_inherits WHERE inhparent = '"public"."Order Items"'::regclass
  UNION ALL
  SELECT 'row security was switched on, and the view ' || v.oid::regclass || ' shows every row'
  FROM pg_catalog.pg_class t
  JOIN pg_catalog.pg_depend d ON d.refobjid = t.oid AND d.refobjsubid > 0
    AND d.refclassid = 'pg_class'::regclass AND d.classid = 'pg_rewrite'::regclass
  JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid
  JOIN pg_catalog.pg_class v ON v.oid = r.ev_class
  WHERE t.oid = '"public"."Order Items"'::regclass AND t.relrowsecurity
    AND v.relnamespace = 'segue'::regnamespace
    AND NOT coalesce(v.reloptions @> ARRAY['security_invoker=true'], false)
) AS found;
WITH one AS MATERIALIZED (
    SELECT ctid AS _segue_at, "Straße ""x""" FROM ONLY "public"."Order Items" LIMIT 1),
  source AS MATERIALIZED (
    SELECT one._segue_at, other."Straße ""x""" AS _segue_v1
    FROM one, (SELECT "Straße ""x""" FROM ONLY "public"."Order Items" LIMIT 100) AS other
    WHERE (one."Straße ""x""" IS DISTINCT FROM other."Straße ""x""") LIMIT 1)
UPDATE ONLY "public"."Order Items" AS t SET "Straße ""x""" = source._segue_v1
FROM source WHERE t.ctid = source._segue_at
RETURNING (("_segue_1_Straße ""x""" IS DISTINCT FROM "segue"."m1_up_Order Items_Straße ""x"""("Straße ""x""")) AND NOT "segue"."m1_up_Order Items_Straße ""x""_raises"("Straße ""x"""))::text;
WITH one AS MATERIALIZED (
    SELECT ctid AS _segue_at, "über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" FROM ONLY "public"."Order Items" LIMIT 1),
  source AS MATERIALIZED (
    SELECT one._segue_at, other."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" AS _segue_v1
    FROM one, (SELECT "über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" FROM ONLY "public"."Order Items" LIMIT 100) AS other
    WHERE (one."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" IS DISTINCT FROM other."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz") LIMIT 1)
UPDATE ONLY "public"."Order Items" AS t SET "über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" = source._segue_v1
FROM source WHERE t.ctid = source._segue_at
RETURNING (("_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95" IS DISTINCT FROM "segue"."m1_up_Order Items_über_sechzig_bytes_lang_ein_name_de_f37c8920"("über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz")) AND NOT "segue"."m1_up_Order Items_über_sechzig_bytes_lang_ein_name_de_49825434"("über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz"))::text;
ROLLBACK TO SAVEPOINT segue_probe;
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL lock_timeout = 3000;
--   LOCK TABLE "public"."Order Items" IN SHARE UPDATE EXCLUSIVE MODE;
--   LOCK TABLE "public"."Order Items" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   SET LOCAL lock_timeout = 5;
--   DROP TRIGGER IF EXISTS "~segue_insert" ON "public"."Order Items";
--   DROP TRIGGER IF EXISTS "~segue_update" ON "public"."Order Items";
--   DROP FUNCTION IF EXISTS "segue"."sync_insert_public_Order Items"();
--   DROP FUNCTION IF EXISTS "segue"."sync_update_public_Order Items"();
--   ALTER TABLE "public"."Order Items"
--     DROP COLUMN "_segue_1_Straße ""x""",
--     DROP COLUMN "_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95",
--     DROP COLUMN "_segue";
--   COMMIT;

-- migrate/01-backfill:Order Items: fill the new columns of Order Items
--   write, ROW EXCLUSIVE, rows of one chunk; in block ranges, computed in place
SET synchronous_commit = off;
SET search_path = pg_catalog, "public";
SET lock_timeout = 500;
/* range by range; the first: */ UPDATE ONLY "public"."Order Items" SET "_segue_1_Straße ""x""" = CASE WHEN "_segue_1_Straße ""x""" IS NULL THEN "segue"."m1_up_Order Items_Straße ""x"""("Straße ""x""") ELSE "_segue_1_Straße ""x""" END, "_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95" = CASE WHEN "_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95" IS NULL THEN "segue"."m1_up_Order Items_über_sechzig_bytes_lang_ein_name_de_f37c8920"("über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz") ELSE "_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95" END
WHERE ctid >= '(0,0)'::tid AND ctid < '(1,0)'::tid AND (("_segue_1_Straße ""x""" IS NULL AND "segue"."m1_up_Order Items_Straße ""x"""("Straße ""x""") IS NOT NULL) OR ("_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95" IS NULL AND "segue"."m1_up_Order Items_über_sechzig_bytes_lang_ein_name_de_f37c8920"("über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz") IS NOT NULL));
/* what is left over, range by range: */ SELECT count(*) FILTER (WHERE (("_segue_1_Straße ""x""" IS NULL AND CASE WHEN "segue"."m1_up_Order Items_Straße ""x""_raises"("Straße ""x""") THEN false ELSE "segue"."m1_up_Order Items_Straße ""x"""("Straße ""x""") IS NOT NULL END) OR ("_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95" IS NULL AND CASE WHEN "segue"."m1_up_Order Items_über_sechzig_bytes_lang_ein_name_de_49825434"("über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz") THEN false ELSE "segue"."m1_up_Order Items_über_sechzig_bytes_lang_ein_name_de_f37c8920"("über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz") IS NOT NULL END))), count(*) FILTER (WHERE ("_segue_1_Straße ""x""" IS NULL AND "segue"."m1_up_Order Items_Straße ""x""_raises"("Straße ""x""")) OR ("_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95" IS NULL AND "segue"."m1_up_Order Items_über_sechzig_bytes_lang_ein_name_de_49825434"("über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz"))),
  min(ROW("ID")::text) FILTER (WHERE ("_segue_1_Straße ""x""" IS NULL AND "segue"."m1_up_Order Items_Straße ""x""_raises"("Straße ""x""")) OR ("_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95" IS NULL AND "segue"."m1_up_Order Items_über_sechzig_bytes_lang_ein_name_de_49825434"("über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz")))
FROM ONLY "public"."Order Items" WHERE ctid >= '(0,0)'::tid AND ctid < '(1,0)'::tid AND ("_segue_1_Straße ""x""" IS NULL OR "_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95" IS NULL);
SET synchronous_commit = on;
SET lock_timeout = 0;
SET search_path = pg_catalog;

-- migrate/02-build_index:Order Items.rebuild:Idx über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht: build index Idx über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht
--   index_build, SHARE UPDATE EXCLUSIVE; concurrently: no write waits
SET lock_timeout = 0;
SET search_path = "public", pg_catalog;
CREATE INDEX CONCURRENTLY "_segue_1_Idx über_sechzig_bytes_lang_ein_name_der_bis_bb40a851" ON "public"."Order Items" USING btree ("_segue_1_Straße ""x""");
SET search_path = pg_catalog;
-- inverse:
--   DROP INDEX CONCURRENTLY IF EXISTS "public"."_segue_1_Idx über_sechzig_bytes_lang_ein_name_der_bis_bb40a851";

-- migrate/03-analyze:Order Items: statistics of Order Items
--   scan, SHARE UPDATE EXCLUSIVE
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
ANALYZE "public"."Order Items";
COMMIT;

-- migrate/04-compare:Order Items: prove that both sides of Order Items agree
--   scan, ACCESS SHARE
/* range by range; the first: */ SELECT ROW("ID")::text, concat_ws(' ', ROW("Straße ""x""")::text, ROW("über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz")::text), concat_ws(' ', ROW("_segue_1_Straße ""x""")::text, ROW("_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95")::text), (((NOT ("_segue_1_Straße ""x""" IS DISTINCT FROM "segue"."m1_up_Order Items_Straße ""x"""("Straße ""x"""))) OR (NOT ("Straße ""x""" IS DISTINCT FROM "segue"."m1_down_Order Items_Straße ""x"""("_segue_1_Straße ""x""")))) AND ((NOT ("_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95" IS DISTINCT FROM "segue"."m1_up_Order Items_über_sechzig_bytes_lang_ein_name_de_f37c8920"("über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz"))) OR (NOT ("über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" IS DISTINCT FROM "segue"."m1_down_Order Items_über_sechzig_bytes_lang_ein_name__2885d627"("_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95"))))) FROM ONLY "public"."Order Items" WHERE ctid >= '(0,0)'::tid AND ctid < '(1,0)'::tid AND (NOT ((NOT ("_segue_1_Straße ""x""" IS DISTINCT FROM "segue"."m1_up_Order Items_Straße ""x"""("Straße ""x"""))) OR (NOT ("Straße ""x""" IS DISTINCT FROM "segue"."m1_down_Order Items_Straße ""x"""("_segue_1_Straße ""x""")))) OR NOT ((NOT ("_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95" IS DISTINCT FROM "segue"."m1_up_Order Items_über_sechzig_bytes_lang_ein_name_de_f37c8920"("über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz"))) OR (NOT ("über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" IS DISTINCT FROM "segue"."m1_down_Order Items_über_sechzig_bytes_lang_ein_name__2885d627"("_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95"))))) ORDER BY 4 LIMIT 10;

-- migrate/05-horizon: wait for snapshots older than the backfill
--   wait, none
/* :horizon is the answer of */ SELECT pg_catalog.pg_current_xact_id()::text::bigint & 4294967295;
SELECT pid::text, coalesce(usename, ''), coalesce(application_name, ''), kind FROM (
  SELECT a.pid, a.usename, a.application_name, 'session' AS kind, a.backend_xmin AS held
  FROM pg_catalog.pg_stat_activity a
  WHERE a.backend_xmin IS NOT NULL AND a.pid <> pg_catalog.pg_backend_pid()
    AND (a.datname = current_database() OR a.backend_type = 'walsender')
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_vacuum v WHERE v.pid = a.pid)
  UNION ALL
  SELECT s.active_pid, NULL, s.slot_name::text, 'replication slot', s.xmin
  FROM pg_catalog.pg_replication_slots s WHERE s.xmin IS NOT NULL) AS holder
WHERE age(held) > age(':horizon'::xid);

-- migrate/06-publish: serve version Zweite Version, two-way sync
--   constant, SHARE ROW EXCLUSIVE, milliseconds, by the ladder
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 3000;
LOCK TABLE "public"."Order Items" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public_Zweite Version"."Order Items" IN ACCESS EXCLUSIVE MODE NOWAIT;
LOCK TABLE "public"."Order Items" IN SHARE ROW EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
CREATE OR REPLACE FUNCTION "segue"."sync_insert_public_Order Items"() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
DECLARE
  version smallint := NEW."_segue";
BEGIN
  NEW."_segue" := NULL;
  IF version IS NULL THEN
    IF NEW."_segue_1_Straße ""x""" IS NULL THEN
      NEW."_segue_1_Straße ""x""" := "segue"."m1_up_Order Items_Straße ""x"""(NEW."Straße ""x""");
    END IF;
    IF NEW."_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95" IS NULL THEN
      NEW."_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95" := "segue"."m1_up_Order Items_über_sechzig_bytes_lang_ein_name_de_f37c8920"(NEW."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz");
    END IF;
    NULL;
  ELSE
    IF version >= 1 THEN
      NEW."Straße ""x""" := "segue"."m1_down_Order Items_Straße ""x"""(NEW."_segue_1_Straße ""x""");
      NEW."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" := "segue"."m1_down_Order Items_über_sechzig_bytes_lang_ein_name__2885d627"(NEW."_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95");
      NULL;
    END IF;
    IF version < 1 THEN
      NEW."_segue_1_Straße ""x""" := "segue"."m1_up_Order Items_Straße ""x"""(NEW."Straße ""x""");
      NEW."_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95" := "segue"."m1_up_Order Items_über_sechzig_bytes_lang_ein_name_de_f37c8920"(NEW."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz");
      NULL;
    END IF;
    NULL;
  END IF;
  RETURN NEW;
END
$segue$;
CREATE OR REPLACE FUNCTION "segue"."sync_update_public_Order Items"() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
DECLARE
  old_changed boolean;
  new_changed boolean;
  settled_1_0 boolean := false;
  settled_1_1 boolean := false;
BEGIN
  old_changed := NEW."Straße ""x""" IS DISTINCT FROM OLD."Straße ""x""";
  new_changed := NEW."_segue_1_Straße ""x""" IS DISTINCT FROM OLD."_segue_1_Straße ""x""";
  settled_1_0 := old_changed OR new_changed;
  IF old_changed AND NOT new_changed THEN
    NEW."_segue_1_Straße ""x""" := "segue"."m1_up_Order Items_Straße ""x"""(NEW."Straße ""x""");
    NULL;
  ELSIF new_changed AND NOT old_changed THEN
    NEW."Straße ""x""" := "segue"."m1_down_Order Items_Straße ""x"""(NEW."_segue_1_Straße ""x""");
    NULL;
  ELSIF old_changed AND new_changed THEN
    IF (NEW."_segue_1_Straße ""x""" IS DISTINCT FROM "segue"."m1_up_Order Items_Straße ""x"""(NEW."Straße ""x""")) AND (NEW."Straße ""x""" IS DISTINCT FROM "segue"."m1_down_Order Items_Straße ""x"""(NEW."_segue_1_Straße ""x""")) THEN
      NEW."_segue_1_Straße ""x""" := "segue"."m1_up_Order Items_Straße ""x"""(NEW."Straße ""x""");
      PERFORM segue.note_event('m1', 'both_sides_changed', 'Order Items');
    END IF;
    NULL;
  END IF;
  old_changed := NEW."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" IS DISTINCT FROM OLD."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz";
  new_changed := NEW."_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95" IS DISTINCT FROM OLD."_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95";
  settled_1_1 := old_changed OR new_changed;
  IF old_changed AND NOT new_changed THEN
    NEW."_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95" := "segue"."m1_up_Order Items_über_sechzig_bytes_lang_ein_name_de_f37c8920"(NEW."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz");
    NULL;
  ELSIF new_changed AND NOT old_changed THEN
    NEW."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" := "segue"."m1_down_Order Items_über_sechzig_bytes_lang_ein_name__2885d627"(NEW."_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95");
    NULL;
  ELSIF old_changed AND new_changed THEN
    IF (NEW."_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95" IS DISTINCT FROM "segue"."m1_up_Order Items_über_sechzig_bytes_lang_ein_name_de_f37c8920"(NEW."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz")) AND (NEW."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" IS DISTINCT FROM "segue"."m1_down_Order Items_über_sechzig_bytes_lang_ein_name__2885d627"(NEW."_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95")) THEN
      NEW."_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95" := "segue"."m1_up_Order Items_über_sechzig_bytes_lang_ein_name_de_f37c8920"(NEW."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz");
      PERFORM segue.note_event('m1', 'both_sides_changed', 'Order Items');
    END IF;
    NULL;
  END IF;
  RETURN NEW;
END
$segue$;
CREATE OR REPLACE TRIGGER "~segue_insert" BEFORE INSERT ON "public"."Order Items"
FOR EACH ROW EXECUTE FUNCTION "segue"."sync_insert_public_Order Items"();
CREATE OR REPLACE TRIGGER "~segue_update" BEFORE UPDATE ON "public"."Order Items"
FOR EACH ROW WHEN (NEW."Straße ""x""" IS DISTINCT FROM OLD."Straße ""x"""
    OR NEW."_segue_1_Straße ""x""" IS DISTINCT FROM OLD."_segue_1_Straße ""x"""
    OR NEW."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" IS DISTINCT FROM OLD."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz"
    OR NEW."_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95" IS DISTINCT FROM OLD."_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95")
EXECUTE FUNCTION "segue"."sync_update_public_Order Items"();
ALTER TABLE "public"."Order Items" ENABLE ALWAYS TRIGGER "~segue_insert";
ALTER TABLE "public"."Order Items" ENABLE ALWAYS TRIGGER "~segue_update";
SET LOCAL search_path = "public", pg_catalog;
CREATE OR REPLACE VIEW "segue"."public_Order Items__1" AS
SELECT "ID", "_segue_1_Straße ""x""" AS "Straße ""x""", "_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95" AS "über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz", "select" AS "FROM", "_segue"
FROM "public"."Order Items";
ALTER VIEW "segue"."public_Order Items__1" ALTER COLUMN "_segue" SET DEFAULT 1;
CREATE OR REPLACE VIEW "public_Zweite Version"."Order Items" AS
SELECT "ID", "Straße ""x""", "über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz", "FROM"
FROM "segue"."public_Order Items__1";
SELECT segue.copy_privileges('"segue"."public_Order Items__1"', '"segue"."public_Order Items__1"');
SELECT segue.copy_privileges('"public"."Order Items"', '"public_Zweite Version"."Order Items"');
SET LOCAL search_path = pg_catalog;
SAVEPOINT segue_probe;
SET CONSTRAINTS ALL IMMEDIATE;
SET LOCAL statement_timeout = 200;
SET LOCAL search_path = pg_catalog, "public";
SELECT deviation FROM (
  SELECT 'trigger ' || wanted || ' is missing or not ENABLE ALWAYS' AS deviation
  FROM unnest(ARRAY['~segue_insert', '~segue_update']) AS wanted
  WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_trigger t
    WHERE t.tgrelid = '"public"."Order Items"'::regclass AND t.tgname = wanted AND t.tgenabled = 'A')
  UNION ALL
  SELECT 'trigger ' || t.tgname || ' fires after ours or changes the row'
  FROM pg_catalog.pg_trigger t
  WHERE t.tgrelid = '"public"."Order Items"'::regclass AND NOT t.tgisinternal AND t.tgtype & 3 = 3
    AND t.tgtype & 20 <> 0 AND t.tgname NOT IN ('~segue_insert', '~segue_update')
  UNION ALL
  SELECT 'the table has children' FROM pg_catalog.pg_inherits WHERE inhparent = '"public"."Order Items"'::regclass
  UNION ALL
  SELECT 'row security was switched on, and the view ' || v.oid::regclass || ' shows every row'
  FROM pg_catalog.pg_class t
  JOIN pg_catalog.pg_depend d ON d.refobjid = t.oid AND d.refobjsubid > 0
    AND d.refclassid = 'pg_class'::regclass AND d.classid = 'pg_rewrite'::regclass
  JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid
  JOIN pg_catalog.pg_class v ON v.oid = r.ev_class
  WHERE t.oid = '"public"."Order Items"'::regclass AND t.relrowsecurity
    AND v.relnamespace = 'segue'::regnamespace
    AND NOT coalesce(v.reloptions @> ARRAY['security_invoker=true'], false)
) AS found;
WITH one AS MATERIALIZED (
    SELECT ctid AS _segue_at, "Straße ""x""" FROM ONLY "public"."Order Items" LIMIT 1),
  source AS MATERIALIZED (
    SELECT one._segue_at, other."Straße ""x""" AS _segue_v1
    FROM one, (SELECT "Straße ""x""" FROM ONLY "public"."Order Items" LIMIT 100) AS other
    WHERE (one."Straße ""x""" IS DISTINCT FROM other."Straße ""x""") LIMIT 1)
UPDATE ONLY "public"."Order Items" AS t SET "Straße ""x""" = source._segue_v1
FROM source WHERE t.ctid = source._segue_at
RETURNING (("_segue_1_Straße ""x""" IS DISTINCT FROM "segue"."m1_up_Order Items_Straße ""x"""("Straße ""x""")) AND NOT "segue"."m1_up_Order Items_Straße ""x""_raises"("Straße ""x"""))::text;
WITH one AS MATERIALIZED (
    SELECT ctid AS _segue_at, "über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" FROM ONLY "public"."Order Items" LIMIT 1),
  source AS MATERIALIZED (
    SELECT one._segue_at, other."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" AS _segue_v1
    FROM one, (SELECT "über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" FROM ONLY "public"."Order Items" LIMIT 100) AS other
    WHERE (one."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" IS DISTINCT FROM other."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz") LIMIT 1)
UPDATE ONLY "public"."Order Items" AS t SET "über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" = source._segue_v1
FROM source WHERE t.ctid = source._segue_at
RETURNING (("_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95" IS DISTINCT FROM "segue"."m1_up_Order Items_über_sechzig_bytes_lang_ein_name_de_f37c8920"("über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz")) AND NOT "segue"."m1_up_Order Items_über_sechzig_bytes_lang_ein_name_de_49825434"("über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz"))::text;
WITH one AS MATERIALIZED (
    SELECT ctid AS _segue_at, "_segue_1_Straße ""x""" FROM ONLY "public"."Order Items" LIMIT 1),
  source AS MATERIALIZED (
    SELECT one._segue_at, other."_segue_1_Straße ""x""" AS _segue_v1
    FROM one, (SELECT "_segue_1_Straße ""x""" FROM ONLY "public"."Order Items" LIMIT 100) AS other
    WHERE (one."_segue_1_Straße ""x""" IS DISTINCT FROM other."_segue_1_Straße ""x""") LIMIT 1)
UPDATE ONLY "public"."Order Items" AS t SET "_segue_1_Straße ""x""" = source._segue_v1
FROM source WHERE t.ctid = source._segue_at
RETURNING ("Straße ""x""" IS DISTINCT FROM "segue"."m1_down_Order Items_Straße ""x"""("_segue_1_Straße ""x"""))::text;
WITH one AS MATERIALIZED (
    SELECT ctid AS _segue_at, "_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95" FROM ONLY "public"."Order Items" LIMIT 1),
  source AS MATERIALIZED (
    SELECT one._segue_at, other."_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95" AS _segue_v1
    FROM one, (SELECT "_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95" FROM ONLY "public"."Order Items" LIMIT 100) AS other
    WHERE (one."_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95" IS DISTINCT FROM other."_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95") LIMIT 1)
UPDATE ONLY "public"."Order Items" AS t SET "_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95" = source._segue_v1
FROM source WHERE t.ctid = source._segue_at
RETURNING ("über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" IS DISTINCT FROM "segue"."m1_down_Order Items_über_sechzig_bytes_lang_ein_name__2885d627"("_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95"))::text;
ROLLBACK TO SAVEPOINT segue_probe;
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL lock_timeout = 3000;
--   LOCK TABLE "public"."Order Items" IN SHARE UPDATE EXCLUSIVE MODE;
--   LOCK TABLE "public_Zweite Version"."Order Items" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   LOCK TABLE "public"."Order Items" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   SET LOCAL lock_timeout = 5;
--   CREATE OR REPLACE FUNCTION "segue"."sync_insert_public_Order Items"() RETURNS trigger
--   LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
--   DECLARE
--     version smallint := NEW."_segue";
--   BEGIN
--     NEW."_segue" := NULL;
--     BEGIN
--       NEW."_segue_1_Straße ""x""" := "segue"."m1_up_Order Items_Straße ""x"""(NEW."Straße ""x""");
--     EXCEPTION WHEN OTHERS THEN
--       NEW."_segue_1_Straße ""x""" := NULL;
--       PERFORM segue.note_event('m1', 'up_failed', 'Order Items._segue_1_Straße "x"');
--     END;
--     BEGIN
--       NEW."_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95" := "segue"."m1_up_Order Items_über_sechzig_bytes_lang_ein_name_de_f37c8920"(NEW."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz");
--     EXCEPTION WHEN OTHERS THEN
--       NEW."_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95" := NULL;
--       PERFORM segue.note_event('m1', 'up_failed', 'Order Items._segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95');
--     END;
--     RETURN NEW;
--   END
--   $segue$;
--   CREATE OR REPLACE FUNCTION "segue"."sync_update_public_Order Items"() RETURNS trigger
--   LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
--   DECLARE
--     old_changed boolean;
--     new_changed boolean;
--   BEGIN
--     IF NEW."Straße ""x""" IS DISTINCT FROM OLD."Straße ""x""" OR NEW."_segue_1_Straße ""x""" IS NULL THEN
--       BEGIN
--         NEW."_segue_1_Straße ""x""" := "segue"."m1_up_Order Items_Straße ""x"""(NEW."Straße ""x""");
--       EXCEPTION WHEN OTHERS THEN
--         NEW."_segue_1_Straße ""x""" := NULL;
--         PERFORM segue.note_event('m1', 'up_failed', 'Order Items._segue_1_Straße "x"');
--       END;
--       NULL;
--     END IF;
--     IF NEW."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" IS DISTINCT FROM OLD."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" OR NEW."_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95" IS NULL THEN
--       BEGIN
--         NEW."_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95" := "segue"."m1_up_Order Items_über_sechzig_bytes_lang_ein_name_de_f37c8920"(NEW."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz");
--       EXCEPTION WHEN OTHERS THEN
--         NEW."_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95" := NULL;
--         PERFORM segue.note_event('m1', 'up_failed', 'Order Items._segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95');
--       END;
--       NULL;
--     END IF;
--     RETURN NEW;
--   END
--   $segue$;
--   CREATE OR REPLACE TRIGGER "~segue_insert" BEFORE INSERT ON "public"."Order Items"
--   FOR EACH ROW EXECUTE FUNCTION "segue"."sync_insert_public_Order Items"();
--   CREATE OR REPLACE TRIGGER "~segue_update" BEFORE UPDATE ON "public"."Order Items"
--   FOR EACH ROW WHEN (NEW."Straße ""x""" IS DISTINCT FROM OLD."Straße ""x"""
--       OR NEW."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" IS DISTINCT FROM OLD."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz"
--       OR NEW."_segue_1_Straße ""x""" IS NULL
--       OR NEW."_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95" IS NULL)
--   EXECUTE FUNCTION "segue"."sync_update_public_Order Items"();
--   ALTER TABLE "public"."Order Items" ENABLE ALWAYS TRIGGER "~segue_insert";
--   ALTER TABLE "public"."Order Items" ENABLE ALWAYS TRIGGER "~segue_update";
--   SET LOCAL search_path = "public", pg_catalog;
--   CREATE OR REPLACE VIEW "public_Zweite Version"."Order Items" AS
--   SELECT r."ID", r."Straße ""x""", r."über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz", r."FROM"
--   FROM segue.refuse_rows('Zweite Version', 'taken back') AS r("ID" integer, "Straße ""x""" character varying(50), "über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" bigint, "FROM" text);
--   SELECT segue.copy_privileges('"public"."Order Items"', '"public_Zweite Version"."Order Items"');
--   DROP VIEW IF EXISTS "segue"."public_Order Items__1";
--   COMMIT;

-- contract/01-gate: no client on the old version
--   wait, none
SELECT service, 'version ' || version, id, '' FROM segue.client WHERE version NOT IN ('m1', 'Zweite Version') AND seen_at > clock_timestamp() - interval '10 seconds'
UNION ALL
(WITH held AS MATERIALIZED (SELECT * FROM pg_catalog.pg_locks WHERE locktype = 'relation')
SELECT DISTINCT a.pid::text, coalesce(a.usename, ''), coalesce(a.application_name, ''), t.relation::regclass::text
FROM held t JOIN pg_catalog.pg_stat_activity a ON a.pid = t.pid
WHERE t.relation IN ('"public"."Order Items"'::regclass) AND t.pid <> pg_catalog.pg_backend_pid()
  AND t.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
  AND a.backend_type = 'client backend' AND NOT EXISTS (SELECT FROM pg_catalog.pg_locks own WHERE own.pid = t.pid AND own.locktype = 'advisory' AND own.classid = 1397049173 AND own.objid = 2 AND own.objsubid = 2 AND own.granted)
  AND t.mode IN ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock')
  AND NOT EXISTS (SELECT FROM held v JOIN pg_catalog.pg_class c ON c.oid = v.relation
                  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                  WHERE v.pid = t.pid AND n.nspname IN ('public_Zweite Version')));

-- contract/02-compare:Order Items: prove once more that both sides of Order Items agree
--   scan, ACCESS SHARE
/* range by range; the first: */ SELECT ROW("ID")::text, concat_ws(' ', ROW("Straße ""x""")::text, ROW("über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz")::text), concat_ws(' ', ROW("_segue_1_Straße ""x""")::text, ROW("_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95")::text), (((NOT ("_segue_1_Straße ""x""" IS DISTINCT FROM "segue"."m1_up_Order Items_Straße ""x"""("Straße ""x"""))) OR (NOT ("Straße ""x""" IS DISTINCT FROM "segue"."m1_down_Order Items_Straße ""x"""("_segue_1_Straße ""x""")))) AND ((NOT ("_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95" IS DISTINCT FROM "segue"."m1_up_Order Items_über_sechzig_bytes_lang_ein_name_de_f37c8920"("über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz"))) OR (NOT ("über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" IS DISTINCT FROM "segue"."m1_down_Order Items_über_sechzig_bytes_lang_ein_name__2885d627"("_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95"))))) FROM ONLY "public"."Order Items" WHERE ctid >= '(0,0)'::tid AND ctid < '(1,0)'::tid AND (NOT ((NOT ("_segue_1_Straße ""x""" IS DISTINCT FROM "segue"."m1_up_Order Items_Straße ""x"""("Straße ""x"""))) OR (NOT ("Straße ""x""" IS DISTINCT FROM "segue"."m1_down_Order Items_Straße ""x"""("_segue_1_Straße ""x""")))) OR NOT ((NOT ("_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95" IS DISTINCT FROM "segue"."m1_up_Order Items_über_sechzig_bytes_lang_ein_name_de_f37c8920"("über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz"))) OR (NOT ("über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz" IS DISTINCT FROM "segue"."m1_down_Order Items_über_sechzig_bytes_lang_ein_name__2885d627"("_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95"))))) ORDER BY 4 LIMIT 10;

-- contract/03-swap: the base takes the new shape
--   constant, ACCESS EXCLUSIVE, milliseconds, by the ladder
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 3000;
LOCK TABLE "public"."Order Items" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public_Zweite Version"."Order Items" IN ACCESS EXCLUSIVE MODE NOWAIT;
LOCK TABLE "public"."Order Items" IN ACCESS EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
SET LOCAL search_path = "public", pg_catalog;
DROP TRIGGER IF EXISTS "~segue_insert" ON "public"."Order Items";
DROP TRIGGER IF EXISTS "~segue_update" ON "public"."Order Items";
DROP FUNCTION IF EXISTS "segue"."sync_insert_public_Order Items"();
DROP FUNCTION IF EXISTS "segue"."sync_update_public_Order Items"();
CREATE OR REPLACE VIEW "public_Zweite Version"."Order Items" AS
SELECT "ID", "_segue_1_Straße ""x""" AS "Straße ""x""", "_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95" AS "über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz", "select" AS "FROM"
FROM "public"."Order Items";
SELECT segue.copy_privileges('"public"."Order Items"', '"public_Zweite Version"."Order Items"');
DROP VIEW IF EXISTS "segue"."public_Order Items__1";
ALTER TABLE "public"."Order Items"
  DROP COLUMN "Straße ""x""",
  DROP COLUMN "über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz",
  DROP COLUMN "_segue";
ALTER TABLE "public"."Order Items" RENAME COLUMN "_segue_1_Straße ""x""" TO "Straße ""x""";
ALTER TABLE "public"."Order Items" RENAME COLUMN "_segue_1_über_sechzig_bytes_lang_ein_name_der_bis_zum_e4354f95" TO "über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht_xyz";
ALTER TABLE "public"."Order Items" RENAME COLUMN "select" TO "FROM";
ALTER INDEX "public"."_segue_1_Idx über_sechzig_bytes_lang_ein_name_der_bis_bb40a851" RENAME TO "Idx über_sechzig_bytes_lang_ein_name_der_bis_zum_rand_reicht";
SET LOCAL search_path = pg_catalog;
COMMIT;
-- not reversible

-- contract/04-cleanup: functions of `up` and `down` go
--   constant, none on tables
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL search_path = pg_catalog;
DROP FUNCTION IF EXISTS "segue"."m1_up_Order Items_Straße ""x""_raises"(text);
DROP FUNCTION IF EXISTS "segue"."m1_up_Order Items_Straße ""x"""(text);
DROP FUNCTION IF EXISTS "segue"."m1_down_Order Items_Straße ""x""_raises"(character varying);
DROP FUNCTION IF EXISTS "segue"."m1_down_Order Items_Straße ""x"""(character varying);
DROP FUNCTION IF EXISTS "segue"."m1_up_Order Items_über_sechzig_bytes_lang_ein_name_de_49825434"(integer);
DROP FUNCTION IF EXISTS "segue"."m1_up_Order Items_über_sechzig_bytes_lang_ein_name_de_f37c8920"(integer);
DROP FUNCTION IF EXISTS "segue"."m1_down_Order Items_über_sechzig_bytes_lang_ein_name__34ac3770"(bigint);
DROP FUNCTION IF EXISTS "segue"."m1_down_Order Items_über_sechzig_bytes_lang_ein_name__2885d627"(bigint);
COMMIT;
-- not reversible
