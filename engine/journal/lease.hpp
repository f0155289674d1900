#pragma once
// The lease: the right to run steps; one runner per database. Taking it raises the epoch, which
// fences off whoever held it before. It is held by a lock that ends with its session, so a dead
// runner's lease never needs a human and no clock can rob a working runner:
//   PostgreSQL  every working session holds a shared session advisory lock; a taker polls the
//   exclusive
//               one (a waiter inside the server would hold a snapshot and deadlock concurrent
//               builds)
//   SQLite      BEGIN EXCLUSIVE on `<database>-segue` beside the real file, for the length of the
//   run

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "engine/database/database.hpp"
#include "engine/journal/journal.hpp"

namespace segue::journal {

struct LeaseOptions {
  int wait_ms = 0;                   // at least the grace that an orphan needs to end
  int lock_wait_ms = 60'000;         // for the database's own locks, once the lease is free
  std::vector<std::string> support;  // run when the journal is installed or upgraded
  std::string sqlite_path;           // the database's real path; SQLite only
  std::stop_token stop;
  std::function<void(const LeaseRow&)> on_wait;
};

/// Whether a runner works right now, by the lock itself; takes nothing. For status.
[[nodiscard]] bool is_held(database::Database& database, const std::string& sqlite_path);

class Lease {
 public:
  /// Takes the lease, installing the journal first if needed. Throws lock_timeout naming the
  /// holder.
  [[nodiscard]] static std::unique_ptr<Lease> take(database::Database& database, Journal& journal,
                                                   const LeaseOptions& options);
  virtual ~Lease() = default;

  /// Takes part in the lease with another connection of the same run (PostgreSQL: the shared lock).
  virtual void join(database::Database& database) const = 0;
};

}  // namespace segue::journal
