// Hazards of the author's expressions and of what is taken for equal (hazards.md 3).

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "tests/hazards/schedule.hpp"

namespace segue::test {
namespace {

constexpr const char* table = R"sql(
CREATE TABLE t (id integer PRIMARY KEY, a integer, at timestamptz, f double precision);
INSERT INTO t SELECT n, n, '2024-01-01 23:30:00+00', n / 3.0 FROM generate_series(1, 20) AS n;
)sql";

TEST_CASE("P59: a mapping runs with the settings of the plan", "[hazard]") {
  Stage stage(table);
  stage.add(R"yaml(
operations:
  - alter_column: { table: t, column: at, type: text, up: "at::text", down: "at::timestamptz" }
  - alter_column: { table: t, column: f, type: text, up: "f::text", down: "f::double precision" }
)yaml");
  Engine engine = stage.engine();
  const auto client = stage.session();
  client->query("SET TimeZone = 'Asia/Tokyo'");
  client->query("SET DateStyle = 'German'");
  client->query("SET extra_float_digits = -10");
  StepHooks hooks;
  hooks.started = at_start_of("analyze", [&] {
    client->query("UPDATE t SET at = at + interval '1 day', f = f / 7 WHERE id = 1");
  });
  CHECK(outcome(engine.apply({.observer = &hooks})) == "ok");
  client->query("UPDATE t SET at = at + interval '1 day' WHERE id = 2");
  CHECK(stage.value("SELECT string_agg(at, ' ' ORDER BY id) FROM public_m1.t WHERE id < 3") ==
        "2024-01-02 23:30:00+00 2024-01-02 23:30:00+00");
  CHECK(engine.verify().ok());
}

// length(bytea, name) is STABLE; what takes one argument is not.
TEST_CASE("a function's other forms do not keep an expression from being inlined") {
  Stage stage(table);
  stage.add(R"yaml(
operations:
  - alter_column:
      { table: t, column: a, type: text, up: "substring(a::text FROM 1 FOR 9)", down: "length(a)" }
)yaml");
  Engine engine = stage.engine();
  CHECK(outcome(engine.apply()) == "ok");
  CHECK(stage.value("SELECT string_agg(proname || coalesce(proconfig::text, ''), ' ' ORDER BY "
                    "proname) FROM pg_proc WHERE proname IN ('m1_up_t_a', 'm1_down_t_a')") ==
        "m1_down_t_a m1_up_t_a");
}

TEST_CASE("a column of an enum becomes text and back by plain casts", "[hazard]") {
  Stage stage(
      "CREATE TYPE mood AS ENUM ('good', 'bad');"
      "CREATE TABLE t (id integer PRIMARY KEY, a mood); INSERT INTO t VALUES (1, 'good')");
  stage.add(R"yaml(
operations:
  - alter_column: { table: t, column: a, type: text }
)yaml");
  Engine engine = stage.engine();
  CHECK(outcome(engine.apply()) == "ok");
  CHECK(engine.verify().ok());
  CHECK(outcome(engine.contract({.approved = true})) == "ok");
}

TEST_CASE("an expression weaker than presumed stops at expand", "[hazard]") {
  Stage stage(std::string(table) + R"sql(
CREATE FUNCTION clock_of(integer) RETURNS text LANGUAGE sql VOLATILE
AS 'SELECT clock_timestamp()::text || $1';
CREATE OPERATOR ## (FUNCTION = clock_of, RIGHTARG = integer);
)sql");
  stage.add(R"yaml(
operations:
  - alter_column: { table: t, column: a, type: text, up: "## a", down: "1" }
)yaml");
  Engine engine = stage.engine();
  const RunResult result = engine.apply();
  INFO(outcome(result));
  REQUIRE(result.failure);
  CHECK(result.failure->kind == ErrorKind::check_failed);
  CHECK(result.failure->message.find("## a") != std::string::npos);
  CHECK(stage.value(
            "SELECT count(*) FROM pg_attribute WHERE attrelid = 't'::regclass AND attname LIKE "
            "'_segue%'") == "0");
  CHECK(outcome(engine.reverse({.confirmed = true})) == "ok");
}

TEST_CASE("an up that raises by itself leaves the row, as one that meets a bad value", "[hazard]") {
  Stage stage(R"sql(
CREATE TABLE t (id integer PRIMARY KEY, a text);
INSERT INTO t VALUES (1, 'good'), (2, 'bad'), (3, 'good');
CREATE FUNCTION measure(a text) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF a = 'bad' THEN RAISE EXCEPTION 'no measure of %', a; END IF;
  RETURN length(a);
END $$;
)sql");
  stage.add(R"yaml(
operations:
  - alter_column: { table: t, column: a, type: integer, on_error: leave,
                    up: "measure(a)", down: "repeat('x', a)" }
)yaml");
  REQUIRE(outcome(stage.engine().apply()) == "ok");
  CHECK(stage.value("SELECT string_agg(coalesce(_segue_1_a::text, '-'), ',' ORDER BY id) FROM t") ==
        "4,-,4");
}

TEST_CASE("P41: values that = takes for equal and that are stored otherwise are told apart",
          "[hazard]") {
  Stage stage(
      "CREATE TABLE t (id integer PRIMARY KEY, n numeric);"
      "INSERT INTO t VALUES (1, 1.0), (2, 2.0)");
  stage.add(R"yaml(
operations:
  - alter_column: { table: t, column: n, type: numeric, up: "n", down: "n" }
)yaml");
  Engine engine = stage.engine();
  StepHooks hooks;
  hooks.started = at_start_of("analyze", [&] {
    const auto vandal = stage.session();
    vandal->query("ALTER TABLE t DISABLE TRIGGER \"~segue_update\"");
    vandal->query("UPDATE t SET _segue_1_n = 1.00 WHERE id = 1");
    vandal->query("ALTER TABLE t ENABLE ALWAYS TRIGGER \"~segue_update\"");
  });
  const RunResult result = engine.apply({.observer = &hooks});
  INFO(outcome(result));
  REQUIRE(result.failure);
  CHECK(result.failure->kind == ErrorKind::check_failed);
  CHECK(result.failure->message.find("1.00") != std::string::npos);
  CHECK(result.failure->message.find("t: 1 rows differ in representation only") !=
        std::string::npos);
}

TEST_CASE("P40: a volatile default writes the rows in chunks, not the table under a lock",
          "[hazard]") {
  Stage stage(table);
  stage.add(R"yaml(
operations:
  - add_column: { table: t, column: { name: u, type: uuid, default: "gen_random_uuid()" } }
)yaml");
  Engine engine = stage.engine();
  const std::string before = stage.value("SELECT pg_relation_filenode('t')");
  REQUIRE(outcome(engine.apply()) == "ok");
  REQUIRE(outcome(engine.contract()) == "ok");
  CHECK(stage.value("SELECT pg_relation_filenode('t')") == before);
  CHECK(stage.value("SELECT count(DISTINCT u) FROM t") == "20");
}

TEST_CASE("P39: rows that violate an unvalidated check are found", "[hazard]") {
  Stage stage(std::string(table) + "ALTER TABLE t ADD CONSTRAINT low CHECK (a < 20) NOT VALID;");
  stage.add(R"yaml(
operations:
  - alter_column: { table: t, column: at, type: text, up: "at::text", down: "at::timestamptz" }
)yaml");
  Engine engine = stage.engine();
  const RunResult refused = engine.apply();
  INFO(outcome(refused));
  REQUIRE(refused.failure);
  CHECK(refused.failure->kind == ErrorKind::refused);
  CHECK(refused.failure->message.find("1 rows of t violate check low") != std::string::npos);
  stage.session()->query("UPDATE t SET a = 1 WHERE a >= 20");
  CHECK(outcome(engine.apply()) == "ok");
}

TEST_CASE("P16, P18, P50: a pair on a table whose own trigger changes the row is never bypassed",
          "[hazard]") {
  const std::string name = GENERATE(as<std::string>{}, "aa", "~zz");
  Stage stage(std::string(table) + fmt::format(R"sql(
CREATE FUNCTION double_it() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN NEW.a := NEW.a * 2; RETURN NEW; END $$;
CREATE TRIGGER "{}" BEFORE INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION double_it();
)sql",
                                               name));
  stage.add(R"yaml(
operations:
  - alter_column: { table: t, column: a, type: text, up: "'v' || a", down: "substr(a, 2)::integer" }
)yaml");
  Engine engine = stage.engine();
  const RunResult result = engine.apply();
  INFO(outcome(result));
  REQUIRE(result.ok());
  const auto client = stage.session();
  client->query("UPDATE t SET f = 0");
  client->query("INSERT INTO t (id, a) VALUES (50, 5)");
  client->query("UPDATE public_m1.t SET a = 'v3' WHERE id = 1");
  CHECK(stage.value("SELECT count(*) FROM t WHERE _segue_1_a IS DISTINCT FROM 'v' || a") == "0");
}

