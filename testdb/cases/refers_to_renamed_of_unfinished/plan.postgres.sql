-- migration m1, version m1
-- clients: from expand on the base table users also has _segue_1_code, _segue: SELECT * of base clients shows more, a prepared one fails once (0A000), and COPY into it without a column list fails (22P04)

-- expand/01-create_functions: functions of `up` and `down`
--   constant, none
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL search_path = "public", pg_catalog;
CREATE OR REPLACE FUNCTION "segue"."m1_up_users_code"("person" integer) RETURNS integer
LANGUAGE sql PARALLEL SAFE
BEGIN ATOMIC
  SELECT ("person" * 10);
END;
CREATE OR REPLACE FUNCTION "segue"."m1_up_users_code_raises"("person" integer) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $segue$
BEGIN
  PERFORM "segue"."m1_up_users_code"("person");
  RETURN false;
EXCEPTION WHEN OTHERS THEN
  RETURN true;
END
$segue$;
DO $segue_class$
DECLARE weaker text := '';
BEGIN
  BEGIN
    CREATE TABLE segue.class_test ("person" integer);
    CREATE INDEX ON segue.class_test ((CAST(("person" * 10) AS integer) IS NULL));
    DROP TABLE segue.class_test;
  EXCEPTION WHEN invalid_object_definition OR feature_not_supported THEN
    weaker := weaker || '`up` (person * 10) ';
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
--   DROP FUNCTION IF EXISTS "segue"."m1_up_users_code_raises"(integer);
--   DROP FUNCTION IF EXISTS "segue"."m1_up_users_code"(integer);
--   COMMIT;

-- expand/02-create_version: schema of version m1, refusing until publish
--   constant, none on tables
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
CREATE SCHEMA IF NOT EXISTS "public_m1";
GRANT USAGE ON SCHEMA "public_m1" TO PUBLIC;
DROP VIEW IF EXISTS "public_m1"."people";
DROP VIEW IF EXISTS "public_m1"."users";
SET LOCAL search_path = "public", pg_catalog;
CREATE OR REPLACE VIEW "public_m1"."people" AS
SELECT r."person", r."name", r."age", r."code"
FROM segue.refuse_rows('m1', 'not served yet') AS r("person" integer, "name" text, "age" integer, "code" integer);
SELECT segue.copy_privileges('"public"."users"', '"public_m1"."people"');
CREATE OR REPLACE VIEW "public_m1"."users" AS
SELECT r."id", r."name", r."age"
FROM segue.refuse_rows('m1', 'without table users: it was dropped or renamed') AS r("id" integer, "name" text, "age" integer);
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL search_path = "public", pg_catalog;
--   CREATE OR REPLACE VIEW "public_m1"."people" AS
--   SELECT r."person", r."name", r."age", r."code"
--   FROM segue.refuse_rows('m1', 'taken back') AS r("person" integer, "name" text, "age" integer, "code" integer);
--   SELECT segue.copy_privileges('"public"."users"', '"public_m1"."people"');
--   CREATE OR REPLACE VIEW "public_m1"."users" AS
--   SELECT r."id", r."name", r."age"
--   FROM segue.refuse_rows('m1', 'without table users: it was dropped or renamed') AS r("id" integer, "name" text, "age" integer);
--   COMMIT;

-- expand/03-install_sync:people: new columns of people with one-way sync
--   constant, ACCESS EXCLUSIVE, milliseconds, by the ladder; a column beside the column: the cheapest dual-write
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 3000;
LOCK TABLE "public"."users" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public"."users" IN ACCESS EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
SET LOCAL search_path = "public", pg_catalog;
ALTER TABLE "public"."users"
  ADD COLUMN "_segue_1_code" integer,
  ADD COLUMN "_segue" smallint;
SET LOCAL search_path = pg_catalog;
CREATE OR REPLACE FUNCTION "segue"."sync_insert_public_users"() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
DECLARE
  version smallint := NEW."_segue";
BEGIN
  NEW."_segue" := NULL;
  BEGIN
    NEW."_segue_1_code" := "segue"."m1_up_users_code"(NEW."id");
  EXCEPTION WHEN OTHERS THEN
    NEW."_segue_1_code" := NULL;
    PERFORM segue.note_event('m1', 'up_failed', 'users._segue_1_code');
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
  IF NEW."id" IS DISTINCT FROM OLD."id" OR NEW."_segue_1_code" IS NULL THEN
    BEGIN
      NEW."_segue_1_code" := "segue"."m1_up_users_code"(NEW."id");
    EXCEPTION WHEN OTHERS THEN
      NEW."_segue_1_code" := NULL;
      PERFORM segue.note_event('m1', 'up_failed', 'users._segue_1_code');
    END;
    NULL;
  END IF;
  RETURN NEW;
END
$segue$;
CREATE OR REPLACE TRIGGER "~segue_insert" BEFORE INSERT ON "public"."users"
FOR EACH ROW EXECUTE FUNCTION "segue"."sync_insert_public_users"();
CREATE OR REPLACE TRIGGER "~segue_update" BEFORE UPDATE ON "public"."users"
FOR EACH ROW WHEN (NEW."id" IS DISTINCT FROM OLD."id"
    OR NEW."_segue_1_code" IS NULL)
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
    SELECT ctid AS _segue_at, "id" FROM ONLY "public"."users" LIMIT 1),
  source AS MATERIALIZED (
    SELECT one._segue_at, other."id" AS _segue_v1
    FROM one, (SELECT "id" FROM ONLY "public"."users" LIMIT 100) AS other
    WHERE (one."id" IS DISTINCT FROM other."id") LIMIT 1)
UPDATE ONLY "public"."users" AS t SET "id" = source._segue_v1
FROM source WHERE t.ctid = source._segue_at
RETURNING (("_segue_1_code" IS DISTINCT FROM "segue"."m1_up_users_code"("id")) AND NOT "segue"."m1_up_users_code_raises"("id"))::text;
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
--     DROP COLUMN "_segue_1_code",
--     DROP COLUMN "_segue";
--   COMMIT;

-- migrate/01-backfill:people: fill the new columns of people
--   write, ROW EXCLUSIVE, rows of one chunk; in block ranges, computed in place
SET synchronous_commit = off;
SET search_path = pg_catalog, "public";
SET lock_timeout = 500;
/* range by range; the first: */ UPDATE ONLY "public"."users" SET "_segue_1_code" = "segue"."m1_up_users_code"("id")
WHERE ctid >= '(0,0)'::tid AND ctid < '(1,0)'::tid AND (("_segue_1_code" IS NULL AND "segue"."m1_up_users_code"("id") IS NOT NULL));
/* what is left over, range by range: */ SELECT count(*) FILTER (WHERE (("_segue_1_code" IS NULL AND CASE WHEN "segue"."m1_up_users_code_raises"("id") THEN false ELSE "segue"."m1_up_users_code"("id") IS NOT NULL END))), count(*) FILTER (WHERE ("_segue_1_code" IS NULL AND "segue"."m1_up_users_code_raises"("id"))),
  min(ROW("id")::text) FILTER (WHERE ("_segue_1_code" IS NULL AND "segue"."m1_up_users_code_raises"("id")))
