#pragma once
// A plan is plain data: the resolved changes and the steps that carry them out, in order. It is printed,
// hashed, compared, stored when the migration begins, and resumed from. A step says what is done to which
// object; its text is rendered by the dialect when it is shown and again when it is run.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/change.hpp"
#include "segue/plan.hpp"
#include "segue/states.hpp"

namespace segue::model {

using segue::MigrationState;
using segue::Phase;
using segue::StepState;
using segue::CostClass;
using segue::to_string;

/// What a step does. Both dialects use one list, so that journal, executor and reports need not know
/// the database; a dialect renders those that it plans.
enum class StepKind {
  // expand
  create_functions,      // functions of the expressions
  create_version,        // version schema with its refusing views
  create_object,         // a type, view, function, … (`part` is its place in Change::objects)
  create_table,
  add_column,            // direct, catalogue only
  install_sync,          // new columns or the shadow, with one-way sync
  loosen,                // what the new version needs: DROP NOT NULL, dropped constraints
  run_sql,               // the author's statement (`part` is its index in the phase's list)
  // migrate
  backfill,              // fill the new side for rows that existed before
  build_index,
  add_constraint,        // NOT VALID on the new side
  validate_constraint,
  analyze,
  compare,
  horizon,
  publish,
  // contract
  gate,                  // no client on the old version
  refuse,                // versions that are given up refuse already (soak)
  soak,                  // time for an old client to be noticed
  guard,                 // SQLite: triggers that refuse what the new constraints refuse
  scan,                  // rows that violate a constraint to come
  tighten,               // SET NOT NULL, attach constraints, defaults: binds clients of the old version
  swap,                  // the base takes the new shape
  drop_index,
  drop_object,           // what others stood on until now
  drain,                 // empty and drop what is left
  cleanup,               // functions and leftovers of ours
};

struct Step {
  std::string id;                // unique in the plan and stable: "expand/02-install_sync:users"
  Phase phase = Phase::expand;
  StepKind kind = StepKind::run_sql;
  std::string table;             // logical name after the change (before it for a dropped table)
  std::string object;            // index, constraint or column
  int part = 0;
  std::string summary;           // one line of words
  std::string lock;              // the strongest lock and for how long
  std::string reason;            // why this path
  CostClass cost = CostClass::constant;
  bool transactional = true;
  bool reversible = true;
};

/// Something that a person should know before it starts: effects on clients, what cannot come back.
using segue::PlanNote;

/// Plan of one migration, or of several SQLite migrations fused into one rebuild (oldest first).
struct Plan {
  std::vector<Change> changes;
  std::vector<Step> steps;
  std::vector<PlanNote> notes;
  /// Definitions as found when planned, by key ("index:public.i", "trigger:…", "table:users"): what the
  /// inverses put back. SQLite keeps its fingerprint texts here.
  std::map<std::string, std::string> found;

  [[nodiscard]] const std::string& name() const { return changes.back().migration; }
  [[nodiscard]] const Step* step(const std::string& id) const;
  /// sha256 over the logical plan: changes and steps without shown text.
  [[nodiscard]] std::string hash() const;
};

[[nodiscard]] std::string_view to_string(StepKind kind);
/// Throw Error(bug) for text that no enumerator has.
[[nodiscard]] Phase phase_from(std::string_view text);
[[nodiscard]] MigrationState migration_state_from(std::string_view text);
[[nodiscard]] StepState step_state_from(std::string_view text);
[[nodiscard]] StepKind step_kind_from(std::string_view text);
[[nodiscard]] CostClass cost_class_from(std::string_view text);

/// The stored form, in the journal. `plan_from_json` throws Error(bug) for text it did not write.
[[nodiscard]] std::string to_json(const Plan& plan);
[[nodiscard]] Plan plan_from_json(const std::string& text);

}  // namespace segue::model
