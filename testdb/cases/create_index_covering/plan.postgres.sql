-- migration m1, version m1
-- clients: from expand on the base table users also has _segue_1_age, _segue: SELECT * of base clients shows more, a prepared one fails once (0A000), and COPY into it without a column list fails (22P04)
-- clients: at contract the replaced column of users comes last in the base table: INSERT without a column list in base clients would store values in the wrong columns

-- expand/01-create_functions: functions of `up` and `down`
--   constant, none
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL search_path = "public", pg_catalog;
CREATE OR REPLACE FUNCTION "segue"."m1_up_users_age"("age" integer) RETURNS text
LANGUAGE sql PARALLEL SAFE
BEGIN ATOMIC
  SELECT ('a' || "age");
END;
CREATE OR REPLACE FUNCTION "segue"."m1_up_users_age_raises"("age" integer) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $segue$
BEGIN
  PERFORM "segue"."m1_up_users_age"("age");
  RETURN false;
EXCEPTION WHEN OTHERS THEN
  RETURN true;
END
$segue$;
CREATE OR REPLACE FUNCTION "segue"."m1_down_users_age"("age" text) RETURNS integer
LANGUAGE sql PARALLEL SAFE
BEGIN ATOMIC
  SELECT (substr("age", 2)::integer);
END;
CREATE OR REPLACE FUNCTION "segue"."m1_down_users_age_raises"("age" text) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $segue$
BEGIN
  PERFORM "segue"."m1_down_users_age"("age");
  RETURN false;
EXCEPTION WHEN OTHERS THEN
  RETURN true;
END
$segue$;
DO $segue_class$
DECLARE weaker text := '';
BEGIN
  BEGIN
    CREATE TABLE segue.class_test ("age" integer);
    CREATE INDEX ON segue.class_test ((CAST(('a' || "age") AS text) IS NULL));
    DROP TABLE segue.class_test;
  EXCEPTION WHEN invalid_object_definition OR feature_not_supported THEN
    weaker := weaker || '`up` (''a'' || age) ';
  END;
  BEGIN
    CREATE TABLE segue.class_test ("age" text);
    CREATE INDEX ON segue.class_test ((CAST((substr("age", 2)::integer) AS integer) IS NULL));
    DROP TABLE segue.class_test;
  EXCEPTION WHEN invalid_object_definition OR feature_not_supported THEN
    weaker := weaker || '`down` (substr(age, 2)::integer) ';
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
--   DROP FUNCTION IF EXISTS "segue"."m1_up_users_age_raises"(integer);
--   DROP FUNCTION IF EXISTS "segue"."m1_up_users_age"(integer);
--   DROP FUNCTION IF EXISTS "segue"."m1_down_users_age_raises"(text);
--   DROP FUNCTION IF EXISTS "segue"."m1_down_users_age"(text);
--   COMMIT;

-- expand/02-create_version: schema of version m1, refusing until publish
--   constant, none on tables
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
CREATE SCHEMA IF NOT EXISTS "public_m1";
GRANT USAGE ON SCHEMA "public_m1" TO PUBLIC;
DROP VIEW IF EXISTS "public_m1"."users";
SET LOCAL search_path = "public", pg_catalog;
CREATE OR REPLACE VIEW "public_m1"."users" AS
SELECT r."id", r."name", r."age", r."email"
FROM segue.refuse_rows('m1', 'not served yet') AS r("id" integer, "name" text, "age" text, "email" text);
SELECT segue.copy_privileges('"public"."users"', '"public_m1"."users"');
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL search_path = "public", pg_catalog;
--   CREATE OR REPLACE VIEW "public_m1"."users" AS
--   SELECT r."id", r."name", r."age", r."email"
--   FROM segue.refuse_rows('m1', 'taken back') AS r("id" integer, "name" text, "age" text, "email" text);
--   SELECT segue.copy_privileges('"public"."users"', '"public_m1"."users"');
--   COMMIT;

