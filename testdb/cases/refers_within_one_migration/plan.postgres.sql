-- migration m1, version m1
-- reversal: reversing drops table places with the rows written meanwhile
-- reversal: reversing drops table visits with the rows written meanwhile
-- clients: from expand on the base table users also has _segue_1_team, boss, _segue: SELECT * of base clients shows more, a prepared one fails once (0A000), and COPY into it without a column list fails (22P04)
-- clients: from expand on the base table teams also has _segue_1_code, _segue: SELECT * of base clients shows more, a prepared one fails once (0A000), and COPY into it without a column list fails (22P04)
-- clients: at contract the replaced column of teams comes last in the base table: INSERT without a column list in base clients would store values in the wrong columns
-- clients: from expand on the base table pets also has home: SELECT * of base clients shows more, a prepared one fails once (0A000), and COPY into it without a column list fails (22P04)

-- expand/01-create_functions: functions of `up` and `down`
--   constant, none
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL search_path = "public", pg_catalog;
CREATE OR REPLACE FUNCTION "segue"."m1_up_users_team"("age" integer) RETURNS integer
LANGUAGE sql PARALLEL SAFE
BEGIN ATOMIC
  SELECT ("age");
END;
CREATE OR REPLACE FUNCTION "segue"."m1_up_users_team_raises"("age" integer) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $segue$
BEGIN
  PERFORM "segue"."m1_up_users_team"("age");
  RETURN false;
EXCEPTION WHEN OTHERS THEN
  RETURN true;
END
$segue$;
CREATE OR REPLACE FUNCTION "segue"."m1_up_teams_code"("code" text) RETURNS integer
LANGUAGE sql PARALLEL SAFE
BEGIN ATOMIC
  SELECT (CAST("code" AS integer));
END;
CREATE OR REPLACE FUNCTION "segue"."m1_up_teams_code_raises"("code" text) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $segue$
BEGIN
  PERFORM "segue"."m1_up_teams_code"("code");
  RETURN false;
EXCEPTION WHEN OTHERS THEN
  RETURN true;
END
$segue$;
CREATE OR REPLACE FUNCTION "segue"."m1_down_teams_code"("code" integer) RETURNS text
LANGUAGE sql PARALLEL SAFE
BEGIN ATOMIC
  SELECT (CAST("code" AS text));
END;
CREATE OR REPLACE FUNCTION "segue"."m1_down_teams_code_raises"("code" integer) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $segue$
BEGIN
  PERFORM "segue"."m1_down_teams_code"("code");
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
    CREATE INDEX ON segue.class_test ((CAST(("age") AS integer) IS NULL));
    DROP TABLE segue.class_test;
  EXCEPTION WHEN invalid_object_definition OR feature_not_supported THEN
    weaker := weaker || '`up` (age) ';
  END;
  BEGIN
    CREATE TABLE segue.class_test ("code" text);
    CREATE INDEX ON segue.class_test ((CAST((CAST("code" AS integer)) AS integer) IS NULL));
    DROP TABLE segue.class_test;
  EXCEPTION WHEN invalid_object_definition OR feature_not_supported THEN
    weaker := weaker || '`up` (CAST(code AS integer)) ';
  END;
  BEGIN
    CREATE TABLE segue.class_test ("code" integer);
    CREATE INDEX ON segue.class_test ((CAST((CAST("code" AS text)) AS text) IS NULL));
    DROP TABLE segue.class_test;
  EXCEPTION WHEN invalid_object_definition OR feature_not_supported THEN
    weaker := weaker || '`down` (CAST(code AS text)) ';
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
--   DROP FUNCTION IF EXISTS "segue"."m1_up_users_team_raises"(integer);
--   DROP FUNCTION IF EXISTS "segue"."m1_up_users_team"(integer);
--   DROP FUNCTION IF EXISTS "segue"."m1_up_teams_code_raises"(text);
--   DROP FUNCTION IF EXISTS "segue"."m1_up_teams_code"(text);
--   DROP FUNCTION IF EXISTS "segue"."m1_down_teams_code_raises"(integer);
--   DROP FUNCTION IF EXISTS "segue"."m1_down_teams_code"(integer);
--   COMMIT;

-- expand/02-create_version: schema of version m1, refusing until publish
--   constant, none on tables
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
CREATE SCHEMA IF NOT EXISTS "public_m1";
GRANT USAGE ON SCHEMA "public_m1" TO PUBLIC;
DROP VIEW IF EXISTS "public_m1"."people";
DROP VIEW IF EXISTS "public_m1"."pets";
DROP VIEW IF EXISTS "public_m1"."teams";
DROP VIEW IF EXISTS "public_m1"."users";
SET LOCAL search_path = "public", pg_catalog;
CREATE OR REPLACE VIEW "public_m1"."people" AS
SELECT r."person", r."name", r."age", r."team", r."boss"
FROM segue.refuse_rows('m1', 'not served yet') AS r("person" integer, "name" text, "age" integer, "team" integer, "boss" integer);
SELECT segue.copy_privileges('"public"."users"', '"public_m1"."people"');
CREATE OR REPLACE VIEW "public_m1"."pets" AS
SELECT r."id", r."owner", r."name", r."home"
FROM segue.refuse_rows('m1', 'not served yet') AS r("id" integer, "owner" integer, "name" text, "home" integer);
SELECT segue.copy_privileges('"public"."pets"', '"public_m1"."pets"');
CREATE OR REPLACE VIEW "public_m1"."teams" AS
SELECT r."id", r."code"
FROM segue.refuse_rows('m1', 'not served yet') AS r("id" integer, "code" integer);
SELECT segue.copy_privileges('"public"."teams"', '"public_m1"."teams"');
CREATE OR REPLACE VIEW "public_m1"."users" AS
SELECT r."id", r."name", r."age"
FROM segue.refuse_rows('m1', 'without table users: it was dropped or renamed') AS r("id" integer, "name" text, "age" integer);
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL search_path = "public", pg_catalog;
--   CREATE OR REPLACE VIEW "public_m1"."people" AS
--   SELECT r."person", r."name", r."age", r."team", r."boss"
--   FROM segue.refuse_rows('m1', 'taken back') AS r("person" integer, "name" text, "age" integer, "team" integer, "boss" integer);
--   SELECT segue.copy_privileges('"public"."users"', '"public_m1"."people"');
--   CREATE OR REPLACE VIEW "public_m1"."pets" AS
--   SELECT r."id", r."owner", r."name", r."home"
--   FROM segue.refuse_rows('m1', 'taken back') AS r("id" integer, "owner" integer, "name" text, "home" integer);
--   SELECT segue.copy_privileges('"public"."pets"', '"public_m1"."pets"');
--   CREATE OR REPLACE VIEW "public_m1"."teams" AS
--   SELECT r."id", r."code"
--   FROM segue.refuse_rows('m1', 'taken back') AS r("id" integer, "code" integer);
--   SELECT segue.copy_privileges('"public"."teams"', '"public_m1"."teams"');
--   CREATE OR REPLACE VIEW "public_m1"."users" AS
--   SELECT r."id", r."name", r."age"
--   FROM segue.refuse_rows('m1', 'without table users: it was dropped or renamed') AS r("id" integer, "name" text, "age" integer);
--   COMMIT;

