#pragma once
// Migrate: backfill, compare, horizon (protocol-postgres.md 7, 9, 10).

#include "engine/dialect/dialect.hpp"
#include "engine/dialect/postgres/sync.hpp"

namespace segue::dialect::postgres {

[[nodiscard]] Script backfill(const model::Step& step, const RenderContext& context);
/// The author's `phases.migrate.backfill`.
/// The file's `verify`: a query that must find a row.
[[nodiscard]] Statement author_verify(const model::SqlText& verify);
[[nodiscard]] Script author_backfill(const model::OpaqueStep& part, const RenderContext& context);
[[nodiscard]] Script analyze(const model::Step& step, const RenderContext& context);
[[nodiscard]] Script compare(const model::Step& step, const RenderContext& context);
[[nodiscard]] Script horizon(const RenderContext& context);

/// Rules of pairs that leave a row for which `up` raises as it is.
[[nodiscard]] std::vector<Rule> left_rules(const model::TableChange& table, int ordinal);
/// How many such rows there are, by "table.column".
[[nodiscard]] std::vector<std::pair<std::string, std::string>> left_questions(
    const RenderContext& context);
/// Refuses contract while such rows are there: with the old side their value would be gone.
[[nodiscard]] Script scan_left_rows(const model::Step& step, const RenderContext& context);

}  // namespace segue::dialect::postgres
