#include <catch2/catch.hpp>

#include "engine/parse/migration_reader.hpp"
#include "engine/plan/resolve.hpp"

using namespace segue;
using namespace segue::model;

namespace {

Catalog catalog() {
  Catalog c{.schema = "public"};
  CatalogTable u{.schema = "public", .name = "u"};
  u.columns = {{.name = "id", .type = "bigint", .nullable = false, .primary_key = 1},
               {.name = "fn", .type = "text"},
               {.name = "k", .type = "integer"}};
  u.indexes = {{.name = "u_fn", .columns = {"fn"}}};
  c.tables = {u};
  c.relation_names = {"u", "u_fn", "u_pkey", "other_view"};
  return c;
}

plan::Resolution resolved(const std::string& yaml) {
  const auto dialect = dialect::make_postgres_dialect();
  const parse::ReadResult read = parse::read_migration("0002_x.yaml", yaml, {});
  for (const Problem& p : read.problems) UNSCOPED_INFO(p.message);
  REQUIRE(read.problems.empty());
  const Catalog c = catalog();
  const std::vector<LiveMigration> live;
  return plan::resolve(read.migrations.front(),
                       {.catalog = c, .live = live, .dialect = *dialect, .ordinal = 2});
}

const ColumnChange& column(const plan::Resolution& r, const std::string& after) {
  for (const ColumnChange& c : r.change.tables.at(0).columns) {
    if (c.after == after || (c.fate == ColumnFate::dropped && c.before == after)) return c;
  }
  throw std::runtime_error("no column " + after);
}

}  // namespace

TEST_CASE("a type change that rewrites becomes a pair with a cast each way", "[plan]") {
  const auto r = resolved("operations: [{alter_column: {table: u, column: fn, type: int8}}]");
  REQUIRE(r.problems.empty());
  const ColumnChange& c = column(r, "fn");
  CHECK(c.fate == ColumnFate::replaced);
  CHECK(c.new_physical == "_segue_2_fn");
  CHECK(c.up->sql.text == "CAST(\"fn\" AS bigint)");
  CHECK(c.down->sql.text == "CAST(\"fn\" AS text)");
  CHECK(c.up->is_derived);
}

TEST_CASE("a type change that only widens stays in place", "[plan]") {
  const auto r = resolved("operations: [{alter_column: {table: u, column: fn, type: varchar}}]");
  REQUIRE(r.problems.empty());
  CHECK(column(r, "fn").fate == ColumnFate::kept);
}

TEST_CASE("operations of one file are folded in their order", "[plan]") {
  const auto r = resolved(R"yaml(
operations:
  - rename_column: {table: u, from: fn, to: full_name}
  - rename_table: {from: u, to: people}
  - alter_column: {table: people, column: full_name, type: integer, up: "length(full_name)", down: "full_name::text"}
  - add_column: {table: people, column: {name: z, type: int, nullable: true}, up: "length(full_name) + k"}
  - drop_column: {table: people, column: k, down: "z"}
)yaml");
  for (const Problem& p : r.problems) UNSCOPED_INFO(p.message);
  REQUIRE(r.problems.empty());
  const TableChange& t = r.change.tables.at(0);
  CHECK(t.before == "u");
  CHECK(t.after == "people");
  CHECK(t.physical == "u");
  const ColumnChange& name = column(r, "full_name");
  CHECK(name.before == "fn");
  CHECK(name.up->arguments.at(0).name == "full_name");
  CHECK(name.up->arguments.at(0).physical == "fn");
  // The old side is what `up` of another column reads, also after the replacement above.
  const ColumnChange& z = column(r, "z");
  REQUIRE(z.up->arguments.size() == 2);
  CHECK(z.up->arguments.at(0).physical == "fn");
  const ColumnChange& k = column(r, "k");
  CHECK(k.fate == ColumnFate::dropped);
  CHECK(k.down->arguments.at(0).physical == "_segue_2_z");
}

TEST_CASE("facets without up and down change nothing but the shape", "[plan]") {
  const auto r = resolved(
      "operations: [{alter_column: {table: u, column: k, nullable: false, default: '7', comment: "
      "hello}}]");
  REQUIRE(r.problems.empty());
  const ColumnChange& k = column(r, "k");
  CHECK(k.fate == ColumnFate::kept);
  CHECK(k.is_altered());
  CHECK(k.shape.default_sql == "7");
  CHECK_FALSE(k.shape.nullable);
}

TEST_CASE("a column that nothing fills takes its final name at once, else one of ours", "[plan]") {
  auto name = [](const std::string& op) { return column(resolved(op), "n").new_physical; };
  CHECK(
      name(
          "operations: [{add_column: {table: u, column: {name: n, type: int, nullable: true}}}]") ==
      "n");
  CHECK(name("operations: [{add_column: {table: u, column: {name: n, type: int}, up: 'k'}}]") ==
        "_segue_2_n");
  CHECK(name("operations: [{add_column: {table: u, column: {name: n, type: uuid, "
             "default: gen_random_uuid()}}}]") == "_segue_2_n");
  CHECK(name("operations: [{add_column: {table: u, column: {name: n, type: timestamptz, "
             "default: now()}}}]") == "n");
}

