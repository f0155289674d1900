// What a server is too old for is refused before anything is touched.

#include <catch2/catch.hpp>

#include "engine/dialect/dialect.hpp"

namespace segue::test {
namespace {

// What the planner says to an index and a constraint that take NULLs as equal.
std::string refusal_by(int server_version) {
  model::Catalog catalog;
  catalog.server_version = server_version;
  catalog.schema = "public";
  catalog.tables.emplace_back().name = "t";
  model::CreateIndex index;
  index.name = "i";
  index.columns.emplace_back().column = "a";
  index.nulls_not_distinct = true;
  index.where.line = 3;
  model::ConstraintSpec constraint;
  constraint.name = "c";
  constraint.type = model::ConstraintType::unique;
  constraint.columns = {"a"};
  constraint.nulls_not_distinct = true;
  model::Change change;
  change.migration = change.version_schema = "m";
  model::TableChange& table = change.tables.emplace_back();
  table.before = table.after = table.physical = "t";
  table.created_indexes.push_back(index);
  table.created_constraints.push_back(constraint);
  const model::Settings settings;
  const std::vector<dialect::LiveMigration> live;
  std::string out;
  try {
    static_cast<void>(dialect::make_postgres_dialect()->plan({catalog, live, {change}, settings}));
  } catch (const Error& error) {
    for (const Problem& problem : error.detail().problems) {
      out += std::to_string(problem.where.line) + " " + problem.message + "\n";
    }
  }
  return out;
}

}  // namespace

TEST_CASE("nulls_not_distinct is refused where the server does not know it", "[dialect]") {
  CHECK(refusal_by(150000).empty());
  const std::string since =
      "nulls_not_distinct is there from PostgreSQL 15 on, and this server is 14";
  CHECK(refusal_by(140023) == "3 index i: " + since + "\n0 constraint c: " + since + "\n");
}

}  // namespace segue::test
