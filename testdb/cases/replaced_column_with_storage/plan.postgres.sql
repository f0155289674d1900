-- migration m1, version m1
-- clients: from expand on the base table docs also has _segue_1_body, _segue: SELECT * of base clients shows more, a prepared one fails once (0A000), and COPY into it without a column list fails (22P04)
-- clients: at contract the replaced column of docs comes last in the base table: INSERT without a column list in base clients would store values in the wrong columns

-- expand/01-create_functions: functions of `up` and `down`
--   constant, none
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL search_path = "public", pg_catalog;
CREATE OR REPLACE FUNCTION "segue"."m1_up_docs_body"("body" text) RETURNS text
LANGUAGE sql PARALLEL SAFE
BEGIN ATOMIC
  SELECT (upper("body"));
END;
CREATE OR REPLACE FUNCTION "segue"."m1_up_docs_body_raises"("body" text) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $segue$
BEGIN
  PERFORM "segue"."m1_up_docs_body"("body");
  RETURN false;
EXCEPTION WHEN OTHERS THEN
  RETURN true;
END
$segue$;
CREATE OR REPLACE FUNCTION "segue"."m1_down_docs_body"("body" text) RETURNS text
LANGUAGE sql PARALLEL SAFE
BEGIN ATOMIC
  SELECT (lower("body"));
END;
CREATE OR REPLACE FUNCTION "segue"."m1_down_docs_body_raises"("body" text) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $segue$
BEGIN
  PERFORM "segue"."m1_down_docs_body"("body");
  RETURN false;
EXCEPTION WHEN OTHERS THEN
  RETURN true;
END
$segue$;
DO $segue_class$
DECLARE weaker text := '';
BEGIN
  BEGIN
    CREATE TABLE segue.class_test ("body" text);
    CREATE INDEX ON segue.class_test ((CAST((upper("body")) AS text) IS NULL));
    DROP TABLE segue.class_test;
  EXCEPTION WHEN invalid_object_definition OR feature_not_supported THEN
    weaker := weaker || '`up` (upper(body)) ';
  END;
  BEGIN
    CREATE TABLE segue.class_test ("body" text);
    CREATE INDEX ON segue.class_test ((CAST((lower("body")) AS text) IS NULL));
    DROP TABLE segue.class_test;
  EXCEPTION WHEN invalid_object_definition OR feature_not_supported THEN
    weaker := weaker || '`down` (lower(body)) ';
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
--   DROP FUNCTION IF EXISTS "segue"."m1_up_docs_body_raises"(text);
--   DROP FUNCTION IF EXISTS "segue"."m1_up_docs_body"(text);
--   DROP FUNCTION IF EXISTS "segue"."m1_down_docs_body_raises"(text);
--   DROP FUNCTION IF EXISTS "segue"."m1_down_docs_body"(text);
--   COMMIT;

-- expand/02-create_version: schema of version m1, refusing until publish
--   constant, none on tables
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
CREATE SCHEMA IF NOT EXISTS "public_m1";
GRANT USAGE ON SCHEMA "public_m1" TO PUBLIC;
DROP VIEW IF EXISTS "public_m1"."docs";
SET LOCAL search_path = "public", pg_catalog;
CREATE OR REPLACE VIEW "public_m1"."docs" AS
SELECT r."id", r."body"
FROM segue.refuse_rows('m1', 'not served yet') AS r("id" integer, "body" text COLLATE "pg_catalog"."C");
SELECT segue.copy_privileges('"public"."docs"', '"public_m1"."docs"');
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL search_path = "public", pg_catalog;
--   CREATE OR REPLACE VIEW "public_m1"."docs" AS
--   SELECT r."id", r."body"
--   FROM segue.refuse_rows('m1', 'taken back') AS r("id" integer, "body" text COLLATE "pg_catalog"."C");
--   SELECT segue.copy_privileges('"public"."docs"', '"public_m1"."docs"');
--   COMMIT;

-- expand/03-install_sync:docs: new columns of docs with one-way sync
--   constant, ACCESS EXCLUSIVE, milliseconds, by the ladder; a column beside the column: the cheapest dual-write
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 3000;
LOCK TABLE "public"."docs" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public"."docs" IN ACCESS EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
SET LOCAL search_path = "public", pg_catalog;
ALTER TABLE "public"."docs"
  ADD COLUMN "_segue_1_body" text COLLATE "pg_catalog"."C",
  ADD COLUMN "_segue" smallint;
