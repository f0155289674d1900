-- migration m1, version m1
-- clients: type mood stays for all clients until contract
-- clients: from expand on the base table users also has _segue_1_mood, _segue: SELECT * of base clients shows more, a prepared one fails once (0A000), and COPY into it without a column list fails (22P04)
-- clients: at contract the replaced column of users comes last in the base table: INSERT without a column list in base clients would store values in the wrong columns

-- expand/01-create_functions: functions of `up` and `down`
--   constant, none
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL search_path = "public", pg_catalog;
CREATE OR REPLACE FUNCTION "segue"."m1_up_users_mood"("mood" public.mood) RETURNS text
LANGUAGE sql PARALLEL SAFE
SET TimeZone = 'UTC'
SET DateStyle = 'ISO, YMD'
BEGIN ATOMIC
  SELECT (CASE "mood" WHEN 'sad' THEN 'low' WHEN 'ok' THEN 'fine' END);
END;
CREATE OR REPLACE FUNCTION "segue"."m1_up_users_mood_raises"("mood" public.mood) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $segue$
BEGIN
  PERFORM "segue"."m1_up_users_mood"("mood");
  RETURN false;
EXCEPTION WHEN OTHERS THEN
  RETURN true;
END
$segue$;
CREATE OR REPLACE FUNCTION "segue"."m1_down_users_mood"("mood" text) RETURNS public.mood
LANGUAGE sql PARALLEL SAFE
SET TimeZone = 'UTC'
SET DateStyle = 'ISO, YMD'
BEGIN ATOMIC
  SELECT (CASE "mood" WHEN 'low' THEN CAST('sad' AS mood) WHEN 'fine' THEN CAST('ok' AS mood) END);
END;
CREATE OR REPLACE FUNCTION "segue"."m1_down_users_mood_raises"("mood" text) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $segue$
BEGIN
  PERFORM "segue"."m1_down_users_mood"("mood");
  RETURN false;
EXCEPTION WHEN OTHERS THEN
  RETURN true;
END
$segue$;
DO $segue_class$
DECLARE weaker text := '';
BEGIN
  IF EXISTS (SELECT FROM pg_catalog.pg_depend d
             JOIN pg_catalog.pg_proc p ON p.oid = d.refobjid
             WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.refclassid = d.classid
               AND d.objid = '"segue"."m1_up_users_mood"(public.mood)'::regprocedure AND p.provolatile = 'v') THEN
    weaker := weaker || '`up` (CASE mood WHEN ''sad'' THEN ''low'' WHEN ''ok'' THEN ''fine'' END) ';
  END IF;
  IF EXISTS (SELECT FROM pg_catalog.pg_depend d
             JOIN pg_catalog.pg_proc p ON p.oid = d.refobjid
             WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.refclassid = d.classid
               AND d.objid = '"segue"."m1_down_users_mood"(text)'::regprocedure AND p.provolatile = 'v') THEN
    weaker := weaker || '`down` (CASE mood WHEN ''low'' THEN CAST(''sad'' AS mood) WHEN ''fine'' THEN CAST(''ok'' AS mood) END) ';
  END IF;
  PERFORM pg_catalog.set_config('segue.weaker', weaker, true);
END
$segue_class$;
SELECT pg_catalog.current_setting('segue.weaker');
SET LOCAL search_path = pg_catalog;
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL search_path = pg_catalog;
--   DROP FUNCTION IF EXISTS "segue"."m1_up_users_mood_raises"(public.mood);
--   DROP FUNCTION IF EXISTS "segue"."m1_up_users_mood"(public.mood);
--   DROP FUNCTION IF EXISTS "segue"."m1_down_users_mood_raises"(text);
--   DROP FUNCTION IF EXISTS "segue"."m1_down_users_mood"(text);
--   COMMIT;

