#pragma once
// Triggers of the user that fire on UPDATE OF a column that is replaced (protocol-postgres.md 4):
// writes of the new version name the new column, so from publish on such a trigger names both, and
// from the swap on the new one alone, which then has the final name. Before publish nobody but the
// backfill writes the new column, and that fires nothing. The text is the server's own, only its
// list of columns is edited, so a reversal restores it to the letter.

#include <set>
#include <string>
#include <vector>

#include "engine/dialect/dialect.hpp"

namespace segue::dialect::postgres {

/// It can be replaced while clients write: neither a constraint trigger, nor one that fires beside
/// sync.
[[nodiscard]] bool can_follow(const model::CatalogTrigger& trigger);

/// A list of columns follows the replaced ones. What else names a column that goes would stand in
/// the way of contract.
struct BoundTrigger {
  std::string trigger;
  std::string column;
};
[[nodiscard]] std::vector<BoundTrigger> triggers_in_the_way(const model::TableChange& table,
                                                            const model::CatalogTable& live);
/// Throws drift for what came after preflight.
void require_unbound(const RenderContext& context);

/// Why sync cannot stand beside triggers that change rows before they are written.
[[nodiscard]] std::vector<Problem> beside_row_changes(const model::TableChange& table,
                                                      const model::CatalogTable& live,
                                                      const SourceLocation& where);
/// What such triggers do to the rows of both versions, and which trigger functions name a column
/// that goes.
[[nodiscard]] std::vector<model::PlanNote> row_change_notes(const model::TableChange& table,
                                                            const model::CatalogTable& live);

/// For publish: each replaced column that a trigger lists brings its new one.
[[nodiscard]] std::vector<Statement> list_new_columns(const model::TableChange& table,
                                                      const RenderContext& context);
/// For the way back from publish.
[[nodiscard]] std::vector<Statement> unlist_new_columns(const model::TableChange& table,
                                                        const RenderContext& context);
/// For the swap, before the old columns go.
[[nodiscard]] std::vector<Statement> unlist_old_columns(const model::TableChange& table,
                                                        const RenderContext& context);

}  // namespace segue::dialect::postgres
