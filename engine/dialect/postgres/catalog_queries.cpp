#include "engine/dialect/postgres/catalog_queries.hpp"

namespace segue::dialect::postgres {

const std::string_view begin_catalog_read = R"sql(
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY
)sql";

// The queries join in the order in which they are best run; looking for another one costs the
// server more than a read.
const std::string_view limit_catalog_read = R"sql(
SELECT pg_catalog.set_config('lock_timeout', '2s', true),
       pg_catalog.set_config('plan_cache_mode', 'force_generic_plan', true),
       pg_catalog.set_config('join_collapse_limit', '1', true)
)sql";

const std::string_view settings_query = R"sql(
SELECT s.name || CASE WHEN s.unit IN ('ms', 's') THEN '_' || s.unit ELSE '' END AS name,
       s.setting AS value
  FROM pg_catalog.pg_settings AS s
 WHERE s.name IN ('block_size', 'deadlock_timeout', 'default_toast_compression',
                  'max_identifier_length', 'max_parallel_maintenance_workers',
                  'max_parallel_workers',
                  'max_prepared_transactions', 'max_worker_processes', 'server_encoding',
                  'server_version', 'server_version_num', 'session_replication_role',
                  'synchronous_commit', 'synchronous_standby_names', 'TimeZone',
                  'wal_level', 'wal_segment_size')
 UNION ALL
SELECT f.name, f.value
  FROM pg_catalog.pg_database AS d
 CROSS JOIN LATERAL (VALUES ('database', d.datname::pg_catalog.text),
                            ('database_oid', d.oid::pg_catalog.text),
                            ('collate', d.datcollate::pg_catalog.text),
                            ('ctype', d.datctype::pg_catalog.text),
                            ('current_user', CURRENT_USER::pg_catalog.text),
                            ('is_superuser', pg_catalog.current_setting('is_superuser')),
                            ('in_recovery', pg_catalog.pg_is_in_recovery()::pg_catalog.text))
       AS f(name, value)
 WHERE d.datname = pg_catalog.current_database()
)sql";

// The array types that the server makes for each type are left out: it renames them by itself when
// somebody wants their name.
const std::string_view names_query = R"sql(
SELECT 'schema' AS kind, n.nspname AS name
  FROM pg_catalog.pg_namespace AS n
 UNION ALL
SELECT 'relation', c.relname
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 WHERE n.nspname = $1::pg_catalog.text
 UNION ALL
SELECT 'type', t.typname
  FROM pg_catalog.pg_type AS t
  JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
 WHERE n.nspname = $1::pg_catalog.text
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_type AS e WHERE e.typarray = t.oid)
)sql";

