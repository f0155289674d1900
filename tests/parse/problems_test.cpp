#include <catch2/catch.hpp>

#include "reading.hpp"

using namespace segue;
using namespace segue::test;

namespace {

// The problems of one operation in a line of its own: columns count from the start of `operation`.
Lines problems_in(const std::string& operation,
                  model::DatabaseKind kind = model::DatabaseKind::postgres) {
  return problems_of("operations:\n- " + operation + "\n", "0001_a.yaml", kind);
}

const std::string alter = "alter_column: {table: t, column: c, type: text, ";

}  // namespace

TEST_CASE("unknown keys are reported with the nearest known key", "[parse]") {
  CHECK(problems_in("drop_column: {tabel: t, column: c}") ==
        Lines{"2:16 drop_column needs \"table\"",
              "2:17 unknown key \"tabel\" in drop_column; did you mean \"table\"?"});
  CHECK(problems_in("drop_table: {name: t, zzzzzz: 1}") ==
        Lines{"2:25 unknown key \"zzzzzz\" in drop_table"});
  CHECK(problems_of("operation: []\n") ==
        Lines{"1:1 unknown key \"operation\" in the file; did you mean \"operations\"?",
              "1:1 the file has neither operations nor phases"});
  CHECK(problems_in("add_colum: {}") ==
        Lines{"2:3 unknown operation \"add_colum\"; did you mean \"add_column\"?"});
}

TEST_CASE("duplicate keys are reported, since one of them would be lost", "[parse]") {
  CHECK(problems_of("operations:\n  - drop_table:\n      name: a\n      name: b\n") ==
        Lines{"4:7 duplicate key \"name\" in drop_table, first in line 3"});
  CHECK(problems_of("{\"operations\": [{\"drop_table\": {\"name\": \"a\", \"name\": \"b\"}}]}",
                    "a.json") ==
        Lines{"1:46 duplicate key \"name\" in drop_table, first in line 1"});
  CHECK(problems_in("create_index: {name: i, table: t, columns: {a: {}, a: {}}}") ==
        Lines{"2:54 duplicate key \"a\" in \"columns\" of create_index, first in line 2"});
}

TEST_CASE("a wrong shape is named with what was found", "[parse]") {
  CHECK(problems_of("operations: {drop_table: {name: t}}") ==
        Lines{"1:13 \"operations\" of the file must be a list, not a map"});
  CHECK(problems_of("- a\n") ==
        Lines{"1:1 the file must be a map with \"operations\", not a list"});
  CHECK(problems_in("drop_table: t") == Lines{"2:15 drop_table must be a map, not \"t\""});
  CHECK(problems_in("drop_table:") == Lines{"2:3 drop_table has no keys"});
  CHECK(problems_in("drop_table: {name: [t]}") ==
        Lines{"2:22 \"name\" of drop_table must be text, not a list"});
  CHECK(problems_in("drop_table: {name: }") == Lines{"2:16 \"name\" of drop_table has no value"});
  CHECK(problems_in("create_table: {name: t, columns: {a: b}}") ==
        Lines{"2:36 \"columns\" of create_table must be a list, not a map"});
  CHECK(problems_in("create_table: {name: t, columns: []}") ==
        Lines{"2:36 \"columns\" of create_table is an empty list"});
  CHECK(problems_in("create_table: {name: t, columns: [a]}") ==
        Lines{"2:37 a column must be a map, not \"a\""});
  CHECK(problems_in("[a]") ==
        Lines{"2:3 an operation must be a map from its name to its keys, not a list"});
}

TEST_CASE("keys that stand too far to the left are recognised", "[parse]") {
  CHECK(problems_of("operations:\n  - drop_column:\n    table: t\n    column: c\n") ==
        Lines{"2:5 an operation has one key, its name; here are 3: \"drop_column\", \"table\", "
              "\"column\""});
}

TEST_CASE("booleans are true and false, and nothing that looks like them", "[parse]") {
  for (const std::string value : {"yes", "on", "1", "True", "FALSE", "~"}) {
    CAPTURE(value);
    CHECK(problems_in("sql: {up: x, onComplete: " + value + "}").size() == 1);
  }
  CHECK(problems_in("sql: {up: x, onComplete: yes}") ==
        Lines{"2:28 \"onComplete\" of sql must be true or false, not \"yes\""});
  CHECK(problems_in("sql: {up: x, onComplete: \"true\"}") ==
        Lines{"2:28 \"onComplete\" of sql must be true or false, not the text \"true\""});
}

