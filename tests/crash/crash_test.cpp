// Kills a run before and after every statement, resumes it, and demands the end of an undisturbed
// run: same catalogue, same rows, every step recorded as done exactly once. The statements are
// counted from the run itself. SEGUE_TEST_ALL=1 takes every statement, else a sample by seed.

#include <catch2/catch.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <random>

#include "engine/catalog/catalog_reader.hpp"
#include "engine/database/database.hpp"
#include "segue/engine.hpp"
#include "tests/crash/choice.hpp"
#include "tests/support/fault_injector.hpp"
#include "tests/support/test_database.hpp"

namespace {

using namespace segue;
using database::Kind;
using test::Fault;
using test::FaultPlan;
using test::TestDatabase;

struct Scenario {
  const char* name;
  const char* postgres_setup;
  const char* sqlite_setup;
  const char* migration;
  std::vector<const char*> tables;  // to compare, after the run
};

const std::vector<Scenario> scenarios = {
    {"a pair with an index, a new column and a dropped one",
     "CREATE TABLE u (id bigint PRIMARY KEY, fn text NOT NULL, k int, gone text);"
     "CREATE INDEX u_fn ON u (fn);"
     "INSERT INTO u SELECT i, repeat('a', i % 7), i, 'x' FROM generate_series(1, 300) i",
     "CREATE TABLE u (id INTEGER PRIMARY KEY, fn TEXT NOT NULL, k INT, gone TEXT);"
     "CREATE INDEX u_fn ON u (fn);"
     "WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 300) "
     "INSERT INTO u SELECT i, substr('aaaaaaa', 1, i % 7), i, 'x' FROM s",
     R"yaml(
operations:
  - alter_column: {table: u, column: fn, type: integer, nullable: false, up: "length(fn)",
      down: {postgres: "repeat('a', fn)", sqlite: "substr('aaaaaaaaaaaaaaaa', 1, fn)"}}
  - add_column: {table: u, column: {name: note, type: text, nullable: true}}
  - drop_column: {table: u, column: gone}
)yaml",
     {"u"}},
    {"a new table, a rename and an index",
     "CREATE TABLE u (id bigint PRIMARY KEY, fn text, k int);"
     "INSERT INTO u SELECT i, repeat('a', i % 7), i FROM generate_series(1, 50) i",
     "CREATE TABLE u (id INTEGER PRIMARY KEY, fn TEXT, k INT);"
     "WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 50) "
     "INSERT INTO u SELECT i, substr('aaaaaaa', 1, i % 7), i FROM s",
     R"yaml(
operations:
  - create_table: {name: v, columns: [{name: id, type: bigint, pk: true}, {name: t, type: text}]}
  - create_index: {name: u_k, table: u, columns: [{column: k}]}
  - rename_table: {from: u, to: people}
)yaml",
     {"people", "v"}},
};

// What a run leaves behind, as text.
std::string state_of(const TestDatabase& db, const Scenario& scenario,
                     const std::vector<const char*>& tables) {
  const auto connection = db.open();
  const bool postgres = db.kind() == Kind::postgres;
  std::string text = catalog::print_catalog(*connection, postgres ? "public" : "");
  for (const char* table : tables) {
    const database::Result rows = connection->query(
        fmt::format("SELECT * FROM {}{} ORDER BY 1", postgres ? "public." : "", table));
    for (const auto& row : rows.rows) {
      for (const auto& value : row) text += value.value_or("NULL") + "|";
      text += "\n";
    }
  }
  static_cast<void>(scenario);
  return text;
}

class Fixture {
 public:
  Fixture(Kind kind, const Scenario& scenario) : db(kind), scenario_(scenario) {
    db.run(kind == Kind::postgres ? scenario.postgres_setup : scenario.sqlite_setup);
    directory_ = db.folder() / "migrations";
    std::filesystem::create_directories(directory_);
    std::ofstream(directory_ / "0001_change.yaml") << scenario.migration;
  }

  Engine engine() const {
    Config config;
    config.database = db.url();
    config.directory = directory_;
    config.client_grace = std::chrono::milliseconds(0);
    config.lock_wait = std::chrono::milliseconds(5000);
    config.direct_limit = 0;  // as on a large table
    return Engine(config);
  }

  // The whole way: up, then contract (or reverse).
  RunResult run(bool to_the_end) const {
    RunResult result = engine().apply();
    if (!result.ok()) return result;
    if (to_the_end) return engine().contract({.name = "0001_change", .approved = true});
    return engine().reverse({.name = "0001_change", .confirmed = true});
  }