FROM ONLY "public"."users" WHERE ctid >= '(0,0)'::tid AND ctid < '(1,0)'::tid AND ("_segue_1_code" IS NULL);
SET synchronous_commit = on;
SET lock_timeout = 0;
SET search_path = pg_catalog;

-- migrate/02-build_index:people.unique:code: build index people_code_key
--   index_build, SHARE UPDATE EXCLUSIVE; concurrently: no write waits
SET lock_timeout = 0;
SET search_path = "public", pg_catalog;
CREATE UNIQUE INDEX CONCURRENTLY "_segue_1_people_code_key" ON "public"."users" USING btree ("_segue_1_code");
SET search_path = pg_catalog;
-- inverse:
--   DROP INDEX CONCURRENTLY IF EXISTS "public"."_segue_1_people_code_key";

-- migrate/03-analyze:people: statistics of people
--   scan, SHARE UPDATE EXCLUSIVE
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
ANALYZE "public"."users";
COMMIT;

-- migrate/04-compare:people: prove that both sides of people agree
--   scan, ACCESS SHARE
/* range by range; the first: */ SELECT ROW("id")::text, concat_ws(' ', NULL), concat_ws(' ', ROW("_segue_1_code")::text), ((NOT ("_segue_1_code" IS DISTINCT FROM "segue"."m1_up_users_code"("id")))) FROM ONLY "public"."users" WHERE ctid >= '(0,0)'::tid AND ctid < '(1,0)'::tid AND (NOT (NOT ("_segue_1_code" IS DISTINCT FROM "segue"."m1_up_users_code"("id")))) ORDER BY 4 LIMIT 10;

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

-- migrate/06-publish: serve version m1, two-way sync
--   constant, SHARE ROW EXCLUSIVE, milliseconds, by the ladder
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 3000;
LOCK TABLE "public"."users" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public_m1"."people" IN ACCESS EXCLUSIVE MODE NOWAIT;
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
    IF NEW."_segue_1_code" IS NULL THEN
      NEW."_segue_1_code" := "segue"."m1_up_users_code"(NEW."id");
    END IF;
    NULL;
  ELSE
    IF version >= 1 THEN
      NULL;
    END IF;
    IF version < 1 THEN
      NEW."_segue_1_code" := "segue"."m1_up_users_code"(NEW."id");
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
  old_changed := false;
  new_changed := NEW."_segue_1_code" IS DISTINCT FROM OLD."_segue_1_code";
  settled_1_0 := old_changed OR new_changed;
  IF old_changed AND NOT new_changed THEN
    NEW."_segue_1_code" := "segue"."m1_up_users_code"(NEW."id");
    NULL;
  ELSIF new_changed AND NOT old_changed THEN
    NULL;
  ELSIF NOT old_changed AND NOT new_changed AND (NEW."id" IS DISTINCT FROM OLD."id") THEN
    NEW."_segue_1_code" := "segue"."m1_up_users_code"(NEW."id");
    NULL;
  END IF;
  RETURN NEW;
END
$segue$;
CREATE OR REPLACE TRIGGER "~segue_insert" BEFORE INSERT ON "public"."users"
FOR EACH ROW EXECUTE FUNCTION "segue"."sync_insert_public_users"();
CREATE OR REPLACE TRIGGER "~segue_update" BEFORE UPDATE ON "public"."users"
FOR EACH ROW WHEN (NEW."id" IS DISTINCT FROM OLD."id"
    OR NEW."_segue_1_code" IS DISTINCT FROM OLD."_segue_1_code")
EXECUTE FUNCTION "segue"."sync_update_public_users"();
ALTER TABLE "public"."users" ENABLE ALWAYS TRIGGER "~segue_insert";
ALTER TABLE "public"."users" ENABLE ALWAYS TRIGGER "~segue_update";
SET LOCAL search_path = "public", pg_catalog;
CREATE OR REPLACE VIEW "segue"."public_people__1" AS
SELECT "id" AS "person", "name", "age", "_segue_1_code" AS "code", "_segue"
FROM "public"."users";
ALTER VIEW "segue"."public_people__1" ALTER COLUMN "_segue" SET DEFAULT 1;
CREATE OR REPLACE VIEW "public_m1"."people" AS
SELECT "person", "name", "age", "code"
FROM "segue"."public_people__1";
SELECT segue.copy_privileges('"segue"."public_people__1"', '"segue"."public_people__1"');
SELECT segue.copy_privileges('"public"."users"', '"public_m1"."people"');
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
    SELECT ctid AS _segue_at, "id" FROM ONLY "public"."users" LIMIT 1),
  source AS MATERIALIZED (
    SELECT one._segue_at, other."id" AS _segue_v1
    FROM one, (SELECT "id" FROM ONLY "public"."users" LIMIT 100) AS other
    WHERE (one."id" IS DISTINCT FROM other."id") LIMIT 1)
UPDATE ONLY "public"."users" AS t SET "id" = source._segue_v1
FROM source WHERE t.ctid = source._segue_at
RETURNING (("_segue_1_code" IS DISTINCT FROM "segue"."m1_up_users_code"("id")) AND NOT "segue"."m1_up_users_code_raises"("id"))::text;
ROLLBACK TO SAVEPOINT segue_probe;
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL lock_timeout = 3000;
--   LOCK TABLE "public"."users" IN SHARE UPDATE EXCLUSIVE MODE;
--   LOCK TABLE "public_m1"."people" IN ACCESS EXCLUSIVE MODE NOWAIT;
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
--       NEW."_segue_1_code" := "segue"."m1_up_users_code"(NEW."id");
--     EXCEPTION WHEN OTHERS THEN
--       NEW."_segue_1_code" := NULL;
--       PERFORM segue.note_event('m1', 'up_failed', 'users._segue_1_code');
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
--     IF NEW."id" IS DISTINCT FROM OLD."id" OR NEW."_segue_1_code" IS NULL THEN
--       BEGIN
--         NEW."_segue_1_code" := "segue"."m1_up_users_code"(NEW."id");
--       EXCEPTION WHEN OTHERS THEN
--         NEW."_segue_1_code" := NULL;
--         PERFORM segue.note_event('m1', 'up_failed', 'users._segue_1_code');
--       END;
--       NULL;
--     END IF;
--     RETURN NEW;
--   END
--   $segue$;
--   CREATE OR REPLACE TRIGGER "~segue_insert" BEFORE INSERT ON "public"."users"
--   FOR EACH ROW EXECUTE FUNCTION "segue"."sync_insert_public_users"();
--   CREATE OR REPLACE TRIGGER "~segue_update" BEFORE UPDATE ON "public"."users"
--   FOR EACH ROW WHEN (NEW."id" IS DISTINCT FROM OLD."id"
--       OR NEW."_segue_1_code" IS NULL)
--   EXECUTE FUNCTION "segue"."sync_update_public_users"();
--   ALTER TABLE "public"."users" ENABLE ALWAYS TRIGGER "~segue_insert";
--   ALTER TABLE "public"."users" ENABLE ALWAYS TRIGGER "~segue_update";
--   SET LOCAL search_path = "public", pg_catalog;
--   CREATE OR REPLACE VIEW "public_m1"."people" AS
--   SELECT r."person", r."name", r."age", r."code"
--   FROM segue.refuse_rows('m1', 'taken back') AS r("person" integer, "name" text, "age" integer, "code" integer);
--   SELECT segue.copy_privileges('"public"."users"', '"public_m1"."people"');
--   CREATE OR REPLACE VIEW "public_m1"."users" AS
--   SELECT r."id", r."name", r."age"
--   FROM segue.refuse_rows('m1', 'without table users: it was dropped or renamed') AS r("id" integer, "name" text, "age" integer);
--   DROP VIEW IF EXISTS "segue"."public_people__1";
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

