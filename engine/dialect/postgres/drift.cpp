// What somebody else may have changed under a migration in flight: columns renamed or dropped
// (hazard P28), sync functions replaced, triggers disabled, created objects dropped.

#include <fmt/format.h>

#include <set>

#include "engine/core/protection.hpp"
#include "engine/dialect/postgres/context.hpp"
#include "engine/dialect/postgres/drift.hpp"
#include "engine/dialect/postgres/names.hpp"
#include "engine/dialect/postgres/object_catalog.hpp"
#include "engine/dialect/postgres/sync.hpp"
#include "engine/dialect/postgres/trigger_order.hpp"
#include "engine/model/object.hpp"

namespace segue::dialect::postgres {
namespace {

using model::MigrationState;

Expectation no_deviation(const std::string& table) {
  return {.rule = Expectation::Rule::no_rows,
          .kind = ErrorKind::drift,
          .message = fmt::format("table {}: {{0}}", table)};
}

std::string missing_columns(const model::TableChange& table, const RenderContext& context) {
  std::set<std::string> wanted;
  for (const model::ColumnChange& c : table.columns) {
    if (!c.old_physical.empty()) wanted.insert(literal(c.old_physical));
    if (!c.new_physical.empty()) wanted.insert(literal(c.new_physical));
  }
  return fmt::format(R"sql(SELECT 'column ' || wanted || ' is gone'
FROM unnest(ARRAY[{}]) AS wanted
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_attribute a
  WHERE a.attrelid = pg_catalog.to_regclass({}) AND a.attname = wanted AND NOT a.attisdropped))sql",
                     fmt::join(wanted, ", "), literal(relation(table.physical, context).quoted()));
}

std::string our_names(const TriggerOrder& order) {
  std::vector<std::string> names = {literal(order.insert), literal(order.update)};
  if (order.has_first) {
    names.push_back(literal(order.first_insert));
    names.push_back(literal(order.first_update));
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

const char* fault(const TriggerOrder& order) {
  return order.has_first ? " fires before our first or after our last: rename or drop it"
                         : " fires after ours or changes the row";
}

// By unsigned bytes, as the server orders names and triggers.
std::string outside(const TriggerOrder& order) {
  if (!order.has_first) return "";
  if (!protected_by("trigger_order")) return " AND false";
  return fmt::format("\n    AND (t.tgname < {} OR t.tgname > {})",
                     literal(order.first_update) + "::name", literal(order.insert) + "::name");
}

// What would keep contract from dropping the old columns: whatever depends on one and is not a list
// of columns that follows (user_triggers.hpp). In a WHEN the server writes old.column, new.column.
std::vector<Statement> bound_triggers(const model::TableChange& table,
                                      const RenderContext& context) {
  std::vector<std::string> leaving, dropped;
  for (const model::ColumnChange& c : table.columns) {
    const bool is_dropped = c.fate == model::ColumnFate::dropped;
    if (is_dropped || c.fate == model::ColumnFate::replaced) {
      leaving.push_back(literal(c.old_physical));
    }
    if (is_dropped) dropped.push_back(literal(c.old_physical));
  }
  const bool is_kept = table.fate == model::TableFate::changed;
  if (!is_kept || leaving.empty() || !protected_by("bound_triggers")) return {};
  return {{.sql = fmt::format(
               R"sql(SELECT 'trigger ' || t.tgname || ' names column ' || a.attname
  || ' (UPDATE OF or WHEN), which goes at contract: drop it, or create it without the column'
FROM pg_catalog.pg_trigger t
JOIN pg_catalog.pg_depend d ON d.classid = 'pg_trigger'::regclass AND d.objid = t.oid
  AND d.refclassid = 'pg_class'::regclass AND d.refobjid = t.tgrelid
JOIN pg_catalog.pg_attribute a ON a.attrelid = t.tgrelid AND a.attnum = d.refobjsubid
WHERE t.tgrelid = {table}::regclass AND NOT t.tgisinternal AND a.attname IN ({leaving})
  AND t.tgname !~ '(^ |~)segue_(insert|update)$'
  AND (t.tgtype & 3 = 3 OR t.tgconstraint <> 0 OR a.attname = ANY (ARRAY[{dropped}]::name[])
    OR NOT a.attnum = ANY (t.tgattr)
    OR split_part(pg_catalog.pg_get_triggerdef(t.oid), ' WHEN (', 2)
       ~ ('\.' || regexp_replace(quote_ident(a.attname), '(\W)', '\\\1', 'g') || '(?!\w)')))sql",
               fmt::arg("table", literal(relation(table.physical, context).quoted())),
               fmt::arg("leaving", fmt::join(leaving, ", ")),
               fmt::arg("dropped", fmt::join(dropped, ", "))),
           .expect = no_deviation(table.physical)}};
}

// Whatever its arguments are: their types may have to be looked for in the author's path.
std::string found_by_name(const model::ObjectOperation& op, const std::string& schema) {
  return fmt::format(
      R"sql(SELECT FROM pg_catalog.pg_proc AS p
JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
WHERE n.nspname = {} AND p.proname = {})sql",
      literal(schema), literal(op.name));
}

