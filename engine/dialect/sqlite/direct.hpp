#pragma once
// The direct paths of protocol-sqlite.md 2: ALTER TABLE ADD COLUMN, DROP COLUMN, and edits of the
// table's text. Internal.

#include <string>
#include <vector>

#include "engine/dialect/sqlite/steps.hpp"
#include "engine/model/change.hpp"
#include "engine/model/settings.hpp"

namespace segue::dialect::sqlite {

/// Rates of section 2, rows per second.
enum class Rate { drop_column = 1'200'000, create_index = 3'000'000, add_check = 5'000'000 };

/// True when holding the write lock for it stays within sqlite.direct_budget; false when the number
/// of rows is not known.
[[nodiscard]] bool fits(const model::CatalogTable& table, Rate rate,
                        const model::Settings& settings);
[[nodiscard]] std::int64_t forecast_ms(const model::CatalogTable& table, Rate rate);

/// Why the table needs a copy; empty when every change of it has a direct path.
[[nodiscard]] std::string reason_to_rebuild(const model::CatalogTable& table,
                                            const model::TableChange& change,
                                            const model::Settings& settings);

[[nodiscard]] bool loosens(const model::ColumnChange& column);
[[nodiscard]] bool tightens(const model::ColumnChange& column);
/// The facets that need no data and bind nobody in expand; the table's text is given and returned.
[[nodiscard]] std::string loosened_text(const std::string& sql, const model::TableChange& change);
[[nodiscard]] std::string tightened_text(const std::string& sql, const model::TableChange& change);

/// Indexes that contract builds for UNIQUE of columns that stay as they are, under names of ours.
[[nodiscard]] std::vector<model::CreateIndex> built_for_unique(const model::CatalogTable& table,
                                                               const model::TableChange& change);
/// Those, and the author's UNIQUE indexes: what binds old clients. `table`: null if it is created.
[[nodiscard]] std::vector<model::CreateIndex> indexes_of_contract(const model::CatalogTable* table,
                                                                  const model::TableChange& change);
/// The edit of contract. Automatic indexes take the number that the new text gives them.
[[nodiscard]] TextEdit tightening(const model::CatalogTable& table,
                                  const model::TableChange& change);

[[nodiscard]] std::string add_column_sql(const std::string& table,
                                         const model::ColumnChange& column);
/// Guards and scan of the constraints that a direct path adds, on the base itself.
[[nodiscard]] GuardTable direct_guards(const model::CatalogTable& table,
                                       const model::TableChange& change);
/// Renames of the base that `strategy: at_contract` asked for, and dropped columns.
[[nodiscard]] std::vector<std::string> direct_alters(const model::TableChange& change);
/// A rebuilt table is renamed too, behind the swap of its b-trees.
[[nodiscard]] std::string rename_table_sql(const model::TableChange& change);

[[nodiscard]] std::string create_table_sql(const model::CreateTable& table);

}  // namespace segue::dialect::sqlite
