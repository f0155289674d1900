// What only PostgreSQL does: session settings, SQLSTATEs, cancelling. Sessions that end are in
// postgres_loss_test.cpp.
#include "tests/database/postgres_test.hpp"

#include "engine/catalog/catalog_reader.hpp"
#include "engine/database/postgres_errors.hpp"
#include "engine/database/transaction.hpp"

using namespace segue;
using namespace segue::database;
using test::error_of;
using test::kind_of;
using test::TestDatabase;
using test::TestRole;

namespace {

std::string setting(Database& db, const std::string& name) {
  return db.query("SELECT current_setting($1)", {name}).text(0, 0);
}

}  // namespace

TEST_CASE("a statement that is said again is kept by the server", "[database][postgres]") {
  const TestDatabase test(Kind::postgres);
  const std::string statement = "SELECT count(*) FROM pg_class WHERE relname = $1::text";
  const std::string kept = "SELECT count(*) FROM pg_prepared_statements";
  const auto db = test.open();
  CHECK(db->query_again(statement, {"t"}).integer(0, 0) == 0);
  CHECK(db->query(kept).integer(0, 0) == 1);
  db->query("CREATE TABLE public.t (id int)");
  CHECK(db->query_again(statement, {"t"}).integer(0, 0) == 1);
  CHECK(db->query_again(statement, {nullptr}).integer(0, 0) == 0);
  CHECK(db->query(kept).integer(0, 0) == 1);
  CHECK(kind_of([&] { db->query_again("SELECT nothing()"); }) == ErrorKind::invalid_input);
  CHECK(kind_of([&] { db->query_again("SELECT nothing()"); }) == ErrorKind::invalid_input);

  const auto looking = test.open({.read_only = true});
  looking->query_again(statement, {"t"});
  CHECK(looking->query(kept).integer(0, 0) == 0);
  looking->query_again(statement, {"t"});
  CHECK(looking->query(kept).integer(0, 0) == 1);

  db->query("DEALLOCATE ALL");
  CHECK(error_of([&] { db->query_again(statement, {"t"}); }).detail().sqlstate == "26000");
  CHECK(db->query_again(statement, {"t"}).integer(0, 0) == 1);
  CHECK_FALSE(catalog::read_catalog(*db, "public").tables.empty());
  db->query("DEALLOCATE ALL");
  CHECK(catalog::read_catalog(*db, "public").tables.size() == 1);
}

TEST_CASE("defaults of the role do not reach our sessions (P58)", "[database][postgres]") {
  const TestDatabase test(Kind::postgres);
  const TestRole role(test, "SUPERUSER");
  for (const std::string each : {"default_transaction_isolation = serializable",
                                 "default_transaction_read_only = on",
                                 "default_transaction_deferrable = on",
                                 "statement_timeout = '9s'",
                                 "lock_timeout = '8s'",
                                 "idle_in_transaction_session_timeout = '9s'",
                                 "search_path = public, pg_catalog",
                                 "row_security = on",
                                 "TimeZone = 'Asia/Tokyo'",
                                 "DateStyle = 'German'",
                                 "IntervalStyle = iso_8601",
                                 "bytea_output = escape",
                                 "standard_conforming_strings = off",
                                 "session_replication_role = replica",
                                 "quote_all_identifiers = on",
                                 "enable_tidscan = off",
                                 "extra_float_digits = -15",
                                 "check_function_bodies = off",
                                 "client_encoding = LATIN1",
                                 "application_name = other",
                                 "xmloption = document",
                                 "jit = on"}) {
    role.set(each);
  }
  const auto db = open({.url = role.url});
  REQUIRE(db->query("SELECT session_user").text(0, 0) == role.name);
  {
    const Transaction transaction(*db, "BEGIN");
    CHECK(setting(*db, "transaction_isolation") == "read committed");
    CHECK(setting(*db, "transaction_read_only") == "off");
    CHECK(setting(*db, "transaction_deferrable") == "off");
  }
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"transaction_isolation", "read committed"},
      {"statement_timeout", "0"},
      {"lock_timeout", "0"},
      {"idle_in_transaction_session_timeout", "0"},
      {"idle_session_timeout", "0"},
      {"search_path", "pg_catalog, pg_temp"},
      {"row_security", "off"},
      {"TimeZone", "UTC"},
      {"DateStyle", "ISO, YMD"},
      {"IntervalStyle", "postgres"},
      {"bytea_output", "hex"},
      {"standard_conforming_strings", "on"},
      {"session_replication_role", "origin"},
      {"quote_all_identifiers", "off"},
      {"enable_tidscan", "on"},
      {"extra_float_digits", "1"},
      {"check_function_bodies", "on"},
      {"client_encoding", "UTF8"},
      {"application_name", "segue"},
      {"client_connection_check_interval", "1s"},
      {"jit", "off"},
      {"xmloption", "content"}};
  for (const auto& [name, value] : expected) {
    CAPTURE(name);
    CHECK(setting(*db, name) == value);
  }
  if (db->session().server_version >= 170000) CHECK(setting(*db, "transaction_timeout") == "0");
}

