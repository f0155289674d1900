// What every Database promises, run over PostgreSQL and SQLite.
#include <catch2/catch.hpp>

#include <limits>

#include "engine/database/transaction.hpp"
#include "tests/database/database_test.hpp"

using namespace segue;
using namespace segue::database;
using test::kind_of;
using test::TestDatabase;

namespace {

/// Where a table of the test is made; SQLite has no schemas.
std::string table(Kind kind) { return kind == Kind::postgres ? "public.t" : "t"; }

std::string parameter(Kind kind, int number) {
  return fmt::format("{}{}", kind == Kind::postgres ? '$' : '?', number);
}

}  // namespace

TEST_CASE("values come back as they were bound", "[database]") {
  const Kind kind = GENERATE(Kind::postgres, Kind::sqlite);
  const TestDatabase test(kind);
  const auto db = test.open();
  const std::string t = table(kind);
  db->query(fmt::format("CREATE TABLE {} (i bigint, d double precision, s text, n text)", t));
  const std::string insert =
      fmt::format("INSERT INTO {} VALUES ({}, {}, {}, {})", t, parameter(kind, 1),
                  parameter(kind, 2), parameter(kind, 3), parameter(kind, 4));
  const std::int64_t least = std::numeric_limits<std::int64_t>::min();
  const std::string text = "it's \"ä\" \\ ; -- $1 ?1 \n\t";
  CHECK(db->query(insert, {least, 0.5, text, nullptr}).affected == 1);

  const Result result = db->query(fmt::format("SELECT i, d, s, n FROM {}", t));
  CHECK(result.columns == std::vector<std::string>{"i", "d", "s", "n"});
  REQUIRE(result.rows.size() == 1);
  CHECK(result.integer(0, 0) == least);
  CHECK(result.text(0, 1) == "0.5");
  CHECK(result.text(0, 2) == text);
  CHECK(result.is_null(0, 3));
  CHECK(result.text(0, 3).empty());
  CHECK(result.affected == 0);
  CHECK(kind_of([&] { (void)result.text(1, 0); }) == ErrorKind::bug);
  CHECK(kind_of([&] { (void)result.integer(0, 2); }) == ErrorKind::bug);
}

TEST_CASE("an empty text is not NULL and an empty result has columns", "[database]") {
  const Kind kind = GENERATE(Kind::postgres, Kind::sqlite);
  const TestDatabase test(kind);
  const auto db = test.open();
  const Result one = db->query("SELECT '' AS a, NULL AS b");
  CHECK_FALSE(one.is_null(0, 0));
  CHECK(one.is_null(0, 1));
  const Result none = db->query("SELECT 1 AS a WHERE 1 = 0");
  CHECK(none.empty());
  CHECK(none.columns == std::vector<std::string>{"a"});
}

TEST_CASE("affected counts changed rows only", "[database]") {
  const Kind kind = GENERATE(Kind::postgres, Kind::sqlite);
  const TestDatabase test(kind);
  const auto db = test.open();
  const std::string t = table(kind);
  CHECK(db->query(fmt::format("CREATE TABLE {} (a int)", t)).affected == 0);
  CHECK(db->query(fmt::format("INSERT INTO {} VALUES (1), (2), (3)", t)).affected == 3);
  CHECK(db->query(fmt::format("UPDATE {} SET a = a + 1 WHERE a > 1", t)).affected == 2);
  CHECK(db->query(fmt::format("UPDATE {} SET a = 0 WHERE a = 99", t)).affected == 0);
  CHECK(db->query(fmt::format("SELECT * FROM {}", t)).affected == 0);
  CHECK(db->query(fmt::format("WITH x AS (SELECT 3 AS a) DELETE FROM {} WHERE a IN "
                              "(SELECT a FROM x)", t)).affected == 1);
  CHECK(db->query(fmt::format("/* why */ DELETE FROM {} RETURNING a", t)).affected == 2);
  CHECK(db->query(fmt::format("DROP TABLE {}", t)).affected == 0);
}

TEST_CASE("query runs one statement and no more", "[database]") {
  const Kind kind = GENERATE(Kind::postgres, Kind::sqlite);
  const TestDatabase test(kind);
  const auto db = test.open();
  const std::string t = table(kind);
  db->query(fmt::format("CREATE TABLE {} (a int)", t));
  const auto run = [&](const std::string& sql) { return kind_of([&] { db->query(sql); }); };
  CHECK(run(fmt::format("INSERT INTO {0} VALUES (1); INSERT INTO {0} VALUES (2)", t)) ==
        ErrorKind::bug);
  CHECK(run(fmt::format("SELECT 1; DROP TABLE {}", t)) == ErrorKind::bug);
  CHECK(run("") == ErrorKind::bug);
  CHECK(run(" ; ") == ErrorKind::bug);
  CHECK(run("-- nothing") == ErrorKind::bug);
  CHECK(db->query(fmt::format("SELECT count(*) FROM {}", t)).integer(0, 0) == 0);
  CHECK(db->query("SELECT ';' ; -- the end; really").text(0, 0) == ";");
}

