-- migration m1, version m1
-- clients: from expand on the base table bookings also has _segue_1_during, _segue: SELECT * of base clients shows more, a prepared one fails once (0A000), and COPY into it without a column list fails (22P04)
-- clients: at contract the replaced column of bookings comes last in the base table: INSERT without a column list in base clients would store values in the wrong columns

-- expand/01-create_functions: functions of `up` and `down`
--   constant, none
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL search_path = "public", pg_catalog;
CREATE OR REPLACE FUNCTION "segue"."m1_up_bookings_during"("during" int4range) RETURNS int8range
LANGUAGE sql PARALLEL SAFE
BEGIN ATOMIC
  SELECT (int8range(lower("during"), upper("during")));
END;
CREATE OR REPLACE FUNCTION "segue"."m1_up_bookings_during_raises"("during" int4range) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $segue$
BEGIN
  PERFORM "segue"."m1_up_bookings_during"("during");
  RETURN false;
EXCEPTION WHEN OTHERS THEN
  RETURN true;
END
$segue$;
CREATE OR REPLACE FUNCTION "segue"."m1_down_bookings_during"("during" int8range) RETURNS int4range
LANGUAGE sql PARALLEL SAFE
BEGIN ATOMIC
  SELECT (int4range(lower("during")::integer, upper("during")::integer));
END;
CREATE OR REPLACE FUNCTION "segue"."m1_down_bookings_during_raises"("during" int8range) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $segue$
BEGIN
  PERFORM "segue"."m1_down_bookings_during"("during");
  RETURN false;
EXCEPTION WHEN OTHERS THEN
  RETURN true;
END
$segue$;
DO $segue_class$
DECLARE weaker text := '';
BEGIN
  BEGIN
    CREATE TABLE segue.class_test ("during" int4range);
    CREATE INDEX ON segue.class_test ((CAST((int8range(lower("during"), upper("during"))) AS int8range) IS NULL));
    DROP TABLE segue.class_test;
  EXCEPTION WHEN invalid_object_definition OR feature_not_supported THEN
    weaker := weaker || '`up` (int8range(lower(during), upper(during))) ';
  END;
  BEGIN
    CREATE TABLE segue.class_test ("during" int8range);
    CREATE INDEX ON segue.class_test ((CAST((int4range(lower("during")::integer, upper("during")::integer)) AS int4range) IS NULL));
    DROP TABLE segue.class_test;
  EXCEPTION WHEN invalid_object_definition OR feature_not_supported THEN
    weaker := weaker || '`down` (int4range(lower(during)::integer, upper(during)::integer)) ';
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
--   DROP FUNCTION IF EXISTS "segue"."m1_up_bookings_during_raises"(int4range);
--   DROP FUNCTION IF EXISTS "segue"."m1_up_bookings_during"(int4range);
--   DROP FUNCTION IF EXISTS "segue"."m1_down_bookings_during_raises"(int8range);
--   DROP FUNCTION IF EXISTS "segue"."m1_down_bookings_during"(int8range);
--   COMMIT;

-- expand/02-create_version: schema of version m1, refusing until publish
--   constant, none on tables
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
CREATE SCHEMA IF NOT EXISTS "public_m1";
GRANT USAGE ON SCHEMA "public_m1" TO PUBLIC;
DROP VIEW IF EXISTS "public_m1"."bookings";
SET LOCAL search_path = "public", pg_catalog;
CREATE OR REPLACE VIEW "public_m1"."bookings" AS
SELECT r."id", r."during", r."room", r."note"
FROM segue.refuse_rows('m1', 'not served yet') AS r("id" integer, "during" int8range, "room" int4range, "note" text);
SELECT segue.copy_privileges('"public"."bookings"', '"public_m1"."bookings"');
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL search_path = "public", pg_catalog;
--   CREATE OR REPLACE VIEW "public_m1"."bookings" AS
--   SELECT r."id", r."during", r."room", r."note"
--   FROM segue.refuse_rows('m1', 'taken back') AS r("id" integer, "during" int8range, "room" int4range, "note" text);
--   SELECT segue.copy_privileges('"public"."bookings"', '"public_m1"."bookings"');
--   COMMIT;

