-- migration m1, version m1
-- clients: domain address stays for all clients until contract
-- clients: users.work has no `down`: rows written by the new version show its default or NULL to old clients

-- expand/01-create_version: schema of version m1, refusing until publish
--   constant, none on tables
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
CREATE SCHEMA IF NOT EXISTS "public_m1";
GRANT USAGE ON SCHEMA "public_m1" TO PUBLIC;
DROP VIEW IF EXISTS "public_m1"."users";
SET LOCAL search_path = "public", pg_catalog;
CREATE OR REPLACE VIEW "public_m1"."users" AS
SELECT r."id", r."name", r."age", r."email"
FROM segue.refuse_rows('m1', 'not served yet') AS r("id" integer, "name" text, "age" integer, "email" text);
SELECT segue.copy_privileges('"public"."users"', '"public_m1"."users"');
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL search_path = "public", pg_catalog;
--   CREATE OR REPLACE VIEW "public_m1"."users" AS
--   SELECT r."id", r."name", r."age", r."email"
--   FROM segue.refuse_rows('m1', 'taken back') AS r("id" integer, "name" text, "age" integer, "email" text);
--   SELECT segue.copy_privileges('"public"."users"', '"public_m1"."users"');
--   COMMIT;

-- migrate/01-publish: serve version m1
--   constant, none on tables
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
LOCK TABLE "public_m1"."users" IN ACCESS EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
SET LOCAL search_path = "public", pg_catalog;
CREATE OR REPLACE VIEW "public_m1"."users" AS
SELECT "id", "name", "age", "email"
FROM "public"."users";
SELECT segue.copy_privileges('"public"."users"', '"public_m1"."users"');
SET LOCAL search_path = pg_catalog;
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   LOCK TABLE "public_m1"."users" IN ACCESS EXCLUSIVE MODE NOWAIT;
--   SET LOCAL lock_timeout = 5;
--   SET LOCAL search_path = "public", pg_catalog;
--   CREATE OR REPLACE VIEW "public_m1"."users" AS
--   SELECT r."id", r."name", r."age", r."email"
--   FROM segue.refuse_rows('m1', 'taken back') AS r("id" integer, "name" text, "age" integer, "email" text);
--   SELECT segue.copy_privileges('"public"."users"', '"public_m1"."users"');
--   COMMIT;

-- contract/01-gate: no client on the old version
--   wait, none
SELECT service, 'version ' || version, id, '' FROM segue.client WHERE version NOT IN ('m1') AND seen_at > clock_timestamp() - interval '10 seconds'
UNION ALL
(WITH held AS MATERIALIZED (SELECT * FROM pg_catalog.pg_locks WHERE locktype = 'relation')
SELECT DISTINCT a.pid::text, coalesce(a.usename, ''), coalesce(a.application_name, ''), t.relation::regclass::text
FROM held t JOIN pg_catalog.pg_stat_activity a ON a.pid = t.pid
WHERE t.relation IN ('"public"."users"'::regclass) AND t.pid <> pg_catalog.pg_backend_pid()
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
LOCK TABLE "public"."users" IN SHARE UPDATE EXCLUSIVE MODE;
LOCK TABLE "public_m1"."users" IN ACCESS EXCLUSIVE MODE NOWAIT;
LOCK TABLE "public"."users" IN ACCESS EXCLUSIVE MODE NOWAIT;
SET LOCAL lock_timeout = 5;
SET LOCAL search_path = "public", pg_catalog;
ALTER TABLE "public"."users"
  DROP COLUMN "work";
SELECT pg_catalog.string_agg(DISTINCT s.what, ', ')
FROM (SELECT 'pg_catalog.pg_type'::pg_catalog.regclass AS class, t.oid, t.typowner AS owner
FROM pg_catalog.pg_type AS t JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
WHERE n.nspname = 'public' AND t.typname = 'address' AND t.typtype = 'd') AS o
LEFT JOIN pg_catalog.pg_type AS ot
  ON o.class = 'pg_catalog.pg_type'::pg_catalog.regclass AND ot.oid = o.oid
  OR o.class = 'pg_catalog.pg_class'::pg_catalog.regclass AND ot.typrelid = o.oid
JOIN pg_catalog.pg_depend AS d
  ON d.refclassid = o.class AND d.refobjid = o.oid
  OR d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass
     AND d.refobjid IN (ot.oid, ot.typarray)
LEFT JOIN pg_catalog.pg_rewrite AS r
  ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND r.oid = d.objid
LEFT JOIN pg_catalog.pg_attrdef AS f
  ON d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND f.oid = d.objid
LEFT JOIN pg_catalog.pg_trigger AS g
  ON d.classid = 'pg_catalog.pg_trigger'::pg_catalog.regclass AND g.oid = d.objid
LEFT JOIN pg_catalog.pg_proc AS p
  ON d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND p.oid = d.objid
LEFT JOIN pg_catalog.pg_constraint AS k
  ON d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND k.oid = d.objid
     AND pg_catalog.cardinality(k.conkey) = 1
LEFT JOIN pg_catalog.pg_class AS c
  ON c.oid = CASE WHEN d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass THEN d.objid
                  ELSE coalesce(r.ev_class, f.adrelid, nullif(k.conrelid, 0)) END
LEFT JOIN pg_catalog.pg_attribute AS a
  ON a.attrelid = c.oid AND a.attnum = coalesce(f.adnum, k.conkey[1], nullif(d.objsubid, 0))
CROSS JOIN LATERAL (SELECT CASE
    WHEN a.attnum IS NOT NULL THEN pg_catalog.format('%s.%I', c.oid::pg_catalog.regclass, a.attname)
    WHEN r.oid IS NOT NULL THEN pg_catalog.format('view %s', c.oid::pg_catalog.regclass)
    ELSE pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid) END AS what,
  CASE WHEN a.attnum IS NOT NULL THEN pg_catalog.concat(c.relname, '.', a.attname)
    ELSE coalesce(c.relname, g.tgname, p.proname)::pg_catalog.text END AS key) AS s
