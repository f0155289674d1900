#pragma once
// Several pending migrations that each touch one table only are one rebuild (protocol-sqlite.md 1):
// their changes are composed, expression into expression. Internal.

#include <vector>

#include "engine/dialect/sqlite/rebuild.hpp"

namespace segue::dialect::sqlite {

/// One change per table, from the version before the first to the version after the last. Changes
/// of different tables are only collected. Problems name what cannot be composed.
[[nodiscard]] std::vector<model::TableChange> folded_changes(
    const std::vector<model::Change>& changes, std::vector<Problem>& problems);

}  // namespace segue::dialect::sqlite
