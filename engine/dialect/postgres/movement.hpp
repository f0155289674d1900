#pragma once
// Migrate: backfill, compare, horizon (protocol-postgres.md 7, 9, 10).

#include "engine/dialect/dialect.hpp"

namespace segue::dialect::postgres {

[[nodiscard]] Script backfill(const model::Step& step, const RenderContext& context);
/// The author's `phases.migrate.backfill`.
[[nodiscard]] Script author_backfill(const model::OpaqueStep& part, const RenderContext& context);
[[nodiscard]] Script analyze(const model::Step& step, const RenderContext& context);
[[nodiscard]] Script compare(const model::Step& step, const RenderContext& context);
[[nodiscard]] Script horizon(const RenderContext& context);

}  // namespace segue::dialect::postgres
