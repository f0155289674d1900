-- migration m1, version m1
-- clients: from expand on the base table orders also has _segue_1_placed, _segue: SELECT * of base clients shows more, a prepared one fails once (0A000), and COPY into it without a column list fails (22P04)
-- clients: at contract the replaced column of orders comes last in the base table: INSERT without a column list in base clients would store values in the wrong columns

-- expand/01-create_functions: functions of `up` and `down`
--   constant, none
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL search_path = "public", pg_catalog;
CREATE OR REPLACE FUNCTION "segue"."m1_up_orders_placed"("placed" integer) RETURNS bigint
LANGUAGE sql PARALLEL SAFE
BEGIN ATOMIC
  SELECT (CAST("placed" AS bigint));
END;
CREATE OR REPLACE FUNCTION "segue"."m1_up_orders_placed_raises"("placed" integer) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $segue$
BEGIN
  PERFORM "segue"."m1_up_orders_placed"("placed");
  RETURN false;
EXCEPTION WHEN OTHERS THEN
  RETURN true;
END
$segue$;
CREATE OR REPLACE FUNCTION "segue"."m1_down_orders_placed"("placed" bigint) RETURNS integer
LANGUAGE sql PARALLEL SAFE
BEGIN ATOMIC
  SELECT (CAST("placed" AS integer));
END;
CREATE OR REPLACE FUNCTION "segue"."m1_down_orders_placed_raises"("placed" bigint) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $segue$
BEGIN
  PERFORM "segue"."m1_down_orders_placed"("placed");
  RETURN false;
EXCEPTION WHEN OTHERS THEN
  RETURN true;
END
$segue$;
DO $segue_class$
DECLARE weaker text := '';
BEGIN
  BEGIN
    CREATE TABLE segue.class_test ("placed" integer);
    CREATE INDEX ON segue.class_test ((CAST((CAST("placed" AS bigint)) AS bigint) IS NULL));
    DROP TABLE segue.class_test;
  EXCEPTION WHEN invalid_object_definition OR feature_not_supported THEN
    weaker := weaker || '`up` (CAST("placed" AS bigint)) ';
  END;
  BEGIN
    CREATE TABLE segue.class_test ("placed" bigint);
    CREATE INDEX ON segue.class_test ((CAST((CAST("placed" AS integer)) AS integer) IS NULL));
    DROP TABLE segue.class_test;
  EXCEPTION WHEN invalid_object_definition OR feature_not_supported THEN
    weaker := weaker || '`down` (CAST("placed" AS integer)) ';
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
--   DROP FUNCTION IF EXISTS "segue"."m1_up_orders_placed_raises"(integer);
--   DROP FUNCTION IF EXISTS "segue"."m1_up_orders_placed"(integer);
--   DROP FUNCTION IF EXISTS "segue"."m1_down_orders_placed_raises"(bigint);
--   DROP FUNCTION IF EXISTS "segue"."m1_down_orders_placed"(bigint);
--   COMMIT;

-- expand/02-create_version: schema of version m1, refusing until publish
--   constant, none on tables
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
CREATE SCHEMA IF NOT EXISTS "public_m1";
GRANT USAGE ON SCHEMA "public_m1" TO PUBLIC;
DROP VIEW IF EXISTS "public_m1"."orders";
SET LOCAL search_path = "public", pg_catalog;
CREATE OR REPLACE VIEW "public_m1"."orders" AS
SELECT r."id", r."customer", r."placed", r."shipped", r."note"
FROM segue.refuse_rows('m1', 'not served yet') AS r("id" integer, "customer" integer, "placed" bigint, "shipped" integer, "note" text);
SELECT segue.copy_privileges('"public"."orders"', '"public_m1"."orders"');
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL search_path = "public", pg_catalog;
--   CREATE OR REPLACE VIEW "public_m1"."orders" AS
--   SELECT r."id", r."customer", r."placed", r."shipped", r."note"
--   FROM segue.refuse_rows('m1', 'taken back') AS r("id" integer, "customer" integer, "placed" bigint, "shipped" integer, "note" text);
--   SELECT segue.copy_privileges('"public"."orders"', '"public_m1"."orders"');
--   COMMIT;

