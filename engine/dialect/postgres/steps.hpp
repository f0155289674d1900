#pragma once
// The steps of a migration on PostgreSQL, in order.

#include <vector>

#include "engine/dialect/dialect.hpp"

namespace segue::dialect::postgres {

[[nodiscard]] std::vector<model::Step> steps_of(const model::Change& change,
                                                const PlanInput& input);

}  // namespace segue::dialect::postgres