SET LOCAL search_path = pg_catalog;
ALTER TABLE "public"."docs" ALTER COLUMN "_segue_1_body" SET STATISTICS 50;
ALTER TABLE "public"."docs" ALTER COLUMN "_segue_1_body" SET STORAGE EXTERNAL;
ALTER TABLE "public"."docs" ALTER COLUMN "_segue_1_body" SET (n_distinct=10);
CREATE OR REPLACE FUNCTION "segue"."sync_insert_public_docs"() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
DECLARE
  version smallint := NEW."_segue";
BEGIN
  NEW."_segue" := NULL;
  BEGIN
    NEW."_segue_1_body" := "segue"."m1_up_docs_body"(NEW."body");
  EXCEPTION WHEN OTHERS THEN
    NEW."_segue_1_body" := NULL;
    PERFORM segue.note_event('m1', 'up_failed', 'docs._segue_1_body');
  END;
  RETURN NEW;
END
$segue$;
CREATE OR REPLACE FUNCTION "segue"."sync_update_public_docs"() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
DECLARE
  old_changed boolean;
  new_changed boolean;
BEGIN
  IF NEW."body" IS DISTINCT FROM OLD."body" OR NEW."_segue_1_body" IS NULL THEN
    BEGIN
      NEW."_segue_1_body" := "segue"."m1_up_docs_body"(NEW."body");
    EXCEPTION WHEN OTHERS THEN
      NEW."_segue_1_body" := NULL;
      PERFORM segue.note_event('m1', 'up_failed', 'docs._segue_1_body');
    END;
    NULL;
  END IF;
  RETURN NEW;
END
$segue$;
CREATE OR REPLACE TRIGGER "~segue_insert" BEFORE INSERT ON "public"."docs"
FOR EACH ROW EXECUTE FUNCTION "segue"."sync_insert_public_docs"();
CREATE OR REPLACE TRIGGER "~segue_update" BEFORE UPDATE ON "public"."docs"
FOR EACH ROW WHEN (NEW."body" IS DISTINCT FROM OLD."body"
    OR NEW."_segue_1_body" IS NULL)
EXECUTE FUNCTION "segue"."sync_update_public_docs"();
ALTER TABLE "public"."docs" ENABLE ALWAYS TRIGGER "~segue_insert";
ALTER TABLE "public"."docs" ENABLE ALWAYS TRIGGER "~segue_update";
SAVEPOINT segue_probe;
SET CONSTRAINTS ALL IMMEDIATE;
SET LOCAL statement_timeout = 200;
SET LOCAL search_path = pg_catalog, "public";
SELECT deviation FROM (
  SELECT 'trigger ' || wanted || ' is missing or not ENABLE ALWAYS' AS deviation
  FROM unnest(ARRAY['~segue_insert', '~segue_update']) AS wanted
  WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_trigger t
    WHERE t.tgrelid = '"public"."docs"'::regclass AND t.tgname = wanted AND t.tgenabled = 'A')
  UNION ALL
  SELECT 'trigger ' || t.tgname || ' fires after ours or changes the row'
  FROM pg_catalog.pg_trigger t
  WHERE t.tgrelid = '"public"."docs"'::regclass AND NOT t.tgisinternal AND t.tgtype & 3 = 3
    AND t.tgtype & 20 <> 0 AND t.tgname NOT IN ('~segue_insert', '~segue_update')
  UNION ALL
  SELECT 'the table has children' FROM pg_catalog.pg_inherits WHERE inhparent = '"public"."docs"'::regclass
  UNION ALL
  SELECT 'row security was switched on, and the view ' || v.oid::regclass || ' shows every row'
  FROM pg_catalog.pg_class t
  JOIN pg_catalog.pg_depend d ON d.refobjid = t.oid AND d.refobjsubid > 0
    AND d.refclassid = 'pg_class'::regclass AND d.classid = 'pg_rewrite'::regclass
  JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid
  JOIN pg_catalog.pg_class v ON v.oid = r.ev_class
  WHERE t.oid = '"public"."docs"'::regclass AND t.relrowsecurity
    AND v.relnamespace = 'segue'::regnamespace
    AND NOT coalesce(v.reloptions @> ARRAY['security_invoker=true'], false)
) AS found;
WITH one AS MATERIALIZED (
    SELECT ctid AS _segue_at, "body" FROM ONLY "public"."docs" LIMIT 1),
  source AS MATERIALIZED (
    SELECT one._segue_at, other."body" AS _segue_v1
    FROM one, (SELECT "body" FROM ONLY "public"."docs" LIMIT 100) AS other
    WHERE (one."body" IS DISTINCT FROM other."body") LIMIT 1)
