#include "engine/execute/walk_parts.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace segue::execute {
namespace {

constexpr std::size_t most_bytes = 256 << 10;  // SQLite takes statements of 1 MB

}  // namespace

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

std::string next_keys(const database::Result& rows, std::size_t& from, std::size_t most) {
  std::string keys;
  const std::size_t end = std::min(rows.rows.size(), from + most);
  while (from < end && keys.size() < most_bytes) {
    keys += (keys.empty() ? "" : ", ") + rows.text(from++, 0);
  }
  return keys;
}

void tell_unfilled(const dialect::WalkScript& script, int passes) {
  throw Error(
      ErrorKind::check_failed,
      fmt::format("{}: rows are still without their new value after {} passes", script.table,
                  passes),
      {.next = "run the same command again; if it stays so, look for a trigger or rule that "
               "swallows our updates"});
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

}  // namespace segue::execute
