#pragma once
// The plan of one migration, or of several fused ones: paths, refusals, steps and notes. Internal.

#include "engine/dialect/dialect.hpp"

namespace segue::dialect::sqlite {

[[nodiscard]] model::Plan make_plan(const PlanInput& input);

}  // namespace segue::dialect::sqlite
