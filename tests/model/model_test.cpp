#include <catch2/catch.hpp>

#include "engine/model/chain.hpp"

using namespace segue;
using namespace segue::model;

namespace {

ColumnChange replaced(const std::string& name, const std::string& from, const std::string& to) {
  ColumnChange c{.fate = ColumnFate::replaced, .before = name, .after = name, .old_physical = from,
                 .new_physical = to};
  c.up = Expression{.sql = {"f(" + name + ")", {"m.yaml", 3, 7}},
                    .arguments = {{name, from, "text"}}};
  c.shape.default_sql = "NULL";
  return c;
}

Change change_of_u(const std::string& migration, ColumnChange column) {
  Change change{.migration = migration, .version_schema = migration, .ordinal = 1};
  change.tables.push_back({.before = "u", .after = "u", .physical = "u", .columns = {std::move(column)}});
  return change;
}

Catalog catalog_with(const std::vector<std::string>& columns) {
  Catalog catalog;
  CatalogTable table{.name = "u"};
  for (const std::string& name : columns) table.columns.push_back({.name = name, .type = "text"});
  catalog.tables.push_back(table);
  return catalog;
}

}  // namespace

TEST_CASE("a stored plan reads back as itself", "[model]") {
  Plan plan{.changes = {change_of_u("0001_a", replaced("fn", "fn", "_segue_1_fn"))}};
  plan.steps.push_back({.id = "expand/01-install_sync:u", .kind = StepKind::install_sync, .table = "u",
                        .cost = CostClass::write, .transactional = false});
  plan.notes.push_back({"clients", "look out", "u"});
  plan.found["index:i"] = "CREATE INDEX i ON u (fn)";
  const Plan read = plan_from_json(to_json(plan));
  CHECK(to_json(read) == to_json(plan));
  CHECK(read.changes.front().tables.front().columns.front().shape.default_sql == "NULL");
  CHECK(read.steps.front().kind == StepKind::install_sync);
  CHECK_FALSE(read.steps.front().transactional);
  CHECK(read.hash() == plan.hash());
}

TEST_CASE("the hash of a plan is over what is done, not over words about it", "[model]") {
  Plan plan{.changes = {change_of_u("0001_a", replaced("fn", "fn", "_segue_1_fn"))}};
  plan.steps.push_back({.id = "x", .summary = "one"});
  Plan other = plan;
  other.steps.front().summary = "two";
  CHECK(other.hash() == plan.hash());
  other.steps.front().table = "v";
  CHECK(other.hash() != plan.hash());
}

TEST_CASE("an unknown word in the journal is our own mistake, told as such", "[model]") {
  CHECK_THROWS_AS(migration_state_from("nonsense"), Error);
  CHECK_THROWS_AS(plan_from_json("{"), Error);
}

TEST_CASE("the base version leaves out what live migrations added", "[model]") {
  const Catalog catalog = catalog_with({"fn", "_segue_1_fn", "note", "_segue"});
  ColumnChange note{.fate = ColumnFate::added, .after = "note", .new_physical = "note"};
  Change change = change_of_u("0001_a", replaced("fn", "fn", "_segue_1_fn"));
  change.tables.front().columns.push_back(note);
  const std::vector<LiveMigration> live{{.plan = {.changes = {change}}}};
  const Version base = base_version(catalog, live);
  REQUIRE(base.table("u") != nullptr);
  CHECK(base.table("u")->columns.size() == 1);
  const Version newest = newest_version(catalog, live);
  REQUIRE(newest.table("u")->columns.size() == 2);
  CHECK(newest.table("u")->column("fn")->physical == "_segue_1_fn");
}

TEST_CASE("a later change follows the names that a contract gives", "[model]") {
  const Change first = change_of_u("0001_a", replaced("fn", "fn", "_segue_1_fn"));
  Change renamed = first;
  renamed.tables.front().after = "people";
  const Change second = change_of_u("0002_b", replaced("fn", "_segue_1_fn", "_segue_2_fn"));
  const Change after = rebased(second, renamed);
  CHECK(after.tables.front().physical == "people");
  CHECK(after.tables.front().columns.front().old_physical == "fn");
  CHECK(after.tables.front().columns.front().new_physical == "_segue_2_fn");
  CHECK(after.tables.front().columns.front().up->arguments.front().physical == "fn");
}

TEST_CASE("two tables may exchange their names within one migration", "[model]") {
  Version before{.tables = {{.name = "a", .physical = "a"}, {.name = "b", .physical = "b"}}};
  Change change;
  change.tables = {{.before = "a", .after = "b", .physical = "a"},
                   {.before = "b", .after = "a", .physical = "b"}};
  const Version after = applied(before, change);
  CHECK(after.table("a")->physical == "b");
  CHECK(after.table("b")->physical == "a");
}
