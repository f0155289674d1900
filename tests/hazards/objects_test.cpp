// Hazards of what a table carries: constraints, indexes, generated and numbered columns, and of how
// a session comes to its version.

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "tests/hazards/schedule.hpp"

namespace segue::test {
namespace {

constexpr const char* wider =
    "operations:\n  - alter_column: { table: t, column: a, type: bigint, strategy: pair }\n";

TEST_CASE("P10: a shift over a deferrable key is taken at every time", "[hazard]") {
  Stage stage(R"sql(
CREATE TABLE t (id integer PRIMARY KEY DEFERRABLE, a integer);
INSERT INTO t SELECT n, n FROM generate_series(1, 5) AS n;
)sql");
  stage.add(wider);
  const auto client = stage.session();
  std::string failed;
  StepHooks hooks;
  hooks.started = [&](const StepStarted&) {
    failed += state_of(*client, "UPDATE t SET a = a + 1, id = id + 1");
  };
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply({.observer = &hooks})) == "ok");
  REQUIRE(outcome(engine.contract({.observer = &hooks})) == "ok");
  CHECK(failed == "");
  CHECK(stage.value("SELECT count(*) FROM t WHERE a = id AND id > 5") == "5");
}

TEST_CASE("P12: the plan says that a deferrable key is immediate on the new side until contract",
          "[hazard]") {
  Stage stage(R"sql(
CREATE TABLE t (id integer PRIMARY KEY, a integer CONSTRAINT t_once UNIQUE DEFERRABLE);
INSERT INTO t SELECT n, n FROM generate_series(1, 5) AS n;
)sql");
  stage.add(wider);
  Engine engine = stage.engine();
  std::string said;
  const PlanView plan = engine.plan();
  for (const PlanNote& note : plan.migrations.front().notes) said += note.text + "\n";
  INFO(said);
  const auto client = stage.session();
  const char* shift = "UPDATE t SET a = a + 1";
  REQUIRE(outcome(engine.apply({.phases = expand_only})) == "ok");
  CHECK(state_of(*client, shift) == "");
  REQUIRE(outcome(engine.apply()) == "ok");
  const bool is_immediate = state_of(*client, shift) == "23505";
  const bool is_said = said.find("t_once of t is checked row by row") != std::string::npos;
  CHECK(is_immediate == is_said);
  REQUIRE(outcome(engine.contract()) == "ok");
  CHECK(state_of(*client, shift) == "");
}

TEST_CASE("P19: an up that reads a generated column is refused, or synced", "[hazard]") {
  Stage stage(R"sql(
CREATE TABLE t (id integer PRIMARY KEY, a integer,
  twice integer GENERATED ALWAYS AS (a * 2) STORED);
INSERT INTO t (id, a) VALUES (1, 1), (2, 2);
)sql");
  stage.add(R"yaml(
operations:
  - add_column: { table: t, column: { name: b, type: text, nullable: true }, up: "'v' || twice" }
)yaml");
  Engine engine = stage.engine();
  const RunResult result = engine.apply();
  INFO(outcome(result));
  if (!result.ok()) {
    CHECK(result.failure->kind == ErrorKind::refused);
    CHECK(result.failure->message.find("generated") != std::string::npos);
    CHECK_FALSE(result.began);
    return;
  }
  stage.session()->query("UPDATE t SET a = 7 WHERE id = 1");
  stage.session()->query("INSERT INTO t (id, a) VALUES (3, 3)");
  CHECK(stage.value("SELECT string_agg(b, ' ' ORDER BY id) FROM public_m1.t") == "v14 v4 v6");
}