-- expand/02-create_version: schema of version m1, refusing until publish
--   constant, none on tables
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
CREATE SCHEMA IF NOT EXISTS "public_m1";
GRANT USAGE ON SCHEMA "public_m1" TO PUBLIC;
DROP VIEW IF EXISTS "public_m1"."users";
SET LOCAL search_path = "public", pg_catalog;
CREATE OR REPLACE VIEW "public_m1"."users" AS
SELECT r."id", r."name", r."age", r."email", r."mood"
FROM segue.refuse_rows('m1', 'not served yet') AS r("id" integer, "name" text, "age" integer, "email" text, "mood" text);
SELECT segue.copy_privileges('"public"."users"', '"public_m1"."users"');
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL search_path = "public", pg_catalog;
--   CREATE OR REPLACE VIEW "public_m1"."users" AS
--   SELECT r."id", r."name", r."age", r."email", r."mood"
--   FROM segue.refuse_rows('m1', 'taken back') AS r("id" integer, "name" text, "age" integer, "email" text, "mood" text);
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
  ADD COLUMN "_segue_1_mood" text,
  ADD COLUMN "_segue" smallint;
SET LOCAL search_path = pg_catalog;
CREATE OR REPLACE FUNCTION "segue"."sync_insert_public_users"() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
DECLARE
  version smallint := NEW."_segue";
BEGIN
  NEW."_segue" := NULL;
  BEGIN
    NEW."_segue_1_mood" := "segue"."m1_up_users_mood"(NEW."mood");
  EXCEPTION WHEN OTHERS THEN
    NEW."_segue_1_mood" := NULL;
    PERFORM segue.note_event('m1', 'up_failed', 'users._segue_1_mood');
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
  IF NEW."mood" IS DISTINCT FROM OLD."mood" OR NEW."_segue_1_mood" IS NULL THEN
    BEGIN
      NEW."_segue_1_mood" := "segue"."m1_up_users_mood"(NEW."mood");
    EXCEPTION WHEN OTHERS THEN
      NEW."_segue_1_mood" := NULL;
      PERFORM segue.note_event('m1', 'up_failed', 'users._segue_1_mood');
    END;
    NULL;
  END IF;
  RETURN NEW;
END
$segue$;
CREATE OR REPLACE TRIGGER "~segue_insert" BEFORE INSERT ON "public"."users"
FOR EACH ROW EXECUTE FUNCTION "segue"."sync_insert_public_users"();
CREATE OR REPLACE TRIGGER "~segue_update" BEFORE UPDATE ON "public"."users"
FOR EACH ROW WHEN (NEW."mood" IS DISTINCT FROM OLD."mood"
    OR NEW."_segue_1_mood" IS NULL)
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
    SELECT ctid AS _segue_at, "mood" FROM ONLY "public"."users" LIMIT 1),
  source AS MATERIALIZED (
    SELECT one._segue_at, other."mood" AS _segue_v1
    FROM one, (SELECT "mood" FROM ONLY "public"."users" LIMIT 100) AS other
    WHERE (one."mood" IS DISTINCT FROM other."mood") LIMIT 1)
UPDATE ONLY "public"."users" AS t SET "mood" = source._segue_v1
FROM source WHERE t.ctid = source._segue_at
RETURNING (("_segue_1_mood" IS DISTINCT FROM "segue"."m1_up_users_mood"("mood")) AND NOT "segue"."m1_up_users_mood_raises"("mood"))::text;
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
--     DROP COLUMN "_segue_1_mood",
--     DROP COLUMN "_segue";
--   COMMIT;

-- migrate/01-backfill:users: fill the new columns of users
--   write, ROW EXCLUSIVE, rows of one chunk; in block ranges, computed in place
SET synchronous_commit = off;
SET search_path = pg_catalog, "public";
SET lock_timeout = 500;
/* range by range; the first: */ UPDATE ONLY "public"."users" SET "_segue_1_mood" = "segue"."m1_up_users_mood"("mood")
WHERE ctid >= '(0,0)'::tid AND ctid < '(1,0)'::tid AND (("_segue_1_mood" IS NULL AND "segue"."m1_up_users_mood"("mood") IS NOT NULL));
/* what is left over, range by range: */ SELECT count(*) FILTER (WHERE (("_segue_1_mood" IS NULL AND CASE WHEN "segue"."m1_up_users_mood_raises"("mood") THEN false ELSE "segue"."m1_up_users_mood"("mood") IS NOT NULL END))), count(*) FILTER (WHERE ("_segue_1_mood" IS NULL AND "segue"."m1_up_users_mood_raises"("mood"))),
  min(ROW("id")::text) FILTER (WHERE ("_segue_1_mood" IS NULL AND "segue"."m1_up_users_mood_raises"("mood")))
