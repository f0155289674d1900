#pragma once
// Tries the sync of a step in a copy of the schema in memory, before the step creates anything.

#include "engine/dialect/script.hpp"
#include "engine/execute/environment.hpp"

namespace segue::execute {

/// Throws check_failed at the first statement after which the two sides disagree. A table without
/// rows, or one that this library cannot build, proves nothing and passes.
void run_clone_probe(const Environment& environment, const dialect::CloneProbe& probe);

}  // namespace segue::execute