-- expand/03-install_sync:users: new columns of users with one-way sync
--   constant, ACCESS EXCLUSIVE, milliseconds, by the ladder; a column beside the column: the cheapest dual-write
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 3000;
LOCK TABLE "public"."users" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public"."users" IN ACCESS EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
SET LOCAL search_path = "public", pg_catalog;
ALTER TABLE "public"."users"
  ADD COLUMN "_segue_1_age" text,
  ADD COLUMN "_segue" smallint;
SET LOCAL search_path = pg_catalog;
CREATE OR REPLACE FUNCTION "segue"."sync_insert_public_users"() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
DECLARE
  version smallint := NEW."_segue";
BEGIN
  NEW."_segue" := NULL;
  BEGIN
    NEW."_segue_1_age" := "segue"."m1_up_users_age"(NEW."age");
  EXCEPTION WHEN OTHERS THEN
    NEW."_segue_1_age" := NULL;
    PERFORM segue.note_event('m1', 'up_failed', 'users._segue_1_age');
  END;
  RETURN NEW;
END
$segue$;
CREATE OR REPLACE FUNCTION "segue"."sync_update_public_users"() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
DECLARE
  old_changed boolean;
  new_changed boolean;
BEGIN
  IF NEW."age" IS DISTINCT FROM OLD."age" OR NEW."_segue_1_age" IS NULL THEN
    BEGIN
      NEW."_segue_1_age" := "segue"."m1_up_users_age"(NEW."age");
    EXCEPTION WHEN OTHERS THEN
      NEW."_segue_1_age" := NULL;
      PERFORM segue.note_event('m1', 'up_failed', 'users._segue_1_age');
    END;
    NULL;
  END IF;
  RETURN NEW;
END
$segue$;
CREATE OR REPLACE TRIGGER "~segue_insert" BEFORE INSERT ON "public"."users"
FOR EACH ROW EXECUTE FUNCTION "segue"."sync_insert_public_users"();
CREATE OR REPLACE TRIGGER "~segue_update" BEFORE UPDATE ON "public"."users"
FOR EACH ROW WHEN (NEW."age" IS DISTINCT FROM OLD."age"
    OR NEW."_segue_1_age" IS NULL)
EXECUTE FUNCTION "segue"."sync_update_public_users"();
ALTER TABLE "public"."users" ENABLE ALWAYS TRIGGER "~segue_insert";
ALTER TABLE "public"."users" ENABLE ALWAYS TRIGGER "~segue_update";
SAVEPOINT segue_probe;
SET CONSTRAINTS ALL IMMEDIATE;
SET LOCAL statement_timeout = 200;
SET LOCAL search_path = pg_catalog, "public";
SELECT deviation FROM (
  SELECT 'trigger ' || wanted || ' is missing or not ENABLE ALWAYS' AS deviation
  FROM unnest(ARRAY['~segue_insert', '~segue_update']) AS wanted
  WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_trigger t
    WHERE t.tgrelid = '"public"."users"'::regclass AND t.tgname = wanted AND t.tgenabled = 'A')
  UNION ALL
  SELECT 'trigger ' || t.tgname || ' fires after ours or changes the row'
  FROM pg_catalog.pg_trigger t
  WHERE t.tgrelid = '"public"."users"'::regclass AND NOT t.tgisinternal AND t.tgtype & 3 = 3
    AND t.tgtype & 20 <> 0 AND t.tgname NOT IN ('~segue_insert', '~segue_update')
  UNION ALL
  SELECT 'the table has children' FROM pg_catalog.pg_inherits WHERE inhparent = '"public"."users"'::regclass
  UNION ALL
  SELECT 'row security was switched on, and the view ' || v.oid::regclass || ' shows every row'
  FROM pg_catalog.pg_class t
  JOIN pg_catalog.pg_depend d ON d.refobjid = t.oid AND d.refobjsubid > 0
    AND d.refclassid = 'pg_class'::regclass AND d.classid = 'pg_rewrite'::regclass
  JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid
  JOIN pg_catalog.pg_class v ON v.oid = r.ev_class
  WHERE t.oid = '"public"."users"'::regclass AND t.relrowsecurity
    AND v.relnamespace = 'segue'::regnamespace
    AND NOT coalesce(v.reloptions @> ARRAY['security_invoker=true'], false)
) AS found;
WITH one AS MATERIALIZED (
    SELECT ctid AS _segue_at, "age" FROM ONLY "public"."users" LIMIT 1),
  source AS MATERIALIZED (
    SELECT one._segue_at, other."age" AS _segue_v1
    FROM one, (SELECT "age" FROM ONLY "public"."users" LIMIT 100) AS other
    WHERE (one."age" IS DISTINCT FROM other."age") LIMIT 1)