FROM ONLY "public"."users" WHERE ctid >= '(0,0)'::tid AND ctid < '(1,0)'::tid AND ("_segue_1_mood" IS NULL);
SET synchronous_commit = on;
SET lock_timeout = 0;
SET search_path = pg_catalog;

-- migrate/02-analyze:users: statistics of users
--   scan, SHARE UPDATE EXCLUSIVE
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
ANALYZE "public"."users";
COMMIT;

-- migrate/03-compare:users: prove that both sides of users agree
--   scan, ACCESS SHARE
/* range by range; the first: */ SELECT ROW("id")::text, concat_ws(' ', ROW("mood")::text), concat_ws(' ', ROW("_segue_1_mood")::text), (((NOT ("_segue_1_mood" IS DISTINCT FROM "segue"."m1_up_users_mood"("mood"))) OR (NOT ("mood" IS DISTINCT FROM "segue"."m1_down_users_mood"("_segue_1_mood"))))) FROM ONLY "public"."users" WHERE ctid >= '(0,0)'::tid AND ctid < '(1,0)'::tid AND (NOT ((NOT ("_segue_1_mood" IS DISTINCT FROM "segue"."m1_up_users_mood"("mood"))) OR (NOT ("mood" IS DISTINCT FROM "segue"."m1_down_users_mood"("_segue_1_mood"))))) ORDER BY 4 LIMIT 10;

-- migrate/04-horizon: wait for snapshots older than the backfill
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

-- migrate/05-publish: serve version m1, two-way sync
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
    IF NEW."_segue_1_mood" IS NULL THEN
      NEW."_segue_1_mood" := "segue"."m1_up_users_mood"(NEW."mood");
    END IF;
    NULL;
  ELSE
    IF version >= 1 THEN
      NEW."mood" := "segue"."m1_down_users_mood"(NEW."_segue_1_mood");
      NULL;
    END IF;
    IF version < 1 THEN
      NEW."_segue_1_mood" := "segue"."m1_up_users_mood"(NEW."mood");
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
  old_changed := NEW."mood" IS DISTINCT FROM OLD."mood";
  new_changed := NEW."_segue_1_mood" IS DISTINCT FROM OLD."_segue_1_mood";
  settled_1_0 := old_changed OR new_changed;
  IF old_changed AND NOT new_changed THEN
    NEW."_segue_1_mood" := "segue"."m1_up_users_mood"(NEW."mood");
    NULL;
  ELSIF new_changed AND NOT old_changed THEN
    NEW."mood" := "segue"."m1_down_users_mood"(NEW."_segue_1_mood");
    NULL;
  ELSIF old_changed AND new_changed THEN
    IF (NEW."_segue_1_mood" IS DISTINCT FROM "segue"."m1_up_users_mood"(NEW."mood")) AND (NEW."mood" IS DISTINCT FROM "segue"."m1_down_users_mood"(NEW."_segue_1_mood")) THEN
      NEW."_segue_1_mood" := "segue"."m1_up_users_mood"(NEW."mood");
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
FOR EACH ROW WHEN (NEW."mood" IS DISTINCT FROM OLD."mood"
    OR NEW."_segue_1_mood" IS DISTINCT FROM OLD."_segue_1_mood")