// Whole objects that expand made, and that nothing of the engine looks at again.
std::vector<Statement> missing_objects(const RenderContext& context) {
  std::vector<Statement> out;
  const MigrationState state = context.migration().state;
  if (state == MigrationState::expanding || state == MigrationState::reversing) return out;
  for (const model::ObjectOperation& op : change_of(context).objects) {
    if (op.action != model::ObjectAction::create) continue;
    const std::string what = model::described(op);
    out.push_back({.sql = fmt::format("SELECT {} WHERE NOT EXISTS ({})", literal(what),
                                      op.kind == model::ObjectKind::function
                                          ? found_by_name(op, context.catalog.schema)
                                          : found_object(op, context.catalog.schema)),
                   .expect = {.rule = Expectation::Rule::no_rows,
                              .kind = ErrorKind::drift,
                              .message = "{0} is gone"}});
  }
  return out;
}

}  // namespace

std::vector<Statement> trigger_drift(const model::TableChange& table,
                                     const RenderContext& context) {
  if (!table.has_sync() || !protected_by("drift_check")) return {};
  const std::string name = literal(relation(table.physical, context).quoted());
  const TriggerOrder order = trigger_order(context.catalog.table(table.physical));
  return {{.sql = fmt::format(R"sql(SELECT deviation FROM (
  SELECT 'trigger ' || wanted || ' is missing or not ENABLE ALWAYS' AS deviation
  FROM unnest(ARRAY[{ours}]) AS wanted
  WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_trigger t
    WHERE t.tgrelid = {table}::regclass AND t.tgname = wanted AND t.tgenabled = 'A')
  UNION ALL
  SELECT 'trigger ' || t.tgname || '{fault}'
  FROM pg_catalog.pg_trigger t
  WHERE t.tgrelid = {table}::regclass AND NOT t.tgisinternal AND t.tgtype & 3 = 3
    AND t.tgtype & 20 <> 0 AND t.tgname NOT IN ({ours}){outside}
  UNION ALL
  SELECT 'the table has children' FROM pg_catalog.pg_inherits WHERE inhparent = {table}::regclass
  UNION ALL
  SELECT 'row security was switched on, and the view ' || v.oid::regclass || ' shows every row'
  FROM pg_catalog.pg_class t
  JOIN pg_catalog.pg_depend d ON d.refobjid = t.oid AND d.refobjsubid > 0
    AND d.refclassid = 'pg_class'::regclass AND d.classid = 'pg_rewrite'::regclass
  JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid
  JOIN pg_catalog.pg_class v ON v.oid = r.ev_class
  WHERE t.oid = {table}::regclass AND t.relrowsecurity
    AND v.relnamespace = 'segue'::regnamespace
    AND NOT coalesce(v.reloptions @> ARRAY['security_invoker=true'], false)
) AS found)sql",
                              fmt::arg("ours", our_names(order)), fmt::arg("fault", fault(order)),
                              fmt::arg("outside", outside(order)), fmt::arg("table", name)),
           .expect = no_deviation(table.physical)}};
}

std::vector<Statement> drift_questions(const RenderContext& context) {
  std::vector<Statement> out;
  for (const model::TableChange& table : change_of(context).tables) {
    for (Statement& statement : trigger_drift(table, context)) out.push_back(std::move(statement));
    for (Statement& statement : bound_triggers(table, context)) out.push_back(std::move(statement));
  }
  return out;
}

std::vector<Statement> column_and_function_drift(const RenderContext& context) {
  std::vector<Statement> out;
  if (!protected_by("drift_check")) return out;
  out = missing_objects(context);
  const bool two_way = model::lives_twice(context.migration().state);
  for (const model::TableChange& table : change_of(context).tables) {
    if (!table.has_sync()) continue;
    out.push_back({.sql = missing_columns(table, context), .expect = no_deviation(table.physical)});
    const std::vector<Link> links =
        links_on(table.physical, context, two_way ? SyncMode::two_way : SyncMode::one_way);
    for (std::string& query : changed_functions(table.physical, links, context)) {
      out.push_back({.sql = std::move(query), .expect = no_deviation(table.physical)});
    }
  }
  return out;
}

}  // namespace segue::dialect::postgres
