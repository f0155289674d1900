#pragma once
// Runs single statements of scripts: holes, captures, expectations.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/database/database.hpp"
#include "engine/dialect/script.hpp"

namespace segue::execute {

/// Values by the name of their hole.
using Holes = std::map<std::string, std::string>;

/// Replaces {name}, and {name+1} for integers. Text in braces that is no hole stays.
[[nodiscard]] std::string filled(std::string_view text, const Holes& holes);

/// Runs one statement, checks its expectation, keeps its capture. Throws as the expectation says.
database::Result run_statement(database::Database& database, const dialect::Statement& statement,
                               Holes& holes);

void run_statements(database::Database& database, const std::vector<dialect::Statement>& statements,
                    Holes& holes);

}  // namespace segue::execute
