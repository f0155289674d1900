#pragma once
// Bodies that count a table's columns (protocol-postgres.md 13, hazard P53): a trigger that inserts
// OLD.* somewhere, a function that returns the table's row type. The server keeps such bodies as
// text, so they are read as text.

#include <vector>

#include "engine/dialect/dialect.hpp"

namespace segue::dialect::postgres {

/// Triggers of the table that would fail, or store values in the wrong columns, once it has other
/// columns than now.
[[nodiscard]] std::vector<Problem> counting_triggers(const model::TableChange& table,
                                                     const model::CatalogTable& live);
/// Bodies that may: they use whole rows, but not so that a look at the text decides it.
[[nodiscard]] std::vector<model::PlanNote> whole_row_notes(const model::TableChange& table,
                                                           const model::CatalogTable& live);
/// Functions whose text names the table and takes all columns of something.
[[nodiscard]] PreflightQuery whole_row_functions(const model::TableChange& table,
                                                 const PlanInput& input);
/// The physical table gets or loses a column.
[[nodiscard]] bool changes_columns(const model::TableChange& table);

}  // namespace segue::dialect::postgres