-- expand/03-create_table:places: create table places
--   constant, none on other tables; additive: old clients do not see it
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL search_path = "public", pg_catalog;
CREATE TABLE "public"."places" (
  "id" integer,
  PRIMARY KEY ("id")
);
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL lock_timeout = 3000;
--   LOCK TABLE "public"."places" IN SHARE UPDATE EXCLUSIVE MODE;
--   LOCK TABLE "public"."places" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   SET LOCAL lock_timeout = 5;
--   DROP TABLE "public"."places";
--   COMMIT;

-- expand/04-create_table:visits: create table visits
--   constant, none on other tables; additive: old clients do not see it
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
LOCK TABLE "public"."users" IN SHARE ROW EXCLUSIVE MODE NOWAIT;
SET LOCAL search_path = "public", pg_catalog;
CREATE TABLE "public"."visits" (
  "id" integer,
  "place" integer CONSTRAINT "visits_place" REFERENCES "public"."places" ("id"),
  "person" integer CONSTRAINT "visits_person" REFERENCES "public"."users" ("id"),
  "after" integer CONSTRAINT "visits_after" REFERENCES "public"."visits" ("id"),
  PRIMARY KEY ("id")
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

-- expand/05-install_sync:people: new columns of people with one-way sync
--   constant, ACCESS EXCLUSIVE, milliseconds, by the ladder; a column beside the column: the cheapest dual-write
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 3000;
LOCK TABLE "public"."users" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public"."users" IN ACCESS EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
SET LOCAL search_path = "public", pg_catalog;
ALTER TABLE "public"."users"
  ADD COLUMN "_segue_1_team" integer,
  ADD COLUMN "boss" integer,
  ADD COLUMN "_segue" smallint;
SET LOCAL search_path = pg_catalog;
CREATE OR REPLACE FUNCTION "segue"."sync_insert_public_users"() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
DECLARE
  version smallint := NEW."_segue";
BEGIN
  NEW."_segue" := NULL;
  BEGIN
    NEW."_segue_1_team" := "segue"."m1_up_users_team"(NEW."age");
  EXCEPTION WHEN OTHERS THEN
    NEW."_segue_1_team" := NULL;
    PERFORM segue.note_event('m1', 'up_failed', 'users._segue_1_team');
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
  IF NEW."age" IS DISTINCT FROM OLD."age" OR NEW."_segue_1_team" IS NULL THEN
    BEGIN
      NEW."_segue_1_team" := "segue"."m1_up_users_team"(NEW."age");
    EXCEPTION WHEN OTHERS THEN
      NEW."_segue_1_team" := NULL;
      PERFORM segue.note_event('m1', 'up_failed', 'users._segue_1_team');
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
    OR NEW."_segue_1_team" IS NULL)
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
RETURNING (("_segue_1_team" IS DISTINCT FROM "segue"."m1_up_users_team"("age")) AND NOT "segue"."m1_up_users_team_raises"("age"))::text;
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
--     DROP COLUMN "_segue_1_team",
--     DROP COLUMN "boss",
--     DROP COLUMN "_segue";
--   COMMIT;

-- expand/06-install_sync:teams: new columns of teams with one-way sync
--   constant, ACCESS EXCLUSIVE, milliseconds, by the ladder; a column beside the column: the cheapest dual-write
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 3000;
LOCK TABLE "public"."teams" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public"."teams" IN ACCESS EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
SET LOCAL search_path = "public", pg_catalog;
ALTER TABLE "public"."teams"
  ADD COLUMN "_segue_1_code" integer,
  ADD COLUMN "_segue" smallint;
SET LOCAL search_path = pg_catalog;
CREATE OR REPLACE FUNCTION "segue"."sync_insert_public_teams"() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
DECLARE
  version smallint := NEW."_segue";
BEGIN
  NEW."_segue" := NULL;
  BEGIN
    NEW."_segue_1_code" := "segue"."m1_up_teams_code"(NEW."code");
  EXCEPTION WHEN OTHERS THEN
    NEW."_segue_1_code" := NULL;
    PERFORM segue.note_event('m1', 'up_failed', 'teams._segue_1_code');
  END;
  RETURN NEW;
END
$segue$;
CREATE OR REPLACE FUNCTION "segue"."sync_update_public_teams"() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
DECLARE
  old_changed boolean;
  new_changed boolean;
BEGIN
  IF NEW."code" IS DISTINCT FROM OLD."code" OR NEW."_segue_1_code" IS NULL THEN
    BEGIN
      NEW."_segue_1_code" := "segue"."m1_up_teams_code"(NEW."code");
    EXCEPTION WHEN OTHERS THEN
      NEW."_segue_1_code" := NULL;
      PERFORM segue.note_event('m1', 'up_failed', 'teams._segue_1_code');
    END;
    NULL;
  END IF;
  RETURN NEW;
END
$segue$;
CREATE OR REPLACE TRIGGER "~segue_insert" BEFORE INSERT ON "public"."teams"
FOR EACH ROW EXECUTE FUNCTION "segue"."sync_insert_public_teams"();
CREATE OR REPLACE TRIGGER "~segue_update" BEFORE UPDATE ON "public"."teams"
FOR EACH ROW WHEN (NEW."code" IS DISTINCT FROM OLD."code"
    OR NEW."_segue_1_code" IS NULL)