-- expand/03-install_sync:orders: new columns of orders with one-way sync
--   constant, ACCESS EXCLUSIVE, milliseconds, by the ladder; a column beside the column: the cheapest dual-write
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 3000;
LOCK TABLE "public"."orders" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public"."orders" IN ACCESS EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
SET LOCAL search_path = "public", pg_catalog;
ALTER TABLE "public"."orders"
  ADD COLUMN "_segue_1_placed" bigint,
  ADD COLUMN "_segue" smallint;
SET LOCAL search_path = pg_catalog;
CREATE OR REPLACE FUNCTION "segue"."sync_insert_public_orders"() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
DECLARE
  version smallint := NEW."_segue";
BEGIN
  NEW."_segue" := NULL;
  BEGIN
    NEW."_segue_1_placed" := "segue"."m1_up_orders_placed"(NEW."placed");
  EXCEPTION WHEN OTHERS THEN
    NEW."_segue_1_placed" := NULL;
    PERFORM segue.note_event('m1', 'up_failed', 'orders._segue_1_placed');
  END;
  RETURN NEW;
END
$segue$;
CREATE OR REPLACE FUNCTION "segue"."sync_update_public_orders"() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
DECLARE
  old_changed boolean;
  new_changed boolean;
BEGIN
  IF NEW."placed" IS DISTINCT FROM OLD."placed" OR NEW."_segue_1_placed" IS NULL THEN
    BEGIN
      NEW."_segue_1_placed" := "segue"."m1_up_orders_placed"(NEW."placed");
    EXCEPTION WHEN OTHERS THEN
      NEW."_segue_1_placed" := NULL;
      PERFORM segue.note_event('m1', 'up_failed', 'orders._segue_1_placed');
    END;
    NULL;
  END IF;
  RETURN NEW;
END
$segue$;
CREATE OR REPLACE TRIGGER "~segue_insert" BEFORE INSERT ON "public"."orders"
FOR EACH ROW EXECUTE FUNCTION "segue"."sync_insert_public_orders"();
CREATE OR REPLACE TRIGGER "~segue_update" BEFORE UPDATE ON "public"."orders"
FOR EACH ROW WHEN (NEW."placed" IS DISTINCT FROM OLD."placed"
    OR NEW."_segue_1_placed" IS NULL)
EXECUTE FUNCTION "segue"."sync_update_public_orders"();
ALTER TABLE "public"."orders" ENABLE ALWAYS TRIGGER "~segue_insert";
ALTER TABLE "public"."orders" ENABLE ALWAYS TRIGGER "~segue_update";
SAVEPOINT segue_probe;
SET CONSTRAINTS ALL IMMEDIATE;
SET LOCAL statement_timeout = 200;
SET LOCAL search_path = pg_catalog, "public";
SELECT deviation FROM (
  SELECT 'trigger ' || wanted || ' is missing or not ENABLE ALWAYS' AS deviation
  FROM unnest(ARRAY['~segue_insert', '~segue_update']) AS wanted
  WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_trigger t
    WHERE t.tgrelid = '"public"."orders"'::regclass AND t.tgname = wanted AND t.tgenabled = 'A')
  UNION ALL
  SELECT 'trigger ' || t.tgname || ' fires after ours or changes the row'
  FROM pg_catalog.pg_trigger t
  WHERE t.tgrelid = '"public"."orders"'::regclass AND NOT t.tgisinternal AND t.tgtype & 3 = 3
    AND t.tgtype & 20 <> 0 AND t.tgname NOT IN ('~segue_insert', '~segue_update')
  UNION ALL
  SELECT 'the table has children' FROM pg_catalog.pg_inherits WHERE inhparent = '"public"."orders"'::regclass
  UNION ALL
  SELECT 'row security was switched on, and the view ' || v.oid::regclass || ' shows every row'
  FROM pg_catalog.pg_class t
  JOIN pg_catalog.pg_depend d ON d.refobjid = t.oid AND d.refobjsubid > 0
    AND d.refclassid = 'pg_class'::regclass AND d.classid = 'pg_rewrite'::regclass
  JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid
  JOIN pg_catalog.pg_class v ON v.oid = r.ev_class
  WHERE t.oid = '"public"."orders"'::regclass AND t.relrowsecurity
    AND v.relnamespace = 'segue'::regnamespace
    AND NOT coalesce(v.reloptions @> ARRAY['security_invoker=true'], false)
) AS found;
WITH one AS MATERIALIZED (
    SELECT ctid AS _segue_at, "placed" FROM ONLY "public"."orders" LIMIT 1),
  source AS MATERIALIZED (
    SELECT one._segue_at, other."placed" AS _segue_v1
    FROM one, (SELECT "placed" FROM ONLY "public"."orders" LIMIT 100) AS other
    WHERE (one."placed" IS DISTINCT FROM other."placed") LIMIT 1)