const std::string_view tables_query = R"sql(
SELECT c.oid, c.relname AS name, c.relkind AS kind,
       pg_catalog.pg_get_userbyid(c.relowner) AS owner,
       c.relfilenode AS file_node, c.reltuples::bigint AS estimated_rows,
       pg_catalog.pg_table_size(c.oid) AS bytes, c.relpersistence AS persistence,
       c.relispartition AS is_partition,
       c.relrowsecurity AS row_security, c.relforcerowsecurity AS force_row_security,
       CASE WHEN c.relacl IS NOT NULL
            THEN (SELECT '{' || pg_catalog.concat(pg_catalog.string_agg(
                           i::pg_catalog.text, ',' ORDER BY i::pg_catalog.text COLLATE "C")) || '}'
                    FROM pg_catalog.unnest(c.relacl) AS i) END AS privileges,
       (SELECT pg_catalog.string_agg(o.text, ', ' ORDER BY o.text COLLATE "C")
          FROM (SELECT r FROM pg_catalog.unnest(c.reloptions) AS r
                 UNION ALL
                SELECT 'toast.' || r FROM pg_catalog.unnest(toast.reloptions) AS r) AS o(text))
         AS options,
       pg_catalog.obj_description(c.oid, 'pg_class') AS comment,
       c.relreplident AS replica_identity,
       ARRAY(SELECT pg_catalog.format('"%s"."%s"', pg_catalog.replace(pn.nspname, '"', '""'),
                                      pg_catalog.replace(p.relname, '"', '""'))
               FROM pg_catalog.pg_inherits AS x
               JOIN pg_catalog.pg_class AS p ON p.oid = x.inhparent
               JOIN pg_catalog.pg_namespace AS pn ON pn.oid = p.relnamespace
              WHERE x.inhrelid = c.oid
              ORDER BY x.inhseqno) AS parents,
       ARRAY(SELECT pg_catalog.format('"%s"."%s"', pg_catalog.replace(pn.nspname, '"', '""'),
                                      pg_catalog.replace(p.relname, '"', '""'))
               FROM pg_catalog.pg_inherits AS x
               JOIN pg_catalog.pg_class AS p ON p.oid = x.inhrelid
               JOIN pg_catalog.pg_namespace AS pn ON pn.oid = p.relnamespace
              WHERE x.inhparent = c.oid
              ORDER BY pn.nspname, p.relname) AS children,
       CASE WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END AS partition_key,
       pg_catalog.pg_get_expr(c.relpartbound, c.oid) AS partition_bound,
       CASE WHEN c.reloftype <> 0 THEN pg_catalog.format_type(c.reloftype, NULL) END AS of_type,
       s.spcname AS tablespace, am.amname AS access_method,
       CASE WHEN c.relkind IN ('v', 'm') THEN pg_catalog.pg_get_viewdef(c.oid) END AS definition
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_class AS toast ON toast.oid = c.reltoastrelid
  LEFT JOIN pg_catalog.pg_tablespace AS s ON s.oid = c.reltablespace
  LEFT JOIN pg_catalog.pg_am AS am ON am.oid = c.relam
 WHERE n.nspname = $1::pg_catalog.text
   AND c.relkind IN ('r', 'p', 'f', 'v', 'm')
 ORDER BY c.relname
)sql";

// A domain counts as its base type. `equality_is_bytes` names the types whose `=` cannot call two
// images equal that differ (protocol-postgres.md 4): numeric, floats, bpchar, jsonb, interval,
// citext, arrays and composites are not among them, unknown types neither.
const std::string_view columns_query = R"sql(
  WITH RECURSIVE base AS (
       SELECT t.oid AS type, t.typbasetype AS base
         FROM pg_catalog.pg_type AS t WHERE t.typtype = 'd'
        UNION ALL
       SELECT b.type, t.typbasetype
         FROM base AS b JOIN pg_catalog.pg_type AS t ON t.oid = b.base WHERE t.typtype = 'd')
