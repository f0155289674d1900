#pragma once
// SQLite's write-ahead log while a walk fills it. A log cannot be begun anew while somebody reads
// an older state of the database; then it grows with every chunk, and the walk waits instead.

#include <cstdint>

#include "engine/execute/environment.hpp"

namespace segue::execute {

/// Returns at once while the log is within `limit` bytes or can be begun anew; else waits until it
/// can, tells who reads, and throws lock_timeout after `lock_wait`. Outside of transactions only.
void keep_wal_short(const Environment& environment, const StepName& name, std::int64_t limit);

}  // namespace segue::execute
