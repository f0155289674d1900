// Hazards of schema changes (hazards.md 4): renames, the exchange of b-trees, what is left aside,
// and texts that not every library can read.

#include <fmt/format.h>
#include <sqlite3.h>
#include <catch2/catch.hpp>

#include "tests/dialect/sqlite_runner.hpp"
#include "tests/hazards_sqlite/site.hpp"

namespace segue::test {
namespace {

constexpr const char* rows =
    "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT);"
    "INSERT INTO t VALUES (1, '0001'), (2, '0002'), (3, '0003');";
constexpr const char* number = R"yaml(
operations:
  - alter_column: { table: t, column: v, type: INTEGER, up: "CAST(v AS INTEGER)",
      down: "printf('%04d', v)" }
)yaml";

TEST_CASE("S10: no text of others is rewritten, and a broken view stops nothing", "[hazard]") {
  SqliteSite site(
      std::string(rows) +
      "CREATE TABLE child (tid INTEGER REFERENCES t (id) ON DELETE CASCADE);"
      "CREATE VIEW seen AS SELECT id FROM t;"
      "CREATE VIEW broken AS SELECT * FROM nowhere;"
      "CREATE TABLE u (x);"
      "CREATE TRIGGER told AFTER INSERT ON u BEGIN DELETE FROM t WHERE id = new.x; END;");
  site.add(number);
  const std::string others =
      "SELECT sql FROM sqlite_schema WHERE name IN ('child', 'seen', 'broken', 'u', 'told')";
  const std::string before = site.value(others);
  const std::string all = site.texts();
  Engine engine = site.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  CHECK(site.value(others) == before);
  REQUIRE(outcome(engine.reverse({.confirmed = true})) == "ok");
  CHECK(site.texts() == all);
  REQUIRE(outcome(engine.apply()) == "ok");
  REQUIRE(outcome(engine.contract({.approved = true})) == "ok");
  CHECK(site.value(others) == before);
}

TEST_CASE("S11: a column that a trigger mentions is refused before anything begins", "[hazard]") {
  SqliteSite site(std::string(rows) +
                  "CREATE TRIGGER told AFTER UPDATE OF v ON t BEGIN SELECT new.v; END;");
  site.add(
      "operations:\n  - rename_column: { table: t, from: v, to: w }\n"
      "  - alter_column: { table: t, column: w, type: INTEGER, up: \"CAST(w AS INTEGER)\", "
      "down: \"printf('%04d', w)\" }\n");
  const std::string before = site.texts();
  const std::string result = outcome(site.engine().apply());
  CHECK(result.find("refused") == 0);
  CHECK(result.find("trigger told mentions t.v") != std::string::npos);
  CHECK(site.texts() == before);
}

TEST_CASE("S26: a table that is dropped deletes no children", "[hazard]") {
  SqliteSite site("CREATE TABLE child (pid REFERENCES p (id) ON DELETE CASCADE)");
  site.add(
      "operations:\n  - create_table: { name: p, columns: [{ name: id, type: INTEGER, pk: true }"
      "] }\n");
  Engine engine = site.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  site.run("INSERT INTO p VALUES (1); INSERT INTO child VALUES (1)");
  REQUIRE(outcome(engine.reverse({.confirmed = true})) == "ok");
  CHECK(site.value("SELECT count(*) FROM child") == "1");
}

TEST_CASE("S27: a rename of ours rewrites no REFERENCES", "[hazard]") {
  SqliteSite site(std::string(rows) +
                  "CREATE TABLE child (tid INTEGER REFERENCES t__m1 (id) ON DELETE CASCADE)");
  site.add(number);
  const std::string text = "SELECT sql FROM sqlite_schema WHERE name = 'child'";
  const std::string before = site.value(text);
  Engine engine = site.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  CHECK(site.value(text) == before);
  site.run("INSERT INTO child VALUES (1)");
  REQUIRE(outcome(engine.reverse({.confirmed = true})) == "ok");
  CHECK(site.value(text) == before);
  CHECK(site.value("SELECT count(*) FROM child") == "1");
}

TEST_CASE("S33: a column that was taken back leaves no value for a later one", "[hazard]") {
  SqliteSite site(rows);
  site.add(
      "operations:\n  - add_column: { table: t, column: { name: x, type: INTEGER, nullable: "
      "true } }\n");
  const std::string before = site.texts();
  Engine engine = site.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  site.run("UPDATE t SET x = 5");
  REQUIRE(outcome(engine.reverse({.confirmed = true})) == "ok");
  CHECK(site.texts() == before);
  site.run("ALTER TABLE t ADD COLUMN z INTEGER DEFAULT 7");
  CHECK(site.value("SELECT z FROM t") == "7 7 7");
}

TEST_CASE("S34: an expression that the oldest client cannot compile is refused", "[hazard]") {
  SqliteSite site(rows);
  site.add(
      "operations:\n  - alter_column: { table: t, column: v, type: INTEGER, "
      "up: \"iif(v > '0', CAST(v AS INTEGER), 0)\", down: \"printf('%04d', v)\" }\n");
  const std::string result = outcome(site.engine().apply());
  CHECK(result.find("iif() came with SQLite 3.32") != std::string::npos);
}

TEST_CASE("S34: texts in the schema keep to the grammar of the oldest client", "[hazard]") {
  SqliteSite site("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT, w TEXT);");
  site.config.sqlite.clients = 3'014'000;
  site.add(
      "operations:\n  - alter_column: { table: t, column: v, type: INTEGER, "
      "up: \"CAST(v || w AS INTEGER)\", down: \"substr(v, 1, 1)\" }\n");
  REQUIRE(outcome(site.engine().apply()) == "ok");
  const std::string texts = site.value("SELECT sql FROM sqlite_schema WHERE name LIKE 'segue%'");
  for (const char* newer : {"ON CONFLICT", "RETURNING", "DISTINCT FROM", "WITH ", ") = (SELECT"}) {
    INFO(newer);
    CHECK(texts.find(newer) == std::string::npos);
  }
}

TEST_CASE("S35: neither AUTOINCREMENT nor ANALYZE of ours changes the schema", "[hazard]") {
  SqliteSite site(rows);
  site.add(number);
  const auto ours = [&] {
    return site.value("SELECT name FROM sqlite_schema WHERE name LIKE 'sqlite_s%'");
  };
  Engine engine = site.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  REQUIRE(outcome(engine.reverse({.confirmed = true})) == "ok");
  CHECK(ours() == "");
  REQUIRE(outcome(engine.apply_to_the_end()) == "ok");
  CHECK(ours() == "");
}

TEST_CASE("S37: a view that stays after contract forwards to a table, never to a view",
          "[hazard]") {
  SqliteSite site(rows);
  site.add(number);
  site.add(
      "operations:\n  - alter_column: { table: t, column: v, type: TEXT, up: \"v || ''\", "
      "down: \"CAST(v AS INTEGER)\" }\n");
  REQUIRE(outcome(site.engine().apply_to_the_end()) == "ok");
  CHECK(site.value("SELECT count(*) FROM sqlite_schema WHERE type = 'view'") == "1");
  CHECK(site.value("SELECT count(*) FROM sqlite_schema g JOIN sqlite_schema v ON v.type = 'view' "
                   "WHERE g.type = 'trigger' AND instr(substr(g.sql, instr(g.sql, 'BEGIN')), "
                   "v.name) > 0") == "0");
  CHECK(site.value("SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'") == "3");
}

// A table as an application creates it whose own library knows twice() and the collation upside.
void with_own_functions(const SqliteSite& site, const char* sql) {
  sqlite3* handle = nullptr;
  REQUIRE(sqlite3_open(site.file.url().c_str(), &handle) == SQLITE_OK);
  sqlite3_create_function(
      handle, "twice", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr,
      [](sqlite3_context* context, int, sqlite3_value** values) {
        sqlite3_result_int64(context, 2 * sqlite3_value_int64(values[0]));
      },
      nullptr, nullptr);
  sqlite3_create_collation(handle, "upside", SQLITE_UTF8, nullptr,
                           [](void*, int a, const void*, int b, const void*) { return b - a; });
  const int code = sqlite3_exec(handle, sql, nullptr, nullptr, nullptr);
  const std::string message = sqlite3_errmsg(handle);
  sqlite3_close(handle);
  INFO(message);
  REQUIRE(code == SQLITE_OK);
}

TEST_CASE("S38: what only the application's library can run is refused before anything begins",
          "[hazard]") {
  const auto* sql =
      GENERATE("ALTER TABLE t ADD COLUMN c INTEGER CHECK (twice(c) < 100)",
               "CREATE INDEX t_twice ON t (twice(id))", "ALTER TABLE t ADD COLUMN g AS (twice(id))",
               "CREATE TRIGGER doubles AFTER INSERT ON t BEGIN UPDATE t SET v = twice(new.id); END",
               "ALTER TABLE t ADD COLUMN c TEXT COLLATE upside; CREATE INDEX t_c ON t (c)");
  SqliteSite site(rows);
  site.add(number);
  with_own_functions(site, sql);
  const std::string before = site.texts();
  const std::string result = outcome(site.engine().apply());
  INFO(sql);
  INFO(result);
  CHECK(result.find("refused") == 0);
  CHECK(result.find("run Segue as a library") != std::string::npos);
  CHECK(site.texts() == before);
}

TEST_CASE("S39: index rows that change their owner stand behind its row after the swap",
          "[hazard]") {
  SqliteSite site(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT, a TEXT UNIQUE, b TEXT);"
      "CREATE INDEX t_b ON t (b); CREATE INDEX t_v ON t (v);"
      "INSERT INTO t VALUES (1, '1', 'a', 'b')");
  site.add(std::string(number) + "  - drop_index: { name: t_b }\n" +
           "  - create_index: { name: t_ab, table: t, columns: [{ column: a }, { column: b }] }\n");
  REQUIRE(outcome(site.engine().apply_to_the_end()) == "ok");
  CHECK(site.integrity() == "ok");
  CHECK(site.value("SELECT group_concat(name) FROM (SELECT name FROM sqlite_schema WHERE type = "
                   "'index' AND tbl_name = 't' ORDER BY name)") == "sqlite_autoindex_t_1,t_ab,t_v");
}

