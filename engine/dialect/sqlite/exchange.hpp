#pragma once
// The exchange of b-trees and texts inside of sqlite_schema. Internal to engine/dialect/sqlite.

#include <vector>

#include "engine/dialect/sqlite/steps.hpp"

namespace segue::dialect::sqlite {

/// Rebuilt tables take their shadows' b-trees, edited ones their new texts; then all of it is
/// looked at through SQLite's own eyes. Nothing when the swap exchanges nothing.
void add_exchange(std::vector<Statement>& out, const SwapInput& input);

}  // namespace segue::dialect::sqlite