TEST_CASE("a file must ask for something", "[parse]") {
  CHECK(problems_of("operations: []") == Lines{"1:13 \"operations\" of the file is an empty list"});
  CHECK(problems_of("operations:\n") == Lines{"1:1 \"operations\" of the file has no value"});
  CHECK(problems_of("version_schema: a\n") ==
        Lines{"1:1 the file has neither operations nor phases"});
  CHECK(problems_of("phases: {expand: []}") == Lines{"1:1 phases has no step"});
  CHECK(problems_of("phases: {}") == Lines{"1:1 phases has no step"});
  CHECK(problems_in("alter_column: {table: t, column: c, up: c, down: c}") ==
        Lines{"2:17 alter_column changes nothing: give type, nullable, default, comment, unique, "
              "check or references"});
}

TEST_CASE("names fit the database", "[parse]") {
  const std::string fits(63, 'x');
  const std::string too_long(64, 'x');
  CHECK(problems_in("drop_table: {name: " + fits + "}").empty());
  CHECK(problems_in("drop_table: {name: " + too_long + "}") ==
        Lines{"2:22 \"name\" of drop_table has 64 bytes; PostgreSQL keeps only 63 of a name"});
  CHECK(problems_in("drop_table: {name: " + too_long + "}", model::DatabaseKind::sqlite).empty());
  CHECK(problems_in("drop_table: {name: \"\"}") == Lines{"2:22 \"name\" of drop_table is empty"});
  CHECK(problems_in("drop_table: {name: s." + fits + "}").empty());
  CHECK(problems_in("drop_table: {name: s.}") == Lines{"2:22 \"name\" of drop_table is empty"});
  CHECK(problems_in("create_index: {name: i, table: t, columns: [" + too_long + "]}").size() == 1);
  CHECK(problems_in("create_index: {name: i, table: t, columns: {" + too_long + ": {}}}").size() ==
        1);
  CHECK(
      problems_of("version_schema: " + too_long + "\noperations: [{drop_table: {name: t}}]") ==
      Lines{
          "1:17 \"version_schema\" of the file has 64 bytes; PostgreSQL keeps only 63 of a name"});
  CHECK(
      problems_of("operations: [{drop_table: {name: t}}]", too_long + ".yaml") ==
      Lines{"1:1 the file's name, which is its version_schema unless that is given, has 64 bytes; "
            "PostgreSQL keeps only 63 of a name"});
  CHECK(problems_of("version_schema: v\noperations: [{drop_table: {name: t}}]", too_long + ".yaml")
            .empty());
}

TEST_CASE("what is named but not built is refused by name", "[parse]") {
  for (const std::string name : {"move_column", "split_table"}) {
    CHECK(problems_in(name + ": {a: b}") == Lines{"2:3 operation " + name + " is not built yet"});
  }
  for (const std::string key : {"requires", "verify", "hooks", "gates", "retain", "strategy",
                                "throttle", "owner", "ticket"}) {
    CHECK(problems_of("operations: [{drop_table: {name: t}}]\n" + key + ": x\n") ==
          Lines{"2:1 \"" + key + "\" in the file is not built yet"});
  }
  CHECK(problems_in(alter + "up: {table: o, value: v, where: w}}") ==
        Lines{"2:55 \"up\" of alter_column from another table is not built yet"});
  CHECK(problems_in("drop_table: {name: t, strategy: pair}") ==
        Lines{"2:25 \"strategy\" in drop_table is not built yet"});
}

