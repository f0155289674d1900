// What status, plan and verify tell of a live database.

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>

#include "engine/database/file_locks.hpp"
#include "segue/engine.hpp"
#include "tests/support/test_database.hpp"

namespace segue::test {
namespace {

using database::Kind;

class Place {
 public:
  explicit Place(Kind kind) : db(kind) {
    db.run(kind == Kind::postgres
               ? "CREATE TABLE t (id integer PRIMARY KEY, a text, b text);"
                 "INSERT INTO t SELECT n, 'v' || n, n FROM generate_series(1, 30) AS n; ANALYZE t"
               : "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT);"
                 "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 30) "
                 "INSERT INTO t SELECT n, 'v' || n, n FROM s");
    std::filesystem::create_directory(db.folder() / "migrations");
    std::ofstream(db.folder() / "migrations" / "m1.yaml") << R"yaml(
operations:
  - alter_column: { table: t, column: a, type: text, up: "upper(a)", down: "lower(a)" }
  - add_column: { table: t, column: { name: size, type: integer, nullable: true }, up: "length(a)" }
  - add_column: { table: t, column: { name: note, type: text, nullable: true } }
)yaml";
  }
  [[nodiscard]] Engine engine() const {
    Config config{.database = db.url(), .directory = db.folder() / "migrations"};
    config.client_grace = std::chrono::milliseconds(0);
    return Engine(config);
  }
  [[nodiscard]] std::string fresh() const {
    return db.kind() == Kind::postgres ? "public_m1.t" : "t__m1";
  }
  [[nodiscard]] std::unique_ptr<database::Database> session() const {
    auto session = db.open(database::Options{.application_name = "app"});
    if (db.kind() == Kind::postgres) session->query("SET search_path = public");
    return session;
  }

