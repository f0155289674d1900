#pragma once
// Foreign keys at whose ends a column is replaced: those of the table itself, of whichever end, and
// those of other tables that refer to it.

#include <optional>
#include <string>
#include <vector>

#include "engine/dialect/postgres/constraints.hpp"

namespace segue::dialect::postgres {

/// What the new side needs in place of the table's own foreign keys, and of those of children that
/// this migration does not change.
[[nodiscard]] std::vector<NewSideObject> rebuilt_foreign_keys(const model::TableChange& table,
                                                              const model::Change& change,
                                                              const model::CatalogTable& live);

/// What the migration changes of a table that stays.
[[nodiscard]] const model::TableChange* changed_table(const std::string& physical,
                                                      const model::Change& change);

/// The name of the table in the run's schema that "schema"."table" is; nothing for another schema.
[[nodiscard]] std::optional<std::string> table_in(const std::string& schema,
                                                  const std::string& quoted);

}  // namespace segue::dialect::postgres
