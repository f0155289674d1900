#include <fmt/format.h>

#include <algorithm>

#include "engine/api/run.hpp"
#include "engine/execute/transaction_step.hpp"
#include "engine/catalog/catalog_reader.hpp"
#include "engine/core/protection.hpp"

namespace segue {
namespace {

using model::MigrationState;
using model::Phase;

bool is_ready(MigrationState state) {
  return state == MigrationState::migrated || state == MigrationState::contracting;
}

// Up to and including `name`; all that is ready without one.
std::vector<std::string> to_contract(const std::vector<execute::Unit>& units, const std::string& name) {
  std::vector<std::string> names;
  for (const execute::Unit& unit : units) {
    const bool named = std::any_of(unit.rows.begin(), unit.rows.end(),
                                   [&](const auto& row) { return row.name == name; });
    if (!is_ready(unit.state())) {
      if (!name.empty()) {
        throw Error(ErrorKind::refused,
                    fmt::format("{} is {}: it must be migrated first", unit.name(),
                                to_string(unit.state())),
                    {.migration = unit.name(), .next = "run `migrate up`"});
      }
      break;
    }
    names.push_back(unit.name());
    if (named) return names;
  }
  if (!name.empty()) {
    throw Error(ErrorKind::invalid_input, fmt::format("{} is not in flight", name),
                {.next = "run `migrate status` to see what is"});
  }
  return names;
}

struct Reversible {
  std::vector<std::string> names;   // newest first
};

Reversible to_reverse(const std::vector<execute::Unit>& units, const ReverseOptions& options) {
  Reversible out;
  for (auto unit = units.rbegin(); unit != units.rend(); ++unit) {
    out.names.push_back(unit->name());
    const bool named = std::any_of(unit->rows.begin(), unit->rows.end(),
                                   [&](const auto& row) { return row.name == options.name; });
    if (named || options.name.empty()) return out;
  }
  if (options.name.empty()) return out;
  throw Error(ErrorKind::refused,
              fmt::format("{} cannot be reversed: it is not in flight (never begun, reversed, or "
                          "contracted)", options.name),
              {.next = "run `migrate status` to see what is"});
}

// A contract whose swap has committed only goes forward.
void refuse_after_swap(const journal::Journal& journal, const execute::Unit& unit) {
  if (!protected_by("no_reverse_after_swap")) return;
  for (const journal::StepRow& row : journal.steps(unit.name())) {
    if (row.kind == "swap" && row.state == model::StepState::done) {
      throw Error(ErrorKind::refused,
                  fmt::format("{} cannot be reversed: its swap has committed, the old shape is gone",
                              unit.name()),
                  {.migration = unit.name(), .next = "run `migrate contract` to finish it"});
    }
  }
}

ReversalLoss loss_of(Engine::Implementation& engine, api::Run& run,
                     const std::vector<execute::Unit>& units, const std::vector<std::string>& names,
                     const model::Catalog& catalog) {
  ReversalLoss loss{.migrations = names};
  std::vector<model::LiveMigration> live;
  for (const execute::Unit& unit : units) live.push_back(unit.live);
  for (std::size_t i = 0; i < units.size(); ++i) {
    if (std::find(names.begin(), names.end(), units[i].name()) == names.end()) continue;
    // Before publish nobody could write through the new version.
    const MigrationState state = units[i].state();
    if (state != MigrationState::migrated && state != MigrationState::contracting) continue;
    const dialect::RenderContext context{.catalog = catalog, .live = live, .current = i,
                                         .settings = engine.settings};
    for (const auto& [column, query] : engine.dialect->reversal_loss(context)) {
      const std::int64_t rows = run.database.query(query).integer(0, 0);
      if (rows > 0) loss.rows[column] += rows;
    }
  }
  return loss;
}

void ask(const ReverseOptions& options, const ReversalLoss& loss) {
  if (loss.rows.empty() || options.confirmed) return;
  std::string what;
  for (const auto& [column, rows] : loss.rows) {
    what += fmt::format("{}{}: {} rows", what.empty() ? "" : ", ", column, rows);
  }
  if (!options.ask) {
    throw Error(ErrorKind::refused, "the reversal would lose values that only the new version knows: " + what,
                {.next = "give --yes if they may be lost"});
  }
  if (!options.ask(loss)) throw Error(ErrorKind::cancelled, "not confirmed; nothing was changed");
}

// Drops what still stands of versions that nobody can use any more.
void unpublish(Engine::Implementation& engine, api::Run& run, RunResult& result) {
  const bool postgres = engine.kind == database::Kind::postgres;
  for (journal::MigrationRow row : run.journal.migrations()) {
    const bool over = postgres ? row.given_up || row.state == MigrationState::reversed
                               : row.state == MigrationState::contracted;
    if (!over || row.version_schema.empty()) continue;
    const execute::StepName name{row.name, "unpublish"};
    const std::string what = postgres ? row.schema_name : row.version_schema;
    execute::run_transaction(run.environment, name,
                             engine.dialect->unpublish(model::plan_from_json(row.plan), what),
                             [&](database::Database& database) {
                               run.journal.note(database, row.name, "", "unpublished", what);
                             });
    result.done.push_back({.migration = row.name, .step = "unpublish", .phase = Phase::contract,
                           .state = model::StepState::undone, .summary = "what stood of " + what});
    result.began = true;
  }
}

}  // namespace

RunResult Engine::contract(const ContractOptions& options) {
  RunResult result;
  api::with_lease(
      *implementation_, {"contract", options.deadline, options.stop, options.observer}, result,
      [&](api::Run& run) {
        if (options.unpublish) {
          unpublish(*implementation_, run, result);
          return;
        }
        const std::vector<std::string> names =
            to_contract(execute::live_units(run.journal), options.name);
        if (options.accept_old_clients) run.runner.accept_old_clients(*options.accept_old_clients);
        for (const std::string& name : names) run.runner.run_phase(name, Phase::contract);
      });
  return result;
}

RunResult Engine::reverse(const ReverseOptions& options) {
  RunResult result;
  api::with_lease(
      *implementation_, {"reverse", options.deadline, options.stop, options.observer}, result,
      [&](api::Run& run) {
        const std::vector<execute::Unit> units = execute::live_units(run.journal);
        const Reversible found = to_reverse(units, options);
        if (found.names.empty()) {
          throw Error(ErrorKind::refused, "nothing is in flight: there is nothing to reverse");
        }
        for (const execute::Unit& unit : units) {
          const bool taken = std::find(found.names.begin(), found.names.end(), unit.name()) !=
                             found.names.end();
          if (taken) refuse_after_swap(run.journal, unit);
        }
        const model::Catalog catalog =
            catalog::read_catalog(run.database, implementation_->settings.schema);
        ask(options, loss_of(*implementation_, run, units, found.names, catalog));
        for (std::size_t i = 0; i < found.names.size(); ++i) {
          const bool last = i + 1 == found.names.size();
          run.runner.reverse(found.names[i], options.to_expanded && last);
        }
      });
  return result;
}

}  // namespace segue
