// Reversals: what a reverse without a name means when its run was killed, what is proved at the
// end, and types that are narrowed again.

#include "tests/api/site.hpp"

using namespace segue;
using namespace std::chrono_literals;
using database::Kind;
using test::Fault;
using test::FaultPlan;
using test::Hooks;
using test::outcome;
using test::Site;
using test::Watched;

namespace {

constexpr const char* first =
    "  - add_column: {table: t, column: {name: a, type: integer, nullable: true}}\n";
constexpr const char* second =
    "  - add_column: {table: u, column: {name: b, type: integer, nullable: true}}\n";

// Migrations in flight, one behind the other.
struct InFlight : Site {
  explicit InFlight(Kind kind, int count = 2)
      : Site(kind,
             "CREATE TABLE t (id integer PRIMARY KEY); CREATE TABLE u (id integer PRIMARY KEY)") {
    add(first);
    if (count > 1) add(second);
    REQUIRE(outcome(engine().apply()) == "ok");
  }
};

std::vector<std::string> statements_of_reverse(Kind kind, int count = 2) {
  FaultPlan counting;
  InFlight site(kind, count);
  const Watched watched(counting);
  REQUIRE(outcome(site.engine().reverse()) == "ok");
  return counting.statements();
}

}  // namespace

TEST_CASE("a reverse without a name, cut at any statement and made again, takes back one migration",
          "[api]") {
  const Kind kind = GENERATE(Kind::sqlite, Kind::postgres);
  const std::vector<std::string> statements = statements_of_reverse(kind);
  REQUIRE(statements.size() > 10);
  // The last ones come after the migration's own end; these are the schedule.
  for (std::size_t back = 0; back < 12; ++back) {
    const std::size_t at = statements.size() - back;
    INFO(at << " of " << statements.size() << ": " << statements[at - 1]);
    InFlight site(kind);
    {
      FaultPlan plan(Fault::cut, static_cast<int>(at));
      const Watched watched(plan);
      CHECK_FALSE(site.engine().reverse().ok());
    }
    const RunResult again = site.engine().reverse();
    CHECK(outcome(again) == "ok");
    CHECK(site.state("m1") == MigrationState::migrated);
    CHECK(site.state("m2") == MigrationState::reversed);
    CHECK(again.reached.contains("m2"));
    CHECK_FALSE(again.reached.contains("m1"));
    // Having been told, the same call means the next one.
    CHECK(outcome(site.engine().reverse()) == "ok");
    CHECK(site.state("m1") == MigrationState::reversed);
  }
}

TEST_CASE("what a killed reverse without a name meant is over when another run begins", "[api]") {
  const Kind kind = GENERATE(Kind::sqlite, Kind::postgres);
  const std::size_t count = statements_of_reverse(kind).size();
  InFlight site(kind);
  {
    FaultPlan plan(Fault::cut, static_cast<int>(count));
    const Watched watched(plan);
    CHECK_FALSE(site.engine().reverse().ok());
  }
  REQUIRE(site.state("m2") == MigrationState::reversed);
  REQUIRE(outcome(site.engine().apply()) == "ok");
  REQUIRE(site.state("m2") == MigrationState::migrated);
  CHECK(outcome(site.engine().reverse()) == "ok");
  CHECK(site.state("m2") == MigrationState::reversed);
  CHECK(outcome(site.engine().reverse()) == "ok");
  CHECK(site.state("m1") == MigrationState::reversed);
}

TEST_CASE("the last migration, reversed without a name by a run that was killed, is done",
          "[api]") {
  const Kind kind = GENERATE(Kind::sqlite, Kind::postgres);
  const std::size_t count = statements_of_reverse(kind, 1).size();
  InFlight site(kind, 1);
  {
    FaultPlan plan(Fault::cut, static_cast<int>(count));
    const Watched watched(plan);
    CHECK_FALSE(site.engine().reverse().ok());
  }
  Hooks hooks;
  CHECK(outcome(site.engine().reverse({.observer = &hooks})) == "ok");
  REQUIRE(hooks.notes.size() == 1);
  CHECK_THAT(hooks.notes[0], Catch::Contains("m1 was taken back"));
  CHECK(site.engine().reverse().failure->kind == ErrorKind::refused);
}

TEST_CASE("a reversal after which a column of the table is gone is not proved and not over",
          "[api]") {
  Site site(Kind::postgres, "CREATE TABLE t (id integer PRIMARY KEY, c integer)");
  site.add(first);
  // Once published, the version's view would keep the column from being dropped.
  REQUIRE(outcome(site.engine().apply({.phases = expand_only})) == "ok");
  site.application()->query("ALTER TABLE t DROP COLUMN c");
  const RunResult failed = site.engine().reverse();
  CHECK_THAT(outcome(failed),
             Catch::Contains("check_failed") && Catch::Contains("column t.c is gone"));
  CHECK(site.state("m1") == MigrationState::reversing);
  CHECK_THAT(outcome(site.engine().apply()), Catch::Contains("check_failed"));
  site.application()->query("ALTER TABLE t ADD COLUMN c integer");
  CHECK(outcome(site.engine().reverse()) == "ok");
  CHECK(site.state("m1") == MigrationState::reversed);
}

TEST_CASE("what others added and granted meanwhile is told and does not fail a reversal", "[api]") {
  Site site(Kind::postgres, "CREATE TABLE t (id integer PRIMARY KEY, c integer)");
  site.add(first);
  REQUIRE(outcome(site.engine().apply()) == "ok");
  site.application()->query("CREATE INDEX t_c ON t (c)");
  site.application()->query("GRANT SELECT ON t TO PUBLIC");
  site.application()->query("CREATE TABLE other (id integer)");
  Hooks hooks;
  CHECK(outcome(site.engine().reverse({.observer = &hooks})) == "ok");
  REQUIRE(hooks.notes.size() == 1);
  CHECK_THAT(hooks.notes[0], Catch::Contains("index t_c"));
}

TEST_CASE("a migration whose predecessor was contracted meanwhile is reversed", "[api]") {
  const Kind kind = GENERATE(Kind::sqlite, Kind::postgres);
  InFlight site(kind);
  REQUIRE(outcome(site.engine().contract({.name = "m1", .approved = true})) == "ok");
  CHECK(outcome(site.engine().reverse()) == "ok");
  CHECK(site.state("m2") == MigrationState::reversed);
}

TEST_CASE("a type that was widened on a large table is narrowed only when that is asked for",
          "[api]") {
  const bool rewrites = GENERATE(false, true);
  Site site(
      Kind::postgres,
      "CREATE TABLE t (id integer PRIMARY KEY, c varchar(10)); INSERT INTO t VALUES (1, 'x')");
  site.config.direct_limit = 0;
  site.add("  - alter_column: {table: t, column: c, type: varchar(40)}\n");
  REQUIRE(outcome(site.engine().apply()) == "ok");
  REQUIRE(outcome(site.engine().reverse({.rewrite = rewrites})) == "ok");
  CHECK(site.value("SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = "
                   "'t'::regclass AND attname = 'c'") ==
        (rewrites ? "character varying(10)" : "character varying(40)"));
}
