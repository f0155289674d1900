// Faults on a real server: COMMIT whose answer never comes, runners that die while their statement
// goes on, and what the next runner finds (P35, P36, P56, P57).
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "engine/execute/checks.hpp"
#include "engine/execute/transaction_step.hpp"
#include "engine/execute/walk.hpp"
#include "tests/database/postgres_test.hpp"
#include "tests/execute/executor.hpp"
#include "tests/support/fault_injector.hpp"
#include "tests/support/journal_events.hpp"

using namespace segue;
using namespace segue::execute;
using database::Database;
using database::Kind;
using test::error_of;
using test::TestDatabase;

namespace {

/// COMMIT is sent and goes on in the server, but its answer is never heard: the client's view of a
/// network that broke at that instant.
class LostAtCommit final : public Database {
 public:
  explicit LostAtCommit(std::unique_ptr<Database> inner)
      : inner_(std::move(inner)), session_(inner_->session()) {}
  LostAtCommit(const LostAtCommit&) = delete;
  LostAtCommit& operator=(const LostAtCommit&) = delete;
  ~LostAtCommit() override {
    if (committing_.joinable()) committing_.join();
  }

  [[nodiscard]] Kind kind() const override { return Kind::postgres; }
  [[nodiscard]] const database::Session& session() const override { return session_; }
  [[nodiscard]] std::string description() const override { return "lost at COMMIT"; }
  database::Result query(std::string_view sql,
                         const std::vector<database::Value>& values) override {
    if (lost_) throw Error(ErrorKind::connection_lost, "lost before");
    if (sql != "COMMIT" || !armed) return inner_->query(sql, values);
    lost_ = true;
    committing_ = std::thread([this] {
      try {
        inner_->query("COMMIT");
      } catch (const Error&) {
        // Nobody hears it.
      }
    });
    throw Error(ErrorKind::in_doubt, "lost at COMMIT");
  }
  [[nodiscard]] bool in_transaction() const override { return !lost_ && inner_->in_transaction(); }
  [[nodiscard]] bool is_open() const override { return !lost_; }
  [[nodiscard]] std::unique_ptr<Database> open_another() const override {
    return inner_->open_another();
  }
  void cancel() override {}

  bool armed = false;

 private:
  std::unique_ptr<Database> inner_;
  database::Session session_;
  std::thread committing_;
  bool lost_ = false;
};

constexpr const char* slow_commit =
    "CREATE TABLE t (a int);"
    "CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $$"
    " BEGIN PERFORM pg_catalog.pg_advisory_xact_lock(9); RETURN NULL; END $$;"
    "CREATE CONSTRAINT TRIGGER w AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED"
    " FOR EACH ROW EXECUTE FUNCTION wait()";

/// What the executor borrows, over a real connection.
struct Live {
  explicit Live(Database& database)
      : db(database), journal(db, {.who = "tester", .host = "here"}) {}

  [[nodiscard]] Environment environment() {
    return {.database = db,
            .dialect = dialect,
            .journal = journal,
            .lease = lease,
            .settings = settings,
            .observer = told,
            .stop = {},
            .deadline = {},
            .connect = [this] {
              ++connects;
              return db.open_another();
            }};
  }

  Database& db;
  test::NoDialect dialect;
  journal::Journal journal;
  test::NoLease lease;
  model::Settings settings;
  test::Told told;
  std::atomic<int> connects = 0;
  StepName name{"0001_a", "expand/01-x:t"};
};

dialect::TransactionScript one_row() {
  return {.begin = "BEGIN", .statements = {{.sql = "INSERT INTO public.t VALUES (1)"}}};
}

/// A process that takes the lease, says so, and works until it is killed.
class Victim {
 public:
  Victim(const TestDatabase& test, const std::function<void(Live&)>& work) {
    if (pipe(out_) != 0) throw std::runtime_error("no pipe");
    const pid_t parent = getpid();
    pid_ = fork();
    if (pid_ != 0) {
      close(out_[1]);
      if (read(out_[0], &backend_, sizeof backend_) != sizeof backend_) backend_ = 0;
      return;
    }
    try {
      const auto db = test.open({.application_name = "victim"});
      Live live(*db);
      const auto lease = journal::Lease::take(*db, live.journal, {});
      const std::int64_t backend = db->session().backend_pid;
      if (write(out_[1], &backend, sizeof backend) < 0) _exit(2);
      work(live);
    } catch (const Error&) {
      _exit(1);
    }
    while (getppid() == parent) poll(nullptr, 0, 50);
    _exit(0);
  }
  Victim(const Victim&) = delete;
  Victim& operator=(const Victim&) = delete;
  ~Victim() {
    kill_now();
    close(out_[0]);
  }

