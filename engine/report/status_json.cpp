#include <cmath>
#include <utility>

#include "engine/report/json.hpp"
#include "engine/report/json_parts.hpp"

namespace segue::report {
namespace {

Json database_json(const DatabaseStatus& database) {
  return {{"kind", to_string(database.kind)},
          {"url", database.url},
          {"name", database.name},
          {"schema", or_null(database.schema)},
          {"server_version", database.server_version},
          {"journal_format", database.journal_format}};
}

Json lease_json(const std::optional<LeaseStatus>& lease) {
  if (!lease) return nullptr;
  return {{"holder", lease->holder},   {"host", lease->host},
          {"pid", lease->pid},         {"epoch", lease->epoch},
          {"command", lease->command}, {"acquired_at", or_null(lease->acquired_at)},
          {"alive", lease->alive}};
}

Json version_entry(const VersionStatus& version) {
  return {{"name", version.name},
          {"schema", or_null(version.schema)},
          {"served", version.served},
          {"live_clients", or_null(version.live_clients)}};
}

Json blocker_json(const Blocker& blocker) {
  return {{"session", blocker.session},
          {"user", or_null(blocker.user)},
          {"application", or_null(blocker.application)},
          {"state", or_null(blocker.state)},
          {"since", or_null(blocker.since)},
          {"statement", or_null(blocker.statement)},
          {"waits_for", or_null(blocker.waits_for)}};
}

// A rate of a thousandth of a row is noise; whole tenths keep documents comparable.
Json tenths(const std::optional<double>& value) {
  if (!value || !std::isfinite(*value)) return nullptr;
  return std::round(*value * 10) / 10;
}

Json step_json(const StepStatus& step) {
  return {{"id", step.id},
          {"phase", to_string(step.phase)},
          {"kind", step.kind},
          {"summary", step.summary},
          {"state", to_string(step.state)},
          {"attempts", step.attempts},
          {"started_at", or_null(step.started_at)},
          {"finished_at", or_null(step.finished_at)},
          {"rows_done", step.rows_done},
          {"rows_total", or_null(step.rows_total)},
          {"rows_per_second", tenths(step.rows_per_second)},
          {"eta_seconds", tenths(step.eta_seconds)},
          {"error", or_null(step.error)}};
}

Json value_json(const std::string& value) { return value; }
Json value_json(const std::optional<std::int64_t>& value) { return or_null(value); }

template <typename Map>
Json object_of(const Map& map) {
  Json object = Json::object();
  for (const auto& [key, value] : map) object[key] = value_json(value);
  return object;
}

Json migration_json(const MigrationStatus& migration) {
  Json blockers = Json::array();
  for (const Blocker& blocker : migration.blocked_by) blockers.push_back(blocker_json(blocker));
  Json steps = Json::array();
  for (const StepStatus& step : migration.steps) steps.push_back(step_json(step));
  return {{"name", migration.name},
          {"state", to_string(migration.state)},
          {"phase", migration.phase ? Json(to_string(*migration.phase)) : Json(nullptr)},
          {"schema", or_null(migration.schema)},
          {"reversible", migration.reversible},
          {"file_missing", migration.file_missing},
          {"file_changed", migration.file_changed},
          {"reversal_loss", object_of(migration.reversal_loss)},
          {"left_rows", object_of(migration.left_rows)},
          {"proof", object_of(migration.proof)},
          {"blocked_by", std::move(blockers)},
          {"steps", std::move(steps)}};
}

}  // namespace

std::string status_json(const Status& status) {
  Json document = new_document();
  document["database"] = database_json(status.database);
  document["lease"] = lease_json(status.lease);
  Json versions = Json::array();
  for (const VersionStatus& version : status.versions) versions.push_back(version_entry(version));
  document["versions"] = std::move(versions);
  Json migrations = Json::array();
  for (const MigrationStatus& migration : status.migrations) {
    migrations.push_back(migration_json(migration));
  }
  document["migrations"] = std::move(migrations);
  return to_text(document);
}

}  // namespace segue::report
