// Hazards of sync and backfill (hazards.md 3), each as a schedule.

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "tests/hazards/schedule.hpp"

namespace segue::test {
namespace {

constexpr const char* table = R"sql(
CREATE TABLE t (id integer PRIMARY KEY, a integer, other integer DEFAULT 0);
INSERT INTO t SELECT n, n FROM generate_series(1, 500) AS n;
)sql";
constexpr const char* pair = R"yaml(
operations:
  - alter_column: { table: t, column: a, type: text, up: "'v' || a", down: "substr(a, 2)::integer" }
)yaml";
constexpr const char* wrong = "SELECT count(*) FROM t WHERE _segue_1_a IS DISTINCT FROM 'v' || a";

TEST_CASE("P5: a chunk that waits for a row takes the value that it finds after the wait",
          "[hazard]") {
  Stage stage(table);
  stage.add(pair);
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply({.phases = expand_only})) == "ok");
  const auto writer = stage.session();
  writer->query("BEGIN");
  writer->query("UPDATE t SET a = 7000 WHERE id = 7");
  std::future<RunResult> run = std::async(std::launch::async, [&] { return engine.apply(); });
  CHECK(stage.engine_is_blocked_by(*writer));
  writer->query("COMMIT");
  CHECK(outcome(run.get()) == "ok");
  CHECK(stage.value("SELECT _segue_1_a FROM t WHERE id = 7") == "v7000");
  CHECK(stage.value(wrong) == "0");
}

// The hazard itself, by the same schedule: a value that was read before the wait is written after.
TEST_CASE("a value from a subquery is the one before the wait", "[hazard]") {
  Stage stage(std::string(table) + "ALTER TABLE t ADD COLUMN b text");
  const auto writer = stage.session(), filler = stage.session();
  writer->query("BEGIN");
  writer->query("UPDATE t SET a = 7000 WHERE id = 7");
  std::future<void> filled = std::async(std::launch::async, [&] {
    filler->query(
        "UPDATE t SET b = seen.v FROM (SELECT id, 'v' || a AS v FROM t) AS seen "
        "WHERE t.id = seen.id");
  });
  CHECK(stage.becomes(fmt::format("SELECT {} = ANY (pg_blocking_pids({}))",
                                  writer->session().backend_pid, filler->session().backend_pid),
                      "t"));
  writer->query("COMMIT");
  filled.get();
  CHECK(stage.value("SELECT b FROM t WHERE id = 7") == "v7");
}

TEST_CASE("P45, P46: whoever writes an unmigrated row migrates it", "[hazard]") {
  Stage stage(table);
  stage.add(pair);
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply({.phases = expand_only})) == "ok");
  stage.session()->query("UPDATE t SET other = 1 WHERE id <= 400");
  CHECK(stage.value("SELECT count(*) FROM t WHERE other = 1 AND _segue_1_a IS NULL") == "0");
  CHECK(outcome(engine.apply()) == "ok");
  CHECK(stage.value(wrong) == "0");
}

TEST_CASE("P14, P66: sessions in replica role are synced, before and after publish", "[hazard]") {
  Stage stage(table);
  stage.add(pair);
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply({.phases = expand_only})) == "ok");
  const auto replica = stage.session();
  replica->query("SET session_replication_role = replica");
  replica->query("UPDATE t SET a = -1 WHERE id = 1");
  CHECK(stage.value("SELECT _segue_1_a FROM t WHERE id = 1") == "v-1");
  REQUIRE(outcome(engine.apply()) == "ok");
  replica->query("UPDATE t SET a = -2 WHERE id = 2");
  replica->query("INSERT INTO t (id, a) VALUES (1000, 5)");
  CHECK(
      stage.value("SELECT string_agg(_segue_1_a, ' ' ORDER BY id) FROM t WHERE id IN (2, 1000)") ==
      "v-2 v5");
}

TEST_CASE("P15: a trigger that somebody disables stops the backfill as drift", "[hazard]") {
  Stage stage(table);
  stage.add(pair);
  Engine engine = stage.engine();
  StepHooks hooks;
  hooks.started = at_start_of("backfill", [&] {
    stage.session()->query("ALTER TABLE t DISABLE TRIGGER \"~segue_update\"");
  });
  const RunResult result = engine.apply({.observer = &hooks});
  REQUIRE(result.failure);
  CHECK(outcome(result).find("drift") == 0);
  CHECK(result.failure->detail.step.find("backfill") != std::string::npos);
}

TEST_CASE("P45: a residual scan ends the sweep, not its last position", "[hazard]") {
  Stage stage(table);
  stage.add(pair);
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply({.phases = expand_only})) == "ok");
  // A rule that swallows our update of one row.
  stage.session()->query(
      "CREATE RULE swallow AS ON UPDATE TO t WHERE OLD.id = 3 DO INSTEAD NOTHING");
  const RunResult result = engine.apply();
  REQUIRE(result.failure);
  INFO(outcome(result));
  CHECK(result.failure->kind == ErrorKind::check_failed);
  CHECK(result.failure->message.find("without their new value") != std::string::npos);
}

TEST_CASE("a row whose sides disagree is found by the compare before publish", "[hazard]") {
  Stage stage(table);
  stage.add(pair);
  Engine engine = stage.engine();
  StepHooks hooks;
  hooks.started = at_start_of("analyze", [&] {
    const auto vandal = stage.session();
    vandal->query("ALTER TABLE t DISABLE TRIGGER \"~segue_update\"");
    vandal->query("UPDATE t SET _segue_1_a = 'x9' WHERE id = 3");
    vandal->query("ALTER TABLE t ENABLE ALWAYS TRIGGER \"~segue_update\"");
  });
  const RunResult result = engine.apply({.observer = &hooks});
  REQUIRE(result.failure);
  INFO(outcome(result));
  CHECK(result.failure->kind == ErrorKind::check_failed);
  CHECK(result.failure->message.find("(3)") != std::string::npos);
}