// The swap of table t, as the plan has it, up to publish.
struct Swap {
  Swap() : file(database::Kind::sqlite) {
    file.run(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT, v TEXT);"
        "CREATE INDEX t_a ON t (a); CREATE INDEX t_b ON t (b);"
        "INSERT INTO t VALUES (1, 'x', 'y', 'z'), (2, 'p', 'q', 'r')");
    db = file.open();
    SqliteMigration migration(
        *db, {change_of("2", "t",
                        {kept("id", shape("INTEGER")), kept("a", shape("TEXT")),
                         kept("b", shape("TEXT")), renamed("v", "w", shape("TEXT"))})});
    migration.run(model::Phase::expand);
    migration.run(model::Phase::migrate);
    script = std::get<dialect::TransactionScript>(
        migration.render(migration.step(model::StepKind::swap)));
  }

  /// Exchanges two names where the script looks up their root pages; `when` is in the statement.
  void tamper(const std::string& one, const std::string& other, const std::string& when) {
    const auto root = [](const std::string& name) {
      return fmt::format("temp.segue_roots WHERE name = '{}'", name);
    };
    for (dialect::Statement& statement : script.statements) {
      const std::size_t at = statement.sql.find(root(one));
      const std::size_t back = statement.sql.find(root(other));
      if (statement.sql.find(when) == std::string::npos) continue;
      if (at != std::string::npos) {
        statement.sql.replace(at, root(one).size(), root(other));
      } else if (back != std::string::npos) {
        statement.sql.replace(back, root(other).size(), root(one));
      }
    }
  }

  TestDatabase file;
  std::unique_ptr<database::Database> db;
  dialect::TransactionScript script;
};

