// A transaction step over a scripted database: what is said to the server, in which order, and what
// happens when one of the answers is not what the plan expects.
#include "engine/execute/transaction_step.hpp"

#include "tests/execute/executor.hpp"

using namespace segue;
using namespace segue::execute;
using dialect::Expectation;
using dialect::TransactionScript;
using test::error_of;
using test::Executor;

namespace {

TransactionScript simple() { return {.begin = "BEGIN", .statements = {{.sql = "ALTER t"}}}; }

struct Step : Executor {
  Step() : Executor() { settings.lock_wait_ms = 5000; }

  void run(const TransactionScript& script) {
    const Environment env = environment();
    run_transaction(env, name, script, [](database::Database& db) { db.query("RECORD"); });
  }
  void expect_begin() {
    db.expect("BEGIN");
    expect_fence();
    db.expect("SELECT pg_catalog.pg_current_xact_id()::text").answers({{"815"}});
  }
  void expect_fate(const std::string& fate) {
    another()
        .expect_containing("pg_xact_status($1::xid8)")
        .with({std::string("815")})
        .answers({{fate}});
  }
};

}  // namespace

TEST_CASE("a step is begin, fence, calm, locks, statements, probe, record, commit, in this order",
          "[execute]") {
  Step step;
  TransactionScript script = simple();
  script.before = {{.sql = "BEFORE"}};
  script.calm = {"CALM 1", "CALM 2"};
  script.locks = {"LOCK v NOWAIT", "LOCK t NOWAIT"};
  script.probe_settings = {{.sql = "SETTINGS"}};
  script.probe = {{.sql = "PROBE"}};
  script.after = {{.sql = "AFTER"}};
  script.failed = {{.sql = "never"}};
  step.db.expect("BEFORE");
  step.expect_begin();
  step.expect_all({"CALM 1", "CALM 2", "SAVEPOINT segue_ladder", "LOCK v NOWAIT", "LOCK t NOWAIT",
                   "RELEASE SAVEPOINT segue_ladder", "ALTER t", "SAVEPOINT segue_probe", "SETTINGS",
                   "PROBE", "ROLLBACK TO SAVEPOINT segue_probe", "RELEASE SAVEPOINT segue_probe",
                   "RECORD", "COMMIT", "AFTER"});
  step.run(script);
  CHECK(step.db.is_finished());
}

TEST_CASE("a runner that was taken over writes nothing and is not retried", "[execute]") {
  Step step;
  step.db.expect("BEGIN");
  step.db.expect_containing("UPDATE segue.worker").affects(0);
  step.db.expect("ROLLBACK");
  step.settings.lock_wait_ms = 0;
  CHECK(error_of([&] { step.run(simple()); }).kind() == ErrorKind::lock_timeout);
  CHECK(step.db.is_finished());
}

TEST_CASE("being taken over is told at once, not after the wait for locks", "[execute]") {
  Step step;
  step.db.expect("BEGIN");
  step.db.expect_containing("UPDATE segue.worker").affects(0);
  step.db.expect("ROLLBACK");
  CHECK_THAT(error_of([&] { step.run(simple()); }).what(), Catch::Contains("taken over"));
  CHECK(step.db.is_finished());
}

TEST_CASE("locks are polled from the savepoint, none is kept while another is missing",
          "[execute]") {
  Step step;
  TransactionScript script = simple();
  script.locks = {"LOCK v NOWAIT", "LOCK t NOWAIT"};
  step.expect_begin();
  step.db.expect("SAVEPOINT segue_ladder");
  step.db.expect("LOCK v NOWAIT").fails(ErrorKind::lock_timeout, "55P03");
  step.expect_all({"ROLLBACK TO SAVEPOINT segue_ladder", "RELEASE SAVEPOINT segue_ladder",
                   "SAVEPOINT segue_ladder", "LOCK v NOWAIT"});
  step.db.expect("LOCK t NOWAIT").fails(ErrorKind::lock_timeout, "55P03");
  step.expect_all({"ROLLBACK TO SAVEPOINT segue_ladder", "RELEASE SAVEPOINT segue_ladder",
                   "SAVEPOINT segue_ladder", "LOCK v NOWAIT", "LOCK t NOWAIT",
                   "RELEASE SAVEPOINT segue_ladder", "ALTER t", "RECORD", "COMMIT"});
  step.run(script);
  CHECK(step.db.is_finished());
}

