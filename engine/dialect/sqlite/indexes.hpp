#pragma once
// Which index of the shadow becomes which index of the target at the swap, and which constraints of
// the new version are enforced by neither side until then. Internal.

#include "engine/dialect/sqlite/shapes.hpp"

namespace segue::dialect::sqlite {

/// Fills base_indexes, target_indexes, helper indexes, uniques and the late UNIQUE constraints of
/// `rebuild`, whose names must be set.
void match_indexes(Rebuild& rebuild, const model::CatalogTable& base, const TableText& base_text,
                   const model::TableChange& change, const Shapes& shapes,
                   std::vector<Problem>& problems);

/// CREATE INDEX as the author's operation says it.
[[nodiscard]] std::string create_index_text(const model::CreateIndex& index,
                                            const std::string& table);

/// Old names of the columns that any index of base or target has; each is a group of its own.
[[nodiscard]] std::vector<std::string> indexed_columns(const model::CatalogTable& base,
                                                       const model::TableChange& change);

}  // namespace segue::dialect::sqlite
