#pragma once
// Functions in the schema segue that refusing views, sync and clients call.

#include <vector>

#include "engine/dialect/script.hpp"

namespace segue::dialect::postgres {

/// Idempotent statements, in order; run in the transaction that installs or upgrades the journal.
[[nodiscard]] std::vector<Statement> support_statements();

}  // namespace segue::dialect::postgres