-- contract/02-compare:people: prove once more that both sides of people agree
--   scan, ACCESS SHARE
/* range by range; the first: */ SELECT ROW("id")::text, concat_ws(' ', NULL), concat_ws(' ', ROW("_segue_1_code")::text), ((NOT ("_segue_1_code" IS DISTINCT FROM "segue"."m1_up_users_code"("id")))) FROM ONLY "public"."users" WHERE ctid >= '(0,0)'::tid AND ctid < '(1,0)'::tid AND (NOT (NOT ("_segue_1_code" IS DISTINCT FROM "segue"."m1_up_users_code"("id")))) ORDER BY 4 LIMIT 10;

-- contract/03-swap: the base takes the new shape
--   constant, ACCESS EXCLUSIVE, milliseconds, by the ladder
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 3000;
LOCK TABLE "public"."users" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public_m1"."people" IN ACCESS EXCLUSIVE MODE NOWAIT;
LOCK TABLE "public"."users" IN ACCESS EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
SET LOCAL search_path = "public", pg_catalog;
DROP TRIGGER IF EXISTS "~segue_insert" ON "public"."users";
DROP TRIGGER IF EXISTS "~segue_update" ON "public"."users";
DROP FUNCTION IF EXISTS "segue"."sync_insert_public_users"();
DROP FUNCTION IF EXISTS "segue"."sync_update_public_users"();
CREATE OR REPLACE VIEW "public_m1"."people" AS
SELECT "id" AS "person", "name", "age", "_segue_1_code" AS "code"
FROM "public"."users";
SELECT segue.copy_privileges('"public"."users"', '"public_m1"."people"');
DROP VIEW IF EXISTS "segue"."public_people__1";
ALTER TABLE "public"."users"
  DROP COLUMN "_segue";
ALTER TABLE "public"."users" RENAME COLUMN "_segue_1_code" TO "code";
ALTER TABLE "public"."users" RENAME COLUMN "id" TO "person";
ALTER TABLE "public"."users" ADD CONSTRAINT "people_code_key" UNIQUE USING INDEX "_segue_1_people_code_key";
ALTER TABLE "public"."users" RENAME TO "people";
SET LOCAL search_path = pg_catalog;
COMMIT;
-- not reversible

-- contract/04-cleanup: functions of `up` and `down` go
--   constant, none on tables
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL search_path = pg_catalog;
DROP FUNCTION IF EXISTS "segue"."m1_up_users_code_raises"(integer);
DROP FUNCTION IF EXISTS "segue"."m1_up_users_code"(integer);
COMMIT;
-- not reversible

-- migration m2, version m2
-- reversal: reversing drops table visits with the rows written meanwhile
-- clients: from expand on the base table pets also has _segue_2_keeper, _segue: SELECT * of base clients shows more, a prepared one fails once (0A000), and COPY into it without a column list fails (22P04)
-- clients: from expand on the base table people also has boss: SELECT * of base clients shows more, a prepared one fails once (0A000), and COPY into it without a column list fails (22P04)

-- expand/01-create_functions: functions of `up` and `down`
--   constant, none
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL search_path = "public", pg_catalog;
CREATE OR REPLACE FUNCTION "segue"."m2_up_pets_keeper"("owner" integer) RETURNS integer
LANGUAGE sql PARALLEL SAFE
BEGIN ATOMIC
  SELECT ("owner");
END;
CREATE OR REPLACE FUNCTION "segue"."m2_up_pets_keeper_raises"("owner" integer) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $segue$
BEGIN
  PERFORM "segue"."m2_up_pets_keeper"("owner");
  RETURN false;
EXCEPTION WHEN OTHERS THEN
  RETURN true;
END
$segue$;
DO $segue_class$
DECLARE weaker text := '';
BEGIN
  BEGIN
    CREATE TABLE segue.class_test ("owner" integer);
    CREATE INDEX ON segue.class_test ((CAST(("owner") AS integer) IS NULL));
    DROP TABLE segue.class_test;
  EXCEPTION WHEN invalid_object_definition OR feature_not_supported THEN
    weaker := weaker || '`up` (owner) ';
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
--   DROP FUNCTION IF EXISTS "segue"."m2_up_pets_keeper_raises"(integer);
--   DROP FUNCTION IF EXISTS "segue"."m2_up_pets_keeper"(integer);
--   COMMIT;

