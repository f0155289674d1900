#include "engine/execute/walk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "engine/core/protection.hpp"
#include "engine/database/transaction.hpp"
#include "engine/execute/blockers.hpp"
#include "engine/execute/statements.hpp"
#include "engine/execute/wal.hpp"
#include "engine/execute/walk_pace.hpp"
#include "engine/execute/walk_parts.hpp"
#include "engine/execute/walk_residual.hpp"

namespace segue::execute {
namespace {

using namespace std::chrono_literals;
using database::Database;
using database::Result;
using dialect::Statement;
using dialect::WalkScript;
using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr auto progress_interval = 500ms;
constexpr auto drift_interval = 1s;
constexpr auto waiting_interval = 1s;
constexpr int commit_budget_ms = 5;             // then the chunk is rolled back and tried again
constexpr std::size_t keys_of_a_write = 1'000;  // of a residual scan in one transaction

class Walk {
 public:
  Walk(const Environment& environment, const StepName& name, const WalkScript& script,
       const std::vector<Statement>& drift_checks)
      : env_(environment),
        name_(name),
        script_(script),
        drift_checks_(drift_checks),
        pace_(environment.database, script.pace) {}

  std::int64_t run() {
    Holes none;
    run_statements(db(), script_.before, none);
    if (!script_.user_triggers) db().enable_user_triggers(false);
    db().set_commit_budget_ms(commit_budget_ms);
    try {
      resume();
      for (int pass = 1;; ++pass) {
        sweep();
        if (complete()) break;
        if (pass >= env_.settings.sweep_passes) tell_unfilled(script_, pass);
        again();
      }
      if (failing_.count > 0) tell_failing(env_, name_, script_, failing_);
    } catch (...) {
      restore_session();
      throw;
    }
    restore_session();
    return progress_.rows;
  }

 private:
  Database& db() const { return env_.database; }

  void restore_session() {
    if (!db().is_open()) return;
    db().set_commit_budget_ms(std::nullopt);
    if (db().in_transaction()) return;
    if (!script_.user_triggers) db().enable_user_triggers(true);
    Holes none;
    run_statements(db(), script_.after, none);
  }

  std::string identity() const {
    return script_.identity.empty() ? "" : db().query(script_.identity).text(0, 0);
  }

  void resume() {
    progress_ = {.migration = name_.migration, .step = name_.step, .position = script_.first};
    auto found = env_.journal.progress(name_.migration, name_.step);
    if (!protected_by("resume")) found.reset();
    if (found) progress_ = *found;
    const std::string now = identity();
    const bool moved = found && progress_.identity != now && protected_by("file_node");
    if (moved && script_.identity_is_hint) look_at_drift();
    const bool elsewhere = moved && !script_.identity_is_hint;
    if (elsewhere || (found && mark_moved())) {
      start_again();
    }
    if (!found && !script_.total.empty()) {
      const Result total = db().query(script_.total);
      if (!total.empty() && !total.is_null(0, 0)) progress_.total = total.integer(0, 0);
    }
    progress_.identity = now;
  }

  bool mark_moved() const {
    if (script_.mark.empty() || progress_.mark.empty() || !protected_by("copy_mark")) return false;
    const Result r = db().query(filled(script_.mark, {{"position", progress_.position}}));
    return !r.empty() && !r.is_null(0, 0) && r.text(0, 0) != progress_.mark;
  }

  // The positions mean something else now: rows that are filled stay, the sweep begins again.
  void start_again() {
    env_.observer.on_note({.level = Note::Level::warning,
                           .migration = name_.migration,
                           .step = name_.step,
                           .text = "the table was rewritten or restored: the sweep begins again"});
    if (!script_.restart.empty()) {
      yielding([&] {
        database::Transaction transaction(db(), script_.begin);
        env_.journal.fence(db());
        Holes holes;
        run_statements(db(), script_.restart, holes);
        env_.journal.forget_progress(db(), name_.migration, name_.step);
        transaction.commit();
      });
      busy_since_ = {};
    }
    progress_.position = script_.first;
    progress_.mark.clear();
    progress_.rows = 0;
  }

  enum class Chunk { written, end_of_table, rewritten };

  void sweep() {
    for (Chunk last = chunk(); last != Chunk::end_of_table; last = chunk()) {
      env_.check_stop();
      if (last == Chunk::rewritten) {
        follow_rewrite();
        continue;
      }
      between_chunks();
    }
  }

