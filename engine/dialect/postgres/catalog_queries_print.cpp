// The facts of the catalogue print. What is printed must come back at reversal: so no oid, no
// attribute number, no position of a sequence, no statistics; lists without an order of their own
// are sorted; an access control list that is the built-in default prints as the default, however it
// came about.
//
// Extensions' members are printed as their extension and its version. The hash stands for the text
// of functions, which may be long.

#include "engine/dialect/postgres/catalog_queries.hpp"

namespace segue::dialect::postgres {
namespace {

constexpr std::string_view schema_facts = R"sql(
SELECT pg_catalog.format('schema %I', n.nspname) AS object,
       pg_catalog.pg_get_userbyid(n.nspowner) AS owner,
       (SELECT pg_catalog.string_agg(i::pg_catalog.text, ','
                                     ORDER BY i::pg_catalog.text COLLATE "C")
          FROM pg_catalog.unnest(coalesce(n.nspacl, pg_catalog.acldefault('n', n.nspowner))) AS i)
         AS privileges,
       pg_catalog.obj_description(n.oid, 'pg_namespace') AS comment,
       (SELECT pg_catalog.string_agg(pg_catalog.format('%I for %s: %s',
                 pg_catalog.pg_get_userbyid(d.defaclrole), d.defaclobjtype, d.defaclacl), '; '
                 ORDER BY pg_catalog.pg_get_userbyid(d.defaclrole), d.defaclobjtype)
          FROM pg_catalog.pg_default_acl AS d
            WHERE d.defaclnamespace = n.oid) AS default_privileges,
       (SELECT pg_catalog.string_agg(pg_catalog.format('%I %s', e.extname, e.extversion), ', '
                                     ORDER BY e.extname)
          FROM pg_catalog.pg_extension AS e WHERE e.extnamespace = n.oid) AS extensions
  FROM pg_catalog.pg_namespace AS n
 WHERE n.nspname = $1::pg_catalog.text
)sql";

constexpr std::string_view relation_facts = R"sql(
SELECT pg_catalog.format('%s %I', CASE c.relkind WHEN 'v' THEN 'view'
         WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table'
         WHEN 'p' THEN 'partitioned table' ELSE 'table' END, c.relname) AS object,
       pg_catalog.pg_get_userbyid(c.relowner) AS owner,
       (SELECT pg_catalog.string_agg(i::pg_catalog.text, ','
                                     ORDER BY i::pg_catalog.text COLLATE "C")
          FROM pg_catalog.unnest(coalesce(c.relacl, pg_catalog.acldefault('r', c.relowner))) AS i)
         AS privileges,
       pg_catalog.obj_description(c.oid, 'pg_class') AS comment,
       c.relpersistence AS persistence, am.amname AS access_method, s.spcname AS tablespace,
       (SELECT pg_catalog.string_agg(o.text, ', ' ORDER BY o.text COLLATE "C")
          FROM (SELECT r FROM pg_catalog.unnest(c.reloptions) AS r
                 UNION ALL
                SELECT 'toast.' || r FROM pg_catalog.unnest(toast.reloptions) AS r) AS o(text))
         AS options,
       CASE WHEN c.relrowsecurity THEN 'on' END AS row_security,
       CASE WHEN c.relforcerowsecurity THEN 'on' END AS force_row_security,
       CASE WHEN c.relkind NOT IN ('v', 'f') THEN c.relreplident END AS replica_identity,
       (SELECT pg_catalog.string_agg(x.inhparent::pg_catalog.regclass::pg_catalog.text, ', '
                                     ORDER BY x.inhseqno)
          FROM pg_catalog.pg_inherits AS x WHERE x.inhrelid = c.oid) AS inherits,
       CASE WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END AS partition_key,
       pg_catalog.pg_get_expr(c.relpartbound, c.oid) AS partition_bound,
       CASE WHEN c.reloftype <> 0 THEN pg_catalog.format_type(c.reloftype, NULL) END AS of_type,
       CASE WHEN c.relkind IN ('v', 'm') THEN pg_catalog.pg_get_viewdef(c.oid) END AS definition,
       CASE WHEN c.relkind = 'm' THEN c.relispopulated END AS populated,
       fs.srvname AS server, pg_catalog.array_to_string(ft.ftoptions, ', ') AS server_options
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_class AS toast ON toast.oid = c.reltoastrelid
  LEFT JOIN pg_catalog.pg_tablespace AS s ON s.oid = c.reltablespace
  LEFT JOIN pg_catalog.pg_am AS am ON am.oid = c.relam
  LEFT JOIN pg_catalog.pg_foreign_table AS ft ON ft.ftrelid = c.oid
  LEFT JOIN pg_catalog.pg_foreign_server AS fs ON fs.oid = ft.ftserver
 WHERE n.nspname = $1::pg_catalog.text AND c.relkind IN ('r', 'p', 'f', 'v', 'm')
 ORDER BY c.relname
)sql";

