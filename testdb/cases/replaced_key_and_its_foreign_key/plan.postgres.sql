-- migration m1, version m1
-- clients: from expand on the base table customers also has _segue_1_id, _segue: SELECT * of base clients shows more, a prepared one fails once (0A000), and COPY into it without a column list fails (22P04)
-- clients: at contract the replaced column of customers comes last in the base table: INSERT without a column list in base clients would store values in the wrong columns
-- clients: from expand on the base table orders also has _segue_1_customer, _segue: SELECT * of base clients shows more, a prepared one fails once (0A000), and COPY into it without a column list fails (22P04)
-- clients: at contract the replaced column of orders comes last in the base table: INSERT without a column list in base clients would store values in the wrong columns

-- expand/01-create_functions: functions of `up` and `down`
--   constant, none
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL search_path = "public", pg_catalog;
CREATE OR REPLACE FUNCTION "segue"."m1_up_customers_id"("id" integer) RETURNS text
LANGUAGE sql PARALLEL SAFE
BEGIN ATOMIC
  SELECT ('c' || "id");
END;
CREATE OR REPLACE FUNCTION "segue"."m1_up_customers_id_raises"("id" integer) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $segue$
BEGIN
  PERFORM "segue"."m1_up_customers_id"("id");
  RETURN false;
EXCEPTION WHEN OTHERS THEN
  RETURN true;
END
$segue$;
CREATE OR REPLACE FUNCTION "segue"."m1_down_customers_id"("id" text) RETURNS integer
LANGUAGE sql PARALLEL SAFE
BEGIN ATOMIC
  SELECT (CAST(substr("id", 2) AS integer));
END;
CREATE OR REPLACE FUNCTION "segue"."m1_down_customers_id_raises"("id" text) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $segue$
BEGIN
  PERFORM "segue"."m1_down_customers_id"("id");
  RETURN false;
EXCEPTION WHEN OTHERS THEN
  RETURN true;
END
$segue$;
CREATE OR REPLACE FUNCTION "segue"."m1_up_orders_customer"("customer" integer) RETURNS text
LANGUAGE sql PARALLEL SAFE
BEGIN ATOMIC
  SELECT ('c' || "customer");
END;
CREATE OR REPLACE FUNCTION "segue"."m1_up_orders_customer_raises"("customer" integer) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $segue$
BEGIN
  PERFORM "segue"."m1_up_orders_customer"("customer");
  RETURN false;
EXCEPTION WHEN OTHERS THEN
  RETURN true;
END
$segue$;
CREATE OR REPLACE FUNCTION "segue"."m1_down_orders_customer"("customer" text) RETURNS integer
LANGUAGE sql PARALLEL SAFE
BEGIN ATOMIC
  SELECT (CAST(substr("customer", 2) AS integer));
END;
CREATE OR REPLACE FUNCTION "segue"."m1_down_orders_customer_raises"("customer" text) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $segue$
BEGIN
  PERFORM "segue"."m1_down_orders_customer"("customer");
  RETURN false;
EXCEPTION WHEN OTHERS THEN
  RETURN true;
END
$segue$;
DO $segue_class$
DECLARE weaker text := '';
BEGIN
  BEGIN
    CREATE TABLE segue.class_test ("id" integer);
    CREATE INDEX ON segue.class_test ((CAST(('c' || "id") AS text) IS NULL));
    DROP TABLE segue.class_test;
  EXCEPTION WHEN invalid_object_definition OR feature_not_supported THEN
    weaker := weaker || '`up` (''c'' || id) ';
  END;
  BEGIN
    CREATE TABLE segue.class_test ("id" text);
    CREATE INDEX ON segue.class_test ((CAST((CAST(substr("id", 2) AS integer)) AS integer) IS NULL));
    DROP TABLE segue.class_test;
  EXCEPTION WHEN invalid_object_definition OR feature_not_supported THEN
    weaker := weaker || '`down` (CAST(substr(id, 2) AS integer)) ';
  END;
  BEGIN
    CREATE TABLE segue.class_test ("customer" integer);
    CREATE INDEX ON segue.class_test ((CAST(('c' || "customer") AS text) IS NULL));
    DROP TABLE segue.class_test;
  EXCEPTION WHEN invalid_object_definition OR feature_not_supported THEN
    weaker := weaker || '`up` (''c'' || customer) ';
  END;
  BEGIN
    CREATE TABLE segue.class_test ("customer" text);
    CREATE INDEX ON segue.class_test ((CAST((CAST(substr("customer", 2) AS integer)) AS integer) IS NULL));
    DROP TABLE segue.class_test;
  EXCEPTION WHEN invalid_object_definition OR feature_not_supported THEN
    weaker := weaker || '`down` (CAST(substr(customer, 2) AS integer)) ';
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
--   DROP FUNCTION IF EXISTS "segue"."m1_up_customers_id_raises"(integer);
--   DROP FUNCTION IF EXISTS "segue"."m1_up_customers_id"(integer);
--   DROP FUNCTION IF EXISTS "segue"."m1_down_customers_id_raises"(text);
--   DROP FUNCTION IF EXISTS "segue"."m1_down_customers_id"(text);
--   DROP FUNCTION IF EXISTS "segue"."m1_up_orders_customer_raises"(integer);
--   DROP FUNCTION IF EXISTS "segue"."m1_up_orders_customer"(integer);
--   DROP FUNCTION IF EXISTS "segue"."m1_down_orders_customer_raises"(text);
--   DROP FUNCTION IF EXISTS "segue"."m1_down_orders_customer"(text);
--   COMMIT;

