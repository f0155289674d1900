// What stands on a table, by pg_depend: as far as the server itself knows. Bodies that are mere
// text (PL/pgSQL, SQL functions without BEGIN ATOMIC) are not in pg_depend; preflight reads them as
// text.

#include "engine/dialect/postgres/catalog_queries.hpp"

namespace segue::dialect::postgres {
namespace {

// Views, materialized views and rules. `t` is the table, `v` the relation that the rule belongs to.
// A variable for the whole row leaves no trace in pg_depend: such a view counts as one on every
// column.
constexpr std::string_view rewrites_query = R"sql(
SELECT t.oid,
       CASE WHEN r.rulename <> '_RETURN' THEN 'rule'
            WHEN v.relkind = 'm' THEN 'materialized view' ELSE 'view' END AS kind,
       CASE WHEN r.rulename <> '_RETURN' THEN r.rulename END AS name,
       vn.nspname AS schema, v.relname AS relation,
       pg_catalog.array_agg(DISTINCT a.attname) FILTER (WHERE a.attname IS NOT NULL) AS columns,
       r.ev_action::pg_catalog.text LIKE '%:varattno 0 %' AS whole_row,
       CASE WHEN r.rulename <> '_RETURN' THEN pg_catalog.pg_get_ruledef(r.oid)
            ELSE pg_catalog.pg_get_viewdef(v.oid) END AS definition,
       pg_catalog.pg_get_userbyid(v.relowner) AS owner,
       pg_catalog.array_to_string(v.reloptions, ', ') AS options,
       CASE WHEN r.rulename <> '_RETURN' THEN pg_catalog.obj_description(r.oid, 'pg_rewrite')
            ELSE pg_catalog.obj_description(v.oid, 'pg_class') END AS comment
  FROM pg_catalog.pg_class AS t
  JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace
  JOIN pg_catalog.pg_depend AS d
    ON d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = t.oid
   AND d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
  JOIN pg_catalog.pg_rewrite AS r ON r.oid = d.objid
  JOIN pg_catalog.pg_class AS v ON v.oid = r.ev_class
  JOIN pg_catalog.pg_namespace AS vn ON vn.oid = v.relnamespace
  LEFT JOIN pg_catalog.pg_attribute AS a
    ON a.attrelid = t.oid AND a.attnum = d.refobjsubid AND a.attnum > 0
 WHERE n.nspname = $1::pg_catalog.text
   AND NOT (r.rulename = '_RETURN' AND v.oid = t.oid)
 GROUP BY t.oid, r.oid, v.oid, vn.oid
)sql";

// A policy of another table may read this one.
constexpr std::string_view policies_query = R"sql(
SELECT t.oid, 'policy' AS kind, p.polname AS name, cn.nspname AS schema, c.relname AS relation,
       ARRAY(SELECT DISTINCT a.attname
               FROM pg_catalog.pg_depend AS d
               JOIN pg_catalog.pg_attribute AS a
                 ON a.attrelid = t.oid AND a.attnum = d.refobjsubid AND a.attnum > 0
              WHERE d.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass AND d.objid = p.oid
                AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
                AND d.refobjid = t.oid) AS columns,
       pg_catalog.concat(p.polqual, p.polwithcheck) LIKE '%:varattno 0 %' AS whole_row,
       pg_catalog.format('CREATE POLICY %I ON %I.%I AS %s FOR %s TO %s', p.polname, cn.nspname,
         c.relname, CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
         CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE'
                       WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
         (SELECT pg_catalog.string_agg(CASE WHEN role = 0 THEN 'PUBLIC'
                   ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(role)) END, ', ')
            FROM pg_catalog.unnest(p.polroles) AS role))
         || coalesce(' USING (' || pg_catalog.pg_get_expr(p.polqual, p.polrelid) || ')', '')
         || coalesce(' WITH CHECK (' || pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) || ')',
                     '')
         AS definition,
       NULL AS owner, NULL AS options, pg_catalog.obj_description(p.oid, 'pg_policy') AS comment
  FROM pg_catalog.pg_policy AS p
  JOIN pg_catalog.pg_class AS c ON c.oid = p.polrelid
  JOIN pg_catalog.pg_namespace AS cn ON cn.oid = c.relnamespace
  JOIN pg_catalog.pg_class AS t
    ON t.oid = p.polrelid
    OR t.oid IN (SELECT d.refobjid FROM pg_catalog.pg_depend AS d
                  WHERE d.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass AND d.objid = p.oid
                    AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass)
  JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace
 WHERE n.nspname = $1::pg_catalog.text
)sql";

