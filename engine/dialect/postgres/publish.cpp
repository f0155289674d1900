// A version's views: refusing from expand until publish, serving from publish on, refusing again
// after a reverse. Publish changes the form of sync and of the views in one transaction, so that no
// client of the new version can write before its writes reach the old side.

#include <fmt/format.h>

#include "engine/core/protection.hpp"
#include "engine/dialect/postgres/context.hpp"
#include "engine/dialect/postgres/contract.hpp"
#include "engine/dialect/postgres/names.hpp"
#include "engine/dialect/postgres/probe.hpp"
#include "engine/dialect/postgres/sync.hpp"
#include "engine/dialect/postgres/user_triggers.hpp"
#include "engine/dialect/postgres/views.hpp"

namespace segue::dialect::postgres {
namespace {

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
  for (const model::TableChange& table : change_of(context).tables) {
    append(script.statements, list_new_columns(table, context));
  }
  script.statements.push_back(author_search_path(context));
  const bool is_served = !context.migration().plan.found.contains(unserved);
  for (const VersionView& view : version_views(context, context.current)) {
    if (view.physical.empty() || !is_served) continue;
    append(script.statements, serving_view({schema_of(context), view.name}, view,
                                           change_of(context).ordinal, context));
  }
  script.statements.push_back(own_search_path());
  for (const model::TableChange& table : change_of(context).tables) {
    if (!table.has_sync()) continue;
    probe_old_side(script, table, context);
    probe_new_side(script, table, context);
  }
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
  for (const model::TableChange& table : change_of(context).tables) {
    append(script.statements, unlist_new_columns(table, context));
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
