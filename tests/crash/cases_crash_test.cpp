// Every case killed around every statement of every command of its life, resumed by a fresh engine,
// and at the end equal to a run that nobody disturbed: catalogue, rows, versions, journal.
//
// What a kill leaves is what had been committed. So the statements of the undisturbed run are put
// into stretches, within which another connection sees nothing end: a kill before or after any of
// them leaves the same database, and one kill per stretch is made for all of them. A lost
// connection is another thing, since the engine lives on and may look what became of its COMMIT: it
// is lost before and after every statement that ends a stretch, and at one more within it.
//
// SEGUE_TEST_ALL=1 takes everything, else a sample by seed (SEGUE_TEST_SEED) within a time that CI
// can afford. SEGUE_CASE=part of a name, SEGUE_TEST_ACT=part of an act's and SEGUE_TEST_STATEMENT=k
// take one by itself, SEGUE_TEST_EVERY=n one kill of n.

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <random>

#include "tests/crash/act.hpp"
#include "tests/crash/choice.hpp"
#include "tests/crash/database_state.hpp"
#include "tests/support/fault_injector.hpp"

namespace segue::test {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto sample_time = std::chrono::seconds(18);  // per database
constexpr int kills_per_sample = 8;
constexpr int shown_differences = 3;  // of one act

bool is_wanted(const char* name, const std::string& what) {
  return what.find(setting(name)) != std::string::npos;
}

struct Faulty {
  explicit Faulty(FaultPlan& plan) {
    database::set_opener([&plan](const database::Options& options) {
      auto inner = database::kind_of_url(options.url) == database::Kind::postgres
                       ? database::open_postgres(options)
                       : database::open_sqlite(options);
      return std::make_unique<FaultInjector>(std::move(inner), plan);
    });
  }
  Faulty(const Faulty&) = delete;
  Faulty& operator=(const Faulty&) = delete;
  ~Faulty() { database::set_opener({}); }
};

struct Kill {
  int statement = 1;
  Fault fault = Fault::death;
};

std::string to_string(Fault fault) {
  switch (fault) {
    case Fault::death:
      return "killed before";
    case Fault::death_after:
      return "killed after";
    case Fault::lost_before:
      return "connection lost before";
    case Fault::lost_after:
      return "connection lost after";
    default:
      return "no fault at";
  }
}

// What other connections can see so far: a number that changes when a transaction has ended.
class Spectator {
 public:
  explicit Spectator(const TestDatabase& database)
      : connection_(database.kind() == database::Kind::postgres
                        ? database::open_postgres({.url = postgres_server_url()})
                        : database.open()) {}

  std::string look() {
    return connection_
        ->query(connection_->kind() == database::Kind::postgres ? ended : "PRAGMA data_version")
        .text(0, 0);
  }

 private:
  // Every transaction that is older than the next one and not in progress.
  static constexpr const char* ended =
      "SELECT pg_snapshot_xmax(s)::text::bigint - (SELECT count(*) FROM pg_snapshot_xip(s)) "
      "FROM pg_current_snapshot() s";

  std::unique_ptr<database::Database> connection_;
};

// `seen` before each statement and after the last.
std::vector<Kill> all_kills(const std::vector<std::string>& seen, Act act, std::mt19937& random) {
  std::vector<Kill> kills;
  const int statements = static_cast<int>(seen.size()) - 1;
  int begin = 1;
  for (int k = 1; k <= statements; ++k) {
    const auto at = static_cast<std::size_t>(k);
    if (k < statements && seen[at - 1] == seen[at]) continue;
    kills.push_back({begin, Fault::death});
    if (act != Act::give_up) {
      kills.push_back({k, Fault::lost_before});
      kills.push_back({k, Fault::lost_after});
      const int within = std::uniform_int_distribution<int>(begin, k)(random);
      kills.push_back({within, random() % 2 == 0 ? Fault::lost_before : Fault::lost_after});
    }
    begin = k + 1;
  }
  kills.push_back({statements, Fault::death_after});
  return kills;
}

std::vector<Kill> wanted(std::vector<Kill> kills) {
  const int only = number("SEGUE_TEST_STATEMENT", 0);
  const int every = number("SEGUE_TEST_EVERY", 1);
  int i = 0;
  std::erase_if(kills, [&](const Kill& kill) {
    return (only != 0 && kill.statement != only) || i++ % every != 0;
  });
  return kills;
}

struct Tally {
  int cases = 0;
  int statements = 0;
  int kills = 0;
  int differences = 0;
};

struct Undisturbed {
  std::vector<std::string> statements;
  std::vector<std::string> seen;  // before each statement and at the end
  std::optional<ErrorKind> failure;
  DatabaseState state;
};

std::optional<ErrorKind> failure_of(const RunResult& result) {
  return result.failure ? std::optional(result.failure->kind) : std::nullopt;
}

std::string in_words(const RunResult& result) {
  if (!result.failure) return "done";
  return fmt::format("{}: {}\n{}", to_string(result.failure->kind), result.failure->message,
                     result.failure->detail.statement);
}

class ActUnderFire {
 public:
  ActUnderFire(const Case& each, Stage& stage, Act act, Tally& tally)
      : case_(each), stage_(stage), act_(act), tally_(tally), expected_(undisturbed()) {
    tally_.statements += static_cast<int>(expected_.statements.size());
  }

  [[nodiscard]] std::vector<Kill> kills(std::mt19937& random) const {
    return wanted(all_kills(expected_.seen, act_, random));
  }

