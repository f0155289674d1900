// The order of steps on PostgreSQL. Within each phase: what others need first. Contract begins with
// everything that can fail, each with its own inverse, and ends with the swap and what follows it.

#include "engine/dialect/postgres/steps.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/dialect/postgres/constraints.hpp"
#include "engine/dialect/postgres/movement.hpp"
#include "engine/dialect/postgres/objects.hpp"
#include "engine/dialect/postgres/tables.hpp"
#include "engine/model/object.hpp"

namespace segue::dialect::postgres {
namespace {

using model::Change;
using model::ColumnChange;
using model::ColumnFate;
using model::CostClass;
using model::ObjectAction;
using model::ObjectKind;
using model::Phase;
using model::Step;
using model::StepKind;
using model::TableChange;
using model::TableFate;

class Steps {
 public:
  Steps(const Change& change, const PlanInput& input) : change_(change), input_(input) {}

  std::vector<Step> run() {
    expand();
    migrate();
    contract();
    return std::move(steps_);
  }

 private:
  Step& add(Phase phase, StepKind kind, std::string summary, const std::string& table = "",
            const std::string& object = "") {
    int number = 1;
    for (const Step& step : steps_) number += step.phase == phase ? 1 : 0;
    Step step{.phase = phase,
              .kind = kind,
              .table = table,
              .object = object,
              .summary = std::move(summary)};
    step.id = fmt::format("{}/{:02}-{}", to_string(phase), number, to_string(kind));
    if (!table.empty()) step.id += ":" + table;
    if (!object.empty()) step.id += "." + object;
    return steps_.emplace_back(std::move(step));
  }

  bool any_sync() const {
    for (const TableChange& table : change_.tables) {
      if (table.has_sync()) return true;
    }
    return false;
  }

  void opaque(Phase phase, const std::vector<model::OpaqueStep>& parts, bool reversible_only,
              bool irreversible_only) {
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (reversible_only && !parts[i].reverse) continue;
      if (irreversible_only && parts[i].reverse) continue;
      const bool is_backfill = parts[i].backfill.has_value();
      Step& step = add(phase, is_backfill ? StepKind::backfill : StepKind::run_sql,
                       is_backfill ? "fill " + parts[i].backfill->table + " as the file says"
                                   : "run the file's own statement");
      step.part = static_cast<int>(i) + 1;
      step.transactional = parts[i].transaction && !is_backfill;
      step.cost = is_backfill ? CostClass::write : CostClass::scan;
      step.lock = "that of the statement";
      step.reason = "the author named this phase";
      step.reversible = parts[i].reverse.has_value() || is_backfill;
    }
  }

  void created_objects(bool first) {
    for (std::size_t i = 0; i < change_.objects.size(); ++i) {
      const model::ObjectOperation& op = change_.objects[i];
      if (op.action == ObjectAction::drop || comes_first(op, change_) != first) continue;
      const bool adds = op.action == ObjectAction::add_value;
      Step& step = add(Phase::expand, StepKind::create_object,
                       adds ? fmt::format("type {} gets the value \"{}\"", op.name, op.values[0])
                            : "create " + model::described(op),
                       "", op.name);
      step.part = static_cast<int>(i) + 1;
      step.reversible = !adds;
      step.reason = adds ? "its own transaction: the value cannot be used before its commit"
                         : "additive: old clients do not see it";
      step.lock = "none on tables";
      if (op.kind == ObjectKind::trigger) {
        step.lock = "SHARE ROW EXCLUSIVE, milliseconds, by the ladder";
        step.reason = "fires for clients of all versions";
      } else if (op.kind == ObjectKind::materialized_view) {
        step.cost = CostClass::scan;
        step.lock = "ACCESS SHARE on what it reads";
      }
    }
  }

  void dropped_objects() {
    for (std::size_t i = 0; i < change_.objects.size(); ++i) {
      const model::ObjectOperation& op = change_.objects[i];
      if (op.action != ObjectAction::drop || goes_with_swap(op)) continue;
      Step& step =
          add(Phase::contract, StepKind::drop_object, "drop " + model::described(op), "", op.name);
      step.part = static_cast<int>(i) + 1;
      step.lock = "none on tables";
      step.reason = "what stood on it is gone with the swap";
      step.reversible = false;
    }
  }