constexpr const char* noting = R"sql(
CREATE TABLE noted (id integer, a integer);
CREATE FUNCTION note_it() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO public.noted VALUES (NEW.id, NEW.a); RETURN NULL; END $$;
)sql";
constexpr const char* text_pair = R"yaml(
operations:
  - alter_column: { table: t, column: a, type: text, up: "'v' || a", down: "substr(a, 2)::integer" }
)yaml";

TEST_CASE("a trigger on UPDATE OF a replaced column fires for writes of both versions",
          "[hazard]") {
  Stage stage(std::string(table) + noting + R"sql(
CREATE TRIGGER on_a AFTER UPDATE OF f, a OR DELETE ON t FOR EACH ROW EXECUTE FUNCTION note_it();
CREATE TRIGGER off AFTER UPDATE OF a ON t FOR EACH ROW EXECUTE FUNCTION note_it();
ALTER TABLE t DISABLE TRIGGER off;
ALTER TABLE t ENABLE ALWAYS TRIGGER on_a;
)sql");
  const std::string definitions =
      "SELECT string_agg(tgenabled::text || pg_get_triggerdef(oid), ' ' ORDER BY tgname) FROM "
      "pg_trigger "
      "WHERE tgrelid = 't'::regclass AND NOT tgisinternal";
  const std::string before = stage.value(definitions);
  stage.add(text_pair);
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  CHECK(stage.value("SELECT count(*) FROM noted") == "0");
  const auto client = stage.session();
  client->query("UPDATE t SET a = 21 WHERE id = 1");
  client->query("UPDATE public_m1.t SET a = 'v22' WHERE id = 2");
  client->query("UPDATE public_m1.t SET at = now() WHERE id = 3");
  CHECK(stage.value("SELECT string_agg(id || ':' || a, ' ') FROM noted") == "1:21 2:22");
  REQUIRE(outcome(engine.reverse({.confirmed = true})) == "ok");
  CHECK(stage.value(definitions) == before);
  REQUIRE(outcome(engine.apply()) == "ok");
  stage.add(
      "operations:\n  - alter_column: { table: t, column: a, type: text, up: \"a || '.'\", "
      "down: \"rtrim(a, '.')\" }\n");
  REQUIRE(outcome(engine.apply()) == "ok");
  client->query("TRUNCATE noted");
  client->query("ALTER TABLE noted ALTER COLUMN a TYPE text");
  client->query("UPDATE public_m2.t SET a = 'v23.' WHERE id = 3");
  CHECK(stage.value("SELECT string_agg(id || ':' || a, ' ') FROM noted") == "3:23");
  REQUIRE(outcome(engine.contract({.name = "m1"})) == "ok");
  client->query("UPDATE public_m2.t SET a = 'v24.' WHERE id = 3");
  client->query("UPDATE t SET a = 'v25' WHERE id = 3");
  CHECK(stage.value("SELECT string_agg(id || ':' || a, ' ') FROM noted") == "3:23 3:v24 3:v25");
  REQUIRE(outcome(engine.contract()) == "ok");
  CHECK(stage.value(definitions) == before);
}

TEST_CASE("a trigger whose condition reads a replaced column is refused by name", "[hazard]") {
  const std::string trigger = GENERATE(
      "CREATE TRIGGER on_a AFTER UPDATE OF a ON t FOR EACH ROW WHEN (OLD.a < NEW.a) EXECUTE "
      "FUNCTION note_it()",
      "CREATE CONSTRAINT TRIGGER on_a AFTER UPDATE OF a ON t FOR EACH ROW EXECUTE FUNCTION "
      "note_it()");
  Stage stage(std::string(table) + noting + trigger);
  stage.add(text_pair);
  const RunResult result = stage.engine().apply();
  INFO(outcome(result));
  REQUIRE(result.failure);
  CHECK(result.failure->kind == ErrorKind::refused);
  CHECK(result.failure->message.find("trigger on_a of t names column a") != std::string::npos);
}

}  // namespace
}  // namespace segue::test