EXECUTE FUNCTION "segue"."sync_update_public_teams"();
ALTER TABLE "public"."teams" ENABLE ALWAYS TRIGGER "~segue_insert";
ALTER TABLE "public"."teams" ENABLE ALWAYS TRIGGER "~segue_update";
SAVEPOINT segue_probe;
SET CONSTRAINTS ALL IMMEDIATE;
SET LOCAL statement_timeout = 200;
SET LOCAL search_path = pg_catalog, "public";
SELECT deviation FROM (
  SELECT 'trigger ' || wanted || ' is missing or not ENABLE ALWAYS' AS deviation
  FROM unnest(ARRAY['~segue_insert', '~segue_update']) AS wanted
  WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_trigger t
    WHERE t.tgrelid = '"public"."teams"'::regclass AND t.tgname = wanted AND t.tgenabled = 'A')
  UNION ALL
  SELECT 'trigger ' || t.tgname || ' fires after ours or changes the row'
  FROM pg_catalog.pg_trigger t
  WHERE t.tgrelid = '"public"."teams"'::regclass AND NOT t.tgisinternal AND t.tgtype & 3 = 3
    AND t.tgtype & 20 <> 0 AND t.tgname NOT IN ('~segue_insert', '~segue_update')
  UNION ALL
  SELECT 'the table has children' FROM pg_catalog.pg_inherits WHERE inhparent = '"public"."teams"'::regclass
  UNION ALL
  SELECT 'row security was switched on, and the view ' || v.oid::regclass || ' shows every row'
  FROM pg_catalog.pg_class t
  JOIN pg_catalog.pg_depend d ON d.refobjid = t.oid AND d.refobjsubid > 0
    AND d.refclassid = 'pg_class'::regclass AND d.classid = 'pg_rewrite'::regclass
  JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid
  JOIN pg_catalog.pg_class v ON v.oid = r.ev_class
  WHERE t.oid = '"public"."teams"'::regclass AND t.relrowsecurity
    AND v.relnamespace = 'segue'::regnamespace
    AND NOT coalesce(v.reloptions @> ARRAY['security_invoker=true'], false)
) AS found;
WITH one AS MATERIALIZED (
    SELECT ctid AS _segue_at, "code" FROM ONLY "public"."teams" LIMIT 1),
  source AS MATERIALIZED (
    SELECT one._segue_at, other."code" AS _segue_v1
    FROM one, (SELECT "code" FROM ONLY "public"."teams" LIMIT 100) AS other
    WHERE (one."code" IS DISTINCT FROM other."code") LIMIT 1)
UPDATE ONLY "public"."teams" AS t SET "code" = source._segue_v1
FROM source WHERE t.ctid = source._segue_at
RETURNING (("_segue_1_code" IS DISTINCT FROM "segue"."m1_up_teams_code"("code")) AND NOT "segue"."m1_up_teams_code_raises"("code"))::text;
ROLLBACK TO SAVEPOINT segue_probe;
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL lock_timeout = 3000;
--   LOCK TABLE "public"."teams" IN SHARE UPDATE EXCLUSIVE MODE;
--   LOCK TABLE "public"."teams" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   SET LOCAL lock_timeout = 5;
--   DROP TRIGGER IF EXISTS "~segue_insert" ON "public"."teams";
--   DROP TRIGGER IF EXISTS "~segue_update" ON "public"."teams";
--   DROP FUNCTION IF EXISTS "segue"."sync_insert_public_teams"();
--   DROP FUNCTION IF EXISTS "segue"."sync_update_public_teams"();
--   ALTER TABLE "public"."teams"
--     DROP COLUMN "_segue_1_code",
--     DROP COLUMN "_segue";
--   COMMIT;

-- expand/07-add_column:pets: add columns to pets
--   constant, ACCESS EXCLUSIVE, milliseconds, by the ladder; null or constant default: no row is written
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 3000;
LOCK TABLE "public"."pets" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public"."pets" IN ACCESS EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
SET LOCAL search_path = "public", pg_catalog;
ALTER TABLE "public"."pets"
  ADD COLUMN "home" integer;
SET LOCAL search_path = pg_catalog;
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL lock_timeout = 3000;
--   LOCK TABLE "public"."pets" IN SHARE UPDATE EXCLUSIVE MODE;
--   LOCK TABLE "public"."pets" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   SET LOCAL lock_timeout = 5;
--   ALTER TABLE "public"."pets"
--     DROP COLUMN "home";
--   COMMIT;

-- migrate/01-backfill:people: fill the new columns of people
--   write, ROW EXCLUSIVE, rows of one chunk; in block ranges, computed in place
SET synchronous_commit = off;
SET search_path = pg_catalog, "public";
SET lock_timeout = 500;
/* range by range; the first: */ UPDATE ONLY "public"."users" SET "_segue_1_team" = "segue"."m1_up_users_team"("age")
WHERE ctid >= '(0,0)'::tid AND ctid < '(1,0)'::tid AND (("_segue_1_team" IS NULL AND "segue"."m1_up_users_team"("age") IS NOT NULL));
/* what is left over, range by range: */ SELECT count(*) FILTER (WHERE (("_segue_1_team" IS NULL AND CASE WHEN "segue"."m1_up_users_team_raises"("age") THEN false ELSE "segue"."m1_up_users_team"("age") IS NOT NULL END))), count(*) FILTER (WHERE ("_segue_1_team" IS NULL AND "segue"."m1_up_users_team_raises"("age"))),
  min(ROW("id")::text) FILTER (WHERE ("_segue_1_team" IS NULL AND "segue"."m1_up_users_team_raises"("age")))
FROM ONLY "public"."users" WHERE ctid >= '(0,0)'::tid AND ctid < '(1,0)'::tid AND ("_segue_1_team" IS NULL);
SET synchronous_commit = on;
SET lock_timeout = 0;
SET search_path = pg_catalog;