  TestDatabase db;
};

TEST_CASE("status counts what a reversal would lose, and names the class of each proof", "[api]") {
  const Place place(GENERATE(Kind::postgres, Kind::sqlite));
  Engine engine = place.engine();
  REQUIRE(engine.apply().ok());
  MigrationStatus status = engine.status().migrations.front();
  CHECK(status.reversal_loss.empty());
  CHECK(status.left_rows.empty());
  CHECK(status.blocked_by.empty());
  CHECK(status.proof == std::map<std::string, std::string>{{"t.a", "whole"}, {"t.size", "lossy"}});
  const auto client = place.session();
  client->query(fmt::format("UPDATE {} SET a = 'Xy' WHERE id = 1", place.fresh()));
  client->query(fmt::format("UPDATE {} SET note = 'n' WHERE id < 4", place.fresh()));
  status = engine.status().migrations.front();
  CHECK(status.reversal_loss["t.a"] == 1);
  CHECK(status.reversal_loss["t.note"] == 3);
  CHECK(status.proof["t.a"] == "lossy");
  REQUIRE(engine.contract({.approved = true}).ok());
  status = engine.status().migrations.front();
  CHECK(status.reversal_loss.empty());
  CHECK_FALSE(status.reversible);
}

TEST_CASE("a plan has no hole left, and an inverse for every step that can be taken back",
          "[api]") {
  const Place place(GENERATE(Kind::postgres, Kind::sqlite));
  Engine engine = place.engine();
  const auto look = [&] {
    const PlanView plan = engine.plan({.names = {"m1"}});
    REQUIRE(plan.migrations.size() == 1);
    for (const PlanStep& step : plan.migrations.front().steps) {
      INFO(step.id);
      for (const auto* texts : {&step.sql, &step.inverse}) {
        for (const std::string& sql : *texts) {
          INFO(sql);
          for (const char* hole :
               {"{position}", "{hi}", "{size}", "{limit}", "{horizon}", "{version"}) {
            CHECK(sql.find(hole) == std::string::npos);
          }
        }
      }
      if (step.kind == "install_sync" || step.kind == "publish") CHECK_FALSE(step.inverse.empty());
      if (step.kind == "backfill") CHECK(step.rows == 30);
      if (step.kind == "backfill") CHECK(step.sql.size() > 0);
    }
  };
  look();
  REQUIRE(engine.apply().ok());
  look();
}

TEST_CASE("verify counts the rows that it compares and tells the catalogue once", "[api]") {
  const Place place(GENERATE(Kind::postgres, Kind::sqlite));
  Engine engine = place.engine();
  CHECK(engine.verify().checks.empty());
  REQUIRE(engine.apply({.phases = Phases::expand_only}).ok());
  CHECK(engine.verify().checks.size() == 1);
  REQUIRE(engine.apply().ok());
  const VerifyReport report = engine.verify();
  REQUIRE(report.checks.size() == 2);
  CHECK(report.checks[0].check == "catalogue");
  CHECK(report.checks[0].subject == "t");
  CHECK(report.checks[1].check == "compare");
  CHECK(report.checks[1].rows == 30);
  CHECK(report.ok());
  CHECK_THROWS_AS(engine.verify({.name = "nobody"}), Error);
}

TEST_CASE("a name that nobody knows is told, with and without a journal", "[api]") {
  const Place place(GENERATE(Kind::postgres, Kind::sqlite));
  Engine engine = place.engine();
  const auto kind_of = [](const auto& call) {
    try {
      static_cast<void>(call());
    } catch (const Error& error) {
      return std::string(to_string(error.kind()));
    }
    return std::string("ok");
  };
  const auto look = [&] {
    CHECK(kind_of([&] { return engine.plan({.names = {"nobody"}}); }) == "invalid_input");
    CHECK(kind_of([&] { return engine.plan({.names = {"m1", "nobody"}}); }) == "invalid_input");
    CHECK(kind_of([&] { return engine.verify({.name = "nobody"}); }) == "invalid_input");
    CHECK(kind_of([&] { return engine.plan({.names = {"m1"}}); }) == "ok");
  };
  look();
  REQUIRE(engine.apply().ok());
  look();
}

TEST_CASE("SQLite: a place where no file can be written is told as such", "[api]") {
  const Place place(Kind::sqlite);
  Config config{.database = place.db.url(), .directory = place.db.folder() / "migrations"};
  SECTION("the lease's file") {
    std::filesystem::create_directory(place.db.url() + "-segue");
    const RunResult result = Engine(config).apply();
    REQUIRE(result.failure);
    CHECK(result.failure->kind == ErrorKind::privilege);
    CHECK_FALSE(result.began);
  }
  SECTION("a folder as the database") {
    config.database = (place.db.folder() / "folder.db").string();
    std::filesystem::create_directory(config.database);
    const RunResult result = Engine(config).apply();
    REQUIRE(result.failure);
    CHECK(result.failure->at_first_connection);
    CHECK(result.failure->detail.sqlstate == "SQLITE_CANTOPEN_ISDIR");
    try {
      static_cast<void>(Engine(config).status());
      FAIL("a folder has a status");
    } catch (const Error& error) {
      CHECK(error.detail().sqlstate == "SQLITE_CANTOPEN_ISDIR");
      CHECK(error.detail().statement.empty());
    }
  }
}

TEST_CASE("verify tells every trigger that is gone or disabled", "[api]") {
  const Place place(GENERATE(Kind::postgres, Kind::sqlite));
  Engine engine = place.engine();
  REQUIRE(engine.apply().ok());
  const auto vandal = place.session();
  if (place.db.kind() == Kind::postgres) {
    vandal->query("ALTER TABLE t DISABLE TRIGGER \"~segue_insert\"");
    vandal->query(
        "CREATE OR REPLACE FUNCTION segue.sync_update_public_t() RETURNS trigger LANGUAGE "
        "plpgsql AS 'BEGIN RETURN NEW; END'");
  } else {
    vandal->query("DROP TRIGGER segue_t_i");
    vandal->query("DROP TRIGGER segue_t_d");
  }
  const VerifyReport report = engine.verify();
  CHECK_FALSE(report.ok());
  CHECK(report.checks.front().differences == 2);
}

TEST_CASE("status counts the clients at work on each version", "[api]") {
  const Place place(Kind::postgres);
  Engine engine = place.engine();
  REQUIRE(engine.apply().ok());
  const auto old_client = place.session(), new_client = place.session(), idle = place.session();
  idle->query("SELECT count(*) FROM t");
  old_client->query("BEGIN");
  old_client->query("SELECT count(*) FROM t");
  new_client->query("BEGIN");
  new_client->query("SELECT count(*) FROM public_m1.t");
  const std::vector<VersionStatus> versions = engine.status().versions;
  REQUIRE(versions.size() == 2);
  CHECK(versions[0].live_clients == 1);
  CHECK(versions[1].live_clients == 1);
  old_client->query("COMMIT");
  CHECK(engine.status().versions[0].live_clients == 0);
}

TEST_CASE("clients that announce themselves are counted, and hold up contract while they live",
          "[api]") {
  const Place place(Kind::sqlite);
  Engine engine = place.engine();
  REQUIRE(engine.apply().ok());
  CHECK_FALSE(engine.status().versions[1].live_clients);
  const auto client = place.session();
  client->query(
      "INSERT INTO segue_client VALUES ('1', 'billing', 'm0', "
      "strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))");
  client->query(
      "INSERT INTO segue_client VALUES ('2', 'shop', 'm1', "
      "strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))");
  CHECK(engine.status().versions[1].live_clients == 1);
  const RunResult refused = engine.contract();
  REQUIRE(refused.failure);
  CHECK(refused.failure->message.find("billing") != std::string::npos);
  const MigrationStatus status = engine.status().migrations.front();
  REQUIRE(status.blocked_by.size() == 1);
  CHECK(status.blocked_by.front().session.find("billing") == 0);
  // Killed: its row stays, its heartbeat does not.
  client->query("UPDATE segue_client SET seen_at = '2020-01-01T00:00:00.000Z' WHERE id = '1'");
  CHECK(engine.contract().ok());
}

TEST_CASE("the kernel's list of locks names those who keep a writer waiting", "[api]") {
  const std::string locks =
      "1: POSIX  ADVISORY  WRITE 11 fe:00:7 120 120\n"
      "2: POSIX  ADVISORY  READ 12 fe:00:7 123 123\n"
      "3: POSIX  ADVISORY  READ 12 fe:00:5 1073741826 1073742335\n"
      "4: FLOCK  ADVISORY  WRITE 13 fe:00:5 0 EOF\n"
      "4: -> POSIX  ADVISORY  WRITE 14 fe:00:7 120 120\n"
      "5: POSIX  ADVISORY  WRITE 15 fe:00:5 1073741825 1073741825\n";
  const auto with_log =
      database::lockers_in(locks, {.file = "fe:00:5", .shared_memory = "fe:00:7"});
  REQUIRE(with_log.size() == 1);
  CHECK(with_log[0].pid == 11);
  const auto without = database::lockers_in(locks, {.file = "fe:00:5", .shared_memory = ""});
  REQUIRE(without.size() == 2);
  CHECK(without[0].pid == 12);
  CHECK_FALSE(without[0].writes);
  CHECK(without[1].pid == 15);
  CHECK(without[1].writes);
  CHECK(database::lockers_in("", {.file = "fe:00:5", .shared_memory = ""}).empty());
  const auto readers = database::log_readers_in(locks, {.file = "", .shared_memory = "fe:00:7"});
  REQUIRE(readers.size() == 1);
  CHECK(readers[0].pid == 12);
}

}  // namespace
}  // namespace segue::test
