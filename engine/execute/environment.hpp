#pragma once
// What running a step needs, borrowed for the run: connection, dialect, journal, lease, settings,
// and those who listen. One thread.

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "engine/dialect/dialect.hpp"
#include "engine/journal/journal.hpp"
#include "engine/journal/lease.hpp"
#include "segue/events.hpp"

namespace segue::execute {

using Clock = std::chrono::steady_clock;

struct Environment {
  database::Database& database;
  const dialect::Dialect& dialect;
  journal::Journal& journal;
  const journal::Lease& lease;
  const model::Settings& settings;
  Observer& observer;
  std::stop_token stop;
  std::optional<Clock::time_point> deadline;
  /// Opens another connection with the same options; told to others so that they can cancel it.
  std::function<std::unique_ptr<database::Database>()> connect;

  /// Throws cancelled when a stop was asked for or the deadline has passed. Called at safe points
  /// only.
  void check_stop() const;
};

/// True when it is the fence or the lease that refused, not a lock of the server's: another runner
/// has taken over, and waiting would change nothing.
[[nodiscard]] inline bool is_taken_over(const Error& error) {
  return error.kind() == ErrorKind::lock_timeout && error.detail().sqlstate.empty();
}

/// The step at hand, for events and messages.
struct StepName {
  std::string migration;
  std::string step;
};

}  // namespace segue::execute
