#pragma once
// All that a run leaves in a database, as text to be compared. Uses a connection of its own.

#include <string>

#include "tests/cases/case_database.hpp"

namespace segue::test {

struct DatabaseState {
  std::string catalogue;  // the tables' schema by the engine's own print
  std::string rows;       // of all tables, one line a row
  std::string versions;   // views, functions, privileges of versions; empty on SQLite
  std::string journal;    // states of migrations and steps, plans, the lease

  friend bool operator==(const DatabaseState&, const DatabaseState&) = default;
};

[[nodiscard]] DatabaseState state_of(const Case& each, const TestDatabase& database);

/// The lines in which two states differ.
[[nodiscard]] std::string difference(const DatabaseState& left, const DatabaseState& right);

}  // namespace segue::test