SELECT a.attrelid AS oid, a.attname AS name, a.attnum AS position,
       pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
       NOT a.attnotnull AS nullable,
       CASE WHEN a.attgenerated = '' THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END
         AS default_sql,
       CASE WHEN a.attgenerated <> '' THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END
         AS generated,
       a.attgenerated = 'v' AS generated_virtual,
       CASE WHEN a.attcollation <> t.typcollation THEN ln.nspname END AS collation_schema,
       CASE WHEN a.attcollation <> t.typcollation THEN l.collname END AS collation_name,
       coalesce(l.collisdeterministic, true) AS deterministic_collation,
       a.attidentity AS identity,
       pg_catalog.col_description(a.attrelid, a.attnum) AS comment,
       owned.schema AS sequence_schema, owned.name AS sequence_name,
       owned.options AS sequence_options,
       CASE WHEN a.attacl IS NOT NULL
            THEN (SELECT '{' || pg_catalog.string_agg(
                           i::pg_catalog.text, ',' ORDER BY i::pg_catalog.text COLLATE "C") || '}'
                    FROM pg_catalog.unnest(a.attacl) AS i) END AS privileges,
       (SELECT pg_catalog.string_agg(o, ', ' ORDER BY o COLLATE "C")
          FROM pg_catalog.unnest(a.attoptions) AS o) AS options,
       coalesce(a.attstattarget, -1) AS statistics_target,
       CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage END AS storage,
       a.attcompression AS compression,
       bt.typtype = 'e'
         OR (bt.typnamespace = 'pg_catalog'::pg_catalog.regnamespace
             AND bt.typname IN ('int2', 'int4', 'int8', 'oid', 'bool', 'date', 'time', 'timestamp',
                                'timestamptz', 'uuid', 'bytea'))
         OR (bt.typnamespace = 'pg_catalog'::pg_catalog.regnamespace
             AND bt.typname IN ('text', 'varchar') AND coalesce(l.collisdeterministic, true))
         AS equality_is_bytes,
       a.attlen = -1 AND a.attstorage <> 'p' AS toastable
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
  LEFT JOIN base AS b ON b.type = a.atttypid
   AND NOT EXISTS (SELECT FROM base AS deeper WHERE deeper.type = b.base)
  JOIN pg_catalog.pg_type AS bt ON bt.oid = coalesce(b.base, a.atttypid)
  LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  LEFT JOIN pg_catalog.pg_collation AS l ON l.oid = a.attcollation
  LEFT JOIN pg_catalog.pg_namespace AS ln ON ln.oid = l.collnamespace
  LEFT JOIN LATERAL (
       SELECT sn.nspname AS schema, sc.relname AS name,
              pg_catalog.format(
                'AS %s START WITH %s INCREMENT BY %s MINVALUE %s MAXVALUE %s CACHE %s %s',
                pg_catalog.format_type(q.seqtypid, NULL), q.seqstart, q.seqincrement, q.seqmin,
                q.seqmax, q.seqcache, CASE WHEN q.seqcycle THEN 'CYCLE' ELSE 'NO CYCLE' END)
                AS options
         FROM pg_catalog.pg_depend AS p
         JOIN pg_catalog.pg_class AS sc ON sc.oid = p.objid AND sc.relkind = 'S'
         JOIN pg_catalog.pg_namespace AS sn ON sn.oid = sc.relnamespace
         JOIN pg_catalog.pg_sequence AS q ON q.seqrelid = sc.oid
        WHERE p.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
          AND p.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
          AND p.refobjid = a.attrelid AND p.refobjsubid = a.attnum AND p.deptype IN ('a', 'i')
        ORDER BY p.deptype DESC, sc.relname
        LIMIT 1) AS owned ON true
 WHERE n.nspname = $1::pg_catalog.text
   AND c.relkind IN ('r', 'p', 'f', 'v', 'm')
 ORDER BY a.attrelid, a.attnum
)sql";

const std::string_view grants_query = R"sql(
SELECT c.oid, 0 AS position, pg_catalog.pg_get_userbyid(g.grantor) AS grantor,
       CASE WHEN g.grantee = 0 THEN '' ELSE pg_catalog.pg_get_userbyid(g.grantee) END AS grantee,
       g.privilege_type AS privilege, g.is_grantable AS grantable
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 CROSS JOIN LATERAL pg_catalog.aclexplode(c.relacl) AS g
 WHERE n.nspname = $1::pg_catalog.text AND c.relkind IN ('r', 'p', 'f', 'v', 'm')
 UNION ALL
SELECT a.attrelid, a.attnum, pg_catalog.pg_get_userbyid(g.grantor),
       CASE WHEN g.grantee = 0 THEN '' ELSE pg_catalog.pg_get_userbyid(g.grantee) END,
       g.privilege_type, g.is_grantable
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND NOT a.attisdropped
 CROSS JOIN LATERAL pg_catalog.aclexplode(a.attacl) AS g
 WHERE n.nspname = $1::pg_catalog.text AND c.relkind IN ('r', 'p', 'f', 'v', 'm')
 ORDER BY 1, 2, 4, 5, 3
)sql";

