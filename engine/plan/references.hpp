#pragma once
// Foreign keys of a migration name tables and columns as its own version does; between the phases
// the base may call them otherwise. Pure.

#include <string>
#include <vector>

#include "engine/model/change.hpp"

namespace segue::plan {

/// What a migration is planned for.
struct Place {
  model::DatabaseKind kind;
  std::string schema;
};

/// What to say of a table that the newest version does not have: PostgreSQL's may be one of another
/// schema, whose versions are not this run's to make.
[[nodiscard]] std::string missing_table(const std::string& name, const Place& place);

/// Gives every foreign key of `change` the physical names, and puts the tables that it creates
/// behind those to which they refer. `before` is the version that the migration starts from.
void resolve_references(model::Change& change, const model::Version& before, const Place& place,
                        std::vector<Problem>& problems);

}  // namespace segue::plan