-- expand/03-install_sync:bookings: new columns of bookings with one-way sync
--   constant, ACCESS EXCLUSIVE, milliseconds, by the ladder; a column beside the column: the cheapest dual-write
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 3000;
LOCK TABLE "public"."bookings" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public"."bookings" IN ACCESS EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
SET LOCAL search_path = "public", pg_catalog;
ALTER TABLE "public"."bookings"
  ADD COLUMN "_segue_1_during" int8range,
  ADD COLUMN "_segue" smallint;
SET LOCAL search_path = pg_catalog;
CREATE OR REPLACE FUNCTION "segue"."sync_insert_public_bookings"() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
DECLARE
  version smallint := NEW."_segue";
BEGIN
  NEW."_segue" := NULL;
  BEGIN
    NEW."_segue_1_during" := "segue"."m1_up_bookings_during"(NEW."during");
  EXCEPTION WHEN OTHERS THEN
    NEW."_segue_1_during" := NULL;
    PERFORM segue.note_event('m1', 'up_failed', 'bookings._segue_1_during');
  END;
  RETURN NEW;
END
$segue$;
CREATE OR REPLACE FUNCTION "segue"."sync_update_public_bookings"() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
DECLARE
  old_changed boolean;
  new_changed boolean;
BEGIN
  IF pg_catalog.record_image_ne(ROW(NEW."during"), ROW(OLD."during")) OR NEW."_segue_1_during" IS NULL THEN
    BEGIN
      NEW."_segue_1_during" := "segue"."m1_up_bookings_during"(NEW."during");
    EXCEPTION WHEN OTHERS THEN
      NEW."_segue_1_during" := NULL;
      PERFORM segue.note_event('m1', 'up_failed', 'bookings._segue_1_during');
    END;
    NULL;
  END IF;
  RETURN NEW;
END
$segue$;
CREATE OR REPLACE TRIGGER "~segue_insert" BEFORE INSERT ON "public"."bookings"
FOR EACH ROW EXECUTE FUNCTION "segue"."sync_insert_public_bookings"();
CREATE OR REPLACE TRIGGER "~segue_update" BEFORE UPDATE ON "public"."bookings"
FOR EACH ROW WHEN (pg_catalog.record_image_ne(ROW(NEW."during"), ROW(OLD."during"))
    OR NEW."_segue_1_during" IS NULL)
EXECUTE FUNCTION "segue"."sync_update_public_bookings"();
ALTER TABLE "public"."bookings" ENABLE ALWAYS TRIGGER "~segue_insert";
ALTER TABLE "public"."bookings" ENABLE ALWAYS TRIGGER "~segue_update";
SAVEPOINT segue_probe;
SET CONSTRAINTS ALL IMMEDIATE;
SET LOCAL statement_timeout = 200;
SET LOCAL search_path = pg_catalog, "public";
SELECT deviation FROM (
  SELECT 'trigger ' || wanted || ' is missing or not ENABLE ALWAYS' AS deviation
  FROM unnest(ARRAY['~segue_insert', '~segue_update']) AS wanted
  WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_trigger t
    WHERE t.tgrelid = '"public"."bookings"'::regclass AND t.tgname = wanted AND t.tgenabled = 'A')
  UNION ALL
  SELECT 'trigger ' || t.tgname || ' fires after ours or changes the row'
  FROM pg_catalog.pg_trigger t
  WHERE t.tgrelid = '"public"."bookings"'::regclass AND NOT t.tgisinternal AND t.tgtype & 3 = 3
    AND t.tgtype & 20 <> 0 AND t.tgname NOT IN ('~segue_insert', '~segue_update')
  UNION ALL
  SELECT 'the table has children' FROM pg_catalog.pg_inherits WHERE inhparent = '"public"."bookings"'::regclass
  UNION ALL
  SELECT 'row security was switched on, and the view ' || v.oid::regclass || ' shows every row'
  FROM pg_catalog.pg_class t
  JOIN pg_catalog.pg_depend d ON d.refobjid = t.oid AND d.refobjsubid > 0
    AND d.refclassid = 'pg_class'::regclass AND d.classid = 'pg_rewrite'::regclass
  JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid
  JOIN pg_catalog.pg_class v ON v.oid = r.ev_class
  WHERE t.oid = '"public"."bookings"'::regclass AND t.relrowsecurity
    AND v.relnamespace = 'segue'::regnamespace
    AND NOT coalesce(v.reloptions @> ARRAY['security_invoker=true'], false)
) AS found;
WITH one AS MATERIALIZED (
    SELECT ctid AS _segue_at, "during" FROM ONLY "public"."bookings" LIMIT 1),
  source AS MATERIALIZED (
    SELECT one._segue_at, other."during" AS _segue_v1
    FROM one, (SELECT "during" FROM ONLY "public"."bookings" LIMIT 100) AS other
    WHERE (pg_catalog.record_image_ne(ROW(one."during"), ROW(other."during"))) LIMIT 1)
