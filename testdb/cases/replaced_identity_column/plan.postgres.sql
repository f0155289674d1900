-- migration m1, version m1
-- clients: from expand on the base table counted also has _segue_1_id, _segue: SELECT * of base clients shows more, a prepared one fails once (0A000), and COPY into it without a column list fails (22P04)
-- clients: at contract the replaced column of counted comes last in the base table: INSERT without a column list in base clients would store values in the wrong columns

-- expand/01-create_functions: functions of `up` and `down`
--   constant, none
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL search_path = "public", pg_catalog;
CREATE OR REPLACE FUNCTION "segue"."m1_up_counted_id"("id" integer) RETURNS bigint
LANGUAGE sql PARALLEL SAFE
BEGIN ATOMIC
  SELECT (CAST("id" AS bigint));
END;
CREATE OR REPLACE FUNCTION "segue"."m1_up_counted_id_raises"("id" integer) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $segue$
BEGIN
  PERFORM "segue"."m1_up_counted_id"("id");
  RETURN false;
EXCEPTION WHEN OTHERS THEN
  RETURN true;
END
$segue$;
CREATE OR REPLACE FUNCTION "segue"."m1_down_counted_id"("id" bigint) RETURNS integer
LANGUAGE sql PARALLEL SAFE
BEGIN ATOMIC
  SELECT (CAST("id" AS integer));
END;
CREATE OR REPLACE FUNCTION "segue"."m1_down_counted_id_raises"("id" bigint) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $segue$
BEGIN
  PERFORM "segue"."m1_down_counted_id"("id");
  RETURN false;
EXCEPTION WHEN OTHERS THEN
  RETURN true;
END
$segue$;
DO $segue_class$
DECLARE weaker text := '';
BEGIN
  BEGIN
    CREATE TABLE segue.class_test ("id" integer);
    CREATE INDEX ON segue.class_test ((CAST((CAST("id" AS bigint)) AS bigint) IS NULL));
    DROP TABLE segue.class_test;
  EXCEPTION WHEN invalid_object_definition OR feature_not_supported THEN
    weaker := weaker || '`up` (CAST("id" AS bigint)) ';
  END;
  BEGIN
    CREATE TABLE segue.class_test ("id" bigint);
    CREATE INDEX ON segue.class_test ((CAST((CAST("id" AS integer)) AS integer) IS NULL));
    DROP TABLE segue.class_test;
  EXCEPTION WHEN invalid_object_definition OR feature_not_supported THEN
    weaker := weaker || '`down` (CAST("id" AS integer)) ';
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
--   DROP FUNCTION IF EXISTS "segue"."m1_up_counted_id_raises"(integer);
--   DROP FUNCTION IF EXISTS "segue"."m1_up_counted_id"(integer);
--   DROP FUNCTION IF EXISTS "segue"."m1_down_counted_id_raises"(bigint);
--   DROP FUNCTION IF EXISTS "segue"."m1_down_counted_id"(bigint);
--   COMMIT;

-- expand/02-create_version: schema of version m1, refusing until publish
--   constant, none on tables
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
CREATE SCHEMA IF NOT EXISTS "public_m1";
GRANT USAGE ON SCHEMA "public_m1" TO PUBLIC;
DROP VIEW IF EXISTS "public_m1"."counted";
SET LOCAL search_path = "public", pg_catalog;
CREATE OR REPLACE VIEW "public_m1"."counted" AS
SELECT r."id", r."n"
FROM segue.refuse_rows('m1', 'not served yet') AS r("id" bigint, "n" integer);
SELECT segue.copy_privileges('"public"."counted"', '"public_m1"."counted"');
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL search_path = "public", pg_catalog;
--   CREATE OR REPLACE VIEW "public_m1"."counted" AS
--   SELECT r."id", r."n"
--   FROM segue.refuse_rows('m1', 'taken back') AS r("id" bigint, "n" integer);
--   SELECT segue.copy_privileges('"public"."counted"', '"public_m1"."counted"');
--   COMMIT;

-- expand/03-install_sync:counted: new columns of counted with one-way sync
--   constant, ACCESS EXCLUSIVE, milliseconds, by the ladder; a column beside the column: the cheapest dual-write
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 3000;
LOCK TABLE "public"."counted" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public"."counted" IN ACCESS EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
SET LOCAL search_path = "public", pg_catalog;
ALTER TABLE "public"."counted"
  ADD COLUMN "_segue_1_id" bigint,
  ADD COLUMN "_segue" smallint;