TEST_CASE("S40: a swap with a wrong root page is found and rolled back", "[hazard]") {
  Swap swap;
  const auto [one, other, when] =
      GENERATE(Catch::Generators::table<std::string, std::string, std::string>(
          {{"segue_ix_t_1", "segue_ix_t_2", "'index'"}, {"t__2", "t", "name = 't' AND"}}));
  swap.tamper(one, other, when);
  const std::string schema = "SELECT * FROM sqlite_schema";
  const std::string before = answer(*swap.db, schema);
  const auto error = SqliteRunner(*swap.db).attempt(swap.script);
  REQUIRE(error);
  CHECK(error->kind() == ErrorKind::bug);
  CHECK(answer(*swap.db, schema) == before);
  CHECK(answer(*swap.db, "PRAGMA integrity_check") == "ok");
}

TEST_CASE("S41: rows that the swap set aside hold no parent back", "[hazard]") {
  SqliteSite site(
      "CREATE TABLE p (id INTEGER PRIMARY KEY); INSERT INTO p VALUES (1), (2);"
      "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT, pid INTEGER REFERENCES p (id));"
      "INSERT INTO t VALUES (1, '1', 1), (2, '2', 2)");
  site.add(number);
  Engine engine = site.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  const auto client = site.session();
  client->query("PRAGMA foreign_keys = ON");
  StepHooks hooks;
  std::string deleted;
  hooks.started = at_start_of("drain", [&] {
    client->query("DELETE FROM t WHERE pid = 1");
    deleted = state_of(*client, "DELETE FROM p WHERE id = 1") + "deleted";
  });
  REQUIRE(outcome(engine.contract({.approved = true, .observer = &hooks})) == "ok");
  CHECK(deleted == "deleted");
  CHECK(state_of(*client, "DELETE FROM p WHERE id = 2") == "SQLITE_CONSTRAINT_FOREIGNKEY");
}

}  // namespace
}  // namespace segue::test
