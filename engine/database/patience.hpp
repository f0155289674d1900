#pragma once
// Waiting for a lock, in one way for all that may simply be said again. In SQLite's rollback
// journal a writer shuts readers out while it commits, so every read may meet a lock, also one
// between two steps. What waits here holds nothing meanwhile: nobody waits for it.
//
// Threads: as Database; cancel() of a patient one also ends a pause.

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>

#include "engine/database/database.hpp"

namespace segue::database {

/// How long a lock is waited for in all, and what ends the wait before.
struct Patience {
  std::chrono::milliseconds limit{60'000};
  std::stop_token stop;
};

/// Says `work` again, after a pause, while it ends with a lock of the database that did not come.
/// Throws that error once the limit has passed, and cancelled when a stop is requested. A lease
/// that is lost is no such lock.
void with_patience(const Patience& patience, const std::function<void()>& work);

/// SQLite: a connection whose statements outside of a transaction, and reads, wait so; BEGIN and
/// what runs in a writing transaction do not, because their callers give way instead. Opening waits
/// as well. PostgreSQL: an ordinary connection.
[[nodiscard]] std::unique_ptr<Database> open_patient(const Options& options, Patience patience);

}  // namespace segue::database
