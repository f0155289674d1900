// From a migration file to the contracted database: the resolver's changes through the dialect. And
// tables with foreign keys, triggers and views around them.

#include <catch2/catch.hpp>

#include "engine/database/database.hpp"
#include "engine/dialect/sqlite/temp_alias.hpp"
#include "engine/plan/resolve.hpp"
#include "tests/dialect/sqlite_runner.hpp"
#include "tests/parse/reading.hpp"
#include "tests/support/test_database.hpp"

namespace {

using namespace segue;
using namespace segue::test;
using model::Phase;
using model::StepKind;

std::string rows(database::Database& db, const std::string& sql) {
  std::string out;
  const database::Result result = db.query(sql);
  for (std::size_t i = 0; i < result.rows.size(); ++i) {
    for (std::size_t k = 0; k < result.columns.size(); ++k) {
      out += (k ? "|" : "") + (result.is_null(i, k) ? std::string("~") : result.text(i, k));
    }
    out += "\n";
  }
  return out;
}

// Each file is resolved on top of those before it, as pending migrations that are fused.
std::vector<model::Change> resolved(database::Database& db, const std::vector<std::string>& files) {
  const auto dialect = dialect::make_sqlite_dialect();
  model::Catalog catalog = catalog::read_catalog(db, "");
  std::vector<model::LiveMigration> live;
  std::vector<model::Change> out;
  int ordinal = 0;
  for (const std::string& file : files) {
    const auto read = test::read(file, "000" + std::to_string(++ordinal) + "_a.yaml",
                                 model::DatabaseKind::sqlite);
    for (const Problem& problem : read.problems) FAIL(problem.message);
    const auto resolution =
        plan::resolve(read.migrations.at(0), {catalog, live, *dialect, ordinal});
    for (const Problem& problem : resolution.problems) FAIL(problem.message);
    out.push_back(resolution.change);
    model::LiveMigration pending;
    pending.plan.changes = {resolution.change};
    live.push_back(std::move(pending));
  }
  return out;
}

}  // namespace

TEST_CASE("files become a rebuild and end as a direct build", "[dialect][sqlite]") {
  TestDatabase file(database::Kind::sqlite);
  file.run(
      "CREATE TABLE pets(id INTEGER PRIMARY KEY, name TEXT NOT NULL, weight INT, born TEXT);"
      "CREATE INDEX pets_name ON pets(name);"
      "INSERT INTO pets VALUES (1, 'rex', 3, 'x'), (2, 'tom', NULL, 'y')");
  const auto db = file.open();
  const auto changes = resolved(*db, {R"yaml(
operations:
  - rename_column: { table: pets, from: name, to: title }
  - alter_column: { table: pets, column: weight, type: TEXT, up: "weight || ' kg'",
                    down: "CAST(weight AS INT)" }
)yaml",
                                      R"yaml(
operations:
  - add_column: { table: pets, column: { name: label, type: TEXT, nullable: true },
                  up: "pets.title || ' ' || weight" }
  - drop_column: { table: pets, column: born }
  - create_index: { name: pets_weight, table: pets, columns: [ { column: weight } ] }
)yaml"});
  SqliteMigration migration(*db, changes);
  for (const dialect::PreflightQuery& question : migration.preflight()) {
    INFO(question.sql);
    CHECK(db->query(question.sql).integer(0, 0) <= question.allowed);
  }
  migration.run(Phase::expand);
  migration.run(Phase::migrate);
  CHECK(rows(*db, "SELECT * FROM pets__0002_a") == "1|rex|3 kg|rex 3 kg\n2|tom|~|~\n");
  db->query("UPDATE pets__0002_a SET title = 'max', weight = '9 kg' WHERE id = 1");
  CHECK(rows(*db, "SELECT * FROM pets WHERE id = 1") == "1|max|9|x\n");
  for (const auto& [column, query] : migration.losses()) CHECK(db->query(query).integer(0, 0) >= 0);
  migration.run(Phase::contract);
  TestDatabase direct(database::Kind::sqlite);
  direct.run(
      "CREATE TABLE pets(id INTEGER PRIMARY KEY, \"title\" TEXT NOT NULL, weight TEXT, \"label\" "
      "TEXT); CREATE INDEX \"pets_name\" ON \"pets\"(\"title\"); CREATE INDEX \"pets_weight\" ON "
      "\"pets\"(\"weight\")");
  CHECK(catalog::print_catalog(*db, "", {"pets__0002_a"}) ==
        catalog::print_catalog(*direct.open(), ""));
  CHECK(rows(*db, "PRAGMA integrity_check") == "ok\n");
}

