// What goes on record, and what a reversal says of what it cannot take back.

#include "tests/api/site.hpp"

using namespace segue;
using database::Kind;
using test::Hooks;
using test::outcome;
using test::Site;

namespace {

std::string with_rows(Kind kind) {
  return std::string("CREATE TABLE t (id integer PRIMARY KEY, a text);") +
         (kind == Kind::postgres ? "INSERT INTO t SELECT n, 'v' || n FROM generate_series(1, 9) n"
                                 : "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s "
                                   "WHERE n < 9) INSERT INTO t SELECT n, 'v' || n FROM s");
}

HistoryEntry last_of(const Site& site, const std::string& event) {
  HistoryEntry last;
  for (const HistoryEntry& entry : site.engine().history()) {
    if (entry.event == event) last = entry;
  }
  return last;
}

}  // namespace

TEST_CASE("history has what a compare has counted", "[api]") {
  const Kind kind = GENERATE(Kind::sqlite, Kind::postgres);
  Site site(kind, with_rows(kind));
  site.add(
      "  - alter_column: {table: t, column: a, type: text, up: upper(a), down: lower(a)}\n"
      "  - add_column: {table: t, column: {name: n, type: integer, nullable: true}}\n");
  REQUIRE(outcome(site.engine().apply()) == "ok");
  CHECK_THAT(last_of(site, "check").detail,
             Catch::Contains("9 rows compared") && Catch::Contains("agree"));
}

TEST_CASE("a reversal asks about statements that have no way back, and does not blame others",
          "[api]") {
  const Kind kind = GENERATE(Kind::sqlite, Kind::postgres);
  Site site(kind, with_rows(kind));
  site.add(
      "  - sql: {up: DELETE FROM t WHERE id > 5}\n"
      "  - sql: {up: CREATE TABLE made (id integer)}\n");
  REQUIRE(outcome(site.engine().apply()) == "ok");
  CHECK_THAT(outcome(site.engine().reverse()),
             Catch::StartsWith("refused") && Catch::Contains("gives no way back"));
  ReversalLoss asked;
  Hooks hooks;
  ReverseOptions options;
  options.ask = [&](const ReversalLoss& loss) {
    asked = loss;
    return true;
  };
  options.observer = &hooks;
  const RunResult result = site.engine().reverse(options);
  REQUIRE(outcome(result) == "ok");
  CHECK(asked.other.size() == 2);
  int told = 0;
  for (const StepDone& step : result.done) {
    told += step.summary.find("what it did stays") != std::string::npos ? 1 : 0;
  }
  CHECK(told == 2);
  REQUIRE_FALSE(hooks.notes.empty());
  CHECK_THAT(hooks.notes.front(), Catch::Contains("own statements"));
  CHECK(site.value("SELECT count(*) FROM t") == "5");
}

TEST_CASE("PostgreSQL: a return to expanded keeps what only the new side knows, and does not ask",
          "[api]") {
  Site site(Kind::postgres, with_rows(Kind::postgres));
  site.add("  - add_column: {table: t, column: {name: fresh, type: integer, nullable: true}}\n");
  REQUIRE(outcome(site.engine().apply()) == "ok");
  site.db.run("UPDATE public_m1.t SET fresh = id WHERE id < 4");
  CHECK_THAT(outcome(site.engine().reverse()), Catch::Contains("t.fresh: 3 rows"));
  REQUIRE(outcome(site.engine().reverse({.to_expanded = true})) == "ok");
  REQUIRE(outcome(site.engine().apply()) == "ok");
  CHECK(site.value("SELECT count(*) FROM public_m1.t WHERE fresh IS NOT NULL") == "3");
}
