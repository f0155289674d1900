// What services call. On PostgreSQL the functions of the schema segue stand between them and the
// journal's tables. A journal that an older engine made has none until the next run of this one: it
// is reached directly, which its owner may.

#include "engine/journal/journal.hpp"
#include "engine/journal/journal_sql.hpp"

namespace segue::journal {
namespace {

using database::Database;
using database::Kind;
using database::Result;

// Undefined function, undefined schema.
bool is_missing(const Error& error) {
  return error.detail().sqlstate == "42883" || error.detail().sqlstate == "3F000";
}

// False where the functions are not there.
bool called(Database& database, std::string_view sql, const std::vector<database::Value>& values) {
  if (database.kind() != Kind::postgres) return false;
  try {
    database.query(sql, values);
    return true;
  } catch (const Error& error) {
    if (!is_missing(error)) throw;
    return false;
  }
}

std::string id_of(const Client& client) { return client.service + "@" + client.instance; }

MigrationRow version_row(const Result& r, std::size_t i) {
  return {.name = r.text(i, 1),
          .position = r.integer(i, 2),
          .fused = r.integer(i, 3),
          .state = model::migration_state_from(r.text(i, 4)),
          .version_schema = r.text(i, 5),
          .schema_name = r.text(i, 6),
          .base_schema = r.text(i, 7),
          .given_up = r.boolean(i, 8)};
}

}  // namespace

std::vector<MigrationRow> Journal::versions() const {
  if (database_->kind() == Kind::sqlite) {
    return installed() > 0 ? migrations() : std::vector<MigrationRow>{};
  }
  try {
    const Result r = database_->query(
        "SELECT format, name, place, fused, state, version_schema, schema_name, base_schema, "
        "given_up FROM segue.versions()");
    std::vector<MigrationRow> rows;
    for (std::size_t i = 0; i < r.rows.size(); ++i) {
      static_cast<void>(known_format(r.integer(i, 0)));
      rows.push_back(version_row(r, i));
    }
    return rows;
  } catch (const Error& error) {
    if (!is_missing(error)) throw;
  }
  return installed() > 0 ? migrations() : std::vector<MigrationRow>{};
}

void Journal::heartbeat(const Client& client) const {
  if (called(*database_, "SELECT segue.heartbeat($1, $2, $3)",
             {client.service, client.version, client.instance})) {
    return;
  }
  database_->query(
      sql("INSERT INTO {segue}client (id, service, version, seen_at) VALUES ($1, $2, $3, {stamp}) "
          "ON CONFLICT (id) DO UPDATE SET version = excluded.version, seen_at = excluded.seen_at"),
      {id_of(client), client.service, client.version});
}

void Journal::forget_client(const Client& client) const {
  if (called(*database_, "SELECT segue.forget_client($1, $2)", {client.service, client.instance})) {
    return;
  }
  database_->query(sql("DELETE FROM {segue}client WHERE id = $1"), {id_of(client)});
}

bool Journal::has_client_calls() const {
  return database_->query(sql("{has_client_calls}")).boolean(0, 0);
}

}  // namespace segue::journal