UPDATE ONLY "public"."orders" AS t SET "placed" = source._segue_v1
FROM source WHERE t.ctid = source._segue_at
RETURNING (("_segue_1_placed" IS DISTINCT FROM "segue"."m1_up_orders_placed"("placed")) AND NOT "segue"."m1_up_orders_placed_raises"("placed"))::text;
ROLLBACK TO SAVEPOINT segue_probe;
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL lock_timeout = 3000;
--   LOCK TABLE "public"."orders" IN SHARE UPDATE EXCLUSIVE MODE;
--   LOCK TABLE "public"."orders" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   SET LOCAL lock_timeout = 5;
--   DROP TRIGGER IF EXISTS "~segue_insert" ON "public"."orders";
--   DROP TRIGGER IF EXISTS "~segue_update" ON "public"."orders";
--   DROP FUNCTION IF EXISTS "segue"."sync_insert_public_orders"();
--   DROP FUNCTION IF EXISTS "segue"."sync_update_public_orders"();
--   ALTER TABLE "public"."orders"
--     DROP COLUMN "_segue_1_placed",
--     DROP COLUMN "_segue";
--   COMMIT;

-- migrate/01-backfill:orders: fill the new columns of orders
--   write, ROW EXCLUSIVE, rows of one chunk; in block ranges, computed in place
SET synchronous_commit = off;
SET search_path = pg_catalog, "public";
SET lock_timeout = 500;
/* range by range; the first: */ UPDATE ONLY "public"."orders" SET "_segue_1_placed" = "segue"."m1_up_orders_placed"("placed")
WHERE ctid >= '(0,0)'::tid AND ctid < '(1,0)'::tid AND (("_segue_1_placed" IS NULL AND "segue"."m1_up_orders_placed"("placed") IS NOT NULL));
/* what is left over, range by range: */ SELECT count(*) FILTER (WHERE (("_segue_1_placed" IS NULL AND CASE WHEN "segue"."m1_up_orders_placed_raises"("placed") THEN false ELSE "segue"."m1_up_orders_placed"("placed") IS NOT NULL END))), count(*) FILTER (WHERE ("_segue_1_placed" IS NULL AND "segue"."m1_up_orders_placed_raises"("placed"))),
  min(ROW("id")::text) FILTER (WHERE ("_segue_1_placed" IS NULL AND "segue"."m1_up_orders_placed_raises"("placed")))
FROM ONLY "public"."orders" WHERE ctid >= '(0,0)'::tid AND ctid < '(1,0)'::tid AND ("_segue_1_placed" IS NULL);
SET synchronous_commit = on;
SET lock_timeout = 0;
SET search_path = pg_catalog;

