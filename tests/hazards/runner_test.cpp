// Hazards of runners that die, of commits that nobody hears of, and of what waits behind us.

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "engine/journal/journal.hpp"
#include "engine/journal/lease.hpp"
#include "tests/hazards/outside.hpp"
#include "tests/hazards/schedule.hpp"

namespace segue::test {
namespace {

constexpr const char* table = R"sql(
CREATE TABLE t (id integer PRIMARY KEY, a integer, other integer DEFAULT 0);
INSERT INTO t VALUES (1, 1), (2, 2);
)sql";
constexpr const char* pair = R"yaml(
operations:
  - alter_column: { table: t, column: a, type: text, up: "'v' || a", down: "substr(a, 2)::integer" }
)yaml";
constexpr const char* nothing = "operations:\n  - sql: { up: \"SELECT 1\", down: \"SELECT 1\" }\n";
constexpr const char* wrong = "SELECT count(*) FROM t WHERE _segue_1_a IS DISTINCT FROM 'v' || a";
constexpr const char* runners = R"sql(SELECT count(*) FROM pg_stat_activity
WHERE application_name LIKE 'segue%' AND datname = current_database())sql";

TEST_CASE("P6: a chunk that waits for a row is not ended by the isolation of its transaction",
          "[hazard]") {
  Stage stage(table);
  const std::string name = stage.value("SELECT current_database()");
  stage.database().open()->query(
      fmt::format("ALTER DATABASE {} SET default_transaction_isolation = 'repeatable read'", name));
  stage.add(pair);
  REQUIRE(outcome(stage.engine().apply({.phases = expand_only})) == "ok");
  // Without patience a chunk that fails once ends the run.
  Config config = stage.config();
  config.lock_wait = std::chrono::milliseconds(0);
  Engine engine(config);
  const auto writer = stage.session();
  writer->query("BEGIN");
  writer->query("UPDATE t SET a = 7 WHERE id = 1");
  std::future<RunResult> run = std::async(std::launch::async, [&] { return engine.apply(); });
  REQUIRE(stage.engine_is_blocked_by(*writer));
  writer->query("COMMIT");
  CHECK(outcome(run.get()) == "ok");
  CHECK(stage.value(wrong) == "0");
}

TEST_CASE("P8: in a deadlock the backfill yields", "[hazard]") {
  Stage stage(table);
  const std::string name = stage.value("SELECT current_database()");
  stage.database().open()->query(
      fmt::format("ALTER DATABASE {} SET deadlock_timeout = '150ms'", name));
  stage.add(pair);
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply({.phases = expand_only})) == "ok");
  const auto writer = stage.session();
  writer->query("BEGIN");
  writer->query("UPDATE t SET a = 7 WHERE id = 2");
  std::future<RunResult> run = std::async(std::launch::async, [&] { return engine.apply(); });
  REQUIRE(stage.engine_is_blocked_by(*writer));
  // A chunk that waits longer than this has passed the server's check, and the other one would be
  // chosen; one that yields never does.
  const std::string chunk = fmt::format(
      "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'segue%' AND {} = ANY "
      "(pg_blocking_pids(pid)) AND clock_timestamp() - query_start > interval '300ms'",
      writer->session().backend_pid);
  const auto observer = stage.session();
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(1);
  while (std::chrono::steady_clock::now() < limit && observer->query(chunk).integer(0, 0) == 0) {
  }
  CHECK(state_of(*writer, "UPDATE t SET a = 8 WHERE id = 1") == "");
  CHECK(state_of(*writer, "COMMIT") == "");
  CHECK(outcome(run.get()) == "ok");
  CHECK(stage.value(wrong) == "0");
}

