#pragma once
// What PostgreSQL preflight refuses from the catalogue alone, and what it asks about rows
// (protocol-postgres.md 13).

#include <vector>

#include "engine/dialect/dialect.hpp"

namespace segue::dialect::postgres {

[[nodiscard]] std::vector<Problem> refusals(const model::Change& change, const PlanInput& input);
/// What the server is too old for.
[[nodiscard]] std::vector<Problem> beyond_the_server(const model::Change& change,
                                                     const PlanInput& input);
/// Indexes and constraints of unfinished migrations that stand on what is replaced once more.
[[nodiscard]] std::vector<Problem> objects_of_unfinished(const model::Change& change,
                                                         const PlanInput& input);
/// New foreign keys to columns that are not there yet, or that an unfinished migration replaces.
[[nodiscard]] std::vector<Problem> unfit_references(const model::Change& change,
                                                    const PlanInput& input);
[[nodiscard]] std::vector<model::PlanNote> notes(const model::Change& change,
                                                 const PlanInput& input);
[[nodiscard]] std::vector<PreflightQuery> row_questions(const model::Change& change,
                                                        const PlanInput& input);
[[nodiscard]] std::vector<std::pair<std::string, std::string>> reversal_questions(
    const RenderContext& context);

}  // namespace segue::dialect::postgres