UPDATE ONLY "public"."docs" AS t SET "body" = source._segue_v1
FROM source WHERE t.ctid = source._segue_at
RETURNING (("_segue_1_body" IS DISTINCT FROM "segue"."m1_up_docs_body"("body")) AND NOT "segue"."m1_up_docs_body_raises"("body"))::text;
ROLLBACK TO SAVEPOINT segue_probe;
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL lock_timeout = 3000;
--   LOCK TABLE "public"."docs" IN SHARE UPDATE EXCLUSIVE MODE;
--   LOCK TABLE "public"."docs" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   SET LOCAL lock_timeout = 5;
--   DROP TRIGGER IF EXISTS "~segue_insert" ON "public"."docs";
--   DROP TRIGGER IF EXISTS "~segue_update" ON "public"."docs";
--   DROP FUNCTION IF EXISTS "segue"."sync_insert_public_docs"();
--   DROP FUNCTION IF EXISTS "segue"."sync_update_public_docs"();
--   ALTER TABLE "public"."docs"
--     DROP COLUMN "_segue_1_body",
--     DROP COLUMN "_segue";
--   COMMIT;

-- migrate/01-backfill:docs: fill the new columns of docs
--   write, ROW EXCLUSIVE, rows of one chunk; in block ranges, computed in place
SET synchronous_commit = off;
SET search_path = pg_catalog, "public";
SET lock_timeout = 500;
/* range by range; the first: */ UPDATE ONLY "public"."docs" SET "_segue_1_body" = "segue"."m1_up_docs_body"("body")
WHERE ctid >= '(0,0)'::tid AND ctid < '(1,0)'::tid AND (("_segue_1_body" IS NULL AND "segue"."m1_up_docs_body"("body") IS NOT NULL));
/* what is left over, range by range: */ SELECT count(*) FILTER (WHERE (("_segue_1_body" IS NULL AND CASE WHEN "segue"."m1_up_docs_body_raises"("body") THEN false ELSE "segue"."m1_up_docs_body"("body") IS NOT NULL END))), count(*) FILTER (WHERE ("_segue_1_body" IS NULL AND "segue"."m1_up_docs_body_raises"("body"))),
  min(ROW("id")::text) FILTER (WHERE ("_segue_1_body" IS NULL AND "segue"."m1_up_docs_body_raises"("body")))
FROM ONLY "public"."docs" WHERE ctid >= '(0,0)'::tid AND ctid < '(1,0)'::tid AND ("_segue_1_body" IS NULL);
SET synchronous_commit = on;
SET lock_timeout = 0;
SET search_path = pg_catalog;

-- migrate/02-add_constraint:docs.not_null:body: constraint _segue_1_body_not_null on docs, not yet valid
--   constant, ACCESS EXCLUSIVE, milliseconds, by the ladder; from here on old clients can get 23514 from it
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 3000;
LOCK TABLE "public"."docs" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public"."docs" IN ACCESS EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
SET LOCAL search_path = "public", pg_catalog;
ALTER TABLE "public"."docs" ADD CONSTRAINT "_segue_1_body_not_null" CHECK ("_segue_1_body" IS NOT NULL) NOT VALID;
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL lock_timeout = 3000;
--   LOCK TABLE "public"."docs" IN SHARE UPDATE EXCLUSIVE MODE;
--   LOCK TABLE "public"."docs" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   SET LOCAL lock_timeout = 5;
--   ALTER TABLE "public"."docs" DROP CONSTRAINT IF EXISTS "_segue_1_body_not_null";
--   COMMIT;