TEST_CASE("failures have kinds, codes and the statement", "[database]") {
  const Kind kind = GENERATE(Kind::postgres, Kind::sqlite);
  const TestDatabase test(kind);
  const auto db = test.open();
  const std::string t = table(kind);
  db->query(fmt::format("CREATE TABLE {} (a int PRIMARY KEY NOT NULL, b int CHECK (b > 0))", t));
  db->query(fmt::format("INSERT INTO {} VALUES (1, 1)", t));
  const std::string twice = fmt::format("INSERT INTO {} VALUES (1, 1)", t);
  const Error unique = test::error_of([&] { db->query(twice); });
  CHECK(unique.kind() == ErrorKind::conflict);
  CHECK(unique.detail().statement == twice);
  CHECK(unique.detail().sqlstate ==
        (kind == Kind::postgres ? "23505" : "SQLITE_CONSTRAINT_PRIMARYKEY"));
  const auto run = [&](const std::string& sql) { return kind_of([&] { db->query(sql); }); };
  CHECK(run(fmt::format("INSERT INTO {} VALUES (2, 0)", t)) == ErrorKind::conflict);
  CHECK(run("SELECT FROM WHERE") == ErrorKind::invalid_input);
  CHECK(run("SELECT no_such_column") == ErrorKind::invalid_input);
  CHECK(run("SELECT * FROM no_such_table") == ErrorKind::invalid_input);
  CHECK(run(fmt::format("SELECT no_such_function(a) FROM {}", t)) == ErrorKind::invalid_input);
  CHECK(db->is_open());
  CHECK(db->query("SELECT 1").integer(0, 0) == 1);
}

TEST_CASE("a transaction guard rolls back unless it was committed", "[database]") {
  const Kind kind = GENERATE(Kind::postgres, Kind::sqlite);
  const TestDatabase test(kind);
  const auto db = test.open();
  const std::string t = table(kind);
  db->query(fmt::format("CREATE TABLE {} (a int)", t));
  const std::string insert = fmt::format("INSERT INTO {} VALUES (1)", t);
  const std::string counting = fmt::format("SELECT count(*) FROM {}", t);
  const auto count = [&] { return db->query(counting).integer(0, 0); };
  {
    const Transaction transaction(*db, "BEGIN");
    CHECK(db->in_transaction());
    db->query(insert);
  }
  CHECK_FALSE(db->in_transaction());
  CHECK(count() == 0);
  {
    Transaction transaction(*db, "BEGIN");
    db->query(insert);
    transaction.commit();
    CHECK_FALSE(db->in_transaction());
    CHECK(kind_of([&] { transaction.commit(); }) == ErrorKind::bug);
    transaction.rollback();
  }
  CHECK(count() == 1);
  {
    Transaction transaction(*db, "BEGIN");
    db->query(insert);
    transaction.rollback();
    CHECK_FALSE(db->in_transaction());
    transaction.rollback();
  }
  CHECK(count() == 1);
}

TEST_CASE("a guard inside a transaction is refused and the outer one goes on", "[database]") {
  const Kind kind = GENERATE(Kind::postgres, Kind::sqlite);
  const TestDatabase test(kind);
  const auto db = test.open();
  Transaction outer(*db, "BEGIN");
  CHECK(kind_of([&] { const Transaction inner(*db, "BEGIN"); }) == ErrorKind::bug);
  CHECK(db->in_transaction());
  outer.commit();
}

TEST_CASE("a savepoint takes back what followed it", "[database]") {
  const Kind kind = GENERATE(Kind::postgres, Kind::sqlite);
  const TestDatabase test(kind);
  const auto db = test.open();
  const std::string t = table(kind);
  Transaction transaction(*db, "BEGIN");
  db->query(fmt::format("CREATE TABLE {} (a int PRIMARY KEY)", t));
  db->query("SAVEPOINT p");
  db->query(fmt::format("INSERT INTO {} VALUES (1)", t));
  CHECK(kind_of([&] { db->query(fmt::format("INSERT INTO {} VALUES (1)", t)); }) ==
        ErrorKind::conflict);
  CHECK(db->in_transaction());
  db->query("ROLLBACK TO p");
  transaction.commit();
  CHECK(db->query(fmt::format("SELECT count(*) FROM {}", t)).integer(0, 0) == 0);
}

TEST_CASE("another connection is a session of its own", "[database]") {
  const Kind kind = GENERATE(Kind::postgres, Kind::sqlite);
  const TestDatabase test(kind);
  const auto db = test.open();
  const auto other = db->open_another();
  const std::string t = table(kind);
  db->query(fmt::format("CREATE TABLE {} (a int)", t));
  Transaction transaction(*db, "BEGIN");
  db->query(fmt::format("INSERT INTO {} VALUES (1)", t));
  CHECK_FALSE(other->in_transaction());
  const std::string count = fmt::format("SELECT count(*) FROM {}", t);
  CHECK(other->query(count).integer(0, 0) == 0);
  transaction.commit();
  CHECK(other->query(count).integer(0, 0) == 1);
  CHECK(other->kind() == kind);
  if (kind == Kind::postgres) CHECK(other->session().backend_pid != db->session().backend_pid);
}

TEST_CASE("the session tells the version", "[database]") {
  const Kind kind = GENERATE(Kind::postgres, Kind::sqlite);
  const TestDatabase test(kind);
  const auto db = test.open();
  const Session& session = db->session();
  CHECK(session.server_version >= (kind == Kind::postgres ? 140000 : 3024000));
  CHECK(session.server_version_text.find('.') != std::string::npos);
  CHECK(session.server_version_text.find(' ') == std::string::npos);
  CHECK((session.backend_pid > 0) == (kind == Kind::postgres));
  CHECK(session.backend_start.empty() == (kind == Kind::sqlite));
}
