#include <fmt/format.h>

#include <chrono>

#include "engine/report/layout.hpp"
#include "engine/report/text.hpp"

namespace segue::report {
namespace {

std::string database_line(const DatabaseStatus& database, const Style& style) {
  std::string out = fmt::format("{}  {} {}", style.bold(one_line(database.url)),
                                to_string(database.kind), database.server_version);
  if (!database.schema.empty()) out += fmt::format(", schema {}", database.schema);
  if (database.journal_format == 0) out += ", no journal yet";
  return out + "\n";
}

std::string lease_line(const std::optional<LeaseStatus>& lease, const Style& style) {
  if (!lease) return "Nobody is running.\n";
  const std::string what =
      fmt::format("{}: {}", lease->alive ? "Running" : "Interrupted", lease->command);
  return fmt::format("{} by {} on {} (process {}, epoch {}) since {}{}\n",
                     lease->alive ? style.yellow(what) : style.red(what), lease->holder,
                     lease->host, lease->pid, lease->epoch, lease->acquired_at,
                     lease->alive ? "" : "; its session is gone, the next run takes over");
}

std::string state_text(const MigrationStatus& migration, const Style& style) {
  const std::string_view name = to_string(migration.state);
  switch (migration.state) {
    case MigrationState::migrated:
    case MigrationState::contracted:
      return style.green(name);
    case MigrationState::pending:
    case MigrationState::reversed:
      return style.dim(name);
    case MigrationState::expanding:
    case MigrationState::expanded:
    case MigrationState::migrating:
    case MigrationState::contracting:
    case MigrationState::reversing:
      break;
  }
  return style.yellow(name);
}

std::string progress_text(const StepStatus& step) {
  std::string out = number_text(step.rows_done);
  if (step.rows_total) out += fmt::format(" of about {}", number_text(*step.rows_total));
  out += " rows";
  if (step.rows_per_second) {
    out += fmt::format(", {}/s", number_text(static_cast<std::int64_t>(*step.rows_per_second)));
  }
  if (step.eta_seconds) {
    const auto left = std::chrono::milliseconds{static_cast<std::int64_t>(*step.eta_seconds * 1e3)};
    out += fmt::format(", {} left", duration_text(left));
  }
  return out;
}

// A reversal goes from the last step that is still done to the first.
std::string undo_line(const MigrationStatus& migration, bool is_alive, const Style& style) {
  if (migration.state != MigrationState::reversing) return "";
  for (auto step = migration.steps.rbegin(); step != migration.steps.rend(); ++step) {
    if (step->state == StepState::undone || step->state == StepState::pending) continue;
    return fmt::format("    {} {}\n", style.yellow(is_alive ? "undoing" : "to be undone next:"),
                       step->id);
  }
  return "";
}

// Steps that are done or not yet due say nothing that the state does not; the others are shown.
std::string step_lines(const MigrationStatus& migration, bool is_alive, const Style& style) {
  std::string out;
  for (const StepStatus& step : migration.steps) {
    const bool is_running = step.state == StepState::running;
    if (!is_running && step.state != StepState::failed) continue;
    const std::string state{is_running && !is_alive ? "interrupted in" : to_string(step.state)};
    out += fmt::format("    {} {}", is_running ? style.yellow(state) : style.red(state), step.id);
    if (step.rows_total || step.rows_done > 0) out += ": " + progress_text(step);
    if (step.attempts > 1) out += fmt::format(", attempt {}", step.attempts);
    out += "\n";
    if (!step.error.empty()) out += "      " + wrapped(one_line(step.error), {.indent = 6}) + "\n";
  }
  return out;
}

std::string blocker_line(const Blocker& blocker) {
  std::string out = blocker.session;
  if (!blocker.user.empty()) out += fmt::format(", user {}", blocker.user);
  if (!blocker.application.empty()) out += fmt::format(", {}", blocker.application);
  if (!blocker.state.empty()) out += fmt::format(", {}", blocker.state);
  if (!blocker.since.empty()) out += fmt::format(" since {}", blocker.since);
  if (!blocker.waits_for.empty()) out += fmt::format(", holds up {}", blocker.waits_for);
  if (!blocker.statement.empty()) out += fmt::format(": {}", blocker.statement);
  return one_line(out);
}

std::string counted(std::string_view words,
                    const std::map<std::string, std::optional<std::int64_t>>& counts) {
  std::string out;
  for (const auto& [column, rows] : counts) {
    out += fmt::format("    {} {}\n", words,
                       rows ? fmt::format("{}: {}", column, count_text(*rows, "row", "rows"))
                            : fmt::format("{}: too many rows to count here", column));
  }
  return out;
}

// Both directions hold is the rule and says nothing.
std::string_view proof_words(const std::string& proof) {
  if (proof == "lossy") return "proved in one direction only";
  if (proof == "weak") return "proved weakly: its expressions cannot be evaluated again";
  return "";
}

std::string details(const MigrationStatus& migration, bool is_alive, const Style& style) {
  std::string out;
  if (migration.file_changed) {
    out += "    " + style.red("the file was changed after it was begun") + "\n";
  }
  if (migration.file_missing) out += "    the file is no longer in the folder\n";
  out += undo_line(migration, is_alive, style);
  out += step_lines(migration, is_alive, style);
  for (const Blocker& blocker : migration.blocked_by) {
    out += "    blocked by " + blocker_line(blocker) + "\n";
  }
  out += counted("reversing would lose values of", migration.reversal_loss);
  out += counted("left without a new value:", migration.left_rows);
  for (const auto& [column, proof] : migration.proof) {
    const std::string_view words = proof_words(proof);
    if (!words.empty()) out += fmt::format("    {}: {}\n", column, words);
  }
  return out;
}

std::string facts(const MigrationStatus& migration) {
  switch (migration.state) {
    case MigrationState::pending:
    case MigrationState::reversed:
    case MigrationState::reversing:
    case MigrationState::contracted:
      return "";
    default:
      break;
  }
  return migration.reversible ? "reversible" : "can only go forward";
}

// How many of the contracted migrations at the front say nothing new: all but the last few.
std::size_t finished_before(const std::vector<MigrationStatus>& migrations) {
  constexpr std::size_t shown = 5;
  std::size_t finished = 0;
  while (finished < migrations.size() && migrations[finished].state == MigrationState::contracted &&
         !migrations[finished].file_changed) {
    ++finished;
  }
  return finished > shown + 1 ? finished - shown : 0;
}

std::string migrations_text(const Status& status, const Style& style) {
  if (status.migrations.empty()) return "No migrations.\n";
  std::vector<std::vector<std::string>> rows;
  for (const MigrationStatus& migration : status.migrations) {
    rows.push_back(
        {"  " + one_line(migration.name), state_text(migration, style), facts(migration)});
  }
  const std::string table = aligned(rows);
  const bool is_alive = status.lease && status.lease->alive;
  std::string out = "Migrations\n";
  const std::size_t hidden = finished_before(status.migrations);
  if (hidden > 0) {
    out += fmt::format("  {}\n", style.dim(fmt::format("{} contracted before, see --json",
                                                       count_text(static_cast<std::int64_t>(hidden),
                                                                  "migration", "migrations"))));
  }
  std::size_t start = 0;
  std::size_t place = 0;
  for (const MigrationStatus& migration : status.migrations) {
    const std::size_t end = table.find('\n', start) + 1;
    if (place++ >= hidden) {
      out += table.substr(start, end - start) + details(migration, is_alive, style);
    }
    start = end;
  }
  return out;
}

std::string clients_text(const std::optional<std::int64_t>& clients) {
  if (!clients) return "clients not known";
  if (*clients == 0) return "no client at work now";
  return count_text(*clients, "client", "clients") + " at work now";
}

std::string versions_text(const Status& status, const Style& style) {
  if (status.versions.empty()) return "";
  std::vector<std::vector<std::string>> rows;
  for (const VersionStatus& version : status.versions) {
    rows.push_back({version.name.empty() ? "  (base)" : "  " + one_line(version.name),
                    version.served ? style.green("served") : style.dim("not served"),
                    clients_text(version.live_clients), one_line(version.schema)});
  }
  return "\nVersions\n" + aligned(rows);
}

}  // namespace

std::string status_text(const Status& status, const Style& style) {
  return database_line(status.database, style) + lease_line(status.lease, style) + "\n" +
         migrations_text(status, style) + versions_text(status, style);
}

}  // namespace segue::report
