#pragma once
// What SQLite's dialect declines, each with the object and the remedy (protocol-sqlite.md 2).
// Internal.

#include "engine/dialect/sqlite/work.hpp"

namespace segue::dialect::sqlite {

/// Of one table of the plan, rebuilt or not.
[[nodiscard]] std::vector<Problem> refusals_of(const TableWork& work, const PlanInput& input);

}  // namespace segue::dialect::sqlite