SET LOCAL search_path = pg_catalog;
CREATE OR REPLACE FUNCTION "segue"."sync_insert_public_counted"() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
DECLARE
  version smallint := NEW."_segue";
BEGIN
  NEW."_segue" := NULL;
  BEGIN
    NEW."_segue_1_id" := "segue"."m1_up_counted_id"(NEW."id");
  EXCEPTION WHEN OTHERS THEN
    NEW."_segue_1_id" := NULL;
    PERFORM segue.note_event('m1', 'up_failed', 'counted._segue_1_id');
  END;
  RETURN NEW;
END
$segue$;
CREATE OR REPLACE FUNCTION "segue"."sync_update_public_counted"() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
DECLARE
  old_changed boolean;
  new_changed boolean;
BEGIN
  IF NEW."id" IS DISTINCT FROM OLD."id" OR NEW."_segue_1_id" IS NULL THEN
    BEGIN
      NEW."_segue_1_id" := "segue"."m1_up_counted_id"(NEW."id");
    EXCEPTION WHEN OTHERS THEN
      NEW."_segue_1_id" := NULL;
      PERFORM segue.note_event('m1', 'up_failed', 'counted._segue_1_id');
    END;
    NULL;
  END IF;
  RETURN NEW;
END
$segue$;
CREATE OR REPLACE TRIGGER "~segue_insert" BEFORE INSERT ON "public"."counted"
FOR EACH ROW EXECUTE FUNCTION "segue"."sync_insert_public_counted"();
CREATE OR REPLACE TRIGGER "~segue_update" BEFORE UPDATE ON "public"."counted"
FOR EACH ROW WHEN (NEW."id" IS DISTINCT FROM OLD."id"
    OR NEW."_segue_1_id" IS NULL)
EXECUTE FUNCTION "segue"."sync_update_public_counted"();
ALTER TABLE "public"."counted" ENABLE ALWAYS TRIGGER "~segue_insert";
ALTER TABLE "public"."counted" ENABLE ALWAYS TRIGGER "~segue_update";
SAVEPOINT segue_probe;
SET CONSTRAINTS ALL IMMEDIATE;
SET LOCAL statement_timeout = 200;
SET LOCAL search_path = pg_catalog, "public";
SELECT deviation FROM (
  SELECT 'trigger ' || wanted || ' is missing or not ENABLE ALWAYS' AS deviation
  FROM unnest(ARRAY['~segue_insert', '~segue_update']) AS wanted
  WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_trigger t
    WHERE t.tgrelid = '"public"."counted"'::regclass AND t.tgname = wanted AND t.tgenabled = 'A')
  UNION ALL
  SELECT 'trigger ' || t.tgname || ' fires after ours or changes the row'
  FROM pg_catalog.pg_trigger t
  WHERE t.tgrelid = '"public"."counted"'::regclass AND NOT t.tgisinternal AND t.tgtype & 3 = 3
    AND t.tgtype & 20 <> 0 AND t.tgname NOT IN ('~segue_insert', '~segue_update')
  UNION ALL
  SELECT 'the table has children' FROM pg_catalog.pg_inherits WHERE inhparent = '"public"."counted"'::regclass
  UNION ALL
  SELECT 'row security was switched on, and the view ' || v.oid::regclass || ' shows every row'
  FROM pg_catalog.pg_class t
  JOIN pg_catalog.pg_depend d ON d.refobjid = t.oid AND d.refobjsubid > 0
    AND d.refclassid = 'pg_class'::regclass AND d.classid = 'pg_rewrite'::regclass
  JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid
  JOIN pg_catalog.pg_class v ON v.oid = r.ev_class
  WHERE t.oid = '"public"."counted"'::regclass AND t.relrowsecurity
    AND v.relnamespace = 'segue'::regnamespace
    AND NOT coalesce(v.reloptions @> ARRAY['security_invoker=true'], false)
) AS found;
ROLLBACK TO SAVEPOINT segue_probe;
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL lock_timeout = 3000;
--   LOCK TABLE "public"."counted" IN SHARE UPDATE EXCLUSIVE MODE;
--   LOCK TABLE "public"."counted" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   SET LOCAL lock_timeout = 5;
--   DROP TRIGGER IF EXISTS "~segue_insert" ON "public"."counted";
--   DROP TRIGGER IF EXISTS "~segue_update" ON "public"."counted";
--   DROP FUNCTION IF EXISTS "segue"."sync_insert_public_counted"();
--   DROP FUNCTION IF EXISTS "segue"."sync_update_public_counted"();
--   ALTER TABLE "public"."counted"
--     DROP COLUMN "_segue_1_id",
--     DROP COLUMN "_segue";
--   COMMIT;

