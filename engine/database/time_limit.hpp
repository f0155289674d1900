#pragma once
// A query that may take so long and no longer, for those who look and must not be in anybody's way.

#include <chrono>
#include <string>

#include "engine/database/database.hpp"

namespace segue::database {

/// The rows of one query, asked outside of a transaction. One that takes longer than `limit` ends
/// with an Error. PostgreSQL: in a transaction of its own that waits at most 50 ms for a lock.
[[nodiscard]] Result query_within(Database& database, const std::string& sql,
                                  std::chrono::milliseconds limit);

}  // namespace segue::database
