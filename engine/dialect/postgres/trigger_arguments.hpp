#pragma once
// Triggers that are told a column by its name, as tsvector_update_trigger is: their function asks
// for that name at each write, whatever the column is called or of what type it is by then.

#include <vector>

#include "engine/dialect/dialect.hpp"

namespace segue::dialect::postgres {

/// A function whose text nobody can edit would fail behind contract.
[[nodiscard]] std::vector<Problem> columns_in_arguments(const model::TableChange& table,
                                                        const model::CatalogTable& live,
                                                        const SourceLocation& where);
/// Of functions with a text: the argument may be something else.
[[nodiscard]] std::vector<model::PlanNote> argument_notes(const model::TableChange& table,
                                                          const model::CatalogTable& live);

}  // namespace segue::dialect::postgres
