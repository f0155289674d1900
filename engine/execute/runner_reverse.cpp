// The way back: step by step from the last one that stands, then the proof.

#include <fmt/format.h>

#include <algorithm>

#include "engine/catalog/catalog_reader.hpp"
#include "engine/core/protection.hpp"
#include "engine/execute/reversal_proof.hpp"
#include "engine/execute/runner.hpp"
#include "engine/execute/step_rows.hpp"

namespace segue::execute {
namespace {

using database::Database;
using journal::MigrationRow;
using model::MigrationState;
using model::Phase;
using model::Step;
using model::StepKind;
using model::StepState;

std::string first_of(const std::vector<std::string>& texts) {
  constexpr std::size_t most = 5;
  std::string out;
  for (std::size_t i = 0; i < texts.size() && i < most; ++i) out += (i > 0 ? "; " : "") + texts[i];
  if (texts.size() > most) out += fmt::format("; and {} more", texts.size() - most);
  return out;
}

bool has_irreversible(const model::Plan& plan) {
  return std::any_of(plan.steps.begin(), plan.steps.end(), [](const Step& step) {
    return step.kind == StepKind::run_sql && !step.reversible && step.phase != Phase::contract;
  });
}

}  // namespace

void Runner::reverse(const std::string& unit, bool to_expanded) {
  const Position position = find(unit);
  const Unit current = position.units[position.current];
  const std::string target = to_expanded ? "expanded" : "reversed";
  if (current.state() != MigrationState::reversing || current.rows.front().target != target) {
    set_state(current, MigrationState::reversing, target);
  }
  const auto rows = by_id(env_.journal.steps(current.name()));
  for (auto step = current.live.plan.steps.rbegin(); step != current.live.plan.steps.rend();
       ++step) {
    if (to_expanded && step->phase == Phase::expand) continue;
    const auto row = rows.find(step->id);
    if (row == rows.end() || row->second.state == StepState::undone ||
        row->second.state == StepState::pending) {
      continue;
    }
    const bool never_committed = row->second.state != StepState::done && step->transactional;
    if (!never_committed) undo_step(current.name(), *step);
  }
  if (!to_expanded) {
    prove_reversed(position);
    record([&](Database& database) {
      for (const MigrationRow& row : current.rows) env_.journal.forget_steps(database, row.name);
    });
  }
  set_state(current, to_expanded ? MigrationState::expanded : MigrationState::reversed, "");
}

void Runner::undo_step(const std::string& unit, const Step& step) {
  env_.check_stop();
  const auto begun = Clock::now();
  const Position position = locate(unit);
  const StepName name{position.units[position.current].name(), step.id};
  env_.observer.on_step_started({.migration = name.migration,
                                 .step = step.id,
                                 .kind = std::string(to_string(step.kind)),
                                 .summary = step.summary,
                                 .phase = step.phase,
                                 .is_inverse = true});
  const bool stays = step.kind == StepKind::run_sql && !step.reversible;
  const std::string summary =
      step.summary + (stays ? ": no way back is given, what it did stays" : "");
  const auto record = [&](Database& database) {
    env_.journal.step_ended(database, name.migration, step.id, StepState::undone, "");
    env_.journal.forget_progress(database, name.migration, step.id);
    env_.journal.note(database, name.migration, step.id, "step_undone", summary);
  };
  const auto nothing = [](Database&) {};
  try {
    const std::vector<dialect::Script> scripts = env_.dialect.inverse(step, context_of(position));
    for (std::size_t i = 0; i < scripts.size(); ++i) {
      const bool is_walk = std::holds_alternative<dialect::WalkScript>(scripts[i]);
      const StepName part{name.migration, is_walk ? step.id + "/undo" : step.id};
      static_cast<void>(run_script(part, scripts[i], position, false,
                                   i + 1 == scripts.size()
                                       ? std::function<void(Database&)>(record)
                                       : std::function<void(Database&)>(nothing)));
    }
    if (scripts.empty()) this->record(record);
  } catch (Error& error) {
    error.detail().migration = name.migration;
    error.detail().step = name.step;
    failed(name, error, Direction::backward);
    throw;
  }
  result_.began = true;
  result_.done.push_back({.migration = name.migration,
                          .step = step.id,
                          .phase = step.phase,
                          .state = StepState::undone,
                          .summary = summary,
                          .elapsed = since(begun)});
  env_.observer.on_step_finished({.migration = name.migration,
                                  .step = step.id,
                                  .state = StepState::undone,
                                  .elapsed = since(begun)});
}

// Not valid, a constraint binds clients of the old version all the same, for as long as nobody
// mends the rows: its own step is taken back, and a resume adds it again. What passes by itself,
// like a lock that did not come, is no finding about the rows.
void Runner::unbind(const StepName& name, const Step& step, Error& error) {
  const bool is_finding =
      error.kind() == ErrorKind::conflict || error.kind() == ErrorKind::invalid_input;
  if (step.kind != StepKind::validate_constraint || !is_finding || !protected_by("unbind")) return;
  const Position position = find(name.migration);
  for (const Step& added : position.live[position.current].plan.steps) {
    if (added.kind != StepKind::add_constraint || added.phase != step.phase ||
        added.table != step.table || added.object != step.object) {
      continue;
    }
    error.detail().next =
        "mend the rows that violate it, then run the same command again: until then the constraint "
        "is off the table and binds nobody";
    try {
      undo_step(name.migration, added);
    } catch (const Error& inverse) {
      error.detail().next = "mend the rows that violate it, then run the same command again";
      env_.observer.on_note(
          {.level = Note::Level::warning,
           .migration = name.migration,
           .text = fmt::format("{} could not be taken back, so it binds clients of the old version "
                               "until it is validated or reversed: {}",
                               added.summary, inverse.what())});
    }
  }
}

// A reversal that is not proved is not over: its steps are undone, its state stays, and running it
// again proves again.
void Runner::prove_reversed(const Position& position) {
  const Unit& unit = position.units[position.current];
  const std::string now = catalog::print_catalog(env_.database, env_.settings.schema);
  const std::string& before = unit.rows.front().texts_before;
  if (now == before || !protected_by("reversal_proof")) return;
  const ReversalDifferences found = differences_of({.before = before,
                                                    .now = now,
                                                    .plan = unit.live.plan,
                                                    .has_others = position.units.size() > 1});
  if (!found.foreign.empty()) {
    env_.observer.on_note(
        {.level = Note::Level::warning,
         .migration = unit.name(),
         .text = fmt::format("the catalogue is not what it was before the migration, by {}: {}",
                             has_irreversible(unit.live.plan)
                                 ? "other hands or by the file's own statements without a way back"
                                 : "other hands",
                             first_of(found.foreign))});
  }
  if (found.ours.empty()) return;
  record([&](Database& database) {
    env_.journal.note(database, unit.name(), "", "reversal_not_proved", first_of(found.ours));
  });
  throw Error(
      ErrorKind::check_failed,
      fmt::format("every step of {} is taken back, but the catalogue is not what it was: {}",
                  unit.name(), first_of(found.ours)),
      {.migration = unit.name(),
       .next = fmt::format("bring that back by hand, then run `migrate reverse {}` again: it "
                           "looks once more",
                           unit.name())});
}

}  // namespace segue::execute
