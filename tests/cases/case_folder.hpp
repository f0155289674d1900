#pragma once
// A case: a folder of testdb/cases with a situation, the migrations to be run in it and what must come
// of them. What the files mean is said in testdb/cases/README.md. Plain data, read once.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "engine/database/database.hpp"

namespace segue::test {

struct CaseFolder {
  std::string name;
  std::filesystem::path path;
  std::vector<database::Kind> databases;
  std::optional<std::string> refused;   // error kind with which `apply` must end, nothing touched
  std::optional<std::string> fails;     // error kind with which `apply` must end, half-way
  std::optional<std::string> contract;  // error kind with which `contract` must end
  std::string message;                  // part of that error's message
  bool sorted = false;                  // the path moves a column to the end of the table
  bool restored = true;                 // a reversal after traffic brings the whole catalogue back
  bool rows = true;                     // rows are equal to those of a direct build

  [[nodiscard]] bool is_for(database::Kind kind) const;
  /// migration.yaml, or migration.1.yaml, migration.2.yaml …, in order.
  [[nodiscard]] std::vector<std::filesystem::path> migrations() const;
  /// The text of `stem.<database>.<suffix>`, else of `stem.<suffix>`; empty when there is neither.
  [[nodiscard]] std::string text(const std::string& stem, const std::string& suffix,
                                 database::Kind kind) const;
};

/// All cases, by name. Throws std::runtime_error for a case.txt with an unknown word.
[[nodiscard]] std::vector<CaseFolder> all_cases();

[[nodiscard]] std::string short_name(database::Kind kind);

}  // namespace segue::test
