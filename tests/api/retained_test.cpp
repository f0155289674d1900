// Versions that are given up: soak before, retain after, and versions that no run publishes.

#include "tests/api/site.hpp"

using namespace segue;
using namespace std::chrono_literals;
using database::Kind;
using test::Hooks;
using test::outcome;
using test::Site;

namespace {

constexpr const char* setup =
    "CREATE TABLE t (id integer PRIMARY KEY, c text);"
    "INSERT INTO t VALUES (1, '7')";
constexpr const char* to_integer =
    "  - alter_column: {table: t, column: c, type: integer, up: \"CAST(c AS integer)\", down: "
    "\"CAST(c AS text)\"}\n";
constexpr const char* another = "  - rename_column: {table: t, from: c, to: d}\n";

// The SQLSTATE or code with which a statement fails, "" when it does not.
std::string failure_of(const Site& site, const std::string& sql) {
  const auto session = site.application();
  try {
    session->query(sql);
    return "";
  } catch (const Error& error) {
    return error.detail().sqlstate;
  }
}

std::string standing(const Site& site, const std::string& schema) {
  return site.value("SELECT count(*) FROM pg_namespace WHERE nspname = '" + schema + "'");
}

// m1 is contracted and still served, m2 is published.
struct Chain : Site {
  explicit Chain(Kind kind) : Site(kind, setup) {
    add(to_integer);
    REQUIRE(outcome(engine().apply()) == "ok");
    REQUIRE(outcome(engine().contract({.approved = true})) == "ok");
    add(another);
    REQUIRE(outcome(engine().apply()) == "ok");
  }
};

}  // namespace

TEST_CASE(
    "soak: the version that is given up refuses before the swap, and serves again after a reverse",
    "[api]") {
  Chain site(Kind::postgres);
  REQUIRE(failure_of(site, "SELECT * FROM public_m1.t").empty());
  site.config.soak = 30s;
  std::stop_source stop;
  std::string while_soaking = "not reached";
  Hooks hooks;
  hooks.started = [&](const StepStarted& step) {
    if (step.kind != "soak") return;
    while_soaking = failure_of(site, "SELECT * FROM public_m1.t");
    stop.request_stop();
  };
  const RunResult stopped = site.engine().contract({.stop = stop.get_token(), .observer = &hooks});
  REQUIRE(stopped.failure);
  CHECK(stopped.failure->kind == ErrorKind::cancelled);
  CHECK(while_soaking == "3F000");
  CHECK(failure_of(site, "SELECT * FROM public_m2.t").empty());
  CHECK(outcome(site.engine().reverse({.confirmed = true})) == "ok");
  CHECK(failure_of(site, "SELECT * FROM public_m1.t").empty());
  CHECK(failure_of(site, "INSERT INTO public_m1.t VALUES (2, 8)").empty());
}

TEST_CASE("soak: contract goes on after it, and looks for old clients all the time", "[api]") {
  const Kind kind = GENERATE(Kind::sqlite, Kind::postgres);
  Chain site(kind);
  site.config.soak = 60ms;
  const auto begun = std::chrono::steady_clock::now();
  const RunResult result =
      site.engine().contract({.accept_old_clients = "batch is known", .approved = true});
  CHECK(outcome(result) == "ok");
  CHECK(std::chrono::steady_clock::now() - begun >= 60ms);
  CHECK(site.state("m2") == MigrationState::contracted);
}

TEST_CASE("retain: what refuses is dropped by a later run of the command, once it is old enough",
          "[api]") {
  Chain site(Kind::postgres);
  REQUIRE(outcome(site.engine().contract()) == "ok");
  CHECK(standing(site, "public_m1") == "1");
  CHECK(site.engine().apply({.drops_retained = true}).done.empty());
  site.db.run("UPDATE segue.event SET at = at - interval '8 days'");
  CHECK(site.engine().apply().done.empty());
  CHECK(standing(site, "public_m1") == "1");
  const RunResult dropped = site.engine().apply({.drops_retained = true});
  CHECK(outcome(dropped) == "ok");
  CHECK(dropped.done.size() == 1);
  CHECK(standing(site, "public_m1") == "0");
  CHECK(failure_of(site, "SELECT * FROM public_m2.t").empty());
  CHECK(site.engine().apply({.drops_retained = true}).done.empty());
}

TEST_CASE("retain: a run to the end drops what refuses like a contract does", "[api]") {
  Chain site(Kind::postgres);
  REQUIRE(outcome(site.engine().contract()) == "ok");
  site.add("  - rename_column: {table: t, from: d, to: e}\n");
  CHECK(outcome(site.engine().apply_to_the_end()) == "ok");
  CHECK(standing(site, "public_m1") == "1");
  site.db.run("UPDATE segue.event SET at = at - interval '8 days'");
  CHECK(outcome(site.engine().apply_to_the_end()) == "ok");
  CHECK(standing(site, "public_m1") == "0");
  CHECK(standing(site, "public_m2") == "0");
  CHECK(failure_of(site, "SELECT * FROM public_m3.t").empty());
}