-- migrate/02-backfill:teams: fill the new columns of teams
--   write, ROW EXCLUSIVE, rows of one chunk; in block ranges, computed in place
SET synchronous_commit = off;
SET search_path = pg_catalog, "public";
SET lock_timeout = 500;
/* range by range; the first: */ UPDATE ONLY "public"."teams" SET "_segue_1_code" = "segue"."m1_up_teams_code"("code")
WHERE ctid >= '(0,0)'::tid AND ctid < '(1,0)'::tid AND (("_segue_1_code" IS NULL AND "segue"."m1_up_teams_code"("code") IS NOT NULL));
/* what is left over, range by range: */ SELECT count(*) FILTER (WHERE (("_segue_1_code" IS NULL AND CASE WHEN "segue"."m1_up_teams_code_raises"("code") THEN false ELSE "segue"."m1_up_teams_code"("code") IS NOT NULL END))), count(*) FILTER (WHERE ("_segue_1_code" IS NULL AND "segue"."m1_up_teams_code_raises"("code"))),
  min(ROW("id")::text) FILTER (WHERE ("_segue_1_code" IS NULL AND "segue"."m1_up_teams_code_raises"("code")))
FROM ONLY "public"."teams" WHERE ctid >= '(0,0)'::tid AND ctid < '(1,0)'::tid AND ("_segue_1_code" IS NULL);
SET synchronous_commit = on;
SET lock_timeout = 0;
SET search_path = pg_catalog;

-- migrate/03-build_index:teams.rebuild:teams_code_key: build index teams_code_key
--   index_build, SHARE UPDATE EXCLUSIVE; concurrently: no write waits
SET lock_timeout = 0;
SET search_path = "public", pg_catalog;
CREATE UNIQUE INDEX CONCURRENTLY "_segue_1_teams_code_key" ON "public"."teams" USING btree ("_segue_1_code");
SET search_path = pg_catalog;
-- inverse:
--   DROP INDEX CONCURRENTLY IF EXISTS "public"."_segue_1_teams_code_key";

-- migrate/04-add_constraint:people.references:team: constraint _segue_1_people_team on people, not yet valid
--   constant, SHARE ROW EXCLUSIVE on both tables, by the ladder; from here on old clients can get 23503 from it
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 3000;
LOCK TABLE "public"."users" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public"."users" IN SHARE ROW EXCLUSIVE MODE NOWAIT;
LOCK TABLE "public"."teams" IN SHARE ROW EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
SET LOCAL search_path = "public", pg_catalog;
ALTER TABLE "public"."users" ADD CONSTRAINT "_segue_1_people_team" FOREIGN KEY ("_segue_1_team") REFERENCES "public"."teams" ("_segue_1_code") NOT VALID;
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL lock_timeout = 3000;
--   LOCK TABLE "public"."users" IN SHARE UPDATE EXCLUSIVE MODE;
--   LOCK TABLE "public"."users" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   LOCK TABLE "public"."teams" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   SET LOCAL lock_timeout = 5;
--   ALTER TABLE "public"."users" DROP CONSTRAINT IF EXISTS "_segue_1_people_team";
--   COMMIT;

-- migrate/05-validate_constraint:people.references:team: validate _segue_1_people_team
--   scan, SHARE UPDATE EXCLUSIVE; a row that violates it stops here, and the constraint is dropped again
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
ALTER TABLE "public"."users" VALIDATE CONSTRAINT "_segue_1_people_team";
COMMIT;

-- migrate/06-add_constraint:people.references:boss: constraint people_boss on people, not yet valid
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

-- migrate/07-validate_constraint:people.references:boss: validate people_boss
--   scan, SHARE UPDATE EXCLUSIVE; a row that violates it stops here, and the constraint is dropped again
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
ALTER TABLE "public"."users" VALIDATE CONSTRAINT "people_boss";
COMMIT;

-- migrate/08-add_constraint:teams.not_null:code: constraint _segue_1_code_not_null on teams, not yet valid
--   constant, ACCESS EXCLUSIVE, milliseconds, by the ladder; from here on old clients can get 23514 from it
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 3000;
LOCK TABLE "public"."teams" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public"."teams" IN ACCESS EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
SET LOCAL search_path = "public", pg_catalog;
ALTER TABLE "public"."teams" ADD CONSTRAINT "_segue_1_code_not_null" CHECK ("_segue_1_code" IS NOT NULL) NOT VALID;
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL lock_timeout = 3000;
--   LOCK TABLE "public"."teams" IN SHARE UPDATE EXCLUSIVE MODE;
--   LOCK TABLE "public"."teams" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   SET LOCAL lock_timeout = 5;
--   ALTER TABLE "public"."teams" DROP CONSTRAINT IF EXISTS "_segue_1_code_not_null";
--   COMMIT;

-- migrate/09-validate_constraint:teams.not_null:code: validate _segue_1_code_not_null
--   scan, SHARE UPDATE EXCLUSIVE; a row that violates it stops here, and the constraint is dropped again
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
ALTER TABLE "public"."teams" VALIDATE CONSTRAINT "_segue_1_code_not_null";
COMMIT;

-- migrate/10-add_constraint:pets.references:home: constraint pets_home on pets, not yet valid
--   constant, SHARE ROW EXCLUSIVE on both tables, by the ladder; from here on old clients can get 23503 from it
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 3000;
LOCK TABLE "public"."pets" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public"."pets" IN SHARE ROW EXCLUSIVE MODE NOWAIT;
LOCK TABLE "public"."places" IN SHARE ROW EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
SET LOCAL search_path = "public", pg_catalog;
ALTER TABLE "public"."pets" ADD CONSTRAINT "pets_home" FOREIGN KEY ("home") REFERENCES "public"."places" ("id") NOT VALID;
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL lock_timeout = 3000;
--   LOCK TABLE "public"."pets" IN SHARE UPDATE EXCLUSIVE MODE;
--   LOCK TABLE "public"."pets" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   LOCK TABLE "public"."places" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   SET LOCAL lock_timeout = 5;
--   ALTER TABLE "public"."pets" DROP CONSTRAINT IF EXISTS "pets_home";
--   COMMIT;

-- migrate/11-validate_constraint:pets.references:home: validate pets_home
--   scan, SHARE UPDATE EXCLUSIVE; a row that violates it stops here, and the constraint is dropped again
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
ALTER TABLE "public"."pets" VALIDATE CONSTRAINT "pets_home";
COMMIT;

-- migrate/12-analyze:people: statistics of people
--   scan, SHARE UPDATE EXCLUSIVE
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
ANALYZE "public"."users";
COMMIT;

