// Constraints that the server does not enforce (PostgreSQL 18 on) stay what they are.

#include "tests/api/site.hpp"

using namespace segue;
using database::Kind;
using test::outcome;
using test::Site;

namespace {

constexpr const char* setup = R"sql(
CREATE TABLE parents (id integer PRIMARY KEY);
CREATE TABLE t (id integer PRIMARY KEY, a integer, p integer,
  CONSTRAINT positive CHECK (a > 0) NOT ENFORCED,
  CONSTRAINT of_parent FOREIGN KEY (p) REFERENCES parents NOT ENFORCED);
INSERT INTO t VALUES (1, -1, 99), (2, 2, NULL);
)sql";

bool is_known() {
  return test::TestDatabase(Kind::postgres).open()->session().server_version >= 180000;
}

std::string definitions(const Site& site) {
  return site.value(
      "SELECT string_agg(format('%s %s %s', conname, conenforced, pg_get_constraintdef(oid)), "
      "', ' ORDER BY conname) FROM pg_constraint "
      "WHERE conrelid = 't'::regclass AND contype IN ('c', 'f')");
}

}  // namespace

TEST_CASE("a dropped constraint that is not enforced comes back, whatever the rows hold", "[api]") {
  if (!is_known()) return;
  Site site(Kind::postgres, setup);
  const std::string before = definitions(site);
  site.add(
      "  - drop_constraint: {table: t, name: positive}\n"
      "  - drop_constraint: {table: t, name: of_parent}\n");
  REQUIRE(outcome(site.engine().apply()) == "ok");
  CHECK(definitions(site) == "NULL");
  CHECK(outcome(site.engine().reverse()) == "ok");
  CHECK(definitions(site) == before);
}

TEST_CASE("a constraint that is not enforced goes over to a replaced column as such", "[api]") {
  if (!is_known()) return;
  Site site(Kind::postgres, setup);
  const std::string before = definitions(site);
  site.add(
      "  - alter_column: {table: t, column: a, type: bigint, up: \"a\", down: \"a\"}\n"
      "  - alter_column: {table: t, column: p, type: bigint, up: \"p\", down: \"p\"}\n");
  REQUIRE(outcome(site.engine().apply()) == "ok");
  CHECK(site.engine().verify().ok());
  CHECK(outcome(site.engine().reverse({.confirmed = true})) == "ok");
  CHECK(definitions(site) == before);
  REQUIRE(outcome(site.engine().apply()) == "ok");
  REQUIRE(outcome(site.engine().contract()) == "ok");
  CHECK(definitions(site) == before);
  CHECK(site.value("SELECT pg_typeof(a) FROM t LIMIT 1") == "bigint");
}