-- migrate/03-validate_constraint:docs.not_null:body: validate _segue_1_body_not_null
--   scan, SHARE UPDATE EXCLUSIVE; a row that violates it stops here, and the constraint is dropped again
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
ALTER TABLE "public"."docs" VALIDATE CONSTRAINT "_segue_1_body_not_null";
COMMIT;

-- migrate/04-analyze:docs: statistics of docs
--   scan, SHARE UPDATE EXCLUSIVE
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
ANALYZE "public"."docs";
COMMIT;

-- migrate/05-compare:docs: prove that both sides of docs agree
--   scan, ACCESS SHARE
/* range by range; the first: */ SELECT ROW("id")::text, concat_ws(' ', ROW("body")::text), concat_ws(' ', ROW("_segue_1_body")::text), (((NOT ("_segue_1_body" IS DISTINCT FROM "segue"."m1_up_docs_body"("body"))) OR (NOT ("body" IS DISTINCT FROM "segue"."m1_down_docs_body"("_segue_1_body"))))) FROM ONLY "public"."docs" WHERE ctid >= '(0,0)'::tid AND ctid < '(1,0)'::tid AND (NOT ((NOT ("_segue_1_body" IS DISTINCT FROM "segue"."m1_up_docs_body"("body"))) OR (NOT ("body" IS DISTINCT FROM "segue"."m1_down_docs_body"("_segue_1_body"))))) ORDER BY 4 LIMIT 10;

-- migrate/06-horizon: wait for snapshots older than the backfill
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

-- migrate/07-publish: serve version m1, two-way sync
--   constant, SHARE ROW EXCLUSIVE, milliseconds, by the ladder
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 3000;
LOCK TABLE "public"."docs" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public_m1"."docs" IN ACCESS EXCLUSIVE MODE NOWAIT;
LOCK TABLE "public"."docs" IN SHARE ROW EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
CREATE OR REPLACE FUNCTION "segue"."sync_insert_public_docs"() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
DECLARE
  version smallint := NEW."_segue";
BEGIN
  NEW."_segue" := NULL;
  IF version IS NULL THEN
    IF NEW."_segue_1_body" IS NULL THEN
      NEW."_segue_1_body" := "segue"."m1_up_docs_body"(NEW."body");
    END IF;
    NULL;
  ELSE
    IF version >= 1 THEN
      NEW."body" := "segue"."m1_down_docs_body"(NEW."_segue_1_body");
      NULL;
    END IF;
    IF version < 1 THEN
      NEW."_segue_1_body" := "segue"."m1_up_docs_body"(NEW."body");
      NULL;
    END IF;
    NULL;
  END IF;
  RETURN NEW;
END
$segue$;
CREATE OR REPLACE FUNCTION "segue"."sync_update_public_docs"() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
DECLARE
  old_changed boolean;
  new_changed boolean;
  settled_1_0 boolean := false;
BEGIN
  old_changed := NEW."body" IS DISTINCT FROM OLD."body";
  new_changed := NEW."_segue_1_body" IS DISTINCT FROM OLD."_segue_1_body";
  settled_1_0 := old_changed OR new_changed;
  IF old_changed AND NOT new_changed THEN
    NEW."_segue_1_body" := "segue"."m1_up_docs_body"(NEW."body");
    NULL;
  ELSIF new_changed AND NOT old_changed THEN
    NEW."body" := "segue"."m1_down_docs_body"(NEW."_segue_1_body");
    NULL;
  ELSIF old_changed AND new_changed THEN
    IF (NEW."_segue_1_body" IS DISTINCT FROM "segue"."m1_up_docs_body"(NEW."body")) AND (NEW."body" IS DISTINCT FROM "segue"."m1_down_docs_body"(NEW."_segue_1_body")) THEN
      NEW."_segue_1_body" := "segue"."m1_up_docs_body"(NEW."body");
      PERFORM segue.note_event('m1', 'both_sides_changed', 'docs');
    END IF;
    NULL;
  END IF;
  RETURN NEW;
