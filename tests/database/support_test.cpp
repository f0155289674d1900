// The doubles that other layers' tests rely on.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "engine/database/transaction.hpp"
#include "tests/database/database_test.hpp"
#include "tests/support/fault_injector.hpp"
#include "tests/support/scripted_database.hpp"

using namespace segue;
using namespace segue::database;
using test::Fault;
using test::FaultInjector;
using test::FaultPlan;
using test::kind_of;
using test::ScriptedDatabase;
using test::TestDatabase;

TEST_CASE("a scripted database answers in turn and refuses the rest", "[support]") {
  ScriptedDatabase db(Kind::postgres);
  db.expect("BEGIN");
  db.expect("SELECT a\n  FROM t")
      .with({std::int64_t{1}})
      .answers({{"x", std::nullopt}}, {"a", "b"});
  db.expect_containing("UPDATE t").affects(3);
  db.expect("LOCK TABLE t").fails(ErrorKind::lock_timeout, "55P03");
  db.expect("COMMIT").loses_connection();
  Transaction transaction(db, "BEGIN");
  CHECK(db.query("SELECT a FROM t", {std::int64_t{1}}).is_null(0, 1));
  CHECK(db.query("UPDATE t SET a = 1").affected == 3);
  CHECK(kind_of([&] { db.query("LOCK TABLE t"); }) == ErrorKind::lock_timeout);
  CHECK(kind_of([&] { db.query("DROP TABLE t"); }) == ErrorKind::bug);
  CHECK(kind_of([&] { transaction.commit(); }) == ErrorKind::in_doubt);
  CHECK(db.is_finished());
  CHECK_FALSE(db.is_open());
}

TEST_CASE("an injected loss rolls back, and after COMMIT it does not", "[support]") {
  const Kind kind = GENERATE(Kind::postgres, Kind::sqlite);
  const TestDatabase test(kind);
  test.run("CREATE TABLE t (a int)");
  const std::string t = kind == Kind::postgres ? "public.t" : "t";
  const auto run = [&](Fault fault, int at) -> std::optional<ErrorKind> {
    FaultPlan plan(fault, at);
    FaultInjector db(test.open(), plan);
    try {
      Transaction transaction(db, "BEGIN");
      db.query(fmt::format("INSERT INTO {} VALUES (1)", t));
      transaction.commit();
    } catch (const Error& error) {
      CHECK_FALSE(db.is_open());
      CHECK(kind_of([&] { db.query("SELECT 1"); }) == ErrorKind::connection_lost);
      return error.kind();
    }
    CHECK(plan.count() == 3);
    return std::nullopt;
  };
  const auto rows = [&] {
    return test.open()->query(fmt::format("SELECT count(*) FROM {}", t)).integer(0, 0);
  };
  CHECK(run(Fault::lost_before, 2) == ErrorKind::connection_lost);
  CHECK(run(Fault::lost_after, 2) == ErrorKind::connection_lost);
  CHECK(run(Fault::lost_before, 3) == ErrorKind::in_doubt);
  CHECK(rows() == 0);
  CHECK(run(Fault::lost_after, 3) == ErrorKind::in_doubt);
  CHECK(rows() == 1);
  CHECK(run(Fault::none, 0) == std::nullopt);
  CHECK(rows() == 2);
}

TEST_CASE("a cut fails every connection from then on", "[support]") {
  const TestDatabase test(Kind::sqlite);
  FaultPlan plan(Fault::cut, 2);
  FaultInjector db(test.open(), plan);
  const auto other = db.open_another();
  db.query("SELECT 1");
  CHECK(kind_of([&] { other->query("SELECT 1"); }) == ErrorKind::connection_lost);
  CHECK(kind_of([&] { db.query("SELECT 1"); }) == ErrorKind::connection_lost);
  CHECK(kind_of([&] { (void)db.open_another(); }) == ErrorKind::connection_lost);
}

TEST_CASE("a kill ends the process at the statement", "[support]") {
  const Fault fault = GENERATE(Fault::kill_before, Fault::kill_after);
  const TestDatabase test(Kind::sqlite);
  test.run("CREATE TABLE t (a)");
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    FaultPlan plan(fault, 1);
    FaultInjector db(test.open(), plan);
    db.query("INSERT INTO t VALUES (1)");
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  CHECK((WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL));
  const std::int64_t rows = test.open()->query("SELECT count(*) FROM t").integer(0, 0);
  CHECK(rows == (fault == Fault::kill_after ? 1 : 0));
}

TEST_CASE("a script is split into statements", "[support]") {
  CHECK(
      test::statements_of("SELECT ';'; -- a;b\n CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT 1; "
                          "SELECT CASE WHEN 1 THEN 2 END; END; SELECT $$;$$;")
          .size() == 3);
  CHECK(test::with_database("postgresql://postgres@/postgres?host=/x&port=1", "d") ==
        "postgresql://postgres@/d?host=/x&port=1");
  CHECK(test::with_database("postgresql://h", "d") == "postgresql://h/d");
}
