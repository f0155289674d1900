#include "engine/report/text.hpp"

#include <catch2/catch.hpp>

#include "tests/report/samples.hpp"

using namespace segue;
using report::Style;

TEST_CASE("a plan as text shows phases, steps, statements, inverses and notes", "[report]") {
  CHECK("\n" + report::plan_text(report::samples::plan(), Style{}) == R"(
0007_age (pending, version 0007_age)

  expand
    expand/01-install_sync:users
      what    Column age_new beside age, kept up by a trigger
      why     the new type rewrites
      cost    catalogue only
      lock    ACCESS EXCLUSIVE on users, at most 200 ms
      sql     ALTER TABLE users ADD COLUMN age_new integer;
              CREATE TRIGGER t
                BEFORE INSERT ON users;
      undo    DROP TRIGGER t ON users;

  migrate
    migrate/02-backfill:users
      what    Fill age_new
      cost    writes every row, about 35,000 rows
      sql     UPDATE users SET age_new = 1;
      undo    nothing to do

  contract
    contract/03-swap:users
      what    users takes the new shape
      cost    catalogue only, outside of a transaction
      sql     ALTER TABLE users DROP COLUMN age;
      undo    cannot be taken back

  to know before it starts
    - clients, users: prepared SELECT * fails once
)");
}

TEST_CASE("a plan with nothing pending says so", "[report]") {
  CHECK(report::plan_text({}, Style{}) == "Nothing is pending.\n");
  CHECK(report::plan_sql({}).empty());
}

TEST_CASE("a plan as SQL is statements with comments", "[report]") {
  CHECK(report::plan_sql(report::samples::plan()) == R"(-- migration 0007_age

-- expand/01-install_sync:users: Column age_new beside age, kept up by a trigger
-- lock: ACCESS EXCLUSIVE on users, at most 200 ms
ALTER TABLE users ADD COLUMN age_new integer;
CREATE TRIGGER t
  BEFORE INSERT ON users;

-- migrate/02-backfill:users: Fill age_new
UPDATE users SET age_new = 1;

-- contract/03-swap:users: users takes the new shape
-- outside of a transaction
ALTER TABLE users DROP COLUMN age;

)");
}

TEST_CASE("status as text shows what runs, who blocks it and what reversing loses", "[report]") {
  CHECK("\n" + report::status_text(report::samples::status(), Style{}) == R"(
postgresql://app:***@db/shop  postgres 15.14, schema public
Running: up by deploy on ci (process 12, epoch 4) since 2024-05-01T12:00:00Z

Migrations
  0007_age  migrating  reversible
    running migrate/02-backfill:users: 1,200 of about 35,000 rows, 2,000/s, 16.9 s left
    blocked by pid 4711, user bi
    reversing would lose values of users.age: 2 rows
    users.age: proved weakly: its expressions cannot be evaluated again
  0008_b    pending

Versions
  base      served      3 clients at work now  public
  0007_age  not served  clients not known      public_0007_age
)");
}

TEST_CASE("status of a run that died says so, and counts that took too long are told", "[report]") {
  Status status = report::samples::status();
  status.lease->alive = false;
  status.migrations.front().blocked_by.clear();
  status.migrations.front().proof.clear();
  status.migrations.front().reversal_loss = {{"users.age", std::nullopt}};
  const std::string text = report::status_text(status, Style{});
  CHECK(text.find("Interrupted: up by deploy on ci") != std::string::npos);
  CHECK(text.find("its session is gone, the next run takes over") != std::string::npos);
  CHECK(text.find("interrupted in migrate/02-backfill:users: 1,200 of about 35,000 rows") !=
        std::string::npos);
  CHECK(text.find("values of users.age: too many rows to count here") != std::string::npos);
}

TEST_CASE("contracted migrations at the front are counted, not listed", "[report]") {
  Status status;
  for (int i = 0; i < 20; ++i) {
    status.migrations.push_back(
        {.name = fmt::format("m{:02}", i), .state = MigrationState::contracted});
  }
  status.migrations.push_back({.name = "m20"});
  const std::string text = report::status_text(status, Style{});
  CHECK(text.find("15 migrations contracted before, see --json") != std::string::npos);
  CHECK(text.find("m14") == std::string::npos);
  CHECK(text.find("m15") != std::string::npos);
  CHECK(text.find("m20") != std::string::npos);
}

TEST_CASE("a failure says what, where, what was left behind and what to type next", "[report]") {
  CHECK("\n" + report::failure_text(report::samples::failure(), Style{}) == R"(
error: 2 rows differ (check_failed, 23514)
  at     migrations/0007_age.yaml:4:7
  in     0007_age, step migrate/03-compare:users
  sql    SELECT 1
         FROM users
  left   the new column, not published
  next   migrate reverse 0007_age
)");
}

TEST_CASE("a failure of input lists every problem", "[report]") {
  Failure failure{.kind = ErrorKind::invalid_input, .message = "2 problems in 2 files"};
  failure.detail.problems = {{"unknown key \"x\"", {"a.yaml", 3, 5}}, {"no such flag", {}}};
  CHECK(report::failure_text(failure, Style{}) ==
        "error: 2 problems in 2 files (invalid_input)\n"
        "  a.yaml:3:5: unknown key \"x\"\n"
        "  no such flag\n");
}

