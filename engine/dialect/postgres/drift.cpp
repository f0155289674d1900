// What somebody else may have changed under a migration in flight: columns renamed or dropped
// (hazard P28), sync functions replaced. Triggers are looked at in preflight.cpp beside their
// rules.

#include <fmt/format.h>

#include <set>

#include "engine/core/protection.hpp"
#include "engine/dialect/postgres/context.hpp"
#include "engine/dialect/postgres/drift.hpp"
#include "engine/dialect/postgres/sync.hpp"

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

}  // namespace

std::vector<Statement> column_and_function_drift(const RenderContext& context) {
  std::vector<Statement> out;
  if (!protected_by("drift_check")) return out;
  const MigrationState state = context.migration().state;
  const bool two_way = state == MigrationState::migrated || state == MigrationState::contracting;
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