  void kill(const Kill& kill) {
    const std::unique_ptr<TestDatabase> database = stage_.begin(act_);
    FaultPlan plan(kill.fault, kill.statement);
    run_until_killed(*database, plan);
    if (plan.count() < kill.statement) return;
    ++tally_.kills;
    const RunResult result = stage_.resume(act_, *database);
    std::string wrong = accepts(result) ? "" : in_words(result) + "\n";
    const DatabaseState found = state_of(case_, *database);
    wrong += act_ == Act::give_up ? difference(expected_.state.catalogue, found.catalogue) +
                                        difference(expected_.state.rows, found.rows)
                                  : difference(expected_.state, found);
    if (!wrong.empty()) report(kill, plan, wrong);
  }

 private:
  Undisturbed undisturbed() {
    const std::unique_ptr<TestDatabase> database = stage_.begin(act_);
    Undisturbed out;
    if (act_ == Act::give_up) out.state = state_of(case_, *database);
    FaultPlan counting;
    Spectator spectator(*database);
    counting.before = [&](int, std::string_view) { out.seen.push_back(spectator.look()); };
    {
      const Faulty faulty(counting);
      const RunResult result = stage_.perform(act_, *database);
      out.failure = failure_of(result);
      INFO(case_.name << ", " << to_string(act_) << ": " << in_words(result));
      const bool ends_early = case_.refused || case_.fails || case_.contract;
      CHECK((result.ok() || ends_early));
    }
    out.seen.push_back(spectator.look());
    out.statements = counting.statements();
    if (act_ != Act::give_up) out.state = state_of(case_, *database);
    return out;
  }

  void run_until_killed(const TestDatabase& database, FaultPlan& plan) {
    const Faulty faulty(plan);
    try {
      static_cast<void>(stage_.perform(act_, database));
    } catch (const Death&) {
      // What a killed process leaves is in the database.
    }
  }

  // A reversal that was complete when its runner was killed finds nothing to do.
  bool accepts(const RunResult& result) const {
    const std::optional<ErrorKind> failure = failure_of(result);
    if (is_reversal(act_) && failure == ErrorKind::refused) return true;
    return failure == (act_ == Act::give_up ? std::nullopt : expected_.failure);
  }

  void report(const Kill& kill, const FaultPlan& plan, const std::string& wrong) {
    ++tally_.differences;
    if (++shown_ > shown_differences) return;
    fmt::print("{}, {} on {}, {} statement {} of {}: {}\n{}\n", case_.name, to_string(act_),
               short_name(case_.kind), to_string(kill.fault), kill.statement,
               expected_.statements.size(),
               plan.statements()[static_cast<std::size_t>(kill.statement) - 1], wrong);
    std::fflush(stdout);
  }

  const Case& case_;
  Stage& stage_;
  Act act_;
  Tally& tally_;
  Undisturbed expected_;
  int shown_ = 0;
};

std::vector<Case> wanted_cases(database::Kind kind) {
  std::vector<Case> cases = cases_for(kind);
  std::erase_if(cases, [](const Case& each) { return !is_wanted("SEGUE_CASE", each.name); });
  return cases;
}

void kill_everywhere(database::Kind kind, unsigned seed, Tally& tally) {
  std::mt19937 random(seed);
  const std::vector<Case> cases = wanted_cases(kind);
  const auto begun = Clock::now();
  for (const Case& each : cases) {
    Stage stage(each);
    for (const Act act : stage.acts()) {
      if (!is_wanted("SEGUE_TEST_ACT", to_string(act))) continue;
      ActUnderFire under_fire(each, stage, act, tally);
      for (const Kill& kill : under_fire.kills(random)) under_fire.kill(kill);
    }
    ++tally.cases;
    fmt::print("[{}/{}] {} on {}: {} statements, {} kills, {} differences, {} s\n", tally.cases,
               cases.size(), each.name, short_name(kind), tally.statements, tally.kills,
               tally.differences,
               std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - begun).count());
    std::fflush(stdout);
  }
}

// What is drawn depends on the seed alone; how much of it fits depends on the machine.
void kill_a_sample(database::Kind kind, unsigned seed, Tally& tally) {
  std::vector<Case> cases = wanted_cases(kind);
  std::mt19937 random(seed);
  std::shuffle(cases.begin(), cases.end(), random);
  const auto end = Clock::now() + sample_time;
  for (const Case& each : cases) {
    if (Clock::now() > end) break;
    Stage stage(each);
    const std::vector<Act> acts = stage.acts();
    const Act act = acts[random() % acts.size()];
    ActUnderFire under_fire(each, stage, act, tally);
    std::vector<Kill> kills = under_fire.kills(random);
    std::shuffle(kills.begin(), kills.end(), random);
    kills.resize(std::min<std::size_t>(kills.size(), kills_per_sample));
    for (const Kill& kill : kills) under_fire.kill(kill);
    ++tally.cases;
  }
}

void crash_cases(database::Kind kind) {
  const unsigned seed = test_seed();
  INFO("SEGUE_TEST_SEED=" << seed);
  Tally tally;
  if (takes_all()) {
    kill_everywhere(kind, seed, tally);
  } else {
    kill_a_sample(kind, seed, tally);
  }
  fmt::print("{}: {} cases, {} statements, {} kills, {} differences, seed {}\n", short_name(kind),
             tally.cases, tally.statements, tally.kills, tally.differences, seed);
  CHECK(tally.kills > 0);
  CHECK(tally.differences == 0);
}

}  // namespace

TEST_CASE("every case on PostgreSQL, killed at any statement, ends as if it had not been",
          "[crash][cases][postgres]") {
  crash_cases(database::Kind::postgres);
}

TEST_CASE("every case on SQLite, killed at any statement, ends as if it had not been",
          "[crash][cases][sqlite]") {
  crash_cases(database::Kind::sqlite);
}

}  // namespace segue::test
