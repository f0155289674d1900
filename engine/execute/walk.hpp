#pragma once
// Runs a WalkScript: the backfill. Each chunk is one transaction with its fence and its progress
// row, so data and progress are lost together or not at all; a resume repeats nothing that
// committed. The size of a chunk follows the time that it holds locks.

#include "engine/dialect/script.hpp"
#include "engine/execute/environment.hpp"

namespace segue::execute {

/// Returns the rows written. Throws check_failed when rows stay that cannot be filled, drift when
/// the database changed under the walk. A table that is merely rewritten (VACUUM FULL) is swept
/// again.
std::int64_t run_walk(const Environment& environment, const StepName& name,
                      const dialect::WalkScript& script,
                      const std::vector<dialect::Statement>& drift_checks);

}  // namespace segue::execute