EXECUTE FUNCTION "segue"."sync_update_public_users"();
ALTER TABLE "public"."users" ENABLE ALWAYS TRIGGER "~segue_insert";
ALTER TABLE "public"."users" ENABLE ALWAYS TRIGGER "~segue_update";
SET LOCAL search_path = "public", pg_catalog;
CREATE OR REPLACE VIEW "segue"."public_users__1" AS
SELECT "id", "name", "age", "email", "_segue_1_mood" AS "mood", "_segue"
FROM "public"."users";
ALTER VIEW "segue"."public_users__1" ALTER COLUMN "_segue" SET DEFAULT 1;
CREATE OR REPLACE VIEW "public_m1"."users" AS
SELECT "id", "name", "age", "email", "mood"
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
    SELECT ctid AS _segue_at, "mood" FROM ONLY "public"."users" LIMIT 1),
  source AS MATERIALIZED (
    SELECT one._segue_at, other."mood" AS _segue_v1
    FROM one, (SELECT "mood" FROM ONLY "public"."users" LIMIT 100) AS other
    WHERE (one."mood" IS DISTINCT FROM other."mood") LIMIT 1)
UPDATE ONLY "public"."users" AS t SET "mood" = source._segue_v1
FROM source WHERE t.ctid = source._segue_at
RETURNING (("_segue_1_mood" IS DISTINCT FROM "segue"."m1_up_users_mood"("mood")) AND NOT "segue"."m1_up_users_mood_raises"("mood"))::text;
WITH one AS MATERIALIZED (
    SELECT ctid AS _segue_at, "_segue_1_mood" FROM ONLY "public"."users" LIMIT 1),
  source AS MATERIALIZED (
    SELECT one._segue_at, other."_segue_1_mood" AS _segue_v1
    FROM one, (SELECT "_segue_1_mood" FROM ONLY "public"."users" LIMIT 100) AS other
    WHERE (one."_segue_1_mood" IS DISTINCT FROM other."_segue_1_mood") LIMIT 1)
UPDATE ONLY "public"."users" AS t SET "_segue_1_mood" = source._segue_v1
FROM source WHERE t.ctid = source._segue_at
RETURNING ("mood" IS DISTINCT FROM "segue"."m1_down_users_mood"("_segue_1_mood"))::text;
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
--       NEW."_segue_1_mood" := "segue"."m1_up_users_mood"(NEW."mood");
--     EXCEPTION WHEN OTHERS THEN
--       NEW."_segue_1_mood" := NULL;
--       PERFORM segue.note_event('m1', 'up_failed', 'users._segue_1_mood');
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
--     IF NEW."mood" IS DISTINCT FROM OLD."mood" OR NEW."_segue_1_mood" IS NULL THEN
--       BEGIN
--         NEW."_segue_1_mood" := "segue"."m1_up_users_mood"(NEW."mood");
--       EXCEPTION WHEN OTHERS THEN
--         NEW."_segue_1_mood" := NULL;
--         PERFORM segue.note_event('m1', 'up_failed', 'users._segue_1_mood');
--       END;
--       NULL;
--     END IF;
--     RETURN NEW;
--   END
--   $segue$;
--   CREATE OR REPLACE TRIGGER "~segue_insert" BEFORE INSERT ON "public"."users"
--   FOR EACH ROW EXECUTE FUNCTION "segue"."sync_insert_public_users"();
--   CREATE OR REPLACE TRIGGER "~segue_update" BEFORE UPDATE ON "public"."users"
--   FOR EACH ROW WHEN (NEW."mood" IS DISTINCT FROM OLD."mood"
--       OR NEW."_segue_1_mood" IS NULL)
--   EXECUTE FUNCTION "segue"."sync_update_public_users"();
--   ALTER TABLE "public"."users" ENABLE ALWAYS TRIGGER "~segue_insert";
--   ALTER TABLE "public"."users" ENABLE ALWAYS TRIGGER "~segue_update";
--   SET LOCAL search_path = "public", pg_catalog;
--   CREATE OR REPLACE VIEW "public_m1"."users" AS
--   SELECT r."id", r."name", r."age", r."email", r."mood"
--   FROM segue.refuse_rows('m1', 'taken back') AS r("id" integer, "name" text, "age" integer, "email" text, "mood" text);
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
/* range by range; the first: */ SELECT ROW("id")::text, concat_ws(' ', ROW("mood")::text), concat_ws(' ', ROW("_segue_1_mood")::text), (((NOT ("_segue_1_mood" IS DISTINCT FROM "segue"."m1_up_users_mood"("mood"))) OR (NOT ("mood" IS DISTINCT FROM "segue"."m1_down_users_mood"("_segue_1_mood"))))) FROM ONLY "public"."users" WHERE ctid >= '(0,0)'::tid AND ctid < '(1,0)'::tid AND (NOT ((NOT ("_segue_1_mood" IS DISTINCT FROM "segue"."m1_up_users_mood"("mood"))) OR (NOT ("mood" IS DISTINCT FROM "segue"."m1_down_users_mood"("_segue_1_mood"))))) ORDER BY 4 LIMIT 10;

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
SELECT "id", "name", "age", "email", "_segue_1_mood" AS "mood"
FROM "public"."users";
SELECT segue.copy_privileges('"public"."users"', '"public_m1"."users"');
DROP VIEW IF EXISTS "segue"."public_users__1";
ALTER TABLE "public"."users"
  DROP COLUMN "mood",
  DROP COLUMN "_segue";
