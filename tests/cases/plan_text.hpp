#pragma once
// A plan as golden text: what is run and what takes it back, without what differs from run to run.

#include <string>

#include "segue/plan.hpp"

namespace segue::test {

[[nodiscard]] std::string golden_text(const PlanView& plan);

}  // namespace segue::test
