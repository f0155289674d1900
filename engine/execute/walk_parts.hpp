#pragma once
// Parts of a walk that need nothing of its state.

#include <chrono>
#include <cstddef>
#include <string>

#include "engine/database/database.hpp"
#include "engine/execute/environment.hpp"

namespace segue::execute {

/// What a walk tells on its way: not more often than somebody can read it. `environment` must
/// outlive it. Not for several threads.
class WalkReport {
 public:
  WalkReport(const Environment& environment, const StepName& name, std::string table);

  /// Rows, rate, time left; twice a second.
  void progress(const journal::ProgressRow& row, bool is_shared);
  /// Who holds the rows since then; once a second, and not for a lock that comes at once. Asks
  /// `database`, whose errors it throws.
  void waiting(database::Database& database, std::chrono::steady_clock::time_point since);

 private:
  using Clock = std::chrono::steady_clock;

  const Environment& env_;
  const StepName& name_;
  std::string table_;
  Clock::time_point told_{}, told_waiting_{};
};

/// Whether the database still is what the walk was planned for. Both must outlive it; all throw
/// drift, and the database's errors.
class DriftWatch {
 public:
  DriftWatch(database::Database& database, const std::vector<dialect::Statement>& checks);

  void look();
  /// Once a second.
  void look_if_due();
  /// A statement that was right when it was planned fails because somebody changed the table (P28).
  void look_for_cause(const Error& error);

 private:
  database::Database& db_;
  const std::vector<dialect::Statement>& checks_;
  std::chrono::steady_clock::time_point last_{};
};

/// The first columns of `rows` from `from` on, joined by commas: at most `most` of them and about
/// as many bytes as one statement may reasonably have. `from` moves behind the last one taken.
[[nodiscard]] std::string next_keys(const database::Result& rows, std::size_t& from,
                                    std::size_t most);

/// Throws check_failed: rows are left after all passes.
[[noreturn]] void tell_unfilled(const dialect::WalkScript& script, int passes);

/// What the script's `proof` says. Throws as its expectations say.
void prove(database::Database& database, const dialect::WalkScript& script);

/// The values of some row are to blame: a conflict, a failed check, or what a function raises.
[[nodiscard]] bool is_of_a_row(const Error& error);

struct FailingRows {
  std::int64_t count = 0;
  std::string example;
};

/// Rows for which `up` raises: a warning where `on_error` leaves them, else throws check_failed.
void tell_failing(const Environment& environment, const StepName& name,
                  const dialect::WalkScript& script, const FailingRows& rows);

}  // namespace segue::execute
