-- migration m1, version m1
-- reversal: reversing drops table scratch with the rows written meanwhile

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

-- expand/02-create_table:scratch: create table scratch
--   constant, none on other tables; additive: old clients do not see it
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL search_path = "public", pg_catalog;
CREATE UNLOGGED TABLE "public"."scratch" (
  "id" integer,
  "item" text,
  PRIMARY KEY ("id")
);
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL lock_timeout = 3000;
--   LOCK TABLE "public"."scratch" IN SHARE UPDATE EXCLUSIVE MODE;
--   LOCK TABLE "public"."scratch" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   SET LOCAL lock_timeout = 5;
--   DROP TABLE "public"."scratch";
--   COMMIT;

-- migrate/01-build_index:scratch.create:scratch_item: build index scratch_item
--   index_build, SHARE UPDATE EXCLUSIVE; concurrently: no write waits
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL search_path = "public", pg_catalog;
CREATE INDEX "scratch_item" ON "public"."scratch" USING btree ("item");
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL lock_timeout = 3000;
--   LOCK TABLE "public"."scratch" IN SHARE UPDATE EXCLUSIVE MODE;
--   LOCK TABLE "public"."scratch" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   SET LOCAL lock_timeout = 5;
--   DROP INDEX IF EXISTS "public"."scratch_item";
--   COMMIT;

-- migrate/02-publish: serve version m1
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
