#pragma once
// Who reads the tables by logical decoding (protocol-postgres.md 13, hazard P54). A subscriber
// stops at the first row with a column, or of a table, that it lacks, and rows of the journal are
// rows like any other: what is carried is refused unless somebody accepts it, with the statements
// that subscribers need first.

#include <vector>

#include "engine/dialect/dialect.hpp"

namespace segue::dialect::postgres {

/// Publications and slots that carry every table, ours too.
[[nodiscard]] std::vector<PreflightQuery> subscribers_of_everything(
    const model::Settings& settings);
/// All that carry what this change touches.
[[nodiscard]] std::vector<PreflightQuery> subscriber_questions(const model::Change& change,
                                                               const PlanInput& input);

}  // namespace segue::dialect::postgres
