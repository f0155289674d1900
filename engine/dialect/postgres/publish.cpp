// A version's views: refusing from expand until publish, serving from publish on, refusing again
// after a reverse. Publish changes the form of sync and of the views in one transaction, so that no
// client of the new version can write before its writes reach the old side.

#include <fmt/format.h>

#include <set>

#include "engine/core/protection.hpp"
#include "engine/dialect/postgres/context.hpp"
#include "engine/dialect/postgres/contract.hpp"
#include "engine/dialect/postgres/names.hpp"
#include "engine/dialect/postgres/sync.hpp"
#include "engine/dialect/postgres/views.hpp"

namespace segue::dialect::postgres {
namespace {

void append(std::vector<Statement>& to, std::vector<Statement> from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

std::string schema_of(const RenderContext& context) {
  return version_schema(context.catalog.schema, change_of(context).version_schema);
}

std::vector<std::string> synced_tables(const RenderContext& context) {
  std::vector<std::string> out;
  for (const model::TableChange& table : change_of(context).tables) {
    if (table.has_sync()) out.push_back(table.physical);
  }
  return out;
}

void append_refusing(TransactionScript& script, const RenderContext& context,
                     const std::string& reason) {
  for (const VersionView& view : version_views(context, context.current)) {
    const std::string why = view.physical.empty()
                                ? "without table " + view.name + ": it was dropped or renamed"
                                : reason;
    append(script.statements, refusing_view({schema_of(context), view.name}, view,
                                            change_of(context).version_schema, why, context));
  }
}

std::vector<QualifiedName> view_names(const RenderContext& context) {
  std::vector<QualifiedName> names;
  for (const VersionView& view : version_views(context, context.current)) {
    names.push_back({schema_of(context), view.name});
  }
  return names;
}

// One row takes the new side's values from another row in which they differ: a write that changes
// nothing leaves the old side as it is, also where the mapping loses something.
std::string probe_text(const QualifiedName& table, const std::set<std::string>& news,
                       const std::string& changed, const std::string& wrong) {
  std::vector<std::string> columns, values, sets;
  for (const std::string& column : news) {
    const Identifier c(column);
    const std::string value = fmt::format("_segue_v{}", sets.size() + 1);
    columns.push_back(c.quoted());
    values.push_back(fmt::format("other.{} AS {}", c, value));
    sets.push_back(fmt::format("{} = source.{}", c, value));
  }
  return fmt::format(
      R"sql(WITH one AS MATERIALIZED (SELECT ctid AS _segue_at, {columns} FROM ONLY {table} LIMIT 1),
  source AS MATERIALIZED (
    SELECT one._segue_at, {values} FROM one, (SELECT {columns} FROM ONLY {table} LIMIT 100) AS other
    WHERE {changed} LIMIT 1)
UPDATE ONLY {table} AS t SET {sets} FROM source WHERE t.ctid = source._segue_at RETURNING ({wrong})::text)sql",
      fmt::arg("columns", fmt::join(columns, ", ")), fmt::arg("table", table),
      fmt::arg("values", fmt::join(values, ", ")), fmt::arg("changed", changed),
      fmt::arg("sets", fmt::join(sets, ", ")), fmt::arg("wrong", wrong));
}

// Writes through the new side and sees the old side follow.
std::vector<Statement> probe_new_side(const RenderContext& context) {
  std::vector<Statement> out;
  for (const model::TableChange& table : change_of(context).tables) {
    const QualifiedName name = relation(table.physical, context);
    for (const Group& group : groups_of(table, change_of(context).ordinal)) {
      std::vector<std::string> changed, wrong;
      for (const Rule& rule : group.backward) {
        if (rule.presumed == model::ExpressionClass::weak) continue;
        wrong.push_back(differs(Identifier(rule.target).quoted(), call(rule, ""),
                                bytes_column(table.physical, rule.target, context)));
      }
      for (const std::string& column : group.news) {
        const std::string c = Identifier(column).quoted();
        changed.push_back(
            differs("one." + c, "other." + c, bytes_column(table.physical, column, context)));
      }
      if (wrong.empty() || changed.empty()) continue;
      out.push_back(
          {.sql = probe_text(name, group.news, fmt::format("({})", fmt::join(changed, " OR ")),
                             fmt::format("{}", fmt::join(wrong, " OR "))),
           .expect = {
               .rule = Expectation::Rule::value,
               .value = "false",
               .kind = ErrorKind::check_failed,
               .message = fmt::format("probe of {}: the old side did not follow a write through "
                                      "the new one",
                                      name.plain())}});
    }
  }
  return out;
}

}  // namespace

Script create_version(const RenderContext& context) {
  TransactionScript script = write_script();
  const Identifier schema(schema_of(context));
  script.statements.push_back({.sql = fmt::format("CREATE SCHEMA IF NOT EXISTS {}", schema)});
  if (protected_by("version_usage")) {
    script.statements.push_back({.sql = fmt::format("GRANT USAGE ON SCHEMA {} TO PUBLIC", schema)});
  }
  // What an earlier, reversed attempt left behind may have other columns.
  for (const VersionView& view : version_views(context, context.current)) {
    script.statements.push_back(
        {.sql = fmt::format("DROP VIEW IF EXISTS {}", QualifiedName{schema.name(), view.name})});
  }
  if (protected_by("refusing_views")) {
    script.statements.push_back(author_search_path(context));
    append_refusing(script, context, "not served yet");
  }
  return script;
}

Script take_back_version(const RenderContext& context) {
  TransactionScript script = write_script();
  if (!protected_by("taken_back_views")) {
    script.statements.push_back(
        {.sql = fmt::format("SELECT segue.drop_version({})", literal(schema_of(context)))});
    return script;
  }
  script.statements.push_back(author_search_path(context));
  append_refusing(script, context, "taken back");
  return script;
}

Script publish(const RenderContext& context) {
  const std::vector<std::string> tables = synced_tables(context);
  TransactionScript script =
      ladder_script(tables, "SHARE ROW EXCLUSIVE", context, view_names(context));
  for (const std::string& table : tables) {
    append(script.statements,
           sync_statements(table, links_on(table, context, SyncMode::two_way), context));
  }
  script.statements.push_back(author_search_path(context));
  const bool is_served = !context.migration().plan.found.contains(unserved);
  for (const VersionView& view : version_views(context, context.current)) {
    if (view.physical.empty() || !is_served) continue;
    append(script.statements, serving_view({schema_of(context), view.name}, view,
                                           change_of(context).ordinal, context));
  }
  script.statements.push_back(own_search_path());
  script.probe = probe_new_side(context);
  script.fresh_connection = !script.probe.empty();
  return script;
}

Script unpublish(const RenderContext& context) {
  const std::vector<std::string> tables = synced_tables(context);
  TransactionScript script =
      ladder_script(tables, "ACCESS EXCLUSIVE", context, view_names(context));
  for (const std::string& table : tables) {
    append(script.statements,
           sync_statements(table, links_on(table, context, SyncMode::one_way), context));
  }
  script.statements.push_back(author_search_path(context));
  append_refusing(script, context, "taken back");
  for (const VersionView& view : version_views(context, context.current)) {
    if (view.has_sync) {
      append(script.statements, drop_inner_view(view, change_of(context).ordinal, context));
    }
  }
  return script;
}

}  // namespace segue::dialect::postgres