-- expand/02-create_version: schema of version m2, refusing until publish
--   constant, none on tables
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
CREATE SCHEMA IF NOT EXISTS "public_m2";
GRANT USAGE ON SCHEMA "public_m2" TO PUBLIC;
DROP VIEW IF EXISTS "public_m2"."people";
DROP VIEW IF EXISTS "public_m2"."pets";
DROP VIEW IF EXISTS "public_m2"."users";
SET LOCAL search_path = "public", pg_catalog;
CREATE OR REPLACE VIEW "public_m2"."people" AS
SELECT r."person", r."name", r."age", r."code", r."boss"
FROM segue.refuse_rows('m2', 'not served yet') AS r("person" integer, "name" text, "age" integer, "code" integer, "boss" integer);
SELECT segue.copy_privileges('"public"."users"', '"public_m2"."people"');
CREATE OR REPLACE VIEW "public_m2"."pets" AS
SELECT r."id", r."owner", r."name", r."keeper"
FROM segue.refuse_rows('m2', 'not served yet') AS r("id" integer, "owner" integer, "name" text, "keeper" integer);
SELECT segue.copy_privileges('"public"."pets"', '"public_m2"."pets"');
CREATE OR REPLACE VIEW "public_m2"."users" AS
SELECT r."id", r."name", r."age"
FROM segue.refuse_rows('m2', 'without table users: it was dropped or renamed') AS r("id" integer, "name" text, "age" integer);
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL search_path = "public", pg_catalog;
--   CREATE OR REPLACE VIEW "public_m2"."people" AS
--   SELECT r."person", r."name", r."age", r."code", r."boss"
--   FROM segue.refuse_rows('m2', 'taken back') AS r("person" integer, "name" text, "age" integer, "code" integer, "boss" integer);
--   SELECT segue.copy_privileges('"public"."users"', '"public_m2"."people"');
--   CREATE OR REPLACE VIEW "public_m2"."pets" AS
--   SELECT r."id", r."owner", r."name", r."keeper"
--   FROM segue.refuse_rows('m2', 'taken back') AS r("id" integer, "owner" integer, "name" text, "keeper" integer);
--   SELECT segue.copy_privileges('"public"."pets"', '"public_m2"."pets"');
--   CREATE OR REPLACE VIEW "public_m2"."users" AS
--   SELECT r."id", r."name", r."age"
--   FROM segue.refuse_rows('m2', 'without table users: it was dropped or renamed') AS r("id" integer, "name" text, "age" integer);
--   COMMIT;

-- expand/03-create_table:visits: create table visits
--   constant, none on other tables; additive: old clients do not see it
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
LOCK TABLE "public"."users" IN SHARE ROW EXCLUSIVE MODE NOWAIT;
SET LOCAL search_path = "public", pg_catalog;
CREATE TABLE "public"."visits" (
  "id" integer,
  "person" integer CONSTRAINT "visits_person" REFERENCES "public"."users" ("id"),
  "code" integer,
  PRIMARY KEY ("id"),
  CONSTRAINT "visits_code" FOREIGN KEY ("code") REFERENCES "public"."users" ("_segue_1_code")
);
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL lock_timeout = 3000;
--   LOCK TABLE "public"."visits" IN SHARE UPDATE EXCLUSIVE MODE;
--   LOCK TABLE "public"."visits" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   SET LOCAL lock_timeout = 5;
--   DROP TABLE "public"."visits";
--   COMMIT;

-- expand/04-install_sync:pets: new columns of pets with one-way sync
--   constant, ACCESS EXCLUSIVE, milliseconds, by the ladder; a column beside the column: the cheapest dual-write
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 3000;
LOCK TABLE "public"."pets" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public"."pets" IN ACCESS EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
SET LOCAL search_path = "public", pg_catalog;
ALTER TABLE "public"."pets"
  ADD COLUMN "_segue_2_keeper" integer,
  ADD COLUMN "_segue" smallint;
SET LOCAL search_path = pg_catalog;
CREATE OR REPLACE FUNCTION "segue"."sync_insert_public_pets"() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
DECLARE
  version smallint := NEW."_segue";
BEGIN
  NEW."_segue" := NULL;
  BEGIN
    NEW."_segue_2_keeper" := "segue"."m2_up_pets_keeper"(NEW."owner");
  EXCEPTION WHEN OTHERS THEN
    NEW."_segue_2_keeper" := NULL;
    PERFORM segue.note_event('m2', 'up_failed', 'pets._segue_2_keeper');
  END;
  RETURN NEW;
END
$segue$;
CREATE OR REPLACE FUNCTION "segue"."sync_update_public_pets"() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
DECLARE
  old_changed boolean;
  new_changed boolean;
BEGIN
  IF NEW."owner" IS DISTINCT FROM OLD."owner" OR NEW."_segue_2_keeper" IS NULL THEN
    BEGIN
      NEW."_segue_2_keeper" := "segue"."m2_up_pets_keeper"(NEW."owner");
    EXCEPTION WHEN OTHERS THEN
      NEW."_segue_2_keeper" := NULL;
      PERFORM segue.note_event('m2', 'up_failed', 'pets._segue_2_keeper');
    END;
    NULL;
  END IF;
  RETURN NEW;
END
$segue$;
CREATE OR REPLACE TRIGGER "~segue_insert" BEFORE INSERT ON "public"."pets"
FOR EACH ROW EXECUTE FUNCTION "segue"."sync_insert_public_pets"();
CREATE OR REPLACE TRIGGER "~segue_update" BEFORE UPDATE ON "public"."pets"
FOR EACH ROW WHEN (NEW."owner" IS DISTINCT FROM OLD."owner"
    OR NEW."_segue_2_keeper" IS NULL)
EXECUTE FUNCTION "segue"."sync_update_public_pets"();
ALTER TABLE "public"."pets" ENABLE ALWAYS TRIGGER "~segue_insert";
ALTER TABLE "public"."pets" ENABLE ALWAYS TRIGGER "~segue_update";
SAVEPOINT segue_probe;
SET CONSTRAINTS ALL IMMEDIATE;
SET LOCAL statement_timeout = 200;
SET LOCAL search_path = pg_catalog, "public";
SELECT deviation FROM (
  SELECT 'trigger ' || wanted || ' is missing or not ENABLE ALWAYS' AS deviation
  FROM unnest(ARRAY['~segue_insert', '~segue_update']) AS wanted
  WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_trigger t
    WHERE t.tgrelid = '"public"."pets"'::regclass AND t.tgname = wanted AND t.tgenabled = 'A')
  UNION ALL
  SELECT 'trigger ' || t.tgname || ' fires after ours or changes the row'
  FROM pg_catalog.pg_trigger t
  WHERE t.tgrelid = '"public"."pets"'::regclass AND NOT t.tgisinternal AND t.tgtype & 3 = 3
    AND t.tgtype & 20 <> 0 AND t.tgname NOT IN ('~segue_insert', '~segue_update')
  UNION ALL
  SELECT 'the table has children' FROM pg_catalog.pg_inherits WHERE inhparent = '"public"."pets"'::regclass
  UNION ALL
  SELECT 'row security was switched on, and the view ' || v.oid::regclass || ' shows every row'
  FROM pg_catalog.pg_class t
  JOIN pg_catalog.pg_depend d ON d.refobjid = t.oid AND d.refobjsubid > 0
    AND d.refclassid = 'pg_class'::regclass AND d.classid = 'pg_rewrite'::regclass
  JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid
  JOIN pg_catalog.pg_class v ON v.oid = r.ev_class
  WHERE t.oid = '"public"."pets"'::regclass AND t.relrowsecurity
    AND v.relnamespace = 'segue'::regnamespace
    AND NOT coalesce(v.reloptions @> ARRAY['security_invoker=true'], false)
) AS found;
WITH one AS MATERIALIZED (
    SELECT ctid AS _segue_at, "owner" FROM ONLY "public"."pets" LIMIT 1),
  source AS MATERIALIZED (
    SELECT one._segue_at, other."owner" AS _segue_v1
    FROM one, (SELECT "owner" FROM ONLY "public"."pets" LIMIT 100) AS other
    WHERE (one."owner" IS DISTINCT FROM other."owner") LIMIT 1)