-- migrate/01-backfill:counted: fill the new columns of counted
--   write, ROW EXCLUSIVE, rows of one chunk; in block ranges, computed in place
SET synchronous_commit = off;
SET search_path = pg_catalog, "public";
SET lock_timeout = 500;
/* range by range; the first: */ UPDATE ONLY "public"."counted" SET "_segue_1_id" = "segue"."m1_up_counted_id"("id")
WHERE ctid >= '(0,0)'::tid AND ctid < '(1,0)'::tid AND (("_segue_1_id" IS NULL AND "segue"."m1_up_counted_id"("id") IS NOT NULL));
/* what is left over, range by range: */ SELECT count(*) FILTER (WHERE (("_segue_1_id" IS NULL AND CASE WHEN "segue"."m1_up_counted_id_raises"("id") THEN false ELSE "segue"."m1_up_counted_id"("id") IS NOT NULL END))), count(*) FILTER (WHERE ("_segue_1_id" IS NULL AND "segue"."m1_up_counted_id_raises"("id"))),
  min(ROW("id", "_segue_1_id")::text) FILTER (WHERE ("_segue_1_id" IS NULL AND "segue"."m1_up_counted_id_raises"("id")))
FROM ONLY "public"."counted" WHERE ctid >= '(0,0)'::tid AND ctid < '(1,0)'::tid AND ("_segue_1_id" IS NULL);
SET synchronous_commit = on;
SET lock_timeout = 0;
SET search_path = pg_catalog;

-- migrate/02-build_index:counted.rebuild:counted_pkey: build index counted_pkey
--   index_build, SHARE UPDATE EXCLUSIVE; concurrently: no write waits
SET lock_timeout = 0;
SET search_path = "public", pg_catalog;
CREATE UNIQUE INDEX CONCURRENTLY "_segue_1_counted_pkey" ON "public"."counted" USING btree ("_segue_1_id");
SET search_path = pg_catalog;
-- inverse:
--   DROP INDEX CONCURRENTLY IF EXISTS "public"."_segue_1_counted_pkey";

-- migrate/03-add_constraint:counted.not_null:id: constraint _segue_1_id_not_null on counted, not yet valid
--   constant, ACCESS EXCLUSIVE, milliseconds, by the ladder; from here on old clients can get 23514 from it
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 3000;
LOCK TABLE "public"."counted" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public"."counted" IN ACCESS EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
SET LOCAL search_path = "public", pg_catalog;
ALTER TABLE "public"."counted" ADD CONSTRAINT "_segue_1_id_not_null" CHECK ("_segue_1_id" IS NOT NULL) NOT VALID;
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL lock_timeout = 3000;
--   LOCK TABLE "public"."counted" IN SHARE UPDATE EXCLUSIVE MODE;
--   LOCK TABLE "public"."counted" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   SET LOCAL lock_timeout = 5;
--   ALTER TABLE "public"."counted" DROP CONSTRAINT IF EXISTS "_segue_1_id_not_null";
--   COMMIT;

-- migrate/04-validate_constraint:counted.not_null:id: validate _segue_1_id_not_null
--   scan, SHARE UPDATE EXCLUSIVE; a row that violates it stops here, and the constraint is dropped again
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
ALTER TABLE "public"."counted" VALIDATE CONSTRAINT "_segue_1_id_not_null";
COMMIT;

-- migrate/05-analyze:counted: statistics of counted
--   scan, SHARE UPDATE EXCLUSIVE
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
ANALYZE "public"."counted";
COMMIT;