TEST_CASE("foreign keys, triggers and views stay with the base through a rebuild",
          "[dialect][sqlite]") {
  TestDatabase file(database::Kind::sqlite);
  file.run(
      "CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT);"
      "CREATE TABLE orders(id INTEGER PRIMARY KEY, user_id INT REFERENCES users(id) ON DELETE "
      "CASCADE, "
      "amount TEXT, FOREIGN KEY (user_id) REFERENCES users);"
      "CREATE TABLE items(id INTEGER PRIMARY KEY, order_id INT REFERENCES orders ON DELETE "
      "CASCADE);"
      "CREATE TABLE log(t TEXT);"
      "CREATE TRIGGER orders_log AFTER INSERT ON orders BEGIN INSERT INTO log VALUES (new.id); END;"
      "CREATE TRIGGER orders_keep BEFORE DELETE ON orders WHEN old.id = 99 BEGIN SELECT "
      "RAISE(IGNORE); END;"
      "CREATE VIEW ids AS SELECT id FROM orders;"
      "INSERT INTO users VALUES (1, 'a'), (2, 'b'); INSERT INTO orders VALUES (10, 1, '5'), (20, "
      "2, '7');"
      "INSERT INTO items VALUES (1, 10)");
  const auto db = file.open();
  const auto client = file.open();
  client->query("PRAGMA foreign_keys = ON");
  const std::string before = rows(*db, "SELECT * FROM sqlite_schema");
  const auto change = change_of("2", "orders",
                                {kept("id", shape("INTEGER")), kept("user_id", shape("INT")),
                                 replaced("amount", "amount", shape("TEXT"), shape("INTEGER"),
                                          "CAST(amount AS INTEGER)", "CAST(amount AS TEXT)")});
  {
    SqliteMigration migration(*db, {change});
    migration.run(Phase::expand);
    migration.run(Phase::migrate);
    migration.reverse_from(Phase::migrate);
    CHECK(rows(*db, "SELECT * FROM sqlite_schema") == before);
    CHECK(rows(*db, "SELECT count(*) FROM items") == "1\n");
  }
  SqliteMigration migration(*db, {change});
  migration.run(Phase::expand);
  migration.run(Phase::migrate);
  CHECK_THROWS_AS(client->query("INSERT INTO orders__2 VALUES (30, 3, 1)"), Error);
  CHECK(rows(*db, "SELECT count(*) FROM orders__2") == "2\n");
  client->query("INSERT INTO orders__2 VALUES (99, 2, 1)");
  CHECK(rows(*db, "SELECT * FROM log WHERE t = 99") == "99\n");
  client->query("DELETE FROM orders__2 WHERE id = 99");
  CHECK(rows(*db, "SELECT * FROM orders__2 WHERE id = 99") == "99|2|1\n");
  client->query("DELETE FROM users WHERE id = 1");
  CHECK(rows(*db, "SELECT id FROM orders__2") == "20\n99\n");
  CHECK(rows(*db, "SELECT count(*) FROM items") == "0\n");
  migration.run(Phase::contract);
  CHECK(rows(*db, "PRAGMA integrity_check") == "ok\n");
  CHECK(rows(*db, "PRAGMA foreign_key_check").empty());
  CHECK(rows(*client, "SELECT * FROM ids") == "20\n99\n");
  CHECK_THROWS_AS(client->query("INSERT INTO orders VALUES (30, 3, 1)"), Error);
  client->query("INSERT INTO orders VALUES (30, 2, 1)");
  CHECK(rows(*client, "SELECT count(*) FROM log WHERE t = 30") == "1\n");
  client->query("DELETE FROM orders");
  CHECK(rows(*client, "SELECT id FROM orders") == "99\n");
}

