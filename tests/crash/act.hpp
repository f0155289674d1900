#pragma once
// What a crash test kills: one command each, from the state of a case's database in which it
// begins. Uses Catch2's macros. One thread.

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/cases/case_database.hpp"

namespace segue::test {

enum class Act {
  up,
  contract,
  reverse_expanded,  ///< from expanded to the beginning
  reverse_migrated,  ///< from migrated, with traffic of both versions, to the beginning
  back_to_expanded,
  give_up,  ///< an `up` that is killed and then reversed, not resumed
};

[[nodiscard]] std::string to_string(Act act);

/// Whether the act ends where the database was before the first migration.
[[nodiscard]] bool is_reversal(Act act);

/// A case with the databases in which its acts begin, each made once and copied for every kill.
class Stage {
 public:
  /// `each` is borrowed and must live on.
  explicit Stage(const Case& each) : case_(each) {}

  /// The acts that make sense for the case: one whose `up` is refused is never contracted.
  [[nodiscard]] std::vector<Act> acts() const;
  /// A database of one's own in which the act may begin.
  [[nodiscard]] std::unique_ptr<TestDatabase> begin(Act act);
  /// The command, once, by a fresh engine. What the engine throws ends up in the result's failure.
  [[nodiscard]] RunResult perform(Act act, const TestDatabase& database);
  /// What an operator does after a kill: the same command again, or the reversal (`give_up`).
  [[nodiscard]] RunResult resume(Act act, const TestDatabase& database);
  /// Of the case's migrations, m1.yaml, m2.yaml …
  [[nodiscard]] std::filesystem::path directory() { return at(Start::fresh).config().directory; }

 private:
  enum class Start { fresh, expanded, migrated };

  [[nodiscard]] static Start start_of(Act act);
  [[nodiscard]] const CaseDatabase& at(Start start);
  [[nodiscard]] Engine engine(const TestDatabase& database);

  const Case& case_;
  std::map<Start, CaseDatabase> made_;
};

}  // namespace segue::test