constexpr std::string_view statistics_query = R"sql(
SELECT t.oid, 'statistics' AS kind, NULL AS name, sn.nspname AS schema, s.stxname AS relation,
       ARRAY(SELECT DISTINCT a.attname
               FROM pg_catalog.pg_depend AS d
               JOIN pg_catalog.pg_attribute AS a
                 ON a.attrelid = t.oid AND a.attnum = d.refobjsubid AND a.attnum > 0
              WHERE d.classid = 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass
                AND d.objid = s.oid AND d.refobjid = t.oid) AS columns,
       s.stxexprs::pg_catalog.text LIKE '%:varattno 0 %' AS whole_row,
       pg_catalog.pg_get_statisticsobjdef(s.oid) AS definition,
       pg_catalog.pg_get_userbyid(s.stxowner) AS owner,
       CASE WHEN s.stxstattarget >= 0 THEN s.stxstattarget::pg_catalog.text END AS options,
       pg_catalog.obj_description(s.oid, 'pg_statistic_ext') AS comment
  FROM pg_catalog.pg_statistic_ext AS s
  JOIN pg_catalog.pg_class AS t ON t.oid = s.stxrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace
  JOIN pg_catalog.pg_namespace AS sn ON sn.oid = s.stxnamespace
 WHERE n.nspname = $1::pg_catalog.text
)sql";

// PostgreSQL 14 hangs a generated column's reads on the column, 15 and later on its pg_attrdef row.
constexpr std::string_view generated_query = R"sql(
SELECT t.oid, 'generated column' AS kind, g.attname AS name, n.nspname AS schema,
       t.relname AS relation,
       ARRAY(SELECT DISTINCT a.attname
               FROM pg_catalog.pg_depend AS d
               JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
              WHERE d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
                AND d.refobjid = t.oid AND a.attnum > 0 AND a.attnum <> g.attnum
                AND ((d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass
                      AND d.objid = e.oid)
                     OR (d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                         AND d.objid = t.oid AND d.objsubid = g.attnum))) AS columns,
       false AS whole_row, pg_catalog.pg_get_expr(e.adbin, e.adrelid) AS definition,
       NULL AS owner, NULL AS options, NULL AS comment
  FROM pg_catalog.pg_attribute AS g
  JOIN pg_catalog.pg_class AS t ON t.oid = g.attrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace
  JOIN pg_catalog.pg_attrdef AS e ON e.adrelid = g.attrelid AND e.adnum = g.attnum
 WHERE n.nspname = $1::pg_catalog.text AND g.attgenerated <> '' AND NOT g.attisdropped
)sql";

// partattrs has 0 for an expression, which then counts as one on the whole row.
constexpr std::string_view partition_keys_query = R"sql(
SELECT t.oid, 'partition key' AS kind, NULL AS name, n.nspname AS schema, t.relname AS relation,
       ARRAY(SELECT a.attname FROM pg_catalog.pg_attribute AS a
              WHERE a.attrelid = t.oid AND a.attnum = ANY (p.partattrs)) AS columns,
       p.partexprs IS NOT NULL AS whole_row,
       pg_catalog.pg_get_partkeydef(t.oid) AS definition,
       NULL AS owner, NULL AS options, NULL AS comment
  FROM pg_catalog.pg_partitioned_table AS p
  JOIN pg_catalog.pg_class AS t ON t.oid = p.partrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace
 WHERE n.nspname = $1::pg_catalog.text
)sql";

// SQL functions with a parsed body, and arguments' defaults.
constexpr std::string_view functions_query = R"sql(
SELECT t.oid, 'function' AS kind, NULL AS name, NULL AS schema,
       p.oid::pg_catalog.regprocedure::pg_catalog.text AS relation,
       pg_catalog.array_agg(DISTINCT a.attname) FILTER (WHERE a.attname IS NOT NULL) AS columns,
       p.prosqlbody::pg_catalog.text LIKE '%:varattno 0 %' AS whole_row,
       CASE WHEN p.prokind <> 'a' THEN pg_catalog.pg_get_functiondef(p.oid) END AS definition,
       pg_catalog.pg_get_userbyid(p.proowner) AS owner, NULL AS options,
       pg_catalog.obj_description(p.oid, 'pg_proc') AS comment
  FROM pg_catalog.pg_class AS t
  JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace
  JOIN pg_catalog.pg_depend AS d
    ON d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = t.oid
   AND d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
  JOIN pg_catalog.pg_proc AS p ON p.oid = d.objid
  LEFT JOIN pg_catalog.pg_attribute AS a
    ON a.attrelid = t.oid AND a.attnum = d.refobjsubid AND a.attnum > 0
 WHERE n.nspname = $1::pg_catalog.text
 GROUP BY t.oid, p.oid
)sql";