-- expand/02-create_version: schema of version m1, refusing until publish
--   constant, none on tables
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
CREATE SCHEMA IF NOT EXISTS "public_m1";
GRANT USAGE ON SCHEMA "public_m1" TO PUBLIC;
DROP VIEW IF EXISTS "public_m1"."customers";
DROP VIEW IF EXISTS "public_m1"."orders";
SET LOCAL search_path = "public", pg_catalog;
CREATE OR REPLACE VIEW "public_m1"."customers" AS
SELECT r."id", r."name"
FROM segue.refuse_rows('m1', 'not served yet') AS r("id" text, "name" text);
SELECT segue.copy_privileges('"public"."customers"', '"public_m1"."customers"');
CREATE OR REPLACE VIEW "public_m1"."orders" AS
SELECT r."id", r."customer", r."note"
FROM segue.refuse_rows('m1', 'not served yet') AS r("id" integer, "customer" text, "note" text);
SELECT segue.copy_privileges('"public"."orders"', '"public_m1"."orders"');
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL search_path = "public", pg_catalog;
--   CREATE OR REPLACE VIEW "public_m1"."customers" AS
--   SELECT r."id", r."name"
--   FROM segue.refuse_rows('m1', 'taken back') AS r("id" text, "name" text);
--   SELECT segue.copy_privileges('"public"."customers"', '"public_m1"."customers"');
--   CREATE OR REPLACE VIEW "public_m1"."orders" AS
--   SELECT r."id", r."customer", r."note"
--   FROM segue.refuse_rows('m1', 'taken back') AS r("id" integer, "customer" text, "note" text);
--   SELECT segue.copy_privileges('"public"."orders"', '"public_m1"."orders"');
--   COMMIT;

-- expand/03-install_sync:customers: new columns of customers with one-way sync
--   constant, ACCESS EXCLUSIVE, milliseconds, by the ladder; a column beside the column: the cheapest dual-write
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 3000;
LOCK TABLE "public"."customers" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public"."customers" IN ACCESS EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
SET LOCAL search_path = "public", pg_catalog;
ALTER TABLE "public"."customers"
  ADD COLUMN "_segue_1_id" text,
  ADD COLUMN "_segue" smallint;
SET LOCAL search_path = pg_catalog;
CREATE OR REPLACE FUNCTION "segue"."sync_insert_public_customers"() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
DECLARE
  version smallint := NEW."_segue";
BEGIN
  NEW."_segue" := NULL;
  BEGIN
    NEW."_segue_1_id" := "segue"."m1_up_customers_id"(NEW."id");
  EXCEPTION WHEN OTHERS THEN
    NEW."_segue_1_id" := NULL;
    PERFORM segue.note_event('m1', 'up_failed', 'customers._segue_1_id');
  END;
  RETURN NEW;
END
$segue$;
CREATE OR REPLACE FUNCTION "segue"."sync_update_public_customers"() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
DECLARE
  old_changed boolean;
  new_changed boolean;
BEGIN
  IF NEW."id" IS DISTINCT FROM OLD."id" OR NEW."_segue_1_id" IS NULL THEN
    BEGIN
      NEW."_segue_1_id" := "segue"."m1_up_customers_id"(NEW."id");
    EXCEPTION WHEN OTHERS THEN
      NEW."_segue_1_id" := NULL;
      PERFORM segue.note_event('m1', 'up_failed', 'customers._segue_1_id');
    END;
    NULL;
  END IF;
  RETURN NEW;
END
$segue$;
CREATE OR REPLACE TRIGGER "~segue_insert" BEFORE INSERT ON "public"."customers"
FOR EACH ROW EXECUTE FUNCTION "segue"."sync_insert_public_customers"();
CREATE OR REPLACE TRIGGER "~segue_update" BEFORE UPDATE ON "public"."customers"
FOR EACH ROW WHEN (NEW."id" IS DISTINCT FROM OLD."id"
    OR NEW."_segue_1_id" IS NULL)
EXECUTE FUNCTION "segue"."sync_update_public_customers"();
ALTER TABLE "public"."customers" ENABLE ALWAYS TRIGGER "~segue_insert";
ALTER TABLE "public"."customers" ENABLE ALWAYS TRIGGER "~segue_update";
SAVEPOINT segue_probe;
SET CONSTRAINTS ALL IMMEDIATE;
SET LOCAL statement_timeout = 200;
SET LOCAL search_path = pg_catalog, "public";
SELECT deviation FROM (
  SELECT 'trigger ' || wanted || ' is missing or not ENABLE ALWAYS' AS deviation
  FROM unnest(ARRAY['~segue_insert', '~segue_update']) AS wanted
  WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_trigger t
    WHERE t.tgrelid = '"public"."customers"'::regclass AND t.tgname = wanted AND t.tgenabled = 'A')
  UNION ALL
  SELECT 'trigger ' || t.tgname || ' fires after ours or changes the row'
  FROM pg_catalog.pg_trigger t
  WHERE t.tgrelid = '"public"."customers"'::regclass AND NOT t.tgisinternal AND t.tgtype & 3 = 3
    AND t.tgtype & 20 <> 0 AND t.tgname NOT IN ('~segue_insert', '~segue_update')
  UNION ALL
  SELECT 'the table has children' FROM pg_catalog.pg_inherits WHERE inhparent = '"public"."customers"'::regclass
  UNION ALL
  SELECT 'row security was switched on, and the view ' || v.oid::regclass || ' shows every row'
  FROM pg_catalog.pg_class t
  JOIN pg_catalog.pg_depend d ON d.refobjid = t.oid AND d.refobjsubid > 0
    AND d.refclassid = 'pg_class'::regclass AND d.classid = 'pg_rewrite'::regclass
  JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid
  JOIN pg_catalog.pg_class v ON v.oid = r.ev_class
  WHERE t.oid = '"public"."customers"'::regclass AND t.relrowsecurity
    AND v.relnamespace = 'segue'::regnamespace
    AND NOT coalesce(v.reloptions @> ARRAY['security_invoker=true'], false)
) AS found;
WITH one AS MATERIALIZED (
    SELECT ctid AS _segue_at, "id" FROM ONLY "public"."customers" LIMIT 1),
  source AS MATERIALIZED (
    SELECT one._segue_at, other."id" AS _segue_v1
    FROM one, (SELECT "id" FROM ONLY "public"."customers" LIMIT 100) AS other
    WHERE (one."id" IS DISTINCT FROM other."id") LIMIT 1)
