#pragma once
// One command of a case: run once undisturbed and measured, then killed and resumed in databases of
// its own, each compared with the undisturbed one. Uses Catch2's macros. One thread.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/crash/act.hpp"
#include "tests/crash/database_state.hpp"
#include "tests/crash/kills.hpp"
#include "tests/crash/tally.hpp"

namespace segue::test {

class ActUnderFire {
 public:
  /// Runs the undisturbed one. All but `act` are borrowed and must live on.
  ActUnderFire(const Case& each, Stage& stage, Act act, Tally& tally);

  [[nodiscard]] std::vector<Kill> kills(Within within, std::mt19937& random) const {
    return kills_of(expected_.seen, act_, within, random);
  }
  /// Differences are counted in the tally, and the first are printed.
  void kill(const Kill& kill);

 private:
  struct Undisturbed {
    std::vector<std::string> statements;
    std::vector<std::string> seen;  // before each statement and at the end
    std::optional<ErrorKind> failure;
    DatabaseState state;
  };

  [[nodiscard]] Undisturbed undisturbed();
  void run_until_killed(const TestDatabase& database, FaultPlan& plan);
  [[nodiscard]] bool accepts(const RunResult& result) const;
  [[nodiscard]] std::string difference_of(const DatabaseState& found) const;
  void report(const Kill& kill, const FaultPlan& plan, const std::string& wrong);

  const Case& case_;
  Stage& stage_;
  Act act_;
  Tally& tally_;
  Undisturbed expected_;
  std::unique_ptr<TestDatabase> last_;  // dropped when the server has noticed that nobody uses it
  int shown_ = 0;
};

}  // namespace segue::test
