// Engine::plan: what would be done, statement by statement, over the live catalogue.

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "engine/api/looking.hpp"
#include "engine/execute/patient_look.hpp"

namespace segue {
namespace {

using api::Situation;
using model::MigrationState;

// One migration's steps as they read now. What expand makes is taken to be there for the steps
// after it, what a step makes for its inverse.
class PlanWriter {
 public:
  PlanWriter(database::Database& database, const dialect::Dialect& dialect,
             const model::Settings& settings)
      : database_(database), dialect_(dialect), settings_(settings) {}

  struct Stage {
    const model::Catalog& catalog;
    const std::vector<model::LiveMigration>& live;
    std::size_t current = 0;
  };

  [[nodiscard]] std::vector<PlanStep> steps(const Stage& now, const Stage& expanded) {
    std::vector<PlanStep> out;
    for (const model::Step& step : now.live[now.current].plan.steps) {
      const bool is_first = step.phase == Phase::expand;
      out.push_back(view_of(step, context(is_first ? now : expanded), context(expanded)));
    }
    return out;
  }

 private:
  dialect::RenderContext context(const Stage& stage) const {
    return {.catalog = stage.catalog,
            .live = stage.live,
            .current = stage.current,
            .settings = settings_};
  }

  PlanStep view_of(const model::Step& step, const dialect::RenderContext& before,
                   dialect::RenderContext after) {
    PlanStep view{.id = step.id,
                  .phase = step.phase,
                  .kind = std::string(to_string(step.kind)),
                  .table = step.table,
                  .object = step.object,
                  .summary = step.summary,
                  .lock = step.lock,
                  .reason = step.reason,
                  .cost = step.cost,
                  .transactional = step.transactional,
                  .reversible = step.reversible};
    const dialect::Script script = dialect_.render(step, before);
    view.sql = api::texts_of(script, &database_);
    view.rows = rows_of(step, script, before.catalog);
    if (!step.reversible) return view;
    after.as_done = true;
    for (const dialect::Script& undo : dialect_.inverse(step, after)) {
      for (std::string& text : api::texts_of(undo, &database_))
        view.inverse.push_back(std::move(text));
    }
    return view;
  }

  // By the server's estimate; SQLite keeps none and is asked, within a limit.
  std::optional<std::int64_t> rows_of(const model::Step& step, const dialect::Script& script,
                                      const model::Catalog& catalog) {
    if (step.cost == CostClass::constant || step.cost == CostClass::wait) return std::nullopt;
    const model::CatalogTable* table = catalog.table(step.table);
    if (table != nullptr && table->estimated_rows >= 0) return table->estimated_rows;
    if (const auto known = counted_.find(step.table); known != counted_.end()) return known->second;
    const std::string total = total_of(script);
    if (total.empty()) return std::nullopt;
    const auto rows = execute::count_within(database_, total, std::chrono::milliseconds(200));
    if (rows) counted_[step.table] = *rows;
    return rows;
  }

  static std::string total_of(const dialect::Script& script) {
    if (const auto* walk = std::get_if<dialect::WalkScript>(&script)) return walk->total;
    if (const auto* compare = std::get_if<dialect::CompareScript>(&script)) return compare->total;
    return "";
  }

  database::Database& database_;
  const dialect::Dialect& dialect_;
  const model::Settings& settings_;
  std::map<std::string, std::int64_t> counted_;  // by table
};

MigrationPlan heading_of(const model::Plan& plan, const std::string& file, MigrationState state) {
  MigrationPlan out{.name = plan.name(),
                    .file = file,
                    .version = plan.changes.back().version_schema,
                    .hash = plan.hash(),
                    .state = state,
                    .stored = !api::is_pending(state),
                    .notes = plan.notes};
  for (std::size_t i = 0; i + 1 < plan.changes.size(); ++i) {
    out.fused.push_back(plan.changes[i].migration);
  }
  return out;
}

}  // namespace

PlanView Engine::plan(const PlanOptions& options) const {
  const auto connection = implementation_->connect(true);
  database::Database& database = *connection;
  const journal::Journal journal(database, api::author(implementation_->config, "plan"));
  const Situation situation = api::look(implementation_->config, journal, implementation_->kind);
  for (const std::string& name : options.names) api::require_known(situation, name);
  const dialect::Dialect& dialect = *implementation_->dialect;
  const model::Settings& settings = implementation_->settings;
  PlanView view{.database = dialect.kind()};
  const model::Catalog catalog = execute::read_catalog_patiently(
      {.database = database, .dialect = dialect, .settings = settings});
  std::vector<model::LiveMigration> live = api::live_of(situation);
  PlanWriter writer(database, dialect, settings);
  const auto wanted = [&](const std::vector<journal::MigrationRow>& fused) {
    return options.names.empty() || std::any_of(fused.begin(), fused.end(), [&](const auto& row) {
             return std::find(options.names.begin(), options.names.end(), row.name) !=
                    options.names.end();
           });
  };
  for (std::size_t i = 0; i < situation.units.size(); ++i) {
    const execute::Unit& unit = situation.units[i];
    const bool named = !options.names.empty();
    if (!(named || api::is_unfinished(unit.state())) || !wanted(unit.rows)) continue;
    view.migrations.push_back(heading_of(unit.live.plan, "", unit.state()));
    view.migrations.back().steps = writer.steps({catalog, live, i}, {catalog, live, i});
  }
  const std::vector<api::Planned> planned = api::plan_pending(
      database, dialect, settings, situation, live, catalog, "", situation.candidates.size() + 1);
  model::Catalog before = catalog;
  for (const api::Planned& p : planned) {
    live.push_back({p.plan, MigrationState::pending});
    const model::Catalog after = dialect.expanded(before, p.plan);
    if (wanted(p.rows)) {
      const std::size_t last = live.size() - 1;
      view.migrations.push_back(heading_of(p.plan, p.file, MigrationState::pending));
      view.migrations.back().steps = writer.steps({before, live, last}, {after, live, last});
      const std::vector<model::LiveMigration> earlier(live.begin(), live.end() - 1);
      for (model::PlanNote& note : api::live_notes(database, dialect,
                                                   {.catalog = before,
                                                   .live = earlier,
                                                   .changes = p.plan.changes,
                                                   .settings = settings},
                                                   p.plan)) {
        view.migrations.back().notes.push_back(std::move(note));
      }
    }
    before = after;
    live.back().state = MigrationState::migrated;
  }
  return view;
}

}  // namespace segue