UPDATE ONLY "public"."customers" AS t SET "id" = source._segue_v1
FROM source WHERE t.ctid = source._segue_at
RETURNING (("_segue_1_id" IS DISTINCT FROM "segue"."m1_up_customers_id"("id")) AND NOT "segue"."m1_up_customers_id_raises"("id"))::text;
ROLLBACK TO SAVEPOINT segue_probe;
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL lock_timeout = 3000;
--   LOCK TABLE "public"."customers" IN SHARE UPDATE EXCLUSIVE MODE;
--   LOCK TABLE "public"."customers" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   SET LOCAL lock_timeout = 5;
--   DROP TRIGGER IF EXISTS "~segue_insert" ON "public"."customers";
--   DROP TRIGGER IF EXISTS "~segue_update" ON "public"."customers";
--   DROP FUNCTION IF EXISTS "segue"."sync_insert_public_customers"();
--   DROP FUNCTION IF EXISTS "segue"."sync_update_public_customers"();
--   ALTER TABLE "public"."customers"
--     DROP COLUMN "_segue_1_id",
--     DROP COLUMN "_segue";
--   COMMIT;

-- expand/04-install_sync:orders: new columns of orders with one-way sync
--   constant, ACCESS EXCLUSIVE, milliseconds, by the ladder; a column beside the column: the cheapest dual-write
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 3000;
LOCK TABLE "public"."orders" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public"."orders" IN ACCESS EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
SET LOCAL search_path = "public", pg_catalog;
ALTER TABLE "public"."orders"
  ADD COLUMN "_segue_1_customer" text,
  ADD COLUMN "_segue" smallint;
SET LOCAL search_path = pg_catalog;
CREATE OR REPLACE FUNCTION "segue"."sync_insert_public_orders"() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
DECLARE
  version smallint := NEW."_segue";
BEGIN
  NEW."_segue" := NULL;
  BEGIN
    NEW."_segue_1_customer" := "segue"."m1_up_orders_customer"(NEW."customer");
  EXCEPTION WHEN OTHERS THEN
    NEW."_segue_1_customer" := NULL;
    PERFORM segue.note_event('m1', 'up_failed', 'orders._segue_1_customer');
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
  IF NEW."customer" IS DISTINCT FROM OLD."customer" OR NEW."_segue_1_customer" IS NULL THEN
    BEGIN
      NEW."_segue_1_customer" := "segue"."m1_up_orders_customer"(NEW."customer");
    EXCEPTION WHEN OTHERS THEN
      NEW."_segue_1_customer" := NULL;
      PERFORM segue.note_event('m1', 'up_failed', 'orders._segue_1_customer');
    END;
    NULL;
  END IF;
  RETURN NEW;
END
$segue$;
CREATE OR REPLACE TRIGGER "~segue_insert" BEFORE INSERT ON "public"."orders"
FOR EACH ROW EXECUTE FUNCTION "segue"."sync_insert_public_orders"();
CREATE OR REPLACE TRIGGER "~segue_update" BEFORE UPDATE ON "public"."orders"
FOR EACH ROW WHEN (NEW."customer" IS DISTINCT FROM OLD."customer"
    OR NEW."_segue_1_customer" IS NULL)
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
    SELECT ctid AS _segue_at, "customer" FROM ONLY "public"."orders" LIMIT 1),
  source AS MATERIALIZED (
    SELECT one._segue_at, other."customer" AS _segue_v1
    FROM one, (SELECT "customer" FROM ONLY "public"."orders" LIMIT 100) AS other
    WHERE (one."customer" IS DISTINCT FROM other."customer") LIMIT 1)
UPDATE ONLY "public"."orders" AS t SET "customer" = source._segue_v1
FROM source WHERE t.ctid = source._segue_at
RETURNING (("_segue_1_customer" IS DISTINCT FROM "segue"."m1_up_orders_customer"("customer")) AND NOT "segue"."m1_up_orders_customer_raises"("customer"))::text;
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
--     DROP COLUMN "_segue_1_customer",
--     DROP COLUMN "_segue";
--   COMMIT;

-- migrate/01-backfill:customers: fill the new columns of customers
--   write, ROW EXCLUSIVE, rows of one chunk; in block ranges, computed in place
SET synchronous_commit = off;
SET search_path = pg_catalog, "public";
SET lock_timeout = 500;
/* range by range; the first: */ UPDATE ONLY "public"."customers" SET "_segue_1_id" = "segue"."m1_up_customers_id"("id")
WHERE ctid >= '(0,0)'::tid AND ctid < '(1,0)'::tid AND (("_segue_1_id" IS NULL AND "segue"."m1_up_customers_id"("id") IS NOT NULL));
/* what is left over, range by range: */ SELECT count(*) FILTER (WHERE (("_segue_1_id" IS NULL AND CASE WHEN "segue"."m1_up_customers_id_raises"("id") THEN false ELSE "segue"."m1_up_customers_id"("id") IS NOT NULL END))), count(*) FILTER (WHERE ("_segue_1_id" IS NULL AND "segue"."m1_up_customers_id_raises"("id"))),
  min(ROW("id", "_segue_1_id")::text) FILTER (WHERE ("_segue_1_id" IS NULL AND "segue"."m1_up_customers_id_raises"("id")))
FROM ONLY "public"."customers" WHERE ctid >= '(0,0)'::tid AND ctid < '(1,0)'::tid AND ("_segue_1_id" IS NULL);
SET synchronous_commit = on;
SET lock_timeout = 0;
SET search_path = pg_catalog;

-- migrate/02-backfill:orders: fill the new columns of orders
--   write, ROW EXCLUSIVE, rows of one chunk; in block ranges, computed in place
SET synchronous_commit = off;
SET search_path = pg_catalog, "public";
SET lock_timeout = 500;
/* range by range; the first: */ UPDATE ONLY "public"."orders" SET "_segue_1_customer" = "segue"."m1_up_orders_customer"("customer")
WHERE ctid >= '(0,0)'::tid AND ctid < '(1,0)'::tid AND (("_segue_1_customer" IS NULL AND "segue"."m1_up_orders_customer"("customer") IS NOT NULL));
/* what is left over, range by range: */ SELECT count(*) FILTER (WHERE (("_segue_1_customer" IS NULL AND CASE WHEN "segue"."m1_up_orders_customer_raises"("customer") THEN false ELSE "segue"."m1_up_orders_customer"("customer") IS NOT NULL END))), count(*) FILTER (WHERE ("_segue_1_customer" IS NULL AND "segue"."m1_up_orders_customer_raises"("customer"))),
  min(ROW("id")::text) FILTER (WHERE ("_segue_1_customer" IS NULL AND "segue"."m1_up_orders_customer_raises"("customer")))
