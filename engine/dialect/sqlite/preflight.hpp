#pragma once
// Questions over the rows, asked before anything is touched (protocol-sqlite.md 8). Internal.

#include "engine/dialect/dialect.hpp"

namespace segue::dialect::sqlite {

[[nodiscard]] std::vector<PreflightQuery> preflight_queries(const PlanInput& input,
                                                            const model::Plan& plan);

}  // namespace segue::dialect::sqlite
