#pragma once
// A case's database as clients see it: scripts of statements, some of which must fail, and queries
// whose answers are text.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/test_database.hpp"

namespace segue::test {

/// What a client names a table, by its name in the file: `{users}` in a script.
using TableName = std::function<std::string(const std::string&)>;

/// A client of one version: the settings that select it and its names of tables.
struct Client {
  std::vector<std::string> settings;
  TableName table = [](const std::string& name) { return name; };
};

/// Runs a script as one client. A statement with the comment `-- fails: SQLSTATE …` must fail
/// with one of these; any other must not fail.
void run_traffic(const TestDatabase& database, const Client& client, const std::string& script);

/// Each query of the script with its answer: `a | b`, a line a row, NULL for null.
[[nodiscard]] std::string answers(const TestDatabase& database, const Client& client,
                                  const std::string& script);

/// `a | b`, NULL for null.
[[nodiscard]] std::string row_text(const std::vector<std::optional<std::string>>& row);

}  // namespace segue::test