// An expression or a predicate over the whole row (varattno 0) depends on every column, which
// pg_depend does not say.
const std::string_view indexes_query = R"sql(
SELECT i.indrelid AS oid, ic.relname AS name,
       pg_catalog.pg_get_indexdef(i.indexrelid) AS definition,
       i.indisunique AS is_unique, i.indisprimary AS is_primary,
       i.indisvalid AND i.indisready AND i.indislive AS valid,
       i.indpred IS NOT NULL AS partial, con.conname AS constraint,
       ARRAY(SELECT a.attname
               FROM pg_catalog.unnest(i.indkey) WITH ORDINALITY AS k(attnum, place)
               LEFT JOIN pg_catalog.pg_attribute AS a
                 ON a.attrelid = i.indrelid AND a.attnum = k.attnum AND k.attnum <> 0
              WHERE k.place <= i.indnkeyatts
              ORDER BY k.place) AS keys,
       ARRAY(SELECT a.attname
               FROM pg_catalog.unnest(i.indkey) WITH ORDINALITY AS k(attnum, place)
               JOIN pg_catalog.pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
              WHERE k.place > i.indnkeyatts
              ORDER BY k.place) AS included,
       ARRAY(SELECT a.attname
               FROM pg_catalog.pg_attribute AS a
              WHERE a.attrelid = i.indrelid AND a.attnum > 0 AND NOT a.attisdropped
                AND (a.attnum = ANY (i.indkey)
                     OR i.indexprs::pg_catalog.text LIKE '%:varattno 0 %'
                     OR i.indpred::pg_catalog.text LIKE '%:varattno 0 %'
                     OR EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                                 WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                                   AND d.objid = i.indexrelid
                                   AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
                                   AND d.refobjid = i.indrelid
                                   AND d.refobjsubid = a.attnum))) AS columns,
       pg_catalog.obj_description(i.indexrelid, 'pg_class') AS comment,
       i.indisclustered AS clustered, i.indisreplident AS replica_identity,
       coalesce((pg_catalog.to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false)
         AS nulls_not_distinct,
       am.amname AS method, s.spcname AS tablespace,
       ARRAY(SELECT pg_catalog.format('%s=%s', a.attnum, a.attstattarget)
               FROM pg_catalog.pg_attribute AS a
              WHERE a.attrelid = i.indexrelid AND a.attstattarget >= 0
              ORDER BY a.attnum) AS statistics_targets
  FROM pg_catalog.pg_index AS i
  JOIN pg_catalog.pg_class AS ic ON ic.oid = i.indexrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = ic.relnamespace
  JOIN pg_catalog.pg_am AS am ON am.oid = ic.relam
  LEFT JOIN pg_catalog.pg_tablespace AS s ON s.oid = ic.reltablespace
  LEFT JOIN pg_catalog.pg_constraint AS con
    ON con.conindid = i.indexrelid AND con.conrelid = i.indrelid AND con.contype IN ('p', 'u', 'x')
 WHERE n.nspname = $1::pg_catalog.text
 ORDER BY ic.relname
)sql";

