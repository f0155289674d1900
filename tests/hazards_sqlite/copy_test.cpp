// Hazards of copy and compare (hazards.md 4) beside clients, and of killing them.

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <atomic>
#include <chrono>
#include <csignal>
#include <optional>
#include <thread>

#include "tests/hazards_sqlite/site.hpp"

namespace segue::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr int many = 30'000;
constexpr const char* number = R"yaml(
operations:
  - alter_column: { table: t, column: v, type: INTEGER, up: "CAST(v AS INTEGER)",
      down: "printf('%04d', v)" }
)yaml";
constexpr const char* chunk = "INSERT OR IGNORE INTO \"segue_new_t\"";
constexpr const char* unequal =
    "SELECT (SELECT count(*) FROM t LEFT JOIN t__m1 n USING (id) WHERE n.v IS NOT CAST(t.v AS "
    "INTEGER)) + (SELECT count(*) FROM t__m1 WHERE id NOT IN (SELECT id FROM t))";

std::string table(int rows) {
  return "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT);" +
         rows_of("t", rows, "i, printf('%04d', i % 5000)");
}

bool can_read(const SqliteSite& site) {
  try {
    site.session(300)->query("SELECT count(*) FROM t");
    return true;
  } catch (const Error&) {
    return false;
  }
}

/// Kills this process at its `nth` statement that begins so.
std::function<void()> dying_run(const SqliteSite& site, const char* statement, int nth) {
  return [&site, statement, nth] {
    const StatementHook hook(at_statement(statement, nth, [] { raise(SIGKILL); }));
    static_cast<void>(site.engine().apply());
  };
}

TEST_CASE("S15: kill -9 within a chunk repeats no row and loses none", "[hazard]") {
  const auto mode = GENERATE(JournalMode::wal, JournalMode::rollback);
  SqliteSite site(table(5000), mode);
  site.add(number);
  for (const auto& [statement, nth] :
       std::vector<std::pair<const char*, int>>{{chunk, 2},
                                                {"INSERT INTO segue_progress", 2},
                                                {"COMMIT", 8},
                                                {"INSERT INTO segue_progress", 3},
                                                {"ALTER TABLE \"segue_new_t\"", 1}}) {
    INFO(statement);
    REQUIRE(killed(dying_run(site, statement, nth)));
    CHECK(site.integrity() == "ok");
  }
  CHECK(site.value("SELECT rows FROM segue_progress WHERE step LIKE '%backfill%'") == "5000");
  REQUIRE(outcome(site.engine().apply()) == "ok");
  CHECK(site.value(unequal) == "0");
  CHECK(site.value("SELECT count(*) FROM t__m1") == "5000");
}

TEST_CASE("S16: a chunk is as large as its lock may be held, whatever the table", "[hazard]") {
  SqliteSite site(table(many));
  site.add(number);
  int chunks = 0;
  const StatementHook hook([&](std::string_view sql) { chunks += sql.starts_with(chunk); });
  REQUIRE(outcome(site.engine().apply()) == "ok");
  CHECK(chunks >= 6);
}

TEST_CASE("S31: there is a pause between two chunks in which writers get the lock", "[hazard]") {
  SqliteSite site(table(many));
  site.add(number);
  bool copied = false;
  std::optional<Clock::time_point> committing;
  auto shortest = Clock::duration(1h);
  int gaps = 0;
  const StatementHook hook([&](std::string_view sql) {
    if (sql.starts_with(chunk)) copied = true;
    if (sql == "COMMIT") {
      if (copied) committing = Clock::now();
      copied = false;
    }
    if (sql != "BEGIN IMMEDIATE" || !committing) return;
    shortest = std::min(shortest, Clock::now() - *committing);
    committing.reset();
    ++gaps;
  });
  REQUIRE(outcome(site.engine().apply()) == "ok");
  CHECK(gaps >= 6);
  CHECK(shortest >= 1ms);
}

TEST_CASE("S32: a client without a busy handler is told, and loses nothing when it tries again",
          "[hazard]") {
  SqliteSite site(table(1000));
  site.add(number);
  const auto client = site.session(0);
  const char* write = "UPDATE t SET v = '7777' WHERE id = 900";
  std::string beside;
  std::string between;
  const StatementHook hook([&](std::string_view sql) {
    if (sql.starts_with(chunk) && beside.empty()) beside = state_of(*client, write);
    if (sql == "BEGIN IMMEDIATE" && !beside.empty() && between.empty()) {
      between = state_of(*client, write) + "written";
    }
  });
  REQUIRE(outcome(site.engine().apply()) == "ok");
  CHECK(beside == "SQLITE_BUSY");
  CHECK(between == "written");
  CHECK(site.value("SELECT v FROM t__m1 WHERE id = 900") == "7777");
}