-- migrate/02-add_constraint:orders.rebuild:placed_sane: constraint _segue_1_placed_sane on orders, not yet valid
--   constant, ACCESS EXCLUSIVE, milliseconds, by the ladder; from here on old clients can get 23514 from it
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 3000;
LOCK TABLE "public"."orders" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public"."orders" IN ACCESS EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
SET LOCAL search_path = "public", pg_catalog;
ALTER TABLE "public"."orders" ADD CONSTRAINT "_segue_1_placed_sane" CHECK ((("_segue_1_placed" > 0) AND ("_segue_1_placed" < 100))) NOT VALID;
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL lock_timeout = 3000;
--   LOCK TABLE "public"."orders" IN SHARE UPDATE EXCLUSIVE MODE;
--   LOCK TABLE "public"."orders" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   SET LOCAL lock_timeout = 5;
--   ALTER TABLE "public"."orders" DROP CONSTRAINT IF EXISTS "_segue_1_placed_sane";
--   COMMIT;

-- migrate/03-validate_constraint:orders.rebuild:placed_sane: validate _segue_1_placed_sane
--   scan, SHARE UPDATE EXCLUSIVE; a row that violates it stops here, and the constraint is dropped again
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
ALTER TABLE "public"."orders" VALIDATE CONSTRAINT "_segue_1_placed_sane";
COMMIT;

-- migrate/04-add_constraint:orders.rebuild:shipped_later: constraint _segue_1_shipped_later on orders, not yet valid
--   constant, ACCESS EXCLUSIVE, milliseconds, by the ladder; from here on old clients can get 23514 from it
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 3000;
LOCK TABLE "public"."orders" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public"."orders" IN ACCESS EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
SET LOCAL search_path = "public", pg_catalog;
ALTER TABLE "public"."orders" ADD CONSTRAINT "_segue_1_shipped_later" CHECK ((shipped >= "_segue_1_placed")) NOT VALID;
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL lock_timeout = 3000;
--   LOCK TABLE "public"."orders" IN SHARE UPDATE EXCLUSIVE MODE;
--   LOCK TABLE "public"."orders" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   SET LOCAL lock_timeout = 5;
--   ALTER TABLE "public"."orders" DROP CONSTRAINT IF EXISTS "_segue_1_shipped_later";
--   COMMIT;

-- migrate/05-validate_constraint:orders.rebuild:shipped_later: validate _segue_1_shipped_later
--   scan, SHARE UPDATE EXCLUSIVE; a row that violates it stops here, and the constraint is dropped again
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
ALTER TABLE "public"."orders" VALIDATE CONSTRAINT "_segue_1_shipped_later";
COMMIT;

-- migrate/06-add_constraint:orders.not_null:placed: constraint _segue_1_placed_not_null on orders, not yet valid
--   constant, ACCESS EXCLUSIVE, milliseconds, by the ladder; from here on old clients can get 23514 from it
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 3000;
LOCK TABLE "public"."orders" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public"."orders" IN ACCESS EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
SET LOCAL search_path = "public", pg_catalog;
ALTER TABLE "public"."orders" ADD CONSTRAINT "_segue_1_placed_not_null" CHECK ("_segue_1_placed" IS NOT NULL) NOT VALID;
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL lock_timeout = 3000;
--   LOCK TABLE "public"."orders" IN SHARE UPDATE EXCLUSIVE MODE;
--   LOCK TABLE "public"."orders" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   SET LOCAL lock_timeout = 5;
--   ALTER TABLE "public"."orders" DROP CONSTRAINT IF EXISTS "_segue_1_placed_not_null";
--   COMMIT;

-- migrate/07-validate_constraint:orders.not_null:placed: validate _segue_1_placed_not_null
--   scan, SHARE UPDATE EXCLUSIVE; a row that violates it stops here, and the constraint is dropped again
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
ALTER TABLE "public"."orders" VALIDATE CONSTRAINT "_segue_1_placed_not_null";
COMMIT;

