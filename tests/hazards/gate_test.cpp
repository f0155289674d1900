// What contract and publish rely on: sync in force at the gate and behind the locks (P15), clients
// judged by the version that they know, and nothing of others taken for the engine's own.

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "tests/hazards/checks.hpp"

namespace segue::test {
namespace {

using database::Kind;

constexpr const char* update_of_sqlite =
    "FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 't' AND sql LIKE '%AFTER UPDATE%'";

// Takes sync out of force for updates of old clients; the text brings it back.
std::string disable(const Stage& stage) {
  if (stage.is_postgres()) {
    stage.session()->query("ALTER TABLE t DISABLE TRIGGER \"~segue_update\"");
    return "ALTER TABLE t ENABLE ALWAYS TRIGGER \"~segue_update\"";
  }
  const std::string text = stage.value(fmt::format("SELECT sql {}", update_of_sqlite));
  stage.session()->query(
      fmt::format("DROP TRIGGER {}", stage.value(fmt::format("SELECT name {}", update_of_sqlite))));
  return text;
}

constexpr const char* late_write = "UPDATE t SET a = 'late' WHERE id = 1";

TEST_CASE("P15: contract does not begin while a trigger of sync is out of force", "[hazard]") {
  const Kind kind = GENERATE(Kind::postgres, Kind::sqlite);
  Stage stage(rows_of_t(kind, 5), kind);
  stage.add(upper_pair);
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  const std::string back = disable(stage);
  const RunResult refused = engine.contract({.approved = true});
  INFO(outcome(refused));
  REQUIRE(refused.failure);
  CHECK(refused.failure->kind == ErrorKind::drift);
  CHECK(engine.status().migrations.front().state == MigrationState::migrated);
  stage.session()->query(back);
  CHECK(outcome(engine.contract({.approved = true})) == "ok");
}

TEST_CASE("P15: a trigger that goes out of force behind the compare stops the swap", "[hazard]") {
  const Kind kind = GENERATE(Kind::postgres, Kind::sqlite);
  Stage stage(rows_of_t(kind, 5), kind);
  stage.add(upper_pair);
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  StepHooks hooks;
  std::string back;
  hooks.started = at_start_of("swap", [&] {
    back = disable(stage);
    stage.session()->query(late_write);
  });
  const RunResult stopped = engine.contract({.approved = true, .observer = &hooks});
  INFO(outcome(stopped));
  REQUIRE(stopped.failure);
  CHECK(stopped.failure->kind == ErrorKind::drift);
  // What was written meanwhile is on one side only: in force again is not enough.
  stage.session()->query(back);
  const RunResult differs = engine.contract({.approved = true});
  INFO(outcome(differs));
  REQUIRE(differs.failure);
  CHECK(differs.failure->kind == ErrorKind::check_failed);
  stage.session()->query("UPDATE t SET a = 'later' WHERE id = 1");
  CHECK(outcome(engine.contract({.approved = true})) == "ok");
  CHECK(stage.value("SELECT a FROM t WHERE id = 1") == "LATER");
}

TEST_CASE("P15: publish does not serve a version whose sync is out of force", "[hazard]") {
  const Kind kind = GENERATE(Kind::postgres, Kind::sqlite);
  Stage stage(rows_of_t(kind, 5), kind);
  stage.add(upper_pair);
  StepHooks hooks;
  hooks.started = at_start_of("publish", [&] { static_cast<void>(disable(stage)); });
  const RunResult stopped = stage.engine().apply({.observer = &hooks});
  INFO(outcome(stopped));
  REQUIRE(stopped.failure);
  CHECK(stopped.failure->kind == ErrorKind::drift);
}

TEST_CASE("contract goes on beside services of its own and of newer versions", "[hazard]") {
  const Kind kind = GENERATE(Kind::postgres, Kind::sqlite);
  Stage stage(rows_of_t(kind, 5) + "; CREATE TABLE u (id integer PRIMARY KEY)", kind);
  stage.add(upper_pair);
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  stage.add(
      "version_schema: newest\noperations:\n"
      "  - add_column: { table: u, column: { name: b, type: text, nullable: true } }\n");
  REQUIRE(outcome(engine.apply()) == "ok");
  const std::string now =
      kind == Kind::postgres ? "clock_timestamp()" : "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')";
  const auto announce = [&](const std::string& version) {
    stage.database().run(fmt::format("DELETE FROM {}", stage.journal("client")));
    stage.database().run(fmt::format("INSERT INTO {} VALUES ('1', 'billing', '{}', {})",
                                     stage.journal("client"), version, now));
  };
  announce("m0");
  const RunResult refused = engine.contract({.name = "m1", .approved = true});
  REQUIRE(refused.failure);
  CHECK(refused.failure->message.find("billing") != std::string::npos);
  announce("newest");
  CHECK(outcome(engine.contract({.name = "m1", .approved = true})) == "ok");
  announce("m2");
  CHECK(outcome(engine.contract({.approved = true})) == "ok");
}

TEST_CASE("a client is one whatever it calls itself", "[hazard]") {
  Stage stage(rows_of_t(Kind::postgres, 5));
  stage.add(upper_pair);
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  const auto client = stage.session();
  client->query("SET application_name = 'segue_shop'");
  client->query("BEGIN");
  client->query("SELECT count(*) FROM t");
  CHECK(engine.status().versions.front().live_clients == 1);
  Config config = stage.config();
  config.client_grace = std::chrono::milliseconds(1);
  const RunResult refused = Engine(config).contract();
  INFO(outcome(refused));
  REQUIRE(refused.failure);
  CHECK(refused.failure->message.find("segue_shop") != std::string::npos);
  client->query("COMMIT");
}

TEST_CASE("sessions of the engine are in nobody's way under any application name", "[hazard]") {
  Stage stage(rows_of_t(Kind::postgres, 5));
  stage.add(upper_pair);
  Config config = stage.config();
  config.application_name = "deployment";
  config.client_grace = std::chrono::milliseconds(1);
  REQUIRE(outcome(Engine(config).apply()) == "ok");
  // As `migrate verify` reads meanwhile.
  const auto other = database::open_postgres(
      {.url = stage.database().url(), .application_name = "deployment", .of_engine = true});
  other->query("BEGIN");
  other->query("SELECT count(*) FROM public.t");
  StepHooks hooks;
  hooks.finished = [&](const StepFinished& step) {
    if (step.step.find("gate") != std::string::npos) other->query("COMMIT");
  };
  CHECK(outcome(Engine(config).contract({.observer = &hooks})) == "ok");
}

TEST_CASE("a column of the user's is not taken for the mark of sync", "[hazard]") {
  Stage stage(rows_of_t(Kind::postgres, 5) + "; ALTER TABLE t ADD COLUMN _segue integer");
  stage.add(upper_pair);
  const RunResult refused = stage.engine().apply();
  INFO(outcome(refused));
  REQUIRE(refused.failure);
  CHECK(refused.failure->kind == ErrorKind::refused);
  CHECK(refused.failure->message.find("table t has a column _segue") != std::string::npos);
  CHECK_FALSE(refused.began);
}

TEST_CASE("columns that are called like the engine's stay the user's", "[hazard]") {
  const Kind kind = GENERATE(Kind::postgres, Kind::sqlite);
  Stage stage(rows_of_t(kind, 5), kind);
  stage.database().run("ALTER TABLE t ADD COLUMN _segue_1_a text DEFAULT 'mine'");
  if (kind == Kind::sqlite) stage.database().run("ALTER TABLE t ADD COLUMN _segue text");
  stage.add(upper_pair);
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  CHECK(stage.value("SELECT _segue_1_a FROM " + stage.of("m1", "t")) == "mine");
  REQUIRE(outcome(engine.contract({.approved = true})) == "ok");
  CHECK(stage.value("SELECT _segue_1_a FROM t WHERE id = 1") == "mine");
  CHECK(stage.value("SELECT a FROM t WHERE id = 1") != "");
}

TEST_CASE("a schema of somebody else's is not taken for a version's", "[hazard]") {
  Stage stage(rows_of_t(Kind::postgres, 5));
  stage.database().run("CREATE SCHEMA public_m1; CREATE VIEW public_m1.t AS SELECT 42 AS mine");
  stage.add(upper_pair);
  const RunResult refused = stage.engine().apply();
  INFO(outcome(refused));
  REQUIRE(refused.failure);
  CHECK(refused.failure->kind == ErrorKind::refused);
  CHECK(refused.failure->message.find("schema public_m1") != std::string::npos);
  CHECK_FALSE(refused.began);
  CHECK(stage.value("SELECT mine FROM public_m1.t") == "42");
}

TEST_CASE("a lock on any table of the schema is waited for, and its holder named", "[hazard]") {
  Stage stage(rows_of_t(Kind::postgres, 5) + "; CREATE TABLE other (id integer PRIMARY KEY)");
  stage.add(upper_pair);
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  StepHooks hooks;
  std::vector<Blocker> told;
  std::future<RunResult> run;
  const auto holder = stage.session();
  const std::string pid = fmt::format("pid {}", holder->session().backend_pid);
  holder->query("BEGIN");
  holder->query("LOCK TABLE other IN ACCESS EXCLUSIVE MODE");
  const Status status = engine.status();
  REQUIRE(status.migrations.front().blocked_by.size() == 1);
  CHECK(status.migrations.front().blocked_by.front().session == pid);
  Config hasty = stage.config();
  hasty.lock_wait = std::chrono::milliseconds(1);
  const RunResult refused = Engine(hasty).contract();
  REQUIRE(refused.failure);
  CHECK(refused.failure->kind == ErrorKind::lock_timeout);
  CHECK(refused.failure->message.find(pid) != std::string::npos);
  std::atomic<bool> waited = false;
  hooks.waiting = [&](const Waiting& waiting) {
    if (!waited) told = waiting.blockers;
    waited = true;
  };
  run =
      std::async(std::launch::async, [&] { return stage.engine().contract({.observer = &hooks}); });
  while (!waited && stage.engine_is_blocked_by(*holder)) {
  }
  holder->query("COMMIT");
  CHECK(outcome(run.get()) == "ok");
  REQUIRE(told.size() == 1);
  CHECK(told.front().session == pid);
}

}  // namespace
}  // namespace segue::test