TEST_CASE("a block whose rows stay locked comes last: what lies behind it is written meanwhile",
          "[hazard]") {
  Stage stage(
      "CREATE TABLE t (id integer PRIMARY KEY, a integer, pad text);"
      "INSERT INTO t SELECT n, n, repeat('x', 500) FROM generate_series(1, 2000) AS n;");
  stage.add(pair);
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply({.phases = expand_only})) == "ok");
  const auto client = stage.session();
  client->query("BEGIN");
  client->query("UPDATE t SET a = 5 WHERE id = 1");
  StepHooks hooks;
  std::string missing;
  // The chunk first becomes smaller, try by try; the lock stays until all else is written.
  hooks.waiting = [&](const Waiting&) {
    if (!client->in_transaction()) return;
    missing = stage.value("SELECT count(*) FROM t WHERE _segue_1_a IS NULL");
    if (std::stoi(missing) < 50 || hooks.waits > 8) client->query("COMMIT");
  };
  CHECK(outcome(engine.apply({.observer = &hooks})) == "ok");
  REQUIRE(!missing.empty());
  CHECK(std::stoi(missing) > 0);
  CHECK(std::stoi(missing) < 50);
  CHECK(engine.verify().ok());
}

TEST_CASE("P28: a column renamed meanwhile is drift", "[hazard]") {
  Stage stage(table);
  stage.add(pair);
  Engine engine = stage.engine();
  StepHooks hooks;
  hooks.started = at_start_of(
      "backfill", [&] { stage.session()->query("ALTER TABLE t RENAME COLUMN a TO b"); });
  const RunResult result = engine.apply({.observer = &hooks});
  INFO(outcome(result));
  REQUIRE(result.failure);
  CHECK(result.failure->kind == ErrorKind::drift);
  CHECK(result.failure->message.find("column a is gone") != std::string::npos);
  stage.session()->query("ALTER TABLE t RENAME COLUMN b TO a");
  CHECK(outcome(engine.apply()) == "ok");
}

TEST_CASE("P29: a prepared SELECT * through a version outlives the next migration", "[hazard]") {
  Stage stage(table);
  stage.add(pair);
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  const auto client = stage.session(), base = stage.session();
  client->query("SET search_path = public_m1, public");
  for (const auto* session : {&client, &base}) {
    (*session)->query("PREPARE look AS SELECT * FROM t WHERE id = 1");
    (*session)->query("EXECUTE look");
  }
  stage.add("operations:\n  - alter_column: { table: t, column: other, type: bigint }\n");
  REQUIRE(outcome(engine.apply()) == "ok");
  CHECK(state_of(*client, "EXECUTE look") == "");
  CHECK(state_of(*base, "EXECUTE look") == "0A000");
  REQUIRE(outcome(engine.contract({.name = "m1"})) == "ok");
  CHECK(state_of(*client, "EXECUTE look") == "");
}

TEST_CASE("P32: a prepared transaction that holds the table is named, and waited for", "[hazard]") {
  Stage stage(table);
  const std::string name = "segue_test_" + stage.value("SELECT current_database()");
  const auto writer = stage.session();
  writer->query("BEGIN");
  writer->query("UPDATE t SET a = 7 WHERE id = 1");
  writer->query("PREPARE TRANSACTION '" + name + "'");
  stage.add(pair);
  StepHooks hooks;
  std::string blocker;
  hooks.waiting = [&](const Waiting& event) {
    if (hooks.waits > 1) return;
    for (const Blocker& found : event.blockers) blocker += found.session;
    writer->query("COMMIT PREPARED '" + name + "'");
  };
  CHECK(outcome(stage.engine().apply({.observer = &hooks})) == "ok");
  CHECK(blocker == "prepared transaction");
  CHECK(stage.value(wrong) == "0");
}

TEST_CASE("P35: what a killed runner has left at work is ended before the next one begins",
          "[hazard]") {
  Stage stage(table);
  stage.add(pair);
  REQUIRE(outcome(stage.engine().apply({.phases = expand_only})) == "ok");
  const auto holder = stage.session();
  holder->query("BEGIN");
  holder->query("SELECT FROM t WHERE id = 2 FOR UPDATE");
  Runner runner(stage.database().url(), stage.config().directory);
  REQUIRE(stage.engine_is_blocked_by(*holder));
  runner.kill_now();
  CHECK(stage.becomes(runners, "0"));
  CHECK(stage.value("SELECT coalesce(sum(rows), 0) FROM segue.progress") ==
        stage.value("SELECT count(*) FROM t WHERE _segue_1_a IS NOT NULL"));
  holder->query("COMMIT");
  CHECK(outcome(stage.engine().apply()) == "ok");
  CHECK(stage.value(wrong) == "0");
}

