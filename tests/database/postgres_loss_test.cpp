// Sessions that end: on the server's side, ours, and in the middle of a COMMIT.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "engine/database/transaction.hpp"
#include "tests/database/postgres_test.hpp"

using namespace segue;
using namespace segue::database;
using test::error_of;
using test::kind_of;
using test::TestDatabase;

TEST_CASE("a lost connection stays lost and nothing reconnects", "[database][postgres]") {
  const TestDatabase test(Kind::postgres);
  const auto observer = test.open();
  const auto db = test.open({.application_name = "victim"});
  db->query("SELECT pg_advisory_lock(1)");
  test::terminate(*observer, db->session().backend_pid);
  CHECK(kind_of([&] { db->query("SELECT 1"); }) == ErrorKind::connection_lost);
  CHECK_FALSE(db->is_open());
  for (int i = 0; i < 5; ++i) {
    CHECK(kind_of([&] { db->query("SELECT 1"); }) == ErrorKind::connection_lost);
  }
  CHECK(
      observer->query("SELECT 1 FROM pg_stat_activity WHERE application_name = 'victim'").empty());
  CHECK(db->open_another()->query("SELECT 1").integer(0, 0) == 1);
}

TEST_CASE("a connection lost inside a transaction is not in doubt", "[database][postgres]") {
  const TestDatabase test(Kind::postgres);
  test.run("CREATE TABLE t (a int)");
  const auto observer = test.open();
  const auto db = test.open();
  {
    Transaction transaction(*db, "BEGIN");
    db->query("INSERT INTO public.t VALUES (1)");
    test::terminate(*observer, db->session().backend_pid);
    CHECK(kind_of([&] { db->query("SELECT 1"); }) == ErrorKind::connection_lost);
    CHECK_FALSE(db->in_transaction());
    CHECK(kind_of([&] { transaction.commit(); }) == ErrorKind::connection_lost);
    transaction.rollback();
  }
  CHECK(observer->query("SELECT * FROM public.t").empty());
}

TEST_CASE("a session that was ended while idle is found out by COMMIT, in doubt",
          "[database][postgres]") {
  const TestDatabase test(Kind::postgres);
  const auto observer = test.open();
  const auto db = test.open();
  Transaction transaction(*db, "BEGIN");
  test::terminate(*observer, db->session().backend_pid);
  CHECK(kind_of([&] { transaction.commit(); }) == ErrorKind::in_doubt);
  CHECK_FALSE(db->is_open());
}

TEST_CASE("a connection lost while COMMIT runs is in doubt (P36)", "[database][postgres]") {
  const TestDatabase test(Kind::postgres);
  test.run(
      "CREATE TABLE t (a int);"
      "CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $$"
      " BEGIN PERFORM pg_catalog.pg_advisory_xact_lock(9); RETURN NULL; END $$;"
      "CREATE CONSTRAINT TRIGGER w AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED"
      " FOR EACH ROW EXECUTE FUNCTION wait()");
  const auto observer = test.open();
  const auto db = test.open();
  observer->query("SELECT pg_advisory_lock(9)");
  std::thread ender([&] {
    test::wait_until_blocked(*observer, db->session().backend_pid, "COMMIT");
    test::terminate(*observer, db->session().backend_pid);
  });
  Transaction transaction(*db, "BEGIN");
  db->query("INSERT INTO public.t VALUES (1)");
  const Error error = error_of([&] { transaction.commit(); });
  ender.join();
  CHECK(error.kind() == ErrorKind::in_doubt);
  CHECK(error.detail().statement == "COMMIT");
  CHECK_FALSE(db->is_open());
  CHECK(observer->query("SELECT * FROM public.t").empty());
}

TEST_CASE("a session that the server ended by a time limit is lost", "[database][postgres]") {
  const TestDatabase test(Kind::postgres);
  const auto db = test.open();
  const auto observer = test.open();
  const std::int64_t pid = db->session().backend_pid;
  // On a busy machine the session may end before its SET has come back.
  CHECK(kind_of([&] {
          db->query("SET idle_session_timeout = 1");
          test::wait_until([&] { return !test::wait_of(*observer, pid); });
          db->query("SELECT 1");
        }) == ErrorKind::connection_lost);
}

TEST_CASE("the server ends the session of a client that was killed while it waited (P35)",
          "[database][postgres]") {
  const TestDatabase test(Kind::postgres);
  const auto observer = test.open();
  observer->query("SELECT pg_advisory_lock(3)");
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    test.open({.application_name = "orphan"})->query("SELECT pg_advisory_lock(3)");
    _exit(1);  // not reached: killed while it waits
  }
  const std::string orphan = "SELECT pid FROM pg_stat_activity WHERE application_name = 'orphan'";
  test::wait_until(
      [&] { return !observer->query(orphan + " AND wait_event = 'advisory'").empty(); });
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  // The whole session: its wait alone also ends for a moment, where the server looks for deadlocks.
  test::wait_until([&] { return observer->query(orphan).empty(); });
}
