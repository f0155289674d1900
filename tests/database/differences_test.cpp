// What the two databases say in other words, asked in one way.
#include <catch2/catch.hpp>

#include "engine/database/file_locks.hpp"
#include "engine/database/time_limit.hpp"
#include "engine/database/transaction.hpp"
#include "tests/database/database_test.hpp"

using namespace segue;
using namespace segue::database;
using namespace std::chrono_literals;
using test::kind_of;
using test::TestDatabase;

namespace {

constexpr const char* endless_on_sqlite =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

std::string endless(Kind kind) {
  return kind == Kind::postgres ? "SELECT pg_catalog.pg_sleep(600)" : endless_on_sqlite;
}

}  // namespace

TEST_CASE("a writing transaction writes, whatever the session's defaults are", "[database]") {
  const TestDatabase test(Kind::postgres);
  const auto db = test.open();
  db->query("SET default_transaction_read_only = on");
  db->query("SET default_transaction_isolation = 'serializable'");
  Transaction transaction(*db, begin_writing(*db));
  CHECK(db->query("SHOW transaction_isolation").text(0, 0) == "read committed");
  db->query("CREATE TABLE public.t (a int)");
  transaction.commit();
}

TEST_CASE("a writing transaction of SQLite has the file from its beginning", "[database]") {
  const TestDatabase test(Kind::sqlite);
  const auto db = test.open();
  const auto other = test.open({.lock_budget_ms = 0});
  const Transaction transaction(*db, begin_writing(*db));
  CHECK(kind_of([&] { const Transaction late(*other, begin_writing(*other)); }) ==
        ErrorKind::lock_timeout);
}

TEST_CASE("another connection learns what became of a transaction", "[database]") {
  const TestDatabase test(Kind::postgres);
  const auto db = test.open();
  const auto other = test.open();
  Transaction kept(*db, begin_writing(*db));
  const std::string kept_id = transaction_id(*db);
  CHECK(fate_of(*other, kept_id) == Fate::in_progress);
  kept.commit();
  CHECK(fate_of(*other, kept_id) == Fate::committed);
  Transaction undone(*db, begin_writing(*db));
  const std::string undone_id = transaction_id(*db);
  CHECK(undone_id != kept_id);
  undone.rollback();
  CHECK(fate_of(*other, undone_id) == Fate::aborted);
}

TEST_CASE("a transaction of SQLite has no id to be asked by", "[database]") {
  const TestDatabase test(Kind::sqlite);
  const auto db = test.open();
  const Transaction transaction(*db, begin_writing(*db));
  CHECK(transaction_id(*db).empty());
}

TEST_CASE("a query with a limit answers, or ends and leaves the connection as it was",
          "[database]") {
  const Kind kind = GENERATE(Kind::postgres, Kind::sqlite);
  const TestDatabase test(kind);
  const auto db = test.open();
  CHECK(query_within(*db, "SELECT 7", 60s).integer(0, 0) == 7);
  CHECK_THROWS_AS(query_within(*db, endless(kind), 20ms), Error);
  CHECK_FALSE(db->in_transaction());
  CHECK(query_within(*db, "SELECT 7", 60s).integer(0, 0) == 7);
}

TEST_CASE("a scratch database is empty, and nobody else sees it", "[database]") {
  const TestDatabase test(Kind::sqlite);
  test.run("CREATE TABLE t (a)");
  const auto db = test.open();
  const auto scratch = open_scratch(*db);
  const auto another = open_scratch(*db);
  CHECK(scratch->query("SELECT * FROM sqlite_schema").empty());
  scratch->query("CREATE TABLE u (a)");
  CHECK(another->query("SELECT * FROM sqlite_schema").empty());
  CHECK(db->query("SELECT name FROM sqlite_schema").rows.size() == 1);
}

TEST_CASE("a server's database has neither a scratch nor a locked file", "[database]") {
  const TestDatabase test(Kind::postgres);
  const auto db = test.open();
  CHECK(kind_of([&] { static_cast<void>(open_scratch(*db)); }) == ErrorKind::bug);
  CHECK(file_lockers(*db).empty());
}
