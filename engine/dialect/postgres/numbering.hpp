#pragma once
// Columns whose values come from a sequence: serial and identity. Until contract the new column is
// a plain one that sync numbers, from the sequence of the old column or from one made for it, so
// that a row uses up one value whichever way it comes. At the swap the sequence becomes the new
// column's.

#include <vector>

#include "engine/dialect/dialect.hpp"

namespace segue::dialect::postgres {

/// Serial or identity.
[[nodiscard]] bool is_numbered(const model::ColumnShape& shape);
/// The sequence of a column that this migration adds.
[[nodiscard]] Statement create_sequence(const model::ColumnChange& column,
                                        const RenderContext& context);
/// Before the old column goes: its sequence is taken over, or hands its position on.
[[nodiscard]] std::vector<Statement> hand_over_sequence(const QualifiedName& table,
                                                        const model::ColumnChange& column,
                                                        const model::CatalogColumn& old);
/// After the new column has its final name, default and NOT NULL. `old` may be null.
[[nodiscard]] std::vector<Statement> number_column(const QualifiedName& table,
                                                   const model::ColumnChange& column,
                                                   const model::CatalogColumn* old,
                                                   const RenderContext& context);

}  // namespace segue::dialect::postgres
