// Hazards of locks, runners and waits.

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "engine/database/transaction.hpp"
#include "engine/journal/journal.hpp"
#include "tests/hazards/schedule.hpp"

namespace segue::test {
namespace {

constexpr const char* table = R"sql(
CREATE TABLE t (id integer PRIMARY KEY, a integer, other integer DEFAULT 0);
INSERT INTO t VALUES (1, 1), (2, 2);
)sql";
constexpr const char* pair = R"(
operations:
  - alter_column: { table: t, column: a, type: text, up: "'v' || a", down: "substr(a, 2)::integer" }
)";

// What the engine holds and awaits on `t`, seen from outside until `ended` is set.
struct Sample {
  bool rung_0 = false;
  int waits = 0;
  int looks = 0;
};

Sample sample_locks(const Stage& stage, const std::atomic<bool>& ended) {
  const auto observer = stage.session();
  Sample sample;
  while (!ended) {
    const database::Result locks = observer->query(
        "SELECT l.mode, l.granted FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE "
        "l.relation = "
        "'t'::regclass AND a.application_name LIKE 'segue%'");
    ++sample.looks;
    for (std::size_t i = 0; i < locks.rows.size(); ++i) {
      if (!locks.boolean(i, 1)) ++sample.waits;
      if (locks.text(i, 0) == "ShareUpdateExclusiveLock" && locks.boolean(i, 1))
        sample.rung_0 = true;
    }
  }
  return sample;
}

TEST_CASE("P33, P51: the ladder holds rung 0 and never queues while it polls", "[hazard]") {
  Stage stage(table);
  stage.add(pair);
  Engine engine = stage.engine();
  const auto reader = stage.session();
  reader->query("BEGIN");
  reader->query("SELECT count(*) FROM t");
  std::atomic<bool> ended = false;
  StepHooks hooks;
  hooks.waiting = [&](const Waiting& event) {
    if (event.what.find("lock on") == 0) ended = true;
  };
  std::future<RunResult> run = std::async(std::launch::async, [&] {
    return engine.apply({.phases = expand_only, .observer = &hooks});
  });
  const Sample sample = sample_locks(stage, ended);
  reader->query("COMMIT");
  CHECK(outcome(run.get()) == "ok");
  CHECK(sample.looks > 0);
  CHECK(sample.rung_0);
  CHECK(sample.waits == 0);
}

// The probe of `s` fires a trigger that writes `t`, so the engine's own session has compiled the
// audit trigger of `t` before the column of `t` is added, and goes on with the plan that it has.
TEST_CASE("P53: the probe runs on a connection that has not touched the table", "[hazard]") {
  Stage stage(std::string(table) + R"sql(
CREATE TABLE history (id integer, a integer, other integer, at timestamptz);
CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS $$
DECLARE was t%ROWTYPE;
BEGIN was := OLD; INSERT INTO history SELECT was.*, now(); RETURN NULL; END $$;
CREATE TRIGGER audit AFTER UPDATE ON t FOR EACH ROW EXECUTE FUNCTION audit();
CREATE TABLE s (id integer PRIMARY KEY, a integer);
INSERT INTO s VALUES (1, 1), (2, 2);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS $$
BEGIN UPDATE t SET other = other + 1 WHERE id = NEW.id; RETURN NULL; END $$;
CREATE TRIGGER touch AFTER UPDATE ON s FOR EACH ROW EXECUTE FUNCTION touch();
)sql");
  stage.add(R"(
operations:
  - alter_column: { table: s, column: a, type: bigint }
  - alter_column: { table: t, column: a, type: bigint }
)");
  const RunResult result = stage.engine().apply();
  INFO(outcome(result));
  REQUIRE(result.failure);
  CHECK(result.failure->detail.sqlstate == "42601");
  CHECK(result.failure->detail.step.find("install_sync:t") != std::string::npos);
  CHECK(state_of(*stage.session(), "UPDATE t SET a = 5 WHERE id = 1") == "");
}

TEST_CASE("P55: a runner that lost its lease commits nothing any more", "[hazard]") {
  Stage stage(table);
  stage.add("operations:\n  - sql: { up: \"SELECT 1\", down: \"SELECT 1\" }\n");
  REQUIRE(outcome(stage.engine().apply()) == "ok");
  const auto first = stage.database().open(), second = stage.database().open();
  journal::Journal zombie(*first, {.who = "first"}), heir(*second, {.who = "second"});
  static_cast<void>(zombie.take_over());
  database::Transaction half_way(*first, "BEGIN");
  zombie.fence(*first);
  std::future<void> takeover =
      std::async(std::launch::async, [&] { static_cast<void>(heir.take_over()); });
  CHECK(stage.engine_is_blocked_by(*first));
  half_way.commit();
  takeover.get();
  database::Transaction late(*first, "BEGIN");
  CHECK_THROWS_AS(zombie.fence(*first), Error);
}

TEST_CASE("one runner at a time: a second one gives up and says who works", "[hazard]") {
  Stage stage(table);
  stage.add(pair);
  Config hasty = stage.config();
  hasty.lock_wait = std::chrono::seconds(1);
  Engine engine = stage.engine(), second(hasty);
  REQUIRE(outcome(engine.apply({.phases = expand_only})) == "ok");
  const auto holder = stage.session();
  holder->query("BEGIN");
  holder->query("SELECT FROM t WHERE id = 2 FOR UPDATE");
  std::future<RunResult> run = std::async(std::launch::async, [&] { return engine.apply(); });
  REQUIRE(stage.engine_is_blocked_by(*holder));
  const RunResult refused = second.apply();
  INFO(outcome(refused));
  CHECK(refused.failure);
  CHECK(outcome(refused).find("the lease is held by") != std::string::npos);
  holder->query("COMMIT");
  CHECK(outcome(run.get()) == "ok");
}

