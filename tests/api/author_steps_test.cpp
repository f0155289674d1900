// Entries of `phases:`: what their keys ask for is done.

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

struct Authored : Site {
  explicit Authored(Kind kind)
      : Site(kind, std::string("CREATE TABLE t (id integer PRIMARY KEY, a text, b text);") +
                       (kind == Kind::postgres
                            ? "INSERT INTO t SELECT n, 'v' || n FROM generate_series(1, 9) AS n"
                            : "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s "
                              "WHERE n < 9) INSERT INTO t(id, a) SELECT n, 'v' || n FROM s")) {}

  void phases(const std::string& text) const {
    std::ofstream(config.directory / "m1.yaml") << "phases:\n" << text;
  }
  [[nodiscard]] std::string filled() const {
    return value("SELECT count(*) FROM t WHERE b IS NOT NULL");
  }
};

bool mentions(const PlanView& plan, const std::string& text) {
  for (const PlanStep& step : plan.migrations.at(0).steps) {
    for (const auto* texts : {&step.sql, &step.inverse}) {
      for (const std::string& sql : *texts) {
        if (sql.find(text) != std::string::npos) return true;
      }
    }
  }
  return false;
}

constexpr const char* backfill =
    "  migrate: [{backfill: {table: t, set: {b: upper(a)}, where: b IS NULL}, verify: \"SELECT 1 "
    "WHERE (SELECT count(*) FROM t WHERE b IS NULL) = 0\", reverse: \"UPDATE t SET b = NULL\"}]\n";

}  // namespace

TEST_CASE("a backfill whose verify finds nothing stops the migration until it does", "[api]") {
  const Kind kind = GENERATE(Kind::sqlite, Kind::postgres);
  Authored site(kind);
  site.phases(
      "  migrate: [{backfill: {table: t, set: {b: upper(a)}, where: b IS NULL}, verify: \"SELECT 1 "
      "FROM t WHERE b = 'mended'\"}]\n");
  const RunResult result = site.engine().apply();
  REQUIRE(result.failure);
  CHECK(result.failure->kind == ErrorKind::check_failed);
  CHECK(result.failure->detail.step.find("backfill") != std::string::npos);
  CHECK(site.state("m1") == MigrationState::migrating);
  CHECK(site.filled() == "9");
  CHECK(mentions(site.engine().plan({.names = {"m1"}}), "'mended'"));
  site.application()->query("UPDATE t SET b = 'mended' WHERE id = 4");
  CHECK(outcome(site.engine().apply()) == "ok");
  CHECK(site.state("m1") == MigrationState::migrated);
}

TEST_CASE("the reverse of a backfill is run, also for one that was done in part", "[api]") {
  const Kind kind = GENERATE(Kind::sqlite, Kind::postgres);
  Authored site(kind);
  site.phases(backfill);
  CHECK(mentions(site.engine().plan(), "SET b = NULL"));
  SECTION("done") { REQUIRE(outcome(site.engine().apply()) == "ok"); }
  SECTION("in part") {
    FaultPlan counting;
    {
      Authored other(kind);
      other.phases(backfill);
      const Watched watched(counting);
      REQUIRE(outcome(other.engine().apply()) == "ok");
    }
    int at = 0;
    const std::vector<std::string> statements = counting.statements();
    while (statements.at(static_cast<std::size_t>(at)).find("count(*) FROM t WHERE b IS NULL") ==
           std::string::npos) {
      ++at;
    }
    FaultPlan plan(Fault::cut, at + 1);
    const Watched watched(plan);
    CHECK_FALSE(site.engine().apply().ok());
  }
  CHECK(site.filled() == "9");
  REQUIRE(outcome(site.engine().reverse()) == "ok");
  CHECK(site.filled() == "0");
}

TEST_CASE("SQLite: a statement that asks for no transaction has none", "[api]") {
  Authored site(Kind::sqlite);
  site.phases(
      "  expand: [{sql: VACUUM, transaction: false}]\n"
      "  migrate: [{sql: \"UPDATE t SET b = 'x'\", transaction: false, verify: \"SELECT 1 FROM t "
      "WHERE b = 'x'\", reverse: \"UPDATE t SET b = NULL\"}]\n");
  const PlanView plan = site.engine().plan();
  for (const std::string& sql : plan.migrations.at(0).steps.at(0).sql) {
    CHECK(sql.find("BEGIN") == std::string::npos);
  }
  CHECK_FALSE(plan.migrations.at(0).steps.at(0).transactional);
  FaultPlan counting;
  {
    const Watched watched(counting);
    REQUIRE(outcome(site.engine().apply()) == "ok");
  }
  CHECK(site.filled() == "9");
  REQUIRE(outcome(site.engine().reverse()) == "ok");
  CHECK(site.filled() == "0");
  REQUIRE(outcome(site.engine().apply()) == "ok");
}

TEST_CASE("SQLite: a statement without a transaction, cut at any place, is not run twice",
          "[api]") {
  const std::string text =
      "  migrate: [{sql: \"INSERT INTO t(id, a) VALUES ((SELECT max(id) + 1 FROM t), 'x')\", "
      "transaction: false, verify: \"SELECT 1 FROM t WHERE a = 'x'\"}]\n";
  FaultPlan counting;
  {
    Authored site(Kind::sqlite);
    site.phases(text);
    const Watched watched(counting);
    REQUIRE(outcome(site.engine().apply()) == "ok");
  }
  const std::size_t count = counting.statements().size();
  REQUIRE(count > 10);
  for (std::size_t at = 1; at <= count; ++at) {
    INFO(at << " of " << count);
    Authored site(Kind::sqlite);
    site.phases(text);
    {
      FaultPlan plan(Fault::cut, static_cast<int>(at));
      const Watched watched(plan);
      static_cast<void>(site.engine().apply());
    }
    REQUIRE(outcome(site.engine().apply()) == "ok");
    CHECK(site.value("SELECT count(*) FROM t WHERE a = 'x'") == "1");
  }
}