-- migrate/06-compare:counted: prove that both sides of counted agree
--   scan, ACCESS SHARE
/* range by range; the first: */ SELECT ROW("id", "_segue_1_id")::text, concat_ws(' ', ROW("id")::text), concat_ws(' ', ROW("_segue_1_id")::text), (((NOT ("_segue_1_id" IS DISTINCT FROM "segue"."m1_up_counted_id"("id"))) OR (NOT ("id" IS DISTINCT FROM "segue"."m1_down_counted_id"("_segue_1_id"))))) FROM ONLY "public"."counted" WHERE ctid >= '(0,0)'::tid AND ctid < '(1,0)'::tid AND (NOT ((NOT ("_segue_1_id" IS DISTINCT FROM "segue"."m1_up_counted_id"("id"))) OR (NOT ("id" IS DISTINCT FROM "segue"."m1_down_counted_id"("_segue_1_id"))))) ORDER BY 4 LIMIT 10;

-- migrate/07-horizon: wait for snapshots older than the backfill
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

-- migrate/08-publish: serve version m1, two-way sync
--   constant, SHARE ROW EXCLUSIVE, milliseconds, by the ladder
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 3000;
LOCK TABLE "public"."counted" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public_m1"."counted" IN ACCESS EXCLUSIVE MODE NOWAIT;
LOCK TABLE "public"."counted" IN SHARE ROW EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
CREATE OR REPLACE FUNCTION "segue"."sync_insert_public_counted"() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
DECLARE
  version smallint := NEW."_segue";
BEGIN
  NEW."_segue" := NULL;
  IF version IS NULL THEN
    IF NEW."_segue_1_id" IS NULL THEN
      NEW."_segue_1_id" := "segue"."m1_up_counted_id"(NEW."id");
    END IF;
    NULL;
  ELSE
    IF version >= 1 THEN
      IF NEW."_segue_1_id" IS NOT NULL THEN
        NEW."id" := "segue"."m1_down_counted_id"(NEW."_segue_1_id");
      END IF;
      NULL;
    END IF;
    IF NEW."_segue_1_id" IS NULL THEN
      NEW."_segue_1_id" := "segue"."m1_up_counted_id"(NEW."id");
    END IF;
    IF version < 1 THEN
      NEW."_segue_1_id" := "segue"."m1_up_counted_id"(NEW."id");
      NULL;
    END IF;
    NULL;
  END IF;
  RETURN NEW;
END
$segue$;
CREATE OR REPLACE FUNCTION "segue"."sync_update_public_counted"() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
DECLARE
  old_changed boolean;
  new_changed boolean;
  settled_1_0 boolean := false;
BEGIN
  old_changed := NEW."id" IS DISTINCT FROM OLD."id";
  new_changed := NEW."_segue_1_id" IS DISTINCT FROM OLD."_segue_1_id";
  settled_1_0 := old_changed OR new_changed;
  IF old_changed AND NOT new_changed THEN
    NEW."_segue_1_id" := "segue"."m1_up_counted_id"(NEW."id");
    NULL;
  ELSIF new_changed AND NOT old_changed THEN
    NEW."id" := "segue"."m1_down_counted_id"(NEW."_segue_1_id");
    NULL;
  ELSIF old_changed AND new_changed THEN
    IF (NEW."_segue_1_id" IS DISTINCT FROM "segue"."m1_up_counted_id"(NEW."id")) AND (NEW."id" IS DISTINCT FROM "segue"."m1_down_counted_id"(NEW."_segue_1_id")) THEN
      NEW."_segue_1_id" := "segue"."m1_up_counted_id"(NEW."id");
      PERFORM segue.note_event('m1', 'both_sides_changed', 'counted');
    END IF;
    NULL;
  END IF;
  RETURN NEW;
END
$segue$;
CREATE OR REPLACE TRIGGER "~segue_insert" BEFORE INSERT ON "public"."counted"
FOR EACH ROW EXECUTE FUNCTION "segue"."sync_insert_public_counted"();
CREATE OR REPLACE TRIGGER "~segue_update" BEFORE UPDATE ON "public"."counted"
FOR EACH ROW WHEN (NEW."id" IS DISTINCT FROM OLD."id"
    OR NEW."_segue_1_id" IS DISTINCT FROM OLD."_segue_1_id")
