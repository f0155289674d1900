// What an operator accepts is on record whenever the migration has begun.

#include "tests/api/site.hpp"

using namespace segue;
using test::outcome;
using test::Site;

TEST_CASE("what was accepted is on record at the moment in which the migration begins", "[api]") {
  Site site(database::Kind::postgres,
            "CREATE TABLE t (id integer PRIMARY KEY, c text);"
            "CREATE PUBLICATION selected FOR TABLE t");
  site.add("  - rename_column: {table: t, from: c, to: d}\n");
  site.add("  - add_column: {table: t, column: {name: e, type: text, nullable: true}}\n");
  site.config.accept_subscribers = "the subscriber has the columns";
  struct : Observer {
    const Site* site = nullptr;
    std::vector<std::string> records;
    void on_migration(const MigrationEvent& event) override {
      if (event.state != MigrationState::expanding) return;
      records.push_back(site->value(
          fmt::format("SELECT count(*) FROM segue.event WHERE kind = 'subscribers_accepted' "
                      "AND migration = '{}'",
                      event.migration)));
    }
  } observer;
  observer.site = &site;
  REQUIRE(outcome(site.engine().apply({.observer = &observer})) == "ok");
  REQUIRE(observer.records.size() == 2);
  CHECK(observer.records.front() != "0");
  CHECK(observer.records.back() != "0");
}