  void between_chunks() {
    const double rested_ms = run_between();
    check_drift();
    tell_progress();
    pace_.give_way(rested_ms);
  }

  // VACUUM FULL and its kin keep every value: what is filled stays, only the positions are void. A
  // table that is rewritten again and again is not ours to race with.
  void follow_rewrite() {
    if (rewrites_++ >= env_.settings.sweep_passes) {
      throw Error(ErrorKind::drift,
                  fmt::format("{} is rewritten again and again during the backfill", script_.table),
                  {.next = "find out who rewrites it, then run the same command again"});
    }
    look_at_drift();
    start_again();
    progress_.identity = identity();
  }

  // One chunk. One that meets a lock yields: half the size, next try. One that meets a row for
  // which `up` raises is run guarded.
  Chunk chunk() {
    Chunk outcome = Chunk::written;
    bool guarded = false;
    yielding([&] {
      try {
        outcome = chunk_once(guarded);
      } catch (const Error& error) {
        const bool data =
            error.kind() == ErrorKind::conflict || error.kind() == ErrorKind::check_failed;
        if (!data || guarded || script_.chunk_guarded.empty()) throw;
        guarded = true;
        outcome = chunk_once(guarded);
      }
    });
    return outcome;
  }

  template <typename Write>
  void yielding(const Write& write) {
    for (int attempt = 1;; ++attempt) {
      try {
        write();
        return;
      } catch (const Error& error) {
        const bool busy = error.kind() == ErrorKind::lock_timeout ||
                          error.kind() == ErrorKind::deadlock ||
                          error.kind() == ErrorKind::serialization;
        if (!busy) look_for_cause(error);
        if (!busy || is_taken_over(error)) throw;
        pace_.yield();
        if (busy_since_ == Clock::time_point{}) busy_since_ = Clock::now();
        if (Clock::now() - busy_since_ > std::chrono::milliseconds(env_.settings.lock_wait_ms))
          throw;
        tell_waiting();
        env_.check_stop();
        std::this_thread::sleep_for(std::chrono::milliseconds(std::min(5 * attempt, 100)));
      }
    }
  }

  // At most once a second, and not for a lock that comes at once.
  void tell_waiting() {
    const auto now = Clock::now();
    if (now - std::max(told_waiting_, busy_since_) < waiting_interval) return;
    told_waiting_ = now;
    env_.observer.on_waiting(
        {.migration = name_.migration,
         .step = name_.step,
         .what = "locks on rows of " + script_.table,
         .waited = std::chrono::duration_cast<std::chrono::milliseconds>(now - busy_since_),
         .limit = std::chrono::milliseconds(env_.settings.lock_wait_ms),
         .blockers = blockers(db(), env_.dialect, {})});
  }

  Chunk chunk_once(bool guarded) {
    database::Transaction transaction(db(), script_.begin);
    const auto begun = Clock::now();
    env_.journal.fence(db());
    Holes holes{{"position", progress_.position},
                {"size", std::to_string(pace_.size())},
                {"mark", progress_.mark}};
    const Result bound = db().query(filled(script_.bound, holes));
    if (bound.empty() || bound.is_null(0, 0)) return Chunk::end_of_table;
    holes["hi"] = bound.text(0, 0);
    std::int64_t written = 0;
    for (const Statement& statement : guarded ? script_.chunk_guarded : script_.chunk) {
      written += run_statement(db(), statement, holes).affected;
    }
    if (!same_identity()) return Chunk::rewritten;
    journal::ProgressRow next = progress_;
    next.position = holes["hi"];
    next.mark = bound.columns.size() > 1 && !bound.is_null(0, 1) ? bound.text(0, 1) : "";
    next.rows += written;
    const Milliseconds held = Clock::now() - begun;
    next.busy_seconds += held.count() / 1000;
    if (!protected_by("coupled_progress")) transaction.commit();
    env_.journal.save_progress(db(), next);
    if (protected_by("coupled_progress")) transaction.commit();
    progress_ = next;
    busy_since_ = {};
    pace_.follow(held.count());
    return Chunk::written;
  }

  // Read after the chunk's own statement holds its lock: before, a rewrite in between goes
  // unnoticed.
  bool same_identity() {
    if (script_.identity.empty() || !protected_by("file_node")) return true;
    const std::string now = identity();
    if (now == progress_.identity) return true;
    if (!script_.identity_is_hint) return false;
    look_at_drift();
    progress_.identity = now;
    return !mark_moved();
  }

