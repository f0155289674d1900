// Engine::status: journal, lease, and what only the live database can tell.

#include <algorithm>
#include <map>
#include <set>

#include "engine/api/looking.hpp"
#include "engine/core/protection.hpp"
#include "engine/journal/lease.hpp"

namespace segue {
namespace {

using api::Situation;
using model::MigrationState;

void fill_progress(StepStatus& step, const journal::ProgressRow& progress) {
  step.rows_done = progress.rows;
  if (progress.total > 0) step.rows_total = progress.total;
  if (progress.busy_seconds <= 0) return;
  step.rows_per_second = static_cast<double>(progress.rows) / progress.busy_seconds;
  if (step.state != StepState::done && progress.total > progress.rows &&
      *step.rows_per_second > 0) {
    step.eta_seconds = static_cast<double>(progress.total - progress.rows) / *step.rows_per_second;
  }
}

std::vector<StepStatus> steps_of(const journal::Journal& journal, const journal::MigrationRow& row,
                                 const std::string& unit) {
  std::map<std::string, journal::StepRow> rows;
  for (const journal::StepRow& step : journal.steps(unit)) rows[step.id] = step;
  std::map<std::string, journal::ProgressRow> progress;
  for (const journal::ProgressRow& p : journal.progress_of(unit)) progress[p.step] = p;
  std::vector<StepStatus> out;
  for (const model::Step& step : model::plan_from_json(row.plan).steps) {
    StepStatus status{.id = step.id,
                      .phase = step.phase,
                      .kind = std::string(to_string(step.kind)),
                      .summary = step.summary};
    if (const auto found = rows.find(step.id); found != rows.end()) {
      status.state = found->second.state;
      status.attempts = found->second.attempts;
      status.started_at = found->second.started_at;
      status.finished_at = found->second.finished_at;
      status.error = found->second.error;
    }
    const auto found = progress.find(step.id);
    if (found != progress.end() && protected_by("status_progress")) {
      fill_progress(status, found->second);
    }
    out.push_back(std::move(status));
  }
  return out;
}

std::optional<Phase> phase_of(MigrationState state) {
  switch (state) {
    case MigrationState::expanding:
      return Phase::expand;
    case MigrationState::migrating:
      return Phase::migrate;
    case MigrationState::contracting:
      return Phase::contract;
    default:
      return std::nullopt;
  }
}

bool swap_done(const std::vector<StepStatus>& steps) {
  return std::any_of(steps.begin(), steps.end(), [](const StepStatus& step) {
    return step.kind == "swap" && step.state == StepState::done;
  });
}

MigrationStatus status_of(const journal::Journal& journal, const Situation& situation,
                          const journal::MigrationRow& row) {
  MigrationStatus status{.name = row.name,
                         .state = row.state,
                         .phase = phase_of(row.state),
                         .schema = row.schema_name.empty() ? row.version_schema : row.schema_name};
  const auto file = std::find_if(
      situation.candidates.begin(), situation.candidates.end(),
      [&](const api::Candidate& candidate) { return candidate.migration.name == row.name; });
  status.file_missing = file == situation.candidates.end();
  status.file_changed = !status.file_missing && file->changed;
  std::string unit = row.name;
  for (const execute::Unit& u : situation.units) {
    if (u.has(row.name)) unit = u.name();
  }
  if (row.state != MigrationState::reversed) status.steps = steps_of(journal, row, unit);
  status.reversible = row.state != MigrationState::contracted && !swap_done(status.steps);
  return status;
}

DatabaseStatus database_of(const Engine::Implementation& engine, const database::Database& database,
                           int journal_format) {
  return {.kind = engine.dialect->kind(),
          .url = masked_url(engine.config.database),
          .name = database.description(),
          .schema = engine.settings.schema,
          .server_version = database.session().server_version_text,
          .journal_format = journal_format};
}

// A version that was contracted and given up, or taken back, is of no use to anybody.
std::vector<VersionStatus> versions_of(const Engine::Implementation& engine,
                                       const Situation& situation) {
  std::vector<VersionStatus> versions{{.schema = engine.settings.schema, .served = true}};
  for (const journal::MigrationRow& row : situation.rows) {
    const bool served = api::is_served(row, situation.rows);
    const bool over =
        row.state == MigrationState::reversed || row.state == MigrationState::contracted;
    if (over && !served) continue;
    versions.push_back({.name = row.version_schema, .schema = row.schema_name, .served = served});
  }
  return versions;
}

LeaseStatus lease_status(const journal::LeaseRow& lease, bool alive) {
  return {.holder = lease.who,
          .host = lease.host,
          .pid = lease.pid,
          .epoch = lease.epoch,
          .command = lease.command,
          .acquired_at = lease.since,
          .alive = alive};
}

bool has_running_step(const std::vector<MigrationStatus>& migrations) {
  return std::any_of(migrations.begin(), migrations.end(), [](const MigrationStatus& migration) {
    return std::any_of(migration.steps.begin(), migration.steps.end(),
                       [](const StepStatus& step) { return step.state == StepState::running; });
  });
}

}  // namespace

Status Engine::status() const {
  const auto connection = implementation_->connect(true);
  database::Database& database = *connection;
  const journal::Journal journal(database, api::author(implementation_->config, "status"));
  const Situation situation = api::look(implementation_->config, journal, implementation_->kind);
  Status status{.database = database_of(*implementation_, database, journal.installed()),
                .versions = versions_of(*implementation_, situation)};
  std::set<std::string> known;
  for (const journal::MigrationRow& row : situation.rows) {
    known.insert(row.name);
    status.migrations.push_back(status_of(journal, situation, row));
  }
  for (const api::Candidate& candidate : situation.candidates) {
    if (!known.contains(candidate.migration.name)) {
      status.migrations.push_back({.name = candidate.migration.name});
    }
  }
  if (status.database.journal_format == 0) return status;
  const std::optional<journal::LeaseRow> lease = journal.lease();
  const bool is_sqlite = implementation_->kind == database::Kind::sqlite;
  const bool alive =
      journal::is_held(database, is_sqlite ? api::sqlite_path(implementation_->config) : "");
  // A runner that ended in order leaves no step running.
  if (lease && (alive || has_running_step(status.migrations))) {
    status.lease = lease_status(*lease, alive);
  }
  api::LiveFacts facts(*implementation_, database, situation);
  for (MigrationStatus& migration : status.migrations) {
    facts.fill(migration, lease && alive ? &*lease : nullptr);
  }
  facts.fill_clients(status.versions);
  return status;
}

}  // namespace segue