TEST_CASE("what SQLite cannot keep is refused by name and place", "[parse]") {
  const auto check = [](const std::string& operation, const std::string& expected) {
    CHECK(problems_in(operation).empty());
    const Lines refused = problems_in(operation, model::DatabaseKind::sqlite);
    REQUIRE(refused.size() == 1);
    CHECK_THAT(refused[0], Catch::StartsWith(expected));
  };
  check("rename_column: {table: t, from: a, to: b, dual: true}",
        "2:45 \"dual\" in rename_column is not there on SQLite: ");
  const std::string table = "create_table: {name: t, columns: [{name: a, type: int}], ";
  check(table + "unlogged: true}", "2:60 \"unlogged\" in create_table is not there on SQLite: ");
  check(table + "partition_by: list (a)}",
        "2:60 \"partition_by\" in create_table is not there on SQLite: ");
  const std::string index = "create_index: {name: i, table: t, columns: [a], ";
  check(index + "include: [b]}", "2:51 \"include\" in create_index is not there on SQLite: ");
  check(index + "unique: true, nulls_not_distinct: true}",
        "2:65 \"nulls_not_distinct\" in create_index is not there on SQLite: ");
  CHECK(problems_in(index + "nulls_not_distinct: false}", model::DatabaseKind::sqlite).empty());
  check(index + "method: gin}", "2:51 \"method\" in create_index is not there on SQLite: ");
  check(index + "storage_parameters: fillfactor=70}",
        "2:51 \"storage_parameters\" in create_index is not there on SQLite: ");
  CHECK(problems_in(index + "method: btree}", model::DatabaseKind::sqlite).empty());
  const std::string column = "create_index: {name: i, table: t, columns: [{column: a, ";
  check(column + "opclass: {name: text_pattern_ops}}]}",
        "2:59 \"opclass\" in a column of create_index is not there on SQLite: ");
  check(column + "nulls: LAST}]}",
        "2:59 \"nulls\" in a column of create_index is not there on SQLite: ");
  check(column + "sort: DESC, nulls: FIRST}]}",
        "2:71 \"nulls\" in a column of create_index is not there on SQLite: ");
  CHECK(problems_in(column + "sort: DESC, nulls: LAST}]}", model::DatabaseKind::sqlite).empty());
  CHECK(problems_in(table + "partition_by: a}") ==
        Lines{"2:60 \"partition_by\" of create_table begins with RANGE, LIST or HASH"});
  CHECK(problems_in(table + "unlogged: true, partition_by: HASH (a)}").size() == 1);
}

TEST_CASE("operations on constraints name what they lack", "[parse]") {
  CHECK(problems_in("create_constraint: {table: t, name: c, type: check, columns: [a]}") ==
        Lines{"2:22 a constraint of type check needs \"check\""});
  CHECK(problems_in("create_constraint: {table: t, name: c, type: unique, columns: [a], "
                    "check: a > 1}") ==
        Lines{"2:70 \"check\" means nothing to a constraint of type unique"});
  CHECK(problems_in("create_constraint: {table: t, name: c, type: unique, columns: [a], "
                    "up: {b: a}}") ==
        Lines{"2:22 create_constraint: \"b\" has an expression and is not among its \"columns\""});
  CHECK(problems_in("create_constraint: {table: t, name: c, type: foreign_key, columns: [a, b], "
                    "references: {table: p, columns: [x]}}") ==
        Lines{"2:90 2 columns reference 1"});
  CHECK(problems_in("drop_multicolumn_constraint: {table: t, name: c, up: a}") ==
        Lines{"2:56 \"up\" of drop_multicolumn_constraint must be a map, not \"a\""});
  CHECK(problems_in("rename_constraint: {table: t, from: a}") ==
        Lines{"2:22 rename_constraint needs \"to\""});
  CHECK(problems_in("set_replica_identity: {table: t, identity: {type: index}}") ==
        Lines{"2:46 identity needs \"index\""});
  CHECK(problems_in("set_replica_identity: {table: t, identity: {type: full, index: i}}") ==
        Lines{"2:46 identity: \"index\" means nothing beside another type"});
}

TEST_CASE("a choice is one of its values", "[parse]") {
  CHECK(
      problems_in(alter + "strategy: quick}") ==
      Lines{"2:61 \"strategy\" of alter_column must be one of pair, rebuild, at_contract, direct, "
            "not \"quick\""});
  for (const std::string value : {"pair", "rebuild", "at_contract", "direct"}) {
    CHECK(problems_in(alter + "strategy: " + value + "}").empty());
  }
  CHECK(problems_in(alter + "on_error: skip}") ==
        Lines{"2:61 \"on_error\" of alter_column must be one of fail, leave, not \"skip\""});
}

TEST_CASE("up per database names known databases and has the wanted one", "[parse]") {
  CHECK(problems_in(alter + "up: {sqlite: c}}") ==
        Lines{"2:55 \"up\" of alter_column has no text for postgres"});
  CHECK(problems_in(alter + "up: {postgres: c}}", model::DatabaseKind::sqlite) ==
        Lines{"2:55 \"up\" of alter_column has no text for sqlite"});
  CHECK(problems_in(alter + "up: {postgres: c, mysql: c}}") ==
        Lines{"2:69 unknown key \"mysql\" in \"up\" of alter_column"});
  CHECK(problems_in(alter + "up: {postgres: [c], sqlite: c}}") ==
        Lines{"2:66 \"postgres\" of \"up\" of alter_column must be text, not a list"});
  CHECK(problems_in(alter + "up: {postgres: c, sqlite: [c]}}").size() == 1);
  CHECK(problems_in(alter + "up: [c]}") ==
        Lines{"2:55 \"up\" of alter_column must be text, not a list"});
}

