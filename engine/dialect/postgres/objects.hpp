#pragma once
// Operations on whole objects (types, sequences, functions, views, triggers): one mechanism for all
// kinds. Each kind says how its object is found in the catalogue, made and dropped; the rest is
// common.

#include <vector>

#include "engine/dialect/dialect.hpp"

namespace segue::dialect::postgres {

/// Made before the tables, whose columns may use it; the others look at the tables.
[[nodiscard]] bool comes_first(const model::ObjectOperation& op, const model::Change& change);
/// Dropped with the swap: it stands on what goes there. The others are what columns and functions
/// of ours stand on, and go when these are gone.
[[nodiscard]] bool goes_with_swap(const model::ObjectOperation& op);

[[nodiscard]] const model::ObjectOperation& object_of(const model::Step& step,
                                                      const RenderContext& context);

[[nodiscard]] Script create_object(const model::Step& step, const RenderContext& context);
/// None for what cannot be taken back (a value of an enum).
[[nodiscard]] std::vector<Script> take_back_object(const model::Step& step,
                                                   const RenderContext& context);
[[nodiscard]] Script drop_object(const model::Step& step, const RenderContext& context);

/// Tables with triggers that the swap drops.
[[nodiscard]] std::vector<std::string> tables_of_dropped_triggers(const model::Change& change);
/// In the swap: drops what goes with it.
[[nodiscard]] std::vector<Statement> drop_with_swap(const RenderContext& context);
/// In the swap, at its end: nothing of others stands on what goes after it.
[[nodiscard]] std::vector<Statement> free_after_swap(const RenderContext& context);

[[nodiscard]] std::vector<PreflightQuery> object_questions(const model::Change& change,
                                                           const PlanInput& input);
void object_notes(const model::Change& change, std::vector<model::PlanNote>& out);

}  // namespace segue::dialect::postgres