TEST_CASE("after a hundred polls, short waits that grow, and who blocks is told", "[execute]") {
  Step step;
  step.dialect.blockers_query = "WHO";
  TransactionScript script = simple();
  script.locks = {"LOCK t NOWAIT"};
  script.locked_tables = {"public.t"};
  step.expect_begin();
  for (int attempt = 0; attempt < 111; ++attempt) {
    step.db.expect("SAVEPOINT segue_ladder");
    if (attempt == 100) step.db.expect("SET LOCAL lock_timeout = 2");
    if (attempt == 110) step.db.expect("SET LOCAL lock_timeout = 5");
    const bool waits = attempt == 100 || attempt == 110;
    auto& lock = step.db.expect(waits ? "LOCK t" : "LOCK t NOWAIT");
    if (attempt == 110) break;
    lock.fails(ErrorKind::lock_timeout, "55P03");
    step.expect_all({"ROLLBACK TO SAVEPOINT segue_ladder", "RELEASE SAVEPOINT segue_ladder"});
    if (attempt == 20) {
      step.db.expect("WHO").answers(
          {{"pid 99", "bob", "psql", "idle", "12:00", "SELECT 1", "lock on t"}});
    }
  }
  step.expect_all({"RELEASE SAVEPOINT segue_ladder", "ALTER t", "RECORD", "COMMIT"});
  step.run(script);
  CHECK(step.db.is_finished());
  REQUIRE(step.told.waiting.size() == 1);
  CHECK(step.told.waiting[0].what == "lock on public.t");
  REQUIRE(step.told.waiting[0].blockers.size() == 1);
  CHECK(step.told.waiting[0].blockers[0].session == "pid 99");
}

TEST_CASE("locks that never come end the step, rolled back, naming who holds them", "[execute]") {
  Step step;
  step.settings.lock_wait_ms = -1;
  step.dialect.blockers_query = "WHO";
  TransactionScript script = simple();
  script.locks = {"LOCK t NOWAIT"};
  step.expect_begin();
  step.db.expect("SAVEPOINT segue_ladder");
  step.db.expect("LOCK t NOWAIT").fails(ErrorKind::lock_timeout, "55P03");
  step.expect_all(
      {"ROLLBACK TO SAVEPOINT segue_ladder", "RELEASE SAVEPOINT segue_ladder", "ROLLBACK"});
  step.db.expect("WHO").answers(
      {{"pid 99", "bob", "psql", "idle", "12:00", "SELECT 1", "lock on t"}});
  const Error error = error_of([&] { step.run(script); });
  CHECK(error.kind() == ErrorKind::lock_timeout);
  CHECK(error.detail().sqlstate == "55P03");
  CHECK_THAT(error.what(), Catch::Contains("pid 99") && Catch::Contains("bob"));
  CHECK(step.db.is_finished());
}

TEST_CASE("an expectation that does not hold rolls back with its kind and message", "[execute]") {
  struct Case {
    Expectation expect;
    std::vector<test::ScriptedDatabase::Row> rows;
    std::int64_t affected;
    ErrorKind kind;
    std::string message;
  };
  const auto c = GENERATE(values<Case>(
      {{{.rule = Expectation::Rule::no_rows, .kind = ErrorKind::drift, .message = "found {0}"},
        {{"x"}},
        0,
        ErrorKind::drift,
        "found x"},
       {{.rule = Expectation::Rule::some_rows, .kind = ErrorKind::check_failed, .message = "none"},
        {},
        0,
        ErrorKind::check_failed,
        "none"},
       {{.rule = Expectation::Rule::affected,
         .affected = 2,
         .kind = ErrorKind::refused,
         .message = "{0} rows"},
        {},
        3,
        ErrorKind::refused,
        "3 rows"},
       {{.rule = Expectation::Rule::value,
         .value = "t",
         .kind = ErrorKind::drift,
         .message = "is {0}"},
        {{"t"}, {"f"}},
        0,
        ErrorKind::drift,
        "is f"}}));
  Step step;
  TransactionScript script = simple();
  script.statements = {{.sql = "LOOK", .expect = c.expect}, {.sql = "never"}};
  script.failed = {{.sql = "FAILED"}};
  script.after = {{.sql = "AFTER"}};
  step.expect_begin();
  step.db.expect("LOOK").answers(c.rows).affects(c.affected);
  step.expect_all({"ROLLBACK", "FAILED", "AFTER"});
  const Error error = error_of([&] { step.run(script); });
  CHECK(error.kind() == c.kind);
  CHECK(std::string(error.what()) == c.message);
  CHECK(error.detail().statement == "LOOK");
  CHECK(step.db.is_finished());
}

