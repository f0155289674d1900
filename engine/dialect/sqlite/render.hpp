#pragma once
// Text of the steps of a plan, and of what takes them back. Internal.

#include "engine/dialect/dialect.hpp"

namespace segue::dialect::sqlite {

[[nodiscard]] Script render_step(const model::Step& step, const RenderContext& context);
[[nodiscard]] std::vector<Script> inverse_of(const model::Step& step, const RenderContext& context);

[[nodiscard]] std::vector<std::pair<std::string, std::string>> losses(const RenderContext& context);
[[nodiscard]] std::vector<Statement> drift(const RenderContext& context);

}  // namespace segue::dialect::sqlite