TEST_CASE("two tables are served and swapped as one version, in a rollback journal too",
          "[dialect][sqlite]") {
  TestDatabase file(database::Kind::sqlite);
  file.run(
      "CREATE TABLE a(id INTEGER PRIMARY KEY, v TEXT UNIQUE); CREATE TABLE b(k TEXT NOT NULL "
      "PRIMARY "
      "KEY, v INT) WITHOUT ROWID; INSERT INTO a VALUES (1, 'x'); INSERT INTO b VALUES ('p', 1)");
  const auto db = file.open();
  model::Change change =
      change_of("2", "a", {kept("id", shape("INTEGER")), renamed("v", "w", shape("TEXT"))});
  auto k = kept("k", shape("TEXT", false));
  k.shape.primary_key = k.shape_before.primary_key = 1;
  change.tables.push_back(change_of("2", "b", {k, renamed("v", "w", shape("INT"))}).tables[0]);
  SqliteMigration migration(*db, {change});
  migration.run(Phase::expand);
  migration.run(Phase::migrate);
  db->query("INSERT INTO a__2 VALUES (2, 'y')");
  db->query("INSERT INTO b VALUES ('q', 2)");
  CHECK(rows(*db, "SELECT * FROM b__2") == "p|1\nq|2\n");
  migration.run(Phase::contract);
  CHECK(rows(*db, "SELECT w FROM a") == "x\ny\n");
  CHECK(rows(*db, "SELECT w FROM b") == "1\n2\n");
  CHECK(rows(*db, "PRAGMA integrity_check") == "ok\n");
}

