// Calls that only look at what happened and what holds: verify and history. They open the database
// read-only.

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "engine/api/looking.hpp"
#include "engine/execute/checks.hpp"
#include "engine/execute/patient_look.hpp"
#include "engine/execute/statements.hpp"

namespace segue {
namespace {

using model::MigrationState;

std::string synced_tables(const model::Plan& plan) {
  std::set<std::string> names;
  for (const model::Change& change : plan.changes) {
    for (const model::TableChange& table : change.tables) {
      names.insert(table.after.empty() ? table.before : table.after);
    }
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

// Every deviation is told, not the first.
CheckResult catalogue_check(database::Database& database, const dialect::Dialect& dialect,
                            const dialect::RenderContext& context) {
  const model::Plan& plan = context.migration().plan;
  CheckResult result{
      .migration = plan.name(), .check = "catalogue", .subject = synced_tables(plan)};
  for (const dialect::Statement& check : dialect.drift_checks(context)) {
    try {
      execute::Holes none;
      static_cast<void>(execute::run_statement(database, check, none));
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::drift) throw;
      result.ok = false;
      ++result.differences;
      result.message += fmt::format("{}{}", result.message.empty() ? "" : "; ", error.what());
    }
  }
  return result;
}

// Once both sides are written by clients, the compare of contract is the one that holds; from the
// swap on there is one side.
std::vector<const model::Step*> compares_of(const journal::Journal& journal,
                                            const execute::Unit& unit) {
  std::set<std::string> done;
  for (const journal::StepRow& row : journal.steps(unit.name())) {
    if (row.state == StepState::done) done.insert(row.id);
  }
  const bool is_published = model::lives_twice(unit.state());
  std::vector<const model::Step*> out;
  for (const model::Step& step : unit.live.plan.steps) {
    if (step.kind == model::StepKind::swap && done.contains(step.id)) return {};
    if (step.kind != model::StepKind::compare) continue;
    if (is_published ? step.phase == Phase::contract : done.contains(step.id)) out.push_back(&step);
  }
  return out;
}

CheckResult compare_check(const std::string& migration, const model::Step& step,
                          const execute::Comparison& found) {
  CheckResult result{.migration = migration,
                     .check = "compare",
                     .subject = step.table,
                     .ok = found.agrees(),
                     .proof = found.proof,
                     .rows = found.rows,
                     .differences = found.differences,
                     .representation = found.representation};
  for (const execute::Disagreement& d : found.first) {
    result.first.push_back({d.key, d.old_value, d.new_value, d.is_representation});
  }
  return result;
}

void check_name(const std::vector<journal::MigrationRow>& rows, const std::string& name) {
  const bool is_known =
      std::any_of(rows.begin(), rows.end(), [&](const auto& row) { return row.name == name; });
  if (name.empty() || is_known) return;
  throw Error(ErrorKind::invalid_input, fmt::format("no migration {} was ever begun", name),
              {.next = "run `migrate status` to see the names"});
}

}  // namespace

VerifyReport Engine::verify(const VerifyOptions& options) const {
  const auto connection = implementation_->connect(true);
  database::Database& database = *connection;
  const journal::Journal journal(database, api::author(implementation_->config, "verify"));
  VerifyReport report;
  const bool is_installed = journal.installed() > 0;
  const std::vector<journal::MigrationRow> rows =
      is_installed ? journal.migrations() : std::vector<journal::MigrationRow>{};
  check_name(rows, options.name);
  if (!is_installed) return report;
  const std::vector<execute::Unit> units = execute::live_units(rows);
  const execute::Looker looker{.database = database,
                               .dialect = *implementation_->dialect,
                               .settings = implementation_->settings,
                               .stop = options.stop,
                               .tell = [&](const Waiting& waiting) {
                                 if (options.observer != nullptr)
                                   options.observer->on_waiting(waiting);
                               }};
  const model::Catalog catalog = execute::read_catalog_patiently(looker);
  std::vector<model::LiveMigration> live;
  for (const execute::Unit& unit : units) live.push_back(unit.live);
  for (std::size_t i = 0; i < units.size(); ++i) {
    if (!options.name.empty() && !units[i].has(options.name)) continue;
    const dialect::RenderContext context{
        .catalog = catalog, .live = live, .current = i, .settings = implementation_->settings};
    report.checks.push_back(catalogue_check(database, *implementation_->dialect, context));
    for (const model::Step* step : compares_of(journal, units[i])) {
      const dialect::Script script = implementation_->dialect->render(*step, context);
      report.checks.push_back(compare_check(
          units[i].name(), *step,
          execute::compare(database, std::get<dialect::CompareScript>(script), options.stop)));
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
    const journal::Fingerprints catalogue = journal::fingerprints_of(event);
    out.push_back({.id = event.id,
                   .at = event.at,
                   .actor = event.who,
                   .host = event.host,
                   .event = event.kind,
                   .migration = event.migration,
                   .step = event.step,
                   .detail = journal::detail_text(event),
                   .catalogue_before = catalogue.before,
                   .catalogue_after = catalogue.after});
  }
  return out;
}

}  // namespace segue
