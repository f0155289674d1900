#include <fmt/format.h>

#include <algorithm>

#include "engine/api/run.hpp"

namespace segue {
namespace {

using model::MigrationState;
using model::Phase;

// By the gate that the plan has for it, unless contract has passed it already.
bool changes_what_others_see(const journal::Journal& journal, const std::string& name) {
  for (const journal::StepRow& row : journal.steps(name)) {
    if (row.kind == to_string(model::StepKind::gate) && row.state == model::StepState::done) {
      return false;
    }
  }
  for (const journal::MigrationRow& row : journal.migrations()) {
    if (row.name != name) continue;
    const std::vector<model::Step> steps = model::plan_from_json(row.plan).steps;
    return std::any_of(steps.begin(), steps.end(),
                       [](const model::Step& step) { return step.kind == model::StepKind::gate; });
  }
  return false;
}

// Up to and including `name`; all that is ready without one.
std::vector<std::string> to_contract(const std::vector<execute::Unit>& units,
                                     const std::string& name) {
  std::vector<std::string> names;
  for (const execute::Unit& unit : units) {
    const bool named = std::any_of(unit.rows.begin(), unit.rows.end(),
                                   [&](const auto& row) { return row.name == name; });
    if (!model::lives_twice(unit.state())) {
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

// SQLite cannot tell who uses a file. Only services that announce themselves are known.
void ask_about_strangers(const Engine::Implementation& engine, const api::Run& run,
                         const ContractOptions& options, const std::vector<std::string>& names) {
  const bool decided = options.approved || options.accept_old_clients.has_value();
  if (engine.dialect->sees_clients() || decided) return;
  const bool any = std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    return changes_what_others_see(run.journal, name);
  });
  if (!any || run.journal.live_clients() > 0) return;
  const std::string what =
      "no service has announced itself, and SQLite cannot tell who else uses the file: programs of "
      "the old version would meet another shape under the old names";
  if (!options.ask) {
    throw Error(ErrorKind::refused, what,
                {.next = "give --yes when every program of the old version has ended"});
  }
  if (!options.ask(what)) throw Error(ErrorKind::cancelled, "not confirmed; nothing was changed");
}

}  // namespace

RunResult Engine::contract(const ContractOptions& options) {
  RunResult result;
  api::with_lease(*implementation_, {"contract", options.deadline, options.stop, options.observer},
                  result, [&](api::Run& run) {
                    if (options.unpublish) {
                      api::drop_given_up(*implementation_, run, result, 0);
                      return;
                    }
                    const std::vector<execute::Unit> units = execute::live_units(run.journal);
                    const std::vector<std::string> names = to_contract(units, options.name);
                    api::refuse_changed_files(implementation_->config, units, names);
                    ask_about_strangers(*implementation_, run, options, names);
                    if (options.accept_old_clients)
                      run.runner.accept_old_clients(*options.accept_old_clients);
                    for (const std::string& name : names)
                      run.runner.run_phase(name, Phase::contract);
                    api::drop_retained(*implementation_, run, result);
                  });
  return result;
}

}  // namespace segue
