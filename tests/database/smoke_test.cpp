#include <catch2/catch.hpp>

#include "tests/support/test_database.hpp"

using namespace segue;

TEST_CASE("smoke", "[database]") {
  const auto kind = GENERATE(database::Kind::postgres, database::Kind::sqlite);
  const test::TestDatabase test(kind);
  const auto db = test.open();
  CHECK(db->query("SELECT 1, NULL, 'x'").text(0, 2) == "x");
  db->query("BEGIN");
  CHECK(db->in_transaction());
  db->query("COMMIT");
  CHECK(!db->in_transaction());
}
