#include "engine/database/patience.hpp"

#include <atomic>
#include <random>
#include <thread>

#include "engine/core/protection.hpp"
#include "engine/database/statement.hpp"

namespace segue::database {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr auto least_pause = 10ms;
constexpr auto most_pause = 50ms;

void pause() {
  thread_local std::minstd_rand random{std::random_device{}()};
  std::uniform_int_distribution<long> length(least_pause.count(), most_pause.count());
  std::this_thread::sleep_for(std::chrono::milliseconds(length(random)));
}

bool is_busy(const Error& error) {
  return error.kind() == ErrorKind::lock_timeout && !error.detail().sqlstate.empty();
}

class PatientDatabase final : public Database {
 public:
  PatientDatabase(std::unique_ptr<Database> inner, Patience patience)
      : inner_(std::move(inner)), patience_(std::move(patience)) {}

  [[nodiscard]] Kind kind() const override { return inner_->kind(); }
  [[nodiscard]] const Session& session() const override { return inner_->session(); }
  [[nodiscard]] std::string description() const override { return inner_->description(); }
  [[nodiscard]] bool in_transaction() const override { return inner_->in_transaction(); }
  [[nodiscard]] bool is_open() const override { return inner_->is_open(); }
  void enable_user_triggers(bool enabled) override { inner_->enable_user_triggers(enabled); }
  void set_lock_budget_ms(int budget) override { inner_->set_lock_budget_ms(budget); }
  void set_commit_budget_ms(std::optional<int> budget) override {
    inner_->set_commit_budget_ms(budget);
  }

  Result query(std::string_view sql, const std::vector<Value>& values) override {
    return patient(sql, [&] { return inner_->query(sql, values); });
  }
  Result query_again(std::string_view sql, const std::vector<Value>& values) override {
    return patient(sql, [&] { return inner_->query_again(sql, values); });
  }

  [[nodiscard]] std::unique_ptr<Database> open_another() const override {
    return std::make_unique<PatientDatabase>(inner_->open_another(), patience_);
  }

  void cancel() override {
    cancelled_ = true;
    inner_->cancel();
  }

 private:
  template <typename Ask>
  Result patient(std::string_view sql, Ask ask) {
    if (!may_be_repeated(sql)) return ask();
    cancelled_ = false;
    Result result;
    with_patience(patience_, [&] {
      if (cancelled_) throw Error(ErrorKind::cancelled, "cancelled while it waited for a lock");
      result = ask();
    });
    return result;
  }

  // Outside of a transaction a statement that was refused has changed nothing and holds nothing. In
  // one, only a read may meet a lock that way: the first of a transaction that reads.
  [[nodiscard]] bool may_be_repeated(std::string_view sql) const {
    const std::string word = first_word(sql);
    if (inner_->in_transaction()) return word == "SELECT";
    return word != "BEGIN";
  }

  std::unique_ptr<Database> inner_;
  Patience patience_;
  std::atomic<bool> cancelled_ = false;
};

}  // namespace

void with_patience(const Patience& patience, const std::function<void()>& work) {
  const auto until = Clock::now() + patience.limit;
  for (;;) {
    try {
      work();
      return;
    } catch (const Error& error) {
      if (!is_busy(error) || !protected_by("patience") || Clock::now() >= until) throw;
    }
    if (patience.stop.stop_requested()) {
      throw Error(ErrorKind::cancelled, "stopped while it waited for a lock; the state is recorded",
                  {.next = "run the same command again to go on"});
    }
    pause();
  }
}

std::unique_ptr<Database> open_patient(const Options& options, Patience patience) {
  std::unique_ptr<Database> database;
  with_patience(patience, [&] { database = open(options); });
  if (database->kind() == Kind::postgres) return database;
  return std::make_unique<PatientDatabase>(std::move(database), std::move(patience));
}

}  // namespace segue::database