END
$segue$;
CREATE OR REPLACE TRIGGER "~segue_insert" BEFORE INSERT ON "public"."docs"
FOR EACH ROW EXECUTE FUNCTION "segue"."sync_insert_public_docs"();
CREATE OR REPLACE TRIGGER "~segue_update" BEFORE UPDATE ON "public"."docs"
FOR EACH ROW WHEN (NEW."body" IS DISTINCT FROM OLD."body"
    OR NEW."_segue_1_body" IS DISTINCT FROM OLD."_segue_1_body")
EXECUTE FUNCTION "segue"."sync_update_public_docs"();
ALTER TABLE "public"."docs" ENABLE ALWAYS TRIGGER "~segue_insert";
ALTER TABLE "public"."docs" ENABLE ALWAYS TRIGGER "~segue_update";
SET LOCAL search_path = "public", pg_catalog;
CREATE OR REPLACE VIEW "segue"."public_docs__1" AS
SELECT "id", "_segue_1_body" AS "body", "_segue"
FROM "public"."docs";
ALTER VIEW "segue"."public_docs__1" ALTER COLUMN "_segue" SET DEFAULT 1;
CREATE OR REPLACE VIEW "public_m1"."docs" AS
SELECT "id", "body"
FROM "segue"."public_docs__1";
SELECT segue.copy_privileges('"segue"."public_docs__1"', '"segue"."public_docs__1"');
ALTER VIEW "public_m1"."docs" ALTER COLUMN "id" SET DEFAULT nextval('public.docs_id_seq'::regclass);
ALTER VIEW "public_m1"."docs" ALTER COLUMN "body" SET DEFAULT 'none'::text;
SELECT segue.copy_privileges('"public"."docs"', '"public_m1"."docs"');
SET LOCAL search_path = pg_catalog;
SAVEPOINT segue_probe;
SET CONSTRAINTS ALL IMMEDIATE;
SET LOCAL statement_timeout = 200;
SET LOCAL search_path = pg_catalog, "public";
SELECT deviation FROM (
  SELECT 'trigger ' || wanted || ' is missing or not ENABLE ALWAYS' AS deviation
  FROM unnest(ARRAY['~segue_insert', '~segue_update']) AS wanted
  WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_trigger t
    WHERE t.tgrelid = '"public"."docs"'::regclass AND t.tgname = wanted AND t.tgenabled = 'A')
  UNION ALL
  SELECT 'trigger ' || t.tgname || ' fires after ours or changes the row'
  FROM pg_catalog.pg_trigger t
  WHERE t.tgrelid = '"public"."docs"'::regclass AND NOT t.tgisinternal AND t.tgtype & 3 = 3
    AND t.tgtype & 20 <> 0 AND t.tgname NOT IN ('~segue_insert', '~segue_update')
  UNION ALL
  SELECT 'the table has children' FROM pg_catalog.pg_inherits WHERE inhparent = '"public"."docs"'::regclass
  UNION ALL
  SELECT 'row security was switched on, and the view ' || v.oid::regclass || ' shows every row'
  FROM pg_catalog.pg_class t
  JOIN pg_catalog.pg_depend d ON d.refobjid = t.oid AND d.refobjsubid > 0
    AND d.refclassid = 'pg_class'::regclass AND d.classid = 'pg_rewrite'::regclass
  JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid
  JOIN pg_catalog.pg_class v ON v.oid = r.ev_class
  WHERE t.oid = '"public"."docs"'::regclass AND t.relrowsecurity
    AND v.relnamespace = 'segue'::regnamespace
    AND NOT coalesce(v.reloptions @> ARRAY['security_invoker=true'], false)
) AS found;
WITH one AS MATERIALIZED (
    SELECT ctid AS _segue_at, "body" FROM ONLY "public"."docs" LIMIT 1),
  source AS MATERIALIZED (
    SELECT one._segue_at, other."body" AS _segue_v1
    FROM one, (SELECT "body" FROM ONLY "public"."docs" LIMIT 100) AS other
    WHERE (one."body" IS DISTINCT FROM other."body") LIMIT 1)