UPDATE ONLY "public"."bookings" AS t SET "during" = source._segue_v1
FROM source WHERE t.ctid = source._segue_at
RETURNING ((pg_catalog.record_image_ne(ROW("_segue_1_during"), ROW("segue"."m1_up_bookings_during"("during")))) AND NOT "segue"."m1_up_bookings_during_raises"("during"))::text;
ROLLBACK TO SAVEPOINT segue_probe;
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL lock_timeout = 3000;
--   LOCK TABLE "public"."bookings" IN SHARE UPDATE EXCLUSIVE MODE;
--   LOCK TABLE "public"."bookings" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   SET LOCAL lock_timeout = 5;
--   DROP TRIGGER IF EXISTS "~segue_insert" ON "public"."bookings";
--   DROP TRIGGER IF EXISTS "~segue_update" ON "public"."bookings";
--   DROP FUNCTION IF EXISTS "segue"."sync_insert_public_bookings"();
--   DROP FUNCTION IF EXISTS "segue"."sync_update_public_bookings"();
--   ALTER TABLE "public"."bookings"
--     DROP COLUMN "_segue_1_during",
--     DROP COLUMN "_segue";
--   COMMIT;

-- migrate/01-backfill:bookings: fill the new columns of bookings
--   write, ROW EXCLUSIVE, rows of one chunk; in block ranges, computed in place
SET synchronous_commit = off;
SET search_path = pg_catalog, "public";
SET lock_timeout = 500;
/* range by range; the first: */ UPDATE ONLY "public"."bookings" SET "_segue_1_during" = "segue"."m1_up_bookings_during"("during")
WHERE ctid >= '(0,0)'::tid AND ctid < '(1,0)'::tid AND (("_segue_1_during" IS NULL AND "segue"."m1_up_bookings_during"("during") IS NOT NULL));
/* what is left over, range by range: */ SELECT count(*) FILTER (WHERE (("_segue_1_during" IS NULL AND CASE WHEN "segue"."m1_up_bookings_during_raises"("during") THEN false ELSE "segue"."m1_up_bookings_during"("during") IS NOT NULL END))), count(*) FILTER (WHERE ("_segue_1_during" IS NULL AND "segue"."m1_up_bookings_during_raises"("during"))),
  min(ROW("id")::text) FILTER (WHERE ("_segue_1_during" IS NULL AND "segue"."m1_up_bookings_during_raises"("during")))
FROM ONLY "public"."bookings" WHERE ctid >= '(0,0)'::tid AND ctid < '(1,0)'::tid AND ("_segue_1_during" IS NULL);
SET synchronous_commit = on;
SET lock_timeout = 0;
SET search_path = pg_catalog;

