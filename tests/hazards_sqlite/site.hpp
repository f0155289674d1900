#pragma once
// One SQLite file with a folder of migrations, and clients of it. Statements of the engine are met
// by hooks, so a client acts at a chosen point of a run and nothing is slept for.

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "segue/engine.hpp"
#include "tests/hazards/schedule.hpp"
#include "tests/support/test_database.hpp"

namespace segue::test {

enum class JournalMode { wal, rollback };

class SqliteSite {
 public:
  explicit SqliteSite(const std::string& setup, JournalMode mode = JournalMode::wal);

  /// Adds a migration file; they are called m1, m2, … in order.
  void add(const std::string& yaml);
  [[nodiscard]] Engine engine() const { return Engine(config); }

  /// A client; with `lock_budget_ms` 0 it has no busy handler.
  [[nodiscard]] std::unique_ptr<database::Database> session(int lock_budget_ms = 5000) const;
  /// Every value of the answer: columns apart by '|', rows by a space, NULL as '~'.
  [[nodiscard]] std::string value(const std::string& sql) const;
  /// Runs on a connection of its own.
  void run(const std::string& script) const { file.run(script); }
  /// "ok"
  [[nodiscard]] std::string integrity() const { return value("PRAGMA integrity_check"); }
  /// Texts of the schema without ours.
  [[nodiscard]] std::string texts() const;

  TestDatabase file;
  Config config;

 private:
  int migrations_ = 0;
};

[[nodiscard]] std::string answer(database::Database& session, const std::string& sql);

/// Rows of table t from 1 to `count`, each column an expression over i.
[[nodiscard]] std::string rows_of(const std::string& table, int count, const std::string& select);

/// While it lives, calls back whenever a connection of this process that was opened meanwhile
/// starts a statement, before the statement takes any lock. The callback's own statements are not
/// seen. One at a time.
class StatementHook {
 public:
  explicit StatementHook(std::function<void(std::string_view)> seen);
  StatementHook(const StatementHook&) = delete;
  StatementHook& operator=(const StatementHook&) = delete;
  ~StatementHook();
};

/// For a StatementHook: acts at the `nth` statement that begins so.
[[nodiscard]] std::function<void(std::string_view)> at_statement(std::string prefix, int nth,
                                                                 std::function<void()> action);

/// The SQLSTATE of a statement in another process, started anew: a fork would take over what SQLite
/// knows of this one's locks.
[[nodiscard]] std::string state_elsewhere(const SqliteSite& site, const std::string& sql);

/// Runs `work` in a process of its own; true when it ended by SIGKILL.
bool killed(const std::function<void()>& work);

}  // namespace segue::test