-- migrate/08-analyze:orders: statistics of orders
--   scan, SHARE UPDATE EXCLUSIVE
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
ANALYZE "public"."orders";
COMMIT;

-- migrate/09-compare:orders: prove that both sides of orders agree
--   scan, ACCESS SHARE
/* range by range; the first: */ SELECT ROW("id")::text, concat_ws(' ', ROW("placed")::text), concat_ws(' ', ROW("_segue_1_placed")::text), (((NOT ("_segue_1_placed" IS DISTINCT FROM "segue"."m1_up_orders_placed"("placed"))) OR (NOT ("placed" IS DISTINCT FROM "segue"."m1_down_orders_placed"("_segue_1_placed"))))) FROM ONLY "public"."orders" WHERE ctid >= '(0,0)'::tid AND ctid < '(1,0)'::tid AND (NOT ((NOT ("_segue_1_placed" IS DISTINCT FROM "segue"."m1_up_orders_placed"("placed"))) OR (NOT ("placed" IS DISTINCT FROM "segue"."m1_down_orders_placed"("_segue_1_placed"))))) ORDER BY 4 LIMIT 10;

-- migrate/10-horizon: wait for snapshots older than the backfill
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

-- migrate/11-publish: serve version m1, two-way sync
--   constant, SHARE ROW EXCLUSIVE, milliseconds, by the ladder
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 3000;
LOCK TABLE "public"."orders" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public_m1"."orders" IN ACCESS EXCLUSIVE MODE NOWAIT;
LOCK TABLE "public"."orders" IN SHARE ROW EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
CREATE OR REPLACE FUNCTION "segue"."sync_insert_public_orders"() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
DECLARE
  version smallint := NEW."_segue";
BEGIN
  NEW."_segue" := NULL;
  IF version IS NULL THEN
    IF NEW."_segue_1_placed" IS NULL THEN
      NEW."_segue_1_placed" := "segue"."m1_up_orders_placed"(NEW."placed");
    END IF;
    NULL;
  ELSE
    IF version >= 1 THEN
      NEW."placed" := "segue"."m1_down_orders_placed"(NEW."_segue_1_placed");
      NULL;
    END IF;
    IF version < 1 THEN
      NEW."_segue_1_placed" := "segue"."m1_up_orders_placed"(NEW."placed");
      NULL;
    END IF;
    NULL;
  END IF;
  RETURN NEW;
END
$segue$;
CREATE OR REPLACE FUNCTION "segue"."sync_update_public_orders"() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
DECLARE
  old_changed boolean;
  new_changed boolean;
  settled_1_0 boolean := false;
BEGIN
  old_changed := NEW."placed" IS DISTINCT FROM OLD."placed";
  new_changed := NEW."_segue_1_placed" IS DISTINCT FROM OLD."_segue_1_placed";
  settled_1_0 := old_changed OR new_changed;
  IF old_changed AND NOT new_changed THEN
    NEW."_segue_1_placed" := "segue"."m1_up_orders_placed"(NEW."placed");
    NULL;
  ELSIF new_changed AND NOT old_changed THEN
    NEW."placed" := "segue"."m1_down_orders_placed"(NEW."_segue_1_placed");
    NULL;
  ELSIF old_changed AND new_changed THEN
    IF (NEW."_segue_1_placed" IS DISTINCT FROM "segue"."m1_up_orders_placed"(NEW."placed")) AND (NEW."placed" IS DISTINCT FROM "segue"."m1_down_orders_placed"(NEW."_segue_1_placed")) THEN
      NEW."_segue_1_placed" := "segue"."m1_up_orders_placed"(NEW."placed");
      PERFORM segue.note_event('m1', 'both_sides_changed', 'orders');
    END IF;
    NULL;
  END IF;
  RETURN NEW;
