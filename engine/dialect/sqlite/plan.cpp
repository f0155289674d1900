// Chooses a path per table and lists the steps. A table is rebuilt when any of its columns needs
// it; the choice is kept in the steps, so that a table that grows past a limit later changes
// nothing.

#include "engine/dialect/sqlite/plan.hpp"
#include "engine/core/sql_tokens.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/dialect/sqlite/direct.hpp"
#include "engine/dialect/sqlite/expressions.hpp"
#include "engine/dialect/sqlite/fold.hpp"
#include "engine/dialect/sqlite/notes.hpp"
#include "engine/dialect/sqlite/objects.hpp"
#include "engine/dialect/sqlite/refusals.hpp"
#include "engine/dialect/sqlite/work.hpp"
#include "engine/model/object.hpp"

namespace segue::dialect::sqlite {
namespace {

using model::ColumnChange;
using model::ColumnFate;
using model::CostClass;
using model::Phase;
using model::Step;
using model::StepKind;
using model::TableFate;

constexpr const char* o1_lock = "write lock, O(1)";
constexpr const char* chunk_lock = "write lock, 1 ms per chunk beside others, 5 ms alone";

class Planner {
 public:
  explicit Planner(const PlanInput& input) : input_(input) { plan_.changes = input.changes; }

  model::Plan run() {
    read_works();
    for (const TableWork& work : works_) {
      for (Problem& problem : refusals_of(work, input_)) problems_.push_back(std::move(problem));
    }
    index_refusals();
    for (Problem& problem : object_refusals(works_, input_))
      problems_.push_back(std::move(problem));
    if (!problems_.empty()) {
      throw Error(ErrorKind::refused, problems_.front().message, {.problems = problems_});
    }
    expand();
    migrate();
    contract();
    add_object_notes(plan_.notes, objects_of(input_.changes));
    for (const TableWork& work : works_) add_notes(plan_.notes, work, input_);
    remember_texts();
    return std::move(plan_);
  }

 private:
  void read_works() {
    for (model::TableChange& change : folded_changes(input_.changes, problems_)) {
      TableWork work{.change = std::move(change)};
      work.base = input_.catalog.table(work.change.physical);
      const bool changed =
          work.change.fate == TableFate::changed && work.base != nullptr && work.base->kind == 'r';
      const std::string reason =
          changed ? reason_to_rebuild(*work.base, work.change, input_.settings) : "";
      if (!reason.empty()) {
        RebuildResult result =
            make_rebuild(*work.base, work.change, version_name(input_.changes.back()));
        for (Problem& problem : result.problems) problems_.push_back(std::move(problem));
        work.rebuild = std::move(result.rebuild);
      }
      reasons_.push_back(reason);
      works_.push_back(std::move(work));
    }
  }

  void index_refusals() {
    for (const TableWork& work : works_) {
      if (work.rebuild || work.base == nullptr) continue;
      for (const model::CreateIndex& index : work.change.created_indexes) {
        // Unknown: the number of rows is asked for by preflight.
        if (work.base->estimated_rows < 0 ||
            fits(*work.base, Rate::create_index, input_.settings)) {
          continue;
        }
        problems_.push_back(
            {fmt::format(
                 "create_index {}: building it would hold the write lock for {} ms, more than "
                 "sqlite.direct_budget ({} ms); grafted indexes are not built yet. Raise the "
                 "budget, or create it in a migration that rebuilds the table",
                 index.name, forecast_ms(*work.base, Rate::create_index),
                 input_.settings.sqlite_direct_budget_ms),
             work.change.where});
      }
    }
  }

  Step& add(Phase phase, StepKind kind, const std::string& subject) {
    Step step;
    const std::size_t number = 1U + static_cast<std::size_t>(std::count_if(
                                        plan_.steps.begin(), plan_.steps.end(),
                                        [&](const Step& s) { return s.phase == phase; }));
    step.phase = phase;
    step.kind = kind;
    step.id = fmt::format("{}/{:02}-{}", model::to_string(phase), number, model::to_string(kind));
    if (!subject.empty()) step.id += ":" + subject;
    step.lock = o1_lock;
    plan_.steps.push_back(std::move(step));
    return plan_.steps.back();
  }

  Step& add(Phase phase, StepKind kind, const TableWork& work, std::string summary) {
    const std::string& name = work.change.after.empty() ? work.change.before : work.change.after;
    Step& step = add(phase, kind, name);
    step.table = name;
    step.object = work.change.physical;
    step.summary = std::move(summary);
    return step;
  }

