#pragma once
// Expand and its inverse: created tables, added columns, sync, loosening.

#include "engine/dialect/dialect.hpp"

namespace segue::dialect::postgres {

[[nodiscard]] Script create_table(const model::Step& step, const RenderContext& context);
[[nodiscard]] Script drop_created_table(const model::Step& step, const RenderContext& context);
/// add_column and install_sync: columns, marker and one-way triggers in one transaction, probed.
[[nodiscard]] Script add_columns(const model::Step& step, const RenderContext& context);
[[nodiscard]] Script remove_columns(const model::Step& step, const RenderContext& context);
[[nodiscard]] Script loosen(const model::Step& step, const RenderContext& context);
[[nodiscard]] std::vector<Script> restore_loosened(const model::Step& step,
                                                   const RenderContext& context);
/// Columns that must accept NULL from expand on, because the new version needs it.
[[nodiscard]] std::vector<std::string> loosened_columns(const model::TableChange& table);
/// Columns whose type widens in place, without a pair.
[[nodiscard]] std::vector<model::ColumnChange> widened_columns(const model::TableChange& table);
/// One column's definition in CREATE TABLE.
[[nodiscard]] std::string column_definition(const model::ColumnSpec& column);
[[nodiscard]] std::string references_clause(const model::ReferencesSpec& references,
                                            const std::string& schema);

}  // namespace segue::dialect::postgres
