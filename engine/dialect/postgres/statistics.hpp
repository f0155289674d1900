#pragma once
// Extended statistics (CREATE STATISTICS) on columns that are replaced: made anew on the new column
// before it is analysed, under a name of ours until the swap, in which the old ones go with their
// column. Any thread.

#include <set>
#include <string>
#include <vector>

#include "engine/dialect/dialect.hpp"

namespace segue::dialect::postgres {

/// Those of `live` that the change carries over.
[[nodiscard]] std::vector<const model::CatalogDependent*> carried_statistics(
    const model::TableChange& table, const model::CatalogTable& live);
/// Made by a migration that is not contracted.
[[nodiscard]] bool is_interim_statistics(const model::CatalogDependent& dependent);
/// Where those of the change stand: making them anew needs CREATE there.
[[nodiscard]] std::set<std::string> schemas_of_statistics(const model::Change& change,
                                                          const model::Catalog& catalog);
/// Makes them on the new columns. May be repeated.
[[nodiscard]] std::vector<Statement> create_statistics(const model::TableChange& table,
                                                       const RenderContext& context);
[[nodiscard]] std::vector<Statement> drop_statistics(const model::TableChange& table,
                                                     const RenderContext& context);
/// After the old ones have gone: names, owners and comments.
[[nodiscard]] std::vector<Statement> name_statistics(const model::TableChange& table,
                                                     const RenderContext& context);

}  // namespace segue::dialect::postgres