  void expand() {
    created_objects(true);
    if (any_sync()) {
      add(Phase::expand, StepKind::create_functions, "functions of `up` and `down`").lock = "none";
    }
    Step& version =
        add(Phase::expand, StepKind::create_version,
            fmt::format("schema of version {}, refusing until publish", change_.version_schema));
    version.lock = "none on tables";
    for (const TableChange& table : change_.tables) {
      if (table.fate == TableFate::created) {
        Step& step =
            add(Phase::expand, StepKind::create_table, "create table " + table.after, table.after);
        step.lock = "none on other tables";
        step.reason = "additive: old clients do not see it";
      }
    }
    for (const TableChange& table : change_.tables) expand_table(table);
    created_objects(false);
    opaque(Phase::expand, change_.expand, false, false);
  }

  void expand_table(const TableChange& table) {
    if (table.fate != TableFate::changed) return;
    const bool widens = !widened_columns(table).empty();
    const bool frees =
        std::any_of(table.dropped_constraints.begin(), table.dropped_constraints.end(),
                    [](const auto& c) { return c.early; });
    if (!loosened_columns(table).empty() || widens || frees) {
      Step& step =
          add(Phase::expand, StepKind::loosen,
              fmt::format("{} accepts what the new version needs", table.after), table.after);
      step.lock = "ACCESS EXCLUSIVE, milliseconds";
      step.reason =
          widens ? "the type widens and no row is written; loosening does not disturb old clients"
                 : "loosening does not disturb old clients";
    }
    bool added = false;
    for (const ColumnChange& c : table.columns) {
      added = added || c.fate == ColumnFate::added || c.fate == ColumnFate::replaced;
    }
    if (table.has_sync()) {
      Step& step =
          add(Phase::expand, StepKind::install_sync,
              fmt::format("new columns of {} with one-way sync", table.after), table.after);
      step.lock = "ACCESS EXCLUSIVE, milliseconds, by the ladder";
      step.reason = "a column beside the column: the cheapest dual-write";
    } else if (added) {
      Step& step =
          add(Phase::expand, StepKind::add_column, "add columns to " + table.after, table.after);
      step.lock = "ACCESS EXCLUSIVE, milliseconds, by the ladder";
      step.reason = "null or constant default: no row is written";
    }
  }

  void indexes(Phase phase, const TableChange& table, bool tightening) {
    for (const NewSideObject& index : new_side_indexes(table, change_, input_.catalog)) {
      if (index.tightening != tightening) continue;
      Step& step = add(phase, StepKind::build_index, "build index " + index.final_name, table.after,
                       index.object);
      step.lock = "SHARE UPDATE EXCLUSIVE";
      step.cost = CostClass::index_build;
      step.transactional = table.fate == TableFate::created;
      step.reason = "concurrently: no write waits";
    }
  }

  void constraints(Phase phase, const TableChange& table, bool tightening) {
    for (const NewSideObject& c : new_side_constraints(table, change_, input_.catalog)) {
      if (c.tightening != tightening) continue;
      Step& step = add(phase, StepKind::add_constraint,
                       fmt::format("constraint {} on {}, not yet valid", c.interim,
                                   c.on_table.empty() ? table.after : c.on_table),
                       table.after, c.object);
      step.lock = c.constraint_type == 'f' ? "SHARE ROW EXCLUSIVE on both tables, by the ladder"
                                           : "ACCESS EXCLUSIVE, milliseconds, by the ladder";
      step.reason = fmt::format("from here on old clients can get {} from it",
                                c.constraint_type == 'f'   ? "23503"
                                : c.constraint_type == 'x' ? "23P01"
                                                           : "23514");
      if (c.constraint_type == 'x') {
        step.summary = fmt::format("constraint {} on {}", c.interim, table.after);
        step.lock = "ACCESS EXCLUSIVE while the index of a tiny table is built";
        step.cost = CostClass::index_build;
        step.reason += "; nothing validates it later, so only within direct_limit";
        continue;
      }
      if (c.definition.ends_with(" NOT ENFORCED")) {
        step.reason = "not enforced, and stays so: nobody notices it";
        continue;
      }
      if (!c.validated) {
        step.reason += "; it was not validated, and stays so";
        continue;
      }
      Step& validate =
          add(phase, StepKind::validate_constraint, "validate " + c.interim, table.after, c.object);
      validate.lock = "SHARE UPDATE EXCLUSIVE";
      validate.cost = CostClass::scan;
      validate.reason = "a row that violates it stops here, and the constraint is dropped again";
    }
  }

