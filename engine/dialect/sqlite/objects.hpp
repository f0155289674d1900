#pragma once
// Views and triggers as whole objects: made in expand, dropped in the swap's transaction. Internal.

#include <vector>

#include "engine/dialect/sqlite/work.hpp"

namespace segue::dialect::sqlite {

using Objects = std::vector<model::ObjectOperation>;

[[nodiscard]] Objects objects_of(const std::vector<model::Change>& changes);
[[nodiscard]] bool drops_any(const Objects& objects);
/// The operation drops the object of this kind and name.
[[nodiscard]] bool is_dropped(const Objects& objects, model::ObjectKind kind,
                              const std::string& name);

[[nodiscard]] std::string create_object_sql(const model::ObjectOperation& op);
/// `when`: "" or "IF EXISTS ".
[[nodiscard]] std::string drop_object_sql(const model::ObjectOperation& op,
                                          std::string_view when = "");

[[nodiscard]] std::vector<Problem> object_refusals(const std::vector<TableWork>& works,
                                                   const PlanInput& input);
[[nodiscard]] std::vector<PreflightQuery> object_questions(const Objects& objects);
void add_object_notes(std::vector<model::PlanNote>& notes, const Objects& objects);

[[nodiscard]] Script create_object(const model::Step& step, const RenderContext& context);
[[nodiscard]] std::vector<Script> take_back_object(const model::Step& step,
                                                   const RenderContext& context);

}  // namespace segue::dialect::sqlite