UPDATE ONLY "public"."users" AS t SET "age" = source._segue_v1
FROM source WHERE t.ctid = source._segue_at
RETURNING (("_segue_1_age" IS DISTINCT FROM "segue"."m1_up_users_age"("age")) AND NOT "segue"."m1_up_users_age_raises"("age"))::text;
ROLLBACK TO SAVEPOINT segue_probe;
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL lock_timeout = 3000;
--   LOCK TABLE "public"."users" IN SHARE UPDATE EXCLUSIVE MODE;
--   LOCK TABLE "public"."users" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   SET LOCAL lock_timeout = 5;
--   DROP TRIGGER IF EXISTS "~segue_insert" ON "public"."users";
--   DROP TRIGGER IF EXISTS "~segue_update" ON "public"."users";
--   DROP FUNCTION IF EXISTS "segue"."sync_insert_public_users"();
--   DROP FUNCTION IF EXISTS "segue"."sync_update_public_users"();
--   ALTER TABLE "public"."users"
--     DROP COLUMN "_segue_1_age",
--     DROP COLUMN "_segue";
--   COMMIT;

-- migrate/01-backfill:users: fill the new columns of users
--   write, ROW EXCLUSIVE, rows of one chunk; in block ranges, computed in place
SET synchronous_commit = off;
SET search_path = pg_catalog, "public";
SET lock_timeout = 500;
/* range by range; the first: */ UPDATE ONLY "public"."users" SET "_segue_1_age" = "segue"."m1_up_users_age"("age")
WHERE ctid >= '(0,0)'::tid AND ctid < '(1,0)'::tid AND (("_segue_1_age" IS NULL AND "segue"."m1_up_users_age"("age") IS NOT NULL));
/* what is left over, range by range: */ SELECT count(*) FILTER (WHERE (("_segue_1_age" IS NULL AND CASE WHEN "segue"."m1_up_users_age_raises"("age") THEN false ELSE "segue"."m1_up_users_age"("age") IS NOT NULL END))), count(*) FILTER (WHERE ("_segue_1_age" IS NULL AND "segue"."m1_up_users_age_raises"("age"))),
  min(ROW("id")::text) FILTER (WHERE ("_segue_1_age" IS NULL AND "segue"."m1_up_users_age_raises"("age")))
FROM ONLY "public"."users" WHERE ctid >= '(0,0)'::tid AND ctid < '(1,0)'::tid AND ("_segue_1_age" IS NULL);
SET synchronous_commit = on;
SET lock_timeout = 0;
SET search_path = pg_catalog;

-- migrate/02-build_index:users.create:users_covering: build index users_covering
--   index_build, SHARE UPDATE EXCLUSIVE; concurrently: no write waits
SET lock_timeout = 0;
SET search_path = "public", pg_catalog;
CREATE INDEX CONCURRENTLY "users_covering" ON "public"."users" USING btree ("name") INCLUDE ("email", "_segue_1_age");
SET search_path = pg_catalog;
-- inverse:
--   DROP INDEX CONCURRENTLY IF EXISTS "public"."users_covering";

-- migrate/03-build_index:users.create:users_aged: build index users_aged
--   index_build, SHARE UPDATE EXCLUSIVE; concurrently: no write waits
SET lock_timeout = 0;
SET search_path = "public", pg_catalog;
CREATE UNIQUE INDEX CONCURRENTLY "users_aged" ON "public"."users" USING btree ((upper("_segue_1_age")), "id");
SET search_path = pg_catalog;
-- inverse:
--   DROP INDEX CONCURRENTLY IF EXISTS "public"."users_aged";

