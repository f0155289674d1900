#pragma once
// The re-check of triggers, columns and sync functions.

#include <vector>

#include "engine/dialect/dialect.hpp"

namespace segue::dialect::postgres {

/// A query per table with sync: a row per trigger that is gone, disabled, or in our way.
[[nodiscard]] std::vector<Statement> drift_questions(const RenderContext& context);
/// The same for one table.
[[nodiscard]] std::vector<Statement> trigger_drift(const model::TableChange& table,
                                                   const RenderContext& context);
/// Queries that return a row per column that is gone and per function that was changed.
[[nodiscard]] std::vector<Statement> column_and_function_drift(const RenderContext& context);

}  // namespace segue::dialect::postgres