TEST_CASE("an object in a temporary schema does not stand in for a catalogue",
          "[database][postgres]") {
  const TestDatabase test(Kind::postgres);
  const auto db = test.open();
  db->query("CREATE TEMP TABLE pg_class (relname text)");
  CHECK(db->query("SELECT count(*) FROM pg_class").integer(0, 0) > 100);
}

TEST_CASE("a session acts as the role that was asked for", "[database][postgres]") {
  const TestDatabase test(Kind::postgres);
  const TestRole role(test, "");
  const auto db = test.open({.role = role.name});
  CHECK(db->query("SELECT current_user").text(0, 0) == role.name);
  CHECK(kind_of([&] { db->query("CREATE SCHEMA s"); }) == ErrorKind::privilege);
  CHECK(db->open_another()->query("SELECT current_user").text(0, 0) == role.name);
  CHECK(kind_of([&] { (void)test.open({.role = "no_such_role"}); }) == ErrorKind::conflict);
}

TEST_CASE("a read-only session writes nothing", "[database][postgres]") {
  const TestDatabase test(Kind::postgres);
  const auto db = test.open({.read_only = true});
  const Error error = error_of([&] { db->query("CREATE TABLE public.t ()"); });
  CHECK(error.kind() == ErrorKind::privilege);
  CHECK(error.detail().sqlstate == "25006");
}

TEST_CASE("the session knows its backend", "[database][postgres]") {
  const TestDatabase test(Kind::postgres);
  const auto db = test.open();
  const auto other = test.open();
  CHECK(other
            ->query("SELECT 1 FROM pg_stat_activity WHERE pid = $1 AND backend_start = $2",
                    {db->session().backend_pid, db->session().backend_start})
            .rows.size() == 1);
}

TEST_CASE("passwords are not shown", "[database][postgres]") {
  const TestDatabase test(Kind::postgres);
  const TestRole role(test, "PASSWORD 'Tops3cret'");
  const std::string with_password = role.url + "&password=Tops3cret";
  const auto db = open({.url = with_password});
  CHECK(db->description().find("Tops3cret") == std::string::npos);
  CHECK(db->description().find(role.name) != std::string::npos);
  const auto is_silent = [](const std::string& url, ErrorKind kind) {
    CAPTURE(url);
    const Error error = error_of([&] { (void)open({.url = url}); });
    CHECK(error.kind() == kind);
    const std::string all = error.what() + error.detail().next + error.detail().statement;
    for (const char* part : {"Tops3cret", "3cret", "Tops"})
      CHECK(all.find(part) == std::string::npos);
  };
  is_silent(test::with_database(with_password, "no_such_database"), ErrorKind::invalid_input);
  is_silent(test.url() + "&user=no_such_user&password=Tops3cret", ErrorKind::privilege);
  is_silent(test.url() + "&schema=public&password=Tops3cret", ErrorKind::invalid_input);
  is_silent("postgresql://u:Tops@3cret@/d?host=/nowhere", ErrorKind::invalid_input);
  is_silent("postgresql://u:Tops/3cret@h/d", ErrorKind::invalid_input);
  is_silent("postgresql://u:Tops?3cret@/d?host=/nowhere", ErrorKind::connection_lost);
  is_silent("postgresql://u:Tops%3@h/3cret", ErrorKind::invalid_input);
  is_silent("host=h password=Tops 3cret", ErrorKind::invalid_input);
  is_silent("postgresql://u:Tops3cret@/d?host=/nowhere", ErrorKind::connection_lost);
}