TEST_CASE("retain: a version that was taken back goes with the next contract", "[api]") {
  Chain site(Kind::postgres);
  site.config.retain = 0s;
  REQUIRE(outcome(site.engine().reverse({.confirmed = true})) == "ok");
  REQUIRE(standing(site, "public_m2") == "1");
  CHECK(outcome(site.engine().contract()) == "ok");
  CHECK(standing(site, "public_m2") == "0");
}

TEST_CASE(
    "versions.publish: of the versions that one run brings, all, the latest or none is served",
    "[api]") {
  const Kind kind = GENERATE(Kind::sqlite, Kind::postgres);
  const auto publish = GENERATE(VersionPublish::all, VersionPublish::latest, VersionPublish::none);
  Site site(kind, std::string(setup) + "; CREATE TABLE u (id integer PRIMARY KEY, e text)");
  site.config.version_publish = publish;
  site.add(to_integer);
  site.add(
      "  - alter_column: {table: u, column: e, type: integer, up: \"CAST(e AS integer)\", down: "
      "\"CAST(e AS text)\"}\n");
  const RunResult result = site.engine().apply();
  REQUIRE(outcome(result) == "ok");
  const bool first = publish == VersionPublish::all;
  const bool second = publish != VersionPublish::none;
  CHECK(site.engine().version("m1").served == first);
  CHECK(site.engine().version("m2").served == second);
  CHECK(result.published.size() == (first ? 1U : 0U) + (second ? 1U : 0U));
  if (kind == Kind::postgres) {
    CHECK(failure_of(site, "SELECT * FROM public_m1.t") == (first ? "" : "3F000"));
    CHECK(failure_of(site, "SELECT * FROM public_m2.u") == (second ? "" : "3F000"));
    // The later version shows the earlier change as well.
    CHECK(failure_of(site, "SELECT * FROM public_m2.t") == (second ? "" : "3F000"));
  }
  site.db.run("INSERT INTO t VALUES (2, '8'); INSERT INTO u VALUES (1, '9')");
  CHECK(outcome(site.engine().contract({.approved = true})) == "ok");
  CHECK(site.value("SELECT sum(c) FROM t") == "15");
  CHECK(site.value("SELECT sum(e) FROM u") == "9");
}

TEST_CASE("versions.publish: what was not published is reversed like the rest", "[api]") {
  const Kind kind = GENERATE(Kind::sqlite, Kind::postgres);
  Site site(kind, setup);
  site.config.version_publish = VersionPublish::none;
  site.add(to_integer);
  REQUIRE(outcome(site.engine().apply()) == "ok");
  CHECK(outcome(site.engine().reverse()) == "ok");
  CHECK(site.value("SELECT c FROM t") == "7");
}

TEST_CASE("SQLite: what a contract left of its version serves until the next one, in nobody's way",
          "[api]") {
  const std::string next = GENERATE(
      as<std::string>{}, "  - rename_column: {table: t, from: c, to: d}\n",
      "  - drop_column: {table: t, column: c}\n",
      "  - alter_column: {table: t, column: c, type: text, up: \"'=' || c\", down: \"substr(c, "
      "2)\"}\n",
      "  - alter_column: {table: u, column: e, nullable: false}\n",
      "  - alter_column: {table: u, column: e, type: integer, up: \"CAST(e AS integer)\", down: "
      "\"CAST(e AS text)\"}\n");
  INFO(next);
  Site site(Kind::sqlite, std::string(setup) + "; CREATE TABLE u (id integer PRIMARY KEY, e text)");
  site.add(to_integer);
  REQUIRE(outcome(site.engine().apply()) == "ok");
  REQUIRE(outcome(site.engine().contract({.approved = true})) == "ok");
  site.add(next);
  REQUIRE(outcome(site.engine().apply()) == "ok");
  CHECK(failure_of(site, "INSERT INTO t__m1 (id, c) VALUES (2, 8)").empty());
  CHECK(failure_of(site, "UPDATE t__m1 SET c = c + 1 WHERE id = 1").empty());
  CHECK(site.value("SELECT sum(c) FROM t") == "16");
  CHECK(site.engine().verify().ok());
  REQUIRE(outcome(site.engine().contract({.approved = true})) == "ok");
  CHECK(site.value("SELECT count(*) FROM sqlite_schema WHERE 't__m1' IN (name, tbl_name)") == "0");
  CHECK(site.value("SELECT count(*) FROM t") == "2");
  CHECK(site.value("PRAGMA integrity_check") == "ok");
}

TEST_CASE("SQLite: a reversal leaves what an earlier contract left of its version", "[api]") {
  Site site(Kind::sqlite, setup);
  site.add(to_integer);
  REQUIRE(outcome(site.engine().apply()) == "ok");
  REQUIRE(outcome(site.engine().contract({.approved = true})) == "ok");
  site.add(another);
  REQUIRE(outcome(site.engine().apply()) == "ok");
  CHECK(outcome(site.engine().reverse({.confirmed = true})) == "ok");
  CHECK(site.value("SELECT c FROM t__m1") == "7");
}