FROM ONLY "public"."orders" WHERE ctid >= '(0,0)'::tid AND ctid < '(1,0)'::tid AND ("_segue_1_customer" IS NULL);
SET synchronous_commit = on;
SET lock_timeout = 0;
SET search_path = pg_catalog;

-- migrate/03-build_index:customers.rebuild:customers_pkey: build index customers_pkey
--   index_build, SHARE UPDATE EXCLUSIVE; concurrently: no write waits
SET lock_timeout = 0;
SET search_path = "public", pg_catalog;
CREATE UNIQUE INDEX CONCURRENTLY "_segue_1_customers_pkey" ON "public"."customers" USING btree ("_segue_1_id");
SET search_path = pg_catalog;
-- inverse:
--   DROP INDEX CONCURRENTLY IF EXISTS "public"."_segue_1_customers_pkey";

-- migrate/04-add_constraint:customers.not_null:id: constraint _segue_1_id_not_null on customers, not yet valid
--   constant, ACCESS EXCLUSIVE, milliseconds, by the ladder; from here on old clients can get 23514 from it
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 3000;
LOCK TABLE "public"."customers" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public"."customers" IN ACCESS EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
SET LOCAL search_path = "public", pg_catalog;
ALTER TABLE "public"."customers" ADD CONSTRAINT "_segue_1_id_not_null" CHECK ("_segue_1_id" IS NOT NULL) NOT VALID;
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL lock_timeout = 3000;
--   LOCK TABLE "public"."customers" IN SHARE UPDATE EXCLUSIVE MODE;
--   LOCK TABLE "public"."customers" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   SET LOCAL lock_timeout = 5;
--   ALTER TABLE "public"."customers" DROP CONSTRAINT IF EXISTS "_segue_1_id_not_null";
--   COMMIT;

-- migrate/05-validate_constraint:customers.not_null:id: validate _segue_1_id_not_null
--   scan, SHARE UPDATE EXCLUSIVE; a row that violates it stops here, and the constraint is dropped again
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
ALTER TABLE "public"."customers" VALIDATE CONSTRAINT "_segue_1_id_not_null";
COMMIT;

-- migrate/06-add_constraint:orders.rebuild:orders_customer: constraint _segue_1_orders_customer on orders, not yet valid
--   constant, SHARE ROW EXCLUSIVE on both tables, by the ladder; from here on old clients can get 23503 from it
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 3000;
LOCK TABLE "public"."orders" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public"."orders" IN SHARE ROW EXCLUSIVE MODE NOWAIT;
LOCK TABLE "public"."customers" IN SHARE ROW EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
SET LOCAL search_path = "public", pg_catalog;
ALTER TABLE "public"."orders" ADD CONSTRAINT "_segue_1_orders_customer" FOREIGN KEY ("_segue_1_customer") REFERENCES "public"."customers"("_segue_1_id") ON DELETE SET NULL NOT VALID;
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL lock_timeout = 3000;
--   LOCK TABLE "public"."orders" IN SHARE UPDATE EXCLUSIVE MODE;
--   LOCK TABLE "public"."orders" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   LOCK TABLE "public"."customers" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   SET LOCAL lock_timeout = 5;
--   ALTER TABLE "public"."orders" DROP CONSTRAINT IF EXISTS "_segue_1_orders_customer";
--   COMMIT;

-- migrate/07-validate_constraint:orders.rebuild:orders_customer: validate _segue_1_orders_customer
--   scan, SHARE UPDATE EXCLUSIVE; a row that violates it stops here, and the constraint is dropped again
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
ALTER TABLE "public"."orders" VALIDATE CONSTRAINT "_segue_1_orders_customer";
COMMIT;

-- migrate/08-analyze:customers: statistics of customers
--   scan, SHARE UPDATE EXCLUSIVE
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
ANALYZE "public"."customers";
COMMIT;

-- migrate/09-compare:customers: prove that both sides of customers agree
--   scan, ACCESS SHARE
/* range by range; the first: */ SELECT ROW("id", "_segue_1_id")::text, concat_ws(' ', ROW("id")::text), concat_ws(' ', ROW("_segue_1_id")::text), (((NOT ("_segue_1_id" IS DISTINCT FROM "segue"."m1_up_customers_id"("id"))) OR (NOT ("id" IS DISTINCT FROM "segue"."m1_down_customers_id"("_segue_1_id"))))) FROM ONLY "public"."customers" WHERE ctid >= '(0,0)'::tid AND ctid < '(1,0)'::tid AND (NOT ((NOT ("_segue_1_id" IS DISTINCT FROM "segue"."m1_up_customers_id"("id"))) OR (NOT ("id" IS DISTINCT FROM "segue"."m1_down_customers_id"("_segue_1_id"))))) ORDER BY 4 LIMIT 10;

-- migrate/10-analyze:orders: statistics of orders
--   scan, SHARE UPDATE EXCLUSIVE
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
ANALYZE "public"."orders";
COMMIT;

-- migrate/11-compare:orders: prove that both sides of orders agree
--   scan, ACCESS SHARE
/* range by range; the first: */ SELECT ROW("id")::text, concat_ws(' ', ROW("customer")::text), concat_ws(' ', ROW("_segue_1_customer")::text), (((NOT ("_segue_1_customer" IS DISTINCT FROM "segue"."m1_up_orders_customer"("customer"))) OR (NOT ("customer" IS DISTINCT FROM "segue"."m1_down_orders_customer"("_segue_1_customer"))))) FROM ONLY "public"."orders" WHERE ctid >= '(0,0)'::tid AND ctid < '(1,0)'::tid AND (NOT ((NOT ("_segue_1_customer" IS DISTINCT FROM "segue"."m1_up_orders_customer"("customer"))) OR (NOT ("customer" IS DISTINCT FROM "segue"."m1_down_orders_customer"("_segue_1_customer"))))) ORDER BY 4 LIMIT 10;

