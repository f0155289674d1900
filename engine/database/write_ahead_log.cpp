#include "engine/database/write_ahead_log.hpp"

namespace segue::database {

std::int64_t log_bytes(Database& database) {
  if (database.kind() != Kind::sqlite) return 0;
  const Result state = database.query("PRAGMA wal_checkpoint(PASSIVE)");
  const std::int64_t frames = state.empty() ? 0 : state.integer(0, 1);
  if (frames <= 0) return 0;  // -1: no write-ahead log
  return frames * database.query("PRAGMA page_size").integer(0, 0);
}

bool begin_log_anew(Database& database, int lock_budget_ms) {
  database.set_lock_budget_ms(0);
  bool busy = true;
  try {
    busy = database.query("PRAGMA wal_checkpoint(RESTART)").integer(0, 0) != 0;
  } catch (const Error& error) {
    database.set_lock_budget_ms(lock_budget_ms);
    if (error.kind() != ErrorKind::lock_timeout) throw;
    return false;
  }
  database.set_lock_budget_ms(lock_budget_ms);
  return !busy;
}

}  // namespace segue::database