TEST_CASE("expectations that hold let the step go on", "[execute]") {
  Step step;
  TransactionScript script = simple();
  script.statements = {{.sql = "A", .expect = {.rule = Expectation::Rule::no_rows}},
                       {.sql = "B", .expect = {.rule = Expectation::Rule::some_rows}},
                       {.sql = "C", .expect = {.rule = Expectation::Rule::affected, .affected = 2}},
                       {.sql = "D", .expect = {.rule = Expectation::Rule::value, .value = "t"}}};
  step.expect_begin();
  step.db.expect("A");
  step.db.expect("B").answers({{"x"}});
  step.db.expect("C").affects(2);
  step.db.expect("D").answers({{"t"}, {"t"}});
  step.expect_all({"RECORD", "COMMIT"});
  step.run(script);
  CHECK(step.db.is_finished());
}

TEST_CASE("a captured number fills the holes of later statements; other braces stay", "[execute]") {
  Step step;
  TransactionScript script = simple();
  script.statements = {{.sql = "SELECT v", .capture = "schema"},
                       {.sql = "SET {schema}, {schema+1}, {schema}, {other}, '{}'"}};
  script.probe = {{.sql = "PROBE {schema}"}};
  step.expect_begin();
  step.db.expect("SELECT v").answers({{"41"}});
  step.expect_all({"SET 41, 42, 41, {other}, '{}'", "SAVEPOINT segue_probe", "PROBE 41",
                   "ROLLBACK TO SAVEPOINT segue_probe", "RELEASE SAVEPOINT segue_probe", "RECORD",
                   "COMMIT"});
  step.run(script);
  CHECK(step.db.is_finished());
}

TEST_CASE("a probe that a constraint of the user stops is followed by its fallback", "[execute]") {
  Step step;
  TransactionScript script = simple();
  script.probe_settings = {{.sql = "SETTINGS"}};
  script.probe = {{.sql = "PROBE"}};
  script.probe_fallback = {{.sql = "SAMPLE"}};
  step.expect_begin();
  step.expect_all({"ALTER t", "SAVEPOINT segue_probe", "SETTINGS"});
  step.db.expect("PROBE").fails(ErrorKind::conflict, "23505");
  step.expect_all({"ROLLBACK TO SAVEPOINT segue_probe", "RELEASE SAVEPOINT segue_probe",
                   "SAVEPOINT segue_probe", "SETTINGS", "SAMPLE",
                   "ROLLBACK TO SAVEPOINT segue_probe", "RELEASE SAVEPOINT segue_probe", "RECORD",
                   "COMMIT"});
  step.run(script);
  CHECK(step.db.is_finished());
}

TEST_CASE("of probes that stand alone one that is stopped leaves the others", "[execute]") {
  Step step;
  TransactionScript script = simple();
  script.probes_each = true;
  script.probe = {{.sql = "FIRST"}, {.sql = "SECOND"}};
  step.expect_begin();
  step.expect_all({"ALTER t", "SAVEPOINT segue_probe"});
  step.db.expect("FIRST").fails(ErrorKind::conflict, "23505");
  step.expect_all({"ROLLBACK TO SAVEPOINT segue_probe", "RELEASE SAVEPOINT segue_probe",
                   "SAVEPOINT segue_probe", "SECOND", "ROLLBACK TO SAVEPOINT segue_probe",
                   "RELEASE SAVEPOINT segue_probe", "RECORD", "COMMIT"});
  step.run(script);
  CHECK(step.db.is_finished());
}

TEST_CASE("a probe that does not see the other side follow takes the whole step back",
          "[execute]") {
  Step step;
  TransactionScript script = simple();
  const Expectation some{.rule = Expectation::Rule::some_rows, .kind = ErrorKind::check_failed};
  script.probe_settings = {{.sql = "SETTINGS"}};
  script.probe = {{.sql = "PROBE", .expect = some}};
  script.probe_fallback = {{.sql = "never"}};
  step.expect_begin();
  step.expect_all({"ALTER t", "SAVEPOINT segue_probe", "SETTINGS", "PROBE", "ROLLBACK"});
  CHECK(error_of([&] { step.run(script); }).kind() == ErrorKind::check_failed);
  CHECK(step.db.is_finished());
}

