#pragma once
// A Database without a server: the test says beforehand which statements are to come and what each
// answers. A statement that was not expected, or out of turn, is an Error(bug) with both texts.
//
//   ScriptedDatabase db(database::Kind::postgres);
//   db.expect("SELECT 1").answers({{"1"}});
//   db.expect_containing("LOCK TABLE").fails(ErrorKind::lock_timeout, "55P03");

#include <deque>
#include <string>
#include <vector>

#include "engine/database/database.hpp"

namespace segue::test {

class ScriptedDatabase final : public database::Database {
 public:
  using Row = std::vector<std::optional<std::string>>;
  using Matcher = std::function<bool(std::string_view sql)>;

  /// One expected statement and what it answers; an empty result unless told otherwise.
  class Expectation {
   public:
    Expectation& answers(std::vector<Row> rows, std::vector<std::string> columns = {});
    Expectation& affects(std::int64_t rows);
    Expectation& fails(ErrorKind kind, const std::string& sqlstate = "");
    /// The connection is gone from then on.
    Expectation& loses_connection();
    Expectation& with(std::vector<database::Value> values);
    /// What happens elsewhere while the statement runs.
    Expectation& meanwhile(std::function<void()> action);

   private:
    friend class ScriptedDatabase;
    std::string text;
    Matcher matches;
    database::Result result;
    std::optional<Error> failure;
    std::optional<std::vector<database::Value>> values;
    bool loses = false;
    std::function<void()> action;
  };

  explicit ScriptedDatabase(database::Kind kind) : kind_(kind) {}

  /// The whole statement, white space aside.
  Expectation& expect(const std::string& sql);
  Expectation& expect_containing(const std::string& part);

  /// True when everything that was expected has come.
  [[nodiscard]] bool is_finished() const { return expectations_.empty(); }
  [[nodiscard]] const std::vector<std::string>& statements() const { return statements_; }
  [[nodiscard]] database::Session& editable_session() { return session_; }
  [[nodiscard]] int cancels() const { return cancels_; }

  [[nodiscard]] database::Kind kind() const override { return kind_; }
  [[nodiscard]] const database::Session& session() const override { return session_; }
  [[nodiscard]] std::string description() const override { return "a scripted database"; }
  database::Result query(std::string_view sql,
                         const std::vector<database::Value>& values = {}) override;
  [[nodiscard]] bool in_transaction() const override { return in_transaction_; }
  [[nodiscard]] bool is_open() const override { return open_; }
  [[nodiscard]] std::unique_ptr<database::Database> open_another() const override;
  void cancel() override { ++cancels_; }
  void set_commit_budget_ms(std::optional<int> budget) override {
    commit_budgets_.push_back(budget);
  }
  [[nodiscard]] const std::vector<std::optional<int>>& commit_budgets() const {
    return commit_budgets_;
  }

 private:
  void follow(std::string_view sql);

  database::Kind kind_;
  database::Session session_{.backend_pid = 4711,
                             .backend_start = "2024-01-01 00:00:00+00",
                             .server_version = 150000,
                             .server_version_text = "15.0"};
  std::deque<Expectation> expectations_;
  std::vector<std::string> statements_;
  std::vector<std::optional<int>> commit_budgets_;
  bool in_transaction_ = false;
  bool open_ = true;
  int cancels_ = 0;
};

}  // namespace segue::test