EXECUTE FUNCTION "segue"."sync_update_public_counted"();
ALTER TABLE "public"."counted" ENABLE ALWAYS TRIGGER "~segue_insert";
ALTER TABLE "public"."counted" ENABLE ALWAYS TRIGGER "~segue_update";
SET LOCAL search_path = "public", pg_catalog;
CREATE OR REPLACE VIEW "segue"."public_counted__1" AS
SELECT "_segue_1_id" AS "id", "n", "_segue"
FROM "public"."counted";
ALTER VIEW "segue"."public_counted__1" ALTER COLUMN "_segue" SET DEFAULT 1;
CREATE OR REPLACE VIEW "public_m1"."counted" AS
SELECT "id", "n"
FROM "segue"."public_counted__1";
SELECT segue.copy_privileges('"segue"."public_counted__1"', '"segue"."public_counted__1"');
SELECT segue.copy_privileges('"public"."counted"', '"public_m1"."counted"');
SET LOCAL search_path = pg_catalog;
SAVEPOINT segue_probe;
SET CONSTRAINTS ALL IMMEDIATE;
SET LOCAL statement_timeout = 200;
SET LOCAL search_path = pg_catalog, "public";
SELECT deviation FROM (
  SELECT 'trigger ' || wanted || ' is missing or not ENABLE ALWAYS' AS deviation
  FROM unnest(ARRAY['~segue_insert', '~segue_update']) AS wanted
  WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_trigger t
    WHERE t.tgrelid = '"public"."counted"'::regclass AND t.tgname = wanted AND t.tgenabled = 'A')
  UNION ALL
  SELECT 'trigger ' || t.tgname || ' fires after ours or changes the row'
  FROM pg_catalog.pg_trigger t
  WHERE t.tgrelid = '"public"."counted"'::regclass AND NOT t.tgisinternal AND t.tgtype & 3 = 3
    AND t.tgtype & 20 <> 0 AND t.tgname NOT IN ('~segue_insert', '~segue_update')
  UNION ALL
  SELECT 'the table has children' FROM pg_catalog.pg_inherits WHERE inhparent = '"public"."counted"'::regclass
  UNION ALL
  SELECT 'row security was switched on, and the view ' || v.oid::regclass || ' shows every row'
  FROM pg_catalog.pg_class t
  JOIN pg_catalog.pg_depend d ON d.refobjid = t.oid AND d.refobjsubid > 0
    AND d.refclassid = 'pg_class'::regclass AND d.classid = 'pg_rewrite'::regclass
  JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid
  JOIN pg_catalog.pg_class v ON v.oid = r.ev_class
  WHERE t.oid = '"public"."counted"'::regclass AND t.relrowsecurity
    AND v.relnamespace = 'segue'::regnamespace
    AND NOT coalesce(v.reloptions @> ARRAY['security_invoker=true'], false)
) AS found;
WITH one AS MATERIALIZED (
    SELECT ctid AS _segue_at, "_segue_1_id" FROM ONLY "public"."counted" LIMIT 1),
  source AS MATERIALIZED (
    SELECT one._segue_at, other."_segue_1_id" AS _segue_v1
    FROM one, (SELECT "_segue_1_id" FROM ONLY "public"."counted" LIMIT 100) AS other
    WHERE (one."_segue_1_id" IS DISTINCT FROM other."_segue_1_id") LIMIT 1)
