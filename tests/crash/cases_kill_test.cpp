// A sample of the cases under a real SIGKILL: the command is killed at a random moment, up to three
// times, run again until it is done, and must leave what an undisturbed one leaves. Unlike the kill
// in process this one meets the server in the middle of a statement (an index that is being built
// stays half built) and leaves SQLite's journal files behind.

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <random>

#include "tests/crash/act.hpp"
#include "tests/crash/choice.hpp"
#include "tests/crash/command.hpp"
#include "tests/crash/database_state.hpp"

namespace segue::test {
namespace {

using Clock = std::chrono::steady_clock;
using Microseconds = std::chrono::microseconds;

constexpr auto sample_time = std::chrono::seconds(5);  // per database
constexpr int most_runs = 12;                          // until it must be done
constexpr int databases_per_act = 3;
constexpr int exit_refused = 2;

const std::vector<std::pair<Act, std::vector<std::string>>> commands = {
    {Act::up, {"up"}},
    {Act::contract, {"contract"}},
    {Act::reverse_expanded, {"reverse", "m1"}},
    {Act::reverse_migrated, {"reverse", "m1"}},
    {Act::back_to_expanded, {"reverse", "--to", "expanded"}}};

MigrateCommand command_for(Stage& stage, const TestDatabase& database) {
  return {database.url(), stage.directory(), database.folder() / "log"};
}

// Returns the number of kills that met it alive.
int run_until_done(const MigrateCommand& command, const std::vector<std::string>& words,
                   Microseconds longest, std::mt19937& random) {
  std::uniform_int_distribution<std::int64_t> moment(0, longest.count());
  const int wanted = std::uniform_int_distribution<int>(1, 3)(random);
  int killed = 0;
  for (int run = 0; run < most_runs; ++run) {
    std::optional<Microseconds> after;
    if (run < wanted) after = Microseconds(moment(random));
    const int code = command.run(words, after);
    if (code == 0) return killed;
    // Killed after its work, on its way out: a second reversal has nothing to do.
    if (code == exit_refused && words.front() == "reverse" && killed > 0) return killed;
    INFO(fmt::format("{}: {}", fmt::join(words, " "), command.log()));
    REQUIRE(code == -SIGKILL);
    ++killed;
  }
  FAIL("not done after " << most_runs << " runs: " << command.log());
  return killed;
}

int kill_act(const Case& each, Stage& stage, Act act, const std::vector<std::string>& words,
             std::mt19937& random) {
  const std::unique_ptr<TestDatabase> undisturbed = stage.begin(act);
  const auto begun = Clock::now();
  const MigrateCommand command = command_for(stage, *undisturbed);
  const int code = command.run(words);
  INFO(each.name << ", " << to_string(act) << ": " << command.log());
  REQUIRE(code == 0);
  const auto took = std::chrono::duration_cast<Microseconds>(Clock::now() - begun);
  const DatabaseState expected = state_of(each, *undisturbed);
  int kills = 0;
  for (int i = 0; i < databases_per_act; ++i) {
    const std::unique_ptr<TestDatabase> database = stage.begin(act);
    kills += run_until_done(command_for(stage, *database), words, took * 11 / 10, random);
    const DatabaseState found = state_of(each, *database);
    INFO(difference(expected, found));
    CHECK((expected == found));
  }
  return kills;
}

void kill_cases(database::Kind kind) {
  const unsigned seed = test_seed();
  std::mt19937 random(seed);
  INFO("SEGUE_TEST_SEED=" << seed);
  std::vector<Case> cases = cases_for(kind);
  std::erase_if(cases, [](const Case& c) { return c.refused || c.fails || c.contract; });
  std::shuffle(cases.begin(), cases.end(), random);
  const auto end = Clock::now() + (takes_all() ? sample_time * 20 : sample_time);
  int acts = 0;
  int kills = 0;
  for (const Case& each : cases) {
    if (Clock::now() > end) break;
    Stage stage(each);
    const auto& [act, words] = commands[random() % commands.size()];
    kills += kill_act(each, stage, act, words, random);
    ++acts;
  }
  CHECK(kills > 0);
  fmt::print("{}: {} kills -9 in {} cases, seed {}\n", short_name(kind), kills, acts, seed);
}

}  // namespace

TEST_CASE("a case on PostgreSQL whose command is killed ends as if it had not been",
          "[crash][kill][postgres]") {
  kill_cases(database::Kind::postgres);
}

TEST_CASE("a case on SQLite whose command is killed ends as if it had not been",
          "[crash][kill][sqlite]") {
  kill_cases(database::Kind::sqlite);
}

}  // namespace segue::test
