#pragma once
// The sync of a rebuild, tried before it exists on the live database (protocol-sqlite.md 8, a).
// Internal.

#include "engine/dialect/script.hpp"
#include "engine/dialect/sqlite/work.hpp"

namespace segue::dialect::sqlite {

/// `schema`: the texts of the whole schema as it is.
[[nodiscard]] CloneProbe clone_probe(const SyncInput& input, std::vector<DirectBuild::Text> schema);

}  // namespace segue::dialect::sqlite
