#pragma once
// Who stands in the way, asked by the runner that waits and by those who look at it.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "engine/database/database.hpp"
#include "engine/dialect/dialect.hpp"
#include "segue/blocker.hpp"

namespace segue::execute {

/// The answer of one of the dialect's questions about blockers.
[[nodiscard]] std::vector<Blocker> blockers_from(const database::Result& result);

/// "pid 4711 (app, idle in transaction)".
[[nodiscard]] std::string in_words(const Blocker& blocker);

/// What a step that waits for its locks has to ask.
[[nodiscard]] dialect::BlockerQuestion question_of(const dialect::TransactionScript& script);

/// Who holds what the question asks about; where the database cannot tell, the processes that hold
/// its file.
/// `except_pid`: a process of ours that is not in its own way.
[[nodiscard]] std::vector<Blocker> blockers(database::Database& database,
                                            const dialect::Dialect& dialect,
                                            const dialect::BlockerQuestion& question,
                                            std::int64_t except_pid = 0);

/// A count that gives up: nullopt when it took longer than `limit`, met a lock, or cannot be asked
/// of the database as it is now.
[[nodiscard]] std::optional<std::int64_t> count_within(database::Database& database,
                                                       const std::string& query,
                                                       std::chrono::milliseconds limit);

}  // namespace segue::execute