-- migrate/13-compare:people: prove that both sides of people agree
--   scan, ACCESS SHARE
/* range by range; the first: */ SELECT ROW("id")::text, concat_ws(' ', NULL), concat_ws(' ', ROW("_segue_1_team")::text), ((NOT ("_segue_1_team" IS DISTINCT FROM "segue"."m1_up_users_team"("age")))) FROM ONLY "public"."users" WHERE ctid >= '(0,0)'::tid AND ctid < '(1,0)'::tid AND (NOT (NOT ("_segue_1_team" IS DISTINCT FROM "segue"."m1_up_users_team"("age")))) ORDER BY 4 LIMIT 10;

-- migrate/14-analyze:teams: statistics of teams
--   scan, SHARE UPDATE EXCLUSIVE
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
ANALYZE "public"."teams";
COMMIT;

-- migrate/15-compare:teams: prove that both sides of teams agree
--   scan, ACCESS SHARE
/* range by range; the first: */ SELECT ROW("id")::text, concat_ws(' ', ROW("code")::text), concat_ws(' ', ROW("_segue_1_code")::text), (((NOT ("_segue_1_code" IS DISTINCT FROM "segue"."m1_up_teams_code"("code"))) OR (NOT ("code" IS DISTINCT FROM "segue"."m1_down_teams_code"("_segue_1_code"))))) FROM ONLY "public"."teams" WHERE ctid >= '(0,0)'::tid AND ctid < '(1,0)'::tid AND (NOT ((NOT ("_segue_1_code" IS DISTINCT FROM "segue"."m1_up_teams_code"("code"))) OR (NOT ("code" IS DISTINCT FROM "segue"."m1_down_teams_code"("_segue_1_code"))))) ORDER BY 4 LIMIT 10;

-- migrate/16-horizon: wait for snapshots older than the backfill
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

-- migrate/17-publish: serve version m1, two-way sync
--   constant, SHARE ROW EXCLUSIVE, milliseconds, by the ladder
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 3000;
LOCK TABLE "public"."users" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public"."teams" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public_m1"."people" IN ACCESS EXCLUSIVE MODE NOWAIT;
LOCK TABLE "public_m1"."pets" IN ACCESS EXCLUSIVE MODE NOWAIT;
LOCK TABLE "public_m1"."teams" IN ACCESS EXCLUSIVE MODE NOWAIT;
LOCK TABLE "public_m1"."users" IN ACCESS EXCLUSIVE MODE NOWAIT;
LOCK TABLE "public"."users" IN SHARE ROW EXCLUSIVE MODE NOWAIT;
LOCK TABLE "public"."teams" IN SHARE ROW EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
CREATE OR REPLACE FUNCTION "segue"."sync_insert_public_users"() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
DECLARE
  version smallint := NEW."_segue";
BEGIN
  NEW."_segue" := NULL;
  IF version IS NULL THEN
    IF NEW."_segue_1_team" IS NULL THEN
      NEW."_segue_1_team" := "segue"."m1_up_users_team"(NEW."age");
    END IF;
    NULL;
  ELSE
    IF version >= 1 THEN
      NULL;
    END IF;
    IF version < 1 THEN
      NEW."_segue_1_team" := "segue"."m1_up_users_team"(NEW."age");
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
  new_changed := NEW."_segue_1_team" IS DISTINCT FROM OLD."_segue_1_team";
  settled_1_0 := old_changed OR new_changed;
  IF old_changed AND NOT new_changed THEN
    NEW."_segue_1_team" := "segue"."m1_up_users_team"(NEW."age");
    NULL;
  ELSIF new_changed AND NOT old_changed THEN
    NULL;
  ELSIF NOT old_changed AND NOT new_changed AND (NEW."age" IS DISTINCT FROM OLD."age") THEN
    NEW."_segue_1_team" := "segue"."m1_up_users_team"(NEW."age");
    NULL;
  END IF;
  RETURN NEW;
END
$segue$;
CREATE OR REPLACE TRIGGER "~segue_insert" BEFORE INSERT ON "public"."users"
FOR EACH ROW EXECUTE FUNCTION "segue"."sync_insert_public_users"();
CREATE OR REPLACE TRIGGER "~segue_update" BEFORE UPDATE ON "public"."users"
FOR EACH ROW WHEN (NEW."age" IS DISTINCT FROM OLD."age"
    OR NEW."_segue_1_team" IS DISTINCT FROM OLD."_segue_1_team")
EXECUTE FUNCTION "segue"."sync_update_public_users"();
ALTER TABLE "public"."users" ENABLE ALWAYS TRIGGER "~segue_insert";
ALTER TABLE "public"."users" ENABLE ALWAYS TRIGGER "~segue_update";
CREATE OR REPLACE FUNCTION "segue"."sync_insert_public_teams"() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
DECLARE
  version smallint := NEW."_segue";
BEGIN
  NEW."_segue" := NULL;
  IF version IS NULL THEN
    IF NEW."_segue_1_code" IS NULL THEN
      NEW."_segue_1_code" := "segue"."m1_up_teams_code"(NEW."code");
    END IF;
    NULL;
  ELSE
    IF version >= 1 THEN
      NEW."code" := "segue"."m1_down_teams_code"(NEW."_segue_1_code");
      NULL;
    END IF;
    IF version < 1 THEN
      NEW."_segue_1_code" := "segue"."m1_up_teams_code"(NEW."code");
      NULL;
    END IF;
    NULL;
  END IF;
  RETURN NEW;
END
$segue$;
CREATE OR REPLACE FUNCTION "segue"."sync_update_public_teams"() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
DECLARE
  old_changed boolean;
  new_changed boolean;
  settled_1_0 boolean := false;
BEGIN
  old_changed := NEW."code" IS DISTINCT FROM OLD."code";
  new_changed := NEW."_segue_1_code" IS DISTINCT FROM OLD."_segue_1_code";
  settled_1_0 := old_changed OR new_changed;
  IF old_changed AND NOT new_changed THEN
    NEW."_segue_1_code" := "segue"."m1_up_teams_code"(NEW."code");
    NULL;
  ELSIF new_changed AND NOT old_changed THEN
    NEW."code" := "segue"."m1_down_teams_code"(NEW."_segue_1_code");
    NULL;
  ELSIF old_changed AND new_changed THEN
    IF (NEW."_segue_1_code" IS DISTINCT FROM "segue"."m1_up_teams_code"(NEW."code")) AND (NEW."code" IS DISTINCT FROM "segue"."m1_down_teams_code"(NEW."_segue_1_code")) THEN
      NEW."_segue_1_code" := "segue"."m1_up_teams_code"(NEW."code");
      PERFORM segue.note_event('m1', 'both_sides_changed', 'teams');
    END IF;
    NULL;
  END IF;
  RETURN NEW;
