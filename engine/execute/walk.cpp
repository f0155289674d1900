#include "engine/execute/walk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "engine/core/protection.hpp"
#include "engine/database/transaction.hpp"
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

constexpr int most_aside_in_a_row = 8;
constexpr int commit_budget_ms = 5;             // then the chunk is rolled back and tried again
constexpr std::size_t keys_of_a_write = 1'000;  // of a residual scan in one transaction

class Walk {
 public:
  Walk(const Environment& environment, const StepName& name, const WalkScript& script,
       const std::vector<Statement>& drift_checks)
      : env_(environment),
        name_(name),
        script_(script),
        drift_(environment.database, drift_checks),
        pace_(environment.database, script.pace),
        report_(environment, name, script.table) {}

  std::int64_t run() {
    Holes none;
    run_statements(db(), script_.before, none);
    if (!script_.user_triggers) db().enable_user_triggers(false);
    db().set_commit_budget_ms(commit_budget_ms);
    try {
      resume();
      for (int pass = 1;; ++pass) {
        do {
          sweep();
        } while (!come_back());
        if (complete()) break;
        if (pass >= env_.settings.sweep_passes) tell_unfilled(script_, pass);
        again();
      }
      if (failing_.count > 0) tell_failing(env_, name_, script_, failing_);
      if (!script_.proof.empty()) yielding([&] { prove(db(), script_); });
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
    if (moved && script_.identity_is_hint) drift_.look();
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
    aside_.clear();
    progress_.position = script_.first;
    progress_.mark.clear();
    progress_.rows = 0;
  }

  enum class Chunk { written, end_of_table, rewritten };

  struct Range {
    std::string position;
    std::string hi;
    std::string mark;
  };

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
    drift_.look_if_due();
    report_.progress(progress_, pace_.is_shared());
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
    drift_.look();
    start_again();
    progress_.identity = identity();
  }

  // The next chunk, or one that was set aside. One that meets a lock yields: half the size, next
  // try. One that meets a row for which `up` raises is run guarded.
  Chunk chunk(const Range* back = nullptr) {
    Chunk outcome = Chunk::written;
    bool guarded = false;
    const auto write = [&] {
      try {
        outcome = chunk_once(guarded, back);
      } catch (const Error& error) {
        if (!is_of_a_row(error) || guarded || script_.chunk_guarded.empty()) throw;
        guarded = true;
        outcome = chunk_once(guarded, back);
      }
    };
    yielding(write, [&] { return back == nullptr && set_aside(); });
    return outcome;
  }

  // The smallest chunk that stays locked comes last. Not when one after the other is: then it is
  // the table.
  bool set_aside() {
    const bool small = pace_.size() <= script_.pace.size_min;
    if (!script_.may_come_last || !small || !tried_ || aside_in_a_row_ >= most_aside_in_a_row ||
        !protected_by("set_aside")) {
      return false;
    }
    ++aside_in_a_row_;
    progress_.position = tried_->hi;
    progress_.mark = tried_->mark;
    busy_since_ = {};
    aside_.push_back(*std::exchange(tried_, std::nullopt));
    return true;
  }

  // False when the table was rewritten meanwhile: then all positions are void.
  bool come_back() {
    for (; !aside_.empty(); aside_.pop_back()) {
      env_.check_stop();
      if (chunk(&aside_.back()) == Chunk::rewritten) {
        follow_rewrite();
        return false;
      }
      between_chunks();
    }
    return true;
  }

  static bool never() { return false; }

  template <typename Write, typename PutOff = bool (*)()>
  void yielding(const Write& write, const PutOff& put_off = never) {
    for (int attempt = 1;; ++attempt) {
      try {
        write();
        return;
      } catch (const Error& error) {
        const bool busy = error.kind() == ErrorKind::lock_timeout ||
                          error.kind() == ErrorKind::deadlock ||
                          error.kind() == ErrorKind::serialization;
        if (!busy) drift_.look_for_cause(error);
        if (!busy || is_taken_over(error)) throw;
        if (put_off()) return;
        pace_.yield();
        if (busy_since_ == Clock::time_point{}) busy_since_ = Clock::now();
        if (Clock::now() - busy_since_ > std::chrono::milliseconds(env_.settings.lock_wait_ms))
          throw;
        report_.waiting(db(), busy_since_);
        env_.check_stop();
        std::this_thread::sleep_for(std::chrono::milliseconds(std::min(5 * attempt, 100)));
      }
    }
  }

  std::optional<Range> next_range() {
    const Result bound = db().query(filled(script_.bound, {{"position", progress_.position},
                                                           {"size", std::to_string(pace_.size())},
                                                           {"mark", progress_.mark}}));
    if (bound.empty() || bound.is_null(0, 0)) return {};
    const bool marked = bound.columns.size() > 1 && !bound.is_null(0, 1);
    return Range{progress_.position, bound.text(0, 0), marked ? bound.text(0, 1) : ""};
  }

  Chunk chunk_once(bool guarded, const Range* back) {
    tried_.reset();
    database::Transaction transaction(db(), script_.begin);
    const auto begun = Clock::now();
    env_.journal.fence(db());
    tried_ = back != nullptr ? *back : next_range();
    if (!tried_) return Chunk::end_of_table;
    Holes holes{{"position", tried_->position}, {"hi", tried_->hi}};
    std::int64_t written = 0;
    for (const Statement& statement : guarded ? script_.chunk_guarded : script_.chunk) {
      written += run_statement(db(), statement, holes).affected;
    }
    if (!same_identity()) return Chunk::rewritten;
    journal::ProgressRow next = progress_;
    if (back == nullptr) {
      next.position = tried_->hi;
      next.mark = tried_->mark;
      aside_in_a_row_ = 0;
    }
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
    drift_.look();
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
  DriftWatch drift_;
  journal::ProgressRow progress_;
  Pace pace_;
  WalkReport report_;
  std::vector<Range> aside_;
  int aside_in_a_row_ = 0;
  std::optional<Range> tried_;
  double held_since_between_ms_ = 0;
  int rewrites_ = 0;
  FailingRows failing_;
  Clock::time_point busy_since_{};
};

}  // namespace

std::int64_t run_walk(const Environment& environment, const StepName& name,
                      const WalkScript& script, const std::vector<Statement>& drift_checks) {
  return Walk(environment, name, script, drift_checks).run();
}

}  // namespace segue::execute
