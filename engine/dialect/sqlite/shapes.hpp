#pragma once
// The texts of a rebuilt table: the target (what a direct build would leave), the shadow (target
// without the constraints that only the new version has) and the trash (base without foreign keys).
// Internal.

#include <string>
#include <vector>

#include "engine/dialect/sqlite/groups.hpp"
#include "engine/dialect/sqlite/rebuild.hpp"

namespace segue::dialect::sqlite {

/// An index that SQLite makes by itself for UNIQUE and PRIMARY KEY, in its numbering from 1.
struct AutoIndex {
  int number = 0;
  bool primary = false;
  bool has_row = true;  // false: the key of a WITHOUT ROWID table, which is the table itself
  std::vector<IndexTerm> terms;
  std::string same;  // equal for two that SQLite makes only once
};

/// In the order in which SQLite numbers them: by place in the text, equal ones once.
[[nodiscard]] std::vector<AutoIndex> auto_indexes(const TableText& table);

/// The name that SQLite gives to it.
[[nodiscard]] std::string auto_index_name(const std::string& table, int number);

struct Shapes {
  TableText target;
  TableText fresh;
  TableText trash;
  std::vector<LateConstraint> late;  // NOT NULL and CHECK; UNIQUE is found by the indexes
  TiedColumns tied;
  std::vector<std::string> lost;
  std::vector<Problem> problems;
};

/// `base` is the parsed text of the base table.
[[nodiscard]] Shapes make_shapes(const model::CatalogTable& table, const TableText& base,
                                 const model::TableChange& change);

/// The text of a column that the change adds.
[[nodiscard]] ColumnText added_column(const model::ColumnChange& column);

/// DEFAULT takes a literal as it is and anything else in parentheses.
[[nodiscard]] std::string default_text(const std::string& sql);

/// Edits of one column's text, each leaving the rest as it is.
void set_nullable(ColumnText& column, bool nullable);
void set_default(ColumnText& column, const std::optional<std::string>& sql);
void add_check(ColumnText& column, const model::CheckSpec& check);
void add_unique(ColumnText& column, const model::UniqueSpec& unique);

/// The text of a table without its foreign keys; empty when it has none or is not understood.
[[nodiscard]] std::string without_foreign_keys(const std::string& sql);

/// The name of a base column in the new version; empty when it is dropped.
[[nodiscard]] std::string name_after(const model::TableChange& change, const std::string& old_name);

/// True when the column holds the same values on both sides.
[[nodiscard]] bool is_kept(const model::TableChange& change, const std::string& old_name);

}  // namespace segue::dialect::sqlite