END
$segue$;
CREATE OR REPLACE TRIGGER "~segue_insert" BEFORE INSERT ON "public"."teams"
FOR EACH ROW EXECUTE FUNCTION "segue"."sync_insert_public_teams"();
CREATE OR REPLACE TRIGGER "~segue_update" BEFORE UPDATE ON "public"."teams"
FOR EACH ROW WHEN (NEW."code" IS DISTINCT FROM OLD."code"
    OR NEW."_segue_1_code" IS DISTINCT FROM OLD."_segue_1_code")
EXECUTE FUNCTION "segue"."sync_update_public_teams"();
ALTER TABLE "public"."teams" ENABLE ALWAYS TRIGGER "~segue_insert";
ALTER TABLE "public"."teams" ENABLE ALWAYS TRIGGER "~segue_update";
SET LOCAL search_path = "public", pg_catalog;
CREATE OR REPLACE VIEW "segue"."public_people__1" AS
SELECT "id" AS "person", "name", "age", "_segue_1_team" AS "team", "boss", "_segue"
FROM "public"."users";
ALTER VIEW "segue"."public_people__1" ALTER COLUMN "_segue" SET DEFAULT 1;
CREATE OR REPLACE VIEW "public_m1"."people" AS
SELECT "person", "name", "age", "team", "boss"
FROM "segue"."public_people__1";
SELECT segue.copy_privileges('"segue"."public_people__1"', '"segue"."public_people__1"');
SELECT segue.copy_privileges('"public"."users"', '"public_m1"."people"');
CREATE OR REPLACE VIEW "public_m1"."pets" AS
SELECT "id", "owner", "name", "home"
FROM "public"."pets";
SELECT segue.copy_privileges('"public"."pets"', '"public_m1"."pets"');
CREATE OR REPLACE VIEW "segue"."public_teams__1" AS
SELECT "id", "_segue_1_code" AS "code", "_segue"
FROM "public"."teams";
ALTER VIEW "segue"."public_teams__1" ALTER COLUMN "_segue" SET DEFAULT 1;
CREATE OR REPLACE VIEW "public_m1"."teams" AS
SELECT "id", "code"
FROM "segue"."public_teams__1";
SELECT segue.copy_privileges('"segue"."public_teams__1"', '"segue"."public_teams__1"');
SELECT segue.copy_privileges('"public"."teams"', '"public_m1"."teams"');
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
RETURNING (("_segue_1_team" IS DISTINCT FROM "segue"."m1_up_users_team"("age")) AND NOT "segue"."m1_up_users_team_raises"("age"))::text;
SELECT deviation FROM (
  SELECT 'trigger ' || wanted || ' is missing or not ENABLE ALWAYS' AS deviation
  FROM unnest(ARRAY['~segue_insert', '~segue_update']) AS wanted
  WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_trigger t
    WHERE t.tgrelid = '"public"."teams"'::regclass AND t.tgname = wanted AND t.tgenabled = 'A')
  UNION ALL
  SELECT 'trigger ' || t.tgname || ' fires after ours or changes the row'
  FROM pg_catalog.pg_trigger t
  WHERE t.tgrelid = '"public"."teams"'::regclass AND NOT t.tgisinternal AND t.tgtype & 3 = 3
    AND t.tgtype & 20 <> 0 AND t.tgname NOT IN ('~segue_insert', '~segue_update')
  UNION ALL
  SELECT 'the table has children' FROM pg_catalog.pg_inherits WHERE inhparent = '"public"."teams"'::regclass
  UNION ALL
  SELECT 'row security was switched on, and the view ' || v.oid::regclass || ' shows every row'
  FROM pg_catalog.pg_class t
  JOIN pg_catalog.pg_depend d ON d.refobjid = t.oid AND d.refobjsubid > 0
    AND d.refclassid = 'pg_class'::regclass AND d.classid = 'pg_rewrite'::regclass
  JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid
  JOIN pg_catalog.pg_class v ON v.oid = r.ev_class
  WHERE t.oid = '"public"."teams"'::regclass AND t.relrowsecurity
    AND v.relnamespace = 'segue'::regnamespace
    AND NOT coalesce(v.reloptions @> ARRAY['security_invoker=true'], false)
) AS found;
WITH one AS MATERIALIZED (
    SELECT ctid AS _segue_at, "code" FROM ONLY "public"."teams" LIMIT 1),
  source AS MATERIALIZED (
    SELECT one._segue_at, other."code" AS _segue_v1
    FROM one, (SELECT "code" FROM ONLY "public"."teams" LIMIT 100) AS other
    WHERE (one."code" IS DISTINCT FROM other."code") LIMIT 1)
UPDATE ONLY "public"."teams" AS t SET "code" = source._segue_v1
FROM source WHERE t.ctid = source._segue_at
RETURNING (("_segue_1_code" IS DISTINCT FROM "segue"."m1_up_teams_code"("code")) AND NOT "segue"."m1_up_teams_code_raises"("code"))::text;
WITH one AS MATERIALIZED (
    SELECT ctid AS _segue_at, "_segue_1_code" FROM ONLY "public"."teams" LIMIT 1),
  source AS MATERIALIZED (
    SELECT one._segue_at, other."_segue_1_code" AS _segue_v1
    FROM one, (SELECT "_segue_1_code" FROM ONLY "public"."teams" LIMIT 100) AS other
    WHERE (one."_segue_1_code" IS DISTINCT FROM other."_segue_1_code") LIMIT 1)
