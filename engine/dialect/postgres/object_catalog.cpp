#include "engine/dialect/postgres/object_catalog.hpp"

#include <fmt/format.h>

#include "engine/core/identifier.hpp"

namespace segue::dialect::postgres {
namespace {

using namespace fmt::literals;
using model::ColumnFate;
using model::ObjectAction;
using model::ObjectKind;
using model::ObjectOperation;
using model::TableFate;

std::string found_relation(const std::string& kind, const ObjectOperation& op,
                           const std::string& schema) {
  return fmt::format(
      R"sql(SELECT 'pg_catalog.pg_class'::pg_catalog.regclass AS class, c.oid, c.relowner AS owner
FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = {} AND c.relname = {} AND c.relkind = '{}')sql",
      literal(schema), literal(op.name), kind);
}

std::string found_type(const std::string& kind, const ObjectOperation& op,
                       const std::string& schema) {
  return fmt::format(
      R"sql(SELECT 'pg_catalog.pg_type'::pg_catalog.regclass AS class, t.oid, t.typowner AS owner
FROM pg_catalog.pg_type AS t JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
WHERE n.nspname = {} AND t.typname = {} AND t.typtype = '{}')sql",
      literal(schema), literal(op.name), kind);
}

std::string found_function(const ObjectOperation& op, const std::string& schema) {
  return fmt::format(
      R"sql(SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass AS class, p.oid, p.proowner AS owner
FROM pg_catalog.pg_proc AS p
WHERE p.oid = CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_proc AS x
    JOIN pg_catalog.pg_namespace AS n ON n.oid = x.pronamespace
   WHERE n.nspname = {} AND x.proname = {}) THEN pg_catalog.to_regprocedure({}) END)sql",
      literal(schema), literal(op.name),
      literal(fmt::format("{}({})", QualifiedName{schema, op.name}, op.arguments)));
}

std::string found_trigger(const ObjectOperation& op, const std::string& schema) {
  return fmt::format(
      R"sql(SELECT 'pg_catalog.pg_trigger'::pg_catalog.regclass AS class, t.oid, c.relowner AS owner
FROM pg_catalog.pg_trigger AS t JOIN pg_catalog.pg_class AS c ON c.oid = t.tgrelid
WHERE c.oid = pg_catalog.to_regclass({}) AND t.tgname = {} AND NOT t.tgisinternal)sql",
      literal(QualifiedName{schema, op.table}.quoted()), literal(op.name));
}

// Of the view c.
constexpr std::string_view refuses = R"sql(EXISTS (SELECT FROM pg_catalog.pg_rewrite AS w
    JOIN pg_catalog.pg_depend AS wd ON wd.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
     AND wd.objid = w.oid AND wd.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass
     AND wd.refobjid = pg_catalog.to_regprocedure('segue.refuse_rows(text, text)')
   WHERE w.ev_class = c.oid))sql";

std::string array_of(const std::vector<std::string>& values) {
  std::string out;
  for (const std::string& value : values) out += (out.empty() ? "" : ", ") + literal(value);
  return fmt::format("ARRAY[{}]::pg_catalog.text[]", out);
}

}  // namespace

std::string same_name(const ObjectOperation& op, const std::string& schema) {
  if (op.kind == ObjectKind::function || op.kind == ObjectKind::trigger) {
    return fmt::format("SELECT 1, '{}' FROM ({}) AS o",
                       op.kind == ObjectKind::function ? "a function" : "a trigger",
                       found_object(op, schema));
  }
  return fmt::format(
      R"sql(SELECT 1, pg_catalog.pg_describe_object(t.class, t.oid, 0)
FROM (SELECT 'pg_catalog.pg_class'::pg_catalog.regclass AS class, c.oid, c.relname AS name,
             c.relnamespace AS schema FROM pg_catalog.pg_class AS c
      UNION ALL
      SELECT 'pg_catalog.pg_type'::pg_catalog.regclass, t.oid, t.typname, t.typnamespace
        FROM pg_catalog.pg_type AS t WHERE t.typrelid = 0) AS t
JOIN pg_catalog.pg_namespace AS n ON n.oid = t.schema
WHERE n.nspname = {} AND t.name = {} LIMIT 1)sql",
      literal(schema), literal(op.name));
}

