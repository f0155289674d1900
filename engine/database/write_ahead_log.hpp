#pragma once
// SQLite's write-ahead log. It cannot be begun anew while somebody reads an older state of the
// database; until then it grows with every commit. Other databases have none to look after.

#include <cstdint>

#include "engine/database/database.hpp"

namespace segue::database {

/// Bytes that the log takes, what could be written back by now included; 0 without a log. Outside
/// of transactions only.
[[nodiscard]] std::int64_t log_bytes(Database& database);

/// Writes the log back and begins it anew; false when a reader or writer of somebody else is in the
/// way, which it does not wait for: who waits for readers here would keep writers out. The lock
/// budget is `lock_budget_ms` afterwards.
[[nodiscard]] bool begin_log_anew(Database& database, int lock_budget_ms);

}  // namespace segue::database