// In attribute order: the order of the lines is the fact, the numbers are not.
constexpr std::string_view column_facts = R"sql(
SELECT pg_catalog.format('column %I.%I', c.relname, a.attname) AS object,
       pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
       CASE WHEN a.attnotnull THEN 'not null' END AS nullable,
       CASE WHEN a.attgenerated = '' THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END
         AS "default",
       CASE a.attgenerated WHEN 's' THEN 'stored ' WHEN 'v' THEN 'virtual ' END
         || pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS generated,
       nullif(a.attidentity, '') AS identity,
       (SELECT pg_catalog.string_agg(p.objid::pg_catalog.regclass::pg_catalog.text, ', '
                 ORDER BY p.objid::pg_catalog.regclass::pg_catalog.text COLLATE "C")
          FROM pg_catalog.pg_depend AS p
          JOIN pg_catalog.pg_class AS sc ON sc.oid = p.objid AND sc.relkind = 'S'
         WHERE p.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
           AND p.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
           AND p.refobjid = a.attrelid AND p.refobjsubid = a.attnum
           AND p.deptype IN ('a', 'i')) AS owns,
       CASE WHEN a.attcollation <> 0
            THEN a.attcollation::pg_catalog.regcollation END AS collation,
       a.attstorage AS storage, nullif(a.attcompression, '') AS compression,
       nullif(coalesce(a.attstattarget, -1), -1) AS statistics,
       (SELECT pg_catalog.string_agg(o, ', ' ORDER BY o COLLATE "C")
          FROM pg_catalog.unnest(a.attoptions || a.attfdwoptions) AS o) AS options,
       (SELECT pg_catalog.string_agg(i::pg_catalog.text, ','
                                     ORDER BY i::pg_catalog.text COLLATE "C")
          FROM pg_catalog.unnest(a.attacl) AS i) AS privileges,
       pg_catalog.col_description(a.attrelid, a.attnum) AS comment,
       CASE WHEN a.attinhcount > 0
            THEN pg_catalog.format('from %s, %s', a.attinhcount,
                                   CASE WHEN a.attislocal THEN 'local' ELSE 'not local' END)
            END AS inherited
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
 WHERE n.nspname = $1::pg_catalog.text AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'c')
 ORDER BY c.relname, a.attnum
)sql";

constexpr std::string_view sequence_facts = R"sql(
SELECT pg_catalog.format('sequence %I', c.relname) AS object,
       pg_catalog.format('AS %s START %s INCREMENT %s MIN %s MAX %s CACHE %s %s',
         pg_catalog.format_type(q.seqtypid, NULL), q.seqstart, q.seqincrement, q.seqmin, q.seqmax,
         q.seqcache, CASE WHEN q.seqcycle THEN 'CYCLE' ELSE 'NO CYCLE' END) AS options,
       pg_catalog.pg_get_userbyid(c.relowner) AS owner, c.relpersistence AS persistence,
       (SELECT pg_catalog.string_agg(i::pg_catalog.text, ','
                                     ORDER BY i::pg_catalog.text COLLATE "C")
          FROM pg_catalog.unnest(coalesce(c.relacl, pg_catalog.acldefault('s', c.relowner))) AS i)
         AS privileges,
       pg_catalog.obj_description(c.oid, 'pg_class') AS comment,
       (SELECT pg_catalog.format('%s.%I', p.refobjid::pg_catalog.regclass, a.attname)
          FROM pg_catalog.pg_depend AS p
          JOIN pg_catalog.pg_attribute AS a ON a.attrelid = p.refobjid AND a.attnum = p.refobjsubid
         WHERE p.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND p.objid = c.oid
           AND p.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
           AND p.deptype IN ('a', 'i')) AS owned_by
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_sequence AS q ON q.seqrelid = c.oid
 WHERE n.nspname = $1::pg_catalog.text
 ORDER BY c.relname
)sql";