// Whatever uses the table's row type or the array of it.
constexpr std::string_view row_types_query = R"sql(
SELECT t.oid,
       CASE WHEN d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass THEN 'function'
            ELSE 'row type column' END AS kind,
       NULL AS name, NULL AS schema, i.identity AS relation, NULL AS columns, true AS whole_row,
       CASE WHEN p.prokind <> 'a' THEN pg_catalog.pg_get_functiondef(p.oid) END AS definition,
       pg_catalog.pg_get_userbyid(p.proowner) AS owner, NULL AS options, NULL AS comment
  FROM pg_catalog.pg_class AS t
  JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace
  JOIN pg_catalog.pg_type AS y ON y.oid = t.reltype OR y.oid =
       (SELECT r.typarray FROM pg_catalog.pg_type AS r WHERE r.oid = t.reltype)
  JOIN pg_catalog.pg_depend AS d
    ON d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.refobjid = y.oid
   AND (d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
        OR (d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objsubid > 0))
  LEFT JOIN pg_catalog.pg_proc AS p
    ON d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND p.oid = d.objid
 CROSS JOIN LATERAL pg_catalog.pg_identify_object(d.classid, d.objid, d.objsubid) AS i
 WHERE n.nspname = $1::pg_catalog.text
)sql";

constexpr std::string_view publications_query_14 = R"sql(
SELECT t.oid, 'publication' AS kind, p.pubname AS name, NULL AS schema, NULL AS relation,
       NULL AS columns, true AS whole_row,
       CASE WHEN p.puballtables THEN 'FOR ALL TABLES' ELSE 'FOR TABLE' END AS definition,
       pg_catalog.pg_get_userbyid(p.pubowner) AS owner, NULL AS options, NULL AS comment
  FROM pg_catalog.pg_publication AS p
  JOIN pg_catalog.pg_class AS t ON t.relkind IN ('r', 'p') AND t.relpersistence = 'p'
  JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace
 WHERE n.nspname = $1::pg_catalog.text
   AND (p.puballtables OR EXISTS (SELECT FROM pg_catalog.pg_publication_rel AS r
                                   WHERE r.prpubid = p.oid AND r.prrelid = t.oid))
)sql";

constexpr std::string_view publications_query_15 = R"sql(
SELECT t.oid, 'publication' AS kind, p.pubname AS name, NULL AS schema, NULL AS relation,
       ARRAY(SELECT a.attname FROM pg_catalog.pg_attribute AS a
              WHERE a.attrelid = t.oid
                AND (a.attnum = ANY (r.prattrs)
                     OR a.attnum IN (SELECT d.refobjsubid FROM pg_catalog.pg_depend AS d
                          WHERE d.classid = 'pg_catalog.pg_publication_rel'::pg_catalog.regclass
                            AND d.objid = r.oid AND d.refobjid = t.oid AND d.refobjsubid > 0)))
         AS columns,
       r.oid IS NULL AS whole_row,
       CASE WHEN p.puballtables THEN 'FOR ALL TABLES'
            WHEN r.oid IS NOT NULL
            THEN 'FOR TABLE'
                 || coalesce(' WHERE ' || pg_catalog.pg_get_expr(r.prqual, r.prrelid), '')
            ELSE 'FOR TABLES IN SCHEMA' END AS definition,
       pg_catalog.pg_get_userbyid(p.pubowner) AS owner, NULL AS options, NULL AS comment
  FROM pg_catalog.pg_publication AS p
  JOIN pg_catalog.pg_class AS t ON t.relkind IN ('r', 'p') AND t.relpersistence = 'p'
  JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace
  LEFT JOIN pg_catalog.pg_publication_rel AS r ON r.prpubid = p.oid AND r.prrelid = t.oid
 WHERE n.nspname = $1::pg_catalog.text
   AND (p.puballtables OR r.oid IS NOT NULL
        OR EXISTS (SELECT FROM pg_catalog.pg_publication_namespace AS s
                    WHERE s.pnpubid = p.oid AND s.pnnspid = n.oid))
)sql";

constexpr int postgres_15 = 150000;  // column lists, row filters, FOR TABLES IN SCHEMA

}  // namespace

std::vector<std::string_view> dependents_queries(int server_version) {
  return {rewrites_query,
          policies_query,
          statistics_query,
          generated_query,
          partition_keys_query,
          functions_query,
          row_types_query,
          server_version < postgres_15 ? publications_query_14 : publications_query_15};
}

}  // namespace segue::dialect::postgres