UPDATE ONLY "public"."docs" AS t SET "body" = source._segue_v1
FROM source WHERE t.ctid = source._segue_at
RETURNING (("_segue_1_body" IS DISTINCT FROM "segue"."m1_up_docs_body"("body")) AND NOT "segue"."m1_up_docs_body_raises"("body"))::text;
WITH one AS MATERIALIZED (
    SELECT ctid AS _segue_at, "_segue_1_body" FROM ONLY "public"."docs" LIMIT 1),
  source AS MATERIALIZED (
    SELECT one._segue_at, other."_segue_1_body" AS _segue_v1
    FROM one, (SELECT "_segue_1_body" FROM ONLY "public"."docs" LIMIT 100) AS other
    WHERE (one."_segue_1_body" IS DISTINCT FROM other."_segue_1_body") LIMIT 1)
UPDATE ONLY "public"."docs" AS t SET "_segue_1_body" = source._segue_v1
FROM source WHERE t.ctid = source._segue_at
RETURNING ("body" IS DISTINCT FROM "segue"."m1_down_docs_body"("_segue_1_body"))::text;
ROLLBACK TO SAVEPOINT segue_probe;
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL lock_timeout = 3000;
--   LOCK TABLE "public"."docs" IN SHARE UPDATE EXCLUSIVE MODE;
--   LOCK TABLE "public_m1"."docs" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   LOCK TABLE "public"."docs" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   SET LOCAL lock_timeout = 5;
--   CREATE OR REPLACE FUNCTION "segue"."sync_insert_public_docs"() RETURNS trigger
--   LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
--   DECLARE
--     version smallint := NEW."_segue";
--   BEGIN
--     NEW."_segue" := NULL;
--     BEGIN
--       NEW."_segue_1_body" := "segue"."m1_up_docs_body"(NEW."body");
--     EXCEPTION WHEN OTHERS THEN
--       NEW."_segue_1_body" := NULL;
--       PERFORM segue.note_event('m1', 'up_failed', 'docs._segue_1_body');
--     END;
--     RETURN NEW;
--   END
--   $segue$;
--   CREATE OR REPLACE FUNCTION "segue"."sync_update_public_docs"() RETURNS trigger
--   LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
--   DECLARE
--     old_changed boolean;
--     new_changed boolean;
--   BEGIN
--     IF NEW."body" IS DISTINCT FROM OLD."body" OR NEW."_segue_1_body" IS NULL THEN
--       BEGIN
--         NEW."_segue_1_body" := "segue"."m1_up_docs_body"(NEW."body");
--       EXCEPTION WHEN OTHERS THEN
--         NEW."_segue_1_body" := NULL;
--         PERFORM segue.note_event('m1', 'up_failed', 'docs._segue_1_body');
--       END;
--       NULL;
--     END IF;
--     RETURN NEW;
--   END
--   $segue$;
--   CREATE OR REPLACE TRIGGER "~segue_insert" BEFORE INSERT ON "public"."docs"
--   FOR EACH ROW EXECUTE FUNCTION "segue"."sync_insert_public_docs"();
--   CREATE OR REPLACE TRIGGER "~segue_update" BEFORE UPDATE ON "public"."docs"
--   FOR EACH ROW WHEN (NEW."body" IS DISTINCT FROM OLD."body"
--       OR NEW."_segue_1_body" IS NULL)
--   EXECUTE FUNCTION "segue"."sync_update_public_docs"();
--   ALTER TABLE "public"."docs" ENABLE ALWAYS TRIGGER "~segue_insert";
--   ALTER TABLE "public"."docs" ENABLE ALWAYS TRIGGER "~segue_update";
--   SET LOCAL search_path = "public", pg_catalog;
--   CREATE OR REPLACE VIEW "public_m1"."docs" AS
--   SELECT r."id", r."body"
--   FROM segue.refuse_rows('m1', 'taken back') AS r("id" integer, "body" text COLLATE "pg_catalog"."C");
--   SELECT segue.copy_privileges('"public"."docs"', '"public_m1"."docs"');
--   DROP VIEW IF EXISTS "segue"."public_docs__1";
--   COMMIT;