ALTER TABLE "public"."users" RENAME COLUMN "_segue_1_mood" TO "mood";
SELECT pg_catalog.string_agg(DISTINCT s.what, ', ')
FROM (SELECT 'pg_catalog.pg_type'::pg_catalog.regclass AS class, t.oid, t.typowner AS owner
FROM pg_catalog.pg_type AS t JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
WHERE n.nspname = 'public' AND t.typname = 'mood' AND t.typtype = 'e') AS o
LEFT JOIN pg_catalog.pg_type AS ot
  ON o.class = 'pg_catalog.pg_type'::pg_catalog.regclass AND ot.oid = o.oid
  OR o.class = 'pg_catalog.pg_class'::pg_catalog.regclass AND ot.typrelid = o.oid
JOIN pg_catalog.pg_depend AS d
  ON d.refclassid = o.class AND d.refobjid = o.oid
  OR d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass
     AND d.refobjid IN (ot.oid, ot.typarray)
LEFT JOIN pg_catalog.pg_rewrite AS r
  ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND r.oid = d.objid
LEFT JOIN pg_catalog.pg_attrdef AS f
  ON d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND f.oid = d.objid
LEFT JOIN pg_catalog.pg_trigger AS g
  ON d.classid = 'pg_catalog.pg_trigger'::pg_catalog.regclass AND g.oid = d.objid
LEFT JOIN pg_catalog.pg_proc AS p
  ON d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND p.oid = d.objid
LEFT JOIN pg_catalog.pg_constraint AS k
  ON d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND k.oid = d.objid
     AND pg_catalog.cardinality(k.conkey) = 1
LEFT JOIN pg_catalog.pg_class AS c
  ON c.oid = CASE WHEN d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass THEN d.objid
                  ELSE coalesce(r.ev_class, f.adrelid, nullif(k.conrelid, 0)) END
LEFT JOIN pg_catalog.pg_attribute AS a
  ON a.attrelid = c.oid AND a.attnum = coalesce(f.adnum, k.conkey[1], nullif(d.objsubid, 0))
CROSS JOIN LATERAL (SELECT CASE
    WHEN a.attnum IS NOT NULL THEN pg_catalog.format('%s.%I', c.oid::pg_catalog.regclass, a.attname)
    WHEN r.oid IS NOT NULL THEN pg_catalog.format('view %s', c.oid::pg_catalog.regclass)
    ELSE pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid) END AS what,
  CASE WHEN a.attnum IS NOT NULL THEN pg_catalog.concat(c.relname, '.', a.attname)
    ELSE coalesce(c.relname, g.tgname, p.proname)::pg_catalog.text END AS key) AS s