-- migrate/12-horizon: wait for snapshots older than the backfill
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

-- migrate/13-publish: serve version m1, two-way sync
--   constant, SHARE ROW EXCLUSIVE, milliseconds, by the ladder
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 3000;
LOCK TABLE "public"."customers" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public"."orders" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public_m1"."customers" IN ACCESS EXCLUSIVE MODE NOWAIT;
LOCK TABLE "public_m1"."orders" IN ACCESS EXCLUSIVE MODE NOWAIT;
LOCK TABLE "public"."customers" IN SHARE ROW EXCLUSIVE MODE NOWAIT;
LOCK TABLE "public"."orders" IN SHARE ROW EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
CREATE OR REPLACE FUNCTION "segue"."sync_insert_public_customers"() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
DECLARE
  version smallint := NEW."_segue";
BEGIN
  NEW."_segue" := NULL;
  IF version IS NULL THEN
    IF NEW."_segue_1_id" IS NULL THEN
      NEW."_segue_1_id" := "segue"."m1_up_customers_id"(NEW."id");
    END IF;
    NULL;
  ELSE
    IF version >= 1 THEN
      NEW."id" := "segue"."m1_down_customers_id"(NEW."_segue_1_id");
      NULL;
    END IF;
    IF version < 1 THEN
      NEW."_segue_1_id" := "segue"."m1_up_customers_id"(NEW."id");
      NULL;
    END IF;
    NULL;
  END IF;
  RETURN NEW;
END
$segue$;
CREATE OR REPLACE FUNCTION "segue"."sync_update_public_customers"() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
DECLARE
  old_changed boolean;
  new_changed boolean;
  settled_1_0 boolean := false;
BEGIN
  old_changed := NEW."id" IS DISTINCT FROM OLD."id";
  new_changed := NEW."_segue_1_id" IS DISTINCT FROM OLD."_segue_1_id";
  settled_1_0 := old_changed OR new_changed;
  IF old_changed AND NOT new_changed THEN
    NEW."_segue_1_id" := "segue"."m1_up_customers_id"(NEW."id");
    NULL;
  ELSIF new_changed AND NOT old_changed THEN
    NEW."id" := "segue"."m1_down_customers_id"(NEW."_segue_1_id");
    NULL;
  ELSIF old_changed AND new_changed THEN
    IF (NEW."_segue_1_id" IS DISTINCT FROM "segue"."m1_up_customers_id"(NEW."id")) AND (NEW."id" IS DISTINCT FROM "segue"."m1_down_customers_id"(NEW."_segue_1_id")) THEN
      NEW."_segue_1_id" := "segue"."m1_up_customers_id"(NEW."id");
      PERFORM segue.note_event('m1', 'both_sides_changed', 'customers');
    END IF;
    NULL;
  END IF;
  RETURN NEW;
END
$segue$;
CREATE OR REPLACE TRIGGER "~segue_insert" BEFORE INSERT ON "public"."customers"
FOR EACH ROW EXECUTE FUNCTION "segue"."sync_insert_public_customers"();
CREATE OR REPLACE TRIGGER "~segue_update" BEFORE UPDATE ON "public"."customers"
FOR EACH ROW WHEN (NEW."id" IS DISTINCT FROM OLD."id"
    OR NEW."_segue_1_id" IS DISTINCT FROM OLD."_segue_1_id")
EXECUTE FUNCTION "segue"."sync_update_public_customers"();
ALTER TABLE "public"."customers" ENABLE ALWAYS TRIGGER "~segue_insert";
ALTER TABLE "public"."customers" ENABLE ALWAYS TRIGGER "~segue_update";
CREATE OR REPLACE FUNCTION "segue"."sync_insert_public_orders"() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
DECLARE
  version smallint := NEW."_segue";
BEGIN
  NEW."_segue" := NULL;
  IF version IS NULL THEN
    IF NEW."_segue_1_customer" IS NULL THEN
      NEW."_segue_1_customer" := "segue"."m1_up_orders_customer"(NEW."customer");
    END IF;
    NULL;
  ELSE
    IF version >= 1 THEN
      NEW."customer" := "segue"."m1_down_orders_customer"(NEW."_segue_1_customer");
      NULL;
    END IF;
    IF version < 1 THEN
      NEW."_segue_1_customer" := "segue"."m1_up_orders_customer"(NEW."customer");
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
  old_changed := NEW."customer" IS DISTINCT FROM OLD."customer";
  new_changed := NEW."_segue_1_customer" IS DISTINCT FROM OLD."_segue_1_customer";
  settled_1_0 := old_changed OR new_changed;
  IF old_changed AND NOT new_changed THEN
    NEW."_segue_1_customer" := "segue"."m1_up_orders_customer"(NEW."customer");
    NULL;
  ELSIF new_changed AND NOT old_changed THEN
    NEW."customer" := "segue"."m1_down_orders_customer"(NEW."_segue_1_customer");
    NULL;
  ELSIF old_changed AND new_changed THEN
    IF (NEW."_segue_1_customer" IS DISTINCT FROM "segue"."m1_up_orders_customer"(NEW."customer")) AND (NEW."customer" IS DISTINCT FROM "segue"."m1_down_orders_customer"(NEW."_segue_1_customer")) THEN
      NEW."_segue_1_customer" := "segue"."m1_up_orders_customer"(NEW."customer");
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
FOR EACH ROW WHEN (NEW."customer" IS DISTINCT FROM OLD."customer"
    OR NEW."_segue_1_customer" IS DISTINCT FROM OLD."_segue_1_customer")