// Clones of one foreign key for partitions on the other end are left out: own_clone on the side of
// conrelid, incoming_clone on that of confrelid.
const std::string_view constraints_query = R"sql(
SELECT k.conrelid AS oid, k.confrelid AS referenced_oid, k.conname AS name, k.contype AS type,
       pg_catalog.pg_get_constraintdef(k.oid) AS definition, k.convalidated AS validated,
       coalesce((pg_catalog.to_jsonb(k) ->> 'conenforced')::pg_catalog.bool, true) AS enforced,
       k.condeferrable AS deferrable, k.condeferred AS initially_deferred,
       NOT k.conislocal OR k.coninhcount > 0 OR k.conparentid <> 0 AS inherited,
       ARRAY(SELECT a.attname
               FROM pg_catalog.unnest(k.conkey) WITH ORDINALITY AS x(attnum, place)
               JOIN pg_catalog.pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = x.attnum
              ORDER BY x.place) AS columns,
       ARRAY(SELECT a.attname
               FROM pg_catalog.unnest(k.confkey) WITH ORDINALITY AS x(attnum, place)
               JOIN pg_catalog.pg_attribute AS a ON a.attrelid = k.confrelid AND a.attnum = x.attnum
              ORDER BY x.place) AS referenced_columns,
       cn.nspname AS schema, c.relname AS relation,
       fn.nspname AS referenced_schema, f.relname AS referenced_relation,
       ic.relname AS index, pg_catalog.obj_description(k.oid, 'pg_constraint') AS comment,
       parent.conrelid IS NOT DISTINCT FROM k.conrelid AS own_clone,
       parent.confrelid IS NOT DISTINCT FROM k.confrelid AS incoming_clone
  FROM pg_catalog.pg_constraint AS k
  JOIN pg_catalog.pg_class AS c ON c.oid = k.conrelid
  JOIN pg_catalog.pg_namespace AS cn ON cn.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_class AS f ON f.oid = k.confrelid
  LEFT JOIN pg_catalog.pg_namespace AS fn ON fn.oid = f.relnamespace
  LEFT JOIN pg_catalog.pg_class AS ic ON ic.oid = k.conindid
  LEFT JOIN pg_catalog.pg_constraint AS parent ON parent.oid = k.conparentid
 WHERE cn.nspname = $1::pg_catalog.text OR fn.nspname = $1::pg_catalog.text
 ORDER BY k.conname, cn.nspname, c.relname
)sql";

// Internal triggers are those of foreign keys and deferrable keys. PostgreSQL 14 also calls the
// clones on partitions internal; they are the user's.
const std::string_view triggers_query = R"sql(
SELECT t.tgrelid AS oid, t.tgname AS name, pg_catalog.pg_get_triggerdef(t.oid) AS definition,
       t.tgenabled AS enabled, t.tgtype AS bits, t.tgparentid <> 0 AS inherited,
       ARRAY(SELECT a.attname FROM pg_catalog.pg_attribute AS a
              WHERE a.attrelid = t.tgrelid AND a.attnum = ANY (t.tgattr)) AS columns,
       ARRAY(SELECT DISTINCT a.attname
               FROM pg_catalog.pg_depend AS d
               JOIN pg_catalog.pg_attribute AS a
                 ON a.attrelid = t.tgrelid AND a.attnum = d.refobjsubid AND a.attnum > 0
              WHERE d.classid = 'pg_catalog.pg_trigger'::pg_catalog.regclass AND d.objid = t.oid
                AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
                AND d.refobjid = t.tgrelid) AS depends_on,
       pn.nspname AS function_schema, p.proname AS function_name,
       pg_catalog.pg_get_functiondef(p.oid) AS function_definition, p.prosrc AS function_source,
       l.lanname AS function_language, pg_catalog.obj_description(t.oid, 'pg_trigger') AS comment
  FROM pg_catalog.pg_trigger AS t
  JOIN pg_catalog.pg_class AS c ON c.oid = t.tgrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_proc AS p ON p.oid = t.tgfoid
  JOIN pg_catalog.pg_namespace AS pn ON pn.oid = p.pronamespace
  JOIN pg_catalog.pg_language AS l ON l.oid = p.prolang
  LEFT JOIN pg_catalog.pg_constraint AS k ON k.oid = t.tgconstraint
 WHERE n.nspname = $1::pg_catalog.text
   AND (NOT t.tgisinternal OR (t.tgparentid <> 0 AND (k.oid IS NULL OR k.contype = 't')))
 ORDER BY t.tgname
)sql";

}  // namespace segue::dialect::postgres
