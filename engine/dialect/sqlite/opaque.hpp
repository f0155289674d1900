#pragma once
// Statements and backfills by the author (`sql`, `phases:`). Internal.

#include "engine/dialect/dialect.hpp"

namespace segue::dialect::sqlite {

/// The step's own entry; throws Error(bug) for a step that is none of the author's.
[[nodiscard]] const model::OpaqueStep& opaque_step(const model::Step& step,
                                                   const model::Plan& plan);

[[nodiscard]] Script render_opaque(const model::Step& step, const RenderContext& context);
[[nodiscard]] std::vector<Script> inverse_opaque(const model::Step& step,
                                                 const RenderContext& context);

}  // namespace segue::dialect::sqlite