-- migrate/04-build_index:users.create:users_expression: build index users_expression
--   index_build, SHARE UPDATE EXCLUSIVE; concurrently: no write waits
SET lock_timeout = 0;
SET search_path = "public", pg_catalog;
CREATE INDEX CONCURRENTLY "users_expression" ON "public"."users" USING btree ((coalesce("_segue_1_age", "name")) COLLATE "C" DESC NULLS LAST, "id") INCLUDE ("name") WHERE lower("_segue_1_age") <> "name";
SET search_path = pg_catalog;
-- inverse:
--   DROP INDEX CONCURRENTLY IF EXISTS "public"."users_expression";

-- migrate/05-analyze:users: statistics of users
--   scan, SHARE UPDATE EXCLUSIVE
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
ANALYZE "public"."users";
COMMIT;

-- migrate/06-compare:users: prove that both sides of users agree
--   scan, ACCESS SHARE
/* range by range; the first: */ SELECT ROW("id")::text, concat_ws(' ', ROW("age")::text), concat_ws(' ', ROW("_segue_1_age")::text), (((NOT ("_segue_1_age" IS DISTINCT FROM "segue"."m1_up_users_age"("age"))) OR (NOT ("age" IS DISTINCT FROM "segue"."m1_down_users_age"("_segue_1_age"))))) FROM ONLY "public"."users" WHERE ctid >= '(0,0)'::tid AND ctid < '(1,0)'::tid AND (NOT ((NOT ("_segue_1_age" IS DISTINCT FROM "segue"."m1_up_users_age"("age"))) OR (NOT ("age" IS DISTINCT FROM "segue"."m1_down_users_age"("_segue_1_age"))))) ORDER BY 4 LIMIT 10;

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
LOCK TABLE "public"."users" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public_m1"."users" IN ACCESS EXCLUSIVE MODE NOWAIT;
LOCK TABLE "public"."users" IN SHARE ROW EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
CREATE OR REPLACE FUNCTION "segue"."sync_insert_public_users"() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
DECLARE
  version smallint := NEW."_segue";
BEGIN
  NEW."_segue" := NULL;
  IF version IS NULL THEN
    IF NEW."_segue_1_age" IS NULL THEN
      NEW."_segue_1_age" := "segue"."m1_up_users_age"(NEW."age");
    END IF;
    NULL;
  ELSE
    IF version >= 1 THEN
      NEW."age" := "segue"."m1_down_users_age"(NEW."_segue_1_age");
      NULL;
    END IF;
    IF version < 1 THEN
      NEW."_segue_1_age" := "segue"."m1_up_users_age"(NEW."age");
      NULL;
    END IF;
    NULL;
  END IF;
  RETURN NEW;
END
$segue$;
CREATE OR REPLACE FUNCTION "segue"."sync_update_public_users"() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
DECLARE
  old_changed boolean;
  new_changed boolean;
  settled_1_0 boolean := false;
BEGIN
  old_changed := NEW."age" IS DISTINCT FROM OLD."age";
  new_changed := NEW."_segue_1_age" IS DISTINCT FROM OLD."_segue_1_age";
  settled_1_0 := old_changed OR new_changed;
  IF old_changed AND NOT new_changed THEN
    NEW."_segue_1_age" := "segue"."m1_up_users_age"(NEW."age");
    NULL;
  ELSIF new_changed AND NOT old_changed THEN
    NEW."age" := "segue"."m1_down_users_age"(NEW."_segue_1_age");
    NULL;
  ELSIF old_changed AND new_changed THEN
    IF (NEW."_segue_1_age" IS DISTINCT FROM "segue"."m1_up_users_age"(NEW."age")) AND (NEW."age" IS DISTINCT FROM "segue"."m1_down_users_age"(NEW."_segue_1_age")) THEN
      NEW."_segue_1_age" := "segue"."m1_up_users_age"(NEW."age");
      PERFORM segue.note_event('m1', 'both_sides_changed', 'users');
    END IF;
    NULL;
  END IF;
  RETURN NEW;