  [[nodiscard]] std::int64_t backend() const { return backend_; }
  void kill_now() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }

 private:
  int out_[2] = {-1, -1};
  pid_t pid_ = 0;
  std::int64_t backend_ = 0;
};

void wait_until_waiting(Database& observer, std::int64_t pid) {
  test::wait_until([&] {
    return !observer
                .query(
                    "SELECT 1 FROM pg_stat_activity WHERE pid = $1 AND state = 'active'"
                    " AND wait_event_type = 'Lock'",
                    {pid})
                .empty();
  });
}

dialect::StandaloneScript index_build() {
  return {
      .statement = {.sql = "CREATE INDEX CONCURRENTLY i ON public.t (a)"},
      .state = {.sql = "SELECT CASE WHEN c.oid IS NULL THEN 'absent' WHEN i.indisvalid THEN 'done'"
                       " ELSE 'partial' END FROM (SELECT pg_catalog.to_regclass('public.i')::oid"
                       " AS oid) c LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid"},
      .clean_up = {.sql = "DROP INDEX CONCURRENTLY IF EXISTS public.i"}};
}

dialect::WalkScript fill() {
  return {.table = "t",
          .begin = "BEGIN",
          .first = "0",
          .bound =
              "SELECT max(a), '' FROM (SELECT a FROM public.t WHERE a > {position}"
              " ORDER BY a LIMIT {size}) AS chunk",
          .chunk = {{.sql = "UPDATE public.t SET b = a WHERE a > {position} AND a <= {hi}"
                            " AND b IS NULL"}},
          .residual = "SELECT count(*), 0, NULL FROM public.t WHERE b IS NULL",
          .pace = {.size_first = 10, .size_max = 10}};
}

}  // namespace

TEST_CASE("the answer to COMMIT is lost while it is in progress: its fate is waited for (P36, P57)",
          "[execute][postgres]") {
  const bool commits = GENERATE(true, false);
  const TestDatabase test(Kind::postgres);
  test.run(slow_commit);
  const auto observer = test.open();
  observer->query("SELECT pg_advisory_lock(9)");
  LostAtCommit db(test.open());
  Live live(db);
  live.journal.install({});
  static_cast<void>(live.journal.take_over());
  db.armed = true;
  std::optional<Error> failure;
  std::thread running([&] {
    try {
      const Environment env = live.environment();
      run_transaction(env, live.name, one_row(), [&](Database& connection) {
        live.journal.note(connection, "m", "s", "step_done", "");
      });
    } catch (const Error& error) {
      failure = error;
    }
  });
  test::wait_until_blocked(*observer, db.session().backend_pid, "COMMIT");
  test::wait_until([&] { return live.connects >= 3; });
  // Whoever looks now sees nothing, whatever will become of it.
  CHECK(observer->query("SELECT * FROM public.t").empty());
  if (commits) {
    observer->query("SELECT pg_advisory_unlock(9)");
  } else {
    test::terminate(*observer, db.session().backend_pid);
  }
  running.join();
  const auto journal = journal::Journal(*observer, {});
  if (commits) {
    CHECK_FALSE(failure.has_value());
    CHECK(observer->query("SELECT * FROM public.t").rows.size() == 1);
    CHECK(test::event_count(journal, "m", "step_done") == 1);
  } else {
    REQUIRE(failure.has_value());
    CHECK(failure->kind() == ErrorKind::connection_lost);
    CHECK(observer->query("SELECT * FROM public.t").empty());
    CHECK(test::event_count(journal, "m", "step_done") == 0);
  }
}

TEST_CASE("a backend that is ended while COMMIT waits has rolled back, and that is found out (P36)",
          "[execute][postgres]") {
  const TestDatabase test(Kind::postgres);
  test.run(slow_commit);
  const auto observer = test.open();
  observer->query("SELECT pg_advisory_lock(9)");
  const auto db = test.open();
  Live live(*db);
  live.journal.install({});
  static_cast<void>(live.journal.take_over());
  std::thread ender([&] {
    test::wait_until_blocked(*observer, db->session().backend_pid, "COMMIT");
    test::terminate(*observer, db->session().backend_pid);
  });
  const Environment env = live.environment();
  const Error error =
      error_of([&] { run_transaction(env, live.name, one_row(), [](Database&) {}); });
  ender.join();
  CHECK(error.kind() == ErrorKind::connection_lost);
  CHECK(observer->query("SELECT * FROM public.t").empty());
}