WHERE d.deptype = 'n' AND c.oid IS DISTINCT FROM o.oid
  AND NOT coalesce(s.key = ANY (ARRAY['address']::pg_catalog.text[]), false)
  AND NOT coalesce(c.relname = ANY (ARRAY['address']::pg_catalog.text[]), false)
  AND NOT coalesce(c.relkind = 'v' AND EXISTS (SELECT FROM pg_catalog.pg_rewrite AS w
    JOIN pg_catalog.pg_depend AS wd ON wd.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
     AND wd.objid = w.oid AND wd.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass
     AND wd.refobjid = pg_catalog.to_regprocedure('segue.refuse_rows(text, text)')
   WHERE w.ev_class = c.oid), false)
  AND NOT coalesce(p.pronamespace = pg_catalog.to_regnamespace('segue'), false)
HAVING count(*) > 0;
SET LOCAL search_path = pg_catalog;
COMMIT;
-- not reversible

-- contract/03-drop_object.address: drop domain address
--   constant, none on tables; what stood on it is gone with the swap
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 200;
SET LOCAL search_path = "public", pg_catalog;
SELECT pg_catalog.string_agg(DISTINCT s.what, ', ')
FROM (SELECT 'pg_catalog.pg_type'::pg_catalog.regclass AS class, t.oid, t.typowner AS owner
FROM pg_catalog.pg_type AS t JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
WHERE n.nspname = 'public' AND t.typname = 'address' AND t.typtype = 'd') AS o
LEFT JOIN pg_catalog.pg_type AS ot
  ON o.class = 'pg_catalog.pg_type'::pg_catalog.regclass AND ot.oid = o.oid
  OR o.class = 'pg_catalog.pg_class'::pg_catalog.regclass AND ot.typrelid = o.oid
JOIN pg_catalog.pg_depend AS d
  ON d.refclassid = o.class AND d.refobjid = o.oid
  OR d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass
     AND d.refobjid IN (ot.oid, ot.typarray)
LEFT JOIN pg_catalog.pg_rewrite AS r
  ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND r.oid = d.objid
LEFT JOIN pg_catalog.pg_attrdef AS f
  ON d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND f.oid = d.objid
LEFT JOIN pg_catalog.pg_trigger AS g
  ON d.classid = 'pg_catalog.pg_trigger'::pg_catalog.regclass AND g.oid = d.objid
LEFT JOIN pg_catalog.pg_proc AS p
  ON d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND p.oid = d.objid
LEFT JOIN pg_catalog.pg_constraint AS k
  ON d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND k.oid = d.objid
     AND pg_catalog.cardinality(k.conkey) = 1
LEFT JOIN pg_catalog.pg_class AS c
  ON c.oid = CASE WHEN d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass THEN d.objid
                  ELSE coalesce(r.ev_class, f.adrelid, nullif(k.conrelid, 0)) END
