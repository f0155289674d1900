#pragma once
// The re-check of columns and sync functions.

#include <vector>

#include "engine/dialect/dialect.hpp"

namespace segue::dialect::postgres {

/// Queries that return a row per column that is gone and per function that was changed.
[[nodiscard]] std::vector<Statement> column_and_function_drift(const RenderContext& context);

}  // namespace segue::dialect::postgres