WHERE d.deptype = 'n' AND c.oid IS DISTINCT FROM o.oid
  AND NOT coalesce(s.key = ANY (ARRAY['mood']::pg_catalog.text[]), false)
  AND NOT coalesce(c.relname = ANY (ARRAY['mood']::pg_catalog.text[]), false)
  AND NOT coalesce(c.relkind = 'v' AND EXISTS (SELECT FROM pg_catalog.pg_rewrite AS w
    JOIN pg_catalog.pg_depend AS wd ON wd.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
     AND wd.objid = w.oid AND wd.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass
     AND wd.refobjid = pg_catalog.to_regprocedure('segue.refuse_rows(text, text)')
   WHERE w.ev_class = c.oid), false)
  AND NOT coalesce(p.pronamespace = pg_catalog.to_regnamespace('segue'), false)
HAVING count(*) > 0;
SET LOCAL search_path = pg_catalog;
COMMIT;
-- not reversible

-- contract/04-cleanup: functions of `up` and `down` go
--   constant, none on tables
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL search_path = pg_catalog;
DROP FUNCTION IF EXISTS "segue"."m1_up_users_mood_raises"(public.mood);
DROP FUNCTION IF EXISTS "segue"."m1_up_users_mood"(public.mood);
DROP FUNCTION IF EXISTS "segue"."m1_down_users_mood_raises"(text);
DROP FUNCTION IF EXISTS "segue"."m1_down_users_mood"(text);
COMMIT;
-- not reversible

-- contract/05-drop_object.mood: drop type mood
--   constant, none on tables; what stood on it is gone with the swap
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 200;
SET LOCAL search_path = "public", pg_catalog;
SELECT pg_catalog.string_agg(DISTINCT s.what, ', ')
FROM (SELECT 'pg_catalog.pg_type'::pg_catalog.regclass AS class, t.oid, t.typowner AS owner
FROM pg_catalog.pg_type AS t JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
WHERE n.nspname = 'public' AND t.typname = 'mood' AND t.typtype = 'e') AS o
LEFT JOIN pg_catalog.pg_type AS ot
  ON o.class = 'pg_catalog.pg_type'::pg_catalog.regclass AND ot.oid = o.oid
  OR o.class = 'pg_catalog.pg_class'::pg_catalog.regclass AND ot.typrelid = o.oid
JOIN pg_catalog.pg_depend AS d
  ON d.refclassid = o.class AND d.refobjid = o.oid
  OR d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass
     AND d.refobjid IN (ot.oid, ot.typarray)
LEFT JOIN pg_catalog.pg_rewrite AS r
  ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND r.oid = d.objid
LEFT JOIN pg_catalog.pg_attrdef AS f
  ON d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND f.oid = d.objid
LEFT JOIN pg_catalog.pg_trigger AS g
  ON d.classid = 'pg_catalog.pg_trigger'::pg_catalog.regclass AND g.oid = d.objid
LEFT JOIN pg_catalog.pg_proc AS p
  ON d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND p.oid = d.objid
LEFT JOIN pg_catalog.pg_constraint AS k
  ON d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND k.oid = d.objid
     AND pg_catalog.cardinality(k.conkey) = 1
LEFT JOIN pg_catalog.pg_class AS c
  ON c.oid = CASE WHEN d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass THEN d.objid
                  ELSE coalesce(r.ev_class, f.adrelid, nullif(k.conrelid, 0)) END
LEFT JOIN pg_catalog.pg_attribute AS a
  ON a.attrelid = c.oid AND a.attnum = coalesce(f.adnum, k.conkey[1], nullif(d.objsubid, 0))
CROSS JOIN LATERAL (SELECT CASE
    WHEN a.attnum IS NOT NULL THEN pg_catalog.format('%s.%I', c.oid::pg_catalog.regclass, a.attname)
    WHEN r.oid IS NOT NULL THEN pg_catalog.format('view %s', c.oid::pg_catalog.regclass)
    ELSE pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid) END AS what,
  CASE WHEN a.attnum IS NOT NULL THEN pg_catalog.concat(c.relname, '.', a.attname)
    ELSE coalesce(c.relname, g.tgname, p.proname)::pg_catalog.text END AS key) AS s
