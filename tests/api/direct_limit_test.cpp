// Tiny tables take the direct shape: no concurrent build, which waits for every open transaction.

#include "tests/api/site.hpp"

using namespace segue;
using namespace std::chrono_literals;
using database::Kind;
using test::FaultPlan;
using test::outcome;
using test::Site;
using test::Watched;

namespace {

constexpr const char* setup =
    "CREATE TABLE t (id integer PRIMARY KEY, c integer); CREATE TABLE other (id integer);"
    "INSERT INTO t SELECT i, i FROM generate_series(1, 10) i";
constexpr const char* build_index =
    "  - create_index: {name: t_c, table: t, columns: [{column: c}]}\n";

bool builds_concurrently(Site& site) {
  FaultPlan plan;
  {
    const Watched watched(plan);
    CHECK(outcome(site.engine().apply()) == "ok");
  }
  CHECK(site.value(
            "SELECT count(*) FROM pg_index WHERE indexrelid = 't_c'::regclass AND indisvalid") ==
        "1");
  const std::vector<std::string> statements = plan.statements();
  return std::any_of(statements.begin(), statements.end(), [](const std::string& sql) {
    return sql.find("CREATE INDEX CONCURRENTLY") != std::string::npos;
  });
}

}  // namespace

TEST_CASE("an index on a tiny table is built at once, beside an open transaction elsewhere",
          "[api]") {
  Site site(Kind::postgres, setup);
  site.add(build_index);
  const auto somebody = site.application();
  somebody->query("BEGIN ISOLATION LEVEL REPEATABLE READ");
  somebody->query("SELECT count(*) FROM other");
  // A concurrent build would wait for this snapshot for ever.
  CHECK_FALSE(builds_concurrently(site));
  somebody->query("COMMIT");
  CHECK(outcome(site.engine().reverse()) == "ok");
}

TEST_CASE("the limit is counted under the lock, and 0 means never", "[api]") {
  Site site(Kind::postgres, setup);
  site.add(build_index);
  site.config.direct_limit = GENERATE(0, 9);
  CHECK(builds_concurrently(site));
}

TEST_CASE("a tiny table that somebody writes for long is built concurrently after all", "[api]") {
  Site site(Kind::postgres, setup);
  site.add(build_index);
  site.config.lock_wait = 300ms;
  const auto writer = site.application();
  writer->query("BEGIN");
  writer->query("UPDATE t SET c = 0 WHERE id = 1");
  FaultPlan plan;
  plan.before = [&](int, std::string_view sql) {
    if (sql.find("CREATE INDEX CONCURRENTLY") != std::string_view::npos) writer->query("COMMIT");
  };
  const Watched watched(plan);
  CHECK(outcome(site.engine().apply()) == "ok");
  CHECK_FALSE(writer->in_transaction());
}
