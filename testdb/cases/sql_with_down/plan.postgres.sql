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
CREATE VIEW adults AS SELECT id, name FROM users WHERE age >= 18;
SET LOCAL search_path = pg_catalog;
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL lock_timeout = 200;
--   SET LOCAL search_path = "public", pg_catalog;
--   DROP VIEW adults;
--   SET LOCAL search_path = pg_catalog;
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
SELECT service, 'version ' || version, id, '' FROM segue.client WHERE version NOT IN ('m1') AND seen_at > clock_timestamp() - interval '10 seconds';

-- contract/02-swap: the base takes the new shape
--   constant, ACCESS EXCLUSIVE, milliseconds, by the ladder
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 5;
SET LOCAL search_path = "public", pg_catalog;
SET LOCAL search_path = pg_catalog;
COMMIT;
-- not reversible