  TestDatabase db;

 private:
  const Scenario& scenario_;
  std::filesystem::path directory_;
};

struct Faulty {
  explicit Faulty(FaultPlan& plan) {
    database::set_opener([&plan](const database::Options& options) {
      auto inner = database::kind_of_url(options.url) == Kind::postgres
                       ? database::open_postgres(options)
                       : database::open_sqlite(options);
      return std::make_unique<test::FaultInjector>(std::move(inner), plan);
    });
  }
  ~Faulty() { database::set_opener({}); }
};

bool is_over(const Fixture& fixture, bool to_the_end) {
  const Status status = fixture.engine().status();
  if (status.migrations.size() != 1) return false;
  return status.migrations.front().state ==
         (to_the_end ? MigrationState::contracted : MigrationState::reversed);
}

// Runs on until the end, as an operator would: the same command again.
void finish(const Fixture& fixture, bool to_the_end) {
  for (int attempt = 0; attempt < 4 && !is_over(fixture, to_the_end); ++attempt) {
    const Status status = fixture.engine().status();
    const MigrationState state = status.migrations.front().state;
    RunResult result;
    if (state == MigrationState::reversing) {
      result = fixture.engine().reverse({.name = "0001_change", .confirmed = true});
    } else if (state == MigrationState::contracting) {
      result = fixture.engine().contract({.name = "0001_change", .approved = true});
    } else {
      result = fixture.run(to_the_end);
    }
    INFO((result.failure ? result.failure->message : ""));
    CHECK(result.ok());
  }
  REQUIRE(is_over(fixture, to_the_end));
}

void check_history(const Fixture& fixture) {
  std::map<std::string, int> done;
  std::map<std::string, int> undone;
  for (const HistoryEntry& entry : fixture.engine().history()) {
    if (entry.event == "step_done") ++done[entry.step];
    if (entry.event == "step_undone") ++undone[entry.step];
  }
  for (const auto& [step, count] : done) {
    INFO(step);
    CHECK(count - undone[step] <= 1);
  }
}

std::vector<int> points(int count, std::mt19937& random) {
  std::vector<int> all;
  for (int k = 1; k <= count; ++k) all.push_back(k);
  if (test::takes_all()) return all;
  std::shuffle(all.begin(), all.end(), random);
  all.resize(std::min<std::size_t>(all.size(), 4));
  return all;
}

void crash_everywhere(Kind kind, const Scenario& scenario, bool to_the_end) {
  const unsigned seed = test::test_seed();
  std::mt19937 random(seed);
  const Fixture undisturbed(kind, scenario);
  const std::vector<const char*> tables =
      to_the_end ? scenario.tables : std::vector<const char*>{"u"};
  FaultPlan counting;
  {
    const Faulty faulty(counting);
    const RunResult result = undisturbed.run(to_the_end);
    INFO((result.failure ? result.failure->message : ""));
    REQUIRE(result.ok());
  }
  const std::string expected = state_of(undisturbed.db, scenario, tables);
  const std::vector<std::string> statements = counting.statements();
  const int count = static_cast<int>(statements.size());
  REQUIRE(count > 20);
  for (const int k : points(count, random)) {
    for (const Fault fault : {Fault::lost_before, Fault::lost_after, Fault::cut}) {
      const std::string& statement = statements[static_cast<std::size_t>(k) - 1];
      INFO(scenario.name << ", statement " << k << " of " << count << ", fault "
                         << static_cast<int>(fault) << ", seed " << seed << ": " << statement);
      const Fixture fixture(kind, scenario);
      {
        FaultPlan plan(fault, k);
        const Faulty faulty(plan);
        try {
          static_cast<void>(fixture.run(to_the_end));
        } catch (const Error&) {
          // A looking call may end with the connection; the run itself reports.
        }
      }
      finish(fixture, to_the_end);
      CHECK(state_of(fixture.db, scenario, tables) == expected);
      check_history(fixture);
    }
  }
}

}  // namespace

TEST_CASE("a run cut at any statement resumes to the same end", "[crash]") {
  const Kind kind = GENERATE(Kind::sqlite, Kind::postgres);
  const std::size_t scenario = GENERATE(0U, 1U);
  const bool to_the_end = GENERATE(true, false);
  crash_everywhere(kind, scenarios[scenario], to_the_end);
}
