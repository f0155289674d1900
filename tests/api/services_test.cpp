// What a service calls: its role has no right to the journal, its connections are lost, and its
// Engine may go before its sign of life.

#include <chrono>
#include <thread>

#include "tests/api/site.hpp"

using namespace segue;
using namespace std::chrono_literals;
using database::Kind;
using test::outcome;
using test::Site;

namespace {

constexpr const char* setup =
    "CREATE TABLE t (id integer PRIMARY KEY, a text);"
    "DO $$ BEGIN CREATE ROLE segue_test_app; EXCEPTION WHEN duplicate_object THEN NULL; END $$";
constexpr const char* pair =
    "  - alter_column: {table: t, column: a, type: text, up: upper(a), down: lower(a)}\n";
constexpr const char* second =
    "  - add_column: {table: t, column: {name: b, type: integer, nullable: true}}\n";

// Polls until the query's answer is `true`; false after ten seconds.
bool comes_true(const Site& site, const std::string& sql) {
  const auto session = site.application();
  const auto limit = std::chrono::steady_clock::now() + 10s;
  while (!session->query(sql).boolean(0, 0)) {
    if (std::chrono::steady_clock::now() > limit) return false;
    std::this_thread::sleep_for(20ms);
  }
  return true;
}

// With the rights that a service has: USAGE on the version's schema, nothing of the journal.
Engine engine_of_service(Site& site) {
  const auto owner = site.application();
  owner->query("GRANT USAGE ON SCHEMA public_m1 TO segue_test_app");
  Config config = site.config;
  config.role = "segue_test_app";
  return Engine(config);
}

}  // namespace

TEST_CASE("a role that may only use the schemas can make every call of a service", "[api]") {
  Site site(Kind::postgres, setup);
  site.add(pair);
  REQUIRE(outcome(site.engine().apply()) == "ok");
  site.add(second);
  REQUIRE(outcome(site.engine().apply({.phases = Phases::expand_only})) == "ok");
  Engine service = engine_of_service(site);
  const VersionView view = service.version("m1");
  CHECK(view.served);
  CHECK(view.search_path == std::vector<std::string>{"public_m1", "public"});
  CHECK(view.tables == std::map<std::string, std::string>{{"t", "t"}});
  CHECK_FALSE(service.version("m2").served);
  CHECK(service.table_name("t", "m1") == "t");
  CHECK_FALSE(service.session_settings("m1").checked.empty());
  CHECK(service.wait_for("m1", 0ms) == WaitOutcome::served);
  CHECK(service.wait_for("m2", 0ms) == WaitOutcome::timed_out);
  CHECK(service.compatibility({.oldest = "m1"}).version == "m1");
  CHECK(service.compatibility({.oldest = "m2"}).worth_waiting);
  const std::string announced = "SELECT count(*) FROM segue.client WHERE service = 'billing'";
  {
    const Presence presence = service.announce({.service = "billing", .version = "m1"});
    CHECK(presence.is_seen());
    CHECK(site.value(announced) == "1");
    CHECK(site.value("SELECT version FROM segue.client") == "m1");
  }
  CHECK(site.value(announced) == "0");
  // And no more than that.
  Config config = site.config;
  config.role = "segue_test_app";
  const auto session = site.db.open(database::Options{.role = "segue_test_app"});
  CHECK_THROWS_AS(session->query("SELECT plan FROM segue.migration"), Error);
  CHECK_THROWS_AS(session->query("INSERT INTO segue.client VALUES ('x', 'x', 'x', now())"), Error);
}

TEST_CASE("what one role announces, another neither renews nor takes back", "[api]") {
  Site site(Kind::postgres, std::string(setup) +
                                "; DO $$ BEGIN CREATE ROLE segue_test_login LOGIN; "
                                "EXCEPTION WHEN duplicate_object THEN NULL; END $$");
  site.add(pair);
  REQUIRE(outcome(site.engine().apply()) == "ok");
  const auto mine = site.application();
  mine->query("SELECT segue.heartbeat('billing', 'm1', 'host:1')");
  const auto other = site.application();
  other->query("SET SESSION AUTHORIZATION segue_test_login");
  other->query("SELECT segue.forget_client('billing', 'host:1')");
  other->query("SELECT segue.heartbeat('billing', 'm2', 'host:1')");
  CHECK(site.value("SELECT string_agg(version, ' ' ORDER BY version) FROM segue.client") ==
        "m1 m2");
  mine->query("SELECT segue.forget_client('billing', 'host:1')");
  CHECK(site.value("SELECT version FROM segue.client") == "m2");
}

TEST_CASE("an up that has nothing to do gives an older journal what services call", "[api]") {
  Site site(Kind::postgres, setup);
  site.add(pair);
  REQUIRE(outcome(site.engine().apply()) == "ok");
  site.db.run(
      "DROP FUNCTION segue.versions(); DROP FUNCTION segue.heartbeat(text, text, text);"
      "DROP FUNCTION segue.forget_client(text, text)");
  // Until then its owner is served as before.
  CHECK(site.engine().version("m1").served);
  {
    Engine owner = site.engine();
    const Presence presence = owner.announce({.service = "billing", .version = "m1"});
    CHECK(site.value("SELECT count(*) FROM segue.client") == "1");
  }
  CHECK(site.value("SELECT count(*) FROM segue.client") == "0");
  REQUIRE(outcome(site.engine().apply()) == "ok");
  CHECK(engine_of_service(site).version("m1").served);
}

TEST_CASE("a sign of life whose connection is lost comes back by itself", "[api]") {
  Site site(Kind::postgres, setup);
  site.add(pair);
  REQUIRE(outcome(site.engine().apply()) == "ok");
  site.config.application_name = "billing";
  Engine engine = site.engine();
  const Presence presence = engine.announce({.service = "billing", .version = "m1"});
  const std::string there =
      "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'billing' AND "
      "datname = current_database())";
  CHECK(site.value(there) == "t");
  CHECK(site.value("SELECT bool_and(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE "
                   "application_name = 'billing' AND datname = current_database()") == "t");
  REQUIRE(comes_true(site, "SELECT NOT (" + there.substr(7) + ")"));
  site.db.run("DELETE FROM segue.client");
  CHECK(comes_true(site, "SELECT EXISTS (SELECT FROM segue.client WHERE service = 'billing')"));
  CHECK(presence.is_seen());
}

TEST_CASE("a sign of life goes on when its engine is gone", "[api]") {
  const Kind kind = GENERATE(Kind::postgres, Kind::sqlite);
  Site site(kind,
            kind == Kind::postgres ? setup : "CREATE TABLE t (id integer PRIMARY KEY, a text)");
  site.add(pair);
  REQUIRE(outcome(site.engine().apply()) == "ok");
  const std::string table = kind == Kind::postgres ? "segue.client" : "segue_client";
  {
    auto engine = std::make_unique<Engine>(site.config);
    Presence presence = engine->announce({.service = "billing", .version = "m1"});
    engine.reset();
    site.db.run("DELETE FROM " + table);
    CHECK(comes_true(site, "SELECT EXISTS (SELECT 1 FROM " + table + ")"));
  }
  CHECK(site.value("SELECT count(*) FROM " + table) == "0");
}