// Of tables, of domains, and foreign keys from elsewhere into the schema. `internal_triggers` tells
// when ALTER TABLE … DISABLE TRIGGER ALL has switched a foreign key off.
constexpr std::string_view constraint_facts = R"sql(
SELECT pg_catalog.format('constraint %I on %s', k.conname,
         CASE WHEN k.contypid <> 0 THEN pg_catalog.format_type(k.contypid, NULL)
              ELSE k.conrelid::pg_catalog.regclass::pg_catalog.text END) AS object,
       k.contype AS type, pg_catalog.pg_get_constraintdef(k.oid) AS definition,
       CASE WHEN NOT k.convalidated THEN 'not valid' END AS validated,
       ic.relname AS index,
       CASE WHEN k.coninhcount > 0 OR NOT k.conislocal
            THEN pg_catalog.format('from %s, %s', k.coninhcount,
                                   CASE WHEN k.conislocal THEN 'local' ELSE 'not local' END)
            END AS inherited,
       (SELECT pg_catalog.string_agg(pg_catalog.format('%s %s %s', t.tgrelid::pg_catalog.regclass,
                 t.tgfoid::pg_catalog.regproc, t.tgenabled), ', '
                 ORDER BY t.tgrelid::pg_catalog.regclass::pg_catalog.text COLLATE "C",
                          t.tgfoid::pg_catalog.regproc::pg_catalog.text COLLATE "C")
          FROM pg_catalog.pg_trigger AS t
         WHERE t.tgconstraint = k.oid AND t.tgisinternal AND t.tgenabled <> 'O')
         AS internal_triggers,
       pg_catalog.obj_description(k.oid, 'pg_constraint') AS comment
  FROM pg_catalog.pg_constraint AS k
  LEFT JOIN pg_catalog.pg_class AS c ON c.oid = k.conrelid
  LEFT JOIN pg_catalog.pg_class AS f ON f.oid = k.confrelid
  LEFT JOIN pg_catalog.pg_class AS ic ON ic.oid = k.conindid
  LEFT JOIN pg_catalog.pg_namespace AS fn ON fn.oid = f.relnamespace
  LEFT JOIN pg_catalog.pg_type AS d ON d.oid = k.contypid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = k.connamespace
 WHERE n.nspname = $1::pg_catalog.text OR fn.nspname = $1::pg_catalog.text
 ORDER BY n.nspname, c.relname, d.typname, k.conname
)sql";

constexpr std::string_view index_facts = R"sql(
SELECT pg_catalog.format('index %I', ic.relname) AS object,
       pg_catalog.pg_get_indexdef(i.indexrelid) AS definition, s.spcname AS tablespace,
       CASE WHEN NOT (i.indisvalid AND i.indisready AND i.indislive) THEN 'invalid' END AS valid,
       CASE WHEN NOT i.indimmediate THEN 'deferrable' END AS immediate,
       CASE WHEN i.indisprimary THEN 'primary' WHEN i.indisexclusion THEN 'exclusion' END AS role,
       CASE WHEN i.indisclustered THEN 'yes' END AS clustered,
       CASE WHEN i.indisreplident THEN 'yes' END AS replica_identity,
       (SELECT pg_catalog.string_agg(pg_catalog.format('%s=%s', a.attnum, a.attstattarget), ', '
                                     ORDER BY a.attnum)
          FROM pg_catalog.pg_attribute AS a
         WHERE a.attrelid = i.indexrelid AND a.attstattarget >= 0) AS statistics,
       (SELECT x.inhparent::pg_catalog.regclass FROM pg_catalog.pg_inherits AS x
         WHERE x.inhrelid = i.indexrelid) AS attached_to,
       pg_catalog.obj_description(i.indexrelid, 'pg_class') AS comment
  FROM pg_catalog.pg_index AS i
  JOIN pg_catalog.pg_class AS ic ON ic.oid = i.indexrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = ic.relnamespace
  LEFT JOIN pg_catalog.pg_tablespace AS s ON s.oid = ic.reltablespace
 WHERE n.nspname = $1::pg_catalog.text
 ORDER BY ic.relname
)sql";

constexpr std::string_view trigger_facts = R"sql(
SELECT pg_catalog.format('trigger %I on %I', t.tgname, c.relname) AS object,
       pg_catalog.pg_get_triggerdef(t.oid) AS definition, t.tgenabled AS enabled,
       CASE WHEN t.tgparentid <> 0 THEN 'yes' END AS inherited,
       pg_catalog.obj_description(t.oid, 'pg_trigger') AS comment
  FROM pg_catalog.pg_trigger AS t
  JOIN pg_catalog.pg_class AS c ON c.oid = t.tgrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_constraint AS k ON k.oid = t.tgconstraint
 WHERE n.nspname = $1::pg_catalog.text
   AND (NOT t.tgisinternal OR (t.tgparentid <> 0 AND (k.oid IS NULL OR k.contype = 't')))
 ORDER BY c.relname, t.tgname
)sql";

