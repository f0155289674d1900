#include "tests/crash/act_under_fire.hpp"

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <cstdio>
#include <sstream>

namespace segue::test {
namespace {

constexpr int shown_differences = 3;  // of one act

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

std::optional<ErrorKind> failure_of(const RunResult& result) {
  return result.failure ? std::optional(result.failure->kind) : std::nullopt;
}

// What the case says of this command alone.
std::optional<std::string> due_failure(const Case& each, Act act) {
  switch (act) {
    case Act::up:
    case Act::give_up:
      return each.refused ? each.refused : each.fails;
    case Act::contract:
      return each.contract;
    case Act::reverse_migrated:
      return each.reversal;
    case Act::reverse_expanded:
    case Act::back_to_expanded:
      return std::nullopt;
  }
  return std::nullopt;
}

std::string without_labels(const std::string& catalogue) {
  std::istringstream lines(catalogue);
  std::string out;
  for (std::string line; std::getline(lines, line);) {
    if (line.find(" | labels | ") == std::string::npos) out += line + "\n";
  }
  return out;
}

std::string in_words(const RunResult& result) {
  if (!result.failure) return "done";
  return fmt::format("{}: {}\n{}", to_string(result.failure->kind), result.failure->message,
                     result.failure->detail.statement);
}

}  // namespace

ActUnderFire::ActUnderFire(const Case& each, Stage& stage, Act act, Tally& tally)
    : case_(each), stage_(stage), act_(act), tally_(tally), expected_(undisturbed()) {
  ++tally_.acts;
  tally_.statements += static_cast<int>(expected_.statements.size());
}

void ActUnderFire::kill(const Kill& kill) {
  std::unique_ptr<TestDatabase> database = stage_.begin(act_);
  FaultPlan plan(kill.fault, kill.statement);
  run_until_killed(*database, plan);
  if (plan.count() < kill.statement) {
    ++tally_.missed;
    return;
  }
  ++tally_.kills;
  const RunResult result = stage_.resume(act_, *database);
  std::string wrong = accepts(result) ? "" : in_words(result) + "\n";
  wrong += difference_of(state_of(case_, *database));
  if (!wrong.empty()) report(kill, plan, wrong);
  last_ = std::move(database);
}

ActUnderFire::Undisturbed ActUnderFire::undisturbed() {
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
    CHECK(std::string(out.failure ? to_string(*out.failure) : "") ==
          due_failure(case_, act_).value_or(""));
  }
  out.seen.push_back(spectator.look());
  out.statements = counting.statements();
  if (act_ != Act::give_up) out.state = state_of(case_, *database);
  return out;
}

void ActUnderFire::run_until_killed(const TestDatabase& database, FaultPlan& plan) {
  const Faulty faulty(plan);
  try {
    static_cast<void>(stage_.perform(act_, database));
  } catch (const Death&) {
    // What a killed process leaves is in the database.
  }
}

// A reversal that was complete when its runner was killed finds nothing to do.
bool ActUnderFire::accepts(const RunResult& result) const {
  const std::optional<ErrorKind> failure = failure_of(result);
  if (is_reversal(act_) && failure == ErrorKind::refused) return true;
  return failure == (act_ == Act::give_up ? std::nullopt : expected_.failure);
}

std::string ActUnderFire::difference_of(const DatabaseState& found) const {
  if (act_ != Act::give_up) return difference(expected_.state, found);
  // A value that an enum got stays, whatever became of the migration.
  const bool keeps_values = !case_.takes_back_all;
  return difference(
             keeps_values ? without_labels(expected_.state.catalogue) : expected_.state.catalogue,
             keeps_values ? without_labels(found.catalogue) : found.catalogue) +
         difference(expected_.state.rows, found.rows);
}

void ActUnderFire::report(const Kill& kill, const FaultPlan& plan, const std::string& wrong) {
  ++tally_.differences;
  if (++shown_ > shown_differences) return;
  fmt::print("{}, {} on {}, {} statement {} of {}: {}\n{}\n", case_.name, to_string(act_),
             short_name(case_.kind), in_words(kill.fault), kill.statement,
             expected_.statements.size(),
             plan.statements()[static_cast<std::size_t>(kill.statement) - 1], wrong);
  std::fflush(stdout);
}

}  // namespace segue::test