END
$segue$;
CREATE OR REPLACE TRIGGER "~segue_insert" BEFORE INSERT ON "public"."orders"
FOR EACH ROW EXECUTE FUNCTION "segue"."sync_insert_public_orders"();
CREATE OR REPLACE TRIGGER "~segue_update" BEFORE UPDATE ON "public"."orders"
FOR EACH ROW WHEN (NEW."placed" IS DISTINCT FROM OLD."placed"
    OR NEW."_segue_1_placed" IS DISTINCT FROM OLD."_segue_1_placed")
EXECUTE FUNCTION "segue"."sync_update_public_orders"();
ALTER TABLE "public"."orders" ENABLE ALWAYS TRIGGER "~segue_insert";
ALTER TABLE "public"."orders" ENABLE ALWAYS TRIGGER "~segue_update";
SET LOCAL search_path = "public", pg_catalog;
CREATE OR REPLACE VIEW "segue"."public_orders__1" AS
SELECT "id", "customer", "_segue_1_placed" AS "placed", "shipped", "note", "_segue"
FROM "public"."orders";
ALTER VIEW "segue"."public_orders__1" ALTER COLUMN "_segue" SET DEFAULT 1;
CREATE OR REPLACE VIEW "public_m1"."orders" AS
SELECT "id", "customer", "placed", "shipped", "note"
FROM "segue"."public_orders__1";
SELECT segue.copy_privileges('"segue"."public_orders__1"', '"segue"."public_orders__1"');
SELECT segue.copy_privileges('"public"."orders"', '"public_m1"."orders"');
SET LOCAL search_path = pg_catalog;
SAVEPOINT segue_probe;
SET CONSTRAINTS ALL IMMEDIATE;
SET LOCAL statement_timeout = 200;
SET LOCAL search_path = pg_catalog, "public";
SELECT deviation FROM (
  SELECT 'trigger ' || wanted || ' is missing or not ENABLE ALWAYS' AS deviation
  FROM unnest(ARRAY['~segue_insert', '~segue_update']) AS wanted
  WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_trigger t
    WHERE t.tgrelid = '"public"."orders"'::regclass AND t.tgname = wanted AND t.tgenabled = 'A')
  UNION ALL
  SELECT 'trigger ' || t.tgname || ' fires after ours or changes the row'
  FROM pg_catalog.pg_trigger t
  WHERE t.tgrelid = '"public"."orders"'::regclass AND NOT t.tgisinternal AND t.tgtype & 3 = 3
    AND t.tgtype & 20 <> 0 AND t.tgname NOT IN ('~segue_insert', '~segue_update')
  UNION ALL
  SELECT 'the table has children' FROM pg_catalog.pg_inherits WHERE inhparent = '"public"."orders"'::regclass
  UNION ALL
  SELECT 'row security was switched on, and the view ' || v.oid::regclass || ' shows every row'
  FROM pg_catalog.pg_class t
  JOIN pg_catalog.pg_depend d ON d.refobjid = t.oid AND d.refobjsubid > 0
    AND d.refclassid = 'pg_class'::regclass AND d.classid = 'pg_rewrite'::regclass
  JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid
  JOIN pg_catalog.pg_class v ON v.oid = r.ev_class
  WHERE t.oid = '"public"."orders"'::regclass AND t.relrowsecurity
    AND v.relnamespace = 'segue'::regnamespace
    AND NOT coalesce(v.reloptions @> ARRAY['security_invoker=true'], false)
) AS found;
WITH one AS MATERIALIZED (
    SELECT ctid AS _segue_at, "placed" FROM ONLY "public"."orders" LIMIT 1),
  source AS MATERIALIZED (
    SELECT one._segue_at, other."placed" AS _segue_v1
    FROM one, (SELECT "placed" FROM ONLY "public"."orders" LIMIT 100) AS other
    WHERE (one."placed" IS DISTINCT FROM other."placed") LIMIT 1)