TEST_CASE("P56: an orphaned concurrent build is ended", "[hazard]") {
  Stage stage(table);
  stage.add("operations:\n  - create_index: { name: t_a, table: t, columns: [{ column: a }] }\n");
  const auto writer = stage.session();
  writer->query("BEGIN");
  writer->query("UPDATE t SET a = 5 WHERE id = 1");
  Runner runner(stage.database().url(), stage.config().directory);
  REQUIRE(stage.engine_is_blocked_by(*writer));
  const std::string orphan = stage.value(
      "SELECT min(pid) FROM pg_stat_activity WHERE datname = current_database() AND "
      "application_name LIKE 'segue%' AND query LIKE 'CREATE%'");
  runner.kill_now();
  Engine heir = stage.engine();
  std::future<RunResult> run = std::async(std::launch::async, [&] { return heir.apply(); });
  CHECK(stage.becomes("SELECT count(*) FROM pg_stat_activity WHERE pid = " + orphan, "0"));
  CHECK(stage.engine_is_blocked_by(*writer));
  writer->query("COMMIT");
  CHECK(outcome(run.get()) == "ok");
  CHECK(stage.value("SELECT string_agg(indexrelid::regclass || ' ' || indisvalid, ', ' ORDER BY "
                    "indexrelid::regclass::text) FROM pg_index WHERE indrelid = 't'::regclass") ==
        "t_a true, t_pkey true");
}

// A journal row of the step makes its COMMIT wait, as a slow disk or a standby would.
constexpr const char* slow_commit = R"sql(
CREATE FUNCTION public.wait_for_it() RETURNS trigger LANGUAGE plpgsql SET lock_timeout = 0 AS $$
BEGIN PERFORM pg_advisory_xact_lock(77); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER slow AFTER INSERT OR UPDATE ON segue.step DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW WHEN (NEW.kind = 'install_sync' AND NEW.state = 'done')
EXECUTE FUNCTION public.wait_for_it();
)sql";

TEST_CASE("P36, P57: a COMMIT in progress that is lost is waited for", "[hazard]") {
  Stage stage(table);
  stage.add(nothing);
  REQUIRE(outcome(stage.engine().apply()) == "ok");
  stage.database().run(slow_commit);
  stage.add(pair);
  const auto disk = stage.session();
  disk->query("SELECT pg_advisory_lock(77)");
  CutLine line(stage.database().url(), stage.database().folder());
  Config config = stage.config();
  config.database = line.url();
  Engine engine(config);
  std::future<RunResult> run = std::async(std::launch::async, [&] { return engine.apply(); });
  REQUIRE(stage.engine_is_blocked_by(*disk));
  line.cut_commits();
  const auto is_running = [&] {
    return run.wait_for(std::chrono::seconds(0)) != std::future_status::ready;
  };
  const std::string asking =
      "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_xact_status%' AND pid <> "
      "pg_backend_pid()";
  while (is_running() && stage.value(asking) == "0") {
  }
  CHECK(is_running());
  disk->query("SELECT pg_advisory_unlock(77)");
  CHECK(outcome(run.get()) == "ok");
  CHECK(stage.value("SELECT attempts FROM segue.step WHERE kind = 'install_sync'") == "1");
  CHECK(stage.value("SELECT count(*) FROM t WHERE _segue_2_a IS DISTINCT FROM 'v' || a") == "0");
}

// Answers as a pooler in transaction mode does: each statement from another session of the server.
class Pooled final : public database::Database {
 public:
  explicit Pooled(std::unique_ptr<Database> inner)
      : inner_(std::move(inner)), session_(inner_->session()) {}

