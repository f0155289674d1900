#pragma once
// Foreign keys of a migration name tables and columns as its own version does; between the phases
// the base may call them otherwise. Pure.

#include <vector>

#include "engine/model/change.hpp"

namespace segue::plan {

/// Gives every foreign key of `change` the physical names, and puts the tables that it creates
/// behind those to which they refer. `before` is the version that the migration starts from.
void resolve_references(model::Change& change, const model::Version& before,
                        model::DatabaseKind kind, std::vector<Problem>& problems);

}  // namespace segue::plan
