#include "engine/execute/walk_parts.hpp"
#include "engine/core/protection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/core/protection.hpp"
#include "engine/database/transaction.hpp"
#include "engine/execute/blockers.hpp"
#include "engine/execute/statements.hpp"

namespace segue::execute {
namespace {

using namespace std::chrono_literals;

constexpr auto drift_interval = 1s;
constexpr auto progress_interval = 500ms;
constexpr auto waiting_interval = 1s;
constexpr std::size_t most_bytes = 256 << 10;  // SQLite takes statements of 1 MB

Progress progress_event(const StepName& name, const journal::ProgressRow& row) {
  Progress event{.migration = name.migration, .step = name.step, .rows_done = row.rows};
  if (row.total > 0) event.rows_total = row.total;
  if (row.busy_seconds <= 0) return event;
  event.rows_per_second = static_cast<double>(row.rows) / row.busy_seconds;
  if (row.total > row.rows && *event.rows_per_second > 0) {
    event.left = std::chrono::seconds(static_cast<std::int64_t>(
        static_cast<double>(row.total - row.rows) / *event.rows_per_second));
  }
  return event;
}

}  // namespace

WalkReport::WalkReport(const Environment& environment, const StepName& name, std::string table)
    : env_(environment), name_(name), table_(std::move(table)) {}

void WalkReport::progress(const journal::ProgressRow& row, bool is_shared) {
  const auto now = Clock::now();
  if (now - told_ < progress_interval) return;
  told_ = now;
  Progress event = progress_event(name_, row);
  if (is_shared) event.throttled_by = "others use the table";
  env_.observer.on_progress(event);
}

void WalkReport::waiting(database::Database& database, Clock::time_point since) {
  const auto now = Clock::now();
  if (now - std::max(told_waiting_, since) < waiting_interval) return;
  told_waiting_ = now;
  env_.observer.on_waiting(
      {.migration = name_.migration,
       .step = name_.step,
       .what = "locks on rows of " + table_,
       .waited = std::chrono::duration_cast<std::chrono::milliseconds>(now - since),
       .limit = std::chrono::milliseconds(env_.settings.lock_wait_ms),
       .blockers = blockers(database, env_.dialect, {})});
}

DriftWatch::DriftWatch(database::Database& database, const std::vector<dialect::Statement>& checks)
    : db_(database), checks_(checks) {}

void DriftWatch::look() {
  Holes none;
  run_statements(db_, checks_, none);
}

void DriftWatch::look_if_due() {
  const auto now = std::chrono::steady_clock::now();
  if (now - last_ < drift_interval) return;
  last_ = now;
  look();
}

void DriftWatch::look_for_cause(const Error& error) {
  if (error.kind() == ErrorKind::invalid_input && db_.is_open()) look();
}

std::string next_keys(const database::Result& rows, std::size_t& from, std::size_t most) {
  std::string keys;
  const std::size_t end = std::min(rows.rows.size(), from + most);
  while (from < end && keys.size() < most_bytes) {
    keys += (keys.empty() ? "" : ", ") + rows.text(from++, 0);
  }
  return keys;
}

void tell_unfilled(const dialect::WalkScript& script, int passes) {
  const std::string cause =
      script.swallowers.empty()
          ? ""
          : fmt::format(
                "; a BEFORE trigger that returns NULL, or the row as it was, keeps a row "
                "from being filled: see {}",
                script.swallowers);
  throw Error(
      ErrorKind::check_failed,
      fmt::format("{}: rows are still without their new value after {} passes{}", script.table,
                  passes, cause),
      {.next = "run the same command again; if it stays so, look for a trigger or rule that "
               "swallows our updates"});
}

void prove(database::Database& database, const dialect::WalkScript& script) {
  Holes none;
  database::Transaction transaction(database, script.proof_begin);
  run_statements(database, script.proof, none);
  transaction.rollback();  // it has only read
}

void tell_failing(const Environment& env, const StepName& name, const dialect::WalkScript& script,
                  const FailingRows& rows) {
  const std::string text = fmt::format("`up` fails for {} rows of {}, for example {}", rows.count,
                                       script.table, rows.example);
  if (!script.leave_failing) {
    throw Error(ErrorKind::check_failed, text,
                {.next = "correct these rows, or the expression, and run the same command again"});
  }
  env.observer.on_note({.level = Note::Level::warning,
                        .migration = name.migration,
                        .step = name.step,
                        .text = text + ": left, as on_error says"});
}

bool is_of_a_row(const Error& error) {
  if (error.kind() == ErrorKind::conflict || error.kind() == ErrorKind::check_failed) return true;
  return error.detail().sqlstate.starts_with("P0") && protected_by("raising_expression");
}

}  // namespace segue::execute
