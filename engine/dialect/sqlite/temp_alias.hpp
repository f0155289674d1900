#pragma once
// For clients that can only say a table's own name: a TEMP view of that name over the table of
// their version. TEMP objects belong to one connection, so nothing of main is touched.

#include <string>
#include <vector>

#include "engine/model/catalog.hpp"

namespace segue::dialect::sqlite {

/// The view and its three triggers, over `target` only: a trigger on it could not write a table of
/// main that has the view's own name, and unqualified it would write into itself.
[[nodiscard]] std::vector<std::string> temp_alias(const std::string& name,
                                                  const model::CatalogTable& target);

}  // namespace segue::dialect::sqlite
