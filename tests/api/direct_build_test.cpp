// SQLite: the direct build in memory, which tells before contract what would break, and in the swap
// whether the schema became what it should.

#include "tests/api/site.hpp"
#include "tests/support/without.hpp"

using namespace segue;
using database::Kind;
using test::Hooks;
using test::outcome;
using test::Site;

namespace {

constexpr const char* setup =
    "CREATE TABLE t (id integer PRIMARY KEY, c text, d text UNIQUE);"
    "CREATE TABLE log (id integer, c text, d text);"
    "INSERT INTO t VALUES (1, '7', 'x'), (2, '8', NULL)";
constexpr const char* to_integer =
    "  - alter_column: {table: t, column: c, type: integer, up: \"CAST(c AS integer)\", down: "
    "\"CAST(c AS text)\"}\n";
constexpr const char* one_more =
    "  - add_column: {table: t, column: {name: e, type: text, nullable: true}, up: c}\n";
constexpr const char* one_more_in_place =
    "  - add_column: {table: t, column: {name: e, type: text, nullable: true}}\n";
constexpr const char* renamed = "  - rename_table: {from: t, to: s}\n";

}  // namespace

TEST_CASE("SQLite: what a direct build would break is refused before anything begins", "[api]") {
  const auto [dependent, operation, named] = GENERATE(table<std::string, std::string, std::string>({
      {"CREATE VIEW v(a, b, c) AS SELECT * FROM t", one_more, "view v"},
      {"CREATE VIEW v(a, b, c) AS SELECT * FROM t", one_more_in_place, "view v"},
      {"CREATE TRIGGER g AFTER INSERT ON log BEGIN INSERT INTO t VALUES (new.id, new.c, new.d); "
       "END",
       one_more, "log"},
      {"CREATE TRIGGER g AFTER DELETE ON t BEGIN INSERT INTO log SELECT * FROM t LIMIT 1; END",
       one_more, "on t"},
  }));
  Site site(Kind::sqlite, setup);
  site.db.run(dependent);
  site.add(operation);
  const RunResult result = site.engine().apply();
  REQUIRE(result.failure);
  CHECK(result.failure->kind == ErrorKind::refused);
  CHECK_THAT(result.failure->message,
             Catch::Contains(named + " would break") || Catch::Contains(named + " would"));
  CHECK_FALSE(result.began);
}

TEST_CASE("SQLite: what is broken already stands in the way of no rebuild", "[api]") {
  Site site(Kind::sqlite, setup);
  site.db.run("CREATE VIEW v AS SELECT lost FROM nowhere");
  site.db.run("CREATE TRIGGER g AFTER INSERT ON log BEGIN DELETE FROM nowhere; END");
  site.add(to_integer);
  CHECK(outcome(site.engine().apply()) == "ok");
  CHECK(outcome(site.engine().contract({.approved = true})) == "ok");
}

TEST_CASE("SQLite: a view that came after expand and would break is found before contract begins",
          "[api]") {
  Site site(Kind::sqlite, setup);
  site.add(one_more);
  REQUIRE(outcome(site.engine().apply()) == "ok");
  site.db.run("CREATE VIEW v(a, b, c) AS SELECT * FROM t");
  const RunResult result = site.engine().contract({.approved = true});
  CHECK_THAT(outcome(result), Catch::Contains("refused: view v would break"));
  CHECK_FALSE(result.began);
  CHECK(site.state("m1") == MigrationState::migrated);
  site.db.run("DROP VIEW v");
  CHECK(outcome(site.engine().contract({.approved = true})) == "ok");
}

TEST_CASE("SQLite: an index that somebody makes while contract runs is not lost in the swap",
          "[api]") {
  const std::string operation =
      GENERATE(as<std::string>{}, to_integer,
               "  - alter_column: {table: t, column: c, unique: {name: once}}\n");
  Site site(Kind::sqlite, setup);
  site.add(operation);
  REQUIRE(outcome(site.engine().apply()) == "ok");
  Hooks hooks;
  hooks.started = [&](const StepStarted& step) {
    if (step.kind == "swap") site.db.run("CREATE INDEX late ON t (d)");
  };
  const RunResult result = site.engine().contract({.approved = true, .observer = &hooks});
  CHECK_THAT(outcome(result), Catch::Contains("drift: "));
  CHECK(site.value("PRAGMA integrity_check") == "ok");
  CHECK(site.value("SELECT id FROM t INDEXED BY late WHERE d = 'x'") == "1");
  CHECK(site.value("SELECT sum(c) FROM t") == "15");
  // A shadow does not get an index by itself.
  if (operation == to_integer) site.db.run("DROP INDEX late");
  CHECK(outcome(site.engine().contract({.approved = true})) == "ok");
  CHECK(site.value("PRAGMA integrity_check") == "ok");
}

TEST_CASE("SQLite: what a rename rewrites is rewritten in the direct build as well", "[api]") {
  Site site(Kind::sqlite, setup);
  site.db.run("CREATE VIEW v AS SELECT id, d FROM t");
  site.db.run(
      "CREATE TRIGGER g AFTER UPDATE OF d ON t BEGIN DELETE FROM log WHERE id = old.id; END");
  site.add(std::string(to_integer) + renamed);
  REQUIRE(outcome(site.engine().apply()) == "ok");
  REQUIRE(outcome(site.engine().contract({.approved = true})) == "ok");
  CHECK(site.value("SELECT count(*) FROM v") == "2");
  CHECK(site.value("SELECT sql FROM sqlite_schema WHERE name = 'g'").find("\"s\"") !=
        std::string::npos);
}

TEST_CASE("SQLite: a sync that loses a write is found before anything is created for it", "[api]") {
  Site site(Kind::sqlite, setup);
  site.add(to_integer);
  RunResult result;
  {
    const test::Without followed("delete_sync");
    result = site.engine().apply();
  }
  CHECK_THAT(outcome(result), Catch::Contains("check_failed: the sync of t was tried"));
  CHECK(site.value("SELECT group_concat(name) FROM sqlite_schema WHERE tbl_name = 't'") ==
        "t,sqlite_autoindex_t_1");
  CHECK(site.value("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'segue_new%'") == "0");
  CHECK(outcome(site.engine().apply()) == "ok");
}