  [[nodiscard]] database::Kind kind() const override { return inner_->kind(); }
  [[nodiscard]] const database::Session& session() const override { return session_; }
  [[nodiscard]] std::string description() const override { return "pooled"; }
  database::Result query(std::string_view sql,
                         const std::vector<database::Value>& values) override {
    inner_ = inner_->open_another();
    return inner_->query(sql, values);
  }
  [[nodiscard]] bool in_transaction() const override { return inner_->in_transaction(); }
  [[nodiscard]] bool is_open() const override { return inner_->is_open(); }
  [[nodiscard]] std::unique_ptr<Database> open_another() const override {
    return inner_->open_another();
  }
  void cancel() override { inner_->cancel(); }
  void enable_user_triggers(bool enabled) override { inner_->enable_user_triggers(enabled); }
  void set_lock_budget_ms(int budget) override { inner_->set_lock_budget_ms(budget); }

 private:
  std::unique_ptr<Database> inner_;
  database::Session session_;
};

TEST_CASE("P44: a pooler in transaction mode is refused", "[hazard]") {
  Stage stage(table);
  Pooled pooled(stage.database().open());
  journal::Journal journal(pooled, {.who = "pooled"});
  try {
    static_cast<void>(journal::Lease::take(pooled, journal, {}));
    FAIL("the lease was taken");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::refused);
    CHECK(std::string(error.what()).find("pooler") != std::string::npos);
  }
}

// Real autovacuum: its workers are slowed down so that one is at the table for the whole test.
TEST_CASE("P51: an autovacuum at the table gives way to the ladder", "[hazard]") {
  Stage stage(R"sql(
CREATE TABLE t (id integer PRIMARY KEY, a integer, filler text DEFAULT repeat('x', 300))
WITH (autovacuum_vacuum_threshold = 1, autovacuum_vacuum_scale_factor = 0,
      autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1);
INSERT INTO t SELECT n, n FROM generate_series(1, 20000) AS n;
DELETE FROM t WHERE id % 2 = 0;
)sql");
  const auto admin = stage.database().open();
  admin->query("ALTER SYSTEM SET autovacuum_naptime = '1s'");
  admin->query("SELECT pg_reload_conf()");
  const std::string vacuum =
      "SELECT count(*) > 0 FROM pg_stat_progress_vacuum WHERE relid = 't'::regclass";
  bool at_work = false;
  for (int look = 0; look < 6 && !at_work; ++look) at_work = stage.becomes(vacuum, "t");
  admin->query("ALTER SYSTEM RESET autovacuum_naptime");
  admin->query("SELECT pg_reload_conf()");
  REQUIRE(at_work);
  stage.add(pair);
  Config config = stage.config();
  config.lock_wait = std::chrono::seconds(5);
  CHECK(outcome(Engine(config).apply({.phases = expand_only})) == "ok");
}

TEST_CASE("P68: the plan says that positional INSERTs of the base become wrong at contract",
          "[hazard]") {
  Stage stage(table);
  stage.add(pair);
  Engine engine = stage.engine();
  bool said = false;
  for (const MigrationPlan& plan : engine.plan().migrations) {
    for (const PlanNote& note : plan.notes) {
      said = said || (note.kind == "clients" &&
                      note.text.find("INSERT without a column list") != std::string::npos);
    }
  }
  CHECK(said);
  REQUIRE(outcome(engine.apply()) == "ok");
  const auto client = stage.session();
  client->query("SET search_path = public_m1, public");
  client->query("INSERT INTO t VALUES (5, 'v5', 50)");
  REQUIRE(outcome(engine.contract()) == "ok");
  client->query("INSERT INTO t VALUES (6, 'v6', 60)");
  CHECK(stage.value("SELECT string_agg(a || ':' || other, ' ' ORDER BY id) FROM t WHERE id > 4") ==
        "v5:50 v6:60");
}

}  // namespace
}  // namespace segue::test
