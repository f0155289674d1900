#include <catch2/catch.hpp>

#include "reading.hpp"

using namespace segue;
using namespace segue::model;
using namespace segue::test;

namespace {
// Reads without problems, or the test stops and shows them.
parse::ReadResult read_valid(const std::string& text, DatabaseKind kind = DatabaseKind::postgres) {
  auto result = read(text, "0001_a.yaml", kind);
  CAPTURE(lines_of(result.problems));
  REQUIRE(result.problems.empty());
  REQUIRE(result.migrations.size() == 1);
  return result;
}
}  // namespace

TEST_CASE("a migration is named by its file and published under version_schema", "[parse]") {
  const auto plain = read("operations: [{drop_table: {name: t}}]", "some/dir/0007_x.y.yaml");
  REQUIRE(plain.migrations.size() == 1);
  CHECK(plain.migrations[0].name == "0007_x.y");
  CHECK(plain.migrations[0].version_schema == "0007_x.y");
  CHECK(plain.migrations[0].file == "some/dir/0007_x.y.yaml");
  const auto alias = read_valid("version_schema: alias\noperations: [{drop_table: {name: t}}]");
  CHECK(alias.migrations[0].name == "0001_a");
  CHECK(alias.migrations[0].version_schema == "alias");
}

TEST_CASE("create_table keeps every facet of its columns", "[parse]") {
  const auto table = only<CreateTable>(read_valid(R"(
operations:
  - create_table:
      name: orders
      comment: what was ordered
      columns:
        - {name: id, type: bigint, pk: true, generated: {identity: {sequence_options: "START 5"}}}
        - name: code
          type: varchar(20)
          unique: true
          nullable: true
          default: "'x'"
          comment: for people
          check: {name: code_length, constraint: length(code) > 3, no_inherit: true}
        - name: customer
          type: int
          references: {name: fk, table: customers, column: id, on_delete: set null,
                       on_update: CASCADE, match_type: FULL, deferrable: true,
                       initially_deferred: true}
        - {name: total, type: 'numeric(10, 2)', generated: {expression: price * amount}}
)"));
  CHECK(table.name == "orders");
  CHECK(table.comment == "what was ordered");
  REQUIRE(table.columns.size() == 4);
  CHECK(table.columns[0].pk);
  CHECK_FALSE(table.columns[0].nullable);
  CHECK(table.columns[0].generated->is_identity);
  CHECK(table.columns[0].generated->identity_user_specified_values == "ALWAYS");
  CHECK(table.columns[0].generated->identity_sequence_options == "START 5");
  const ColumnSpec& code = table.columns[1];
  CHECK(code.type == "varchar(20)");
  CHECK(code.unique);
  CHECK(code.nullable);
  CHECK(code.default_value->text == "'x'");
  CHECK(code.comment == "for people");
  CHECK(code.check->name == "code_length");
  CHECK(code.check->expression.text == "length(code) > 3");
  CHECK(code.check->no_inherit);
  CHECK(code.where == SourceLocation{"0001_a.yaml", 8, 11});
  const ReferencesSpec& references = *table.columns[2].references;
  CHECK(references.table == "customers");
  CHECK(references.columns == std::vector<std::string>{"id"});
  CHECK(references.on_delete == "SET NULL");
  CHECK(references.on_update == "CASCADE");
  CHECK(references.match_type == "FULL");
  CHECK(references.deferrable);
  CHECK(references.initially_deferred);
  CHECK(table.columns[3].generated->expression->text == "price * amount");
}

TEST_CASE("create_table keeps its constraints", "[parse]") {
  const auto table = only<CreateTable>(read_valid(R"(
operations:
  - create_table:
      name: t
      columns: [{name: a, type: int}, {name: b, type: int}]
      constraints:
        - {name: u, type: unique, columns: [a, b], nulls_not_distinct: true, deferrable: true,
           index_parameters: {tablespace: fast, storage_parameters: fillfactor = 70,
                              include_columns: [b]}}
        - {name: c, type: check, check: a < b, no_inherit: true}
        - {name: p, type: primary_key, columns: [a]}
        - {name: f, type: foreign_key, columns: [a], initially_deferred: true, deferrable: true,
           references: {table: other, columns: [x], on_delete: SET NULL,
                        on_delete_set_columns: [a]}}
        - {name: x, type: exclude,
           exclude: {index_method: gist, elements: a WITH =, predicate: b > 0}}
)"));
  REQUIRE(table.constraints.size() == 5);
  CHECK(table.constraints[0].type == ConstraintType::unique);
  CHECK(table.constraints[0].columns == std::vector<std::string>{"a", "b"});
  CHECK(table.constraints[0].nulls_not_distinct);
  CHECK(table.constraints[0].index_tablespace == "fast");
  CHECK(table.constraints[0].index_storage_parameters == "fillfactor = 70");
  CHECK(table.constraints[0].index_include_columns == std::vector<std::string>{"b"});
  CHECK(table.constraints[1].check->text == "a < b");
  CHECK(table.constraints[1].no_inherit);
  CHECK(table.constraints[2].type == ConstraintType::primary_key);
  CHECK(table.constraints[3].references->on_delete_set_columns == std::vector<std::string>{"a"});
  CHECK(table.constraints[3].references->initially_deferred);
  CHECK(table.constraints[4].exclude_index_method == "gist");
  CHECK(table.constraints[4].exclude_elements == "a WITH =");
  CHECK(table.constraints[4].exclude_predicate == "b > 0");
}

TEST_CASE("operations on columns are read whole", "[parse]") {
  const auto add = only<AddColumn>(
      read_valid("operations: [{add_column: {table: s.t, column: {name: c, type: int}, up: a + 1,"
                 " on_error: leave, strategy: pair}}]"));
  CHECK(add.table == "s.t");
  CHECK(add.column.name == "c");
  CHECK(add.up->text == "a + 1");
  CHECK(add.on_error == OnError::leave);
  CHECK(add.strategy == "pair");
  const auto drop =
      only<DropColumn>(read_valid("operations: [{drop_column: {table: t, column: c, down: 0}}]"));
  CHECK(drop.column == "c");
  CHECK(drop.down->text == "0");
  const auto rename = only<RenameColumn>(read_valid(
      "operations: [{rename_column: {table: t, from: a, to: b, strategy: at_contract}}]"));
  CHECK(rename.from == "a");
  CHECK(rename.to == "b");
  CHECK(rename.strategy == "at_contract");
}

TEST_CASE("alter_column tells what is absent from what is null", "[parse]") {
  const auto none = only<AlterColumn>(read_valid(
      "operations: [{alter_column: {table: t, column: c, type: text, up: SELECT c, down: c}}]"));
  CHECK(none.type == "text");
  CHECK_FALSE(none.default_value);
  CHECK_FALSE(none.comment);
  CHECK_FALSE(none.nullable);
  CHECK(none.up->text == "SELECT c");
  const auto nulls = only<AlterColumn>(read_valid(
      "operations: [{alter_column: {table: t, column: c, default: null, comment: null}}]"));
  REQUIRE(nulls.default_value);
  CHECK_FALSE(nulls.default_value->has_value());
  REQUIRE(nulls.comment);
  CHECK_FALSE(nulls.comment->has_value());
  const auto full = only<AlterColumn>(
      read_valid("operations: [{alter_column: {table: t, column: c, default: now(), comment: x, "
                 "nullable: false, unique: {name: u}, check: {name: k, constraint: c > 0}}}]"));
  CHECK((*full.default_value)->text == "now()");
  CHECK(**full.comment == "x");
  CHECK(full.nullable == false);
  CHECK(full.unique->name == "u");
  CHECK(full.check->name == "k");
}

TEST_CASE("operations on constraints are read whole", "[parse]") {
  const parse::ReadResult read = read_valid(R"yaml(
operations:
  - create_constraint:
      table: t
      name: f
      type: foreign_key
      columns: [a, b]
      references: {table: p, columns: [x, y], on_delete: CASCADE, match_type: FULL}
      up: {a: "a + 1", b: {postgres: "b", sqlite: "-b"}}
      down: {a: "a - 1"}
      on_error: leave
  - drop_constraint: {table: t, name: c, up: "v", down: "w"}
  - drop_multicolumn_constraint: {table: t, name: d, up: {a: "v"}, down: {b: "w"}}
  - rename_constraint: {table: t, from: old, to: new}
  - set_replica_identity: {table: t, identity: {type: index, index: i}}
)yaml");
  const auto& operations = read.migrations.front().operations;
  const auto& create = std::get<model::CreateConstraint>(operations.at(0).body);
  CHECK(create.constraint.type == model::ConstraintType::foreign_key);
  CHECK(create.constraint.columns == std::vector<std::string>{"a", "b"});
  CHECK(create.constraint.references->columns == std::vector<std::string>{"x", "y"});
  CHECK(create.constraint.references->match_type == "FULL");
  REQUIRE(create.up.size() == 2);
  CHECK(create.up[1].first == "b");
  CHECK(create.up[1].second.text == "b");
  CHECK(create.down.at(0).second.text == "a - 1");
  CHECK(create.on_error == model::OnError::leave);
  const auto& drop = std::get<model::DropConstraint>(operations.at(1).body);
  CHECK(drop.up.at(0).first.empty());
  CHECK(drop.down.at(0).second.text == "w");
  const auto& several = std::get<model::DropConstraint>(operations.at(2).body);
  CHECK(several.up.at(0).first == "a");
  CHECK(several.down.at(0).first == "b");
  CHECK(std::get<model::RenameConstraint>(operations.at(3).body).to == "new");
  const auto& identity = std::get<model::SetReplicaIdentity>(operations.at(4).body);
  CHECK(identity.identity == model::ReplicaIdentity::index);
  CHECK(identity.index == "i");
}

TEST_CASE("create_index reads its columns in all three forms", "[parse]") {
  const auto index = only<CreateIndex>(read_valid(R"(
operations:
  - create_index:
      name: i
      table: t
      columns:
        - {column: a, collate: C, sort: desc, nulls: LAST, opclass: {name: o, params: [p=1]}}
        - {expression: lower(b)}
      unique: true
      nulls_not_distinct: true
      include: [c]
      method: btree
      predicate: a > 0
      storage_parameters: fillfactor = 70
)"));
  REQUIRE(index.columns.size() == 2);
  CHECK(index.columns[0].column == "a");
  CHECK(index.columns[0].collate == "C");
  CHECK(index.columns[0].sort == "DESC");
  CHECK(index.columns[0].nulls == "LAST");
  CHECK(index.columns[0].opclass == "o");
  CHECK(index.columns[0].opclass_params == std::vector<std::string>{"p=1"});
  CHECK(index.columns[1].expression.text == "lower(b)");
  CHECK(index.unique);
  CHECK(index.nulls_not_distinct);
  CHECK(index.include == std::vector<std::string>{"c"});
  CHECK(index.method == "btree");
  CHECK(index.predicate->text == "a > 0");
  CHECK(index.storage_parameters == "fillfactor = 70");
  const auto map = only<CreateIndex>(read_valid(
      "operations: [{create_index: {name: i, table: t, columns: {b: {sort: ASC}, a: {}, c: }}}]"));
  REQUIRE(map.columns.size() == 3);
  CHECK(map.columns[0].column == "b");
  CHECK(map.columns[0].sort == "ASC");
  CHECK(map.columns[1].column == "a");
  CHECK(map.columns[2].column == "c");
  const auto list = only<CreateIndex>(
      read_valid("operations: [{create_index: {name: i, table: t, columns: [b, a]}}]"));
  REQUIRE(list.columns.size() == 2);
  CHECK(list.columns[0].column == "b");
}

TEST_CASE("tables, indexes and statements are read", "[parse]") {
  CHECK(only<RenameTable>(read_valid("operations: [{rename_table: {from: a, to: b}}]")).to == "b");
  CHECK(only<DropIndex>(read_valid("operations: [{drop_index: {name: i}}]")).name == "i");
  const auto sql = only<RawSql>(read_valid(
      "operations:\n  - sql:\n      up: |\n        DO $$ BEGIN; END $$;\n      down: x\n"));
  CHECK(sql.up.text == "DO $$ BEGIN; END $$;\n");
  CHECK(sql.down->text == "x");
  CHECK_FALSE(sql.on_complete);
  CHECK(only<RawSql>(read_valid("operations: [{sql: {up: x, onComplete: true}}]")).on_complete);
}

TEST_CASE("phases become one operation at their key, in the order of the file", "[parse]") {
  const auto result = read_valid(R"(operations:
  - drop_index: {name: i}
phases:
  expand:
    - {sql: CREATE VIEW v AS SELECT 1, reverse: DROP VIEW v, verify: SELECT 1, transaction: false}
  migrate:
    - backfill: {table: t, set: {b: f(a)}, where: a IS NOT NULL}
  contract: []
)");
  REQUIRE(result.migrations[0].operations.size() == 2);
  const Operation& operation = result.migrations[0].operations[1];
  CHECK(operation.where == SourceLocation{"0001_a.yaml", 3, 1});
  const auto& phases = std::get<Phases>(operation.body);
  REQUIRE(phases.expand.size() == 1);
  CHECK(phases.expand[0].reverse->text == "DROP VIEW v");
  CHECK(phases.expand[0].verify->text == "SELECT 1");
  CHECK_FALSE(phases.expand[0].transaction);
  REQUIRE(phases.migrate.size() == 1);
  CHECK(phases.migrate[0].transaction);
  CHECK(phases.migrate[0].backfill->table == "t");
  CHECK(phases.migrate[0].backfill->set.at(0).first == "b");
  CHECK(phases.migrate[0].backfill->set.at(0).second.text == "f(a)");
  CHECK(phases.migrate[0].backfill->where_clause->text == "a IS NOT NULL");
  CHECK(phases.contract.empty());
  const auto first =
      read_valid("phases: {expand: [{sql: x}]}\noperations: [{drop_table: {name: t}}]\n");
  CHECK(name_of(first.migrations[0].operations[0].body) == "phases");
}

TEST_CASE("up differs per database, and the one that is read for is taken", "[parse]") {
  const std::string text =
      "operations: [{add_column: {table: t, column: {name: c, type: int}, "
      "up: {postgres: a::int, sqlite: CAST(a AS INTEGER)}}}]";
  CHECK(only<AddColumn>(read_valid(text)).up->text == "a::int");
  CHECK(only<AddColumn>(read_valid(text, DatabaseKind::sqlite)).up->text == "CAST(a AS INTEGER)");
}

TEST_CASE("a text that ends in a comment gets a line break, so that nothing is swallowed",
          "[parse]") {
  const auto add = only<AddColumn>(read_valid(
      "operations: [{add_column: {table: t, column: {name: c, type: int}, up: \"a -- why\"}}]"));
  CHECK(add.up->text == "a -- why\n");
}

TEST_CASE("a text is located at its first character", "[parse]") {
  const auto result = read_valid(R"(operations:
  - sql: {up: x, down: "y"}
  - sql:
      up: |

        z
)");
  const auto& operations = result.migrations[0].operations;
  CHECK(operations[0].where == SourceLocation{"0001_a.yaml", 2, 5});
  CHECK(std::get<RawSql>(operations[0].body).up.where == SourceLocation{"0001_a.yaml", 2, 15});
  CHECK(std::get<RawSql>(operations[0].body).down->where == SourceLocation{"0001_a.yaml", 2, 25});
  CHECK(std::get<RawSql>(operations[1].body).up.where == SourceLocation{"0001_a.yaml", 5, 9});
}