EXECUTE FUNCTION "segue"."sync_update_public_orders"();
ALTER TABLE "public"."orders" ENABLE ALWAYS TRIGGER "~segue_insert";
ALTER TABLE "public"."orders" ENABLE ALWAYS TRIGGER "~segue_update";
SET LOCAL search_path = "public", pg_catalog;
CREATE OR REPLACE VIEW "segue"."public_customers__1" AS
SELECT "_segue_1_id" AS "id", "name", "_segue"
FROM "public"."customers";
ALTER VIEW "segue"."public_customers__1" ALTER COLUMN "_segue" SET DEFAULT 1;
CREATE OR REPLACE VIEW "public_m1"."customers" AS
SELECT "id", "name"
FROM "segue"."public_customers__1";
SELECT segue.copy_privileges('"segue"."public_customers__1"', '"segue"."public_customers__1"');
SELECT segue.copy_privileges('"public"."customers"', '"public_m1"."customers"');
CREATE OR REPLACE VIEW "segue"."public_orders__1" AS
SELECT "id", "_segue_1_customer" AS "customer", "note", "_segue"
FROM "public"."orders";
ALTER VIEW "segue"."public_orders__1" ALTER COLUMN "_segue" SET DEFAULT 1;
CREATE OR REPLACE VIEW "public_m1"."orders" AS
SELECT "id", "customer", "note"
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
    WHERE t.tgrelid = '"public"."customers"'::regclass AND t.tgname = wanted AND t.tgenabled = 'A')
  UNION ALL
  SELECT 'trigger ' || t.tgname || ' fires after ours or changes the row'
  FROM pg_catalog.pg_trigger t
  WHERE t.tgrelid = '"public"."customers"'::regclass AND NOT t.tgisinternal AND t.tgtype & 3 = 3
    AND t.tgtype & 20 <> 0 AND t.tgname NOT IN ('~segue_insert', '~segue_update')
  UNION ALL
  SELECT 'the table has children' FROM pg_catalog.pg_inherits WHERE inhparent = '"public"."customers"'::regclass
  UNION ALL
  SELECT 'row security was switched on, and the view ' || v.oid::regclass || ' shows every row'
  FROM pg_catalog.pg_class t
  JOIN pg_catalog.pg_depend d ON d.refobjid = t.oid AND d.refobjsubid > 0
    AND d.refclassid = 'pg_class'::regclass AND d.classid = 'pg_rewrite'::regclass
  JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid
  JOIN pg_catalog.pg_class v ON v.oid = r.ev_class
  WHERE t.oid = '"public"."customers"'::regclass AND t.relrowsecurity
    AND v.relnamespace = 'segue'::regnamespace
    AND NOT coalesce(v.reloptions @> ARRAY['security_invoker=true'], false)
) AS found;
WITH one AS MATERIALIZED (
    SELECT ctid AS _segue_at, "id" FROM ONLY "public"."customers" LIMIT 1),
  source AS MATERIALIZED (
    SELECT one._segue_at, other."id" AS _segue_v1
    FROM one, (SELECT "id" FROM ONLY "public"."customers" LIMIT 100) AS other
    WHERE (one."id" IS DISTINCT FROM other."id") LIMIT 1)
UPDATE ONLY "public"."customers" AS t SET "id" = source._segue_v1
FROM source WHERE t.ctid = source._segue_at
RETURNING (("_segue_1_id" IS DISTINCT FROM "segue"."m1_up_customers_id"("id")) AND NOT "segue"."m1_up_customers_id_raises"("id"))::text;
WITH one AS MATERIALIZED (
    SELECT ctid AS _segue_at, "_segue_1_id" FROM ONLY "public"."customers" LIMIT 1),
  source AS MATERIALIZED (
    SELECT one._segue_at, other."_segue_1_id" AS _segue_v1
    FROM one, (SELECT "_segue_1_id" FROM ONLY "public"."customers" LIMIT 100) AS other
    WHERE (one."_segue_1_id" IS DISTINCT FROM other."_segue_1_id") LIMIT 1)
UPDATE ONLY "public"."customers" AS t SET "_segue_1_id" = source._segue_v1
FROM source WHERE t.ctid = source._segue_at
RETURNING ("id" IS DISTINCT FROM "segue"."m1_down_customers_id"("_segue_1_id"))::text;
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
    SELECT ctid AS _segue_at, "customer" FROM ONLY "public"."orders" LIMIT 1),
  source AS MATERIALIZED (
    SELECT one._segue_at, other."customer" AS _segue_v1
    FROM one, (SELECT "customer" FROM ONLY "public"."orders" LIMIT 100) AS other
    WHERE (one."customer" IS DISTINCT FROM other."customer") LIMIT 1)
UPDATE ONLY "public"."orders" AS t SET "customer" = source._segue_v1
FROM source WHERE t.ctid = source._segue_at
RETURNING (("_segue_1_customer" IS DISTINCT FROM "segue"."m1_up_orders_customer"("customer")) AND NOT "segue"."m1_up_orders_customer_raises"("customer"))::text;
WITH one AS MATERIALIZED (
    SELECT ctid AS _segue_at, "_segue_1_customer" FROM ONLY "public"."orders" LIMIT 1),
  source AS MATERIALIZED (
    SELECT one._segue_at, other."_segue_1_customer" AS _segue_v1
    FROM one, (SELECT "_segue_1_customer" FROM ONLY "public"."orders" LIMIT 100) AS other
    WHERE (one."_segue_1_customer" IS DISTINCT FROM other."_segue_1_customer") LIMIT 1)
