#pragma once
// Runs a TransactionScript: begin, fence, lock ladder, statements, probe, journal row, commit.
//
// Exactly once: the work and its journal row commit together. A connection lost during COMMIT
// leaves the outcome in doubt: the server is asked for the transaction's fate until it is known;
// then the step is done, or was never done. Nothing is guessed and nothing is retried blindly.

#include <functional>

#include "engine/dialect/script.hpp"
#include "engine/execute/environment.hpp"

namespace segue::execute {

/// `record` writes the journal rows of the step into the same transaction. Throws lock_timeout,
/// naming who blocks, when lock_wait is used up.
void run_transaction(const Environment& environment, const StepName& name,
                     const dialect::TransactionScript& script,
                     const std::function<void(database::Database&)>& record);

}  // namespace segue::execute
