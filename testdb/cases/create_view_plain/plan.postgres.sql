-- migration m1, version m1
-- clients: view adults stands in the base schema: it shows the base tables to clients of all versions

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

-- expand/02-create_object.adults: create view adults
--   constant, none on tables; additive: old clients do not see it
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = 200;
SET LOCAL search_path = "public", pg_catalog;
CREATE VIEW "public"."adults" AS SELECT id, name FROM users WHERE age >= 18;
SELECT 1 FROM (SELECT 'pg_catalog.pg_class'::pg_catalog.regclass AS class, c.oid, c.relowner AS owner
FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relname = 'adults' AND c.relkind = 'v') AS o;
SET LOCAL search_path = pg_catalog;
COMMIT;
-- inverse:
--   BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
--   SET LOCAL lock_timeout = 200;
--   SET LOCAL search_path = "public", pg_catalog;
--   SELECT pg_catalog.string_agg(DISTINCT s.what, ', ')
--   FROM (SELECT 'pg_catalog.pg_class'::pg_catalog.regclass AS class, c.oid, c.relowner AS owner
--   FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
--   WHERE n.nspname = 'public' AND c.relname = 'adults' AND c.relkind = 'v') AS o
--   LEFT JOIN pg_catalog.pg_type AS ot
--     ON o.class = 'pg_catalog.pg_type'::pg_catalog.regclass AND ot.oid = o.oid
--     OR o.class = 'pg_catalog.pg_class'::pg_catalog.regclass AND ot.typrelid = o.oid
--   JOIN pg_catalog.pg_depend AS d
--     ON d.refclassid = o.class AND d.refobjid = o.oid
--     OR d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass
--        AND d.refobjid IN (ot.oid, ot.typarray)
--   LEFT JOIN pg_catalog.pg_rewrite AS r
--     ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND r.oid = d.objid
--   LEFT JOIN pg_catalog.pg_attrdef AS f
--     ON d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND f.oid = d.objid
--   LEFT JOIN pg_catalog.pg_trigger AS g
--     ON d.classid = 'pg_catalog.pg_trigger'::pg_catalog.regclass AND g.oid = d.objid
--   LEFT JOIN pg_catalog.pg_proc AS p
--     ON d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND p.oid = d.objid
--   LEFT JOIN pg_catalog.pg_constraint AS k
--     ON d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND k.oid = d.objid
--        AND pg_catalog.cardinality(k.conkey) = 1
--   LEFT JOIN pg_catalog.pg_class AS c
--     ON c.oid = CASE WHEN d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass THEN d.objid
--                     ELSE coalesce(r.ev_class, f.adrelid, nullif(k.conrelid, 0)) END
--   LEFT JOIN pg_catalog.pg_attribute AS a
--     ON a.attrelid = c.oid AND a.attnum = coalesce(f.adnum, k.conkey[1], nullif(d.objsubid, 0))
--   CROSS JOIN LATERAL (SELECT CASE
--       WHEN a.attnum IS NOT NULL THEN pg_catalog.format('%s.%I', c.oid::pg_catalog.regclass, a.attname)
--       WHEN r.oid IS NOT NULL THEN pg_catalog.format('view %s', c.oid::pg_catalog.regclass)
--       ELSE pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid) END AS what,
--     CASE WHEN a.attnum IS NOT NULL THEN pg_catalog.concat(c.relname, '.', a.attname)
--       ELSE coalesce(c.relname, g.tgname, p.proname)::pg_catalog.text END AS key) AS s
--   WHERE d.deptype = 'n' AND c.oid IS DISTINCT FROM o.oid
--     AND NOT coalesce(s.key = ANY (ARRAY[]::pg_catalog.text[]), false)
--     AND NOT coalesce(c.relname = ANY (ARRAY[]::pg_catalog.text[]), false)
--     AND NOT coalesce(c.relkind = 'v' AND EXISTS (SELECT FROM pg_catalog.pg_rewrite AS w
--       JOIN pg_catalog.pg_depend AS wd ON wd.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
--        AND wd.objid = w.oid AND wd.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass
--        AND wd.refobjid = pg_catalog.to_regprocedure('segue.refuse_rows(text, text)')
--      WHERE w.ev_class = c.oid), false)
--     AND NOT coalesce(p.pronamespace = pg_catalog.to_regnamespace('segue'), false)
--   HAVING count(*) > 0;
--   DROP VIEW IF EXISTS "public"."adults";
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