UPDATE ONLY "public"."pets" AS t SET "owner" = source._segue_v1
FROM source WHERE t.ctid = source._segue_at
RETURNING (("_segue_2_keeper" IS DISTINCT FROM "segue"."m2_up_pets_keeper"("owner")) AND NOT "segue"."m2_up_pets_keeper_raises"("owner"))::text;
ROLLBACK TO SAVEPOINT segue_probe;
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL lock_timeout = 3000;
--   LOCK TABLE "public"."pets" IN SHARE UPDATE EXCLUSIVE MODE;
--   LOCK TABLE "public"."pets" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   SET LOCAL lock_timeout = 5;
--   DROP TRIGGER IF EXISTS "~segue_insert" ON "public"."pets";
--   DROP TRIGGER IF EXISTS "~segue_update" ON "public"."pets";
--   DROP FUNCTION IF EXISTS "segue"."sync_insert_public_pets"();
--   DROP FUNCTION IF EXISTS "segue"."sync_update_public_pets"();
--   ALTER TABLE "public"."pets"
--     DROP COLUMN "_segue_2_keeper",
--     DROP COLUMN "_segue";
--   COMMIT;

-- expand/05-add_column:people: add columns to people
--   constant, ACCESS EXCLUSIVE, milliseconds, by the ladder; null or constant default: no row is written
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 3000;
LOCK TABLE "public"."users" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public"."users" IN ACCESS EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
SET LOCAL search_path = "public", pg_catalog;
ALTER TABLE "public"."users"
  ADD COLUMN "boss" integer;
SET LOCAL search_path = pg_catalog;
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL lock_timeout = 3000;
--   LOCK TABLE "public"."users" IN SHARE UPDATE EXCLUSIVE MODE;
--   LOCK TABLE "public"."users" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   SET LOCAL lock_timeout = 5;
--   ALTER TABLE "public"."users"
--     DROP COLUMN "boss";
--   COMMIT;

-- migrate/01-backfill:pets: fill the new columns of pets
--   write, ROW EXCLUSIVE, rows of one chunk; in block ranges, computed in place
SET synchronous_commit = off;
SET search_path = pg_catalog, "public";
SET lock_timeout = 500;
/* range by range; the first: */ UPDATE ONLY "public"."pets" SET "_segue_2_keeper" = "segue"."m2_up_pets_keeper"("owner")
WHERE ctid >= '(0,0)'::tid AND ctid < '(1,0)'::tid AND (("_segue_2_keeper" IS NULL AND "segue"."m2_up_pets_keeper"("owner") IS NOT NULL));
/* what is left over, range by range: */ SELECT count(*) FILTER (WHERE (("_segue_2_keeper" IS NULL AND CASE WHEN "segue"."m2_up_pets_keeper_raises"("owner") THEN false ELSE "segue"."m2_up_pets_keeper"("owner") IS NOT NULL END))), count(*) FILTER (WHERE ("_segue_2_keeper" IS NULL AND "segue"."m2_up_pets_keeper_raises"("owner"))),
  min(ROW("id")::text) FILTER (WHERE ("_segue_2_keeper" IS NULL AND "segue"."m2_up_pets_keeper_raises"("owner")))
FROM ONLY "public"."pets" WHERE ctid >= '(0,0)'::tid AND ctid < '(1,0)'::tid AND ("_segue_2_keeper" IS NULL);
SET synchronous_commit = on;
SET lock_timeout = 0;
SET search_path = pg_catalog;

-- migrate/02-add_constraint:pets.references:keeper: constraint _segue_2_pets_keeper on pets, not yet valid
--   constant, SHARE ROW EXCLUSIVE on both tables, by the ladder; from here on old clients can get 23503 from it
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 3000;
LOCK TABLE "public"."pets" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public"."pets" IN SHARE ROW EXCLUSIVE MODE NOWAIT;
LOCK TABLE "public"."users" IN SHARE ROW EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
SET LOCAL search_path = "public", pg_catalog;
ALTER TABLE "public"."pets" ADD CONSTRAINT "_segue_2_pets_keeper" FOREIGN KEY ("_segue_2_keeper") REFERENCES "public"."users" ("id") NOT VALID;
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL lock_timeout = 3000;
--   LOCK TABLE "public"."pets" IN SHARE UPDATE EXCLUSIVE MODE;
--   LOCK TABLE "public"."pets" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   LOCK TABLE "public"."users" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   SET LOCAL lock_timeout = 5;
--   ALTER TABLE "public"."pets" DROP CONSTRAINT IF EXISTS "_segue_2_pets_keeper";
--   COMMIT;

-- migrate/03-validate_constraint:pets.references:keeper: validate _segue_2_pets_keeper
--   scan, SHARE UPDATE EXCLUSIVE; a row that violates it stops here, and the constraint is dropped again
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
ALTER TABLE "public"."pets" VALIDATE CONSTRAINT "_segue_2_pets_keeper";
COMMIT;

-- migrate/04-add_constraint:people.references:boss: constraint people_boss on people, not yet valid
--   constant, SHARE ROW EXCLUSIVE on both tables, by the ladder; from here on old clients can get 23503 from it
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 3000;
LOCK TABLE "public"."users" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public"."users" IN SHARE ROW EXCLUSIVE MODE NOWAIT;
LOCK TABLE "public"."users" IN SHARE ROW EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
SET LOCAL search_path = "public", pg_catalog;
ALTER TABLE "public"."users" ADD CONSTRAINT "people_boss" FOREIGN KEY ("boss") REFERENCES "public"."users" ("id") NOT VALID;
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL lock_timeout = 3000;
--   LOCK TABLE "public"."users" IN SHARE UPDATE EXCLUSIVE MODE;
--   LOCK TABLE "public"."users" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   LOCK TABLE "public"."users" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   SET LOCAL lock_timeout = 5;
--   ALTER TABLE "public"."users" DROP CONSTRAINT IF EXISTS "people_boss";
--   COMMIT;

-- migrate/05-validate_constraint:people.references:boss: validate people_boss
--   scan, SHARE UPDATE EXCLUSIVE; a row that violates it stops here, and the constraint is dropped again
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
ALTER TABLE "public"."users" VALIDATE CONSTRAINT "people_boss";
COMMIT;