TEST_CASE("a dual rename is a pair of equal sides under both names", "[plan]") {
  const std::string dual = "{rename_column: {table: u, from: fn, to: name, dual: true}}";
  const auto r = resolved("operations: [" + dual + "]");
  REQUIRE(r.problems.empty());
  const ColumnChange& name = column(r, "name");
  CHECK(name.is_dual());
  CHECK(name.old_physical == "fn");
  CHECK(name.new_physical == "name");
  CHECK(name.shape == name.shape_before);
  CHECK(name.up->arguments.at(0).physical == "fn");
  CHECK(name.down->arguments.at(0).physical == "name");
  const auto problem = [](const std::string& operations) {
    return resolved("operations: [" + operations + "]").problems.at(0).message;
  };
  CHECK_THAT(problem("{alter_column: {table: u, column: fn, type: int}}, " + dual),
             Catch::Contains("already replaced"));
  CHECK_THAT(problem(dual + ", {rename_column: {table: u, from: name, to: title}}"),
             Catch::Contains("already replaced"));
  CHECK_THAT(problem("{rename_column: {table: u, from: fn, to: n}}, "
                     "{rename_column: {table: u, from: n, to: fn, dual: true}}"),
             Catch::Contains("clients of the base table"));
}

TEST_CASE("what cannot be meant is a problem with its place", "[plan]") {
  const auto r = resolved(R"yaml(
operations:
  - add_column: {table: nowhere, column: {name: n, type: int, nullable: true}}
  - add_column: {table: u, column: {name: k, type: int, nullable: true}}
  - drop_column: {table: u, column: none}
  - rename_column: {table: u, from: fn, to: k}
  - create_table: {name: other_view, columns: [{name: id, type: int}]}
  - add_column: {table: u, column: {name: strict, type: int}}
  - drop_index: {name: nothing}
)yaml");
  REQUIRE(r.problems.size() == 7);
  CHECK(r.problems[0].where.line == 3);
  CHECK(r.problems[0].message == "there is no table nowhere in the newest version");
  CHECK(r.problems[5].message.find("neither a default nor `up`") != std::string::npos);
  CHECK(r.problems[6].where.line == 9);
}

TEST_CASE("a foreign key gets the physical names of its parent", "[plan]") {
  const auto r = resolved(R"yaml(
operations:
  - create_table:
      name: child
      columns:
        - {name: id, type: int, pk: true}
        - {name: p, type: int, nullable: true, references: {name: child_p, table: parent, column: key}}
        - {name: v, type: int, nullable: true, references: {name: child_v, table: v, column: key}}
  - create_table: {name: parent, columns: [{name: key, type: int, pk: true}]}
  - rename_table: {from: u, to: v}
  - rename_column: {table: v, from: id, to: key}
  - add_column: {table: v, column: {name: w, type: bigint, nullable: true, references: {name: v_w, table: v, column: key}}}
)yaml");
  REQUIRE(r.problems.empty());
  REQUIRE(r.change.tables.size() == 3);
  CHECK(r.change.tables[0].after == "parent");
  const TableChange& child = r.change.tables[1];
  CHECK(child.create->columns[1].references->table == "parent");
  CHECK(child.create->columns[2].references->table == "u");
  CHECK(child.create->columns[2].references->columns == std::vector<std::string>{"id"});
  const TableChange& v = r.change.tables[2];
  CHECK(v.columns.back().references->table == "u");
  CHECK(v.columns.back().references->columns == std::vector<std::string>{"id"});
}

TEST_CASE("a foreign key to what the newest version does not have is a problem", "[plan]") {
  const auto problem = [](const std::string& parent, const std::string& column) {
    return resolved(
               "operations: [{rename_column: {table: u, from: k, to: n}}, {create_table: {name: c, "
               "columns: [{name: id, type: int, nullable: true, references: {name: f, table: " +
               parent + ", column: " + column + "}}]}}]")
        .problems.at(0)
        .message;
  };
  CHECK(problem("nowhere", "id") ==
        "foreign key f: there is no table nowhere in the newest version");
  CHECK(problem("u", "gone") == "foreign key f: table u has no column gone in the newest version");
}

TEST_CASE("a foreign key before a rename uses the older name, unless something else gets it",
          "[plan]") {
  const std::string key =
      "{create_table: {name: c, columns: [{name: id, type: int, nullable: true, "
      "references: {name: f, table: u, column: k}}]}}";
  const auto r =
      resolved("operations: [" + key + ", {rename_column: {table: u, from: k, to: n}}, " +
               "{rename_table: {from: u, to: v}}]");
  REQUIRE(r.problems.empty());
  CHECK(r.change.tables.front().create->columns[0].references->table == "u");
  const auto twice =
      resolved("operations: [" + key + ", {rename_column: {table: u, from: k, to: n}}, " +
               "{rename_column: {table: u, from: id, to: k}}]");
  REQUIRE(twice.problems.size() == 1);
  CHECK(twice.problems[0].message.find("k is renamed to n in this migration, and something else") !=
        std::string::npos);
}
