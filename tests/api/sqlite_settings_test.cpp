// What is SQLite's own: rows that a sweep missed, readers that shut us out or hold the write-ahead
// log, freed pages, and strangers that nobody can see.

#include <unistd.h>

#include <sstream>

#include "tests/api/site.hpp"

using namespace segue;
using namespace std::chrono_literals;
using database::Kind;
using test::FaultPlan;
using test::Hooks;
using test::outcome;
using test::Site;
using test::Watched;

namespace {

constexpr const char* pair =
    "  - alter_column: {table: t, column: c, type: integer, up: \"CAST(c AS integer)\", down: "
    "\"CAST(c AS text)\"}\n";

std::string with_rows(int count) {
  return fmt::format(
      "CREATE TABLE t (id integer PRIMARY KEY, c text, filler text);"
      "WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < {}) "
      "INSERT INTO t SELECT i, CAST(i AS TEXT), hex(zeroblob(200)) FROM s",
      count);
}

std::string content_of(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("rows that a sweep missed are carried, however many, in bounded transactions", "[api]") {
  const std::string key = GENERATE("integer PRIMARY KEY", "text PRIMARY KEY NOT NULL");
  const bool has_rowid = key.starts_with("integer");
  Site site(Kind::sqlite, fmt::format("CREATE TABLE t (id {}, c text){}", key,
                                      has_rowid ? "" : " WITHOUT ROWID") +
                              "; INSERT INTO t VALUES (0, 'first')");
  site.add(pair);
  site.config.sweep_passes = 2;
  FaultPlan plan;
  bool written = false;
  // A client with triggers disabled, just before the scan that ends the sweep.
  plan.before = [&](int, std::string_view sql) {
    if (written || sql.find("LIMIT 20000") == std::string_view::npos) return;
    written = true;
    const auto client = database::open_sqlite({.url = site.db.url()});
    client->enable_user_triggers(false);
    client->query(
        "WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 45000) "
        "INSERT INTO t SELECT i, CAST(i AS TEXT) FROM s");
  };
  {
    const Watched watched(plan);
    CHECK(outcome(site.engine().apply()) == "ok");
  }
  REQUIRE(written);
  CHECK(site.value("SELECT count(*) FROM t__m1") == "45001");
  std::size_t writes = 0;
  std::size_t longest = 0;
  for (const std::string& sql : plan.statements()) {
    if (!sql.starts_with("INSERT OR IGNORE")) continue;
    ++writes;
    longest = std::max(longest, sql.size());
  }
  CHECK(writes >= 45);
  CHECK(longest < 300'000);
}

TEST_CASE("keys that look like the holes of our statements are only text", "[api]") {
  Site site(
      Kind::sqlite,
      "CREATE TABLE t (id text PRIMARY KEY NOT NULL, c text) WITHOUT ROWID;"
      "INSERT INTO t VALUES ('{hi}', '1'), ('{keys}', '2'), ('{position}', '3'), ('{size}', '4'),"
      " ('{limit}', '5'), ('{mark}', '6'), ('{position+1}', '7'), ('{', '8'), ('}', '9')");
  site.add(pair);
  CHECK(outcome(site.engine().apply()) == "ok");
  CHECK(site.value("SELECT count(*) FROM t__m1 n JOIN t o ON o.id = n.id") == "9");
  CHECK(outcome(site.engine().contract({.approved = true})) == "ok");
}

TEST_CASE("a read between two steps waits for a writer of a rollback-journal file", "[api]") {
  Site site(Kind::sqlite, with_rows(50));
  site.add(pair);
  site.config.lock_budget = 1ms;
  FaultPlan plan;
  const auto writer = database::open_sqlite({.url = site.db.url()});
  int reads = 0;
  int waits = 0;
  // Each third read of the engine outside of a transaction meets a writer that commits, and is said
  // again when that has ended.
  std::string refused;
  plan.before = [&](int, std::string_view sql) {
    if (writer->in_transaction()) {
      if (sql != refused) return;
      writer->query("COMMIT");
      ++waits;
      return;
    }
    if (!sql.starts_with("SELECT") || ++reads % 3 != 0) return;
    try {
      writer->set_lock_budget_ms(0);
      writer->query("BEGIN EXCLUSIVE");
      refused = sql;
    } catch (const Error&) {
      // The engine is in a transaction of its own.
    }
  };
  // The first look is allowed to be refused, the next one finds the file free.
  auto before = plan.before;
  bool second = false;
  plan.before = [&, before](int number, std::string_view sql) {
    if (writer->in_transaction() && sql == refused && !second) {
      second = true;
      return;
    }
    second = false;
    before(number, sql);
  };
  const Watched watched(plan);
  CHECK(outcome(site.engine().apply()) == "ok");
  CHECK(outcome(site.engine().contract({.approved = true})) == "ok");
  CHECK(waits > 5);
}

TEST_CASE("a backfill waits for a reader that holds the write-ahead log above its limit", "[api]") {
  Site site(Kind::sqlite, "PRAGMA journal_mode=WAL");
  site.db.run(with_rows(150'000));  // enough work for several checkpoints on any machine
  site.add(pair);
  site.config.sqlite.wal_limit = 256 << 10;
  const auto reader = database::open_sqlite({.url = site.db.url()});
  reader->query("BEGIN");
  reader->query("SELECT count(*) FROM t");
  Hooks hooks;
  SECTION("and goes on when the reader has ended") {
    hooks.waiting = [&](const Waiting&) {
      if (reader->in_transaction()) reader->query("ROLLBACK");
    };
    CHECK(outcome(site.engine().apply({.observer = &hooks})) == "ok");
    REQUIRE(hooks.waits.size() == 1);
    CHECK_THAT(hooks.waits[0].what, Catch::Contains("write-ahead log"));
    REQUIRE(hooks.waits[0].blockers.size() == 1);
    CHECK(hooks.waits[0].blockers[0].session == fmt::format("process {}", getpid()));
  }
  SECTION("for lock_wait at most") {
    site.config.lock_wait = 100ms;
    const RunResult result = site.engine().apply({.observer = &hooks});
    CHECK_THAT(outcome(result),
               Catch::Contains("lock_timeout") && Catch::Contains("write-ahead log"));
    reader->query("ROLLBACK");
    CHECK(outcome(site.engine().apply()) == "ok");
  }
  SECTION("not at all within the limit") {
    site.config.sqlite.wal_limit = std::int64_t{1} << 30;
    CHECK(outcome(site.engine().apply({.observer = &hooks})) == "ok");
    CHECK(hooks.waits.empty());
  }
}

TEST_CASE("sqlite.secure_delete: keep leaves nothing of dropped rows in the file", "[api]") {
  Site site(Kind::sqlite,
            "CREATE TABLE t (id integer PRIMARY KEY, c text);"
            "INSERT INTO t VALUES (1, 'a word that nobody else has')");
  const bool keeps = GENERATE(true, false);
  site.config.sqlite.secure_delete = keeps ? SecureDelete::keep : SecureDelete::off;
  const auto session = site.db.open(database::Options{.keep_secure_delete = keeps});
  // The library's own default decides what there is to keep.
  const bool overwrites = session->query("PRAGMA secure_delete").text(0, 0) == "1";
  CHECK((keeps || !overwrites));
  site.add("  - drop_table: {name: t}\n");
  REQUIRE(outcome(site.engine().apply()) == "ok");
  REQUIRE(outcome(site.engine().contract({.approved = true})) == "ok");
  if (overwrites) CHECK(content_of(site.db.url()).find("nobody else") == std::string::npos);
}

TEST_CASE("contract asks on SQLite unless a service has announced itself", "[api]") {
  Site site(Kind::sqlite, with_rows(3));
  site.add(pair);
  REQUIRE(outcome(site.engine().apply()) == "ok");
  const RunResult refused = site.engine().contract();
  CHECK_THAT(outcome(refused), Catch::Contains("refused") && Catch::Contains("announced"));
  CHECK_FALSE(refused.began);
  CHECK(site.state("m1") == MigrationState::migrated);
  int asked = 0;
  const auto no = [&](const std::string&) {
    ++asked;
    return false;
  };
  CHECK_THAT(outcome(site.engine().contract({.ask = no})), Catch::Contains("cancelled"));
  CHECK(asked == 1);
  SECTION("an answer is enough") {
    CHECK(outcome(site.engine().contract({.ask = [](const std::string&) { return true; }})) ==
          "ok");
  }
  SECTION("so is a sign of life under the new version") {
    Engine engine = site.engine();
    const Presence presence = engine.announce({.service = "billing", .version = "m1"});
    CHECK(outcome(site.engine().contract({.ask = no})) == "ok");
    CHECK(asked == 1);
  }
  SECTION("what nobody can notice is not asked about") {
    REQUIRE(outcome(site.engine().contract({.approved = true})) == "ok");
    site.add("  - create_table: {name: v, columns: [{name: id, type: integer, pk: true}]}\n");
    REQUIRE(outcome(site.engine().apply()) == "ok");
    CHECK(outcome(site.engine().contract()) == "ok");
  }
}

TEST_CASE("a database file that does not exist yet serves no version, and may be waited for",
          "[api]") {
  Site site(Kind::sqlite, "CREATE TABLE t (id integer)");
  site.config.database = (site.db.folder() / "later.db").string();
  const Compatibility none = site.engine().compatibility({.oldest = "m1"});
  CHECK_FALSE(none.version);
  CHECK_THAT(none.reason, Catch::Contains("does not exist"));
  CHECK(site.engine().wait_for("m1", 0ms) == WaitOutcome::timed_out);
  CHECK_FALSE(std::filesystem::exists(site.config.database));
}

TEST_CASE("an open end of a range of versions is open", "[api]") {
  Site site(Kind::sqlite, with_rows(3));
  site.add(pair);
  REQUIRE(outcome(site.engine().apply()) == "ok");
  CHECK(site.engine().compatibility({}).version == "m1");
  CHECK(site.engine().compatibility({.oldest = "m1"}).version == "m1");
  CHECK(site.engine().compatibility({.newest = "m1"}).version == "m1");
  CHECK_FALSE(site.engine().compatibility({.oldest = "m2"}).version);
}
