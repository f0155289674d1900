-- migration m1, version m1

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

-- expand/02-run_sql: run the file's own statement
--   scan, that of the statement; the author named this phase
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 200;
SET LOCAL search_path = "public", pg_catalog;
ALTER TABLE users ADD COLUMN upper_name text;
SET LOCAL search_path = pg_catalog;
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL lock_timeout = 200;
--   SET LOCAL search_path = "public", pg_catalog;
--   ALTER TABLE users DROP COLUMN upper_name;
--   SET LOCAL search_path = pg_catalog;
--   COMMIT;

-- migrate/01-backfill: fill users as the file says
--   write, that of the statement; the author named this phase
SET synchronous_commit = off;
SET search_path = pg_catalog, "public";
SET lock_timeout = 500;
/* range by range; the first: */ SET LOCAL search_path = "public", pg_catalog;
/* range by range; the first: */ UPDATE ONLY "public"."users" SET "upper_name" = (upper(name))
WHERE ctid >= '(0,0)'::tid AND ctid < '(1,0)'::tid AND (upper_name IS NULL);
/* at the end: */ SET LOCAL search_path = "public", pg_catalog;
/* at the end: */ SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM users WHERE upper_name IS NULL);
SET synchronous_commit = on;
SET lock_timeout = 0;
SET search_path = pg_catalog;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL lock_timeout = 200;
--   SET LOCAL search_path = "public", pg_catalog;
--   UPDATE users SET upper_name = NULL;
--   SET LOCAL search_path = pg_catalog;
--   COMMIT;

-- migrate/02-horizon: wait for snapshots older than the backfill
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

-- migrate/03-publish: serve version m1
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
SELECT service, 'version ' || version, id, '' FROM segue.client WHERE version NOT IN ('m1') AND seen_at > clock_timestamp() - interval '10 seconds';

-- contract/02-run_sql: run the file's own statement
--   scan, that of the statement; the author named this phase
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 200;
SET LOCAL search_path = "public", pg_catalog;
ALTER TABLE users ADD CONSTRAINT named CHECK (upper_name = upper(name)) NOT VALID;
SET LOCAL search_path = pg_catalog;
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL lock_timeout = 200;
--   SET LOCAL search_path = "public", pg_catalog;
--   ALTER TABLE users DROP CONSTRAINT named;
--   SET LOCAL search_path = pg_catalog;
--   COMMIT;

-- contract/03-swap: the base takes the new shape
--   constant, ACCESS EXCLUSIVE, milliseconds, by the ladder
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 5;
SET LOCAL search_path = "public", pg_catalog;
SET LOCAL search_path = pg_catalog;
COMMIT;
-- not reversible