TEST_CASE("P20: writes of an application's trigger and of a cascade are synced", "[hazard]") {
  Stage stage(std::string(table) + R"sql(
CREATE TABLE parent (id integer PRIMARY KEY);
INSERT INTO parent VALUES (1), (2);
ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES parent ON DELETE SET NULL NOT VALID;
CREATE TABLE source (id integer);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN UPDATE t SET a = 2 WHERE id = NEW.id; RETURN NEW; END $$;
CREATE TRIGGER touch AFTER INSERT ON source FOR EACH ROW EXECUTE FUNCTION touch();
DELETE FROM t WHERE id > 2;
)sql");
  stage.add(R"yaml(
operations:
  - alter_column: { table: t, column: other, type: bigint }
  - add_column: { table: t, column: { name: b, type: text, nullable: true }, up: "coalesce('v' || a, 'none')" }
)yaml");
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply({.phases = expand_only})) == "ok");
  const auto writer = stage.session();
  writer->query("INSERT INTO source VALUES (1)");
  CHECK(stage.value("SELECT _segue_1_b FROM t WHERE id = 1") == "v2");
  writer->query("DELETE FROM parent WHERE id = 2");
  CHECK(stage.value("SELECT string_agg(_segue_1_b, ' ') FROM t") == "none none");
}

TEST_CASE("P49: a change that = does not see is synced: scale, minus zero, json", "[hazard]") {
  Stage stage(R"sql(
CREATE TABLE t (id integer PRIMARY KEY, n numeric, f double precision, j jsonb);
INSERT INTO t VALUES (1, 1.0, 0, '1.0'), (2, 2.0, 1, '2.0');
)sql");
  stage.add(R"yaml(
operations:
  - alter_column: { table: t, column: n, type: text, up: "n::text", down: "n::numeric" }
  - alter_column: { table: t, column: f, type: text, up: "f::text", down: "f::double precision" }
  - alter_column: { table: t, column: j, type: text, up: "j::text", down: "j::jsonb" }
)yaml");
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  stage.session()->query("UPDATE t SET n = 1.00, f = '-0', j = '1.00' WHERE id = 1");
  CHECK(stage.value("SELECT n || ' ' || f || ' ' || j FROM public_m1.t WHERE id = 1") ==
        "1.00 -0 1.00");
  CHECK(engine.verify().ok());
}

TEST_CASE("P49: a pair on a type that has no = is synced: json, point", "[hazard]") {
  Stage stage(R"sql(
CREATE TABLE t (id integer PRIMARY KEY, j json, p point);
INSERT INTO t VALUES (1, '{"a": 1}', '(1,2)'), (2, '{"b":2}', '(3,4)');
)sql");
  stage.add(R"yaml(
operations:
  - alter_column: { table: t, column: j, type: text, up: "j::text", down: "j::json" }
  - alter_column: { table: t, column: p, type: text, up: "p::text", down: "p::point" }
)yaml");
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  const auto client = stage.session();
  client->query("UPDATE t SET j = '{\"a\":1}', p = '(1,3)' WHERE id = 1");
  client->query("UPDATE public_m1.t SET j = '{}', p = '(5,6)' WHERE id = 2");
  CHECK(stage.value("SELECT string_agg(j || ' ' || p, ' ' ORDER BY id) FROM public_m1.t") ==
        "{\"a\":1} (1,3) {} (5,6)");
  CHECK(stage.value("SELECT string_agg(j::text || ' ' || p, ' ' ORDER BY id) FROM t") ==
        "{\"a\":1} (1,3) {} (5,6)");
  CHECK(engine.verify().ok());
}

TEST_CASE("P75: an up that gives NULL leaves nothing to be filled", "[hazard]") {
  Stage stage(table);
  stage.add(R"yaml(
operations:
  - alter_column: { table: t, column: a, type: text, up: "CASE WHEN a > 100 THEN 'v' || a END", down: "coalesce(substr(a, 2)::integer, 0)" }
)yaml");
  Engine engine = stage.engine();
  CHECK(outcome(engine.apply()) == "ok");
  CHECK(stage.value("SELECT count(*) FROM public_m1.t WHERE a IS NULL") == "100");
}

TEST_CASE("P37: a table that is rewritten between two runs is swept from its beginning",
          "[hazard]") {
  Stage stage(R"sql(
CREATE TABLE t (id integer PRIMARY KEY, a integer, filler text DEFAULT repeat('x', 500));
INSERT INTO t SELECT n, n FROM generate_series(1, 2000) AS n;
)sql");
  stage.add(pair);
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply({.phases = expand_only})) == "ok");
  const auto holder = stage.session();
  holder->query("BEGIN");
  holder->query("SELECT FROM t WHERE id = 2000 FOR UPDATE");
  std::stop_source stop;
  std::future<RunResult> run =
      std::async(std::launch::async, [&] { return engine.apply({.stop = stop.get_token()}); });
  REQUIRE(stage.engine_is_blocked_by(*holder));
  stop.request_stop();
  CHECK(outcome(run.get()).find("cancelled") == 0);
  holder->query("ROLLBACK");
  holder->query("VACUUM FULL t");
  StepHooks hooks;
  CHECK(outcome(engine.apply({.observer = &hooks})) == "ok");
  CHECK(hooks.notes.find("the sweep begins again") != std::string::npos);
  CHECK(stage.value(wrong) == "0");
}

}  // namespace
}  // namespace segue::test
