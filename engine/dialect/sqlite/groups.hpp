#pragma once
// Groups of columns that are synced together (protocol-sqlite.md 3, rule 3). Internal.

#include <string>
#include <vector>

#include "engine/dialect/sqlite/rebuild.hpp"

namespace segue::dialect::sqlite {

/// Sets of base columns that must be written by one statement: a shared UNIQUE or CHECK over
/// several.
using TiedColumns = std::vector<std::vector<std::string>>;

struct GroupInput {
  const model::CatalogTable& base;
  const model::TableChange& change;
  const Key& key;
  TiedColumns tied;                  // old names
  std::vector<std::string> indexed;  // old names of columns that some index has
};

struct GroupResult {
  std::vector<Group> groups;
  std::vector<std::string> new_only;
  std::vector<std::string> old_only;
};

[[nodiscard]] GroupResult make_groups(const GroupInput& input);

/// An author's expression whose arguments are named by their column, without qualifiers. `up` reads
/// columns of the base, `down` columns of the new version.
[[nodiscard]] model::Expression canonical_up(const model::Expression& up,
                                             const model::TableChange& change);
[[nodiscard]] model::Expression canonical_down(const model::Expression& down,
                                               const model::TableChange& change);

/// A generated column of the base is read through the columns that it is computed from.
[[nodiscard]] std::vector<std::string> stored_sources(const std::vector<std::string>& columns,
                                                      const model::CatalogTable& base);

}  // namespace segue::dialect::sqlite