TEST_CASE("a table is rebuilt and renamed by one migration", "[dialect][sqlite]") {
  TestDatabase file(database::Kind::sqlite);
  file.run(
      "CREATE TABLE pets(code TEXT PRIMARY KEY, weight INT) WITHOUT ROWID;"
      "CREATE TABLE toys(id INTEGER PRIMARY KEY, pet TEXT REFERENCES pets);"
      "CREATE VIEW codes AS SELECT code FROM pets;"
      "CREATE TRIGGER pets_t AFTER INSERT ON pets BEGIN INSERT INTO toys(pet) VALUES (new.code); "
      "END;"
      "INSERT INTO pets VALUES ('r', 3)");
  const auto db = file.open();
  const std::string before = rows(*db, "SELECT * FROM sqlite_schema");
  const auto changes = resolved(*db, {R"yaml(
operations:
  - rename_table: { from: pets, to: animals }
  - alter_column: { table: animals, column: weight, type: TEXT, up: "weight || ' kg'",
                    down: "CAST(weight AS INT)" }
)yaml"});
  {
    SqliteMigration migration(*db, changes);
    migration.run(Phase::expand);
    migration.run(Phase::migrate);
    migration.reverse_from(Phase::migrate);
    CHECK(rows(*db, "SELECT * FROM sqlite_schema") == before);
  }
  SqliteMigration migration(*db, changes);
  migration.run(Phase::expand);
  migration.run(Phase::migrate);
  db->query("INSERT INTO animals__0001_a VALUES ('t', '4 kg')");
  CHECK(rows(*db, "SELECT * FROM pets") == "r|3\nt|4\n");
  migration.run(Phase::contract);
  CHECK(rows(*db, "SELECT * FROM animals") == "r|3 kg\nt|4 kg\n");
  CHECK(rows(*db, "SELECT * FROM codes") == "r\nt\n");
  CHECK_THAT(rows(*db, "SELECT sql FROM sqlite_schema WHERE name = 'toys'"),
             Catch::Contains("REFERENCES \"animals\""));
  db->query("UPDATE animals__0001_a SET weight = '5 kg' WHERE code = 't'");
  db->query("INSERT INTO animals VALUES ('u', '1 kg')");
  CHECK(rows(*db, "SELECT * FROM animals__0001_a") == "r|3 kg\nt|5 kg\nu|1 kg\n");
  CHECK(rows(*db, "SELECT pet FROM toys") == "r\nt\nu\n");
  CHECK(
      rows(*db, "SELECT name FROM sqlite_schema WHERE name LIKE '%pets' OR name LIKE 'segue_old%'")
          .empty());
  CHECK(rows(*db, "PRAGMA integrity_check") == "ok\n");
}

TEST_CASE("a client that can only say the table's own name works through a TEMP alias",
          "[dialect][sqlite]") {
  TestDatabase file(database::Kind::sqlite);
  file.run(
      "CREATE TABLE pets(id INTEGER PRIMARY KEY, weight INT, twice AS (2 * id));"
      "CREATE TABLE notes(t TEXT, n INT); CREATE INDEX notes_t ON notes(t);"
      "INSERT INTO pets VALUES (1, 3); INSERT INTO notes VALUES ('a', 1), ('a', 1), ('b', NULL)");
  const auto db = file.open();
  SqliteMigration migration(*db, resolved(*db, {R"yaml(
operations:
  - alter_column: { table: pets, column: weight, type: TEXT, up: "weight || ' kg'",
                    down: "CAST(weight AS INT)" }
  - rename_column: { table: notes, from: n, to: m }
)yaml"}));
  migration.run(Phase::expand);
  migration.run(Phase::migrate);
  const auto client = file.open();
  const model::Catalog catalog = catalog::read_catalog(*client, "");
  for (const std::string table : {"pets", "notes"}) {
    const model::CatalogTable* target = catalog.table(table + "__0001_a");
    REQUIRE(target != nullptr);
    for (const std::string& sql : dialect::sqlite::temp_alias(table, *target)) client->query(sql);
  }
  client->query("INSERT INTO pets(id, weight) VALUES (2, '4 kg')");
  client->query("UPDATE pets SET weight = '5 kg' WHERE id = 1");
  CHECK(rows(*client, "SELECT * FROM pets") == "1|5 kg|2\n2|4 kg|4\n");
  CHECK(rows(*db, "SELECT * FROM pets") == "1|5|2\n2|4|4\n");
  client->query("DELETE FROM pets WHERE id = 1");
  CHECK(rows(*db, "SELECT id FROM pets") == "2\n");
  client->query("UPDATE notes SET m = coalesce(m, 0) + 1");
  client->query("INSERT INTO notes VALUES ('c', 9)");
  client->query("DELETE FROM notes WHERE t = 'b'");
  CHECK(rows(*db, "SELECT * FROM notes") == "a|2\na|2\nc|9\n");
}

TEST_CASE("a swap that meets drift rolls back completely", "[dialect][sqlite]") {
  TestDatabase file(database::Kind::sqlite);
  file.run("CREATE TABLE a(id INTEGER PRIMARY KEY, v TEXT); INSERT INTO a VALUES (1, 'x')");
  const auto db = file.open();
  SqliteMigration migration(
      *db, {change_of("2", "a", {kept("id", shape("INTEGER")), renamed("v", "w", shape("TEXT"))})});
  migration.run(Phase::expand);
  migration.run(Phase::migrate);
  const auto swap =
      std::get<dialect::TransactionScript>(migration.render(migration.step(StepKind::swap)));
  file.run("CREATE INDEX a_v ON a(v); ALTER TABLE a RENAME COLUMN id TO ident");
  const std::string before = rows(*db, "SELECT * FROM sqlite_schema");
  const auto error = SqliteRunner(*db).attempt(swap);
  REQUIRE(error);
  CHECK(rows(*db, "SELECT * FROM sqlite_schema") == before);
  CHECK(rows(*db, "PRAGMA writable_schema") == "0\n");
  CHECK(rows(*db, "PRAGMA integrity_check") == "ok\n");
}