-- migrate/06-analyze:pets: statistics of pets
--   scan, SHARE UPDATE EXCLUSIVE
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
ANALYZE "public"."pets";
COMMIT;

-- migrate/07-compare:pets: prove that both sides of pets agree
--   scan, ACCESS SHARE
/* range by range; the first: */ SELECT ROW("id")::text, concat_ws(' ', NULL), concat_ws(' ', ROW("_segue_2_keeper")::text), ((NOT ("_segue_2_keeper" IS DISTINCT FROM "segue"."m2_up_pets_keeper"("owner")))) FROM ONLY "public"."pets" WHERE ctid >= '(0,0)'::tid AND ctid < '(1,0)'::tid AND (NOT (NOT ("_segue_2_keeper" IS DISTINCT FROM "segue"."m2_up_pets_keeper"("owner")))) ORDER BY 4 LIMIT 10;

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

-- migrate/09-publish: serve version m2, two-way sync
--   constant, SHARE ROW EXCLUSIVE, milliseconds, by the ladder
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 3000;
LOCK TABLE "public"."pets" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public_m2"."people" IN ACCESS EXCLUSIVE MODE NOWAIT;
LOCK TABLE "public_m2"."pets" IN ACCESS EXCLUSIVE MODE NOWAIT;
LOCK TABLE "public_m2"."users" IN ACCESS EXCLUSIVE MODE NOWAIT;
LOCK TABLE "public"."pets" IN SHARE ROW EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
CREATE OR REPLACE FUNCTION "segue"."sync_insert_public_pets"() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
DECLARE
  version smallint := NEW."_segue";
BEGIN
  NEW."_segue" := NULL;
  IF version IS NULL THEN
    IF NEW."_segue_2_keeper" IS NULL THEN
      NEW."_segue_2_keeper" := "segue"."m2_up_pets_keeper"(NEW."owner");
    END IF;
    NULL;
  ELSE
    IF version >= 2 THEN
      NULL;
    END IF;
    IF version < 2 THEN
      NEW."_segue_2_keeper" := "segue"."m2_up_pets_keeper"(NEW."owner");
      NULL;
    END IF;
    NULL;
  END IF;
  RETURN NEW;
END
$segue$;
CREATE OR REPLACE FUNCTION "segue"."sync_update_public_pets"() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
DECLARE
  old_changed boolean;
  new_changed boolean;
  settled_2_0 boolean := false;
BEGIN
  old_changed := false;
  new_changed := NEW."_segue_2_keeper" IS DISTINCT FROM OLD."_segue_2_keeper";
  settled_2_0 := old_changed OR new_changed;
  IF old_changed AND NOT new_changed THEN
    NEW."_segue_2_keeper" := "segue"."m2_up_pets_keeper"(NEW."owner");
    NULL;
  ELSIF new_changed AND NOT old_changed THEN
    NULL;
  ELSIF NOT old_changed AND NOT new_changed AND (NEW."owner" IS DISTINCT FROM OLD."owner") THEN
    NEW."_segue_2_keeper" := "segue"."m2_up_pets_keeper"(NEW."owner");
    NULL;
  END IF;
  RETURN NEW;
END
$segue$;
CREATE OR REPLACE TRIGGER "~segue_insert" BEFORE INSERT ON "public"."pets"
FOR EACH ROW EXECUTE FUNCTION "segue"."sync_insert_public_pets"();
CREATE OR REPLACE TRIGGER "~segue_update" BEFORE UPDATE ON "public"."pets"
FOR EACH ROW WHEN (NEW."owner" IS DISTINCT FROM OLD."owner"
    OR NEW."_segue_2_keeper" IS DISTINCT FROM OLD."_segue_2_keeper")
EXECUTE FUNCTION "segue"."sync_update_public_pets"();
ALTER TABLE "public"."pets" ENABLE ALWAYS TRIGGER "~segue_insert";
ALTER TABLE "public"."pets" ENABLE ALWAYS TRIGGER "~segue_update";
SET LOCAL search_path = "public", pg_catalog;
CREATE OR REPLACE VIEW "segue"."public_people__2" AS
SELECT "id" AS "person", "name", "age", "_segue_1_code" AS "code", "boss", "_segue"
FROM "public"."users";
ALTER VIEW "segue"."public_people__2" ALTER COLUMN "_segue" SET DEFAULT 2;
CREATE OR REPLACE VIEW "public_m2"."people" AS
SELECT "person", "name", "age", "code", "boss"
FROM "segue"."public_people__2";
SELECT segue.copy_privileges('"segue"."public_people__2"', '"segue"."public_people__2"');
SELECT segue.copy_privileges('"public"."users"', '"public_m2"."people"');
CREATE OR REPLACE VIEW "segue"."public_pets__2" AS
SELECT "id", "owner", "name", "_segue_2_keeper" AS "keeper", "_segue"
FROM "public"."pets";
ALTER VIEW "segue"."public_pets__2" ALTER COLUMN "_segue" SET DEFAULT 2;
CREATE OR REPLACE VIEW "public_m2"."pets" AS
SELECT "id", "owner", "name", "keeper"
FROM "segue"."public_pets__2";
SELECT segue.copy_privileges('"segue"."public_pets__2"', '"segue"."public_pets__2"');
SELECT segue.copy_privileges('"public"."pets"', '"public_m2"."pets"');
SET LOCAL search_path = pg_catalog;
SAVEPOINT segue_probe;
SET CONSTRAINTS ALL IMMEDIATE;
SET LOCAL statement_timeout = 200;
SET LOCAL search_path = pg_catalog, "public";
SELECT deviation FROM (
  SELECT 'trigger ' || wanted || ' is missing or not ENABLE ALWAYS' AS deviation
  FROM unnest(ARRAY['~segue_insert', '~segue_update']) AS wanted
  WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_trigger t
    WHERE t.tgrelid = '"public"."pets"'::regclass AND t.tgname = wanted AND t.tgenabled = 'A')
  UNION ALL
  SELECT 'trigger ' || t.tgname || ' fires after ours or changes the row'
  FROM pg_catalog.pg_trigger t
  WHERE t.tgrelid = '"public"."pets"'::regclass AND NOT t.tgisinternal AND t.tgtype & 3 = 3
    AND t.tgtype & 20 <> 0 AND t.tgname NOT IN ('~segue_insert', '~segue_update')
  UNION ALL
  SELECT 'the table has children' FROM pg_catalog.pg_inherits WHERE inhparent = '"public"."pets"'::regclass
  UNION ALL
  SELECT 'row security was switched on, and the view ' || v.oid::regclass || ' shows every row'
  FROM pg_catalog.pg_class t
  JOIN pg_catalog.pg_depend d ON d.refobjid = t.oid AND d.refobjsubid > 0
    AND d.refclassid = 'pg_class'::regclass AND d.classid = 'pg_rewrite'::regclass
  JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid
  JOIN pg_catalog.pg_class v ON v.oid = r.ev_class
  WHERE t.oid = '"public"."pets"'::regclass AND t.relrowsecurity
    AND v.relnamespace = 'segue'::regnamespace
    AND NOT coalesce(v.reloptions @> ARRAY['security_invoker=true'], false)
) AS found;
WITH one AS MATERIALIZED (
    SELECT ctid AS _segue_at, "owner" FROM ONLY "public"."pets" LIMIT 1),
  source AS MATERIALIZED (
    SELECT one._segue_at, other."owner" AS _segue_v1
    FROM one, (SELECT "owner" FROM ONLY "public"."pets" LIMIT 100) AS other
    WHERE (one."owner" IS DISTINCT FROM other."owner") LIMIT 1)
