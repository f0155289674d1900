#pragma once
// Publish and contract (protocol-postgres.md 6 and 11).

#include "engine/dialect/dialect.hpp"

namespace segue::dialect::postgres {

[[nodiscard]] Script create_version(const RenderContext& context);
[[nodiscard]] Script take_back_version(const RenderContext& context);
[[nodiscard]] Script publish(const RenderContext& context);
[[nodiscard]] Script unpublish(const RenderContext& context);
[[nodiscard]] Script gate(const RenderContext& context);
[[nodiscard]] Script swap(const RenderContext& context);
[[nodiscard]] Script cleanup(const RenderContext& context);

}  // namespace segue::dialect::postgres
