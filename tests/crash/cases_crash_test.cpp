// Every case killed around every statement of every command of its life, resumed by a fresh engine,
// and at the end equal to a run that nobody disturbed: catalogue, rows, versions, journal.
//
// What a kill leaves is what had been committed. So the statements of the undisturbed run are put
// into stretches, within which another connection sees nothing end: a kill before or after any of
// them leaves the same database, and one kill per stretch is made for all of them. A lost
// connection is another thing, since the engine lives on and may look what became of its COMMIT: it
// is lost before and after every statement that ends a stretch, and within it at each (all, SQLite)
// or at one that is drawn (a sample; PostgreSQL).
//
// SEGUE_TEST_ALL=1 takes everything, else a sample by seed (SEGUE_TEST_SEED) within a time that CI
// can afford. SEGUE_CASE=part of a name, SEGUE_TEST_ACT=part of an act's and SEGUE_TEST_STATEMENT=k
// take one by itself, SEGUE_TEST_EVERY=i/n every n-th kill and SEGUE_TEST_PART=i/n every n-th case
// from the i-th on (parts of a long run add up to the whole). SEGUE_TEST_LOG=file keeps what is
// finished; the same run goes on from there.

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <random>

#include "tests/crash/act_under_fire.hpp"
#include "tests/crash/choice.hpp"

namespace segue::test {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto sample_time = std::chrono::seconds(18);  // per database
constexpr int kills_per_sample = 8;

bool is_wanted(const char* name, const std::string& what) {
  return what.find(setting(name)) != std::string::npos;
}

double seconds_since(Clock::time_point begun) {
  return std::chrono::duration<double>(Clock::now() - begun).count();
}

// The same for one act alone as for all.
std::mt19937 random_of(unsigned seed, const Case& each, Act act) {
  const std::string text = fmt::format("{} {} {}", seed, each.name, to_string(act));
  std::seed_seq numbers(text.begin(), text.end());
  return std::mt19937(numbers);
}

std::vector<Case> wanted_cases(database::Kind kind) {
  std::vector<Case> cases = cases_for(kind);
  std::size_t i = 0;
  const Part part = wanted_part("SEGUE_TEST_PART");
  std::erase_if(cases, [&](const Case& each) {
    return i++ % part.of != part.number || !is_wanted("SEGUE_CASE", each.name);
  });
  return cases;
}

Tally kill_everywhere(const Case& each, unsigned seed) {
  const auto begun = Clock::now();
  Tally tally{.cases = 1};
  // On PostgreSQL each statement would take a day.
  const Within within = each.kind == database::Kind::sqlite ? Within::each : Within::one;
  Stage stage(each);
  for (const Act act : stage.acts()) {
    if (!is_wanted("SEGUE_TEST_ACT", to_string(act))) continue;
    std::mt19937 random = random_of(seed, each, act);
    ActUnderFire under_fire(each, stage, act, tally);
    for (const Kill& kill : under_fire.kills(within, random)) under_fire.kill(kill);
  }
  tally.seconds = seconds_since(begun);
  return tally;
}

Tally kill_everywhere(database::Kind kind, unsigned seed) {
  const CrashLog log(kind);
  Tally all = log.before();
  const std::vector<Case> cases = wanted_cases(kind);
  for (const Case& each : cases) {
    if (log.has(each)) continue;
    const Tally tally = kill_everywhere(each, seed);
    log.add(each, tally);
    all.add(tally);
    fmt::print("[{}/{}] {} on {}: {}\n", all.cases, cases.size(), each.name, short_name(kind),
               to_string(tally));
    std::fflush(stdout);
  }
  return all;
}

// What is drawn depends on the seed alone; how much of it fits depends on the machine.
Tally kill_a_sample(database::Kind kind, unsigned seed) {
  const auto begun = Clock::now();
  Tally tally;
  std::vector<Case> cases = wanted_cases(kind);
  std::mt19937 random(seed);
  std::shuffle(cases.begin(), cases.end(), random);
  const auto end = begun + sample_time / wanted_part("SEGUE_TEST_PART").of;
  for (const Case& each : cases) {
    if (Clock::now() > end) break;
    Stage stage(each);
    const std::vector<Act> acts = stage.acts();
    const Act act = acts[random() % acts.size()];
    ActUnderFire under_fire(each, stage, act, tally);
    std::vector<Kill> kills = under_fire.kills(Within::one, random);
    std::shuffle(kills.begin(), kills.end(), random);
    kills.resize(std::min<std::size_t>(kills.size(), kills_per_sample));
    for (const Kill& kill : kills) under_fire.kill(kill);
    ++tally.cases;
  }
  tally.seconds = seconds_since(begun);
  return tally;
}

void crash_cases(database::Kind kind) {
  const unsigned seed = test_seed();
  INFO("SEGUE_TEST_SEED=" << seed);
  const Tally tally = takes_all() ? kill_everywhere(kind, seed) : kill_a_sample(kind, seed);
  fmt::print("{}: {}, seed {}\n", short_name(kind), to_string(tally), seed);
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