  // Returns how long the lock was free meanwhile.
  double run_between() {
    held_since_between_ms_ += pace_.held_ms();
    if (script_.between.empty() || held_since_between_ms_ < script_.between_held_ms) return 0;
    held_since_between_ms_ = 0;
    const auto begun = Clock::now();
    Holes none;
    run_statements(db(), script_.between, none);
    if (script_.wal_limit > 0) keep_wal_short(env_, name_, script_.wal_limit);
    return Milliseconds(Clock::now() - begun).count();
  }

  void look_at_drift() {
    Holes none;
    run_statements(db(), drift_checks_, none);
  }

  // A statement that was right when it was planned fails because somebody changed the table (P28).
  void look_for_cause(const Error& error) {
    if (error.kind() == ErrorKind::invalid_input && db().is_open()) look_at_drift();
  }

  void check_drift() {
    const auto now = Clock::now();
    if (now - last_drift_check_ < drift_interval) return;
    last_drift_check_ = now;
    look_at_drift();
  }

  void tell_progress() {
    const auto now = Clock::now();
    if (now - last_told_ < progress_interval) return;
    last_told_ = now;
    Progress event = progress_event(name_, progress_);
    if (pace_.is_shared()) event.throttled_by = "others use the table";
    env_.observer.on_progress(event);
  }

  // The residual scan is what ends a sweep; not the last position.
  bool complete() {
    if (script_.residual.empty() || !protected_by("residual_scan")) return true;
    return script_.residual_chunk.empty() ? count_residual() : carry_residual();
  }

  bool count_residual() {
    failing_ = {};
    std::int64_t missing = 0;
    for (ResidualScan scan(env_, script_); scan.next_range();) {
      const Result found = scan.ask();
      missing += found.integer(0, 0);
      failing_.count += found.integer(0, 1);
      if (!found.is_null(0, 2) && failing_.example.empty()) failing_.example = found.text(0, 2);
    }
    return missing == 0;
  }

  // However many rows are left. False for an answer of whose keys none could be written: only that
  // counts as a pass.
  bool carry_residual() {
    for (ResidualScan scan(env_, script_); scan.next_range();) {
      for (Result found = scan.ask(); !found.empty(); found = scan.ask()) {
        std::int64_t written = 0;
        for (std::size_t from = 0; from < found.rows.size();) {
          env_.check_stop();
          yielding([&] { from = write_residual(found, from, written); });
          between_chunks();
        }
        if (written == 0) return false;
      }
    }
    return true;
  }

  // Keys from `from` on, as many as one transaction may hold; returns the next one.
  std::size_t write_residual(const Result& found, std::size_t from, std::int64_t& written) {
    const std::size_t most =
        std::clamp(static_cast<std::size_t>(pace_.size()), std::size_t{1}, keys_of_a_write);
    const std::string keys = next_keys(found, from, most);
    database::Transaction transaction(db(), script_.begin);
    const auto begun = Clock::now();
    env_.journal.fence(db());
    Holes holes{{"keys", keys}};
    journal::ProgressRow after = progress_;
    for (const Statement& statement : script_.residual_chunk) {
      after.rows += run_statement(db(), statement, holes).affected;
    }
    const Milliseconds held = Clock::now() - begun;
    after.busy_seconds += held.count() / 1000;
    env_.journal.save_progress(db(), after);
    transaction.commit();
    written += after.rows - progress_.rows;
    progress_ = after;
    busy_since_ = {};
    pace_.follow(held.count());
    return from;
  }

  void again() {
    if (!script_.residual_chunk.empty()) return;
    progress_.position = script_.first;
    progress_.mark.clear();
  }

  const Environment& env_;
  const StepName& name_;
  const WalkScript& script_;
  const std::vector<Statement>& drift_checks_;
  journal::ProgressRow progress_;
  Pace pace_;
  double held_since_between_ms_ = 0;
  int rewrites_ = 0;
  FailingRows failing_;
  Clock::time_point last_told_{}, last_drift_check_{}, busy_since_{}, told_waiting_{};
};

}  // namespace

std::int64_t run_walk(const Environment& environment, const StepName& name,
                      const WalkScript& script, const std::vector<Statement>& drift_checks) {
  return Walk(environment, name, script, drift_checks).run();
}

}  // namespace segue::execute
