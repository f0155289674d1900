// Versions of contracted migrations, which the base still looks like. From the next swap on they
// refuse; with a soak already some time before it, so that a client that nobody has seen is noticed
// while the old shape is still there.

#include <fmt/format.h>

#include <algorithm>

#include "engine/dialect/postgres/context.hpp"
#include "engine/dialect/postgres/contract.hpp"
#include "engine/dialect/postgres/names.hpp"
#include "engine/dialect/postgres/views.hpp"

namespace segue::dialect::postgres {
namespace {

bool shows(const RetainedVersion& version, const std::string& table) {
  return std::find(version.tables.begin(), version.tables.end(), table) != version.tables.end();
}

}  // namespace

bool is_reshaped(const std::string& physical, const model::Change& change) {
  return std::any_of(change.tables.begin(), change.tables.end(), [&](const auto& table) {
    return table.physical == physical && table.fate != model::TableFate::created && table.differs();
  });
}

// Every retained version shows the base as it was: from now on it refuses, for tables that change
// and for all others that it has views of. A view that went on serving would keep the columns under
// it from being dropped by a later contract, which knows of this version no more.
std::vector<Statement> refusing_given_up(const RenderContext& context) {
  std::vector<Statement> out;
  const model::Version base = model::base_version(context.catalog, context.live);
  for (const RetainedVersion& retained : context.retained_versions) {
    const std::string schema = version_schema(context.catalog.schema, retained.version_schema);
    for (const model::VersionTable& table : base.tables) {
      const bool changes = is_reshaped(table.physical, change_of(context));
      if (!shows(retained, table.name) && !changes) continue;
      const VersionView view{table.name, table.physical, table.columns, false};
      const QualifiedName name{schema, table.name};
      out.push_back({.sql = fmt::format("DROP VIEW IF EXISTS {}", name)});
      append(out, refusing_view(name, view, retained.version_schema,
                                "contracted: it is no longer served", context));
      append(out, drop_inner_view(view, retained.ordinal, context));
    }
  }
  return out;
}

Script refuse_given_up(const RenderContext& context) {
  TransactionScript script = write_script();
  script.statements.push_back(
      {.sql = fmt::format("SET LOCAL lock_timeout = {}", context.settings.lock_budget_ms)});
  script.statements.push_back(author_search_path(context));
  append(script.statements, refusing_given_up(context));
  return script;
}

// Straight on the base, whose shape the version has: what is written through it counts as the
// base's.
Script serve_given_up(const RenderContext& context) {
  TransactionScript script = write_script();
  script.statements.push_back(
      {.sql = fmt::format("SET LOCAL lock_timeout = {}", context.settings.lock_budget_ms)});
  script.statements.push_back(author_search_path(context));
  const model::Version base = model::base_version(context.catalog, context.live);
  for (const RetainedVersion& retained : context.retained_versions) {
    const std::string schema = version_schema(context.catalog.schema, retained.version_schema);
    for (const model::VersionTable& table : base.tables) {
      const bool shown = shows(retained, table.name);
      if (!shown && !is_reshaped(table.physical, change_of(context))) continue;
      const QualifiedName name{schema, table.name};
      script.statements.push_back({.sql = fmt::format("DROP VIEW IF EXISTS {}", name)});
      if (!shown) continue;
      append(script.statements,
             serving_view(name, {table.name, table.physical, table.columns, false},
                          retained.ordinal, context));
    }
  }
  return script;
}

}  // namespace segue::dialect::postgres
