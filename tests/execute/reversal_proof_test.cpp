// The proof of a reversal, over prints: what counts against it and what is only told.

#include "engine/execute/reversal_proof.hpp"

#include <catch2/catch.hpp>

#include "engine/dialect/dialect.hpp"

using namespace segue;
using execute::differences_of;
using execute::ReversalDifferences;

namespace {

model::Plan plan() {
  model::TableChange table{.before = "u", .after = "u", .physical = "u"};
  table.columns.push_back({.fate = model::ColumnFate::added, .after = "n", .new_physical = "n"});
  table.columns.push_back({.fate = model::ColumnFate::kept,
                           .before = "w",
                           .after = "w",
                           .old_physical = "w",
                           .new_physical = "w",
                           .shape_before = {.type = "character varying(10)"},
                           .shape = {.type = "character varying(40)"}});
  return {.changes = {{.migration = "m1", .tables = {table}}}};
}

const std::string before =
    "table u | owner | app\ncolumn u.id | type | integer\ncolumn u.id | nullable | not null\n"
    "column u.w | type | character varying(10)\nindex u_id | definition | CREATE INDEX u_id ON u "
    "(id)\n"
    "index v_id | definition | CREATE INDEX v_id ON v (id)\n";

std::string without(const std::string& line) {
  std::string out = before;
  out.erase(out.find(line), line.size() + 1);
  return out;
}

ReversalDifferences found(const std::string& now, bool has_others = false) {
  const model::Plan the_plan = plan();
  return differences_of({.before = before, .now = now, .plan = the_plan, .has_others = has_others});
}

}  // namespace

TEST_CASE("an equal print proves a reversal, also in another order", "[execute]") {
  CHECK(found(before).empty());
  const std::string line = "column u.id | type | integer\n";
  CHECK(found(without("column u.id | type | integer") + line).empty());
}

TEST_CASE("what is gone from a touched table counts, from others it is told", "[execute]") {
  CHECK(found(without("index u_id | definition | CREATE INDEX u_id ON u (id)")).ours ==
        std::vector<std::string>{"index u_id is gone"});
  const auto other = found(without("index v_id | definition | CREATE INDEX v_id ON v (id)"));
  CHECK(other.ours.empty());
  CHECK(other.foreign == std::vector<std::string>{"index v_id is gone"});
}

TEST_CASE("another shape counts, another owner is told", "[execute]") {
  CHECK(found(without("column u.id | nullable | not null")).ours.size() == 1);
  const auto owner = found(without("table u | owner | app") + "table u | owner | dba\n");
  CHECK(owner.ours.empty());
  CHECK(owner.foreign.empty() == false);
}

TEST_CASE("what is ours and still there counts, what others made is told", "[execute]") {
  CHECK(found(before + "column u.n | type | integer\n").ours.size() == 1);
  CHECK(found(before + "trigger ~segue_update on u | definition | x\n").ours.size() == 1);
  CHECK(found(before + "trigger ~segue_update on u | definition | x\n", true).empty());
  CHECK(found(before + "index u_dba | definition | CREATE INDEX u_dba ON u (id)\n").ours.empty());
}

TEST_CASE("a type that could not be narrowed was asked about", "[execute]") {
  CHECK(found(without("column u.w | type | character varying(10)") +
              "column u.w | type | character varying(40)\n")
            .ours.empty());
}

TEST_CASE("after an earlier migration's contract only leftovers count", "[execute]") {
  model::Plan moved = plan();
  moved.found[dialect::base_moved] = "true";
  const std::string now = without("column u.id | type | integer") + "column u.n | type | integer\n";
  const auto differences = differences_of({.before = before, .now = now, .plan = moved});
  CHECK(differences.ours == std::vector<std::string>{"column u.n is still there"});
}

TEST_CASE("SQLite: another text of a touched table counts", "[execute]") {
  const model::Plan the_plan = plan();
  const std::string was =
      "table u on u | definition | CREATE TABLE u (id | id)\n"
      "table v on v | definition | CREATE TABLE v (id)\nuser_version | value | 0\n";
  const std::string is =
      "table u on u | definition | CREATE TABLE u (id, n)\n"
      "table v on v | definition | CREATE TABLE v (k)\nuser_version | value | 3\n";
  const auto differences = differences_of({.before = was, .now = is, .plan = the_plan});
  CHECK(differences.ours ==
        std::vector<std::string>{"table u on u: definition is CREATE TABLE u (id, n), was CREATE "
                                 "TABLE u (id | id)"});
  CHECK(differences.foreign ==
        std::vector<std::string>{
            "table v on v: definition is CREATE TABLE v (k), was CREATE TABLE v (id)",
            "user_version: value is 3, was 0"});
}
