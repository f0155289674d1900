#pragma once
// SQLite's write-ahead log while a walk fills it. A log cannot be begun anew while somebody reads
// an older state of the database; then it grows with every chunk, and the walk waits instead.

#include <cstdint>
#include <string>
#include <vector>

#include "engine/execute/environment.hpp"

namespace segue::execute {

/// Processes that read through the write-ahead log of this file now, "process 4711" each, as far as
/// the operating system tells (Linux: /proc/locks). Opens neither the file nor its log: closing a
/// descriptor of them would drop SQLite's own locks in this process.
[[nodiscard]] std::vector<std::string> wal_readers(const std::string& path);

/// Returns at once while the log is within `limit` bytes or can be begun anew; else waits until it
/// can, tells who reads, and throws lock_timeout after `lock_wait`. Outside of transactions only.
void keep_wal_short(const Environment& environment, const StepName& name, std::int64_t limit);

}  // namespace segue::execute