END
$segue$;
CREATE OR REPLACE TRIGGER "~segue_insert" BEFORE INSERT ON "public"."users"
FOR EACH ROW EXECUTE FUNCTION "segue"."sync_insert_public_users"();
CREATE OR REPLACE TRIGGER "~segue_update" BEFORE UPDATE ON "public"."users"
FOR EACH ROW WHEN (NEW."age" IS DISTINCT FROM OLD."age"
    OR NEW."_segue_1_age" IS DISTINCT FROM OLD."_segue_1_age")
EXECUTE FUNCTION "segue"."sync_update_public_users"();
ALTER TABLE "public"."users" ENABLE ALWAYS TRIGGER "~segue_insert";
ALTER TABLE "public"."users" ENABLE ALWAYS TRIGGER "~segue_update";
SET LOCAL search_path = "public", pg_catalog;
CREATE OR REPLACE VIEW "segue"."public_users__1" AS
SELECT "id", "name", "_segue_1_age" AS "age", "email", "_segue"
FROM "public"."users";
ALTER VIEW "segue"."public_users__1" ALTER COLUMN "_segue" SET DEFAULT 1;
CREATE OR REPLACE VIEW "public_m1"."users" AS
SELECT "id", "name", "age", "email"
FROM "segue"."public_users__1";
SELECT segue.copy_privileges('"segue"."public_users__1"', '"segue"."public_users__1"');
SELECT segue.copy_privileges('"public"."users"', '"public_m1"."users"');
SET LOCAL search_path = pg_catalog;
SAVEPOINT segue_probe;
SET CONSTRAINTS ALL IMMEDIATE;
SET LOCAL statement_timeout = 200;
SET LOCAL search_path = pg_catalog, "public";
SELECT deviation FROM (
  SELECT 'trigger ' || wanted || ' is missing or not ENABLE ALWAYS' AS deviation
  FROM unnest(ARRAY['~segue_insert', '~segue_update']) AS wanted
  WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_trigger t
    WHERE t.tgrelid = '"public"."users"'::regclass AND t.tgname = wanted AND t.tgenabled = 'A')
  UNION ALL
  SELECT 'trigger ' || t.tgname || ' fires after ours or changes the row'
  FROM pg_catalog.pg_trigger t
  WHERE t.tgrelid = '"public"."users"'::regclass AND NOT t.tgisinternal AND t.tgtype & 3 = 3
    AND t.tgtype & 20 <> 0 AND t.tgname NOT IN ('~segue_insert', '~segue_update')
  UNION ALL
  SELECT 'the table has children' FROM pg_catalog.pg_inherits WHERE inhparent = '"public"."users"'::regclass
  UNION ALL
  SELECT 'row security was switched on, and the view ' || v.oid::regclass || ' shows every row'
  FROM pg_catalog.pg_class t
  JOIN pg_catalog.pg_depend d ON d.refobjid = t.oid AND d.refobjsubid > 0
    AND d.refclassid = 'pg_class'::regclass AND d.classid = 'pg_rewrite'::regclass
  JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid
  JOIN pg_catalog.pg_class v ON v.oid = r.ev_class
  WHERE t.oid = '"public"."users"'::regclass AND t.relrowsecurity
    AND v.relnamespace = 'segue'::regnamespace
    AND NOT coalesce(v.reloptions @> ARRAY['security_invoker=true'], false)
) AS found;
WITH one AS MATERIALIZED (
    SELECT ctid AS _segue_at, "age" FROM ONLY "public"."users" LIMIT 1),
  source AS MATERIALIZED (
    SELECT one._segue_at, other."age" AS _segue_v1
    FROM one, (SELECT "age" FROM ONLY "public"."users" LIMIT 100) AS other
    WHERE (one."age" IS DISTINCT FROM other."age") LIMIT 1)
