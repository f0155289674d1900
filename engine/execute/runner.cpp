#include "engine/execute/runner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "engine/catalog/catalog_reader.hpp"
#include "engine/core/hash.hpp"
#include "engine/core/protection.hpp"
#include "engine/database/patience.hpp"
#include "engine/database/transaction.hpp"
#include "engine/execute/checks.hpp"
#include "engine/execute/patient_look.hpp"
#include "engine/execute/short_commit.hpp"
#include "engine/execute/step_rows.hpp"
#include "engine/execute/transaction_step.hpp"
#include "engine/execute/walk.hpp"

namespace segue::execute {
namespace {

using database::Database;
using journal::MigrationRow;
using journal::StepRow;
using model::MigrationState;
using model::Phase;
using model::Step;
using model::StepKind;
using model::StepState;

std::vector<std::string> tables_of(const model::Plan& plan) {
  std::vector<std::string> tables;
  for (const model::TableChange& table : plan.changes.back().tables) {
    if (table.fate == model::TableFate::changed && table.differs()) tables.push_back(table.after);
  }
  return tables;
}

MigrationState state_during(Phase phase) {
  switch (phase) {
    case Phase::expand:
      return MigrationState::expanding;
    case Phase::migrate:
      return MigrationState::migrating;
    case Phase::contract:
      return MigrationState::contracting;
  }
  return MigrationState::pending;
}

MigrationState state_after(Phase phase) {
  switch (phase) {
    case Phase::expand:
      return MigrationState::expanded;
    case Phase::migrate:
      return MigrationState::migrated;
    case Phase::contract:
      return MigrationState::contracted;
  }
  return MigrationState::pending;
}

}  // namespace

std::vector<Unit> live_units(const journal::Journal& journal) {
  return live_units(journal.migrations());
}

std::vector<Unit> live_units(const std::vector<MigrationRow>& rows) {
  std::vector<Unit> units;
  for (const MigrationRow& row : rows) {
    if (row.state == MigrationState::pending || row.state == MigrationState::contracted ||
        row.state == MigrationState::reversed) {
      continue;
    }
    if (row.fused != 0 && !units.empty() && units.back().rows.back().fused == row.fused) {
      units.back().rows.push_back(row);
    } else {
      units.push_back({.rows = {row}, .live = {model::plan_from_json(row.plan), row.state}});
    }
  }
  return units;
}

std::vector<dialect::RetainedVersion> retained_versions(const std::vector<MigrationRow>& rows) {
  std::vector<dialect::RetainedVersion> out;
  for (const MigrationRow& row : rows) {
    if (row.state == MigrationState::contracted && !row.given_up) {
      out.push_back({row.version_schema, row.ordinal, tables_of(model::plan_from_json(row.plan))});
    }
  }
  return out;
}

Runner::Position Runner::find(const std::string& unit) const {
  const std::vector<MigrationRow> rows = env_.journal.migrations();
  Position position{.units = live_units(rows)};
  const auto found = std::find_if(position.units.begin(), position.units.end(), [&](const Unit& u) {
    return std::any_of(u.rows.begin(), u.rows.end(),
                       [&](const MigrationRow& row) { return row.name == unit; });
  });
  if (found == position.units.end()) {
    throw Error(ErrorKind::bug, fmt::format("{} is not in flight", unit));
  }
  position.current = static_cast<std::size_t>(found - position.units.begin());
  for (const Unit& u : position.units) position.live.push_back(u.live);
  position.retained = retained_versions(rows);
  return position;
}

dialect::RenderContext Runner::context_of(const Position& position) const {
  return {.catalog = position.catalog,
          .live = position.live,
          .current = position.current,
          .settings = env_.settings,
          .retained_versions = position.retained};
}

Runner::Position Runner::locate(const std::string& unit) const {
  Position position = find(unit);
  position.catalog = read_catalog_patiently(looker(env_));
  return position;
}

void Runner::record(const std::function<void(Database&)>& write) {
  const ShortCommit short_commit(env_.database);
  const auto limit = std::chrono::milliseconds(env_.settings.lock_wait_ms);
  database::with_patience({limit, env_.stop}, [&] {
    database::Transaction transaction(env_.database, database::begin_writing(env_.database));
    env_.journal.fence(env_.database);
    write(env_.database);
    transaction.commit();
  });
}

void Runner::begin(const model::Plan& plan, std::vector<MigrationRow> rows,
                   const std::map<std::string, std::string>& reasons) {
  std::int64_t next = 1;
  std::int64_t fused = 0;
  for (const MigrationRow& row : env_.journal.migrations()) {
    next = std::max(next, row.position + 1);
    fused = std::max(fused, row.fused);
  }
  const std::string text = model::to_json(plan);
  std::string lines;
  look_patiently(looker(env_),
                 [&] { lines = catalog::print_catalog(env_.database, env_.settings.schema); });
  record([&](Database& database) {
    for (const auto& [kind, reason] : reasons) {
      env_.journal.note(database, plan.name(), "", kind, reason);
    }
    std::int64_t position = next;  // said again when a lock did not come
    for (MigrationRow& row : rows) {
      row.position = position++;
      row.fused = rows.size() > 1 ? fused + 1 : 0;
      row.state = MigrationState::expanding;
      row.plan = text;
      row.catalogue_before = sha256_hex(lines);
      row.texts_before = lines;
      env_.journal.forget_steps(database, row.name);
      env_.journal.insert(database, row);
      env_.journal.note(database, row.name, "", "begun", plan.hash());
    }
  });
  result_.began = true;
  for (const MigrationRow& row : rows) {
    result_.reached[row.name] = MigrationState::expanding;
    env_.observer.on_migration({row.name, MigrationState::expanding});
  }
}

void Runner::set_state(const Unit& unit, MigrationState state, const std::string& target) {
  record([&](Database& database) {
    for (const MigrationRow& row : unit.rows) {
      env_.journal.set_state(database, row.name, state, target);
      env_.journal.note(database, row.name, "", std::string(to_string(state)), target);
    }
  });
  for (const MigrationRow& row : unit.rows) {
    result_.reached[row.name] = state;
    env_.observer.on_migration({row.name, state});
  }
  result_.began = true;
}

// A soak is asked for when contract begins, not when the migration did.
void Runner::add_soak(Unit& unit) {
  std::vector<Step>& steps = unit.live.plan.steps;
  const auto swap = std::find_if(steps.begin(), steps.end(),
                                 [](const Step& step) { return step.kind == StepKind::swap; });
  const bool has_one = std::any_of(steps.begin(), steps.end(),
                                   [](const Step& step) { return step.kind == StepKind::soak; });
  if (env_.settings.soak_ms == 0 || swap == steps.end() || has_one) return;
  const Step refuse{.id = "contract/soak-refuse",
                    .phase = Phase::contract,
                    .kind = StepKind::refuse,
                    .summary = "versions that are given up refuse",
                    .lock = "ACCESS EXCLUSIVE on their views",
                    .reason = "soak"};
  const Step soak{.id = "contract/soak",
                  .phase = Phase::contract,
                  .kind = StepKind::soak,
                  .summary = fmt::format("look for clients of the old version for {} ms",
                                         env_.settings.soak_ms),
                  .lock = "none",
                  .reason = "soak",
                  .cost = model::CostClass::wait,
                  .transactional = false};
  steps.insert(swap, {refuse, soak});
  record([&](Database& database) {
    for (const MigrationRow& row : unit.rows) {
      env_.journal.save_plan(database, row.name, model::to_json(unit.live.plan));
    }
  });
}

void Runner::run_phase(const std::string& unit, Phase phase) {
  Position position = find(unit);
  Unit& current = position.units[position.current];
  if (phase == Phase::contract) {
    const Position located = locate(unit);
    require_sync(located);
    if (current.state() != state_during(phase)) require_nothing_breaks(located);
  }
  if (phase == Phase::contract) add_soak(current);
  if (current.state() != state_during(phase)) set_state(current, state_during(phase), "");
  const auto rows = by_id(env_.journal.steps(current.name()));
  std::vector<const Step*> left;
  for (const Step& step : current.live.plan.steps) {
    const auto row = rows.find(step.id);
    const bool done = row != rows.end() && row->second.state == StepState::done;
    if (step.phase == phase && !done) left.push_back(&step);
  }
  if (left.empty()) {
    set_state(current, state_after(phase), "");
    return;
  }
  for (const Step* step : left) run_step(current.name(), *step, step == left.back());
}

std::int64_t Runner::run_script(const StepName& name, const dialect::Script& script,
                                const Position& position, bool watched,
                                const std::function<void(Database&)>& record) {
  std::int64_t rows = 0;
  // Sync is gone already after a swap and on the way back: there is nothing to drift from.
  const std::vector<dialect::Statement> drift =
      watched ? env_.dialect.drift_checks(context_of(position)) : std::vector<dialect::Statement>{};
  if (const auto* transaction = std::get_if<dialect::TransactionScript>(&script)) {
    dialect::TransactionScript checked = *transaction;
    checked.statements.insert(checked.statements.begin(), drift.begin(), drift.end());
    run_transaction(env_, name, checked, record);
    return rows;
  }
  if (const auto* walk = std::get_if<dialect::WalkScript>(&script)) {
    rows = run_walk(env_, name, *walk, drift);
  } else if (const auto* compare = std::get_if<dialect::CompareScript>(&script)) {
    rows = run_compare(env_, name, *compare);
    const std::string found =
        fmt::format("{}: {} rows compared: both sides agree", compare->table, rows);
    this->record([&](Database& database) {
      env_.journal.note(database, name.migration, name.step, "check", found);
      record(database);
    });
    return rows;
  } else if (const auto* wait = std::get_if<dialect::WaitScript>(&script)) {
    run_wait(env_, name, *wait);
  } else if (const auto* gate = std::get_if<dialect::GateScript>(&script)) {
    run_gate(env_, name, *gate, !accepted_.empty());
  } else {
    run_standalone(env_, name, std::get<dialect::StandaloneScript>(script));
  }
  this->record(record);
  return rows;
}

// From now on the new side may know what the old one does not; a later compare must grant it that,
// also after a reversal to expanded, which leaves such values where they are.
void Runner::record_publish(Database& database, const Unit& unit) {
  model::Plan plan = unit.live.plan;
  plan.found[dialect::published_once] = "true";
  for (const MigrationRow& row : unit.rows) {
    env_.journal.save_plan(database, row.name, model::to_json(plan));
  }
}

void Runner::record_swap(Database& database, const Position& position) {
  const model::Plan& contracted = position.live[position.current].plan;
  for (std::size_t i = 0; i < position.units.size(); ++i) {
    if (i == position.current) continue;
    model::Plan plan = position.live[i].plan;
    for (model::Change& change : plan.changes) {
      for (const model::Change& ours : contracted.changes) change = model::rebased(change, ours);
    }
    plan.found[dialect::base_moved] = "true";
    for (const MigrationRow& row : position.units[i].rows) {
      env_.journal.save_plan(database, row.name, model::to_json(plan));
    }
  }
  for (MigrationRow row : env_.journal.migrations()) {
    if (row.state != MigrationState::contracted || row.given_up) continue;
    row.given_up = true;
    env_.journal.update(database, row);
    env_.journal.note(database, row.name, "", "given_up", "by the swap of " + contracted.name());
  }
}

void Runner::run_step(const std::string& unit, const Step& step, bool last) {
  env_.check_stop();
  const Position position = locate(unit);
  const Unit& current = position.units[position.current];
  const StepName name{current.name(), step.id};
  const auto begun = Clock::now();
  const auto rows_before = by_id(env_.journal.steps(current.name()));
  const int attempt = rows_before.contains(step.id) ? rows_before.at(step.id).attempts + 1 : 1;
  record([&](Database& database) { env_.journal.step_started(database, name.migration, step); });
  env_.observer.on_step_started({.migration = name.migration,
                                 .step = step.id,
                                 .kind = std::string(to_string(step.kind)),
                                 .summary = step.summary,
                                 .phase = step.phase,
                                 .attempt = attempt});
  const auto record = [&](Database& database) {
    env_.journal.step_ended(database, name.migration, step.id, StepState::done, "");
    if (step.kind == StepKind::swap) record_swap(database, position);
    if (step.kind == StepKind::publish) record_publish(database, current);
    if (step.kind == StepKind::gate && !accepted_.empty()) {
      env_.journal.note(database, name.migration, step.id, "old_clients_accepted", accepted_);
    }
    env_.journal.note(database, name.migration, step.id, "step_done", step.summary);
    if (!last) return;
    for (const MigrationRow& row : current.rows) {
      env_.journal.set_state(database, row.name, state_after(step.phase), "");
      env_.journal.note(database, row.name, "", std::string(to_string(state_after(step.phase))),
                        "");
    }
  };
  try {
    const std::int64_t rows = run_script(name, env_.dialect.render(step, context_of(position)),
                                         position, relies_on_sync(step), record);
    result_.began = true;
    result_.done.push_back({.migration = name.migration,
                            .step = step.id,
                            .phase = step.phase,
                            .state = StepState::done,
                            .summary = step.summary,
                            .elapsed = since(begun),
                            .rows = rows});
    env_.observer.on_step_finished({.migration = name.migration,
                                    .step = step.id,
                                    .state = StepState::done,
                                    .elapsed = since(begun),
                                    .rows = rows});
  } catch (Error& error) {
    error.detail().migration = name.migration;
    error.detail().step = name.step;
    failed(name, error, Direction::forward);
    unbind(name, step, error);
    if (error.kind() == ErrorKind::drift) compare_again(current);
    throw;
  }
  if (!last) return;
  for (const MigrationRow& row : current.rows) {
    result_.reached[row.name] = state_after(step.phase);
    env_.observer.on_migration({row.name, state_after(step.phase)});
    // Of fused migrations only the newest is published.
    const bool is_served = !current.live.plan.found.contains(dialect::unserved);
    if (step.phase == Phase::migrate && &row == &current.rows.back() && is_served) {
      result_.published.push_back(row.name);
    }
  }
}

// An inverse that failed leaves its step done: it has to be taken back again, whole.
void Runner::failed(const StepName& name, const Error& error, Direction direction) {
  env_.observer.on_step_finished({.migration = name.migration,
                                  .step = name.step,
                                  .state = StepState::failed,
                                  .error = error.kind(),
                                  .message = error.what()});
  if (!env_.database.is_open() || env_.database.in_transaction()) return;
  try {
    record([&](Database& database) {
      const bool forward = direction == Direction::forward;
      if (forward) {
        env_.journal.step_ended(database, name.migration, name.step, StepState::failed,
                                error.what());
      }
      env_.journal.note(database, name.migration, name.step,
                        forward ? "step_failed" : "inverse_failed", error.what());
    });
  } catch (const Error&) {
    // The step's own error is the one to be told; a row that says running means the same to a
    // resume.
  }
}

}  // namespace segue::execute