TEST_CASE("a constraint has what its type needs and nothing else", "[parse]") {
  const auto constraint = [](const std::string& text) {
    return problems_of(
        "operations:\n- create_table:\n    name: t\n    columns: [{name: a, type: int}]\n"
        "    constraints:\n    - " +
        text + "\n");
  };
  CHECK(constraint("{name: x, type: check}") ==
        Lines{"6:7 a constraint of type check needs \"check\""});
  CHECK(constraint("{name: x, type: unique}") == Lines{"6:7 a constraint needs \"columns\""});
  CHECK(constraint("{name: x, type: foreign_key, columns: [a]}") ==
        Lines{"6:7 a constraint of type foreign_key needs \"references\""});
  CHECK(constraint("{name: x, type: unique, columns: [a], check: a > 0}") ==
        Lines{"6:45 \"check\" means nothing to a constraint of type unique"});
  CHECK(constraint("{name: x, type: foreign_key, columns: [a], references: {table: o, columns: [b, "
                   "c]}}") == Lines{"6:62 1 columns reference 2"});
  CHECK(
      constraint("{name: x, type: other}") ==
      Lines{"6:23 \"type\" of a constraint must be one of unique, check, primary_key, foreign_key, "
            "exclude, not \"other\""});
}

TEST_CASE("SQLite: what runs outside of a transaction can be asked whether it ran", "[parse]") {
  const auto problems = [](const std::string& step) {
    return problems_of("phases: {expand: [{" + step + ", transaction: false}]}", "0001_a.yaml",
                       model::DatabaseKind::sqlite);
  };
  CHECK(problems("sql: VACUUM").empty());
  CHECK(problems("sql: \"/* now */ pragma journal_mode = wal;\"").empty());
  CHECK(problems("sql: DELETE FROM t, verify: SELECT 1").empty());
  CHECK_THAT(problems("sql: DELETE FROM t").at(0), Catch::Contains("needs a \"verify\""));
  CHECK_THAT(problems("sql: \"VACUUM; DELETE FROM t\"").at(0), Catch::Contains("one statement"));
  CHECK(problems_of("phases: {expand: [{sql: DELETE FROM t, transaction: false}]}").empty());
}

TEST_CASE("phases are checked step by step", "[parse]") {
  CHECK(problems_of("phases: {expand: [{reverse: x}]}") ==
        Lines{"1:19 a step of phases needs \"sql\" or \"backfill\", and only one"});
  CHECK(problems_of("phases: {expand: [{backfill: {table: t, set: {a: b}}}]}") ==
        Lines{"1:30 a backfill belongs to migrate, not to expand"});
  CHECK(problems_of("phases: {migrate: [{backfill: {table: t, set: {}}}]}") ==
        Lines{"1:47 \"set\" of backfill is an empty map"});
  CHECK(
      problems_of("phases: {migrate: [{backfill: {table: t, set: {a: b}}, transaction: true}]}") ==
      Lines{"1:56 \"transaction\" means nothing to a backfill"});
  CHECK(problems_of("phases: {before: []}").at(0) == "1:1 phases has no step");
  CHECK(problems_of("phases: [a]") == Lines{"1:9 phases must be a map, not a list"});
}

TEST_CASE("two columns of one name are a problem, by the database's own comparison", "[parse]") {
  const std::string table =
      "create_table: {name: t, columns: [{name: a, type: int}, {name: A, type: int}]}";
  CHECK(problems_in(table).empty());
  CHECK(problems_in(table, model::DatabaseKind::sqlite) ==
        Lines{"2:59 create_table has two columns named \"A\""});
}

TEST_CASE("all problems of a file are shown, in the order of its lines, and it is not read",
          "[parse]") {
  const auto result =
      read("operations:\n- drop_table: {nam: t}\n- sql: {up: ''}\n- sqll: {}\nowner: me\n");
  CHECK(result.migrations.empty());
  CHECK(lines_of(result.problems) ==
        Lines{"2:15 drop_table needs \"name\"",
              "2:16 unknown key \"nam\" in drop_table; did you mean \"name\"?",
              "3:14 \"up\" of sql: nothing but spaces and comments",
              "4:3 unknown operation \"sqll\"; did you mean \"sql\"?",
              "5:1 \"owner\" in the file is not built yet"});
}

TEST_CASE("a name inside of the file is accepted only if it is the file's", "[parse]") {
  const std::string text = "name: 0001_a\noperations: [{drop_table: {name: t}}]\n";
  CHECK(problems_of(text).empty());
  CHECK(problems_of(text, "0002_b.yaml") ==
        Lines{"1:7 a migration is named by its file, \"0002_b\", and not \"0001_a\""});
}