UPDATE ONLY "public"."pets" AS t SET "owner" = source._segue_v1
FROM source WHERE t.ctid = source._segue_at
RETURNING (("_segue_2_keeper" IS DISTINCT FROM "segue"."m2_up_pets_keeper"("owner")) AND NOT "segue"."m2_up_pets_keeper_raises"("owner"))::text;
ROLLBACK TO SAVEPOINT segue_probe;
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL lock_timeout = 3000;
--   LOCK TABLE "public"."pets" IN SHARE UPDATE EXCLUSIVE MODE;
--   LOCK TABLE "public_m2"."people" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   LOCK TABLE "public_m2"."pets" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   LOCK TABLE "public_m2"."users" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   LOCK TABLE "public"."pets" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   SET LOCAL lock_timeout = 5;
--   CREATE OR REPLACE FUNCTION "segue"."sync_insert_public_pets"() RETURNS trigger
--   LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
--   DECLARE
--     version smallint := NEW."_segue";
--   BEGIN
--     NEW."_segue" := NULL;
--     BEGIN
--       NEW."_segue_2_keeper" := "segue"."m2_up_pets_keeper"(NEW."owner");
--     EXCEPTION WHEN OTHERS THEN
--       NEW."_segue_2_keeper" := NULL;
--       PERFORM segue.note_event('m2', 'up_failed', 'pets._segue_2_keeper');
--     END;
--     RETURN NEW;
--   END
--   $segue$;
--   CREATE OR REPLACE FUNCTION "segue"."sync_update_public_pets"() RETURNS trigger
--   LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
--   DECLARE
--     old_changed boolean;
--     new_changed boolean;
--   BEGIN
--     IF NEW."owner" IS DISTINCT FROM OLD."owner" OR NEW."_segue_2_keeper" IS NULL THEN
--       BEGIN
--         NEW."_segue_2_keeper" := "segue"."m2_up_pets_keeper"(NEW."owner");
--       EXCEPTION WHEN OTHERS THEN
--         NEW."_segue_2_keeper" := NULL;
--         PERFORM segue.note_event('m2', 'up_failed', 'pets._segue_2_keeper');
--       END;
--       NULL;
--     END IF;
--     RETURN NEW;
--   END
--   $segue$;
--   CREATE OR REPLACE TRIGGER "~segue_insert" BEFORE INSERT ON "public"."pets"
--   FOR EACH ROW EXECUTE FUNCTION "segue"."sync_insert_public_pets"();
--   CREATE OR REPLACE TRIGGER "~segue_update" BEFORE UPDATE ON "public"."pets"
--   FOR EACH ROW WHEN (NEW."owner" IS DISTINCT FROM OLD."owner"
--       OR NEW."_segue_2_keeper" IS NULL)
--   EXECUTE FUNCTION "segue"."sync_update_public_pets"();
--   ALTER TABLE "public"."pets" ENABLE ALWAYS TRIGGER "~segue_insert";
--   ALTER TABLE "public"."pets" ENABLE ALWAYS TRIGGER "~segue_update";
--   SET LOCAL search_path = "public", pg_catalog;
--   CREATE OR REPLACE VIEW "public_m2"."people" AS
--   SELECT r."person", r."name", r."age", r."code", r."boss"
--   FROM segue.refuse_rows('m2', 'taken back') AS r("person" integer, "name" text, "age" integer, "code" integer, "boss" integer);
--   SELECT segue.copy_privileges('"public"."users"', '"public_m2"."people"');
--   CREATE OR REPLACE VIEW "public_m2"."pets" AS
--   SELECT r."id", r."owner", r."name", r."keeper"
--   FROM segue.refuse_rows('m2', 'taken back') AS r("id" integer, "owner" integer, "name" text, "keeper" integer);
--   SELECT segue.copy_privileges('"public"."pets"', '"public_m2"."pets"');
--   CREATE OR REPLACE VIEW "public_m2"."users" AS
--   SELECT r."id", r."name", r."age"
--   FROM segue.refuse_rows('m2', 'without table users: it was dropped or renamed') AS r("id" integer, "name" text, "age" integer);
--   DROP VIEW IF EXISTS "segue"."public_people__2";
--   DROP VIEW IF EXISTS "segue"."public_pets__2";
--   COMMIT;

-- contract/01-gate: no client on the old version
--   wait, none
SELECT service, 'version ' || version, id, '' FROM segue.client WHERE version NOT IN ('m2') AND seen_at > clock_timestamp() - interval '10 seconds'
UNION ALL
(WITH held AS MATERIALIZED (SELECT * FROM pg_catalog.pg_locks WHERE locktype = 'relation')
SELECT DISTINCT a.pid::text, coalesce(a.usename, ''), coalesce(a.application_name, ''), t.relation::regclass::text
FROM held t JOIN pg_catalog.pg_stat_activity a ON a.pid = t.pid
WHERE t.relation IN ('"public"."pets"'::regclass, '"public"."users"'::regclass) AND t.pid <> pg_catalog.pg_backend_pid()
  AND t.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
  AND a.backend_type = 'client backend' AND NOT EXISTS (SELECT FROM pg_catalog.pg_locks own WHERE own.pid = t.pid AND own.locktype = 'advisory' AND own.classid = 1397049173 AND own.objid = 2 AND own.objsubid = 2 AND own.granted)
  AND t.mode IN ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock')
  AND NOT EXISTS (SELECT FROM held v JOIN pg_catalog.pg_class c ON c.oid = v.relation
                  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                  WHERE v.pid = t.pid AND n.nspname IN ('public_m1', 'public_m2')));

