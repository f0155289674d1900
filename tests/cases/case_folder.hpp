#pragma once
// A case: a folder of testdb/cases with a situation, the migrations to be run in it and what must
// come of them, as one database sees it. What the files mean is said in testdb/cases/README.md.
// Plain data, read once; any thread.
//
// Other suites (the crash tests) take their situations from here as well:
//
//     for (const Case& each : cases_for(database::Kind::sqlite)) {
//       if (each.refused || each.fails || each.contract) continue;   // the way ends early
//       CaseDatabase ours(each);                                     // setup.sql has run in it
//       Engine engine(ours.config());                                // … up, contract …
//       const auto direct = direct_build(each);                      // what must come of it
//       difference(direct->shape(), ours.shape());                   // empty: the same
//     }

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "engine/database/database.hpp"

namespace segue::test {

struct Case {
  std::string name;
  std::filesystem::path path;
  database::Kind kind = database::Kind::postgres;
  std::optional<std::string> refused;   // error kind with which `apply` must end, nothing touched
  std::optional<std::string> fails;     // error kind with which `apply` must end, half-way
  std::optional<std::string> contract;  // error kind with which `contract` must end
  std::string message;                  // part of that error's message
  int server = 0;  // PostgreSQL: the major version below which `apply` is refused
  bool moved = false;                   // the path moves a column to the end of the table
  bool restored = true;                 // a reversal after traffic brings the whole catalogue back
  bool takes_back_all = true;           // a reversal of expand brings the whole catalogue back
  std::optional<std::string> reversal;  // error kind with which a reversal after traffic ends first
  bool rows = true;                     // rows are equal to those of a direct build

  /// migration.yaml, or migration.1.yaml, migration.2.yaml …, in order.
  [[nodiscard]] std::vector<std::filesystem::path> migrations() const;
  /// The text of `stem.<database>.<suffix>`, else of `stem.<suffix>`; empty when there is neither.
  [[nodiscard]] std::string text(const std::string& stem, const std::string& suffix) const;
  /// The same rule for the path; the common one when there is neither.
  [[nodiscard]] std::filesystem::path file(const std::string& stem,
                                           const std::string& suffix) const;
};

/// The cases of one database, by name. Throws std::runtime_error for a case.txt with an unknown
/// word, whichever database it is for.
[[nodiscard]] std::vector<Case> cases_for(database::Kind kind);

[[nodiscard]] std::string short_name(database::Kind kind);

}  // namespace segue::test