UPDATE ONLY "public"."orders" AS t SET "_segue_1_customer" = source._segue_v1
FROM source WHERE t.ctid = source._segue_at
RETURNING ("customer" IS DISTINCT FROM "segue"."m1_down_orders_customer"("_segue_1_customer"))::text;
ROLLBACK TO SAVEPOINT segue_probe;
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL lock_timeout = 3000;
--   LOCK TABLE "public"."customers" IN SHARE UPDATE EXCLUSIVE MODE;
--   LOCK TABLE "public"."orders" IN SHARE UPDATE EXCLUSIVE MODE;
--   LOCK TABLE "public_m1"."customers" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   LOCK TABLE "public_m1"."orders" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   LOCK TABLE "public"."customers" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   LOCK TABLE "public"."orders" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   SET LOCAL lock_timeout = 5;
--   CREATE OR REPLACE FUNCTION "segue"."sync_insert_public_customers"() RETURNS trigger
--   LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
--   DECLARE
--     version smallint := NEW."_segue";
--   BEGIN
--     NEW."_segue" := NULL;
--     BEGIN
--       NEW."_segue_1_id" := "segue"."m1_up_customers_id"(NEW."id");
--     EXCEPTION WHEN OTHERS THEN
--       NEW."_segue_1_id" := NULL;
--       PERFORM segue.note_event('m1', 'up_failed', 'customers._segue_1_id');
--     END;
--     RETURN NEW;
--   END
--   $segue$;
--   CREATE OR REPLACE FUNCTION "segue"."sync_update_public_customers"() RETURNS trigger
--   LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
--   DECLARE
--     old_changed boolean;
--     new_changed boolean;
--   BEGIN
--     IF NEW."id" IS DISTINCT FROM OLD."id" OR NEW."_segue_1_id" IS NULL THEN
--       BEGIN
--         NEW."_segue_1_id" := "segue"."m1_up_customers_id"(NEW."id");
--       EXCEPTION WHEN OTHERS THEN
--         NEW."_segue_1_id" := NULL;
--         PERFORM segue.note_event('m1', 'up_failed', 'customers._segue_1_id');
--       END;
--       NULL;
--     END IF;
--     RETURN NEW;
--   END
--   $segue$;
--   CREATE OR REPLACE TRIGGER "~segue_insert" BEFORE INSERT ON "public"."customers"
--   FOR EACH ROW EXECUTE FUNCTION "segue"."sync_insert_public_customers"();
--   CREATE OR REPLACE TRIGGER "~segue_update" BEFORE UPDATE ON "public"."customers"
--   FOR EACH ROW WHEN (NEW."id" IS DISTINCT FROM OLD."id"
--       OR NEW."_segue_1_id" IS NULL)
--   EXECUTE FUNCTION "segue"."sync_update_public_customers"();
--   ALTER TABLE "public"."customers" ENABLE ALWAYS TRIGGER "~segue_insert";
--   ALTER TABLE "public"."customers" ENABLE ALWAYS TRIGGER "~segue_update";
--   CREATE OR REPLACE FUNCTION "segue"."sync_insert_public_orders"() RETURNS trigger
--   LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $segue$
--   DECLARE
--     version smallint := NEW."_segue";
--   BEGIN
--     NEW."_segue" := NULL;
--     BEGIN
--       NEW."_segue_1_customer" := "segue"."m1_up_orders_customer"(NEW."customer");
--     EXCEPTION WHEN OTHERS THEN
--       NEW."_segue_1_customer" := NULL;
--       PERFORM segue.note_event('m1', 'up_failed', 'orders._segue_1_customer');
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
--     IF NEW."customer" IS DISTINCT FROM OLD."customer" OR NEW."_segue_1_customer" IS NULL THEN
--       BEGIN
--         NEW."_segue_1_customer" := "segue"."m1_up_orders_customer"(NEW."customer");
--       EXCEPTION WHEN OTHERS THEN
--         NEW."_segue_1_customer" := NULL;
--         PERFORM segue.note_event('m1', 'up_failed', 'orders._segue_1_customer');
--       END;
--       NULL;
--     END IF;
--     RETURN NEW;
--   END
--   $segue$;
--   CREATE OR REPLACE TRIGGER "~segue_insert" BEFORE INSERT ON "public"."orders"
--   FOR EACH ROW EXECUTE FUNCTION "segue"."sync_insert_public_orders"();
--   CREATE OR REPLACE TRIGGER "~segue_update" BEFORE UPDATE ON "public"."orders"
--   FOR EACH ROW WHEN (NEW."customer" IS DISTINCT FROM OLD."customer"
--       OR NEW."_segue_1_customer" IS NULL)
--   EXECUTE FUNCTION "segue"."sync_update_public_orders"();
--   ALTER TABLE "public"."orders" ENABLE ALWAYS TRIGGER "~segue_insert";
--   ALTER TABLE "public"."orders" ENABLE ALWAYS TRIGGER "~segue_update";
--   SET LOCAL search_path = "public", pg_catalog;
--   CREATE OR REPLACE VIEW "public_m1"."customers" AS
--   SELECT r."id", r."name"
--   FROM segue.refuse_rows('m1', 'taken back') AS r("id" text, "name" text);
--   SELECT segue.copy_privileges('"public"."customers"', '"public_m1"."customers"');
--   CREATE OR REPLACE VIEW "public_m1"."orders" AS
--   SELECT r."id", r."customer", r."note"
--   FROM segue.refuse_rows('m1', 'taken back') AS r("id" integer, "customer" text, "note" text);
--   SELECT segue.copy_privileges('"public"."orders"', '"public_m1"."orders"');
--   DROP VIEW IF EXISTS "segue"."public_customers__1";
--   DROP VIEW IF EXISTS "segue"."public_orders__1";
--   COMMIT;

-- contract/01-gate: no client on the old version
--   wait, none
SELECT service, 'version ' || version, id, '' FROM segue.client WHERE version NOT IN ('m1') AND seen_at > clock_timestamp() - interval '10 seconds'
UNION ALL
(WITH held AS MATERIALIZED (SELECT * FROM pg_catalog.pg_locks WHERE locktype = 'relation')
SELECT DISTINCT a.pid::text, coalesce(a.usename, ''), coalesce(a.application_name, ''), t.relation::regclass::text
FROM held t JOIN pg_catalog.pg_stat_activity a ON a.pid = t.pid
WHERE t.relation IN ('"public"."customers"'::regclass, '"public"."orders"'::regclass) AND t.pid <> pg_catalog.pg_backend_pid()
  AND t.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
  AND a.backend_type = 'client backend' AND NOT EXISTS (SELECT FROM pg_catalog.pg_locks own WHERE own.pid = t.pid AND own.locktype = 'advisory' AND own.classid = 1397049173 AND own.objid = 2 AND own.objsubid = 2 AND own.granted)
  AND t.mode IN ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock')
  AND NOT EXISTS (SELECT FROM held v JOIN pg_catalog.pg_class c ON c.oid = v.relation
                  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                  WHERE v.pid = t.pid AND n.nspname IN ('public_m1')));