LEFT JOIN pg_catalog.pg_attribute AS a
  ON a.attrelid = c.oid AND a.attnum = coalesce(f.adnum, k.conkey[1], nullif(d.objsubid, 0))
CROSS JOIN LATERAL (SELECT CASE
    WHEN a.attnum IS NOT NULL THEN pg_catalog.format('%s.%I', c.oid::pg_catalog.regclass, a.attname)
    WHEN r.oid IS NOT NULL THEN pg_catalog.format('view %s', c.oid::pg_catalog.regclass)
    ELSE pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid) END AS what,
  CASE WHEN a.attnum IS NOT NULL THEN pg_catalog.concat(c.relname, '.', a.attname)
    ELSE coalesce(c.relname, g.tgname, p.proname)::pg_catalog.text END AS key) AS s
WHERE d.deptype = 'n' AND c.oid IS DISTINCT FROM o.oid
  AND NOT coalesce(s.key = ANY (ARRAY[]::pg_catalog.text[]), false)
  AND NOT coalesce(c.relname = ANY (ARRAY[]::pg_catalog.text[]), false)
  AND NOT coalesce(c.relkind = 'v' AND EXISTS (SELECT FROM pg_catalog.pg_rewrite AS w
    JOIN pg_catalog.pg_depend AS wd ON wd.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
     AND wd.objid = w.oid AND wd.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass
     AND wd.refobjid = pg_catalog.to_regprocedure('segue.refuse_rows(text, text)')
   WHERE w.ev_class = c.oid), false)
  AND NOT coalesce(p.pronamespace = pg_catalog.to_regnamespace('segue'), false)
HAVING count(*) > 0;
DO $segue$
DECLARE
  v record;
BEGIN
  FOR v IN
    SELECT c.oid::pg_catalog.regclass::pg_catalog.text AS name, n.nspname AS version,
           pg_catalog.string_agg(pg_catalog.format('r.%I', a.attname), ', '
                                 ORDER BY a.attnum) AS columns,
           pg_catalog.string_agg(pg_catalog.format('%I %s', a.attname,
             CASE WHEN t.oid IS NULL THEN pg_catalog.format_type(a.atttypid, a.atttypmod)
                  ELSE 'text' END), ', ' ORDER BY a.attnum) AS record
      FROM (SELECT 'pg_catalog.pg_type'::pg_catalog.regclass AS class, t.oid, t.typowner AS owner
FROM pg_catalog.pg_type AS t JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
WHERE n.nspname = 'public' AND t.typname = 'address' AND t.typtype = 'd') AS o
     CROSS JOIN pg_catalog.pg_class AS c
      JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
      JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0
      LEFT JOIN pg_catalog.pg_type AS t
        ON t.oid = a.atttypid AND o.class = 'pg_catalog.pg_type'::pg_catalog.regclass
           AND (t.oid = o.oid OR t.typelem = o.oid)
     WHERE c.relkind = 'v' AND EXISTS (SELECT FROM pg_catalog.pg_rewrite AS w
    JOIN pg_catalog.pg_depend AS wd ON wd.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
     AND wd.objid = w.oid AND wd.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass
     AND wd.refobjid = pg_catalog.to_regprocedure('segue.refuse_rows(text, text)')
   WHERE w.ev_class = c.oid)
     GROUP BY c.oid, n.nspname
    HAVING count(t.oid) > 0 OR EXISTS (
             SELECT FROM pg_catalog.pg_attrdef AS f
               JOIN pg_catalog.pg_depend AS d
                 ON d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND d.objid = f.oid
               JOIN (SELECT 'pg_catalog.pg_type'::pg_catalog.regclass AS class, t.oid, t.typowner AS owner
FROM pg_catalog.pg_type AS t JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
WHERE n.nspname = 'public' AND t.typname = 'address' AND t.typtype = 'd') AS x ON d.refclassid = x.class AND d.refobjid = x.oid
              WHERE f.adrelid = c.oid)
  LOOP
    EXECUTE pg_catalog.format('DROP VIEW %s', v.name);
    EXECUTE pg_catalog.format(
      'CREATE VIEW %s AS SELECT %s FROM segue.refuse_rows(%L, ''no longer served'') AS r(%s)',
      v.name, v.columns, v.version, v.record);
    EXECUTE pg_catalog.format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO PUBLIC', v.name);
  END LOOP;
END
$segue$;
DROP DOMAIN "public"."address";
SET LOCAL search_path = pg_catalog;
COMMIT;
-- not reversible