-- contract/02-add_constraint:pets.add:pets_owner: constraint pets_owner on pets, not yet valid
--   constant, SHARE ROW EXCLUSIVE on both tables, by the ladder; from here on old clients can get 23503 from it
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 3000;
LOCK TABLE "public"."pets" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public"."pets" IN SHARE ROW EXCLUSIVE MODE NOWAIT;
LOCK TABLE "public"."users" IN SHARE ROW EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
SET LOCAL search_path = "public", pg_catalog;
ALTER TABLE "public"."pets" ADD CONSTRAINT "pets_owner" FOREIGN KEY ("owner") REFERENCES "public"."users" ("id") ON DELETE SET NULL NOT VALID;
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL lock_timeout = 3000;
--   LOCK TABLE "public"."pets" IN SHARE UPDATE EXCLUSIVE MODE;
--   LOCK TABLE "public"."pets" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   LOCK TABLE "public"."users" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   SET LOCAL lock_timeout = 5;
--   ALTER TABLE "public"."pets" DROP CONSTRAINT IF EXISTS "pets_owner";
--   COMMIT;

-- contract/03-validate_constraint:pets.add:pets_owner: validate pets_owner
--   scan, SHARE UPDATE EXCLUSIVE; a row that violates it stops here, and the constraint is dropped again
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
ALTER TABLE "public"."pets" VALIDATE CONSTRAINT "pets_owner";
COMMIT;

-- contract/04-compare:pets: prove once more that both sides of pets agree
--   scan, ACCESS SHARE
/* range by range; the first: */ SELECT ROW("id")::text, concat_ws(' ', NULL), concat_ws(' ', ROW("_segue_2_keeper")::text), ((NOT ("_segue_2_keeper" IS DISTINCT FROM "segue"."m2_up_pets_keeper"("owner")))) FROM ONLY "public"."pets" WHERE ctid >= '(0,0)'::tid AND ctid < '(1,0)'::tid AND (NOT (NOT ("_segue_2_keeper" IS DISTINCT FROM "segue"."m2_up_pets_keeper"("owner")))) ORDER BY 4 LIMIT 10;

-- contract/05-swap: the base takes the new shape
--   constant, ACCESS EXCLUSIVE, milliseconds, by the ladder
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 3000;
LOCK TABLE "public"."pets" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public"."users" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public_m1"."people" IN ACCESS EXCLUSIVE MODE NOWAIT;
LOCK TABLE "public_m2"."people" IN ACCESS EXCLUSIVE MODE NOWAIT;
LOCK TABLE "public_m2"."pets" IN ACCESS EXCLUSIVE MODE NOWAIT;
LOCK TABLE "public"."pets" IN ACCESS EXCLUSIVE MODE NOWAIT;
LOCK TABLE "public"."users" IN ACCESS EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
SET LOCAL search_path = "public", pg_catalog;
DROP TRIGGER IF EXISTS "~segue_insert" ON "public"."pets";
DROP TRIGGER IF EXISTS "~segue_update" ON "public"."pets";
DROP FUNCTION IF EXISTS "segue"."sync_insert_public_pets"();
DROP FUNCTION IF EXISTS "segue"."sync_update_public_pets"();
CREATE OR REPLACE VIEW "public_m2"."pets" AS
SELECT "id", "owner", "name", "_segue_2_keeper" AS "keeper"
FROM "public"."pets";
SELECT segue.copy_privileges('"public"."pets"', '"public_m2"."pets"');
DROP VIEW IF EXISTS "segue"."public_pets__2";
DROP TRIGGER IF EXISTS "~segue_insert" ON "public"."users";
DROP TRIGGER IF EXISTS "~segue_update" ON "public"."users";
DROP FUNCTION IF EXISTS "segue"."sync_insert_public_users"();
DROP FUNCTION IF EXISTS "segue"."sync_update_public_users"();
ALTER TABLE "public"."pets"
  DROP COLUMN "_segue";
ALTER TABLE "public"."pets" RENAME COLUMN "_segue_2_keeper" TO "keeper";
ALTER TABLE "public"."pets" RENAME CONSTRAINT "_segue_2_pets_keeper" TO "pets_keeper";
ALTER TABLE "public"."users" RENAME COLUMN "_segue_1_code" TO "code";
ALTER TABLE "public"."users" RENAME COLUMN "id" TO "person";
SET LOCAL search_path = pg_catalog;
CREATE OR REPLACE FUNCTION "segue"."sync_insert_public_people"() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
DECLARE
  version smallint := NEW."_segue";
BEGIN
  NEW."_segue" := NULL;
  IF version IS NULL THEN
    IF NEW."_segue_1_code" IS NULL THEN
      NEW."_segue_1_code" := "segue"."m1_up_users_code"(NEW."person");
    END IF;
    NULL;
  ELSE
    IF version >= 1 THEN
      NULL;
    END IF;
    IF version < 1 THEN
      NEW."_segue_1_code" := "segue"."m1_up_users_code"(NEW."person");
      NULL;
    END IF;
    NULL;
  END IF;
  RETURN NEW;
END
$segue$;
CREATE OR REPLACE FUNCTION "segue"."sync_update_public_people"() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
DECLARE
  old_changed boolean;
  new_changed boolean;
  settled_1_0 boolean := false;
BEGIN
  old_changed := false;
  new_changed := NEW."_segue_1_code" IS DISTINCT FROM OLD."_segue_1_code";
  settled_1_0 := old_changed OR new_changed;
  IF old_changed AND NOT new_changed THEN
    NEW."_segue_1_code" := "segue"."m1_up_users_code"(NEW."person");
    NULL;
  ELSIF new_changed AND NOT old_changed THEN
    NULL;
  ELSIF NOT old_changed AND NOT new_changed AND (NEW."person" IS DISTINCT FROM OLD."person") THEN
    NEW."_segue_1_code" := "segue"."m1_up_users_code"(NEW."person");
    NULL;
  END IF;
  RETURN NEW;
END
$segue$;
CREATE OR REPLACE TRIGGER "~segue_insert" BEFORE INSERT ON "public"."people"
FOR EACH ROW EXECUTE FUNCTION "segue"."sync_insert_public_people"();
CREATE OR REPLACE TRIGGER "~segue_update" BEFORE UPDATE ON "public"."people"
FOR EACH ROW WHEN (NEW."person" IS DISTINCT FROM OLD."person"
    OR NEW."_segue_1_code" IS DISTINCT FROM OLD."_segue_1_code")
EXECUTE FUNCTION "segue"."sync_update_public_people"();
ALTER TABLE "public"."people" ENABLE ALWAYS TRIGGER "~segue_insert";
ALTER TABLE "public"."people" ENABLE ALWAYS TRIGGER "~segue_update";
COMMIT;
-- not reversible

-- contract/06-cleanup: functions of `up` and `down` go
--   constant, none on tables
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL search_path = pg_catalog;
DROP FUNCTION IF EXISTS "segue"."m2_up_pets_keeper_raises"(integer);
DROP FUNCTION IF EXISTS "segue"."m2_up_pets_keeper"(integer);
COMMIT;
-- not reversible