constexpr std::string_view policy_facts = R"sql(
SELECT pg_catalog.format('policy %I on %I', p.polname, c.relname) AS object,
       p.polcmd AS command, p.polpermissive AS permissive,
       (SELECT pg_catalog.string_agg(CASE WHEN role = 0 THEN 'public'
                 ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(role)) END, ', '
                 ORDER BY pg_catalog.pg_get_userbyid(role))
          FROM pg_catalog.unnest(p.polroles) AS role) AS roles,
       pg_catalog.pg_get_expr(p.polqual, p.polrelid) AS using_rows,
       pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) AS with_check,
       pg_catalog.obj_description(p.oid, 'pg_policy') AS comment
  FROM pg_catalog.pg_policy AS p
  JOIN pg_catalog.pg_class AS c ON c.oid = p.polrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 WHERE n.nspname = $1::pg_catalog.text
 ORDER BY c.relname, p.polname
)sql";

constexpr std::string_view rule_facts = R"sql(
SELECT pg_catalog.format('rule %I on %I', r.rulename, c.relname) AS object,
       pg_catalog.pg_get_ruledef(r.oid) AS definition, r.ev_enabled AS enabled,
       pg_catalog.obj_description(r.oid, 'pg_rewrite') AS comment
  FROM pg_catalog.pg_rewrite AS r
  JOIN pg_catalog.pg_class AS c ON c.oid = r.ev_class
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 WHERE n.nspname = $1::pg_catalog.text AND r.rulename <> '_RETURN'
 ORDER BY c.relname, r.rulename
)sql";

constexpr std::string_view function_facts = R"sql(
SELECT pg_catalog.format('function %s', p.oid::pg_catalog.regprocedure) AS object,
       CASE WHEN p.prokind <> 'a'
            THEN pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(
                   pg_catalog.pg_get_functiondef(p.oid), 'UTF8')), 'hex') END AS definition,
       CASE WHEN p.prokind = 'a'
            THEN pg_catalog.format('%s %s %s %s %s', ag.aggtransfn, ag.aggfinalfn, ag.aggcombinefn,
                   pg_catalog.format_type(ag.aggtranstype, NULL), ag.agginitval) END AS aggregate,
       pg_catalog.pg_get_userbyid(p.proowner) AS owner,
       (SELECT pg_catalog.string_agg(i::pg_catalog.text, ','
                                     ORDER BY i::pg_catalog.text COLLATE "C")
          FROM pg_catalog.unnest(coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) AS i)
         AS privileges,
       pg_catalog.obj_description(p.oid, 'pg_proc') AS comment
  FROM pg_catalog.pg_proc AS p
  JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
  LEFT JOIN pg_catalog.pg_aggregate AS ag ON ag.aggfnoid = p.oid
 WHERE n.nspname = $1::pg_catalog.text
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                    WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid
                      AND d.deptype IN ('e', 'i'))
 ORDER BY p.proname, p.oid::pg_catalog.regprocedure::pg_catalog.text COLLATE "C"
)sql";

// Not the row types of tables, and not the arrays and multiranges that come by themselves.
constexpr std::string_view type_facts = R"sql(
SELECT pg_catalog.format('type %I', t.typname) AS object, t.typtype AS kind,
       (SELECT pg_catalog.string_agg(pg_catalog.quote_literal(e.enumlabel), ', '
                                     ORDER BY e.enumsortorder)
          FROM pg_catalog.pg_enum AS e WHERE e.enumtypid = t.oid) AS labels,
       CASE WHEN t.typtype = 'd' THEN pg_catalog.format_type(t.typbasetype, t.typtypmod) END
         AS base,
       CASE WHEN t.typnotnull THEN 'not null' END AS nullable, t.typdefault AS "default",
       CASE WHEN t.typcollation <> 0
            THEN t.typcollation::pg_catalog.regcollation END AS collation,
       (SELECT pg_catalog.format_type(r.rngsubtype, NULL)
          FROM pg_catalog.pg_range AS r WHERE r.rngtypid = t.oid) AS range_of,
       pg_catalog.pg_get_userbyid(t.typowner) AS owner,
       (SELECT pg_catalog.string_agg(i::pg_catalog.text, ','
                                     ORDER BY i::pg_catalog.text COLLATE "C")
          FROM pg_catalog.unnest(coalesce(t.typacl, pg_catalog.acldefault('T', t.typowner))) AS i)
         AS privileges,
       pg_catalog.obj_description(t.oid, 'pg_type') AS comment
  FROM pg_catalog.pg_type AS t
  JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
  LEFT JOIN pg_catalog.pg_class AS c ON c.oid = t.typrelid
 WHERE n.nspname = $1::pg_catalog.text AND t.typtype <> 'm'
   AND (c.oid IS NULL OR c.relkind = 'c')
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_type AS e WHERE e.typarray = t.oid)
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                    WHERE d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.objid = t.oid
                      AND d.deptype = 'e')
 ORDER BY t.typname
)sql";