WHERE d.deptype = 'n' AND c.oid IS DISTINCT FROM o.oid
  AND NOT coalesce(s.key = ANY (ARRAY[]::pg_catalog.text[]), false)
  AND NOT coalesce(c.relname = ANY (ARRAY[]::pg_catalog.text[]), false)
  AND NOT coalesce(c.relkind = 'v' AND EXISTS (SELECT FROM pg_catalog.pg_rewrite AS w
    JOIN pg_catalog.pg_depend AS wd ON wd.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
     AND wd.objid = w.oid AND wd.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass
     AND wd.refobjid = pg_catalog.to_regprocedure('segue.refuse_rows(text, text)')
   WHERE w.ev_class = c.oid), false)
  AND NOT coalesce(p.pronamespace = pg_catalog.to_regnamespace('segue'), false)
HAVING count(*) > 0;
DO $segue$
DECLARE
  v record;
BEGIN
  FOR v IN
    SELECT c.oid::pg_catalog.regclass::pg_catalog.text AS name, n.nspname AS version,
           pg_catalog.string_agg(pg_catalog.format('r.%I', a.attname), ', '
                                 ORDER BY a.attnum) AS columns,
           pg_catalog.string_agg(pg_catalog.format('%I %s', a.attname,
             CASE WHEN t.oid IS NULL THEN pg_catalog.format_type(a.atttypid, a.atttypmod)
                  ELSE 'text' END), ', ' ORDER BY a.attnum) AS record
      FROM (SELECT 'pg_catalog.pg_type'::pg_catalog.regclass AS class, t.oid, t.typowner AS owner
FROM pg_catalog.pg_type AS t JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
WHERE n.nspname = 'public' AND t.typname = 'mood' AND t.typtype = 'e') AS o
     CROSS JOIN pg_catalog.pg_class AS c
      JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
      JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0
      LEFT JOIN pg_catalog.pg_type AS t
        ON t.oid = a.atttypid AND o.class = 'pg_catalog.pg_type'::pg_catalog.regclass
           AND (t.oid = o.oid OR t.typelem = o.oid)
     WHERE c.relkind = 'v' AND EXISTS (SELECT FROM pg_catalog.pg_rewrite AS w
    JOIN pg_catalog.pg_depend AS wd ON wd.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
     AND wd.objid = w.oid AND wd.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass
     AND wd.refobjid = pg_catalog.to_regprocedure('segue.refuse_rows(text, text)')
   WHERE w.ev_class = c.oid)
     GROUP BY c.oid, n.nspname
    HAVING count(t.oid) > 0 OR EXISTS (
             SELECT FROM pg_catalog.pg_attrdef AS f
               JOIN pg_catalog.pg_depend AS d
                 ON d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND d.objid = f.oid
               JOIN (SELECT 'pg_catalog.pg_type'::pg_catalog.regclass AS class, t.oid, t.typowner AS owner
FROM pg_catalog.pg_type AS t JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
WHERE n.nspname = 'public' AND t.typname = 'mood' AND t.typtype = 'e') AS x ON d.refclassid = x.class AND d.refobjid = x.oid
              WHERE f.adrelid = c.oid)
  LOOP
    EXECUTE pg_catalog.format('DROP VIEW %s', v.name);
    EXECUTE pg_catalog.format(
      'CREATE VIEW %s AS SELECT %s FROM segue.refuse_rows(%L, ''no longer served'') AS r(%s)',
      v.name, v.columns, v.version, v.record);
    EXECUTE pg_catalog.format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO PUBLIC', v.name);
  END LOOP;
END
$segue$;
DROP TYPE "public"."mood";
SET LOCAL search_path = pg_catalog;
COMMIT;
-- not reversible
