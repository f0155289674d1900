// Objects that a migration in flight has made, and that somebody drops.

#include "tests/api/site.hpp"

using namespace segue;
using database::Kind;
using test::outcome;
using test::Site;

namespace {

struct Made {
  std::string operation;
  std::string drop;
  std::string what;
};

}  // namespace

TEST_CASE("verify tells that an object of an unfinished migration is gone", "[api]") {
  const Made made = GENERATE(
      Made{"create_view: {name: v, definition: SELECT id FROM t}", "DROP VIEW v", "view v"},
      Made{"create_sequence: {name: s}", "DROP SEQUENCE s", "sequence s"},
      Made{"create_enum: {name: e, values: [a]}", "DROP TYPE e", "type e"},
      Made{"create_function: {name: f, definition: 'CREATE FUNCTION f(a integer) RETURNS integer "
           "LANGUAGE "
           "sql RETURN a', arguments: integer}",
           "DROP FUNCTION f", "function f(integer)"},
      Made{"create_function: {name: g, definition: 'CREATE FUNCTION g(a mood) RETURNS integer "
           "LANGUAGE sql RETURN 1', arguments: mood}",
           "DROP FUNCTION g", "function g(mood)"},
      Made{"create_domain: {name: d, definition: integer}", "DROP DOMAIN d", "domain d"});
  INFO(made.operation);
  Site site(Kind::postgres,
            "CREATE TABLE t (id integer PRIMARY KEY); CREATE TYPE mood AS ENUM ('ok')");
  site.add("  - " + made.operation + "\n");
  REQUIRE(outcome(site.engine().apply()) == "ok");
  REQUIRE(site.engine().verify().ok());
  site.db.run(made.drop);
  const VerifyReport report = site.engine().verify();
  CHECK_FALSE(report.ok());
  REQUIRE_FALSE(report.checks.empty());
  CHECK(report.checks.front().message == made.what + " is gone");
}

TEST_CASE("SQLite: verify tells that a view of an unfinished migration is gone", "[api]") {
  Site site(Kind::sqlite, "CREATE TABLE t (id integer PRIMARY KEY)");
  site.add("  - create_view: {name: v, definition: SELECT id FROM t}\n");
  REQUIRE(outcome(site.engine().apply()) == "ok");
  REQUIRE(site.engine().verify().ok());
  site.db.run("DROP VIEW v");
  CHECK_FALSE(site.engine().verify().ok());
}