constexpr std::string_view statistics_facts = R"sql(
SELECT pg_catalog.format('statistics %I', s.stxname) AS object,
       pg_catalog.pg_get_statisticsobjdef(s.oid) AS definition,
       pg_catalog.pg_get_userbyid(s.stxowner) AS owner,
       nullif(coalesce(s.stxstattarget, -1), -1) AS target,
       pg_catalog.obj_description(s.oid, 'pg_statistic_ext') AS comment
  FROM pg_catalog.pg_statistic_ext AS s
  JOIN pg_catalog.pg_class AS c ON c.oid = s.stxrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = s.stxnamespace
  JOIN pg_catalog.pg_namespace AS cn ON cn.oid = c.relnamespace
 WHERE n.nspname = $1::pg_catalog.text OR cn.nspname = $1::pg_catalog.text
 ORDER BY n.nspname, s.stxname
)sql";

constexpr std::string_view publication_facts_14 = R"sql(
SELECT pg_catalog.format('publication %I of %I', p.pubname, c.relname) AS object,
       'FOR TABLE' AS definition
  FROM pg_catalog.pg_publication_rel AS r
  JOIN pg_catalog.pg_publication AS p ON p.oid = r.prpubid
  JOIN pg_catalog.pg_class AS c ON c.oid = r.prrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 WHERE n.nspname = $1::pg_catalog.text
 ORDER BY c.relname, p.pubname
)sql";

constexpr std::string_view publication_facts_15 = R"sql(
SELECT pg_catalog.format('publication %I of %I', p.pubname, c.relname) AS object,
       'FOR TABLE' AS definition,
       (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY a.attnum)
          FROM pg_catalog.pg_attribute AS a
         WHERE a.attrelid = r.prrelid AND a.attnum = ANY (r.prattrs)) AS columns,
       pg_catalog.pg_get_expr(r.prqual, r.prrelid) AS rows
  FROM pg_catalog.pg_publication_rel AS r
  JOIN pg_catalog.pg_publication AS p ON p.oid = r.prpubid
  JOIN pg_catalog.pg_class AS c ON c.oid = r.prrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 WHERE n.nspname = $1::pg_catalog.text
 UNION ALL
SELECT pg_catalog.format('publication %I', p.pubname), 'FOR TABLES IN SCHEMA', NULL, NULL
  FROM pg_catalog.pg_publication_namespace AS s
  JOIN pg_catalog.pg_publication AS p ON p.oid = s.pnpubid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = s.pnnspid
 WHERE n.nspname = $1::pg_catalog.text
 ORDER BY object
)sql";

constexpr std::string_view all_tables_publication_facts = R"sql(
SELECT pg_catalog.format('publication %I', p.pubname) AS object, 'FOR ALL TABLES' AS definition
  FROM pg_catalog.pg_publication AS p
 WHERE p.puballtables AND $1::pg_catalog.text IS NOT NULL
 ORDER BY p.pubname
)sql";

constexpr int postgres_15 = 150000;  // column lists, row filters, FOR TABLES IN SCHEMA

}  // namespace

std::vector<std::string_view> print_queries(int server_version) {
  const bool is_14 = server_version < postgres_15;
  return {schema_facts,
          type_facts,
          function_facts,
          sequence_facts,
          relation_facts,
          column_facts,
          constraint_facts,
          index_facts,
          trigger_facts,
          policy_facts,
          rule_facts,
          statistics_facts,
          is_14 ? publication_facts_14 : publication_facts_15,
          all_tables_publication_facts};
}

}  // namespace segue::dialect::postgres