-- migrate/02-add_constraint:bookings.rebuild:bookings_later: constraint _segue_1_bookings_later on bookings
--   index_build, ACCESS EXCLUSIVE while the index of a tiny table is built; from here on old clients can get 23P01 from it; nothing validates it later, so only within direct_limit
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 3000;
LOCK TABLE "public"."bookings" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public"."bookings" IN ACCESS EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
SELECT (count(*) <= 1000)::text FROM (SELECT FROM "public"."bookings" LIMIT 1000 + 1) AS few;
SET LOCAL search_path = "public", pg_catalog;
ALTER TABLE "public"."bookings" ADD CONSTRAINT "_segue_1_bookings_later" EXCLUDE USING gist ("_segue_1_during" WITH =) DEFERRABLE INITIALLY DEFERRED;
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL lock_timeout = 3000;
--   LOCK TABLE "public"."bookings" IN SHARE UPDATE EXCLUSIVE MODE;
--   LOCK TABLE "public"."bookings" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   SET LOCAL lock_timeout = 5;
--   ALTER TABLE "public"."bookings" DROP CONSTRAINT IF EXISTS "_segue_1_bookings_later";
--   COMMIT;

-- migrate/03-add_constraint:bookings.rebuild:bookings_once: constraint _segue_1_bookings_once on bookings
--   index_build, ACCESS EXCLUSIVE while the index of a tiny table is built; from here on old clients can get 23P01 from it; nothing validates it later, so only within direct_limit
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 3000;
LOCK TABLE "public"."bookings" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public"."bookings" IN ACCESS EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
SELECT (count(*) <= 1000)::text FROM (SELECT FROM "public"."bookings" LIMIT 1000 + 1) AS few;
SET LOCAL search_path = "public", pg_catalog;
ALTER TABLE "public"."bookings" ADD CONSTRAINT "_segue_1_bookings_once" EXCLUDE USING gist ("_segue_1_during" WITH &&, room WITH &&) INCLUDE (note) WITH (fillfactor='80') WHERE ((id > 0));
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL lock_timeout = 3000;
--   LOCK TABLE "public"."bookings" IN SHARE UPDATE EXCLUSIVE MODE;
--   LOCK TABLE "public"."bookings" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   SET LOCAL lock_timeout = 5;
--   ALTER TABLE "public"."bookings" DROP CONSTRAINT IF EXISTS "_segue_1_bookings_once";
--   COMMIT;

-- migrate/04-add_constraint:bookings.not_null:during: constraint _segue_1_during_not_null on bookings, not yet valid
--   constant, ACCESS EXCLUSIVE, milliseconds, by the ladder; from here on old clients can get 23514 from it
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 3000;
LOCK TABLE "public"."bookings" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public"."bookings" IN ACCESS EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
SET LOCAL search_path = "public", pg_catalog;
ALTER TABLE "public"."bookings" ADD CONSTRAINT "_segue_1_during_not_null" CHECK ("_segue_1_during" IS NOT NULL) NOT VALID;
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL lock_timeout = 3000;
--   LOCK TABLE "public"."bookings" IN SHARE UPDATE EXCLUSIVE MODE;
--   LOCK TABLE "public"."bookings" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   SET LOCAL lock_timeout = 5;
--   ALTER TABLE "public"."bookings" DROP CONSTRAINT IF EXISTS "_segue_1_during_not_null";
--   COMMIT;

-- migrate/05-validate_constraint:bookings.not_null:during: validate _segue_1_during_not_null
--   scan, SHARE UPDATE EXCLUSIVE; a row that violates it stops here, and the constraint is dropped again
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
ALTER TABLE "public"."bookings" VALIDATE CONSTRAINT "_segue_1_during_not_null";
COMMIT;

-- migrate/06-analyze:bookings: statistics of bookings
--   scan, SHARE UPDATE EXCLUSIVE
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
ANALYZE "public"."bookings";
COMMIT;

-- migrate/07-compare:bookings: prove that both sides of bookings agree
--   scan, ACCESS SHARE
/* range by range; the first: */ SELECT ROW("id")::text, concat_ws(' ', ROW("during")::text), concat_ws(' ', ROW("_segue_1_during")::text), (((NOT (pg_catalog.record_image_ne(ROW("_segue_1_during"), ROW("segue"."m1_up_bookings_during"("during"))))) OR (NOT (pg_catalog.record_image_ne(ROW("during"), ROW("segue"."m1_down_bookings_during"("_segue_1_during"))))))) FROM ONLY "public"."bookings" WHERE ctid >= '(0,0)'::tid AND ctid < '(1,0)'::tid AND (NOT ((NOT (pg_catalog.record_image_ne(ROW("_segue_1_during"), ROW("segue"."m1_up_bookings_during"("during"))))) OR (NOT (pg_catalog.record_image_ne(ROW("during"), ROW("segue"."m1_down_bookings_during"("_segue_1_during"))))))) ORDER BY 4 LIMIT 10;

