#pragma once
// What stands in the way of a migration's operations on whole objects, as far as the plans say it.

#include <vector>

#include "engine/model/chain.hpp"

namespace segue::plan {

/// A definition is resolved against the base tables, which have the shape of the oldest live
/// version. One that names what this migration or a live one still holds in two shapes would read
/// the wrong one, or keep it from going: it is refused by name.
void check_objects(const model::Change& change, const std::vector<model::LiveMigration>& live,
                   model::DatabaseKind kind, std::vector<Problem>& problems);

}  // namespace segue::plan