UPDATE ONLY "public"."counted" AS t SET "_segue_1_id" = source._segue_v1
FROM source WHERE t.ctid = source._segue_at
RETURNING ("id" IS DISTINCT FROM "segue"."m1_down_counted_id"("_segue_1_id"))::text;
ROLLBACK TO SAVEPOINT segue_probe;
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL lock_timeout = 3000;
--   LOCK TABLE "public"."counted" IN SHARE UPDATE EXCLUSIVE MODE;
--   LOCK TABLE "public_m1"."counted" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   LOCK TABLE "public"."counted" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   SET LOCAL lock_timeout = 5;
--   CREATE OR REPLACE FUNCTION "segue"."sync_insert_public_counted"() RETURNS trigger
--   LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
--   DECLARE
--     version smallint := NEW."_segue";
--   BEGIN
--     NEW."_segue" := NULL;
--     BEGIN
--       NEW."_segue_1_id" := "segue"."m1_up_counted_id"(NEW."id");
--     EXCEPTION WHEN OTHERS THEN
--       NEW."_segue_1_id" := NULL;
--       PERFORM segue.note_event('m1', 'up_failed', 'counted._segue_1_id');
--     END;
--     RETURN NEW;
--   END
--   $segue$;
--   CREATE OR REPLACE FUNCTION "segue"."sync_update_public_counted"() RETURNS trigger
--   LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
--   DECLARE
--     old_changed boolean;
--     new_changed boolean;
--   BEGIN
--     IF NEW."id" IS DISTINCT FROM OLD."id" OR NEW."_segue_1_id" IS NULL THEN
--       BEGIN
--         NEW."_segue_1_id" := "segue"."m1_up_counted_id"(NEW."id");
--       EXCEPTION WHEN OTHERS THEN
--         NEW."_segue_1_id" := NULL;
--         PERFORM segue.note_event('m1', 'up_failed', 'counted._segue_1_id');
--       END;
--       NULL;
--     END IF;
--     RETURN NEW;
--   END
--   $segue$;
--   CREATE OR REPLACE TRIGGER "~segue_insert" BEFORE INSERT ON "public"."counted"
--   FOR EACH ROW EXECUTE FUNCTION "segue"."sync_insert_public_counted"();
--   CREATE OR REPLACE TRIGGER "~segue_update" BEFORE UPDATE ON "public"."counted"
--   FOR EACH ROW WHEN (NEW."id" IS DISTINCT FROM OLD."id"
--       OR NEW."_segue_1_id" IS NULL)
--   EXECUTE FUNCTION "segue"."sync_update_public_counted"();
--   ALTER TABLE "public"."counted" ENABLE ALWAYS TRIGGER "~segue_insert";
--   ALTER TABLE "public"."counted" ENABLE ALWAYS TRIGGER "~segue_update";
--   SET LOCAL search_path = "public", pg_catalog;
--   CREATE OR REPLACE VIEW "public_m1"."counted" AS
--   SELECT r."id", r."n"
--   FROM segue.refuse_rows('m1', 'taken back') AS r("id" bigint, "n" integer);
--   SELECT segue.copy_privileges('"public"."counted"', '"public_m1"."counted"');
--   DROP VIEW IF EXISTS "segue"."public_counted__1";
--   COMMIT;

-- contract/01-gate: no client on the old version
--   wait, none
SELECT service, 'version ' || version, id, '' FROM segue.client WHERE version NOT IN ('m1') AND seen_at > clock_timestamp() - interval '10 seconds'
UNION ALL
(WITH held AS MATERIALIZED (SELECT * FROM pg_catalog.pg_locks WHERE locktype = 'relation')
SELECT DISTINCT a.pid::text, coalesce(a.usename, ''), coalesce(a.application_name, ''), t.relation::regclass::text
FROM held t JOIN pg_catalog.pg_stat_activity a ON a.pid = t.pid
WHERE t.relation IN ('"public"."counted"'::regclass) AND t.pid <> pg_catalog.pg_backend_pid()
  AND t.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
  AND a.backend_type = 'client backend' AND NOT EXISTS (SELECT FROM pg_catalog.pg_locks own WHERE own.pid = t.pid AND own.locktype = 'advisory' AND own.classid = 1397049173 AND own.objid = 2 AND own.objsubid = 2 AND own.granted)
  AND t.mode IN ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock')
  AND NOT EXISTS (SELECT FROM held v JOIN pg_catalog.pg_class c ON c.oid = v.relation
                  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                  WHERE v.pid = t.pid AND n.nspname IN ('public_m1')));

-- contract/02-compare:counted: prove once more that both sides of counted agree
--   scan, ACCESS SHARE
/* range by range; the first: */ SELECT ROW("id", "_segue_1_id")::text, concat_ws(' ', ROW("id")::text), concat_ws(' ', ROW("_segue_1_id")::text), (((NOT ("_segue_1_id" IS DISTINCT FROM "segue"."m1_up_counted_id"("id"))) OR (NOT ("id" IS DISTINCT FROM "segue"."m1_down_counted_id"("_segue_1_id"))))) FROM ONLY "public"."counted" WHERE ctid >= '(0,0)'::tid AND ctid < '(1,0)'::tid AND (NOT ((NOT ("_segue_1_id" IS DISTINCT FROM "segue"."m1_up_counted_id"("id"))) OR (NOT ("id" IS DISTINCT FROM "segue"."m1_down_counted_id"("_segue_1_id"))))) ORDER BY 4 LIMIT 10;

