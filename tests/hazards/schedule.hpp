#pragma once
// Schedules of two or three sessions. Whether a session is blocked is observed on the server, with
// a bounded wait, never assumed after a pause.

#include <atomic>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <string>

#include "segue/engine.hpp"
#include "tests/support/test_database.hpp"

namespace segue::test {

/// One migration folder on a database of its own.
class Stage {
 public:
  /// Runs `setup` as an application would.
  explicit Stage(const std::string& setup, database::Kind kind = database::Kind::postgres);

  /// Adds a migration file; they are called m1, m2, … in order.
  void add(const std::string& yaml);
  [[nodiscard]] Engine engine() const;
  [[nodiscard]] Config config() const;
  [[nodiscard]] const TestDatabase& database() const { return database_; }

  [[nodiscard]] bool is_postgres() const { return database_.kind() == database::Kind::postgres; }
  /// The name by which a version reaches a table now.
  [[nodiscard]] std::string of(const std::string& version, const std::string& table) const;
  /// A table of the journal.
  [[nodiscard]] std::string journal(const std::string& table) const;

  /// A session of an application, search_path public.
  [[nodiscard]] std::unique_ptr<database::Database> session() const;
  /// The first column of the first row; "NULL" for null, "" for no row.
  [[nodiscard]] std::string value(const std::string& sql) const;
  /// Polls until `sql` answers `wanted`; false after ten seconds.
  [[nodiscard]] bool becomes(const std::string& sql, const std::string& wanted) const;
  /// Polls until a session of the engine is blocked by this one.
  [[nodiscard]] bool engine_is_blocked_by(const database::Database& session) const;

 private:
  TestDatabase database_;
  int migrations_ = 0;
};

/// Calls back at steps of a run, in the run's own thread.
class StepHooks : public Observer {
 public:
  std::function<void(const StepStarted&)> started;
  std::function<void(const StepFinished&)> finished;
  std::function<void(const Waiting&)> waiting;
  std::function<void(const Retrying&)> retrying;
  std::atomic<int> waits = 0;
  std::atomic<int> retries = 0;
  std::string notes;

  void on_step_started(const StepStarted& step) override {
    if (started) started(step);
  }
  void on_step_finished(const StepFinished& step) override {
    if (finished) finished(step);
  }
  void on_waiting(const Waiting& event) override {
    ++waits;
    if (waiting) waiting(event);
  }
  void on_retrying(const Retrying& event) override {
    ++retries;
    if (retrying) retrying(event);
  }
  void on_note(const Note& note) override { notes += note.text + "\n"; }
};

/// Runs once, when a step of this kind starts (not as an inverse).
[[nodiscard]] std::function<void(const StepStarted&)> at_start_of(const std::string& kind,
                                                                  std::function<void()> action);

/// "ok", or kind and message of the failure.
[[nodiscard]] std::string outcome(const RunResult& result);

/// The SQLSTATE with which a statement fails; "" when it does not.
[[nodiscard]] std::string state_of(database::Database& session, const std::string& sql);

}  // namespace segue::test
