#include "tests/crash/tally.hpp"

#include <fmt/format.h>

#include <fstream>
#include <sstream>

#include "tests/crash/choice.hpp"

namespace segue::test {

void Tally::add(const Tally& other) {
  cases += other.cases;
  acts += other.acts;
  statements += other.statements;
  kills += other.kills;
  missed += other.missed;
  differences += other.differences;
  seconds += other.seconds;
}

std::string to_string(const Tally& tally) {
  return fmt::format(
      "{} cases, {} commands, {} statements, {} kills, {} missed, {} differences, {:.0f} s",
      tally.cases, tally.acts, tally.statements, tally.kills, tally.missed, tally.differences,
      tally.seconds);
}

// A line: database, case, and the figures in the order of to_string().
CrashLog::CrashLog(database::Kind kind) : kind_(kind), file_(setting("SEGUE_TEST_LOG")) {
  std::ifstream file(file_);
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string database;
    std::string name;
    Tally tally{.cases = 1};
    words >> database >> name >> tally.acts >> tally.statements >> tally.kills >> tally.missed >>
        tally.differences >> tally.seconds;
    if (!words || database != short_name(kind_) || tally.differences > 0) continue;
    finished_.insert(name);
    before_.add(tally);
  }
}

bool CrashLog::has(const Case& each) const { return finished_.contains(each.name); }

void CrashLog::add(const Case& each, const Tally& tally) const {
  if (file_.empty()) return;
  std::ofstream(file_, std::ios::app)
      << fmt::format("{} {} {} {} {} {} {} {:.1f}\n", short_name(kind_), each.name, tally.acts,
                     tally.statements, tally.kills, tally.missed, tally.differences, tally.seconds);
}

}  // namespace segue::test
