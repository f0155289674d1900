#pragma once
// The identity by which base and shadow find each other's rows (protocol-sqlite.md 3, rule 2).
// Internal.

#include <vector>

#include "engine/dialect/sqlite/rebuild.hpp"

namespace segue::dialect::sqlite {

struct KeyInput {
  const model::CatalogTable& base;
  const TableText& base_text;
  const TableText& target_text;
  const model::TableChange& change;
};

/// INTEGER PRIMARY KEY, else the primary key, else a UNIQUE over columns that are never NULL. An
/// empty key comes with a problem that names the remedy.
[[nodiscard]] Key find_key(const KeyInput& input, std::vector<Problem>& problems);

}  // namespace segue::dialect::sqlite
