#pragma once
// A Database around another one that counts statements and makes one of them go wrong. A test runs
// a command once without a fault to learn the number of statements, then once per statement and
// fault.
//
// The counter may be shared (FaultPlan by reference), so that connections made by open_another()
// count on and fail together.

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/database/database.hpp"

namespace segue::test {

enum class Fault {
  none,
  lost_before,  ///< the statement does not reach the server; the connection is gone
  lost_after,   ///< the server ran the statement, its answer is lost; COMMIT: in_doubt
  cut,          ///< this and every later statement of every connection fail, reconnecting too
  death,        ///< as cut, but it ends as Death, which the engine cannot catch: a kill in process
  death_after,  ///< the same when the statement has run
  kill_before,  ///< SIGKILL to this process instead of the statement
  kill_after,   ///< SIGKILL to this process when the statement has run
};

/// Thrown instead of an Error: nothing of the engine runs on but destructors, whose statements
/// fail.
struct Death {};

/// What goes wrong where, and what has been seen. Threads: any.
class FaultPlan {
 public:
  FaultPlan() = default;
  /// `at` counts from 1 over all connections that share the plan.
  FaultPlan(Fault fault, int at) : fault_(fault), at_(at) {}

  [[nodiscard]] int count() const;
  [[nodiscard]] std::vector<std::string> statements() const;
  [[nodiscard]] bool is_cut() const;
  /// The fault for the statement that is about to run.
  [[nodiscard]] Fault next(std::string_view sql);

  /// Called around every statement, with its number; a test may throw, wait or look at the
  /// database.
  std::function<void(int number, std::string_view sql)> before;
  std::function<void(int number, std::string_view sql)> after;

 private:
  mutable std::mutex mutex_;
  Fault fault_ = Fault::none;
  int at_ = 0;
  bool cut_ = false;
  std::vector<std::string> statements_;
};

class FaultInjector final : public database::Database {
 public:
  FaultInjector(std::unique_ptr<database::Database> inner, FaultPlan& plan)
      : inner_(std::move(inner)),
        kind_(inner_->kind()),
        session_(inner_->session()),
        description_(inner_->description()),
        plan_(&plan) {}

  [[nodiscard]] database::Kind kind() const override { return kind_; }
  [[nodiscard]] const database::Session& session() const override { return session_; }
  [[nodiscard]] std::string description() const override { return description_; }
  database::Result query(std::string_view sql,
                         const std::vector<database::Value>& values = {}) override {
    return run(sql, [&] { return inner_->query(sql, values); });
  }
  database::Result query_again(std::string_view sql,
                               const std::vector<database::Value>& values = {}) override {
    return run(sql, [&] { return inner_->query_again(sql, values); });
  }
  [[nodiscard]] bool in_transaction() const override {
    return is_open() && inner_->in_transaction();
  }
  [[nodiscard]] bool is_open() const override { return !lost_ && inner_->is_open(); }
  [[nodiscard]] std::unique_ptr<database::Database> open_another() const override;
  void cancel() override {
    if (is_open()) inner_->cancel();
  }
  void enable_user_triggers(bool enabled) override {
    if (is_open()) inner_->enable_user_triggers(enabled);
  }
  void set_lock_budget_ms(int budget) override {
    if (is_open()) inner_->set_lock_budget_ms(budget);
  }
  void set_commit_budget_ms(std::optional<int> budget) override {
    if (is_open()) inner_->set_commit_budget_ms(budget);
  }

 private:
  database::Result run(std::string_view sql, const std::function<database::Result()>& ask);
  [[noreturn]] void lose(std::string_view sql, bool sent);
  [[noreturn]] void die();

  std::unique_ptr<database::Database> inner_;  // none once everything is cut
  database::Kind kind_;
  database::Session session_;
  std::string description_;
  FaultPlan* plan_;
  bool lost_ = false;
};

/// Ends this process as `kill -9` does: no destructor, no flush, no signal handler.
[[noreturn]] void kill_this_process();

}  // namespace segue::test