UPDATE ONLY "public"."users" AS t SET "age" = source._segue_v1
FROM source WHERE t.ctid = source._segue_at
RETURNING (("_segue_1_age" IS DISTINCT FROM "segue"."m1_up_users_age"("age")) AND NOT "segue"."m1_up_users_age_raises"("age"))::text;
WITH one AS MATERIALIZED (
    SELECT ctid AS _segue_at, "_segue_1_age" FROM ONLY "public"."users" LIMIT 1),
  source AS MATERIALIZED (
    SELECT one._segue_at, other."_segue_1_age" AS _segue_v1
    FROM one, (SELECT "_segue_1_age" FROM ONLY "public"."users" LIMIT 100) AS other
    WHERE (one."_segue_1_age" IS DISTINCT FROM other."_segue_1_age") LIMIT 1)
UPDATE ONLY "public"."users" AS t SET "_segue_1_age" = source._segue_v1
FROM source WHERE t.ctid = source._segue_at
RETURNING ("age" IS DISTINCT FROM "segue"."m1_down_users_age"("_segue_1_age"))::text;
ROLLBACK TO SAVEPOINT segue_probe;
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL lock_timeout = 3000;
--   LOCK TABLE "public"."users" IN SHARE UPDATE EXCLUSIVE MODE;
--   LOCK TABLE "public_m1"."users" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   LOCK TABLE "public"."users" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   SET LOCAL lock_timeout = 5;
--   CREATE OR REPLACE FUNCTION "segue"."sync_insert_public_users"() RETURNS trigger
--   LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
--   DECLARE
--     version smallint := NEW."_segue";
--   BEGIN
--     NEW."_segue" := NULL;
--     BEGIN
--       NEW."_segue_1_age" := "segue"."m1_up_users_age"(NEW."age");
--     EXCEPTION WHEN OTHERS THEN
--       NEW."_segue_1_age" := NULL;
--       PERFORM segue.note_event('m1', 'up_failed', 'users._segue_1_age');
--     END;
--     RETURN NEW;
--   END
--   $segue$;
--   CREATE OR REPLACE FUNCTION "segue"."sync_update_public_users"() RETURNS trigger
--   LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
--   DECLARE
--     old_changed boolean;
--     new_changed boolean;
--   BEGIN
--     IF NEW."age" IS DISTINCT FROM OLD."age" OR NEW."_segue_1_age" IS NULL THEN
--       BEGIN
--         NEW."_segue_1_age" := "segue"."m1_up_users_age"(NEW."age");
--       EXCEPTION WHEN OTHERS THEN
--         NEW."_segue_1_age" := NULL;
--         PERFORM segue.note_event('m1', 'up_failed', 'users._segue_1_age');
--       END;
--       NULL;
--     END IF;
--     RETURN NEW;
--   END
--   $segue$;
--   CREATE OR REPLACE TRIGGER "~segue_insert" BEFORE INSERT ON "public"."users"
--   FOR EACH ROW EXECUTE FUNCTION "segue"."sync_insert_public_users"();
--   CREATE OR REPLACE TRIGGER "~segue_update" BEFORE UPDATE ON "public"."users"
--   FOR EACH ROW WHEN (NEW."age" IS DISTINCT FROM OLD."age"
--       OR NEW."_segue_1_age" IS NULL)
--   EXECUTE FUNCTION "segue"."sync_update_public_users"();
--   ALTER TABLE "public"."users" ENABLE ALWAYS TRIGGER "~segue_insert";
--   ALTER TABLE "public"."users" ENABLE ALWAYS TRIGGER "~segue_update";
--   SET LOCAL search_path = "public", pg_catalog;
--   CREATE OR REPLACE VIEW "public_m1"."users" AS
--   SELECT r."id", r."name", r."age", r."email"
--   FROM segue.refuse_rows('m1', 'taken back') AS r("id" integer, "name" text, "age" text, "email" text);
--   SELECT segue.copy_privileges('"public"."users"', '"public_m1"."users"');
--   DROP VIEW IF EXISTS "segue"."public_users__1";
--   COMMIT;