TEST_CASE("a value cannot be cut and cannot become a statement", "[database][postgres]") {
  const TestDatabase test(Kind::postgres);
  const auto db = test.open();
  CHECK(kind_of([&] { db->query("SELECT $1", {std::string("a\0b", 3)}); }) ==
        ErrorKind::invalid_input);
  CHECK(db->query("SELECT $1", {std::string("'; DROP TABLE t; --")}).text(0, 0) ==
        "'; DROP TABLE t; --");
  CHECK(db->query("SELECT $1::bytea", {std::string("\\x00ff")}).text(0, 0) == "\\x00ff");
  CHECK(db->query("SELECT $1::float8", {1e300 * 1e10}).text(0, 0) == "Infinity");
  CHECK(db->query("SELECT $1::float8", {0.1}).text(0, 0) == "0.1");
}

TEST_CASE("the server's text comes without the severity", "[database][postgres]") {
  const TestDatabase test(Kind::postgres);
  const auto db = test.open();
  const Error error = error_of([&] { db->query("SELECT * FROM nothing"); });
  CHECK(std::string(error.what()).starts_with("relation \"nothing\" does not exist"));
  CHECK(error.detail().sqlstate == "42P01");
  CHECK(plain_message("FEHLER:  etwas\nDETAIL:  mehr\n") == "etwas\nDETAIL:  mehr");
  CHECK(plain_message("connection to server failed: FATAL:  x") ==
        "connection to server failed: FATAL:  x");
}

TEST_CASE("a syntax error in a body with semicolons is not several statements",
          "[database][postgres]") {
  const TestDatabase test(Kind::postgres);
  const auto db = test.open();
  CHECK(kind_of([&] {
          db->query(
              "CREATE FUNCTION public.f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELEC 1; END;");
        }) == ErrorKind::invalid_input);
}

TEST_CASE("COMMIT of a failed transaction is an error and ends it", "[database][postgres]") {
  const TestDatabase test(Kind::postgres);
  const auto db = test.open();
  Transaction transaction(*db, "BEGIN");
  CHECK(kind_of([&] { db->query("SELECT 1/0"); }) == ErrorKind::conflict);
  CHECK(db->in_transaction());
  CHECK(kind_of([&] { db->query("SELECT 1"); }) == ErrorKind::bug);
  const Error error = error_of([&] { transaction.commit(); });
  CHECK(error.kind() == ErrorKind::bug);
  CHECK(error.detail().sqlstate == "25P02");
  CHECK_FALSE(db->in_transaction());
}

TEST_CASE("a deferred constraint that fails at COMMIT is a conflict and ends the transaction",
          "[database][postgres]") {
  const TestDatabase test(Kind::postgres);
  test.run("CREATE TABLE t (a int UNIQUE DEFERRABLE INITIALLY DEFERRED)");
  const auto db = test.open();
  Transaction transaction(*db, "BEGIN");
  db->query("INSERT INTO public.t VALUES (1), (1)");
  CHECK(kind_of([&] { transaction.commit(); }) == ErrorKind::conflict);
  CHECK_FALSE(db->in_transaction());
}

TEST_CASE("an index can be built concurrently", "[database][postgres]") {
  const TestDatabase test(Kind::postgres);
  test.run("CREATE TABLE t (a int)");
  const auto db = test.open();
  db->query("CREATE INDEX CONCURRENTLY i ON public.t (a)");
  CHECK_FALSE(db->in_transaction());
}

TEST_CASE("a lock that is not free is lock_timeout", "[database][postgres]") {
  const TestDatabase test(Kind::postgres);
  test.run("CREATE TABLE t (a int)");
  const auto holder = test.open();
  const auto db = test.open();
  const Transaction held(*holder, "BEGIN");
  holder->query("LOCK TABLE public.t");
  const Transaction transaction(*db, "BEGIN");
  db->query("SAVEPOINT p");
  CHECK(kind_of([&] { db->query("LOCK TABLE public.t NOWAIT"); }) == ErrorKind::lock_timeout);
  db->query("ROLLBACK TO p");
  db->query("SET LOCAL lock_timeout = 1");
  CHECK(kind_of([&] { db->query("LOCK TABLE public.t"); }) == ErrorKind::lock_timeout);
}

TEST_CASE("a concurrent update is serialization", "[database][postgres]") {
  const TestDatabase test(Kind::postgres);
  test.run("CREATE TABLE t (a int); INSERT INTO t VALUES (1)");
  const auto db = test.open();
  const Transaction transaction(*db, "BEGIN ISOLATION LEVEL REPEATABLE READ");
  db->query("SELECT * FROM public.t");
  test.open()->query("UPDATE public.t SET a = 2");
  CHECK(kind_of([&] { db->query("UPDATE public.t SET a = 3"); }) == ErrorKind::serialization);
}

