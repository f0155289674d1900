#include <catch2/catch.hpp>

#include "engine/catalog/catalog_reader.hpp"
#include "tests/support/test_database.hpp"

using namespace segue;
using database::Kind;

namespace {

constexpr std::string_view schema = R"sql(
CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT); -- note
CREATE TABLE u (a REFERENCES t);
CREATE INDEX t_b ON t (b);
CREATE VIEW v AS SELECT a FROM t;
CREATE TRIGGER one AFTER INSERT ON t BEGIN SELECT 1; END;
CREATE TRIGGER two AFTER INSERT ON t BEGIN SELECT 2; END;
)sql";

struct Mutation {
  std::string change;
  std::string undo;
};

const std::vector<Mutation> mutations = {
    {"ALTER TABLE t ADD c DEFAULT 1", "ALTER TABLE t DROP c"},
    {"DROP INDEX t_b", "CREATE INDEX t_b ON t (b)"},
    {"DROP VIEW v; CREATE VIEW v AS SELECT  a FROM t",
     "DROP VIEW v; CREATE VIEW v AS SELECT a FROM t"},
    {"DROP TRIGGER two", "CREATE TRIGGER two AFTER INSERT ON t BEGIN SELECT 2; END"},
    {"DROP TRIGGER one; CREATE TRIGGER one AFTER INSERT ON t BEGIN SELECT 1; END",
     "DROP TRIGGER two; CREATE TRIGGER two AFTER INSERT ON t BEGIN SELECT 2; END"},
    {"PRAGMA user_version = 3", "PRAGMA user_version = 0"},
    {"PRAGMA application_id = 3", "PRAGMA application_id = 0"},
    {"PRAGMA journal_mode = WAL", "PRAGMA journal_mode = DELETE"},
    {"PRAGMA auto_vacuum = FULL; VACUUM", "PRAGMA auto_vacuum = NONE; VACUUM"},
    {"PRAGMA page_size = 8192; VACUUM", "PRAGMA page_size = 4096; VACUUM"},
};

const std::vector<std::string> silent_changes = {
    "INSERT INTO t VALUES (1, 'x')",
    "VACUUM",
    "CREATE TABLE segue_lease (one); CREATE INDEX segue_ix_1 ON t (a, b)",
    "CREATE TRIGGER segue_t_i AFTER INSERT ON t BEGIN SELECT 1; END",
    "ANALYZE",
};

}  // namespace

TEST_CASE("each fact of a SQLite file changes the print, and its undoing restores it",
          "[catalog]") {
  const test::TestDatabase test(Kind::sqlite);
  test.run(schema);
  const auto print = [&] { return catalog::print_catalog(*test.open(), ""); };
  const std::string before = print();
  for (const Mutation& mutation : mutations) {
    INFO(mutation.change);
    test.run(mutation.change);
    CHECK(print() != before);
    test.run(mutation.undo);
    REQUIRE(print() == before);
  }
  for (const std::string& change : silent_changes) {
    INFO(change);
    test.run(change);
    CHECK(print() == before);
  }
}

TEST_CASE("a published shadow goes unprinted with all that belongs to it", "[catalog]") {
  const test::TestDatabase test(Kind::sqlite);
  test.run(schema);
  const auto connection = test.open();
  const std::string before = catalog::print_catalog(*connection, "");
  test.run(
      "CREATE TABLE t__0007 (a INTEGER PRIMARY KEY, b INT);"
      "CREATE INDEX any_name ON t__0007 (b);"
      "CREATE TRIGGER any_trigger AFTER DELETE ON t__0007 BEGIN SELECT 1; END");
  CHECK(catalog::print_catalog(*connection, "") != before);
  CHECK(catalog::print_catalog(*connection, "", {"T__0007"}) == before);
}
