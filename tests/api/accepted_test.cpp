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
          fmt::format("SELECT string_agg(DISTINCT kind, ',') || count(DISTINCT xmin::text) "
                      "FROM segue.event WHERE kind IN ('subscribers_accepted', 'begun') "
                      "AND migration = '{}'",
                      event.migration)));
    }
  } observer;
  observer.site = &site;
  REQUIRE(outcome(site.engine().apply({.observer = &observer})) == "ok");
  REQUIRE(observer.records.size() == 2);
  // In one transaction: behind the fence, and never one without the other.
  CHECK(observer.records.front() == "begun,subscribers_accepted1");
  CHECK(observer.records.back() == "begun,subscribers_accepted1");
}
