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
  return fmt::format("{} by {} on {} (process {}, epoch {}) since {}{}\n",
                     style.yellow(fmt::format("Running: {}", lease->command)), lease->holder,
                     lease->host, lease->pid, lease->epoch, lease->acquired_at,
                     lease->alive ? "" : "; its session is gone, the next run takes over");
}

std::string state_text(const MigrationStatus& migration, const Style& style) {
  const std::string_view name = to_string(migration.state);
  switch (migration.state) {
    case MigrationState::migrated:
    case MigrationState::contracted: return style.green(name);
    case MigrationState::pending:
    case MigrationState::reversed: return style.dim(name);
    case MigrationState::expanding:
    case MigrationState::expanded:
    case MigrationState::migrating:
    case MigrationState::contracting:
    case MigrationState::reversing: break;
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

// Steps that are done or not yet due say nothing that the state does not; the others are shown.
std::string step_lines(const MigrationStatus& migration, const Style& style) {
  std::string out;
  for (const StepStatus& step : migration.steps) {
    const bool is_running = step.state == StepState::running;
    if (!is_running && step.state != StepState::failed) continue;
    const std::string state{to_string(step.state)};
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

std::string counted(std::string_view words, const std::map<std::string, std::int64_t>& counts) {
  std::string out;
  for (const auto& [column, rows] : counts) {
    out += fmt::format("    {}: {} of {}\n", words, count_text(rows, "row", "rows"), column);
  }
  return out;
}

std::string details(const MigrationStatus& migration, const Style& style) {
  std::string out;
  if (migration.file_changed) {
    out += "    " + style.red("the file was changed after it was begun") + "\n";
  }
  if (migration.file_missing) out += "    the file is no longer in the folder\n";
  out += step_lines(migration, style);
  for (const Blocker& blocker : migration.blocked_by) {
    out += "    blocked by " + blocker_line(blocker) + "\n";
  }
  out += counted("reversing would lose", migration.reversal_loss);
  out += counted("left without a new side", migration.left_rows);
  for (const auto& [column, proof] : migration.proof) {
    if (proof != "whole") out += fmt::format("    weaker proof for {}: {}\n", column, proof);
  }
  return out;
}

std::string facts(const MigrationStatus& migration) {
  if (migration.state == MigrationState::pending) return "";
  return migration.reversible ? "reversible" : "";
}

std::string migrations_text(const Status& status, const Style& style) {
  if (status.migrations.empty()) return "No migrations.\n";
  std::vector<std::vector<std::string>> rows;
  for (const MigrationStatus& migration : status.migrations) {
    rows.push_back(
        {"  " + one_line(migration.name), state_text(migration, style), facts(migration)});
  }
  const std::string table = aligned(rows);
  std::string out = "Migrations\n";
  std::size_t start = 0;
  for (const MigrationStatus& migration : status.migrations) {
    const std::size_t end = table.find('\n', start) + 1;
    out += table.substr(start, end - start) + details(migration, style);
    start = end;
  }
  return out;
}

std::string versions_text(const Status& status, const Style& style) {
  if (status.versions.empty()) return "";
  std::vector<std::vector<std::string>> rows;
  for (const VersionStatus& version : status.versions) {
    std::string clients = "clients unknown";
    if (version.live_clients) clients = count_text(*version.live_clients, "client", "clients");
    rows.push_back({version.name.empty() ? "  (base)" : "  " + one_line(version.name),
                    version.served ? style.green("served") : style.dim("not served"), clients,
                    one_line(version.schema)});
  }
  return "Versions\n" + aligned(rows);
}

}  // namespace

std::string status_text(const Status& status, const Style& style) {
  return database_line(status.database, style) + lease_line(status.lease, style) + "\n" +
         migrations_text(status, style) + versions_text(status, style);
}

}  // namespace segue::report