-- contract/01-gate: no client on the old version
--   wait, none
SELECT service, 'version ' || version, id, '' FROM segue.client WHERE version NOT IN ('m1') AND seen_at > clock_timestamp() - interval '10 seconds'
UNION ALL
(WITH held AS MATERIALIZED (SELECT * FROM pg_catalog.pg_locks WHERE locktype = 'relation')
SELECT DISTINCT a.pid::text, coalesce(a.usename, ''), coalesce(a.application_name, ''), t.relation::regclass::text
FROM held t JOIN pg_catalog.pg_stat_activity a ON a.pid = t.pid
WHERE t.relation IN ('"public"."docs"'::regclass) AND t.pid <> pg_catalog.pg_backend_pid()
  AND t.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
  AND a.backend_type = 'client backend' AND NOT EXISTS (SELECT FROM pg_catalog.pg_locks own WHERE own.pid = t.pid AND own.locktype = 'advisory' AND own.classid = 1397049173 AND own.objid = 2 AND own.objsubid = 2 AND own.granted)
  AND t.mode IN ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock')
  AND NOT EXISTS (SELECT FROM held v JOIN pg_catalog.pg_class c ON c.oid = v.relation
                  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                  WHERE v.pid = t.pid AND n.nspname IN ('public_m1')));

-- contract/02-compare:docs: prove once more that both sides of docs agree
--   scan, ACCESS SHARE
/* range by range; the first: */ SELECT ROW("id")::text, concat_ws(' ', ROW("body")::text), concat_ws(' ', ROW("_segue_1_body")::text), (((NOT ("_segue_1_body" IS DISTINCT FROM "segue"."m1_up_docs_body"("body"))) OR (NOT ("body" IS DISTINCT FROM "segue"."m1_down_docs_body"("_segue_1_body"))))) FROM ONLY "public"."docs" WHERE ctid >= '(0,0)'::tid AND ctid < '(1,0)'::tid AND (NOT ((NOT ("_segue_1_body" IS DISTINCT FROM "segue"."m1_up_docs_body"("body"))) OR (NOT ("body" IS DISTINCT FROM "segue"."m1_down_docs_body"("_segue_1_body"))))) ORDER BY 4 LIMIT 10;

-- contract/03-swap: the base takes the new shape
--   constant, ACCESS EXCLUSIVE, milliseconds, by the ladder
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 3000;
LOCK TABLE "public"."docs" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public_m1"."docs" IN ACCESS EXCLUSIVE MODE NOWAIT;
LOCK TABLE "public"."docs" IN ACCESS EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
SET LOCAL search_path = "public", pg_catalog;
DROP TRIGGER IF EXISTS "~segue_insert" ON "public"."docs";
DROP TRIGGER IF EXISTS "~segue_update" ON "public"."docs";
DROP FUNCTION IF EXISTS "segue"."sync_insert_public_docs"();
DROP FUNCTION IF EXISTS "segue"."sync_update_public_docs"();
CREATE OR REPLACE VIEW "public_m1"."docs" AS
SELECT "id", "_segue_1_body" AS "body"
FROM "public"."docs";
ALTER VIEW "public_m1"."docs" ALTER COLUMN "id" SET DEFAULT nextval('public.docs_id_seq'::regclass);
ALTER VIEW "public_m1"."docs" ALTER COLUMN "body" SET DEFAULT 'none'::text;
SELECT segue.copy_privileges('"public"."docs"', '"public_m1"."docs"');
DROP VIEW IF EXISTS "segue"."public_docs__1";
ALTER TABLE "public"."docs"
  DROP COLUMN "body",
  DROP COLUMN "_segue";
ALTER TABLE "public"."docs" RENAME COLUMN "_segue_1_body" TO "body";
ALTER TABLE "public"."docs" ALTER COLUMN "body" SET DEFAULT 'none'::text;
ALTER TABLE "public"."docs" ALTER COLUMN "body" SET NOT NULL;
COMMENT ON COLUMN "public"."docs"."body" IS 'text';
ALTER TABLE "public"."docs" DROP CONSTRAINT "_segue_1_body_not_null";
SET LOCAL search_path = pg_catalog;
COMMIT;
-- not reversible

-- contract/04-cleanup: functions of `up` and `down` go
--   constant, none on tables
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL search_path = pg_catalog;
DROP FUNCTION IF EXISTS "segue"."m1_up_docs_body_raises"(text);
DROP FUNCTION IF EXISTS "segue"."m1_up_docs_body"(text);
DROP FUNCTION IF EXISTS "segue"."m1_down_docs_body_raises"(text);
DROP FUNCTION IF EXISTS "segue"."m1_down_docs_body"(text);
COMMIT;
-- not reversible