TEST_CASE("P30: publish waits for a snapshot that is older than the backfill", "[hazard]") {
  Stage stage(table);
  stage.add(pair);
  Engine engine = stage.engine();
  const auto old_reader = stage.session();
  StepHooks hooks;
  std::string seen, state;
  hooks.started = at_start_of("backfill", [&] {
    old_reader->query("BEGIN ISOLATION LEVEL REPEATABLE READ");
    old_reader->query("SELECT count(*) FROM t");
  });
  hooks.waiting = [&](const Waiting& event) {
    if (event.what.find("snapshots") == std::string::npos || !seen.empty()) return;
    seen = event.what;
    state = stage.value("SELECT state FROM segue.migration");
    old_reader->query("COMMIT");
  };
  CHECK(outcome(engine.apply({.observer = &hooks})) == "ok");
  CHECK(seen.find("snapshots") == 0);
  CHECK(state == "migrating");
}

TEST_CASE("contract refuses while a client of the old version is at work", "[hazard]") {
  Stage stage(table);
  stage.add(pair);
  Config config = stage.config();
  config.lock_wait = std::chrono::seconds(1);
  Engine engine(config);
  REQUIRE(outcome(engine.apply()) == "ok");
  const auto client = stage.session();
  client->query("BEGIN");
  client->query("SELECT count(*) FROM t");
  const RunResult refused = engine.contract();
  INFO(outcome(refused));
  REQUIRE(refused.failure);
  CHECK(refused.failure->kind == ErrorKind::refused);
  CHECK(refused.failure->message.find("app") != std::string::npos);
  client->query("COMMIT");
  client->query("SET search_path = public_m1, public");
  client->query("BEGIN");
  client->query("SELECT count(*) FROM t");
  client->query("COMMIT");
  CHECK(outcome(engine.contract()) == "ok");
}

TEST_CASE("a reversal that does not bring the catalogue back says so", "[hazard]") {
  Stage stage(table);
  stage.add(pair);
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply({.phases = expand_only})) == "ok");
  stage.session()->query("COMMENT ON TABLE t IS 'changed meanwhile'");
  StepHooks hooks;
  REQUIRE(outcome(engine.reverse({.confirmed = true, .observer = &hooks})) == "ok");
  CHECK(hooks.notes.find("the catalogue is not what it was") != std::string::npos);
}

TEST_CASE("P58: defaults of role and database do not reach our sessions", "[hazard]") {
  Stage stage(table);
  const std::string name = stage.value("SELECT current_database()");
  for (const char* setting :
       {"default_transaction_isolation = 'serializable'", "default_transaction_read_only = on",
        "statement_timeout = '300ms'", "idle_in_transaction_session_timeout = '1ms'",
        "row_security = on", "search_path = 'nowhere'", "DateStyle = 'German'",
        "lock_timeout = '1ms'"}) {
    const auto admin = stage.database().open();
    admin->query(fmt::format("ALTER DATABASE {} SET {}", name, setting));
  }
  stage.add(pair);
  stage.add("operations:\n  - sql: { up: \"SELECT pg_sleep(0.4)\", down: \"SELECT 1\" }\n");
  Engine engine = stage.engine();
  CHECK(outcome(engine.apply()) == "ok");
  CHECK(engine.verify().ok());
  CHECK(outcome(engine.contract()) == "ok");
}

TEST_CASE("P56: an index build of a dead runner is waited for, not taken for absent", "[hazard]") {
  Stage stage(table);
  stage.add("operations:\n  - create_index: { name: t_a, table: t, columns: [{ column: a }] }\n");
  Engine engine = stage.engine();
  const auto writer = stage.session();
  writer->query("BEGIN");
  writer->query("UPDATE t SET a = 5 WHERE id = 1");
  std::future<RunResult> run = std::async(std::launch::async, [&] { return engine.apply(); });
  REQUIRE(stage.engine_is_blocked_by(*writer));
  Engine heir = stage.engine();
  const RunResult refused = heir.apply();
  INFO(outcome(refused));
  CHECK(refused.failure);
  writer->query("COMMIT");
  CHECK(outcome(run.get()) == "ok");
  CHECK(outcome(heir.apply()) == "ok");
  CHECK(stage.value(
            "SELECT count(*) FROM pg_index WHERE indrelid = 't'::regclass AND NOT indisvalid") ==
        "0");
}

TEST_CASE("P73: contract of a table with other live pairs leaves a working trigger", "[hazard]") {
  Stage stage(table);
  stage.add(pair);
  stage.add("operations:\n  - alter_column: { table: t, column: other, type: bigint }\n");
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  REQUIRE(outcome(engine.contract({.name = "m1"})) == "ok");
  const auto client = stage.session();
  CHECK(state_of(*client, "UPDATE t SET a = 'v5', other = 6 WHERE id = 1") == "");
  CHECK(state_of(*client, "INSERT INTO t (id, a, other) VALUES (8, 'v8', 8)") == "");
  CHECK(stage.value("SELECT string_agg(other::text, ' ' ORDER BY id) FROM public_m2.t") == "6 0 8");
  CHECK(engine.verify().ok());
  REQUIRE(outcome(engine.contract()) == "ok");
  CHECK(state_of(*client, "UPDATE t SET other = 7 WHERE id = 1") == "");
}

}  // namespace
}  // namespace segue::test