std::string found_object(const ObjectOperation& op, const std::string& schema) {
  switch (op.kind) {
    case ObjectKind::enumeration:
      return found_type("e", op, schema);
    case ObjectKind::domain:
      return found_type("d", op, schema);
    case ObjectKind::sequence:
      return found_relation("S", op, schema);
    case ObjectKind::view:
      return found_relation("v", op, schema);
    case ObjectKind::materialized_view:
      return found_relation("m", op, schema);
    case ObjectKind::trigger:
      return found_trigger(op, schema);
    case ObjectKind::function:
      break;
  }
  return found_function(op, schema);
}

std::vector<std::string> leaving_with(const model::Change& change) {
  std::vector<std::string> out;
  for (const model::TableChange& table : change.tables) {
    if (table.fate == TableFate::dropped) out.push_back(table.physical);
    for (const model::ColumnChange& column : table.columns) {
      const bool goes = column.fate == ColumnFate::dropped || column.fate == ColumnFate::replaced;
      if (goes) out.push_back(table.physical + "." + column.old_physical);
    }
  }
  for (const ObjectOperation& op : change.objects) {
    if (op.action == ObjectAction::drop) out.push_back(op.name);
  }
  return out;
}

std::string dependents_of(const ObjectOperation& op, const std::string& schema,
                          const std::vector<std::string>& expected) {
  return fmt::format(
      R"sql(SELECT pg_catalog.string_agg(DISTINCT s.what, ', ')
FROM ({found}) AS o
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
  AND NOT coalesce(s.key = ANY ({names}), false)
  AND NOT coalesce(c.relname = ANY ({names}), false)
  AND NOT coalesce(c.relkind = 'v' AND {refuses}, false)
  AND NOT coalesce(p.pronamespace = pg_catalog.to_regnamespace('segue'), false)
HAVING count(*) > 0)sql",
      "found"_a = found_object(op, schema), "names"_a = array_of(expected), "refuses"_a = refuses);
}

std::string let_go_of(const ObjectOperation& op, const std::string& schema) {
  return fmt::format(
      R"sql(DO $segue$
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
      FROM ({found}) AS o
     CROSS JOIN pg_catalog.pg_class AS c
      JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
      JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0
      LEFT JOIN pg_catalog.pg_type AS t
        ON t.oid = a.atttypid AND o.class = 'pg_catalog.pg_type'::pg_catalog.regclass
           AND (t.oid = o.oid OR t.typelem = o.oid)
     WHERE c.relkind = 'v' AND {refuses}
     GROUP BY c.oid, n.nspname
    HAVING count(t.oid) > 0 OR EXISTS (
             SELECT FROM pg_catalog.pg_attrdef AS f
               JOIN pg_catalog.pg_depend AS d
                 ON d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND d.objid = f.oid
               JOIN ({found}) AS x ON d.refclassid = x.class AND d.refobjid = x.oid
              WHERE f.adrelid = c.oid)
  LOOP
    EXECUTE pg_catalog.format('DROP VIEW %s', v.name);
    EXECUTE pg_catalog.format(
      'CREATE VIEW %s AS SELECT %s FROM segue.refuse_rows(%L, ''no longer served'') AS r(%s)',
      v.name, v.columns, v.version, v.record);
    EXECUTE pg_catalog.format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO PUBLIC', v.name);
  END LOOP;
END
$segue$)sql",
      "found"_a = found_object(op, schema), "refuses"_a = refuses);
}

}  // namespace segue::dialect::postgres
