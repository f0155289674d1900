-- migration m1, version m1
-- clients: constraint customers_code_key of customers goes at contract, because clients of the old version use it: until then it binds the new version too; `up` and `down` give that a column without it

-- expand/01-create_version: schema of version m1, refusing until publish
--   constant, none on tables
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
CREATE SCHEMA IF NOT EXISTS "public_m1";
GRANT USAGE ON SCHEMA "public_m1" TO PUBLIC;
SET LOCAL search_path = "public", pg_catalog;
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL search_path = "public", pg_catalog;
--   COMMIT;

-- migrate/01-publish: serve version m1
--   constant, none on tables
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 5;
SET LOCAL search_path = "public", pg_catalog;
SET LOCAL search_path = pg_catalog;
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL lock_timeout = 5;
--   SET LOCAL search_path = "public", pg_catalog;
--   COMMIT;

-- contract/01-gate: no client on the old version
--   wait, none
SELECT service, 'version ' || version, id, '' FROM segue.client WHERE version NOT IN ('m1') AND seen_at > clock_timestamp() - interval '10 seconds'
UNION ALL
(WITH held AS MATERIALIZED (SELECT * FROM pg_catalog.pg_locks WHERE locktype = 'relation')
SELECT DISTINCT a.pid::text, coalesce(a.usename, ''), coalesce(a.application_name, ''), t.relation::regclass::text
FROM held t JOIN pg_catalog.pg_stat_activity a ON a.pid = t.pid
WHERE t.relation IN ('"public"."customers"'::regclass) AND t.pid <> pg_catalog.pg_backend_pid()
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
LOCK TABLE "public"."customers" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public"."customers" IN ACCESS EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
SET LOCAL search_path = "public", pg_catalog;
ALTER TABLE "public"."customers" DROP CONSTRAINT "customers_code_key";
SET LOCAL search_path = pg_catalog;
COMMIT;
-- not reversible
