// Kills the real command, `migrate`, with SIGKILL at random moments of up, contract and reverse,
// runs it again until it is done, and demands the end of an undisturbed run. What the crash test
// does inside one process for every statement, this does from outside for the whole: signal,
// sockets, locks, files. SEGUE_TEST_ALL=1 kills often; else a sample within a bounded time.

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <chrono>
#include <csignal>
#include <fstream>
#include <random>

#include "engine/catalog/catalog_reader.hpp"
#include "segue/engine.hpp"
#include "tests/crash/choice.hpp"
#include "tests/crash/command.hpp"
#include "tests/support/test_database.hpp"

namespace {

using namespace segue;
using database::Kind;
using test::TestDatabase;
using Clock = std::chrono::steady_clock;
using Microseconds = std::chrono::microseconds;

constexpr int most_runs = 12;  // of one command until it must be done
constexpr auto sample_time = std::chrono::seconds(3);

constexpr const char* postgres_setup =
    "CREATE TABLE u (id bigint PRIMARY KEY, fn text NOT NULL, k int, gone text);"
    "CREATE INDEX u_fn ON u (fn, k);"
    "INSERT INTO u SELECT i, (i % 977)::text, i, 'x' FROM generate_series(1, 4000) i";
constexpr const char* sqlite_setup =
    "CREATE TABLE u (id INTEGER PRIMARY KEY, fn TEXT NOT NULL, k INT, gone TEXT);"
    "CREATE INDEX u_fn ON u (fn, k);"
    "WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 4000) "
    "INSERT INTO u SELECT i, CAST(i % 977 AS TEXT), i, 'x' FROM s";
constexpr const char* migration = R"yaml(
operations:
  - alter_column: {table: u, column: fn, type: integer, nullable: false, up: "CAST(fn AS integer)",
      down: "CAST(fn AS text)"}
  - add_column: {table: u, column: {name: note, type: text, nullable: true}}
  - drop_column: {table: u, column: gone}
)yaml";

class Site {
 public:
  explicit Site(Kind kind) : db(kind) {
    db.run(kind == Kind::postgres ? postgres_setup : sqlite_setup);
    directory_ = db.folder() / "migrations";
    std::filesystem::create_directories(directory_);
    std::ofstream(directory_ / "0001_change.yaml") << migration;
  }

  [[nodiscard]] int run(const std::string& word, std::optional<Microseconds> kill_after) const {
    return command().run({word}, kill_after);
  }
  [[nodiscard]] std::string log() const { return command().log(); }
  [[nodiscard]] std::optional<MigrationState> state() const {
    Config config;
    config.database = db.url();
    config.directory = directory_;
    try {
      for (const MigrationStatus& m : Engine(config).status().migrations) return m.state;
    } catch (const Error& error) {
      // Looking does not repair: a SQLite file with a transaction to be rolled back says so.
      if (error.kind() != ErrorKind::resource) throw;
    }
    return std::nullopt;
  }
  /// Catalogue and rows as text.
  [[nodiscard]] std::string contents() const {
    const auto connection = db.open();
    const bool postgres = db.kind() == Kind::postgres;
    std::string text = catalog::print_catalog(*connection, postgres ? "public" : "");
    const database::Result rows = connection->query(postgres ? "SELECT * FROM public.u ORDER BY id"
                                                             : "SELECT * FROM u ORDER BY id");
    for (const auto& row : rows.rows) {
      for (const auto& value : row) text += value.value_or("NULL") + "|";
    }
    return text;
  }
  [[nodiscard]] std::string integrity() const {
    if (db.kind() == Kind::postgres) return "ok";
    return db.open()->query("PRAGMA integrity_check").text(0, 0);
  }

  TestDatabase db;

 private:
  [[nodiscard]] test::MigrateCommand command() const {
    return {db.url(), directory_, db.folder() / "log"};
  }

  std::filesystem::path directory_;
};

struct Act {
  const char* command;
  std::vector<const char*> before;  // run undisturbed first
  MigrationState end;
};

const std::vector<Act> acts = {
    {"up", {}, MigrationState::migrated},
    {"contract", {"up"}, MigrationState::contracted},
    {"reverse", {"up"}, MigrationState::reversed},
};

void prepare(const Site& site, const Act& act) {
  for (const char* command : act.before) {
    const int code = site.run(command, std::nullopt);
    INFO(site.log());
    REQUIRE(code == 0);
  }
}

// Whether the command, run once more, would find its work done already.
bool is_done(const Site& site, const Act& act) { return site.state() == act.end; }

struct Undisturbed {
  std::string contents;
  Microseconds took{0};
};

Undisturbed undisturbed(Kind kind, const Act& act) {
  const Site site(kind);
  prepare(site, act);
  const auto begun = Clock::now();
  const int code = site.run(act.command, std::nullopt);
  INFO(site.log());
  REQUIRE(code == 0);
  REQUIRE(is_done(site, act));
  return {site.contents(), std::chrono::duration_cast<Microseconds>(Clock::now() - begun)};
}

// Kills the command up to three times, then lets it run; returns the number of kills that met it
// alive.
int kill_and_resume(const Site& site, const Act& act, Microseconds longest, std::mt19937& random) {
  std::uniform_int_distribution<std::int64_t> moment(0, longest.count());
  const int wanted = std::uniform_int_distribution<int>(1, 3)(random);
  int killed = 0;
  for (int run = 0; run < most_runs; ++run) {
    std::optional<Microseconds> after;
    if (run < wanted) after = Microseconds(moment(random));
    const int code = site.run(act.command, after);
    if (code == -SIGKILL) ++killed;
    // It may have been killed after its work, on its way out; a second reverse has nothing to do
    // then.
    if (is_done(site, act)) return killed;
    INFO(site.log());
    REQUIRE((code == 0 || code == -SIGKILL));
  }
  FAIL("not done after " << most_runs << " runs");
  return killed;
}

void kill_at_random(Kind kind, const Act& act) {
  const unsigned seed = test::test_seed();
  std::mt19937 random(seed);
  const Undisturbed expected = undisturbed(kind, act);
  const auto end = Clock::now() + (test::takes_all() ? sample_time * 20 : sample_time);
  int sites = 0;
  int kills = 0;
  while (Clock::now() < end || sites == 0) {
    INFO(fmt::format("{}, {}, database {}, seed {}", act.command,
                     kind == Kind::postgres ? "PostgreSQL" : "SQLite", sites, seed));
    const Site site(kind);
    prepare(site, act);
    kills += kill_and_resume(site, act, expected.took * 11 / 10, random);
    CHECK(site.contents() == expected.contents);
    CHECK(site.integrity() == "ok");
    ++sites;
  }
  CHECK(kills > 0);
  std::printf("%s on %s: undisturbed %lld ms, %d kills in %d databases, seed %u\n", act.command,
              kind == Kind::postgres ? "PostgreSQL" : "SQLite",
              static_cast<long long>(expected.took.count() / 1000), kills, sites, seed);
}

}  // namespace

TEST_CASE("the command killed at any moment and run again ends as if it had not been",
          "[crash][kill]") {
  const Kind kind = GENERATE(Kind::sqlite, Kind::postgres);
  const std::size_t act = GENERATE(0U, 1U, 2U);
  kill_at_random(kind, acts[act]);
}