TEST_CASE("A5: the version is recognised by whatever way a session comes to it", "[hazard]") {
  Stage stage(R"sql(
CREATE SCHEMA "Other Things";
CREATE TABLE t (id integer PRIMARY KEY, a integer);
INSERT INTO t VALUES (1, 1);
CREATE FUNCTION add_base(integer, integer) RETURNS void LANGUAGE sql SET search_path = public
AS 'INSERT INTO t (id, a) VALUES ($1, $2)';
)sql");
  stage.add(
      "operations:\n  - alter_column: { table: t, column: a, type: text, up: \"'v' || a\", down: "
      "\"substr(a, 2)::integer\" }\n");
  REQUIRE(outcome(stage.engine().apply()) == "ok");
  stage.database().run(R"sql(
CREATE FUNCTION add_new(integer, text) RETURNS void LANGUAGE sql SET search_path = public_m1, public
AS 'INSERT INTO t (id, a) VALUES ($1, $2)';
CREATE FUNCTION add_as_owner(integer, text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public_m1 AS $$ BEGIN INSERT INTO t (id, a) VALUES ($1, $2); END $$;
)sql");
  const auto client = stage.session();
  int id = 1;
  std::string wanted = "1:v1";
  const auto check = [&](const std::string& path, const std::string& statement) {
    INFO(path << ": " << statement);
    client->query("SET search_path = " + path);
    client->query(fmt::format(fmt::runtime(statement), ++id));
    wanted += fmt::format(" {0}:v{0}", id);
    CHECK(stage.value("SELECT string_agg(t.id || ':v' || t.a, ' ' ORDER BY t.id) FROM t") ==
          wanted);
    CHECK(stage.value("SELECT string_agg(id || ':' || a, ' ' ORDER BY id) FROM public_m1.t") ==
          wanted);
  };
  for (const char* path :
       {"public_m1", "public_m1, public", "\"$user\", \"public_m1\", public",
        "\"Other Things\", public_m1, public", "pg_catalog, public_m1, public"}) {
    check(path, "INSERT INTO t (id, a) VALUES ({0}, 'v{0}')");
  }
  check("public, public_m1", "INSERT INTO t (id, a) VALUES ({0}, {0})");
  check("public_m1, public", "SELECT public.add_base({0}, {0})");
  check("public", "SELECT add_new({0}, 'v{0}')");
  check("public", "SELECT add_as_owner({0}, 'v{0}')");
  check("public", "INSERT INTO public_m1.t (id, a) VALUES ({0}, 'v{0}')");
}

// As the server prints them.
std::string objects_of(const Stage& stage) {
  return stage.value(R"sql(
SELECT string_agg(line, E'\n' ORDER BY line) FROM (
  SELECT pg_get_indexdef(indexrelid) || ' ' || indisvalid AS line FROM pg_index
  WHERE indrelid = 't'::regclass
  UNION ALL SELECT conname || ' ' || pg_get_constraintdef(oid) || ' ' || convalidated
  FROM pg_constraint WHERE conrelid = 't'::regclass
  UNION ALL SELECT attname || ' ' || attacl::text FROM pg_attribute
  WHERE attrelid = 't'::regclass AND attacl IS NOT NULL AND NOT attisdropped
  UNION ALL SELECT attname || ' ' || attstattarget || ' ' || attnotnull FROM pg_attribute
  WHERE attrelid = 't'::regclass AND attnum > 0 AND NOT attisdropped) AS found)sql");
}

constexpr const char* many_objects = R"sql(
CREATE TABLE parent (x integer, y integer, PRIMARY KEY (x, y));
CREATE TABLE t (id integer PRIMARY KEY, a integer, b text, c integer NOT NULL DEFAULT 1);
CREATE INDEX t_composite ON t (a, b DESC NULLS LAST) INCLUDE (c);
CREATE INDEX t_sorted ON t (a DESC NULLS FIRST, b COLLATE "C" text_pattern_ops);
CREATE UNIQUE INDEX t_partial ON t ((a % 100), lower(b)) WHERE a > 0;
CREATE INDEX t_hash ON t USING hash (a);
ALTER TABLE t ADD CONSTRAINT t_key UNIQUE (a, c) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE t ADD CONSTRAINT t_parent FOREIGN KEY (a, c) REFERENCES parent (x, y)
  ON DELETE CASCADE DEFERRABLE;
ALTER TABLE t ADD CONSTRAINT t_small CHECK (a < 1000 OR b IS NULL);
ALTER TABLE t ALTER COLUMN a SET STATISTICS 500;
DO $$ BEGIN CREATE ROLE segue_test_reader; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
GRANT SELECT (a), UPDATE (a) ON t TO segue_test_reader;
INSERT INTO parent SELECT n, 1 FROM generate_series(1, 5) AS n;
INSERT INTO t SELECT n, n, 'b' || n FROM generate_series(1, 5) AS n;
)sql";