-- migrate/08-horizon: wait for snapshots older than the backfill
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

-- migrate/09-publish: serve version m1, two-way sync
--   constant, SHARE ROW EXCLUSIVE, milliseconds, by the ladder
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 3000;
LOCK TABLE "public"."bookings" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public_m1"."bookings" IN ACCESS EXCLUSIVE MODE NOWAIT;
LOCK TABLE "public"."bookings" IN SHARE ROW EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
CREATE OR REPLACE FUNCTION "segue"."sync_insert_public_bookings"() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
DECLARE
  version smallint := NEW."_segue";
BEGIN
  NEW."_segue" := NULL;
  IF version IS NULL THEN
    IF NEW."_segue_1_during" IS NULL THEN
      NEW."_segue_1_during" := "segue"."m1_up_bookings_during"(NEW."during");
    END IF;
    NULL;
  ELSE
    IF version >= 1 THEN
      NEW."during" := "segue"."m1_down_bookings_during"(NEW."_segue_1_during");
      NULL;
    END IF;
    IF version < 1 THEN
      NEW."_segue_1_during" := "segue"."m1_up_bookings_during"(NEW."during");
      NULL;
    END IF;
    NULL;
  END IF;
  RETURN NEW;
END
$segue$;
CREATE OR REPLACE FUNCTION "segue"."sync_update_public_bookings"() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
DECLARE
  old_changed boolean;
  new_changed boolean;
  settled_1_0 boolean := false;
BEGIN
  old_changed := pg_catalog.record_image_ne(ROW(NEW."during"), ROW(OLD."during"));
  new_changed := pg_catalog.record_image_ne(ROW(NEW."_segue_1_during"), ROW(OLD."_segue_1_during"));
  settled_1_0 := old_changed OR new_changed;
  IF old_changed AND NOT new_changed THEN
    NEW."_segue_1_during" := "segue"."m1_up_bookings_during"(NEW."during");
    NULL;
  ELSIF new_changed AND NOT old_changed THEN
    NEW."during" := "segue"."m1_down_bookings_during"(NEW."_segue_1_during");
    NULL;
  ELSIF old_changed AND new_changed THEN
    IF (pg_catalog.record_image_ne(ROW(NEW."_segue_1_during"), ROW("segue"."m1_up_bookings_during"(NEW."during")))) AND (pg_catalog.record_image_ne(ROW(NEW."during"), ROW("segue"."m1_down_bookings_during"(NEW."_segue_1_during")))) THEN
      NEW."_segue_1_during" := "segue"."m1_up_bookings_during"(NEW."during");
      PERFORM segue.note_event('m1', 'both_sides_changed', 'bookings');
    END IF;
    NULL;
  END IF;
  RETURN NEW;
END
$segue$;
CREATE OR REPLACE TRIGGER "~segue_insert" BEFORE INSERT ON "public"."bookings"
FOR EACH ROW EXECUTE FUNCTION "segue"."sync_insert_public_bookings"();
CREATE OR REPLACE TRIGGER "~segue_update" BEFORE UPDATE ON "public"."bookings"
FOR EACH ROW WHEN (pg_catalog.record_image_ne(ROW(NEW."during"), ROW(OLD."during"))
    OR pg_catalog.record_image_ne(ROW(NEW."_segue_1_during"), ROW(OLD."_segue_1_during")))
