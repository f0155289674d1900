#pragma once
// Live probes: write through one side in a savepoint that is rolled back, and see the other side
// follow. Never an INSERT on the base: triggers of the user have side effects. Internal.

#include <vector>

#include "engine/dialect/script.hpp"
#include "engine/dialect/sqlite/sync.hpp"

namespace segue::dialect::sqlite {

[[nodiscard]] std::vector<Statement> one_way_probe(const SyncInput& input);
[[nodiscard]] std::vector<Statement> two_way_probe(const SyncInput& input);

}  // namespace segue::dialect::sqlite
