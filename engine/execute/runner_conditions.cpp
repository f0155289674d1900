// What has to hold before a run goes on: sync in force where a step relies on it, and nothing in
// the schema that the change would break.

#include <map>

#include "engine/core/protection.hpp"
#include "engine/execute/direct_build.hpp"
#include "engine/execute/runner.hpp"
#include "engine/execute/statements.hpp"
#include "engine/execute/step_rows.hpp"

namespace segue::execute {

using database::Database;
using model::Phase;
using model::Step;
using model::StepKind;
using model::StepState;

bool Runner::relies_on_sync(const Step& step) {
  if (step.kind == StepKind::backfill) return true;
  const bool is_last = step.kind == StepKind::publish || step.kind == StepKind::swap;
  return is_last && protected_by("drift_behind_locks");
}

// Found while nothing has happened yet, not by the swap behind gates and guards.
void Runner::require_nothing_breaks(const Position& position) {
  const Unit& unit = position.units[position.current];
  const auto build = env_.dialect.direct_build(unit.live.plan, position.catalog);
  if (!build) return;
  try {
    static_cast<void>(require_unbroken(env_.database, *build));
  } catch (Error& error) {
    error.detail().migration = unit.name();
    throw;
  }
}

// What was written while sync was not in force is on one side only, also once it is in force again.
void Runner::compare_again(const Unit& unit) {
  const auto rows = by_id(env_.journal.steps(unit.name()));
  record([&](Database& database) {
    for (const Step& step : unit.live.plan.steps) {
      const auto row = rows.find(step.id);
      const bool holds = step.kind == StepKind::compare && step.phase == Phase::contract &&
                         row != rows.end() && row->second.state == StepState::done;
      if (!holds) continue;
      env_.journal.step_ended(database, unit.name(), step.id, StepState::failed,
                              "sync was not in force since");
    }
  });
}

// P15, P28: before gates are waited for, and again behind the locks of what relies on it.
void Runner::require_sync(const Position& position) {
  const Unit& unit = position.units[position.current];
  const auto rows = by_id(env_.journal.steps(unit.name()));
  for (const Step& step : unit.live.plan.steps) {
    const auto row = rows.find(step.id);
    const bool done = row != rows.end() && row->second.state == StepState::done;
    if (step.kind == StepKind::swap && done) return;
  }
  if (!protected_by("drift_at_contract")) return;
  try {
    for (const dialect::Statement& check : env_.dialect.drift_checks(context_of(position))) {
      Holes none;
      static_cast<void>(run_statement(env_.database, check, none));
    }
  } catch (Error& error) {
    error.detail().migration = unit.name();
    if (error.kind() == ErrorKind::drift) compare_again(unit);
    throw;
  }
}

}  // namespace segue::execute
