-- migration m1, version m1
-- reversal: constraint placed_sane of orders goes in expand; reversing restores it after checking the rows

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

-- expand/02-loosen:orders: orders accepts what the new version needs
--   constant, ACCESS EXCLUSIVE, milliseconds; loosening does not disturb old clients
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 3000;
LOCK TABLE "public"."orders" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public"."orders" IN ACCESS EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
ALTER TABLE "public"."orders" DROP CONSTRAINT "placed_sane";
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL lock_timeout = 3000;
--   LOCK TABLE "public"."orders" IN SHARE UPDATE EXCLUSIVE MODE;
--   LOCK TABLE "public"."orders" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   SET LOCAL lock_timeout = 5;
--   ALTER TABLE "public"."orders" DROP CONSTRAINT IF EXISTS "placed_sane";
--   ALTER TABLE "public"."orders" ADD CONSTRAINT "placed_sane" CHECK (((placed > 0) AND (placed < 100))) NOT VALID;
--   COMMIT;
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   DO $segue$
--   BEGIN
--     ALTER TABLE "public"."orders" VALIDATE CONSTRAINT "placed_sane";
--   EXCEPTION WHEN check_violation OR foreign_key_violation THEN
--     RAISE WARNING USING MESSAGE = 'rows of public.orders violate placed_sane: it is not restored';
--   END
--   $segue$;
--   COMMIT;
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL lock_timeout = 3000;
--   LOCK TABLE "public"."orders" IN SHARE UPDATE EXCLUSIVE MODE;
--   LOCK TABLE "public"."orders" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   SET LOCAL lock_timeout = 5;
--   DO $segue$
--   BEGIN
--     IF NOT (SELECT convalidated FROM pg_catalog.pg_constraint
--             WHERE conrelid = '"public"."orders"'::regclass AND conname = 'placed_sane') THEN
--       ALTER TABLE "public"."orders" DROP CONSTRAINT "placed_sane";
--     END IF;
--   END
--   $segue$;
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
WHERE t.relation IN ('"public"."orders"'::regclass) AND t.pid <> pg_catalog.pg_backend_pid()
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
LOCK TABLE "public"."orders" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public"."orders" IN ACCESS EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
SET LOCAL search_path = "public", pg_catalog;
SET LOCAL search_path = pg_catalog;
COMMIT;
-- not reversible
