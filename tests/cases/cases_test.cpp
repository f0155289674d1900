// Every folder of testdb/cases on every database that it is for. One case alone:
// `cases_test -c NAME` after the test's name, or SEGUE_CASE=part of its name. SEGUE_CASE_HALF=0 or
// 1: every second case, so that two processes share the work.

#include <catch2/catch.hpp>

#include <cstdlib>

#include "tests/cases/case_run.hpp"

namespace segue::test {
namespace {

void run_all(database::Kind kind, JournalMode journal) {
  const char* only = std::getenv("SEGUE_CASE");
  const char* half = std::getenv("SEGUE_CASE_HALF");
  std::size_t number = 0;
  for (const Case& each : cases_for(kind)) {
    if (half != nullptr && number++ % 2 != static_cast<std::size_t>(std::atoi(half) % 2)) continue;
    if (only != nullptr && each.name.find(only) == std::string::npos) continue;
    // What is refused before anything is touched does not depend on the journal.
    if (journal == JournalMode::rollback && each.refused) continue;
    DYNAMIC_SECTION(each.name) { run_case(each, journal); }
  }
}

}  // namespace

TEST_CASE("every case keeps its promises on PostgreSQL", "[cases][postgres]") {
  run_all(database::Kind::postgres, JournalMode::wal);
}

TEST_CASE("every case keeps its promises on SQLite", "[cases][sqlite][wal]") {
  run_all(database::Kind::sqlite, JournalMode::wal);
}

TEST_CASE("every case keeps its promises on SQLite with a rollback journal",
          "[cases][sqlite][rollback]") {
  run_all(database::Kind::sqlite, JournalMode::rollback);
}

}  // namespace segue::test