UPDATE ONLY "public"."orders" AS t SET "placed" = source._segue_v1
FROM source WHERE t.ctid = source._segue_at
RETURNING (("_segue_1_placed" IS DISTINCT FROM "segue"."m1_up_orders_placed"("placed")) AND NOT "segue"."m1_up_orders_placed_raises"("placed"))::text;
WITH one AS MATERIALIZED (
    SELECT ctid AS _segue_at, "_segue_1_placed" FROM ONLY "public"."orders" LIMIT 1),
  source AS MATERIALIZED (
    SELECT one._segue_at, other."_segue_1_placed" AS _segue_v1
    FROM one, (SELECT "_segue_1_placed" FROM ONLY "public"."orders" LIMIT 100) AS other
    WHERE (one."_segue_1_placed" IS DISTINCT FROM other."_segue_1_placed") LIMIT 1)
UPDATE ONLY "public"."orders" AS t SET "_segue_1_placed" = source._segue_v1
FROM source WHERE t.ctid = source._segue_at
RETURNING ("placed" IS DISTINCT FROM "segue"."m1_down_orders_placed"("_segue_1_placed"))::text;
ROLLBACK TO SAVEPOINT segue_probe;
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL lock_timeout = 3000;
--   LOCK TABLE "public"."orders" IN SHARE UPDATE EXCLUSIVE MODE;
--   LOCK TABLE "public_m1"."orders" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   LOCK TABLE "public"."orders" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   SET LOCAL lock_timeout = 5;
--   CREATE OR REPLACE FUNCTION "segue"."sync_insert_public_orders"() RETURNS trigger
--   LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
--   DECLARE
--     version smallint := NEW."_segue";
--   BEGIN
--     NEW."_segue" := NULL;
--     BEGIN
--       NEW."_segue_1_placed" := "segue"."m1_up_orders_placed"(NEW."placed");
--     EXCEPTION WHEN OTHERS THEN
--       NEW."_segue_1_placed" := NULL;
--       PERFORM segue.note_event('m1', 'up_failed', 'orders._segue_1_placed');
--     END;
--     RETURN NEW;
--   END
--   $segue$;
--   CREATE OR REPLACE FUNCTION "segue"."sync_update_public_orders"() RETURNS trigger
--   LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
--   DECLARE
--     old_changed boolean;
--     new_changed boolean;
--   BEGIN
--     IF NEW."placed" IS DISTINCT FROM OLD."placed" OR NEW."_segue_1_placed" IS NULL THEN
--       BEGIN
--         NEW."_segue_1_placed" := "segue"."m1_up_orders_placed"(NEW."placed");
--       EXCEPTION WHEN OTHERS THEN
--         NEW."_segue_1_placed" := NULL;
--         PERFORM segue.note_event('m1', 'up_failed', 'orders._segue_1_placed');
--       END;
--       NULL;
--     END IF;
--     RETURN NEW;
--   END
--   $segue$;
--   CREATE OR REPLACE TRIGGER "~segue_insert" BEFORE INSERT ON "public"."orders"
--   FOR EACH ROW EXECUTE FUNCTION "segue"."sync_insert_public_orders"();
--   CREATE OR REPLACE TRIGGER "~segue_update" BEFORE UPDATE ON "public"."orders"
--   FOR EACH ROW WHEN (NEW."placed" IS DISTINCT FROM OLD."placed"
--       OR NEW."_segue_1_placed" IS NULL)
--   EXECUTE FUNCTION "segue"."sync_update_public_orders"();
--   ALTER TABLE "public"."orders" ENABLE ALWAYS TRIGGER "~segue_insert";
--   ALTER TABLE "public"."orders" ENABLE ALWAYS TRIGGER "~segue_update";
--   SET LOCAL search_path = "public", pg_catalog;
--   CREATE OR REPLACE VIEW "public_m1"."orders" AS
--   SELECT r."id", r."customer", r."placed", r."shipped", r."note"
--   FROM segue.refuse_rows('m1', 'taken back') AS r("id" integer, "customer" integer, "placed" bigint, "shipped" integer, "note" text);
--   SELECT segue.copy_privileges('"public"."orders"', '"public_m1"."orders"');
--   DROP VIEW IF EXISTS "segue"."public_orders__1";
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

