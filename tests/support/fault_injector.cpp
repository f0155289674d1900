#include "tests/support/fault_injector.hpp"

#include <csignal>
#include <cstdlib>

namespace segue::test {

namespace {

bool is_commit(std::string_view sql) { return sql.starts_with("COMMIT") || sql.starts_with("END"); }

}  // namespace

int FaultPlan::count() const {
  const std::lock_guard lock(mutex_);
  return static_cast<int>(statements_.size());
}

std::vector<std::string> FaultPlan::statements() const {
  const std::lock_guard lock(mutex_);
  return statements_;
}

bool FaultPlan::is_cut() const {
  const std::lock_guard lock(mutex_);
  return cut_;
}

Fault FaultPlan::next(std::string_view sql) {
  const std::lock_guard lock(mutex_);
  statements_.emplace_back(sql);
  if (cut_) return Fault::cut;
  if (static_cast<int>(statements_.size()) != at_) return Fault::none;
  cut_ = fault_ == Fault::cut || fault_ == Fault::death || fault_ == Fault::death_after;
  return fault_;
}

database::Result FaultInjector::run(std::string_view sql,
                                    const std::function<database::Result()>& ask) {
  if (lost_) {
    throw Error(ErrorKind::connection_lost, "The connection was lost before (injected).",
                {.statement = std::string(sql)});
  }
  const Fault fault = plan_->next(sql);
  const int number = plan_->count();
  if (plan_->before) plan_->before(number, sql);
  if (fault == Fault::kill_before) kill_this_process();
  if (fault == Fault::death) die();
  if (fault == Fault::lost_before || fault == Fault::cut) lose(sql, false);
  database::Result result = ask();
  if (plan_->after) plan_->after(number, sql);
  if (fault == Fault::kill_after) kill_this_process();
  if (fault == Fault::death_after) die();
  if (fault == Fault::lost_after) lose(sql, true);
  return result;
}

std::unique_ptr<database::Database> FaultInjector::open_another() const {
  if (plan_->is_cut()) throw Error(ErrorKind::connection_lost, "No connection (injected).");
  return std::make_unique<FaultInjector>(inner_->open_another(), *plan_);
}

// The server forgets a session whose client is gone: its transaction rolls back, its locks go. So
// the inner connection is closed; a fresh one takes its place only to serve open_another().
void FaultInjector::lose(std::string_view sql, bool sent) {
  lost_ = true;
  inner_ = plan_->is_cut() ? nullptr : inner_->open_another();
  // The client cannot know whether a COMMIT was sent in time; both ways it is in doubt.
  const ErrorKind kind = is_commit(sql) ? ErrorKind::in_doubt : ErrorKind::connection_lost;
  throw Error(kind,
              sent ? "The answer was lost (injected)." : "The connection was lost (injected).",
              {.statement = std::string(sql)});
}

void FaultInjector::die() {
  lost_ = true;
  inner_.reset();
  throw Death{};
}

void kill_this_process() {
  std::raise(SIGKILL);
  std::abort();  // not reached
}

}  // namespace segue::test