TEST_CASE("a probe that needs a cold connection runs the whole step on it, under the lease",
          "[execute]") {
  Step step;
  TransactionScript script = simple();
  script.fresh_connection = true;
  test::ScriptedDatabase& fresh = step.another();
  fresh.expect("BEGIN");
  fresh.expect_containing("UPDATE segue.worker").affects(1);
  fresh.expect_containing("pg_current_xact_id").answers({{"815"}});
  fresh.expect("ALTER t");
  fresh.expect("RECORD");
  fresh.expect("COMMIT");
  step.run(script);
  CHECK(step.lease.joined == 1);
  CHECK(step.db.statements().empty());
}

TEST_CASE("what is transient is tried again from the beginning, what is not is told", "[execute]") {
  const auto [kind, state] =
      GENERATE(table<ErrorKind, std::string>({{ErrorKind::deadlock, "40P01"},
                                              {ErrorKind::serialization, "40001"},
                                              {ErrorKind::lock_timeout, "55P03"}}));
  Step step;
  step.expect_begin();
  step.db.expect("ALTER t").fails(kind, state);
  step.db.expect("ROLLBACK");
  step.expect_begin();
  step.expect_all({"ALTER t", "RECORD", "COMMIT"});
  step.run(simple());
  CHECK(step.db.is_finished());
  REQUIRE(step.told.retrying.size() == 1);
  CHECK(step.told.retrying[0].kind == kind);
  Step other;
  other.expect_begin();
  other.db.expect("ALTER t").fails(ErrorKind::conflict, "23505");
  other.db.expect("ROLLBACK");
  CHECK(error_of([&] { other.run(simple()); }).kind() == ErrorKind::conflict);
}

TEST_CASE("a stop or a deadline is obeyed before a step, and between polls", "[execute]") {
  Step stopped;
  stopped.stop.request_stop();
  CHECK(error_of([&] { stopped.run(simple()); }).kind() == ErrorKind::cancelled);
  CHECK(stopped.db.statements().empty());
  Step late;
  late.deadline = Clock::now() - std::chrono::seconds(1);
  CHECK(error_of([&] { late.run(simple()); }).kind() == ErrorKind::cancelled);
  CHECK(late.db.statements().empty());
  Step polling;
  TransactionScript script = simple();
  script.locks = {"LOCK t NOWAIT"};
  polling.expect_begin();
  polling.db.expect("SAVEPOINT segue_ladder");
  polling.db.expect("LOCK t NOWAIT").fails(ErrorKind::lock_timeout, "55P03").meanwhile([&] {
    polling.stop.request_stop();
  });
  polling.expect_all(
      {"ROLLBACK TO SAVEPOINT segue_ladder", "RELEASE SAVEPOINT segue_ladder", "ROLLBACK"});
  CHECK(error_of([&] { polling.run(script); }).kind() == ErrorKind::cancelled);
  CHECK(polling.db.is_finished());
}

TEST_CASE("lost at COMMIT: the fate is asked for until it is known (P36, P57)", "[execute]") {
  const std::string fate = GENERATE("committed", "aborted");
  Step step;
  step.expect_begin();
  step.expect_all({"ALTER t", "RECORD"});
  step.db.expect("COMMIT").loses_connection();
  step.another().expect_containing("pg_xact_status").loses_connection();
  step.expect_fate("in progress");
  step.expect_fate("in progress");
  step.expect_fate(fate);
  if (fate == "committed") {
    step.run(simple());
  } else {
    CHECK(error_of([&] { step.run(simple()); }).kind() == ErrorKind::connection_lost);
  }
  CHECK(step.db.is_finished());
  CHECK(step.others.empty());
}

TEST_CASE("lost before COMMIT: nothing is asked and nothing is tried again", "[execute]") {
  Step step;
  step.expect_begin();
  step.db.expect("ALTER t").loses_connection();
  CHECK(error_of([&] { step.run(simple()); }).kind() == ErrorKind::connection_lost);
  CHECK(step.db.is_finished());
}

TEST_CASE("an in-doubt COMMIT of SQLite is told, never guessed", "[execute]") {
  Executor step(database::Kind::sqlite);
  step.db.expect("BEGIN");
  step.expect_fence();
  step.expect_all({"ALTER t", "RECORD"});
  step.db.expect("COMMIT").loses_connection();
  const Environment env = step.environment();
  const Error error = error_of([&] {
    run_transaction(env, step.name, simple(), [](database::Database& db) { db.query("RECORD"); });
  });
  CHECK(error.kind() == ErrorKind::in_doubt);
  CHECK_FALSE(error.detail().next.empty());
}
