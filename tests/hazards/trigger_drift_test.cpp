// Triggers of the user that name columns which go, that forbid writes, or that come and go with
// ours.

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "tests/hazards/schedule.hpp"

namespace segue::test {
namespace {

constexpr const char* one_table = R"sql(
CREATE TABLE t (id integer PRIMARY KEY, name text, body text, seen text, words tsvector);
INSERT INTO t (id, name) SELECT n, 'n' || n FROM generate_series(1, 5) AS n;
CREATE FUNCTION pass() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
)sql";
constexpr const char* pair = R"yaml(
operations:
  - alter_column: { table: t, column: name, type: text, up: "name || '!'",
                    down: "rtrim(name, '!')" }
)yaml";
constexpr const char* passing =
    "CREATE TRIGGER pass BEFORE INSERT OR UPDATE ON t "
    "FOR EACH ROW EXECUTE FUNCTION pass()";

TEST_CASE("a compiled trigger function that is told a column by name is refused when it goes",
          "[hazard]") {
  const auto [file, said] = GENERATE(Catch::Generators::table<std::string, std::string>(
      {{"alter_column: { table: t, column: body, type: varchar, up: body, down: body }",
        "replaces"},
       {"rename_column: { table: t, from: body, to: content }", "renames"},
       {"drop_column: { table: t, column: words }", "drops"}}));
  Stage stage(std::string(one_table) +
              "CREATE TRIGGER index_it BEFORE INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION "
              "tsvector_update_trigger('words', 'pg_catalog.english', 'body')");
  stage.add("operations:\n  - " + file + "\n");
  const RunResult result = stage.engine().apply();
  INFO(outcome(result));
  REQUIRE(result.failure);
  CHECK(result.failure->kind == ErrorKind::refused);
  CHECK_FALSE(result.began);
  CHECK(result.failure->message.find("trigger index_it of t gives the name of column") !=
        std::string::npos);
  CHECK(result.failure->message.find("this migration " + said) != std::string::npos);
}

TEST_CASE("an argument of a trigger that may be a column's name is told in the plan", "[hazard]") {
  Stage stage(std::string(one_table) +
              "CREATE TRIGGER told AFTER UPDATE ON t FOR EACH ROW EXECUTE FUNCTION pass('body')");
  stage.add("operations:\n  - rename_column: { table: t, from: body, to: content }\n");
  std::string told;
  const auto plan = stage.engine().plan();
  for (const PlanNote& note : plan.migrations.front().notes) told += note.text + "\n";
  INFO(told);
  CHECK(told.find("trigger told gives 'body' to") != std::string::npos);
  CHECK(told.find("copes when this migration renames it") != std::string::npos);
  CHECK(outcome(stage.engine().apply()) == "ok");
}

TEST_CASE("a trigger that comes to name a column which goes is drift before contract begins",
          "[hazard]") {
  const std::string text =
      GENERATE(as<std::string>{}, "BEFORE UPDATE OF name ON t FOR EACH ROW",
               "BEFORE UPDATE ON t FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name)",
               "AFTER UPDATE ON t FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name)",
               "AFTER UPDATE OF name ON t FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name)");
  Stage stage(std::string(one_table) + passing);
  stage.add(pair);
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  const auto vandal = stage.session();
  vandal->query(
      fmt::format("CREATE TRIGGER watch AFTER UPDATE OF name ON t FOR EACH ROW WHEN (OLD.id > 0) "
                  "EXECUTE FUNCTION pass()"));
  CHECK(engine.verify().ok());
  vandal->query(fmt::format("CREATE TRIGGER late {} EXECUTE FUNCTION pass()", text));
  const auto found = engine.verify();
  CHECK_FALSE(found.ok());
  const RunResult stopped = engine.contract();
  INFO(outcome(stopped));
  REQUIRE(stopped.failure);
  CHECK(stopped.failure->kind == ErrorKind::drift);
  CHECK(stopped.failure->message.find("names column name") != std::string::npos);
  vandal->query("DROP TRIGGER late ON t");
  CHECK(outcome(engine.contract()) == "ok");
}

TEST_CASE("a trial write that a trigger of the user forbids proves nothing, and stops nothing",
          "[hazard]") {
  const std::string when = GENERATE(as<std::string>{}, "BEFORE", "AFTER");
  Stage stage(std::string(one_table) + fmt::format(R"sql(
CREATE FUNCTION forbid() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.name IS DISTINCT FROM OLD.name THEN RAISE EXCEPTION 'names are for ever'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER forbid {} UPDATE ON t FOR EACH ROW EXECUTE FUNCTION forbid();
)sql",
                                                   when));
  stage.add(pair);
  StepHooks hooks;
  Engine engine = stage.engine();
  CHECK(outcome(engine.apply({.observer = &hooks})) == "ok");
  CHECK(hooks.notes.find("proves nothing, because a trigger of the table forbids it: ") !=
        std::string::npos);
  CHECK(hooks.notes.find("names are for ever") != std::string::npos);
  CHECK(outcome(engine.contract()) == "ok");
}

TEST_CASE("an up that raises is no trigger that forbids the trial write", "[hazard]") {
  Stage stage(std::string(one_table) + R"sql(
CREATE FUNCTION only_short(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN RAISE EXCEPTION 'down is broken'; END $$;)sql");
  stage.add(R"yaml(
operations:
  - alter_column: { table: t, column: name, type: text, up: "name", down: "only_short(name)" }
)yaml");
  const RunResult result = stage.engine().apply();
  INFO(outcome(result));
  REQUIRE(result.failure);
  CHECK(result.failure->message.find("down is broken") != std::string::npos);
}

TEST_CASE("whichever of our triggers somebody has dropped, a reversal takes the others",
          "[hazard]") {
  const std::string gone =
      GENERATE(as<std::string>{}, " segue_insert", " segue_update", "~segue_insert",
               "~segue_update", " segue_insert, segue_update", "~segue_insert,~segue_update");
  Stage stage(std::string(one_table) + passing);
  stage.add(pair);
  Engine engine = stage.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  const auto vandal = stage.session();
  for (std::size_t from = 0; from < gone.size();) {
    const std::size_t end = std::min(gone.find(',', from), gone.size());
    vandal->query(fmt::format("DROP TRIGGER \"{}\" ON t", gone.substr(from, end - from)));
    from = end + 1;
  }
  CHECK_FALSE(engine.verify().ok());
  CHECK(outcome(engine.reverse({.confirmed = true})) == "ok");
  CHECK(stage.value("SELECT string_agg(tgname, ',') FROM pg_trigger WHERE tgrelid = 't'::regclass "
                    "AND NOT tgisinternal") == "pass");
  CHECK(stage.value("SELECT count(*) FROM pg_proc WHERE pronamespace = 'segue'::regnamespace AND "
                    "prorettype = 'trigger'::regtype") == "0");
}

}  // namespace
}  // namespace segue::test