UPDATE ONLY "public"."teams" AS t SET "_segue_1_code" = source._segue_v1
FROM source WHERE t.ctid = source._segue_at
RETURNING ("code" IS DISTINCT FROM "segue"."m1_down_teams_code"("_segue_1_code"))::text;
ROLLBACK TO SAVEPOINT segue_probe;
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL lock_timeout = 3000;
--   LOCK TABLE "public"."users" IN SHARE UPDATE EXCLUSIVE MODE;
--   LOCK TABLE "public"."teams" IN SHARE UPDATE EXCLUSIVE MODE;
--   LOCK TABLE "public_m1"."people" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   LOCK TABLE "public_m1"."pets" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   LOCK TABLE "public_m1"."teams" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   LOCK TABLE "public_m1"."users" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   LOCK TABLE "public"."users" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   LOCK TABLE "public"."teams" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   SET LOCAL lock_timeout = 5;
--   CREATE OR REPLACE FUNCTION "segue"."sync_insert_public_users"() RETURNS trigger
--   LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
--   DECLARE
--     version smallint := NEW."_segue";
--   BEGIN
--     NEW."_segue" := NULL;
--     BEGIN
--       NEW."_segue_1_team" := "segue"."m1_up_users_team"(NEW."age");
--     EXCEPTION WHEN OTHERS THEN
--       NEW."_segue_1_team" := NULL;
--       PERFORM segue.note_event('m1', 'up_failed', 'users._segue_1_team');
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
--     IF NEW."age" IS DISTINCT FROM OLD."age" OR NEW."_segue_1_team" IS NULL THEN
--       BEGIN
--         NEW."_segue_1_team" := "segue"."m1_up_users_team"(NEW."age");
--       EXCEPTION WHEN OTHERS THEN
--         NEW."_segue_1_team" := NULL;
--         PERFORM segue.note_event('m1', 'up_failed', 'users._segue_1_team');
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
--       OR NEW."_segue_1_team" IS NULL)
--   EXECUTE FUNCTION "segue"."sync_update_public_users"();
--   ALTER TABLE "public"."users" ENABLE ALWAYS TRIGGER "~segue_insert";
--   ALTER TABLE "public"."users" ENABLE ALWAYS TRIGGER "~segue_update";
--   CREATE OR REPLACE FUNCTION "segue"."sync_insert_public_teams"() RETURNS trigger
--   LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
--   DECLARE
--     version smallint := NEW."_segue";
--   BEGIN
--     NEW."_segue" := NULL;
--     BEGIN
--       NEW."_segue_1_code" := "segue"."m1_up_teams_code"(NEW."code");
--     EXCEPTION WHEN OTHERS THEN
--       NEW."_segue_1_code" := NULL;
--       PERFORM segue.note_event('m1', 'up_failed', 'teams._segue_1_code');
--     END;
--     RETURN NEW;
--   END
--   $segue$;
--   CREATE OR REPLACE FUNCTION "segue"."sync_update_public_teams"() RETURNS trigger
--   LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
--   DECLARE
--     old_changed boolean;
--     new_changed boolean;
--   BEGIN
--     IF NEW."code" IS DISTINCT FROM OLD."code" OR NEW."_segue_1_code" IS NULL THEN
--       BEGIN
--         NEW."_segue_1_code" := "segue"."m1_up_teams_code"(NEW."code");
--       EXCEPTION WHEN OTHERS THEN
--         NEW."_segue_1_code" := NULL;
--         PERFORM segue.note_event('m1', 'up_failed', 'teams._segue_1_code');
--       END;
--       NULL;
--     END IF;
--     RETURN NEW;
--   END
--   $segue$;
--   CREATE OR REPLACE TRIGGER "~segue_insert" BEFORE INSERT ON "public"."teams"
--   FOR EACH ROW EXECUTE FUNCTION "segue"."sync_insert_public_teams"();
--   CREATE OR REPLACE TRIGGER "~segue_update" BEFORE UPDATE ON "public"."teams"
--   FOR EACH ROW WHEN (NEW."code" IS DISTINCT FROM OLD."code"
--       OR NEW."_segue_1_code" IS NULL)
--   EXECUTE FUNCTION "segue"."sync_update_public_teams"();
--   ALTER TABLE "public"."teams" ENABLE ALWAYS TRIGGER "~segue_insert";
--   ALTER TABLE "public"."teams" ENABLE ALWAYS TRIGGER "~segue_update";
--   SET LOCAL search_path = "public", pg_catalog;
--   CREATE OR REPLACE VIEW "public_m1"."people" AS
--   SELECT r."person", r."name", r."age", r."team", r."boss"
--   FROM segue.refuse_rows('m1', 'taken back') AS r("person" integer, "name" text, "age" integer, "team" integer, "boss" integer);
--   SELECT segue.copy_privileges('"public"."users"', '"public_m1"."people"');
--   CREATE OR REPLACE VIEW "public_m1"."pets" AS
--   SELECT r."id", r."owner", r."name", r."home"
--   FROM segue.refuse_rows('m1', 'taken back') AS r("id" integer, "owner" integer, "name" text, "home" integer);
--   SELECT segue.copy_privileges('"public"."pets"', '"public_m1"."pets"');
--   CREATE OR REPLACE VIEW "public_m1"."teams" AS
--   SELECT r."id", r."code"
--   FROM segue.refuse_rows('m1', 'taken back') AS r("id" integer, "code" integer);
--   SELECT segue.copy_privileges('"public"."teams"', '"public_m1"."teams"');
--   CREATE OR REPLACE VIEW "public_m1"."users" AS
--   SELECT r."id", r."name", r."age"
--   FROM segue.refuse_rows('m1', 'without table users: it was dropped or renamed') AS r("id" integer, "name" text, "age" integer);
--   DROP VIEW IF EXISTS "segue"."public_people__1";
--   DROP VIEW IF EXISTS "segue"."public_teams__1";
--   COMMIT;

-- contract/01-gate: no client on the old version
--   wait, none
SELECT service, 'version ' || version, id, '' FROM segue.client WHERE version NOT IN ('m1') AND seen_at > clock_timestamp() - interval '10 seconds'
UNION ALL
(WITH held AS MATERIALIZED (SELECT * FROM pg_catalog.pg_locks WHERE locktype = 'relation')
SELECT DISTINCT a.pid::text, coalesce(a.usename, ''), coalesce(a.application_name, ''), t.relation::regclass::text
FROM held t JOIN pg_catalog.pg_stat_activity a ON a.pid = t.pid
WHERE t.relation IN ('"public"."users"'::regclass, '"public"."teams"'::regclass, '"public"."pets"'::regclass) AND t.pid <> pg_catalog.pg_backend_pid()
  AND t.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
  AND a.backend_type = 'client backend' AND NOT EXISTS (SELECT FROM pg_catalog.pg_locks own WHERE own.pid = t.pid AND own.locktype = 'advisory' AND own.classid = 1397049173 AND own.objid = 2 AND own.objsubid = 2 AND own.granted)
  AND t.mode IN ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock')
  AND NOT EXISTS (SELECT FROM held v JOIN pg_catalog.pg_class c ON c.oid = v.relation
                  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                  WHERE v.pid = t.pid AND n.nspname IN ('public_m1')));