-- contract/01-gate: no client on the old version
--   wait, none
SELECT service, 'version ' || version, id, '' FROM segue.client WHERE version NOT IN ('m1') AND seen_at > clock_timestamp() - interval '10 seconds'
UNION ALL
(WITH held AS MATERIALIZED (SELECT * FROM pg_catalog.pg_locks WHERE locktype = 'relation')
SELECT DISTINCT a.pid::text, coalesce(a.usename, ''), coalesce(a.application_name, ''), t.relation::regclass::text
FROM held t JOIN pg_catalog.pg_stat_activity a ON a.pid = t.pid
WHERE t.relation IN ('"public"."users"'::regclass) AND t.pid <> pg_catalog.pg_backend_pid()
  AND t.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
  AND a.backend_type = 'client backend' AND NOT EXISTS (SELECT FROM pg_catalog.pg_locks own WHERE own.pid = t.pid AND own.locktype = 'advisory' AND own.classid = 1397049173 AND own.objid = 2 AND own.objsubid = 2 AND own.granted)
  AND t.mode IN ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock')
  AND NOT EXISTS (SELECT FROM held v JOIN pg_catalog.pg_class c ON c.oid = v.relation
                  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                  WHERE v.pid = t.pid AND n.nspname IN ('public_m1')));

-- contract/02-compare:users: prove once more that both sides of users agree
--   scan, ACCESS SHARE
/* range by range; the first: */ SELECT ROW("id")::text, concat_ws(' ', ROW("age")::text), concat_ws(' ', ROW("_segue_1_age")::text), (((NOT ("_segue_1_age" IS DISTINCT FROM "segue"."m1_up_users_age"("age"))) OR (NOT ("age" IS DISTINCT FROM "segue"."m1_down_users_age"("_segue_1_age"))))) FROM ONLY "public"."users" WHERE ctid >= '(0,0)'::tid AND ctid < '(1,0)'::tid AND (NOT ((NOT ("_segue_1_age" IS DISTINCT FROM "segue"."m1_up_users_age"("age"))) OR (NOT ("age" IS DISTINCT FROM "segue"."m1_down_users_age"("_segue_1_age"))))) ORDER BY 4 LIMIT 10;

-- contract/03-swap: the base takes the new shape
--   constant, ACCESS EXCLUSIVE, milliseconds, by the ladder
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 3000;
LOCK TABLE "public"."users" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public_m1"."users" IN ACCESS EXCLUSIVE MODE NOWAIT;
LOCK TABLE "public"."users" IN ACCESS EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
SET LOCAL search_path = "public", pg_catalog;
DROP TRIGGER IF EXISTS "~segue_insert" ON "public"."users";
DROP TRIGGER IF EXISTS "~segue_update" ON "public"."users";
DROP FUNCTION IF EXISTS "segue"."sync_insert_public_users"();
DROP FUNCTION IF EXISTS "segue"."sync_update_public_users"();
CREATE OR REPLACE VIEW "public_m1"."users" AS
SELECT "id", "name", "_segue_1_age" AS "age", "email"
FROM "public"."users";
SELECT segue.copy_privileges('"public"."users"', '"public_m1"."users"');
DROP VIEW IF EXISTS "segue"."public_users__1";
ALTER TABLE "public"."users"
  DROP COLUMN "age",
  DROP COLUMN "_segue";
ALTER TABLE "public"."users" RENAME COLUMN "_segue_1_age" TO "age";
SET LOCAL search_path = pg_catalog;
COMMIT;
-- not reversible

-- contract/04-cleanup: functions of `up` and `down` go
--   constant, none on tables
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL search_path = pg_catalog;
DROP FUNCTION IF EXISTS "segue"."m1_up_users_age_raises"(integer);
DROP FUNCTION IF EXISTS "segue"."m1_up_users_age"(integer);
DROP FUNCTION IF EXISTS "segue"."m1_down_users_age_raises"(text);
DROP FUNCTION IF EXISTS "segue"."m1_down_users_age"(text);
COMMIT;
-- not reversible
