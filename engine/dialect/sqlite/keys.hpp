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

/// One of the rowid's three names that no column takes; empty: none is left.
[[nodiscard]] std::string free_rowid_name(const std::vector<std::string>& columns);
[[nodiscard]] std::vector<std::string> old_columns(const model::CatalogTable& base);
[[nodiscard]] std::vector<std::string> new_columns(const model::TableChange& change);

/// INTEGER PRIMARY KEY, else the primary key, else a UNIQUE over columns that are never NULL,
/// else the rowid. An empty key comes with a problem that names the remedy.
[[nodiscard]] Key find_key(const KeyInput& input, std::vector<Problem>& problems);

}  // namespace segue::dialect::sqlite