-- contract/02-add_constraint:pets.add:pets_owner: constraint pets_owner on pets, not yet valid
--   constant, SHARE ROW EXCLUSIVE on both tables, by the ladder; from here on old clients can get 23503 from it
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 3000;
LOCK TABLE "public"."pets" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public"."pets" IN SHARE ROW EXCLUSIVE MODE NOWAIT;
LOCK TABLE "public"."users" IN SHARE ROW EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
SET LOCAL search_path = "public", pg_catalog;
ALTER TABLE "public"."pets" ADD CONSTRAINT "pets_owner" FOREIGN KEY ("owner") REFERENCES "public"."users" ("id") NOT VALID;
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

-- contract/04-compare:people: prove once more that both sides of people agree
--   scan, ACCESS SHARE
/* range by range; the first: */ SELECT ROW("id")::text, concat_ws(' ', NULL), concat_ws(' ', ROW("_segue_1_team")::text), ((NOT ("_segue_1_team" IS DISTINCT FROM "segue"."m1_up_users_team"("age")))) FROM ONLY "public"."users" WHERE ctid >= '(0,0)'::tid AND ctid < '(1,0)'::tid AND (NOT (NOT ("_segue_1_team" IS DISTINCT FROM "segue"."m1_up_users_team"("age")))) ORDER BY 4 LIMIT 10;

-- contract/05-compare:teams: prove once more that both sides of teams agree
--   scan, ACCESS SHARE
/* range by range; the first: */ SELECT ROW("id")::text, concat_ws(' ', ROW("code")::text), concat_ws(' ', ROW("_segue_1_code")::text), (((NOT ("_segue_1_code" IS DISTINCT FROM "segue"."m1_up_teams_code"("code"))) OR (NOT ("code" IS DISTINCT FROM "segue"."m1_down_teams_code"("_segue_1_code"))))) FROM ONLY "public"."teams" WHERE ctid >= '(0,0)'::tid AND ctid < '(1,0)'::tid AND (NOT ((NOT ("_segue_1_code" IS DISTINCT FROM "segue"."m1_up_teams_code"("code"))) OR (NOT ("code" IS DISTINCT FROM "segue"."m1_down_teams_code"("_segue_1_code"))))) ORDER BY 4 LIMIT 10;

-- contract/06-swap: the base takes the new shape
--   constant, ACCESS EXCLUSIVE, milliseconds, by the ladder
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 3000;
LOCK TABLE "public"."users" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public"."teams" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public"."pets" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public_m1"."people" IN ACCESS EXCLUSIVE MODE NOWAIT;
LOCK TABLE "public_m1"."pets" IN ACCESS EXCLUSIVE MODE NOWAIT;
LOCK TABLE "public_m1"."teams" IN ACCESS EXCLUSIVE MODE NOWAIT;
LOCK TABLE "public"."users" IN ACCESS EXCLUSIVE MODE NOWAIT;
LOCK TABLE "public"."teams" IN ACCESS EXCLUSIVE MODE NOWAIT;
LOCK TABLE "public"."pets" IN ACCESS EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
SET LOCAL search_path = "public", pg_catalog;
DROP TRIGGER IF EXISTS "~segue_insert" ON "public"."users";
DROP TRIGGER IF EXISTS "~segue_update" ON "public"."users";
DROP FUNCTION IF EXISTS "segue"."sync_insert_public_users"();
DROP FUNCTION IF EXISTS "segue"."sync_update_public_users"();
CREATE OR REPLACE VIEW "public_m1"."people" AS
SELECT "id" AS "person", "name", "age", "_segue_1_team" AS "team", "boss"
FROM "public"."users";
SELECT segue.copy_privileges('"public"."users"', '"public_m1"."people"');
DROP VIEW IF EXISTS "segue"."public_people__1";
DROP TRIGGER IF EXISTS "~segue_insert" ON "public"."teams";
DROP TRIGGER IF EXISTS "~segue_update" ON "public"."teams";
DROP FUNCTION IF EXISTS "segue"."sync_insert_public_teams"();
DROP FUNCTION IF EXISTS "segue"."sync_update_public_teams"();
CREATE OR REPLACE VIEW "public_m1"."teams" AS
SELECT "id", "_segue_1_code" AS "code"
FROM "public"."teams";
SELECT segue.copy_privileges('"public"."teams"', '"public_m1"."teams"');
DROP VIEW IF EXISTS "segue"."public_teams__1";
ALTER TABLE "public"."users"
  DROP COLUMN "_segue";
ALTER TABLE "public"."users" RENAME COLUMN "_segue_1_team" TO "team";
ALTER TABLE "public"."users" RENAME COLUMN "id" TO "person";
ALTER TABLE "public"."users" RENAME CONSTRAINT "_segue_1_people_team" TO "people_team";
ALTER TABLE "public"."users" RENAME TO "people";
ALTER TABLE "public"."teams"
  DROP COLUMN "code",
  DROP COLUMN "_segue";
ALTER TABLE "public"."teams" RENAME COLUMN "_segue_1_code" TO "code";
ALTER TABLE "public"."teams" ALTER COLUMN "code" SET NOT NULL;
ALTER TABLE "public"."teams" ADD CONSTRAINT "teams_code_key" UNIQUE USING INDEX "_segue_1_teams_code_key";
ALTER TABLE "public"."teams" DROP CONSTRAINT "_segue_1_code_not_null";
SET LOCAL search_path = pg_catalog;
COMMIT;
-- not reversible

-- contract/07-cleanup: functions of `up` and `down` go
--   constant, none on tables
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL search_path = pg_catalog;
DROP FUNCTION IF EXISTS "segue"."m1_up_users_team_raises"(integer);
DROP FUNCTION IF EXISTS "segue"."m1_up_users_team"(integer);
DROP FUNCTION IF EXISTS "segue"."m1_up_teams_code_raises"(text);
DROP FUNCTION IF EXISTS "segue"."m1_up_teams_code"(text);
DROP FUNCTION IF EXISTS "segue"."m1_down_teams_code_raises"(integer);
DROP FUNCTION IF EXISTS "segue"."m1_down_teams_code"(integer);
COMMIT;
-- not reversible
