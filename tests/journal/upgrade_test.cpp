// The journal's own format: what an older engine left is brought up to date, or refused.

#include <catch2/catch.hpp>

#include "engine/core/hash.hpp"
#include "engine/journal/upgrade.hpp"
#include "tests/journal/journal_test.hpp"

using namespace segue;
using database::Kind;
using journal::Upgrade;
using test::JournalTest;

namespace {

std::int64_t format_of(const JournalTest& test) {
  return test.db->query(test.sql("SELECT max(version) FROM {segue}format")).integer(0, 0);
}

void upgrade(const JournalTest& test, int found, const std::vector<Upgrade>& upgrades) {
  database::Transaction transaction(*test.db, test.begin());
  journal::upgrade(*test.db, found, upgrades);
  transaction.commit();
}

}  // namespace

TEST_CASE("the tables of a format are frozen", "[journal]") {
  const auto hash_of = [](Kind kind) {
    std::string all;
    for (const std::string& statement : journal::table_definitions(kind)) all += statement + "\n";
    return sha256_hex(all).substr(0, 16);
  };
  // A change raises format_version, adds an upgrade, and a test from the format before.
  REQUIRE(journal::format_version == 1);
  CHECK(hash_of(Kind::postgres) == "ce915512dbf73c05");
  CHECK(hash_of(Kind::sqlite) == "923d29592e32e98f");
}

TEST_CASE("an older journal goes through every format in between, and keeps what it holds",
          "[journal]") {
  const JournalTest test(GENERATE(Kind::sqlite, Kind::postgres));
  test.install();
  test.write([&](database::Database& db) {
    test.journal->insert(db, {.name = "0001_a", .position = 1, .plan = "{}"});
  });
  const std::vector<Upgrade> upgrades{
      {1, {test.sql("ALTER TABLE {segue}migration ADD COLUMN one text")}},
      {2,
       {test.sql("ALTER TABLE {segue}migration ADD COLUMN two text"),
        test.sql("UPDATE {segue}migration SET two = 'from ' || name")}}};
  SECTION("from the first") {
    upgrade(test, 1, upgrades);
    CHECK(format_of(test) == 3);
    CHECK(test.db->query(test.sql("SELECT one, two FROM {segue}migration")).text(0, 1) ==
          "from 0001_a");
  }
  SECTION("from the second") {
    upgrade(test, 2, upgrades);
    CHECK(format_of(test) == 3);
    CHECK_THROWS_AS(test.db->query(test.sql("SELECT one FROM {segue}migration")), Error);
  }
  SECTION("all of it or nothing") {
    std::vector<Upgrade> broken = upgrades;
    broken[1].statements.emplace_back("SELECT nonsense");
    CHECK_THROWS_AS(upgrade(test, 1, broken), Error);
    CHECK(format_of(test) == 1);
    upgrade(test, 1, upgrades);
    CHECK(format_of(test) == 3);
  }
  // And this engine is then the older one.
  CHECK_THROWS_AS(test.journal->installed(), Error);
}

TEST_CASE("a format that nobody has written is refused by name", "[journal]") {
  const JournalTest test(GENERATE(Kind::sqlite, Kind::postgres));
  test.install();
  test.db->query(test.sql("UPDATE {segue}format SET version = 0"));
  try {
    test.journal->install({});
    FAIL("format 0 was taken for no journal");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::refused);
    CHECK_THAT(error.what(), Catch::Contains("format 0"));
  }
}
