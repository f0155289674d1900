#pragma once
// What a run tells while it runs. Derive from Observer, override what is of interest and hand a
// pointer to apply, contract or reverse; it must outlive the call.
//
// Calls come one at a time, from any thread of the run, never while the engine holds a lock on a
// table of yours longer for it: keep them short. An override must not throw (the run would end with
// kind bug) and must not call the Engine, except Engine::cancel.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "segue/blocker.hpp"
#include "segue/error.hpp"
#include "segue/states.hpp"

namespace segue {

/// A migration enters a state, on record.
struct MigrationEvent {
  std::string migration = {};
  MigrationState state = MigrationState::pending;
};

struct StepStarted {
  std::string migration = {};
  std::string step = {};  ///< id
  std::string kind = {};
  std::string summary = {};
  Phase phase = Phase::expand;
  int attempt = 1;
  bool is_inverse = false;  ///< the step is being taken back
};

struct StepFinished {
  std::string migration = {};
  std::string step = {};
  StepState state = StepState::done;  ///< done, undone or failed
  std::chrono::milliseconds elapsed{0};
  std::int64_t rows = 0;                ///< written or compared
  std::optional<ErrorKind> error = {};  ///< when failed
  std::string message = {};             ///< when failed
};

/// Of a step over many rows; at most ten times a second.
struct Progress {
  std::string migration = {};
  std::string step = {};
  std::int64_t rows_done = 0;
  std::optional<std::int64_t> rows_total = {};  ///< an estimate
  std::optional<double> rows_per_second = {};
  std::optional<std::chrono::seconds> left = {};
  double throttled_share = 0;     ///< 0 to 1, of the time since the step began
  std::string throttled_by = {};  ///< why it is slow right now; empty: it is not
};

/// The run cannot go on yet. Told when it begins to wait and again when what holds it changes.
struct Waiting {
  std::string migration = {};
  std::string step = {};
  std::string what = {};  ///< "lock on public.users", "lease", "horizon"
  std::chrono::milliseconds waited{0};
  std::chrono::milliseconds limit{0};
  std::vector<Blocker> blockers = {};
};

/// An attempt failed in a way that is retried.
struct Retrying {
  std::string migration = {};
  std::string step = {};
  ErrorKind kind = ErrorKind::lock_timeout;
  std::string message = {};
  int attempt = 1;                     ///< the one that failed
  std::chrono::milliseconds pause{0};  ///< before the next
};

/// Something that a person should know; the run goes on.
struct Note {
  enum class Level { info, warning };
  Level level = Level::info;
  std::string migration = {};  ///< may be empty
  std::string step = {};       ///< may be empty
  std::string text = {};
};

class Observer {
 public:
  virtual ~Observer() = default;

  virtual void on_migration(const MigrationEvent&) {}
  virtual void on_step_started(const StepStarted&) {}
  virtual void on_step_finished(const StepFinished&) {}
  virtual void on_progress(const Progress&) {}
  virtual void on_waiting(const Waiting&) {}
  virtual void on_retrying(const Retrying&) {}
  virtual void on_note(const Note&) {}
};

}  // namespace segue
