#include <fmt/format.h>

#include "engine/dialect/postgres/preflight.hpp"

namespace segue::dialect::postgres {
namespace {

constexpr int nulls_not_distinct_since = 150000;

Problem too_old(const std::string& name, const SourceLocation& where, int version) {
  return {
      fmt::format("{}: nulls_not_distinct is there from PostgreSQL 15 on, and this server is {}",
                  name, version / 10000),
      where};
}

}  // namespace

std::vector<Problem> beyond_the_server(const model::Change& change, const PlanInput& input) {
  std::vector<Problem> out;
  const int version = input.catalog.server_version;
  if (version >= nulls_not_distinct_since) return out;
  const auto constraints = [&](const std::vector<model::ConstraintSpec>& of) {
    for (const model::ConstraintSpec& c : of) {
      if (c.nulls_not_distinct) out.push_back(too_old("constraint " + c.name, c.where, version));
    }
  };
  for (const model::TableChange& table : change.tables) {
    for (const model::CreateIndex& index : table.created_indexes) {
      if (!index.nulls_not_distinct) continue;
      out.push_back(too_old("index " + index.name, index.where, version));
    }
    constraints(table.created_constraints);
    if (table.create) constraints(table.create->constraints);
  }
  return out;
}

}  // namespace segue::dialect::postgres