TEST_CASE("the victim of a deadlock is told so", "[database][postgres]") {
  const TestDatabase test(Kind::postgres);
  const auto observer = test.open();
  const auto one = test.open();
  const auto two = test.open();
  const Transaction first(*one, "BEGIN");
  const Transaction second(*two, "BEGIN");
  one->query("SET LOCAL deadlock_timeout = '1h'");
  two->query("SET LOCAL deadlock_timeout = '1ms'");
  one->query("SELECT pg_advisory_xact_lock(1)");
  two->query("SELECT pg_advisory_xact_lock(2)");
  std::thread waiter([&] { one->query("SELECT pg_advisory_xact_lock(2)"); });
  test::wait_until_blocked(*observer, one->session().backend_pid,
                           "SELECT pg_advisory_xact_lock(2)");
  CHECK(kind_of([&] { two->query("SELECT pg_advisory_xact_lock(1)"); }) == ErrorKind::deadlock);
  two->query("ROLLBACK");
  waiter.join();
}

TEST_CASE("our cancel is cancelled, a time limit or an administrator is resource",
          "[database][postgres]") {
  const TestDatabase test(Kind::postgres);
  const auto observer = test.open();
  const auto db = test.open();
  observer->query("SELECT pg_advisory_lock(7)");
  const std::string wait = "SELECT pg_advisory_lock(7)";
  const auto stopped_by = [&](const std::function<void()>& stop) {
    std::thread stopper([&] {
      test::wait_until_blocked(*observer, db->session().backend_pid, wait);
      stop();
    });
    const ErrorKind kind = kind_of([&] { db->query(wait); });
    stopper.join();
    return kind;
  };
  CHECK(stopped_by([&] { db->cancel(); }) == ErrorKind::cancelled);
  CHECK(stopped_by([&] {
          observer->query("SELECT pg_cancel_backend($1)", {db->session().backend_pid});
        }) == ErrorKind::resource);
  db->query("SET statement_timeout = 1");
  CHECK(kind_of([&] { db->query(wait); }) == ErrorKind::resource);
}

TEST_CASE("every SQLSTATE gets through the driver", "[database][postgres]") {
  const TestDatabase test(Kind::postgres);
  const auto db = test.open();
  for (const std::string code :
       {"0A000", "22012", "22P02", "23000", "23001", "23502", "23503", "23505", "23514", "23P01",
        "24000", "25001", "25006", "26000", "28000", "34000", "3D000", "3F000", "40000", "40001",
        "40002", "40003", "40P01", "42501", "42601", "42703", "42883", "42P01", "42804", "44000",
        "53000", "53100", "53200", "53300", "54000", "55000", "55006", "55P03", "55P04", "57014",
        "58030", "P0000", "P0001", "P0002", "P0003", "XX000", "XX001"}) {
    CAPTURE(code);
    const Error error = error_of([&] {
      db->query(fmt::format("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{}'; END $$", code));
    });
    CHECK(error.kind() == kind_of_sqlstate(code));
    if (!code.starts_with("400")) CHECK(error.detail().sqlstate == code);
    CHECK(db->is_open());
  }
  // A foreign server that cannot be reached is not our connection.
  CHECK(kind_of([&] {
          db->query("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '08001'; END $$");
        }) == ErrorKind::resource);
  CHECK(db->is_open());
}

TEST_CASE("SQLSTATEs have kinds", "[database][postgres]") {
  CHECK(kind_of_sqlstate("55P03") == ErrorKind::lock_timeout);
  CHECK(kind_of_sqlstate("57014", true) == ErrorKind::cancelled);
  CHECK(kind_of_sqlstate("57014") == ErrorKind::resource);
  CHECK(kind_of_sqlstate("08006") == ErrorKind::connection_lost);
  CHECK(kind_of_sqlstate("57P03") == ErrorKind::connection_lost);
  CHECK(kind_of_sqlstate("28P01") == ErrorKind::privilege);
  CHECK(kind_of_sqlstate("42501") == ErrorKind::privilege);
  CHECK(kind_of_sqlstate("42P01") == ErrorKind::invalid_input);
  CHECK(kind_of_sqlstate("53100") == ErrorKind::resource);
  CHECK(kind_of_sqlstate("23505") == ErrorKind::conflict);
  CHECK(kind_of_sqlstate("22012") == ErrorKind::conflict);
  CHECK(kind_of_sqlstate("XX001") == ErrorKind::refused);
  CHECK(kind_of_sqlstate("XX000") == ErrorKind::bug);
  CHECK(kind_of_sqlstate("") == ErrorKind::bug);
}
