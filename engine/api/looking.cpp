// Calls that only look: status, plan, verify, history, versions. They open the database read-only.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <thread>

#include "engine/api/implementation.hpp"
#include "engine/catalog/catalog_reader.hpp"
#include "engine/dialect/postgres/names.hpp"
#include "engine/execute/checks.hpp"
#include "engine/execute/statements.hpp"

namespace segue {
namespace {

using api::Situation;
using model::MigrationState;

std::vector<model::LiveMigration> live_of(const Situation& situation) {
  std::vector<model::LiveMigration> live;
  for (const execute::Unit& unit : situation.units) live.push_back(unit.live);
  return live;
}

void fill_progress(StepStatus& step, const journal::ProgressRow& progress) {
  step.rows_done = progress.rows;
  if (progress.total > 0) step.rows_total = progress.total;
  if (progress.busy_seconds <= 0) return;
  step.rows_per_second = static_cast<double>(progress.rows) / progress.busy_seconds;
  if (step.state != StepState::done && progress.total > progress.rows && *step.rows_per_second > 0) {
    step.eta_seconds =
        static_cast<double>(progress.total - progress.rows) / *step.rows_per_second;
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
    StepStatus status{.id = step.id, .phase = step.phase, .kind = std::string(to_string(step.kind)),
                      .summary = step.summary};
    if (const auto found = rows.find(step.id); found != rows.end()) {
      status.state = found->second.state;
      status.attempts = found->second.attempts;
      status.started_at = found->second.started_at;
      status.finished_at = found->second.finished_at;
      status.error = found->second.error;
    }
    if (const auto found = progress.find(step.id); found != progress.end()) {
      fill_progress(status, found->second);
    }
    out.push_back(std::move(status));
  }
  return out;
}

std::optional<Phase> phase_of(MigrationState state) {
  switch (state) {
    case MigrationState::expanding: return Phase::expand;
    case MigrationState::migrating: return Phase::migrate;
    case MigrationState::contracting: return Phase::contract;
    default: return std::nullopt;
  }
}

bool swap_done(const std::vector<StepStatus>& steps) {
  return std::any_of(steps.begin(), steps.end(), [](const StepStatus& step) {
    return step.kind == "swap" && step.state == StepState::done;
  });
}

MigrationStatus status_of(const journal::Journal& journal, const Situation& situation,
                          const journal::MigrationRow& row) {
  MigrationStatus status{.name = row.name, .state = row.state, .phase = phase_of(row.state),
                         .schema = row.schema_name.empty() ? row.version_schema : row.schema_name};
  const auto file = std::find_if(
      situation.candidates.begin(), situation.candidates.end(),
      [&](const api::Candidate& candidate) { return candidate.migration.name == row.name; });
  status.file_missing = file == situation.candidates.end();
  status.file_changed = !status.file_missing && file->changed;
  std::string unit = row.name;
  for (const execute::Unit& u : situation.units) {
    for (const journal::MigrationRow& member : u.rows) {
      if (member.name == row.name) unit = u.name();
    }
  }
  if (row.state != MigrationState::reversed) status.steps = steps_of(journal, row, unit);
  status.reversible = row.state != MigrationState::contracted && !swap_done(status.steps);
  return status;
}

// An inverse takes back what is there: SQLite's versions are tables of their own.
model::Catalog as_published(model::Catalog catalog, const model::Plan& plan) {
  for (const model::Step& step : plan.steps) {
    if (step.kind != model::StepKind::install_sync) continue;
    catalog.relation_names.insert(
        api::version_table(step.table, plan.changes.back().version_schema));
  }
  return catalog;
}

PlanStep view_of(const model::Step& step, const dialect::Dialect& dialect,
                 const dialect::RenderContext& context,
                 const dialect::RenderContext& after) {
  PlanStep view{.id = step.id, .phase = step.phase, .kind = std::string(to_string(step.kind)),
                .table = step.table, .object = step.object, .summary = step.summary,
                .lock = step.lock, .reason = step.reason, .cost = step.cost,
                .transactional = step.transactional, .reversible = step.reversible};
  view.sql = api::texts_of(dialect.render(step, context));
  if (!step.reversible) return view;
  for (const dialect::Script& script : dialect.inverse(step, after)) {
    for (std::string& text : api::texts_of(script)) view.inverse.push_back(std::move(text));
  }
  return view;
}

}  // namespace

Status Engine::status() const {
  const auto connection = implementation_->connect(true);
  database::Database& database = *connection;
  const journal::Journal journal(database, api::author(implementation_->config, "status"));
  const Situation situation = api::look(implementation_->config, journal, implementation_->kind);
  Status status;
  status.database = {.kind = implementation_->dialect->kind(),
                     .url = masked_url(implementation_->config.database),
                     .name = database.description(),
                     .schema = implementation_->settings.schema,
                     .server_version = database.session().server_version_text,
                     .journal_format = journal.installed()};
  std::set<std::string> known;
  status.versions.push_back({.name = "", .schema = implementation_->settings.schema, .served = true});
  for (const journal::MigrationRow& row : situation.rows) {
    known.insert(row.name);
    status.migrations.push_back(status_of(journal, situation, row));
    if (row.state != MigrationState::reversed) {
      status.versions.push_back({.name = row.version_schema, .schema = row.schema_name,
                                 .served = api::is_served(row, situation.rows)});
    }
  }
  for (const api::Candidate& candidate : situation.candidates) {
    if (!known.contains(candidate.migration.name)) {
      status.migrations.push_back({.name = candidate.migration.name});
    }
  }
  if (journal.installed() > 0) {
    if (const auto lease = journal.lease()) {
      const bool running = std::any_of(
          situation.rows.begin(), situation.rows.end(), [](const journal::MigrationRow& row) {
            return phase_of(row.state).has_value() || row.state == MigrationState::reversing;
          });
      if (running) {
        status.lease = LeaseStatus{.holder = lease->who, .host = lease->host, .pid = lease->pid,
                                   .epoch = lease->epoch, .command = lease->command,
                                   .acquired_at = lease->since};
        status.lease->alive =
            journal::is_held(database, implementation_->kind == database::Kind::sqlite
                                           ? api::sqlite_path(implementation_->config)
                                           : "");
      }
    }
  }
  return status;
}

PlanView Engine::plan(const PlanOptions& options) const {
  const auto connection = implementation_->connect(true);
  database::Database& database = *connection;
  const journal::Journal journal(database, api::author(implementation_->config, "plan"));
  const Situation situation = api::look(implementation_->config, journal, implementation_->kind);
  const dialect::Dialect& dialect = *implementation_->dialect;
  const model::Settings& settings = implementation_->settings;
  PlanView view{.database = dialect.kind()};
  const model::Catalog catalog = catalog::read_catalog(database, settings.schema);
  std::vector<model::LiveMigration> live = live_of(situation);
  const auto wanted = [&](const std::string& name) {
    return options.names.empty() ||
           std::find(options.names.begin(), options.names.end(), name) != options.names.end();
  };
  const auto show = [&](const model::Plan& plan, const std::string& file, MigrationState state,
                        bool stored, const model::Catalog& before) {
    MigrationPlan out{.name = plan.name(), .file = file,
                      .version = plan.changes.back().version_schema, .hash = plan.hash(),
                      .state = state, .stored = stored, .notes = plan.notes};
    for (std::size_t i = 0; i + 1 < plan.changes.size(); ++i) {
      out.fused.push_back(plan.changes[i].migration);
    }
    const auto place = std::find_if(live.begin(), live.end(), [&](const model::LiveMigration& m) {
      return m.plan.name() == plan.name();
    });
    const auto index = static_cast<std::size_t>(place - live.begin());
    const model::Catalog after = stored ? before : dialect.expanded(before, plan);
    const model::Catalog published = as_published(after, plan);
    for (const model::Step& step : plan.steps) {
      const dialect::RenderContext at_first{.catalog = before, .live = live, .current = index,
                                            .settings = settings};
      const dialect::RenderContext expanded{.catalog = after, .live = live, .current = index,
                                            .settings = settings};
      const dialect::RenderContext served{.catalog = published, .live = live, .current = index,
                                          .settings = settings};
      out.steps.push_back(
          view_of(step, dialect, step.phase == Phase::expand ? at_first : expanded,
                  step.kind == model::StepKind::publish ? served : expanded));
    }
    view.migrations.push_back(std::move(out));
  };
  for (const execute::Unit& unit : situation.units) {
    if (api::is_unfinished(unit.state()) && wanted(unit.name())) {
      show(unit.live.plan, "", unit.state(), true, catalog);
    }
  }
  const std::vector<api::Planned> planned = api::plan_pending(
      database, dialect, settings, situation, live, catalog, "", situation.candidates.size() + 1);
  model::Catalog before = catalog;
  for (const api::Planned& p : planned) {
    live.push_back({p.plan, MigrationState::pending});
    if (wanted(p.plan.name())) show(p.plan, p.file, MigrationState::pending, false, before);
    before = dialect.expanded(before, p.plan);
    live.back().state = MigrationState::migrated;
  }
  return view;
}

VerifyReport Engine::verify(const VerifyOptions& options) const {
  const auto connection = implementation_->connect(true);
  database::Database& database = *connection;
  const journal::Journal journal(database, api::author(implementation_->config, "verify"));
  VerifyReport report;
  if (journal.installed() == 0) return report;
  const std::vector<execute::Unit> units = execute::live_units(journal);
  const model::Catalog catalog = catalog::read_catalog(database, implementation_->settings.schema);
  std::vector<model::LiveMigration> live;
  for (const execute::Unit& unit : units) live.push_back(unit.live);
  for (std::size_t i = 0; i < units.size(); ++i) {
    const std::string& name = units[i].name();
    if (!options.name.empty() && options.name != name) continue;
    std::set<std::string> done;
    for (const journal::StepRow& row : journal.steps(name)) {
      if (row.state == StepState::done) done.insert(row.id);
    }
    const dialect::RenderContext context{.catalog = catalog, .live = live, .current = i,
                                         .settings = implementation_->settings};
    const MigrationState state = units[i].state();
    const bool is_published = state == MigrationState::migrated || state == MigrationState::contracting;
    for (const dialect::Statement& check : implementation_->dialect->drift_checks(context)) {
      CheckResult result{.migration = name, .check = "catalogue", .subject = "sync"};
      try {
        execute::Holes none;
        static_cast<void>(execute::run_statement(database, check, none));
      } catch (const Error& error) {
        if (error.kind() != ErrorKind::drift) throw;
        result.ok = false;
        result.message = error.what();
      }
      report.checks.push_back(std::move(result));
    }
    for (const model::Step& step : units[i].live.plan.steps) {
      if (step.kind != model::StepKind::compare) continue;
      // Once both sides are written by clients, the compare of contract is the one that holds.
      if (is_published ? step.phase != Phase::contract : !done.contains(step.id)) continue;
      const auto script =
          std::get<dialect::CompareScript>(implementation_->dialect->render(step, context));
      const execute::Comparison found = execute::compare(database, script, options.stop);
      CheckResult result{.migration = name, .check = "compare", .subject = step.table,
                         .ok = found.differences == 0, .proof = found.proof,
                         .differences = found.differences};
      for (const execute::Disagreement& d : found.first) {
        result.first.push_back({d.key, d.old_value, d.new_value});
      }
      if (!result.ok) result.message = fmt::format("{} rows differ", found.differences);
      report.checks.push_back(std::move(result));
    }
  }
  return report;
}

std::vector<HistoryEntry> Engine::history(const HistoryOptions& options) const {
  const auto connection = implementation_->connect(true);
  const journal::Journal journal(*connection, api::author(implementation_->config, "history"));
  std::vector<HistoryEntry> out;
  if (journal.installed() == 0) return out;
  for (const journal::EventRow& event : journal.events(options.migration, options.limit)) {
    out.push_back({.id = event.id, .at = event.at, .actor = event.who, .host = event.host,
                   .event = event.kind, .migration = event.migration, .step = event.step,
                   .detail = journal::detail_text(event)});
  }
  return out;
}

}  // namespace segue
