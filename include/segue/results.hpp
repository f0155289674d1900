#pragma once
// What a run did, what failed, what remains. Plain data, returned by the calls that change a
// database: those report their failure here instead of throwing it, because what was done before it
// matters.

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "segue/error.hpp"
#include "segue/states.hpp"

namespace segue {

/// Who must act on a failure.
enum class Remedy {
  retry,  ///< run it again: the state is recorded, nothing has to be cleaned up
  human,  ///< somebody must look first, or correct the input
  bug,    ///< ours; report it
};

[[nodiscard]] constexpr Remedy remedy_for(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::lock_timeout:
    case ErrorKind::deadlock:
    case ErrorKind::serialization:
    case ErrorKind::connection_lost:
    case ErrorKind::in_doubt:
    case ErrorKind::resource:
    case ErrorKind::cancelled: return Remedy::retry;
    case ErrorKind::invalid_input:
    case ErrorKind::refused:
    case ErrorKind::privilege:
    case ErrorKind::conflict:
    case ErrorKind::drift:
    case ErrorKind::check_failed: return Remedy::human;
    case ErrorKind::bug: break;
  }
  return Remedy::bug;
}

/// A step that this run finished, or took back.
struct StepDone {
  std::string migration = {};
  std::string step = {};
  Phase phase = Phase::expand;
  StepState state = StepState::done;  ///< done or undone
  std::string summary = {};
  std::chrono::milliseconds elapsed{0};
  std::int64_t rows = 0;
};

/// Why a run ended early. `detail` names migration, step, SQLSTATE, file and what to type next.
struct Failure {
  ErrorKind kind = ErrorKind::bug;
  std::string message = {};
  ErrorDetail detail = {};
  /// Connecting failed: nothing at all was reached.
  bool at_first_connection = false;
  /// What stands in the database now because of this run, in words; empty: nothing was changed.
  std::string left_behind = {};
};

/// A migration that is not where the call was to bring it.
struct Remaining {
  std::string migration = {};
  MigrationState state = MigrationState::pending;
  int steps = 0;  ///< still to be run
};

struct RunResult {
  std::vector<StepDone> done = {};  ///< in order
  /// Migrations that changed their state in this run → state reached.
  std::map<std::string, MigrationState> reached = {};
  std::optional<Failure> failure = {};  ///< none: everything asked for is done
  std::vector<Remaining> remaining = {};
  /// True once a step of this run changed the database or the journal's state; decides the exit
  /// code.
  bool began = false;
  /// Names of versions that are served now because of this run.
  std::vector<std::string> published = {};

  [[nodiscard]] bool ok() const { return !failure.has_value(); }
};

}  // namespace segue