  void migrate() {
    opaque(Phase::migrate, change_.migrate, false, false);
    bool filled = !change_.migrate.empty();
    for (const TableChange& table : change_.tables) {
      bool forward = false;
      for (const ColumnChange& c : table.columns) forward = forward || c.up.has_value();
      if (!forward) continue;
      filled = true;
      Step& step = add(Phase::migrate, StepKind::backfill,
                       fmt::format("fill the new columns of {}", table.after), table.after);
      step.lock = "ROW EXCLUSIVE, rows of one chunk";
      step.cost = CostClass::write;
      step.transactional = false;
      step.reason = "in block ranges, computed in place";
    }
    for (const TableChange& table : change_.tables) {
      if (table.fate != TableFate::dropped) indexes(Phase::migrate, table, false);
    }
    // After the indexes: a foreign key stands on one of another table.
    for (const TableChange& table : change_.tables) {
      if (table.fate != TableFate::dropped) constraints(Phase::migrate, table, false);
    }
    for (const TableChange& table : change_.tables) {
      if (!table.has_sync()) continue;
      Step& analyze =
          add(Phase::migrate, StepKind::analyze, "statistics of " + table.after, table.after);
      analyze.lock = "SHARE UPDATE EXCLUSIVE";
      analyze.cost = CostClass::scan;
      Step& compare = add(Phase::migrate, StepKind::compare,
                          "prove that both sides of " + table.after + " agree", table.after);
      compare.lock = "ACCESS SHARE";
      compare.cost = CostClass::scan;
      compare.transactional = false;
    }
    if (filled) {
      Step& step =
          add(Phase::migrate, StepKind::horizon, "wait for snapshots older than the backfill");
      step.cost = CostClass::wait;
      step.transactional = false;
      step.lock = "none";
    }
    Step& step = add(Phase::migrate, StepKind::publish,
                     fmt::format("serve version {}{}", change_.version_schema,
                                 any_sync() ? ", two-way sync" : ""));
    step.lock = any_sync() ? "SHARE ROW EXCLUSIVE, milliseconds, by the ladder" : "none on tables";
  }

  void contract() {
    Step& gate = add(Phase::contract, StepKind::gate, "no client on the old version");
    gate.cost = CostClass::wait;
    gate.transactional = false;
    gate.lock = "none";
    for (const TableChange& table : change_.tables) {
      if (table.fate == TableFate::changed) indexes(Phase::contract, table, true);
    }
    for (const TableChange& table : change_.tables) {
      if (table.fate == TableFate::changed) constraints(Phase::contract, table, true);
    }
    for (const TableChange& table : change_.tables) {
      if (left_rules(table, change_.ordinal).empty()) continue;
      Step& step =
          add(Phase::contract, StepKind::scan,
              fmt::format("no row of {} was left without its new value", table.after), table.after);
      step.lock = "ACCESS SHARE";
      step.cost = CostClass::scan;
      step.reason = "`on_error: leave`: what is left would be lost";
    }
    for (const TableChange& table : change_.tables) {
      if (!table.has_sync()) continue;
      Step& compare =
          add(Phase::contract, StepKind::compare,
              "prove once more that both sides of " + table.after + " agree", table.after);
      compare.lock = "ACCESS SHARE";
      compare.cost = CostClass::scan;
      compare.transactional = false;
    }
    opaque(Phase::contract, change_.contract, true, false);
    Step& swap = add(Phase::contract, StepKind::swap, "the base takes the new shape");
    swap.lock = "ACCESS EXCLUSIVE, milliseconds, by the ladder";
    swap.reversible = false;
    for (const TableChange& table : change_.tables) {
      for (const std::string& index : table.dropped_indexes) {
        Step& step =
            add(Phase::contract, StepKind::drop_index, "drop index " + index, table.after, index);
        step.lock = "SHARE UPDATE EXCLUSIVE";
        step.transactional = false;
        step.reversible = false;
      }
    }
    opaque(Phase::contract, change_.contract, false, true);
    if (any_sync()) {
      Step& step = add(Phase::contract, StepKind::cleanup, "functions of `up` and `down` go");
      step.lock = "none on tables";
      step.reversible = false;
    }
    dropped_objects();
  }

  const Change& change_;
  const PlanInput& input_;
  std::vector<Step> steps_;
};

}  // namespace

std::vector<Step> steps_of(const Change& change, const PlanInput& input) {
  return Steps(change, input).run();
}

}  // namespace segue::dialect::postgres
