// Hazards at the seams (hazards.md 4): what clients with open transactions, old statements and a
// stale schema meet when Segue changes the schema under them.

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <fstream>

#include "tests/hazards_sqlite/site.hpp"

namespace segue::test {
namespace {

constexpr const char* table =
    "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT);"
    "INSERT INTO t VALUES (1, '0001'), (2, '0002'), (3, '0003');";
constexpr const char* number = R"yaml(
operations:
  - alter_column: { table: t, column: v, type: INTEGER, up: "CAST(v AS INTEGER)",
      down: "printf('%04d', v)" }
)yaml";

TEST_CASE("S5: a reader that turns writer after our change is told, and tries again", "[hazard]") {
  SqliteSite site(table);
  site.add(number);
  const auto client = site.session();
  client->query("BEGIN");
  CHECK(answer(*client, "SELECT count(*) FROM t") == "3");
  REQUIRE(outcome(site.engine().apply()) == "ok");
  const char* write = "UPDATE t SET v = '0009' WHERE id = 1";
  CHECK(state_of(*client, write) == "SQLITE_BUSY_SNAPSHOT");
  client->query("ROLLBACK");
  client->query("BEGIN IMMEDIATE");
  client->query(write);
  client->query("COMMIT");
  CHECK(site.value("SELECT v FROM t__m1 WHERE id = 1") == "9");
}

TEST_CASE("S6: expand waits for a writer, and statements prepared before it are synced after",
          "[hazard]") {
  const auto mode = GENERATE(JournalMode::wal, JournalMode::rollback);
  SqliteSite site(table, mode);
  site.config.lock_wait = std::chrono::seconds(3);
  site.add(number);
  const auto writer = site.session();
  const auto other = site.session();
  const char* prepared = "INSERT INTO t (v) VALUES ('0100')";
  other->query(prepared);
  StepHooks hooks;
  hooks.started = at_start_of("install_sync", [&] {
    writer->query("BEGIN IMMEDIATE");
    writer->query("INSERT INTO t VALUES (50, '0050')");
  });
  struct Release : StepHooks {
    StepHooks& inner;
    database::Database& writer;
    int retries = 0;
    Release(StepHooks& hooks, database::Database& held) : inner(hooks), writer(held) {}
    void on_step_started(const StepStarted& step) override { inner.on_step_started(step); }
    void on_retrying(const Retrying&) override {
      if (++retries == 2) writer.query("COMMIT");
    }
  } release(hooks, *writer);
  REQUIRE(outcome(site.engine().apply({.phases = expand_only, .observer = &release})) == "ok");
  CHECK(release.retries >= 2);
  other->query(prepared);
  CHECK(site.value("SELECT count(*), max(v) FROM segue_new_t") == "1|100");
  REQUIRE(outcome(site.engine().apply()) == "ok");
  CHECK(site.value("SELECT id, v FROM t__m1 WHERE id >= 50 ORDER BY id") == "50|50 51|100");
}

TEST_CASE("S7: a reader across the swap keeps its snapshot, then sees the new shape", "[hazard]") {
  SqliteSite site(table);
  site.add(number);
  Engine engine = site.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  const auto reader = site.session();
  const char* look = "SELECT typeof(v), v FROM t WHERE id = 1";
  reader->query("BEGIN");
  CHECK(answer(*reader, look) == "text|0001");
  REQUIRE(outcome(engine.contract({.approved = true})) == "ok");
  CHECK(answer(*reader, look) == "text|0001");
  CHECK(answer(*reader, "SELECT v FROM t__m1 WHERE id = 1") == "1");
  reader->query("COMMIT");
  CHECK(answer(*reader, look) == "integer|1");
  CHECK(site.integrity() == "ok");
}

TEST_CASE("S18: an alias named as the table reaches the version, for it names another one",
          "[hazard]") {
  SqliteSite site(table);
  site.add(number);
  Engine engine = site.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  const auto client = site.session();
  for (const std::string& sql : engine.session_settings("m1").alias) client->query(sql);
  client->query("INSERT INTO t VALUES (10, 10)");
  client->query("UPDATE t SET v = 20 WHERE id = 1");
  client->query("DELETE FROM t WHERE id = 2");
  CHECK(site.value("SELECT id, v FROM t") == "1|0020 3|0003 10|0010");
  CHECK(answer(*client, "SELECT id, v FROM t ORDER BY id") == "1|20 3|3 10|10");
  REQUIRE(outcome(engine.contract({.approved = true})) == "ok");
  client->query("INSERT INTO t VALUES (11, 11)");
  CHECK(site.value("SELECT id, v FROM t WHERE id = 11") == "11|11");
}

TEST_CASE("S25: statements of the new version go on across contract", "[hazard]") {
  SqliteSite site(table);
  site.add(number);
  Engine engine = site.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  const auto client = site.session();
  const auto write = [&](int id) {
    client->query("INSERT INTO t__m1 (id, v) VALUES (?, 10)", {std::int64_t{id}});
    client->query("UPDATE t__m1 SET v = v + 1 WHERE id = ?", {std::int64_t{id}});
    client->query("DELETE FROM t__m1 WHERE id = ?", {std::int64_t{id - 1}});
  };
  write(10);
  REQUIRE(outcome(engine.contract({.approved = true})) == "ok");
  REQUIRE_NOTHROW(write(11));
  CHECK(site.value("SELECT id, v FROM t WHERE id > 3") == "11|11");
}

TEST_CASE("S28: a look at the database from inside a writing process drops none of its locks",
          "[hazard]") {
  SqliteSite site(table, JournalMode::rollback);
  site.add(number);
  Engine engine = site.engine();
  REQUIRE(outcome(engine.apply()) == "ok");
  const auto writer = site.session();
  writer->query("BEGIN IMMEDIATE");
  static_cast<void>(engine.status());
  static_cast<void>(engine.verify());
  static_cast<void>(engine.plan());
  static_cast<void>(engine.version("m1"));
  static_cast<void>(engine.history());
  CHECK(state_elsewhere(site, "BEGIN IMMEDIATE") == "SQLITE_BUSY");
  // The hazard itself: any descriptor of the file that is closed takes the locks along.
  { const std::ifstream by_hand(site.file.url()); }
  CHECK(state_elsewhere(site, "BEGIN IMMEDIATE") == "");
}

TEST_CASE("S36: another connection sees an edited text at its next statement", "[hazard]") {
  SqliteSite site("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT NOT NULL)");
  site.add("operations:\n  - alter_column: { table: t, column: v, nullable: true }\n");
  const auto client = site.session();
  StepHooks hooks;
  hooks.started = at_start_of("loosen", [&] { client->query("INSERT INTO t (v) VALUES ('x')"); });
  REQUIRE(outcome(site.engine().apply({.observer = &hooks})) == "ok");
  CHECK(state_of(*client, "INSERT INTO t (v) VALUES (NULL)") == "");
  CHECK(site.value("SELECT v FROM t") == "x ~");
}

TEST_CASE("S44: a client that starts before publish finds no table", "[hazard]") {
  SqliteSite site(table);
  site.add(number);
  Engine engine = site.engine();
  StepHooks hooks;
  const auto early = [&] {
    CHECK(state_of(*site.session(), "SELECT * FROM t__m1") == "SQLITE_ERROR");
    CHECK_THROWS_AS(engine.table_name("t", "m1"), Error);
  };
  hooks.started = [&](const StepStarted& step) {
    if (step.kind != "install_sync" && step.kind != "gate") early();
  };
  REQUIRE(outcome(engine.apply({.observer = &hooks})) == "ok");
  CHECK(engine.table_name("t", "m1") == "t__m1");
  CHECK(site.value("SELECT v FROM t__m1") == "1 2 3");
}

}  // namespace
}  // namespace segue::test