EXECUTE FUNCTION "segue"."sync_update_public_bookings"();
ALTER TABLE "public"."bookings" ENABLE ALWAYS TRIGGER "~segue_insert";
ALTER TABLE "public"."bookings" ENABLE ALWAYS TRIGGER "~segue_update";
SET LOCAL search_path = "public", pg_catalog;
CREATE OR REPLACE VIEW "segue"."public_bookings__1" AS
SELECT "id", "_segue_1_during" AS "during", "room", "note", "_segue"
FROM "public"."bookings";
ALTER VIEW "segue"."public_bookings__1" ALTER COLUMN "_segue" SET DEFAULT 1;
CREATE OR REPLACE VIEW "public_m1"."bookings" AS
SELECT "id", "during", "room", "note"
FROM "segue"."public_bookings__1";
SELECT segue.copy_privileges('"segue"."public_bookings__1"', '"segue"."public_bookings__1"');
SELECT segue.copy_privileges('"public"."bookings"', '"public_m1"."bookings"');
SET LOCAL search_path = pg_catalog;
SAVEPOINT segue_probe;
SET CONSTRAINTS ALL IMMEDIATE;
SET LOCAL statement_timeout = 200;
SET LOCAL search_path = pg_catalog, "public";
SELECT deviation FROM (
  SELECT 'trigger ' || wanted || ' is missing or not ENABLE ALWAYS' AS deviation
  FROM unnest(ARRAY['~segue_insert', '~segue_update']) AS wanted
  WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_trigger t
    WHERE t.tgrelid = '"public"."bookings"'::regclass AND t.tgname = wanted AND t.tgenabled = 'A')
  UNION ALL
  SELECT 'trigger ' || t.tgname || ' fires after ours or changes the row'
  FROM pg_catalog.pg_trigger t
  WHERE t.tgrelid = '"public"."bookings"'::regclass AND NOT t.tgisinternal AND t.tgtype & 3 = 3
    AND t.tgtype & 20 <> 0 AND t.tgname NOT IN ('~segue_insert', '~segue_update')
  UNION ALL
  SELECT 'the table has children' FROM pg_catalog.pg_inherits WHERE inhparent = '"public"."bookings"'::regclass
  UNION ALL
  SELECT 'row security was switched on, and the view ' || v.oid::regclass || ' shows every row'
  FROM pg_catalog.pg_class t
  JOIN pg_catalog.pg_depend d ON d.refobjid = t.oid AND d.refobjsubid > 0
    AND d.refclassid = 'pg_class'::regclass AND d.classid = 'pg_rewrite'::regclass
  JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid
  JOIN pg_catalog.pg_class v ON v.oid = r.ev_class
  WHERE t.oid = '"public"."bookings"'::regclass AND t.relrowsecurity
    AND v.relnamespace = 'segue'::regnamespace
    AND NOT coalesce(v.reloptions @> ARRAY['security_invoker=true'], false)
) AS found;
WITH one AS MATERIALIZED (
    SELECT ctid AS _segue_at, "during" FROM ONLY "public"."bookings" LIMIT 1),
  source AS MATERIALIZED (
    SELECT one._segue_at, other."during" AS _segue_v1
    FROM one, (SELECT "during" FROM ONLY "public"."bookings" LIMIT 100) AS other
    WHERE (pg_catalog.record_image_ne(ROW(one."during"), ROW(other."during"))) LIMIT 1)
UPDATE ONLY "public"."bookings" AS t SET "during" = source._segue_v1
FROM source WHERE t.ctid = source._segue_at
RETURNING ((pg_catalog.record_image_ne(ROW("_segue_1_during"), ROW("segue"."m1_up_bookings_during"("during")))) AND NOT "segue"."m1_up_bookings_during_raises"("during"))::text;
WITH one AS MATERIALIZED (
    SELECT ctid AS _segue_at, "_segue_1_during" FROM ONLY "public"."bookings" LIMIT 1),
  source AS MATERIALIZED (
    SELECT one._segue_at, other."_segue_1_during" AS _segue_v1
    FROM one, (SELECT "_segue_1_during" FROM ONLY "public"."bookings" LIMIT 100) AS other
    WHERE (pg_catalog.record_image_ne(ROW(one."_segue_1_during"), ROW(other."_segue_1_during"))) LIMIT 1)