TEST_CASE("a run says what was reached, what is served and what remains", "[report]") {
  CHECK(report::run_text(report::samples::run(), "up", Style{}) ==
        "0006_x is migrated\n"
        "Version 0006_x is served now.\n"
        "0007_age remains migrating, 2 steps to go\n");
  CHECK(report::run_text({}, "up", Style{}) == "Nothing to do for `migrate up`.\n");
  RunResult dropped;
  dropped.done = {{.migration = "m1", .step = "unpublish", .summary = "what stood of public_m1"}};
  CHECK(report::run_text(dropped, "contract", Style{}) == "Dropped what stood of public_m1.\n");
}

TEST_CASE("verify shows the first keys that differ with both values", "[report]") {
  VerifyReport verify;
  verify.checks = {{.migration = "m", .check = "catalogue", .subject = "users"},
                   {.migration = "m",
                    .check = "compare",
                    .subject = "users.age",
                    .ok = false,
                    .proof = "whole",
                    .rows = 1000,
                    .differences = 3,
                    .first = {{"7", "1", "NULL"}}}};
  CHECK(report::verify_text(verify, Style{}) ==
        "m\n"
        "  ok   catalogue of users\n"
        "  FAIL compare of users.age, 1,000 rows, 3 differences\n"
        "      key 7: old 1, new NULL\n"
        "      and 2 more\n");
  CHECK_FALSE(verify.ok());
}

TEST_CASE("history is one line per event", "[report]") {
  CHECK(report::history_text({{.id = 1,
                               .at = "2024-05-01T12:00:00Z",
                               .actor = "ann",
                               .host = "ci",
                               .event = "published",
                               .migration = "0007_z",
                               .detail = "line\nbreak"}},
                             Style{}) ==
        "2024-05-01T12:00:00Z  ann@ci  published  0007_z  line break\n");
  CHECK(report::history_text({}, Style{}) == "Nothing has happened yet.\n");
}

TEST_CASE("a version of PostgreSQL is shown in the form that survives poolers first", "[report]") {
  const VersionView version{
      .version = "0007_z", .served = true, .role = "app_0007_z", .search_path = {"public_0007_z"}};
  const SessionSettings settings{.settings = {{"search_path", "\"public_0007_z\""}},
                                 .sql = {"SET search_path = \"public_0007_z\""},
                                 .checked = "SELECT segue.use_version('0007_z')",
                                 .environment = {{"PGOPTIONS", "-csearch_path=public_0007_z"}}};
  CHECK("\n" + report::version_text(version, settings, Style{}) == R"(
0007_z is served
Through poolers, connect as
  user=app_0007_z
On every new connection
  SET search_path = "public_0007_z";
Or, refused while it is not served
  SELECT segue.use_version('0007_z');
Or in the environment of the client, not through PgBouncer
  PGOPTIONS=-csearch_path=public_0007_z
)");
  VersionView without_role = version;
  without_role.role.clear();
  CHECK(report::version_text(without_role, {.for_role = "ALTER ROLE <role> SET x = y"}, Style{}) ==
        R"(0007_z is served
Through poolers, for a role of its own, once
  ALTER ROLE <role> SET x = y;
)");
  CHECK(report::version_sql(version, settings) == "SET search_path = \"public_0007_z\";\n");
  CHECK(report::version_env(version, settings) ==
        "SEGUE_VERSION='0007_z'\nPGOPTIONS='-csearch_path=public_0007_z'\n");
  const auto url = [&](const char* masked) {
    return report::version_url(version, settings, masked);
  };
  CHECK(url("postgresql://app:***@db/shop?sslmode=require") ==
        "postgresql://app@db/shop?sslmode=require&options=-csearch_path%3Dpublic_0007_z\n");
  CHECK(url("postgres://db/shop?password=***&user=app") ==
        "postgres://db/shop?user=app&options=-csearch_path%3Dpublic_0007_z\n");
  CHECK(url("host=db password=*** dbname=shop") ==
        "host=db dbname=shop options='-csearch_path=public_0007_z'\n");
  CHECK(url("PASSWORD = *** sslpassword=*** host=db") ==
        "host=db options='-csearch_path=public_0007_z'\n");
  CHECK(url("host=db sslpassword=***") == "host=db options='-csearch_path=public_0007_z'\n");
  const std::string rest = "options=-csearch_path%3Dpublic_0007_z\n";
  CHECK(url("postgresql://h/db?sslpassword=***&sslmode=require") ==
        "postgresql://h/db?sslmode=require&" + rest);
  CHECK(url("postgresql://u:***@h/db?a=b&sslpassword=***&password=***") ==
        "postgresql://u@h/db?a=b&" + rest);
  CHECK(url("postgresql://h/db?password=***") == "postgresql://h/db?" + rest);
}

TEST_CASE("a version of SQLite is shown as the names of its tables", "[report]") {
  const VersionView version{.version = "0007_z",
                            .database = DatabaseKind::sqlite,
                            .tables = {{"user's", "user's__0007_z"}}};
  CHECK(report::version_text(version, {}, Style{}) ==
        "0007_z is not served\n  user's  is reached as  user's__0007_z\n");
  CHECK(report::version_env(version, {}) ==
        "SEGUE_VERSION='0007_z'\nSEGUE_TABLE_USER_S='user'\\''s__0007_z'\n");
  CHECK_THROWS_AS(report::version_url(version, {}, "a.db"), Error);
}
