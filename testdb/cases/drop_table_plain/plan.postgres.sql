-- migration m1, version m1

-- expand/01-create_version: schema of version m1, refusing until publish
--   constant, none on tables
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
CREATE SCHEMA IF NOT EXISTS "public_m1";
GRANT USAGE ON SCHEMA "public_m1" TO PUBLIC;
DROP VIEW IF EXISTS "public_m1"."scrap";
SET LOCAL search_path = "public", pg_catalog;
CREATE OR REPLACE VIEW "public_m1"."scrap" AS
SELECT r."id", r."what"
FROM segue.refuse_rows('m1', 'without table scrap: it was dropped or renamed') AS r("id" integer, "what" text);
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL search_path = "public", pg_catalog;
--   CREATE OR REPLACE VIEW "public_m1"."scrap" AS
--   SELECT r."id", r."what"
--   FROM segue.refuse_rows('m1', 'without table scrap: it was dropped or renamed') AS r("id" integer, "what" text);
--   COMMIT;

-- migrate/01-publish: serve version m1
--   constant, none on tables
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
LOCK TABLE "public_m1"."scrap" IN ACCESS EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
SET LOCAL search_path = "public", pg_catalog;
SET LOCAL search_path = pg_catalog;
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   LOCK TABLE "public_m1"."scrap" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   SET LOCAL lock_timeout = 5;
--   SET LOCAL search_path = "public", pg_catalog;
--   CREATE OR REPLACE VIEW "public_m1"."scrap" AS
--   SELECT r."id", r."what"
--   FROM segue.refuse_rows('m1', 'without table scrap: it was dropped or renamed') AS r("id" integer, "what" text);
--   COMMIT;

-- contract/01-gate: no client on the old version
--   wait, none
SELECT service, 'version ' || version, id, '' FROM segue.client WHERE version NOT IN ('m1') AND seen_at > clock_timestamp() - interval '10 seconds'
UNION ALL
(WITH held AS MATERIALIZED (SELECT * FROM pg_catalog.pg_locks WHERE locktype = 'relation')
SELECT DISTINCT a.pid::text, coalesce(a.usename, ''), coalesce(a.application_name, ''), t.relation::regclass::text
FROM held t JOIN pg_catalog.pg_stat_activity a ON a.pid = t.pid
WHERE t.relation IN ('"public"."scrap"'::regclass) AND t.pid <> pg_catalog.pg_backend_pid()
  AND t.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
  AND a.backend_type = 'client backend' AND NOT EXISTS (SELECT FROM pg_catalog.pg_locks own WHERE own.pid = t.pid AND own.locktype = 'advisory' AND own.classid = 1397049173 AND own.objid = 2 AND own.objsubid = 2 AND own.granted)
  AND t.mode IN ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock')
  AND NOT EXISTS (SELECT FROM held v JOIN pg_catalog.pg_class c ON c.oid = v.relation
                  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                  WHERE v.pid = t.pid AND n.nspname IN ('public_m1')));

-- contract/02-swap: the base takes the new shape
--   constant, ACCESS EXCLUSIVE, milliseconds, by the ladder
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 3000;
LOCK TABLE "public"."scrap" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public"."scrap" IN ACCESS EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
SET LOCAL search_path = "public", pg_catalog;
DROP TABLE "public"."scrap";
SET LOCAL search_path = pg_catalog;
COMMIT;
-- not reversible
