#pragma once
// What a person should know before a migration starts. Internal.

#include "engine/dialect/sqlite/work.hpp"

namespace segue::dialect::sqlite {

void add_notes(std::vector<model::PlanNote>& notes, const TableWork& work, const PlanInput& input);

}  // namespace segue::dialect::sqlite
