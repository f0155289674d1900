#pragma once
// Publish and contract (protocol-postgres.md 6 and 11).

#include "engine/dialect/dialect.hpp"

namespace segue::dialect::postgres {

[[nodiscard]] Script create_version(const RenderContext& context);
[[nodiscard]] Script take_back_version(const RenderContext& context);
[[nodiscard]] Script publish(const RenderContext& context);
[[nodiscard]] Script unpublish(const RenderContext& context);
[[nodiscard]] Script gate(const RenderContext& context);
/// The gate again, for as long as `soak` says.
[[nodiscard]] Script soak(const RenderContext& context);
/// Versions that the swap gives up refuse before it; and serve again.
[[nodiscard]] Script refuse_given_up(const RenderContext& context);
[[nodiscard]] Script serve_given_up(const RenderContext& context);
[[nodiscard]] Script swap(const RenderContext& context);
/// The part of refuse_given_up and swap: for tables of the change, and all that the versions show.
[[nodiscard]] std::vector<Statement> refusing_given_up(const RenderContext& context);
/// True for a table of before the change that looks otherwise after it.
[[nodiscard]] bool is_reshaped(const std::string& physical, const model::Change& change);
[[nodiscard]] Script cleanup(const RenderContext& context);

}  // namespace segue::dialect::postgres
