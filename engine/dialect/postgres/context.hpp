#pragma once
// Small questions that every file of the PostgreSQL dialect asks of its rendering context.

#include <string>
#include <vector>

#include "engine/dialect/dialect.hpp"

namespace segue::dialect::postgres {

inline constexpr const char* begin_read = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// The one change of the current migration (PostgreSQL never fuses).
[[nodiscard]] const model::Change& change_of(const RenderContext& context);
/// The table change that the step is about. Throws Error(bug) when the plan has none.
[[nodiscard]] const model::TableChange& table_of(const model::Step& step,
                                                 const RenderContext& context);
[[nodiscard]] QualifiedName relation(const std::string& physical, const RenderContext& context);

/// The server's deadlock_timeout, as the catalogue was read.
[[nodiscard]] int deadlock_timeout_ms(const RenderContext& context);

/// READ COMMITTED: a statement that has waited for a row goes on with its newest version.
[[nodiscard]] std::string begin_write();
/// A write transaction without anything in it.
[[nodiscard]] TransactionScript write_script();
/// A write transaction that takes these physical tables in `mode` by the ladder; views first.
[[nodiscard]] TransactionScript ladder_script(const std::vector<std::string>& tables,
                                              const std::string& mode, const RenderContext& context,
                                              const std::vector<QualifiedName>& views = {});
/// The far table of a foreign key is taken as well, in one savepoint with the rest. `table` is
/// quoted; "" when there is none.
void lock_referenced(TransactionScript& script, const std::string& table, const std::string& mode);
/// Author's text is resolved against the base schema: SET LOCAL search_path for the statements
/// after it.
[[nodiscard]] Statement author_search_path(const RenderContext& context);
[[nodiscard]] Statement own_search_path();
/// The user's triggers find what they find for clients of the base: SET for the session, or LOCAL.
[[nodiscard]] Statement client_search_path(const RenderContext& context, bool local = false);

/// Statements of a part, behind those that are there.
void append(std::vector<Statement>& to, std::vector<Statement> from);

}  // namespace segue::dialect::postgres