TEST_CASE("an answer lost after the server committed is success, done once (P36)",
          "[execute][postgres]") {
  const TestDatabase test(Kind::postgres);
  test.run("CREATE TABLE t (a int)");
  test::FaultPlan counting;
  test::FaultInjector counted(test.open(), counting);
  Live first(counted);
  first.journal.install({});
  const int before = counting.count();
  static_cast<void>(first.journal.take_over());
  const Environment env = first.environment();
  run_transaction(env, first.name, one_row(), [](Database&) {});
  const int statements = counting.count() - before;

  test::FaultPlan plan(test::Fault::lost_after, statements);
  test::FaultInjector faulty(test.open(), plan);
  Live second(faulty);
  static_cast<void>(second.journal.take_over());
  const Environment again = second.environment();
  run_transaction(again, second.name, one_row(), [](Database&) {});
  CHECK(test.open()->query("SELECT * FROM public.t").rows.size() == 2);
}

TEST_CASE("a runner killed in the middle of a chunk leaves neither rows nor progress of it (P35)",
          "[execute][postgres]") {
  const TestDatabase test(Kind::postgres);
  test.run(
      "CREATE TABLE t (a int PRIMARY KEY, b int); INSERT INTO t SELECT generate_series(1, 100)");
  const auto holder = test.open();
  const auto observer = test.open();
  holder->query("BEGIN");
  holder->query("SELECT 1 FROM public.t WHERE a = 55 FOR UPDATE");
  Victim victim(test, [](Live& live) {
    const Environment env = live.environment();
    run_walk(env, live.name, fill(), {});
  });
  wait_until_waiting(*observer, victim.backend());
  victim.kill_now();
  const auto db = test.open();
  Live live(*db);
  const auto lease = journal::Lease::take(*db, live.journal, {});
  CHECK_FALSE(test::wait_of(*observer, victim.backend()).has_value());
  holder->query("ROLLBACK");
  const auto progress = live.journal.progress("0001_a", "expand/01-x:t");
  REQUIRE(progress.has_value());
  CHECK(progress->position == "50");
  CHECK(observer->query("SELECT count(*) FROM public.t WHERE b = a").integer(0, 0) == 50);
  const Environment env = live.environment();
  CHECK(run_walk(env, live.name, fill(), {}) == 100);
  CHECK(observer->query("SELECT count(*) FROM public.t WHERE b = a").integer(0, 0) == 100);
}

TEST_CASE("an index build that outlives its runner is gone before the next one looks (P56)",
          "[execute][postgres]") {
  const TestDatabase test(Kind::postgres);
  test.run("CREATE TABLE t (a int); INSERT INTO t SELECT generate_series(1, 100)");
  const auto writer = test.open();
  const auto observer = test.open();
  writer->query("BEGIN");
  writer->query("INSERT INTO public.t VALUES (0)");
  Victim victim(test, [](Live& live) {
    const Environment env = live.environment();
    run_standalone(env, live.name, index_build());
  });
  wait_until_waiting(*observer, victim.backend());
  victim.kill_now();
  const auto db = test.open();
  Live live(*db);
  const auto lease = journal::Lease::take(*db, live.journal, {});
  CHECK_FALSE(test::wait_of(*observer, victim.backend()).has_value());
  writer->query("COMMIT");
  const Environment env = live.environment();
  run_standalone(env, live.name, index_build());
  CHECK(observer->query(index_build().state.sql).text(0, 0) == "done");
  CHECK(observer
            ->query("SELECT count(*) FROM pg_catalog.pg_index WHERE indrelid ="
                    " 'public.t'::regclass")
            .integer(0, 0) == 1);
}

TEST_CASE("a table that is rewritten while it is filled is filled to the last row (P37)",
          "[execute][postgres]") {
  const TestDatabase test(Kind::postgres);
  test.run(
      "CREATE TABLE t (a int PRIMARY KEY, b int); INSERT INTO t SELECT generate_series(1, 100)");
  const auto other = test.open();
  test::FaultPlan plan;
  int chunks = 0;
  plan.before = [&](int, std::string_view sql) {
    if (sql == "BEGIN" && ++chunks == 4) other->query("VACUUM FULL public.t");
  };
  test::FaultInjector db(test.open(), plan);
  Live live(db);
  live.journal.install({});
  static_cast<void>(live.journal.take_over());
  dialect::WalkScript script = fill();
  // By place, as the backfill walks: after the rewrite the same places hold other rows.
  script.identity = "SELECT pg_catalog.pg_relation_filenode('public.t')";
  const Environment env = live.environment();
  run_walk(env, live.name, script, {});
  CHECK(live.told.notes.size() == 1);
  CHECK(other->query("SELECT count(*) FROM public.t WHERE b = a").integer(0, 0) == 100);
}
