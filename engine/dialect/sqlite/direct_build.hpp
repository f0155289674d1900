#pragma once
// The direct build (protocol-sqlite.md 6, D): the schema as it would be, had the change been made
// on an empty database. Internal.

#include "engine/dialect/script.hpp"
#include "engine/dialect/sqlite/objects.hpp"

namespace segue::dialect::sqlite {

/// `works` of a plan over `catalog`, before its expand or any time before its swap.
[[nodiscard]] DirectBuild direct_build(const std::vector<TableWork>& works,
                                       const model::Catalog& catalog, const Objects& objects);

}  // namespace segue::dialect::sqlite
