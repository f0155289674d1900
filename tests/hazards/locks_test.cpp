// Hazards of locks on versions' views and on the tables below them (protocol-postgres.md 3).

#include <fmt/format.h>
#include <catch2/catch.hpp>

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

TEST_CASE("P52: a version is taken back beside a reader of its view, and nobody else waits",
          "[hazard]") {
  Stage stage(table);
  stage.add(pair);
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  StepHooks hooks;
  std::atomic<bool> waited = false;
  hooks.waiting = [&](const Waiting&) { waited = true; };
  std::future<RunResult> run;
  const auto reader = stage.session();
  reader->query("BEGIN");
  reader->query("SELECT count(*) FROM public_m1.t");
  run = std::async(std::launch::async, [&] {
    return engine.reverse({.to_expanded = true, .confirmed = true, .observer = &hooks});
  });
  const auto other = stage.session();
  other->query("SET lock_timeout = '1s'");
  while (!waited) CHECK(state_of(*other, "SELECT count(*) FROM public_m1.t") == "");
  CHECK(state_of(*other, "UPDATE t SET a = 5 WHERE id = 1") == "");
  reader->query("COMMIT");
  CHECK(outcome(run.get()) == "ok");
}

TEST_CASE("writers of a table are not held up by a new table that refers to it (P52)", "[hazard]") {
  Stage stage(table);
  stage.add(R"yaml(
operations:
  - create_table:
      name: visits
      columns:
        - { name: id, type: integer, pk: true }
        - { name: t, type: integer, references: { name: of_t, table: t, column: id } }
)yaml");
  StepHooks hooks;
  std::future<RunResult> run;  // ends after the writer also when an assertion throws
  const auto writer = stage.session();
  writer->query("BEGIN");
  writer->query("UPDATE t SET a = 9 WHERE id = 1");
  run = std::async(std::launch::async, [&] { return stage.engine().apply({.observer = &hooks}); });
  const auto other = stage.session();
  other->query("SET lock_timeout = '1s'");
  // Until it polls, or stands in a queue.
  while (hooks.waits == 0 && !stage.engine_is_blocked_by(*writer)) {
  }
  CHECK(state_of(*other, "UPDATE t SET a = 8 WHERE id = 2") == "");
  writer->query("COMMIT");
  CHECK(outcome(run.get()) == "ok");
}

// Every CREATE VIEW waits for this lock, after the locks of its transaction and before its own.
constexpr const char* slow_view = R"sql(
CREATE FUNCTION public.wait_for_it() RETURNS event_trigger LANGUAGE plpgsql SET lock_timeout = 0 AS
$$ BEGIN PERFORM pg_advisory_xact_lock(77); END $$;
CREATE EVENT TRIGGER slow ON ddl_command_start WHEN TAG IN ('CREATE VIEW')
EXECUTE FUNCTION public.wait_for_it();
)sql";

// Were the view not locked, the reader would hold it and wait for the table, and we the other way.
TEST_CASE("P52: a reader that comes between the locks and the new view makes no deadlock",
          "[hazard]") {
  Stage stage(table);
  stage.add(pair);
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  stage.database().run(slow_view);
  const auto holder = stage.session(), reader = stage.session();
  holder->query("SELECT pg_advisory_lock(77)");
  StepHooks hooks;
  std::future<RunResult> run = std::async(std::launch::async, [&] {
    return engine.reverse({.to_expanded = true, .confirmed = true, .observer = &hooks});
  });
  REQUIRE(stage.engine_is_blocked_by(*holder));
  std::future<std::string> seen = std::async(
      std::launch::async, [&] { return state_of(*reader, "SELECT count(*) FROM public_m1.t"); });
  CHECK(stage.becomes(
      fmt::format("SELECT cardinality(pg_blocking_pids({})) > 0", reader->session().backend_pid),
      "t"));
  holder->query("SELECT pg_advisory_unlock(77)");
  CHECK(outcome(run.get()) == "ok");
  CHECK(seen.get() == "3F000");
  CHECK(hooks.retries == 0);
}

TEST_CASE("P72: publish waits for a reader of the version's view before it holds anything",
          "[hazard]") {
  Stage stage(table);
  stage.add(pair);
  const auto reader = stage.session(), writer = stage.session();
  writer->query("SET lock_timeout = '1s'");
  StepHooks hooks;
  std::string written;
  hooks.started = at_start_of("publish", [&] {
    reader->query("BEGIN");
    reader->query("LOCK TABLE public_m1.t IN ACCESS SHARE MODE");
  });
  const auto release = [&] {
    if (!reader->in_transaction()) return;
    written = state_of(*writer, "UPDATE t SET a = 5 WHERE id = 1") + "written";
    reader->query("COMMIT");
  };
  hooks.waiting = [&](const Waiting&) { release(); };
  hooks.retrying = [&](const Retrying&) { release(); };
  CHECK(outcome(stage.engine().apply({.observer = &hooks})) == "ok");
  CHECK(hooks.waits == 1);
  CHECK(hooks.retries == 0);
  CHECK(written == "written");
}

}  // namespace
}  // namespace segue::test