TEST_CASE("A11: what stands on a retyped column is what the server itself makes of it",
          "[hazard]") {
  Stage stage(many_objects);
  const Stage altered(std::string(many_objects) + "ALTER TABLE t ALTER COLUMN a TYPE bigint");
  const std::string before = objects_of(stage);
  stage.add(wider);
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  REQUIRE(outcome(engine.reverse({.confirmed = true})) == "ok");
  CHECK(objects_of(stage) == before);
  REQUIRE(outcome(engine.apply()) == "ok");
  REQUIRE(outcome(engine.contract()) == "ok");
  CHECK(objects_of(stage) == objects_of(altered));
}

TEST_CASE("A14: an index is built beside a long transaction that nobody else waits for",
          "[hazard]") {
  Stage stage(
      "CREATE TABLE t (id integer PRIMARY KEY, a integer); INSERT INTO t VALUES (1, 1), (2, 2)");
  stage.add("operations:\n  - create_index: { name: t_a, table: t, columns: [{ column: a }] }\n");
  std::future<RunResult> run;  // ends after the sessions that it may wait for
  const auto old = stage.session(), writer = stage.session();
  old->query("BEGIN ISOLATION LEVEL REPEATABLE READ");
  old->query("UPDATE t SET a = 3 WHERE id = 2");
  run = std::async(std::launch::async, [&] { return stage.engine().apply(); });
  REQUIRE(stage.engine_is_blocked_by(*old));
  writer->query("SET lock_timeout = '1s'");
  CHECK(state_of(*writer, "UPDATE t SET a = 2 WHERE id = 1") == "");
  CHECK(state_of(*writer, "SELECT count(*) FROM t") == "");
  old->query("COMMIT");
  CHECK(outcome(run.get()) == "ok");
  CHECK(stage.value("SELECT string_agg(indexrelid::regclass || ' ' || indisvalid, ', ' ORDER BY "
                    "indexrelid::regclass::text) FROM pg_index WHERE indrelid = 't'::regclass") ==
        "t_a true, t_pkey true");
}

TEST_CASE("A12: a numbered key that is retyped goes on counting for both versions", "[hazard]") {
  const auto [column, inserts] = GENERATE(table<std::string, std::string>({
      {"id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY", "ALWAYS"},
      {"id integer PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY (START 10 INCREMENT 5)", "DEFAULT"},
      {"id serial PRIMARY KEY", "serial"},
  }));
  INFO(inserts);
  Stage stage(
      fmt::format("CREATE TABLE t ({}, a integer); INSERT INTO t (a) VALUES (1), (2)", column));
  stage.add("operations:\n  - alter_column: { table: t, column: id, type: bigint }\n");
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  const auto client = stage.session();
  const auto add = [&](const char* path) {
    client->query(fmt::format("SET search_path = {}", path));
    CHECK(state_of(*client, "INSERT INTO t (a) VALUES (3)") == "");
  };
  add("public_m1, public");
  add("public");
  CHECK(engine.verify().ok());
  CHECK(stage.value("SELECT count(DISTINCT id) FROM t") == "4");
  REQUIRE(outcome(engine.contract()) == "ok");
  add("public_m1, public");
  add("public");
  CHECK(stage.value("SELECT count(DISTINCT id) || ' ' || pg_typeof(min(id)) FROM t") == "6 bigint");
  CHECK(stage.value("SELECT attidentity FROM pg_attribute WHERE attrelid = 't'::regclass AND "
                    "attname = 'id'") == (inserts == "ALWAYS"    ? "a"
                                          : inserts == "DEFAULT" ? "d"
                                                                 : ""));
}

}  // namespace
}  // namespace segue::test
