-- migration m1, version m1
-- reversal: reversing leaves the value "grumpy" in type mood: PostgreSQL cannot take a value out of an enum
-- clients: from expand on clients of all versions can write and read "grumpy" where they use type mood
-- reversal: reversing leaves the value "happy" in type mood: PostgreSQL cannot take a value out of an enum
-- clients: from expand on clients of all versions can write and read "happy" where they use type mood

-- expand/01-create_object.mood: type mood gets the value "grumpy"
--   constant, none on tables; its own transaction: the value cannot be used before its commit
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 200;
SET LOCAL search_path = "public", pg_catalog;
ALTER TYPE "public"."mood" ADD VALUE IF NOT EXISTS 'grumpy' BEFORE 'ok';
SELECT 1 FROM (SELECT 'pg_catalog.pg_type'::pg_catalog.regclass AS class, t.oid, t.typowner AS owner
FROM pg_catalog.pg_type AS t JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
WHERE n.nspname = 'public' AND t.typname = 'mood' AND t.typtype = 'e') AS o;
SET LOCAL search_path = pg_catalog;
COMMIT;
-- not reversible

-- expand/02-create_object.mood: type mood gets the value "happy"
--   constant, none on tables; its own transaction: the value cannot be used before its commit
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 200;
SET LOCAL search_path = "public", pg_catalog;
ALTER TYPE "public"."mood" ADD VALUE IF NOT EXISTS 'happy';
SELECT 1 FROM (SELECT 'pg_catalog.pg_type'::pg_catalog.regclass AS class, t.oid, t.typowner AS owner
FROM pg_catalog.pg_type AS t JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
WHERE n.nspname = 'public' AND t.typname = 'mood' AND t.typtype = 'e') AS o;
SET LOCAL search_path = pg_catalog;
COMMIT;
-- not reversible

-- expand/03-create_version: schema of version m1, refusing until publish
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
SELECT service, 'version ' || version, id, '' FROM segue.client WHERE version NOT IN ('m1') AND seen_at > clock_timestamp() - interval '10 seconds';

-- contract/02-swap: the base takes the new shape
--   constant, ACCESS EXCLUSIVE, milliseconds, by the ladder
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 5;
SET LOCAL search_path = "public", pg_catalog;
SET LOCAL search_path = pg_catalog;
COMMIT;
-- not reversible
