// The dual-write probe (protocol-postgres.md 8).

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "tests/hazards/schedule.hpp"

namespace segue::test {
namespace {

constexpr const char* table = R"sql(
CREATE TABLE t (id integer PRIMARY KEY, a integer, other integer);
INSERT INTO t SELECT n, n, 0 FROM generate_series(1, 5) AS n;
)sql";
constexpr const char* pair = R"yaml(
operations:
  - alter_column: { table: t, column: a, type: text, up: "'v' || a", down: "substr(a, 2)::integer" }
)yaml";

TEST_CASE("publish is probed from both sides, on an empty table by the catalogue", "[hazard]") {
  Stage stage(table);
  stage.add(pair);
  std::string probes;
  for (const MigrationPlan& plan : stage.engine().plan().migrations) {
    for (const PlanStep& step : plan.steps) {
      for (const std::string& sql : step.sql) {
        if (step.kind == "publish") probes += sql + "\n";
      }
    }
  }
  probes.erase(0, probes.find("SAVEPOINT segue_probe"));
  CHECK(probes.find("SET \"a\" = source") != std::string::npos);
  CHECK(probes.find("SET \"_segue_1_a\" = source") != std::string::npos);
  CHECK(probes.find("is missing or not ENABLE ALWAYS") != std::string::npos);
  CHECK(outcome(stage.engine().apply()) == "ok");
}

TEST_CASE("a trigger of the user that is slow does not keep the lock of the probe", "[hazard]") {
  Stage stage(std::string(table) + R"sql(
CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_sleep(30); RETURN NULL; END $$;
CREATE TRIGGER dawdle AFTER UPDATE ON t FOR EACH ROW EXECUTE FUNCTION dawdle();
)sql");
  stage.add(pair);
  Config config = stage.config();
  config.lock_budget = std::chrono::milliseconds(50);
  config.lock_wait = std::chrono::milliseconds(300);
  const RunResult result = Engine(config).apply();
  INFO(outcome(result));
  REQUIRE(result.failure);
  CHECK(result.failure->kind == ErrorKind::lock_timeout);
  CHECK(result.failure->message.find("trial write took longer") != std::string::npos);
  CHECK(stage.value("SELECT count(*) FROM pg_attribute WHERE attrelid = 't'::regclass AND attname "
                    "LIKE '_segue%'") == "0");
}

// A unique index forbids that a row takes another's value, and the probe's own two rows are fine.
TEST_CASE("where a constraint forbids the trial write the functions are called on a sample",
          "[hazard]") {
  Stage stage(std::string(table) + R"sql(
ALTER TABLE t ADD CONSTRAINT t_a UNIQUE (a);
CREATE FUNCTION back(a text) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF a = 'v5' THEN RAISE EXCEPTION 'no way back from v5'; END IF;
  RETURN substr(a, 2)::integer;
END $$;
)sql");
  stage.add(R"yaml(
operations:
  - alter_column: { table: t, column: a, type: text, up: "'v' || a", down: "back(a)" }
)yaml");
  Engine engine = stage.engine();
  const RunResult result = engine.apply();
  INFO(outcome(result));
  REQUIRE(result.failure);
  CHECK(result.failure->message.find("no way back from v5") != std::string::npos);
  CHECK(result.failure->detail.step.find("publish") != std::string::npos);
}

TEST_CASE("a down that raises by itself is left, and the probe does not stop at it", "[hazard]") {
  Stage stage(std::string(table) + R"sql(
CREATE FUNCTION back(a text) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF a <> 'v1' THEN RAISE EXCEPTION 'no way back from %', a; END IF;
  RETURN substr(a, 2)::integer;
END $$;
)sql");
  stage.add(R"yaml(
operations:
  - alter_column: { table: t, column: a, type: text, on_error: leave, up: "'v' || a",
                    down: "back(a)" }
)yaml");
  CHECK(outcome(stage.engine().apply()) == "ok");
  const auto client = stage.session();
  CHECK(state_of(*client, "UPDATE public_m1.t SET a = 'v9' WHERE id = 2").empty());
}

}  // namespace
}  // namespace segue::test