UPDATE ONLY "public"."bookings" AS t SET "_segue_1_during" = source._segue_v1
FROM source WHERE t.ctid = source._segue_at
RETURNING (pg_catalog.record_image_ne(ROW("during"), ROW("segue"."m1_down_bookings_during"("_segue_1_during"))))::text;
ROLLBACK TO SAVEPOINT segue_probe;
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL lock_timeout = 3000;
--   LOCK TABLE "public"."bookings" IN SHARE UPDATE EXCLUSIVE MODE;
--   LOCK TABLE "public_m1"."bookings" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   LOCK TABLE "public"."bookings" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   SET LOCAL lock_timeout = 5;
--   CREATE OR REPLACE FUNCTION "segue"."sync_insert_public_bookings"() RETURNS trigger
--   LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
--   DECLARE
--     version smallint := NEW."_segue";
--   BEGIN
--     NEW."_segue" := NULL;
--     BEGIN
--       NEW."_segue_1_during" := "segue"."m1_up_bookings_during"(NEW."during");
--     EXCEPTION WHEN OTHERS THEN
--       NEW."_segue_1_during" := NULL;
--       PERFORM segue.note_event('m1', 'up_failed', 'bookings._segue_1_during');
--     END;
--     RETURN NEW;
--   END
--   $segue$;
--   CREATE OR REPLACE FUNCTION "segue"."sync_update_public_bookings"() RETURNS trigger
--   LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
--   DECLARE
--     old_changed boolean;
--     new_changed boolean;
--   BEGIN
--     IF pg_catalog.record_image_ne(ROW(NEW."during"), ROW(OLD."during")) OR NEW."_segue_1_during" IS NULL THEN
--       BEGIN
--         NEW."_segue_1_during" := "segue"."m1_up_bookings_during"(NEW."during");
--       EXCEPTION WHEN OTHERS THEN
--         NEW."_segue_1_during" := NULL;
--         PERFORM segue.note_event('m1', 'up_failed', 'bookings._segue_1_during');
--       END;
--       NULL;
--     END IF;
--     RETURN NEW;
--   END
--   $segue$;
--   CREATE OR REPLACE TRIGGER "~segue_insert" BEFORE INSERT ON "public"."bookings"
--   FOR EACH ROW EXECUTE FUNCTION "segue"."sync_insert_public_bookings"();
--   CREATE OR REPLACE TRIGGER "~segue_update" BEFORE UPDATE ON "public"."bookings"
--   FOR EACH ROW WHEN (pg_catalog.record_image_ne(ROW(NEW."during"), ROW(OLD."during"))
--       OR NEW."_segue_1_during" IS NULL)
--   EXECUTE FUNCTION "segue"."sync_update_public_bookings"();
--   ALTER TABLE "public"."bookings" ENABLE ALWAYS TRIGGER "~segue_insert";
--   ALTER TABLE "public"."bookings" ENABLE ALWAYS TRIGGER "~segue_update";
--   SET LOCAL search_path = "public", pg_catalog;
--   CREATE OR REPLACE VIEW "public_m1"."bookings" AS
--   SELECT r."id", r."during", r."room", r."note"
--   FROM segue.refuse_rows('m1', 'taken back') AS r("id" integer, "during" int8range, "room" int4range, "note" text);
--   SELECT segue.copy_privileges('"public"."bookings"', '"public_m1"."bookings"');
--   DROP VIEW IF EXISTS "segue"."public_bookings__1";
--   COMMIT;

-- contract/01-gate: no client on the old version
--   wait, none
SELECT service, 'version ' || version, id, '' FROM segue.client WHERE version NOT IN ('m1') AND seen_at > clock_timestamp() - interval '10 seconds'
UNION ALL
(WITH held AS MATERIALIZED (SELECT * FROM pg_catalog.pg_locks WHERE locktype = 'relation')
SELECT DISTINCT a.pid::text, coalesce(a.usename, ''), coalesce(a.application_name, ''), t.relation::regclass::text
FROM held t JOIN pg_catalog.pg_stat_activity a ON a.pid = t.pid
WHERE t.relation IN ('"public"."bookings"'::regclass) AND t.pid <> pg_catalog.pg_backend_pid()
  AND t.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
  AND a.backend_type = 'client backend' AND NOT EXISTS (SELECT FROM pg_catalog.pg_locks own WHERE own.pid = t.pid AND own.locktype = 'advisory' AND own.classid = 1397049173 AND own.objid = 2 AND own.objsubid = 2 AND own.granted)
  AND t.mode IN ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock')
  AND NOT EXISTS (SELECT FROM held v JOIN pg_catalog.pg_class c ON c.oid = v.relation
                  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                  WHERE v.pid = t.pid AND n.nspname IN ('public_m1')));