-- contract/03-swap: the base takes the new shape
--   constant, ACCESS EXCLUSIVE, milliseconds, by the ladder
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 3000;
LOCK TABLE "public"."counted" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public_m1"."counted" IN ACCESS EXCLUSIVE MODE NOWAIT;
LOCK TABLE "public"."counted" IN ACCESS EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
SET LOCAL search_path = "public", pg_catalog;
DROP TRIGGER IF EXISTS "~segue_insert" ON "public"."counted";
DROP TRIGGER IF EXISTS "~segue_update" ON "public"."counted";
DROP FUNCTION IF EXISTS "segue"."sync_insert_public_counted"();
DROP FUNCTION IF EXISTS "segue"."sync_update_public_counted"();
CREATE OR REPLACE VIEW "public_m1"."counted" AS
SELECT "_segue_1_id" AS "id", "n"
FROM "public"."counted";
SELECT segue.copy_privileges('"public"."counted"', '"public_m1"."counted"');
DROP VIEW IF EXISTS "segue"."public_counted__1";
SELECT pg_catalog.set_config('segue.position_of_264d5220c333a291', last_value::text || ' ' || is_called::text, true) FROM "public"."counter";
SELECT pg_catalog.set_config('segue.grants_of_264d5220c333a291', coalesce(string_agg(
  pg_catalog.format('GRANT %s ON SEQUENCE %s TO %s%s', a.privilege_type, c.oid::regclass,
    CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END,
    CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END), '; '), ''), true)
FROM pg_catalog.pg_class AS c, LATERAL pg_catalog.aclexplode(c.relacl) AS a
WHERE c.oid = '"public"."counter"'::regclass AND a.grantee <> c.relowner;
ALTER TABLE "public"."counted"
  DROP COLUMN "id",
  DROP COLUMN "_segue";
ALTER TABLE "public"."counted" RENAME COLUMN "_segue_1_id" TO "id";
ALTER TABLE "public"."counted" ALTER COLUMN "id" SET NOT NULL;
ALTER TABLE "public"."counted" ALTER COLUMN "id" ADD GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME "public"."counter" START WITH 5 INCREMENT BY 1 MINVALUE 1 CACHE 1 NO CYCLE);
SELECT pg_catalog.setval('"public"."counter"', pg_catalog.split_part(kept, ' ', 1)::bigint,
       pg_catalog.split_part(kept, ' ', 2)::boolean)
FROM (SELECT pg_catalog.current_setting('segue.position_of_264d5220c333a291') AS kept) AS position;
DO $segue$
DECLARE
  given record;
BEGIN
  FOR given IN SELECT DISTINCT a.grantee FROM pg_catalog.pg_class c,
      LATERAL pg_catalog.aclexplode(c.relacl) a
      WHERE c.oid = '"public"."counter"'::regclass AND a.grantee <> c.relowner LOOP
    EXECUTE pg_catalog.format('REVOKE ALL ON SEQUENCE %s FROM %s', '"public"."counter"'::regclass,
      CASE WHEN given.grantee = 0 THEN 'PUBLIC' ELSE given.grantee::regrole::text END);
  END LOOP;
  IF pg_catalog.current_setting('segue.grants_of_264d5220c333a291') <> '' THEN
    EXECUTE pg_catalog.current_setting('segue.grants_of_264d5220c333a291');
  END IF;
END $segue$;
ALTER TABLE "public"."counted" ADD CONSTRAINT "counted_pkey" PRIMARY KEY USING INDEX "_segue_1_counted_pkey";
ALTER TABLE "public"."counted" DROP CONSTRAINT "_segue_1_id_not_null";
SET LOCAL search_path = pg_catalog;
COMMIT;
-- not reversible

-- contract/04-cleanup: functions of `up` and `down` go
--   constant, none on tables
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL search_path = pg_catalog;
DROP FUNCTION IF EXISTS "segue"."m1_up_counted_id_raises"(integer);
DROP FUNCTION IF EXISTS "segue"."m1_up_counted_id"(integer);
DROP FUNCTION IF EXISTS "segue"."m1_down_counted_id_raises"(bigint);
DROP FUNCTION IF EXISTS "segue"."m1_down_counted_id"(bigint);
COMMIT;
-- not reversible