-- contract/02-compare:customers: prove once more that both sides of customers agree
--   scan, ACCESS SHARE
/* range by range; the first: */ SELECT ROW("id", "_segue_1_id")::text, concat_ws(' ', ROW("id")::text), concat_ws(' ', ROW("_segue_1_id")::text), (((NOT ("_segue_1_id" IS DISTINCT FROM "segue"."m1_up_customers_id"("id"))) OR (NOT ("id" IS DISTINCT FROM "segue"."m1_down_customers_id"("_segue_1_id"))))) FROM ONLY "public"."customers" WHERE ctid >= '(0,0)'::tid AND ctid < '(1,0)'::tid AND (NOT ((NOT ("_segue_1_id" IS DISTINCT FROM "segue"."m1_up_customers_id"("id"))) OR (NOT ("id" IS DISTINCT FROM "segue"."m1_down_customers_id"("_segue_1_id"))))) ORDER BY 4 LIMIT 10;

-- contract/03-compare:orders: prove once more that both sides of orders agree
--   scan, ACCESS SHARE
/* range by range; the first: */ SELECT ROW("id")::text, concat_ws(' ', ROW("customer")::text), concat_ws(' ', ROW("_segue_1_customer")::text), (((NOT ("_segue_1_customer" IS DISTINCT FROM "segue"."m1_up_orders_customer"("customer"))) OR (NOT ("customer" IS DISTINCT FROM "segue"."m1_down_orders_customer"("_segue_1_customer"))))) FROM ONLY "public"."orders" WHERE ctid >= '(0,0)'::tid AND ctid < '(1,0)'::tid AND (NOT ((NOT ("_segue_1_customer" IS DISTINCT FROM "segue"."m1_up_orders_customer"("customer"))) OR (NOT ("customer" IS DISTINCT FROM "segue"."m1_down_orders_customer"("_segue_1_customer"))))) ORDER BY 4 LIMIT 10;

-- contract/04-swap: the base takes the new shape
--   constant, ACCESS EXCLUSIVE, milliseconds, by the ladder
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 3000;
LOCK TABLE "public"."customers" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public"."orders" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public_m1"."customers" IN ACCESS EXCLUSIVE MODE NOWAIT;
LOCK TABLE "public_m1"."orders" IN ACCESS EXCLUSIVE MODE NOWAIT;
LOCK TABLE "public"."customers" IN ACCESS EXCLUSIVE MODE NOWAIT;
LOCK TABLE "public"."orders" IN ACCESS EXCLUSIVE MODE NOWAIT;
LOCK TABLE "public"."customers" IN ACCESS EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
SET LOCAL search_path = "public", pg_catalog;
DROP TRIGGER IF EXISTS "~segue_insert" ON "public"."customers";
DROP TRIGGER IF EXISTS "~segue_update" ON "public"."customers";
DROP FUNCTION IF EXISTS "segue"."sync_insert_public_customers"();
DROP FUNCTION IF EXISTS "segue"."sync_update_public_customers"();
CREATE OR REPLACE VIEW "public_m1"."customers" AS
SELECT "_segue_1_id" AS "id", "name"
FROM "public"."customers";
SELECT segue.copy_privileges('"public"."customers"', '"public_m1"."customers"');
DROP VIEW IF EXISTS "segue"."public_customers__1";
DROP TRIGGER IF EXISTS "~segue_insert" ON "public"."orders";
DROP TRIGGER IF EXISTS "~segue_update" ON "public"."orders";
DROP FUNCTION IF EXISTS "segue"."sync_insert_public_orders"();
DROP FUNCTION IF EXISTS "segue"."sync_update_public_orders"();
CREATE OR REPLACE VIEW "public_m1"."orders" AS
SELECT "id", "_segue_1_customer" AS "customer", "note"
FROM "public"."orders";
SELECT segue.copy_privileges('"public"."orders"', '"public_m1"."orders"');
DROP VIEW IF EXISTS "segue"."public_orders__1";
ALTER TABLE "public"."orders" DROP CONSTRAINT "orders_customer";
ALTER TABLE "public"."customers"
  DROP COLUMN "id",
  DROP COLUMN "_segue";
ALTER TABLE "public"."customers" RENAME COLUMN "_segue_1_id" TO "id";
ALTER TABLE "public"."customers" ALTER COLUMN "id" SET NOT NULL;
ALTER TABLE "public"."customers" ADD CONSTRAINT "customers_pkey" PRIMARY KEY USING INDEX "_segue_1_customers_pkey";
ALTER TABLE "public"."customers" DROP CONSTRAINT "_segue_1_id_not_null";
ALTER TABLE "public"."orders"
  DROP COLUMN "customer",
  DROP COLUMN "_segue";
ALTER TABLE "public"."orders" RENAME COLUMN "_segue_1_customer" TO "customer";
ALTER TABLE "public"."orders" RENAME CONSTRAINT "_segue_1_orders_customer" TO "orders_customer";
COMMENT ON CONSTRAINT "orders_customer" ON "public"."orders" IS 'who ordered';
SET LOCAL search_path = pg_catalog;
COMMIT;
-- not reversible

-- contract/05-cleanup: functions of `up` and `down` go
--   constant, none on tables
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL search_path = pg_catalog;
DROP FUNCTION IF EXISTS "segue"."m1_up_customers_id_raises"(integer);
DROP FUNCTION IF EXISTS "segue"."m1_up_customers_id"(integer);
DROP FUNCTION IF EXISTS "segue"."m1_down_customers_id_raises"(text);
DROP FUNCTION IF EXISTS "segue"."m1_down_customers_id"(text);
DROP FUNCTION IF EXISTS "segue"."m1_up_orders_customer_raises"(integer);
DROP FUNCTION IF EXISTS "segue"."m1_up_orders_customer"(integer);
DROP FUNCTION IF EXISTS "segue"."m1_down_orders_customer_raises"(text);
DROP FUNCTION IF EXISTS "segue"."m1_down_orders_customer"(text);
COMMIT;
-- not reversible