-- contract/02-compare:bookings: prove once more that both sides of bookings agree
--   scan, ACCESS SHARE
/* range by range; the first: */ SELECT ROW("id")::text, concat_ws(' ', ROW("during")::text), concat_ws(' ', ROW("_segue_1_during")::text), (((NOT (pg_catalog.record_image_ne(ROW("_segue_1_during"), ROW("segue"."m1_up_bookings_during"("during"))))) OR (NOT (pg_catalog.record_image_ne(ROW("during"), ROW("segue"."m1_down_bookings_during"("_segue_1_during"))))))) FROM ONLY "public"."bookings" WHERE ctid >= '(0,0)'::tid AND ctid < '(1,0)'::tid AND (NOT ((NOT (pg_catalog.record_image_ne(ROW("_segue_1_during"), ROW("segue"."m1_up_bookings_during"("during"))))) OR (NOT (pg_catalog.record_image_ne(ROW("during"), ROW("segue"."m1_down_bookings_during"("_segue_1_during"))))))) ORDER BY 4 LIMIT 10;

-- contract/03-swap: the base takes the new shape
--   constant, ACCESS EXCLUSIVE, milliseconds, by the ladder
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 3000;
LOCK TABLE "public"."bookings" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public_m1"."bookings" IN ACCESS EXCLUSIVE MODE NOWAIT;
LOCK TABLE "public"."bookings" IN ACCESS EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
SET LOCAL search_path = "public", pg_catalog;
DROP TRIGGER IF EXISTS "~segue_insert" ON "public"."bookings";
DROP TRIGGER IF EXISTS "~segue_update" ON "public"."bookings";
DROP FUNCTION IF EXISTS "segue"."sync_insert_public_bookings"();
DROP FUNCTION IF EXISTS "segue"."sync_update_public_bookings"();
CREATE OR REPLACE VIEW "public_m1"."bookings" AS
SELECT "id", "_segue_1_during" AS "during", "room", "note"
FROM "public"."bookings";
SELECT segue.copy_privileges('"public"."bookings"', '"public_m1"."bookings"');
DROP VIEW IF EXISTS "segue"."public_bookings__1";
ALTER TABLE "public"."bookings"
  DROP COLUMN "during",
  DROP COLUMN "_segue";
ALTER TABLE "public"."bookings" RENAME COLUMN "_segue_1_during" TO "during";
ALTER TABLE "public"."bookings" ALTER COLUMN "during" SET NOT NULL;
ALTER TABLE "public"."bookings" RENAME CONSTRAINT "_segue_1_bookings_later" TO "bookings_later";
ALTER TABLE "public"."bookings" CLUSTER ON "bookings_later";
ALTER TABLE "public"."bookings" RENAME CONSTRAINT "_segue_1_bookings_once" TO "bookings_once";
COMMENT ON CONSTRAINT "bookings_once" ON "public"."bookings" IS 'one at a time';
COMMENT ON INDEX "public"."bookings_once" IS 'by time and room';
ALTER TABLE "public"."bookings" DROP CONSTRAINT "_segue_1_during_not_null";
SET LOCAL search_path = pg_catalog;
COMMIT;
-- not reversible

-- contract/04-cleanup: functions of `up` and `down` go
--   constant, none on tables
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL search_path = pg_catalog;
DROP FUNCTION IF EXISTS "segue"."m1_up_bookings_during_raises"(int4range);
DROP FUNCTION IF EXISTS "segue"."m1_up_bookings_during"(int4range);
DROP FUNCTION IF EXISTS "segue"."m1_down_bookings_during_raises"(int8range);
DROP FUNCTION IF EXISTS "segue"."m1_down_bookings_during"(int8range);
COMMIT;
-- not reversible