  void expand() {
    for (std::size_t i = 0; i < works_.size(); ++i) {
      const TableWork& work = works_[i];
      const std::string& name = work.change.physical;
      if (work.change.fate == TableFate::created) {
        add(Phase::expand, StepKind::create_table, work, fmt::format("create table {}", name));
      } else if (work.rebuild) {
        add(Phase::expand, StepKind::install_sync, work,
            fmt::format("create the shadow of {} and its one-way sync", name))
            .reason = reasons_[i];
      } else if (work.change.fate == TableFate::changed) {
        expand_direct(work);
      }
    }
    created_objects();
    add_opaque(Phase::expand, [](const model::Change& change) { return change.expand; });
  }

  // A migration with such operations is never fused.
  void created_objects() {
    const Objects& objects = input_.changes.front().objects;
    for (std::size_t i = 0; i < objects.size(); ++i) {
      if (objects[i].action == model::ObjectAction::drop) continue;
      Step& step = add(Phase::expand, StepKind::create_object, objects[i].name);
      step.object = objects[i].name;
      step.part = static_cast<int>(i) + 1;
      step.summary = "create " + model::described(objects[i]);
    }
  }

  void expand_direct(const TableWork& work) {
    for (const ColumnChange& column : work.change.columns) {
      if (column.fate != ColumnFate::added) continue;
      Step& step = add(Phase::expand, StepKind::add_column, work,
                       fmt::format("add column {}.{}", work.change.physical, column.after));
      step.id += "." + column.after;
      step.object = column.after;
      step.reason = "a constant default: ALTER TABLE ADD COLUMN touches no row";
    }
    if (std::any_of(work.change.columns.begin(), work.change.columns.end(), loosens)) {
      add(Phase::expand, StepKind::loosen, work,
          fmt::format("drop NOT NULL from the text of {}", work.change.physical));
    }
  }

  template <typename OfChange>
  void add_opaque(Phase phase, const OfChange& steps_of) {
    int part = 0;
    for (const model::Change& change : input_.changes) {
      for (const model::OpaqueStep& opaque : steps_of(change)) {
        if (opaque.backfill) {
          Step& step = add(phase, StepKind::backfill, opaque.backfill->table);
          step.table = opaque.backfill->table;
          step.part = ++part;
          step.cost = CostClass::write;
          step.lock = chunk_lock;
          step.transactional = false;
          step.summary = fmt::format("the author's backfill of {}", opaque.backfill->table);
        } else {
          Step& step = add(phase, StepKind::run_sql, fmt::format("{}", part + 1));
          step.part = ++part;
          step.transactional = opaque.transaction;
          // What only keeps the file in order leaves nothing to be taken back.
          step.reversible = opaque.reverse.has_value() || is_sqlite_upkeep(opaque.sql->text);
          step.summary = "the author's statement";
          step.lock = "as the statement takes it";
        }
      }
    }
  }

  void migrate() {
    for (const TableWork& work : works_) {
      if (!work.rebuild) continue;
      Step& copy = add(Phase::migrate, StepKind::backfill, work,
                       fmt::format("copy {} into its shadow", work.change.physical));
      copy.cost = CostClass::write;
      copy.lock = chunk_lock;
    }
    for (const TableWork& work : works_) {
      if (work.rebuild) continue;
      for (const model::CreateIndex& index : work.change.created_indexes) {
        if (!index.unique) add_index(Phase::migrate, work, index);
      }
    }
    add_opaque(Phase::migrate, [](const model::Change& change) { return change.migrate; });
    for (const TableWork& work : works_) {
      if (!work.rebuild) continue;
      Step& step =
          add(Phase::migrate, StepKind::compare, work,
              fmt::format("prove that the shadow of {} is what `up` says", work.change.physical));
      step.cost = CostClass::scan;
      step.lock = "none (reads)";
    }
    Step& step = add(Phase::migrate, StepKind::publish, "");
    const bool rebuilds = std::any_of(works_.begin(), works_.end(), [](const TableWork& work) {
      return work.rebuild.has_value();
    });
    step.summary = fmt::format("serve version {}{}", version_name(input_.changes.back()),
                               rebuilds ? ", two-way sync" : "");
  }

