#pragma once
// What a crash test has done so far, and its log, from which a run that was interrupted goes on.

#include <filesystem>
#include <set>
#include <string>

#include "tests/cases/case_folder.hpp"

namespace segue::test {

struct Tally {
  int cases = 0;
  int acts = 0;
  int statements = 0;
  int kills = 0;
  int missed = 0;  // the killed run ended before it came to the statement
  int differences = 0;
  double seconds = 0;

  void add(const Tally& other);
};

[[nodiscard]] std::string to_string(const Tally& tally);

/// SEGUE_TEST_LOG: a file with a line of each case that is finished, which is not run again unless
/// it showed differences. Unset: nothing is kept.
class CrashLog {
 public:
  explicit CrashLog(database::Kind kind);
  [[nodiscard]] bool has(const Case& each) const;
  /// Of earlier runs.
  [[nodiscard]] const Tally& before() const { return before_; }
  void add(const Case& each, const Tally& tally) const;

 private:
  database::Kind kind_;
  std::filesystem::path file_;
  std::set<std::string> finished_;
  Tally before_;
};

}  // namespace segue::test
