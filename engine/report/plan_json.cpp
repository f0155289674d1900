#include <utility>

#include "engine/report/json.hpp"
#include "engine/report/json_parts.hpp"

namespace segue::report {
namespace {

Json step_json(const PlanStep& step) {
  return {{"id", step.id},
          {"phase", to_string(step.phase)},
          {"kind", step.kind},
          {"table", or_null(step.table)},
          {"object", or_null(step.object)},
          {"summary", step.summary},
          {"reason", or_null(step.reason)},
          {"lock", or_null(step.lock)},
          {"cost", to_string(step.cost)},
          {"rows", or_null(step.rows)},
          {"transactional", step.transactional},
          {"reversible", step.reversible},
          {"sql", step.sql},
          {"inverse", step.inverse}};
}

Json note_json(const PlanNote& note) {
  return {{"kind", note.kind}, {"table", or_null(note.table)}, {"text", note.text}};
}

Json migration_json(const MigrationPlan& migration) {
  Json steps = Json::array();
  for (const PlanStep& step : migration.steps) steps.push_back(step_json(step));
  Json notes = Json::array();
  for (const PlanNote& note : migration.notes) notes.push_back(note_json(note));
  return {{"name", migration.name},          {"fused", migration.fused},
          {"file", or_null(migration.file)}, {"version", migration.version},
          {"hash", migration.hash},          {"state", to_string(migration.state)},
          {"stored", migration.stored},      {"steps", std::move(steps)},
          {"notes", std::move(notes)}};
}

}  // namespace

std::string plan_json(const PlanView& plan) {
  Json document = new_document();
  document["database"] = to_string(plan.database);
  Json migrations = Json::array();
  for (const MigrationPlan& migration : plan.migrations) {
    migrations.push_back(migration_json(migration));
  }
  document["migrations"] = std::move(migrations);
  return to_text(document);
}

}  // namespace segue::report
