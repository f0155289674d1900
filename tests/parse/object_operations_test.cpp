#include <catch2/catch.hpp>

#include "reading.hpp"

using namespace segue;
using namespace segue::model;
using namespace segue::test;

namespace {

Lines problems_in(const std::string& operation, DatabaseKind kind = DatabaseKind::postgres) {
  return problems_of("operations:\n- " + operation + "\n", "0001_a.yaml", kind);
}

ObjectOperation read_one(const std::string& operation) {
  const auto result = read("operations:\n- " + operation + "\n", "0001_a.yaml");
  CAPTURE(lines_of(result.problems));
  REQUIRE(result.problems.empty());
  return std::get<ObjectOperation>(result.migrations.at(0).operations.at(0).body);
}

}  // namespace

TEST_CASE("operations on whole objects keep what they say", "[parse]") {
  const ObjectOperation view = read_one("create_view: {name: v, definition: SELECT 1 AS one}");
  CHECK(view.kind == ObjectKind::view);
  CHECK(view.action == ObjectAction::create);
  CHECK(view.definition.text == "SELECT 1 AS one");
  const ObjectOperation type = read_one("create_enum: {name: mood, values: [sad, 'yes', 012]}");
  CHECK(type.values == std::vector<std::string>{"sad", "yes", "012"});
  const ObjectOperation value = read_one("add_enum_value: {name: mood, value: a b, before: sad}");
  CHECK(value.action == ObjectAction::add_value);
  CHECK(value.values == std::vector<std::string>{"a b"});
  CHECK(value.before == "sad");
  const ObjectOperation function = read_one("drop_function: {name: f, arguments: 'integer, text'}");
  CHECK(function.arguments == "integer, text");
  CHECK(read_one("drop_trigger: {table: t, name: g}").table == "t");
  CHECK(read_one("create_sequence: {name: s}").definition.text.empty());
  CHECK(name_of(OperationBody{value}) == "add_enum_value");
}

TEST_CASE("definitions of objects are one statement of their kind", "[parse]") {
  CHECK(problems_in("create_view: {name: v, definition: SELEC 1}") ==
        Lines{"2:38 \"definition\" of create_view: syntax error at or near \"SELEC\""});
  CHECK(problems_in("create_materialized_view: {name: v, definition: SELECT 1; DROP TABLE t}") ==
        Lines{"2:51 \"definition\" of create_materialized_view: this is not one statement"});
  CHECK(
      problems_in("create_function: {name: f, definition: DROP TABLE t}") ==
      Lines{"2:42 \"definition\" of create_function: this makes something else than the operation "
            "says"});
  CHECK(
      problems_in("create_function: {name: f, definition: CREATE OR REPLACE FUNCTION f() RETURNS "
                  "int RETURN 1}") ==
      Lines{"2:42 \"definition\" of create_function cannot be OR REPLACE: what was replaced could "
            "not come back"});
  CHECK(problems_in("create_domain: {name: d}") ==
        Lines{"2:18 create_domain needs \"definition\""});
  CHECK(problems_in("create_sequence: {name: s, definition: INCREMENT}") ==
        Lines{"2:51 \"definition\" of create_sequence: syntax error at end of input"});
  CHECK(problems_in("create_view: {name: v, definition: {postgres: SELECT 1}}",
                    DatabaseKind::sqlite) ==
        Lines{"2:38 \"definition\" of create_view has no text for sqlite"});
  CHECK(
      problems_in("create_view: {name: v, definition: SELECT 1; SELECT 2}", DatabaseKind::sqlite) ==
      Lines{"2:38 \"definition\" of create_view cannot have a ';'"});
}

TEST_CASE("all problems of operations on objects are shown at once", "[parse]") {
  CHECK(problems_in("create_enum: {nam: mood, values: [a, a, [b]]}") ==
        Lines{"2:16 create_enum needs \"name\"",
              "2:17 unknown key \"nam\" in create_enum; did you mean \"name\"?",
              "2:40 the value \"a\" occurs twice",
              "2:43 a value of an enum must be text, not a list"});
  CHECK(problems_in("add_enum_value: {name: mood, value: x, before: a, after: b}") ==
        Lines{"2:19 add_enum_value takes \"before\" or \"after\", not both"});
  CHECK(problems_in("drop_function: {name: f, arguments: \"integer; x\"}") ==
        Lines{"2:40 \"arguments\" of drop_function cannot have a ';'"});
  CHECK(problems_in("create_vew: {name: v}") ==
        Lines{"2:3 unknown operation \"create_vew\"; did you mean \"create_view\"?"});
  CHECK(problems_in("drop_view:") == Lines{"2:3 drop_view has no keys"});
}

TEST_CASE("SQLite refuses objects that it does not have", "[parse]") {
  const auto sqlite = DatabaseKind::sqlite;
  CHECK(problems_in("create_enum: {name: m, values: [a]}", sqlite) ==
        Lines{"2:3 create_enum: SQLite has no enums: give the column a CHECK"});
  CHECK(problems_in("drop_sequence: {name: s}", sqlite) ==
        Lines{"2:3 drop_sequence: SQLite has no sequences"});
  CHECK(problems_in("drop_view: {name: v}", sqlite).empty());
}