  void add_index(Phase phase, const TableWork& work, const model::CreateIndex& index) {
    Step& step = add(phase, StepKind::build_index, work, fmt::format("build index {}", index.name));
    step.id = step.id.substr(0, step.id.rfind(':') + 1) + index.name;
    step.object = index.name;
    step.cost = CostClass::index_build;
    step.lock = "write lock for the whole build";
    step.reason = "within sqlite.direct_budget";
  }

  bool has_late(const TableWork& work) const {
    if (work.rebuild) return !work.rebuild->late.empty();
    return work.base != nullptr && work.change.fate == TableFate::changed &&
           !direct_guards(*work.base, work.change).late.empty();
  }

  // An edit, an ALTER, or another owner of a b-tree: whatever old clients notice.
  static bool changes_at_contract(const TableWork& work) {
    if (work.change.fate == TableFate::created) return false;
    if (work.change.fate == TableFate::dropped || work.rebuild) return true;
    return std::any_of(work.change.columns.begin(), work.change.columns.end(), tightens) ||
           !direct_alters(work.change).empty();
  }

  void contract() {
    const bool swaps = std::any_of(works_.begin(), works_.end(), changes_at_contract) ||
                       drops_any(objects_of(input_.changes));
    const bool unique_index = std::any_of(works_.begin(), works_.end(), [](const TableWork& work) {
      return !work.rebuild && !indexes_of_contract(work.base, work.change).empty();
    });
    if (swaps || unique_index) {
      Step& gate = add(Phase::contract, StepKind::gate, "");
      gate.summary = "no client uses the old version";
      gate.cost = CostClass::wait;
      gate.lock = "none (reads)";
    }
    if (std::any_of(works_.begin(), works_.end(), [&](const auto& w) { return has_late(w); })) {
      add(Phase::contract, StepKind::guard, "").summary =
          "refuse rows that violate the constraints of the new version";
    }
    for (const TableWork& work : works_) prove(work);
    for (const TableWork& work : works_) {
      if (work.rebuild) continue;
      for (const model::CreateIndex& index : indexes_of_contract(work.base, work.change)) {
        add_index(Phase::contract, work, index);
      }
    }
    add_opaque(Phase::contract, [](const model::Change& change) { return change.contract; });
    if (swaps) finish();
  }

  void prove(const TableWork& work) {
    const std::string& name = work.change.physical;
    if (has_late(work)) {
      Step& step = add(Phase::contract, StepKind::scan, work,
                       fmt::format("no row of {} violates them", name));
      step.cost = CostClass::scan;
      step.lock = "none (reads)";
    }
    if (!work.rebuild) return;
    Step& step = add(Phase::contract, StepKind::compare, work,
                     fmt::format("prove that {} and its shadow agree", name));
    step.cost = CostClass::scan;
    step.lock = "none (reads)";
    if (work.rebuild->helper_indexes.empty()) return;
    add(Phase::contract, StepKind::drop_index, work,
        fmt::format("drop helper indexes of the shadow of {}", name));
  }

  void finish() {
    Step& swap = add(Phase::contract, StepKind::swap, "");
    swap.summary = "the base takes the new shape";
    swap.reversible = false;
    for (const TableWork& work : works_) {
      if (!work.rebuild && work.change.fate != TableFate::dropped) continue;
      Step& drain = add(Phase::contract, StepKind::drain, work,
                        fmt::format("empty what is left of {}", work.change.physical));
      drain.cost = CostClass::write;
      drain.lock = chunk_lock;
      drain.reversible = false;
      Step& drop = add(Phase::contract, StepKind::cleanup, work,
                       fmt::format("drop what is left of {}", work.change.physical));
      drop.reversible = false;
    }
  }

  // What inverses put back, and what the proof of a reversal is held against.
  void remember_texts() {
    for (const TableWork& work : works_) {
      if (work.base == nullptr) continue;
      plan_.found["table:" + work.base->name] = work.base->sql;
      for (const model::CatalogIndex& index : work.base->indexes) {
        if (!index.definition.empty()) plan_.found["index:" + index.name] = index.definition;
      }
      for (const model::CatalogTrigger& trigger : work.base->triggers) {
        plan_.found["trigger:" + trigger.name] = trigger.definition;
      }
    }
  }

  const PlanInput& input_;
  model::Plan plan_;
  std::vector<TableWork> works_;
  std::vector<std::string> reasons_;
  std::vector<Problem> problems_;
};

}  // namespace

model::Plan make_plan(const PlanInput& input) { return Planner(input).run(); }

}  // namespace segue::dialect::sqlite