-- contract/02-compare:orders: prove once more that both sides of orders agree
--   scan, ACCESS SHARE
/* range by range; the first: */ SELECT ROW("id")::text, concat_ws(' ', ROW("placed")::text), concat_ws(' ', ROW("_segue_1_placed")::text), (((NOT ("_segue_1_placed" IS DISTINCT FROM "segue"."m1_up_orders_placed"("placed"))) OR (NOT ("placed" IS DISTINCT FROM "segue"."m1_down_orders_placed"("_segue_1_placed"))))) FROM ONLY "public"."orders" WHERE ctid >= '(0,0)'::tid AND ctid < '(1,0)'::tid AND (NOT ((NOT ("_segue_1_placed" IS DISTINCT FROM "segue"."m1_up_orders_placed"("placed"))) OR (NOT ("placed" IS DISTINCT FROM "segue"."m1_down_orders_placed"("_segue_1_placed"))))) ORDER BY 4 LIMIT 10;

-- contract/03-swap: the base takes the new shape
--   constant, ACCESS EXCLUSIVE, milliseconds, by the ladder
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 3000;
LOCK TABLE "public"."orders" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public_m1"."orders" IN ACCESS EXCLUSIVE MODE NOWAIT;
LOCK TABLE "public"."orders" IN ACCESS EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
SET LOCAL search_path = "public", pg_catalog;
DROP TRIGGER IF EXISTS "~segue_insert" ON "public"."orders";
DROP TRIGGER IF EXISTS "~segue_update" ON "public"."orders";
DROP FUNCTION IF EXISTS "segue"."sync_insert_public_orders"();
DROP FUNCTION IF EXISTS "segue"."sync_update_public_orders"();
CREATE OR REPLACE VIEW "public_m1"."orders" AS
SELECT "id", "customer", "_segue_1_placed" AS "placed", "shipped", "note"
FROM "public"."orders";
SELECT segue.copy_privileges('"public"."orders"', '"public_m1"."orders"');
DROP VIEW IF EXISTS "segue"."public_orders__1";
ALTER TABLE "public"."orders"
  DROP COLUMN "placed",
  DROP COLUMN "_segue";
ALTER TABLE "public"."orders" RENAME COLUMN "_segue_1_placed" TO "placed";
ALTER TABLE "public"."orders" ALTER COLUMN "placed" SET NOT NULL;
ALTER TABLE "public"."orders" RENAME CONSTRAINT "_segue_1_placed_sane" TO "placed_sane";
ALTER TABLE "public"."orders" RENAME CONSTRAINT "_segue_1_shipped_later" TO "shipped_later";
ALTER TABLE "public"."orders" DROP CONSTRAINT "_segue_1_placed_not_null";
ALTER TABLE "public"."orders" RENAME CONSTRAINT "placed_sane" TO "placed_known";
SET LOCAL search_path = pg_catalog;
COMMIT;
-- not reversible

-- contract/04-cleanup: functions of `up` and `down` go
--   constant, none on tables
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL search_path = pg_catalog;
DROP FUNCTION IF EXISTS "segue"."m1_up_orders_placed_raises"(integer);
DROP FUNCTION IF EXISTS "segue"."m1_up_orders_placed"(integer);
DROP FUNCTION IF EXISTS "segue"."m1_down_orders_placed_raises"(bigint);
DROP FUNCTION IF EXISTS "segue"."m1_down_orders_placed"(bigint);
COMMIT;
-- not reversible
