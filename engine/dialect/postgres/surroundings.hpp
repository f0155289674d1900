#pragma once
// What preflight asks of the server around the tables (protocol-postgres.md 13): rights that a step
// would stumble over, and who holds locks and snapshots now.

#include <vector>

#include "engine/dialect/dialect.hpp"

namespace segue::dialect::postgres {

/// Rights that are missing: refused.
[[nodiscard]] std::vector<PreflightQuery> privilege_questions(const model::Plan& plan,
                                                              const PlanInput& input);
/// Prepared transactions, old snapshots, standbys: notes.
[[nodiscard]] std::vector<PreflightQuery> session_questions(const model::Plan& plan,
                                                            const PlanInput& input);

}  // namespace segue::dialect::postgres
