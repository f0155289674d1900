#include "engine/journal/journal.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "engine/core/identifier.hpp"
#include "engine/core/protection.hpp"
#include "engine/database/transaction.hpp"
#include "engine/journal/journal_sql.hpp"
#include "engine/journal/upgrade.hpp"

namespace segue::journal {
namespace {

using database::Database;
using database::Result;
using database::Value;

constexpr const char* migration_columns =
    "name, position, ordinal, fused, state, target, version_schema, schema_name, base_schema, "
    "file_hash, plan, given_up, catalogue_before, catalogue_after, texts_before";

MigrationRow migration_row(const Result& r, std::size_t i) {
  return {.name = r.text(i, 0),
          .position = r.integer(i, 1),
          .ordinal = static_cast<int>(r.integer(i, 2)),
          .fused = r.integer(i, 3),
          .state = model::migration_state_from(r.text(i, 4)),
          .target = r.text(i, 5),
          .version_schema = r.text(i, 6),
          .schema_name = r.text(i, 7),
          .base_schema = r.text(i, 8),
          .file_hash = r.text(i, 9),
          .plan = r.text(i, 10),
          .given_up = r.boolean(i, 11),
          .catalogue_before = r.text(i, 12),
          .catalogue_after = r.text(i, 13),
          .texts_before = r.text(i, 14)};
}

std::vector<Value> values_of(const MigrationRow& row) {
  return {row.name,
          row.position,
          std::int64_t{row.ordinal},
          row.fused,
          std::string(to_string(row.state)),
          row.target,
          row.version_schema,
          row.schema_name,
          row.base_schema,
          row.file_hash,
          row.plan,
          std::int64_t{row.given_up ? 1 : 0},
          row.catalogue_before,
          row.catalogue_after,
          row.texts_before};
}

ProgressRow progress_row(const Result& r, std::size_t i) {
  return {.migration = r.text(i, 0),
          .step = r.text(i, 1),
          .position = r.text(i, 2),
          .mark = r.text(i, 3),
          .identity = r.text(i, 4),
          .rows = r.integer(i, 5),
          .total = r.integer(i, 6),
          .busy_seconds = std::stod(r.text(i, 7))};
}

EventRow event_row(const Result& r, std::size_t i) {
  return {.id = r.integer(i, 0),
          .at = r.text(i, 1),
          .migration = r.text(i, 2),
          .step = r.text(i, 3),
          .kind = r.text(i, 4),
          .who = r.text(i, 5),
          .host = r.text(i, 6),
          .detail = r.text(i, 7)};
}

constexpr const char* event_columns = "id, {at}, migration, step, kind, who, host, detail";

constexpr const char* progress_columns =
    "migration, step, position, mark, identity, rows, total, busy_seconds";

}  // namespace

std::string detail_text(const EventRow& event) {
  const nlohmann::json detail = nlohmann::json::parse(event.detail, nullptr, false);
  if (!detail.is_object()) return event.detail;
  if (detail.contains("text")) return detail.at("text").get<std::string>();
  return detail.value("at", event.detail);
}

Fingerprints fingerprints_of(const EventRow& event) {
  const nlohmann::json detail = nlohmann::json::parse(event.detail, nullptr, false);
  if (!detail.is_object()) return {};
  return {.before = detail.value("catalogue_before", ""),
          .after = detail.value("catalogue_after", "")};
}

Journal::Journal(Database& database, Author author)
    : database_(&database), author_(std::move(author)) {}

std::string Journal::sql(std::string_view text) const {
  return journal_sql(text, database_->kind());
}

int Journal::installed() const {
  if (database_->query(sql("{installed}")).integer(0, 0) == 0) return 0;
  const Result format = database_->query(sql("SELECT max(version) FROM {segue}format"));
  return known_format(format.integer(0, 0));
}

int Journal::known_format(std::int64_t version) {
  if (version < 1) {
    throw Error(ErrorKind::refused,
                fmt::format("the journal in this database has format {}, which no engine has ever "
                            "written",
                            version),
                {.next = "find out who has changed it; a backup of the journal's tables is good"});
  }
  if (version > format_version) {
    throw Error(
        ErrorKind::refused,
        fmt::format("the journal in this database has format {}, and this engine knows formats "
                    "up to {}",
                    version, format_version),
        {.next = "use the engine that wrote it, or a newer one"});
  }
  return static_cast<int>(version);
}

void Journal::install(const std::vector<std::string>& support) {
  database::Transaction transaction(*database_, database::begin_writing(*database_));
  const int found = installed();
  if (found == 0) {
    for (const std::string& statement : table_definitions(database_->kind())) {
      database_->query(statement);
    }
  } else {
    upgrade(*database_, found, upgrades(database_->kind()));
  }
  for (const std::string& statement : support) database_->query(statement);
  transaction.commit();
}

std::int64_t Journal::take_over() {
  database::Transaction transaction(*database_, database::begin_writing(*database_));
  database_->query(
      sql("UPDATE {segue}lease SET epoch = epoch + 1, beat = 0, who = $1, host = $2, pid = $3, "
          "backend_pid = $4, command = $5, since = {now}"),
      {author_.who, author_.host, author_.pid, database_->session().backend_pid, author_.command});
  const Result lease = database_->query(sql("SELECT epoch FROM {segue}lease"));
  const std::int64_t epoch = lease.integer(0, 0);
  if (const std::string tell_worker = sql("{tell_worker}"); !tell_worker.empty()) {
    database_->query(tell_worker, {epoch, database_->session().backend_pid});
  }
  transaction.commit();
  epoch_ = epoch;
  return epoch;
}

void Journal::fence(Database& database) const {
  const Result fenced = database.query(sql("{fence}"), {epoch_});
  if (fenced.affected != 1 && protected_by("fence")) {
    throw Error(ErrorKind::lock_timeout,
                "another runner has taken over: this one stops and changes nothing more",
                {.next = "run `migrate status` to see who holds the lease"});
  }
}

std::optional<LeaseRow> Journal::lease() const {
  const Result r = database_->query(
      sql("SELECT epoch, beat, who, host, pid, backend_pid, command, since FROM {segue}lease"));
  if (r.empty() || r.integer(0, 0) == 0) return std::nullopt;
  return LeaseRow{.epoch = r.integer(0, 0),
                  .beat = r.integer(0, 1),
                  .who = r.text(0, 2),
                  .host = r.text(0, 3),
                  .pid = r.is_null(0, 4) ? 0 : r.integer(0, 4),
                  .backend_pid = r.is_null(0, 5) ? 0 : r.integer(0, 5),
                  .command = r.text(0, 6),
                  .since = r.text(0, 7)};
}

std::vector<MigrationRow> Journal::migrations() const {
  const Result r = database_->query(
      sql(fmt::format("SELECT {} FROM {{segue}}migration ORDER BY position", migration_columns)));
  std::vector<MigrationRow> rows;
  for (std::size_t i = 0; i < r.rows.size(); ++i) rows.push_back(migration_row(r, i));
  return rows;
}

std::vector<StepRow> Journal::steps(const std::string& migration) const {
  const Result r = database_->query(
      sql("SELECT migration, id, phase, kind, state, attempts, started_at, finished_at, error FROM "
          "{segue}step WHERE migration = $1 ORDER BY started_at, id"),
      {migration});
  std::vector<StepRow> rows;
  for (std::size_t i = 0; i < r.rows.size(); ++i) {
    rows.push_back({.migration = r.text(i, 0),
                    .id = r.text(i, 1),
                    .phase = model::phase_from(r.text(i, 2)),
                    .kind = r.text(i, 3),
                    .state = model::step_state_from(r.text(i, 4)),
                    .attempts = static_cast<int>(r.integer(i, 5)),
                    .started_at = r.text(i, 6),
                    .finished_at = r.text(i, 7),
                    .error = r.text(i, 8)});
  }
  return rows;
}

std::optional<ProgressRow> Journal::progress(const std::string& migration,
                                             const std::string& step) const {
  const Result r = database_->query(
      sql(fmt::format("SELECT {} FROM {{segue}}progress WHERE migration = $1 AND step = $2",
                      progress_columns)),
      {migration, step});
  if (r.empty()) return std::nullopt;
  return progress_row(r, 0);
}

std::vector<ProgressRow> Journal::progress_of(const std::string& migration) const {
  const Result r = database_->query(
      sql(fmt::format("SELECT {} FROM {{segue}}progress WHERE migration = $1", progress_columns)),
      {migration});
  std::vector<ProgressRow> rows;
  for (std::size_t i = 0; i < r.rows.size(); ++i) rows.push_back(progress_row(r, i));
  return rows;
}

std::vector<EventRow> Journal::events(const std::string& migration, std::int64_t limit) const {
  const Result r = database_->query(
      sql(fmt::format("SELECT {} FROM (SELECT * FROM {{segue}}event WHERE $1 = '' OR migration = "
                      "$1 ORDER BY id DESC LIMIT $2) AS newest ORDER BY id",
                      event_columns)),
      {migration, limit > 0 ? limit : std::int64_t{1'000'000'000}});
  std::vector<EventRow> rows;
  for (std::size_t i = 0; i < r.rows.size(); ++i) rows.push_back(event_row(r, i));
  return rows;
}

std::optional<EventRow> Journal::last_event(const std::vector<std::string>& kinds) const {
  std::vector<std::string> literals;
  for (const std::string& kind : kinds) literals.push_back(literal(kind));
  const Result r = database_->query(
      sql(fmt::format("SELECT {} FROM {{segue}}event WHERE kind IN ({}) ORDER BY id DESC LIMIT 1",
                      event_columns, fmt::join(literals, ", "))));
  if (r.empty()) return std::nullopt;
  return event_row(r, 0);
}

std::map<std::string, EventAge> Journal::newest_of(const std::vector<std::string>& kinds) const {
  std::vector<std::string> literals;
  for (const std::string& kind : kinds) literals.push_back(literal(kind));
  const Result r = database_->query(sql(fmt::format(
      "SELECT migration, kind, {{age}} FROM {{segue}}event WHERE id IN (SELECT max(id) FROM "
      "{{segue}}event WHERE kind IN ({}) GROUP BY migration)",
      fmt::join(literals, ", "))));
  std::map<std::string, EventAge> out;
  for (std::size_t i = 0; i < r.rows.size(); ++i) {
    out[r.text(i, 0)] = {.kind = r.text(i, 1), .seconds = std::stod(r.text(i, 2))};
  }
  return out;
}

std::int64_t Journal::live_clients() const {
  return database_
      ->query(sql("SELECT count(*) FROM {segue}client WHERE seen_at > {ten_seconds_ago}"))
      .integer(0, 0);
}

void Journal::insert(Database& database, const MigrationRow& row) const {
  // A reversed migration begins anew; what it was stays in the events.
  database.query(sql("DELETE FROM {segue}migration WHERE name = $1 AND state = 'reversed'"),
                 {row.name});
  database.query(
      sql(fmt::format(
          "INSERT INTO {{segue}}migration ({}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, "
          "$10, $11, $12 <> 0, $13, $14, $15)",
          migration_columns)),
      values_of(row));
}

void Journal::update(Database& database, const MigrationRow& row) const {
  database.query(
      sql("UPDATE {segue}migration SET position = $2, ordinal = $3, fused = $4, state = $5, "
          "target = $6, version_schema = $7, schema_name = $8, base_schema = $9, file_hash = "
          "$10, plan = $11, given_up = $12 <> 0, catalogue_before = $13, catalogue_after = $14, "
          "texts_before = $15 WHERE name = $1"),
      values_of(row));
}

void Journal::set_state(Database& database, const std::string& migration,
                        model::MigrationState state, const std::string& target) const {
  database.query(sql("UPDATE {segue}migration SET state = $2, target = $3 WHERE name = $1"),
                 {migration, std::string(to_string(state)), target});
}

void Journal::save_plan(Database& database, const std::string& migration,
                        const std::string& plan) const {
  database.query(sql("UPDATE {segue}migration SET plan = $2 WHERE name = $1"), {migration, plan});
}

void Journal::step_started(Database& database, const std::string& migration,
                           const model::Step& step) const {
  database.query(
      sql("INSERT INTO {segue}step (migration, id, phase, kind, state, attempts, started_at) "
          "VALUES ($1, $2, "
          "$3, $4, 'running', 1, {now}) ON CONFLICT (migration, id) DO UPDATE SET state = "
          "'running', attempts "
          "= {segue}step.attempts + 1, started_at = excluded.started_at, finished_at = NULL, error "
          "= NULL"),
      {migration, step.id, std::string(to_string(step.phase)), std::string(to_string(step.kind))});
}

void Journal::step_ended(Database& database, const std::string& migration, const std::string& step,
                         model::StepState state, const std::string& error) const {
  database.query(
      sql("UPDATE {segue}step SET state = $3, finished_at = {now}, error = $4 WHERE migration = $1 "
          "AND id = $2"),
      {migration, step, std::string(to_string(state)),
       error.empty() ? Value(nullptr) : Value(error)});
}

void Journal::forget_steps(Database& database, const std::string& migration) const {
  database.query(sql("DELETE FROM {segue}step WHERE migration = $1"), {migration});
  database.query(sql("DELETE FROM {segue}progress WHERE migration = $1"), {migration});
}

void Journal::save_progress(Database& database, const ProgressRow& row) const {
  database.query(sql("INSERT INTO {segue}progress (migration, step, position, mark, identity, "
                     "rows, total, busy_seconds) "
                     "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (migration, step) DO "
                     "UPDATE SET position = "
                     "excluded.position, mark = excluded.mark, identity = excluded.identity, rows "
                     "= excluded.rows, total "
                     "= excluded.total, busy_seconds = excluded.busy_seconds"),
                 {row.migration, row.step, row.position, row.mark, row.identity, row.rows,
                  row.total, row.busy_seconds});
}

void Journal::forget_progress(Database& database, const std::string& migration,
                              const std::string& step) const {
  database.query(sql("DELETE FROM {segue}progress WHERE migration = $1 AND step = $2"),
                 {migration, step});
}

void Journal::note(Database& database, const std::string& migration, const std::string& step,
                   const std::string& kind, const std::string& detail,
                   const Fingerprints& catalogue) const {
  nlohmann::json words{{"text", detail}};
  if (!catalogue.before.empty()) words["catalogue_before"] = catalogue.before;
  if (!catalogue.after.empty()) words["catalogue_after"] = catalogue.after;
  const std::string json = words.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  database.query(sql("INSERT INTO {segue}event (at, migration, step, kind, who, host, detail) "
                     "VALUES ({stamp}, "
                     "$1, $2, $3, $4, $5, $6)"),
                 {migration, step, kind, author_.who, author_.host, json});
}

}  // namespace segue::journal
