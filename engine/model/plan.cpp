#include "engine/model/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "engine/core/hash.hpp"

namespace segue::model {
namespace {

template <typename Enum, std::size_t size>
using Names = std::array<std::pair<Enum, std::string_view>, size>;

constexpr Names<Phase, 3> phases{{{Phase::expand, "expand"},
                                  {Phase::migrate, "migrate"},
                                  {Phase::contract, "contract"}}};

constexpr Names<MigrationState, 9> migration_states{
    {{MigrationState::pending, "pending"},
     {MigrationState::expanding, "expanding"},
     {MigrationState::expanded, "expanded"},
     {MigrationState::migrating, "migrating"},
     {MigrationState::migrated, "migrated"},
     {MigrationState::contracting, "contracting"},
     {MigrationState::contracted, "contracted"},
     {MigrationState::reversing, "reversing"},
     {MigrationState::reversed, "reversed"}}};

constexpr Names<StepState, 5> step_states{{{StepState::pending, "pending"},
                                           {StepState::running, "running"},
                                           {StepState::failed, "failed"},
                                           {StepState::done, "done"},
                                           {StepState::undone, "undone"}}};

constexpr Names<StepKind, 27> step_kinds{{{StepKind::create_functions, "create_functions"},
                                          {StepKind::create_version, "create_version"},
                                          {StepKind::create_object, "create_object"},
                                          {StepKind::create_table, "create_table"},
                                          {StepKind::add_column, "add_column"},
                                          {StepKind::install_sync, "install_sync"},
                                          {StepKind::loosen, "loosen"},
                                          {StepKind::run_sql, "run_sql"},
                                          {StepKind::backfill, "backfill"},
                                          {StepKind::build_index, "build_index"},
                                          {StepKind::add_constraint, "add_constraint"},
                                          {StepKind::validate_constraint, "validate_constraint"},
                                          {StepKind::analyze, "analyze"},
                                          {StepKind::compare, "compare"},
                                          {StepKind::horizon, "horizon"},
                                          {StepKind::publish, "publish"},
                                          {StepKind::gate, "gate"},
                                          {StepKind::refuse, "refuse"},
                                          {StepKind::soak, "soak"},
                                          {StepKind::guard, "guard"},
                                          {StepKind::scan, "scan"},
                                          {StepKind::tighten, "tighten"},
                                          {StepKind::swap, "swap"},
                                          {StepKind::drop_index, "drop_index"},
                                          {StepKind::drop_object, "drop_object"},
                                          {StepKind::drain, "drain"},
                                          {StepKind::cleanup, "cleanup"}}};

constexpr Names<CostClass, 6> cost_classes{{{CostClass::constant, "constant"},
                                            {CostClass::rows_small, "rows_small"},
                                            {CostClass::scan, "scan"},
                                            {CostClass::write, "write"},
                                            {CostClass::index_build, "index_build"},
                                            {CostClass::wait, "wait"}}};

template <typename Enum, std::size_t size>
std::string_view name_in(const Names<Enum, size>& names, Enum value) {
  const auto found = std::find_if(names.begin(), names.end(),
                                  [&](const auto& entry) { return entry.first == value; });
  if (found == names.end()) throw Error(ErrorKind::bug, "an enumerator without a name");
  return found->second;
}

template <typename Enum, std::size_t size>
Enum value_in(const Names<Enum, size>& names, std::string_view text) {
  const auto found = std::find_if(names.begin(), names.end(),
                                  [&](const auto& entry) { return entry.second == text; });
  if (found == names.end()) {
    throw Error(ErrorKind::bug, fmt::format("the journal holds an unknown word: {}", text));
  }
  return found->first;
}

}  // namespace

std::string_view to_string(StepKind kind) { return name_in(step_kinds, kind); }
Phase phase_from(std::string_view text) { return value_in(phases, text); }
MigrationState migration_state_from(std::string_view text) {
  return value_in(migration_states, text);
}
StepState step_state_from(std::string_view text) { return value_in(step_states, text); }
StepKind step_kind_from(std::string_view text) { return value_in(step_kinds, text); }
CostClass cost_class_from(std::string_view text) { return value_in(cost_classes, text); }

const Step* Plan::step(const std::string& id) const {
  const auto found =
      std::find_if(steps.begin(), steps.end(), [&](const Step& s) { return s.id == id; });
  return found == steps.end() ? nullptr : &*found;
}

std::string Plan::hash() const {
  Plan logical{.changes = changes, .steps = steps, .notes = {}, .found = {}};
  for (Step& step : logical.steps) step.summary = step.lock = step.reason = "";
  return sha256_hex(to_json(logical));
}

}  // namespace segue::model