TEST_CASE("S30: a compare in a rollback journal lets writers in between its ranges", "[hazard]") {
  SqliteSite site(table(many), JournalMode::rollback);
  site.add(number);
  const auto client = site.session(0);
  StepHooks hooks;
  bool comparing = false;
  hooks.started = [&](const StepStarted& step) { comparing = step.kind == "compare"; };
  int ranges = 0;
  std::string written;
  const StatementHook hook([&](std::string_view sql) {
    if (!comparing) return;
    ranges += sql.starts_with("SELECT (SELECT count(*)");
    if (sql == "BEGIN" && ranges == 2) {
      written = state_of(*client, "UPDATE t SET v = '7777' WHERE id = 900") + "written";
    }
  });
  REQUIRE(outcome(site.engine().apply({.observer = &hooks})) == "ok");
  CHECK(ranges >= 3);
  CHECK(written == "written");
  CHECK(site.value(unequal) == "0");
}

TEST_CASE("S29: a COMMIT that waits for a reader does not shut out new readers", "[hazard]") {
  SqliteSite site(table(1000), JournalMode::rollback);
  site.add(number);
  site.config.lock_budget = 1000ms;
  const auto reader = site.session();
  std::atomic<bool> ends = false;
  std::atomic<int> refused = 0;
  std::atomic<int> read = 0;
  std::thread newcomers;
  StepHooks hooks;
  hooks.started = at_start_of("publish", [&] {
    reader->query("BEGIN");
    reader->query("SELECT count(*) FROM t");
    newcomers = std::thread([&] {
      while (!ends) {
        ++(can_read(site) ? read : refused);
        if (refused > 0 || read >= 100) ends = true;
      }
      ends.notify_all();
    });
  });
  std::thread release([&] {
    ends.wait(false);
    reader->query("COMMIT");
  });
  const std::string result = outcome(site.engine().apply({.observer = &hooks}));
  ends = true;
  ends.notify_all();
  release.join();
  if (newcomers.joinable()) newcomers.join();
  CHECK(result == "ok");
  CHECK(refused == 0);
  CHECK(read >= 1);
}

TEST_CASE("S13: rowids that a restored dump gave anew begin the copy again", "[hazard]") {
  SqliteSite site("CREATE TABLE t (k TEXT PRIMARY KEY, v TEXT);" +
                  rows_of("t", 1000, "printf('k%05d', i), printf('%04d', i)"));
  site.add(number);
  Engine engine = site.engine();
  std::stop_source stop;
  {
    const StatementHook hook(at_statement(chunk, 2, [&] { stop.request_stop(); }));
    CHECK(outcome(engine.apply({.stop = stop.get_token()})).find("cancelled") == 0);
  }
  const std::string rows = site.value("SELECT rows FROM segue_progress");
  CHECK(std::stoi(rows) > 0);
  const auto client = site.session();
  client->enable_user_triggers(false);
  for (const char* sql :
       {"BEGIN IMMEDIATE", "CREATE TEMP TABLE dump AS SELECT * FROM t", "DELETE FROM t",
        "INSERT INTO t SELECT * FROM dump ORDER BY k DESC", "COMMIT"}) {
    client->query(sql);
  }
  StepHooks hooks;
  CHECK(outcome(engine.apply({.observer = &hooks})) == "ok");
  CHECK(hooks.notes.find("the sweep begins again") != std::string::npos);
  CHECK(site.value("SELECT count(*) FROM t JOIN t__m1 n USING (k) WHERE n.v = CAST(t.v AS "
                   "INTEGER)") == "1000");
}

TEST_CASE("S13: a table with neither key nor index is refused", "[hazard]") {
  SqliteSite site("CREATE TABLE t (id INTEGER, v TEXT); INSERT INTO t VALUES (1, '1')");
  site.add(number);
  const std::string before = site.texts();
  CHECK(outcome(site.engine().apply()).find("refused") == 0);
  CHECK(site.texts() == before);
}

}  // namespace
}  // namespace segue::test
