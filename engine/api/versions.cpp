// How clients reach a version, and how services wait for one.

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "engine/api/implementation.hpp"
#include "engine/catalog/catalog_reader.hpp"
#include "engine/core/identifier.hpp"
#include "engine/parse/migration_reader.hpp"

namespace segue {
namespace {

using journal::MigrationRow;
using model::MigrationState;

constexpr auto poll_interval = std::chrono::milliseconds(200);

// SQLite: a service may start before the first migration has made the file.
bool is_missing_file(const Error& error) {
  return error.detail().sqlstate.starts_with("SQLITE_CANTOPEN");
}

const MigrationRow* find_version(const std::vector<MigrationRow>& rows, const std::string& name) {
  const MigrationRow* newest = nullptr;
  for (const MigrationRow& row : rows) {
    if (!name.empty() && (row.name == name || row.version_schema == name)) return &row;
    if (name.empty() && api::is_served(row, rows)) newest = &row;
  }
  return newest;
}

bool is_swapped(const journal::Journal& journal, const MigrationRow& row, const std::string& unit) {
  if (row.state != MigrationState::contracting) return row.state == MigrationState::contracted;
  for (const journal::StepRow& step : journal.steps(unit)) {
    if (step.kind == to_string(model::StepKind::swap) && step.state == model::StepState::done)
      return true;
  }
  return false;
}

// What a migration in flight adds to the names: a table that is renamed keeps its name until the
// swap, and one that is rebuilt stands beside it.
void add_names(const model::Plan& plan, const std::string& version,
               std::map<std::string, std::string>& tables) {
  for (const model::Change& change : plan.changes) {
    for (const model::TableChange& table : change.tables) {
      if (table.fate != model::TableFate::changed || !table.is_renamed()) continue;
      const auto known = tables.find(table.before);
      tables[table.after] = known == tables.end() ? table.before : known->second;
      tables.erase(table.before);
    }
  }
  for (const model::Step& step : plan.steps) {
    if (step.kind != model::StepKind::install_sync) continue;
    tables[step.table] = api::version_table(step.table, version);
  }
}

// SQLite: what this version calls otherwise than by its name: its own changes on those of all older
// ones that the base does not have yet. From the swap on, which takes all of a migration's at once,
// the base has the version's shape; the other name is a view, which takes no UPSERT.
std::map<std::string, std::string> names_in(const journal::Journal& journal,
                                            const MigrationRow& version,
                                            const std::vector<MigrationRow>& rows) {
  std::map<std::string, std::string> tables;
  if (!api::is_served(version, rows)) return tables;
  for (const MigrationRow& row : rows) {
    if (row.position > version.position || !api::is_served(row, rows)) continue;
    const model::Plan plan = model::plan_from_json(row.plan);
    if (is_swapped(journal, row, plan.name())) continue;
    add_names(plan, row.version_schema, tables);
  }
  return tables;
}

std::vector<std::string> aliases(const VersionView& view, const dialect::Dialect& dialect,
                                 database::Database& connection) {
  std::vector<std::string> out;
  if (view.tables.empty() || !view.served) return out;
  const model::Catalog catalog = catalog::read_catalog(connection, "");
  for (const auto& [table, name] : view.tables) {
    const model::CatalogTable* found = catalog.table(name);
    if (found == nullptr) continue;
    for (std::string& sql : dialect.session_alias(table, *found)) out.push_back(std::move(sql));
  }
  return out;
}

}  // namespace

VersionView Engine::version(const std::string& name) const {
  const auto connection = implementation_->connect(true);
  const journal::Journal journal(*connection, api::author(implementation_->config, "version"));
  const std::vector<MigrationRow> rows = journal.versions();
  VersionView view{.version = name, .database = implementation_->dialect->kind()};
  const MigrationRow* row = find_version(rows, name);
  if (row == nullptr) {
    if (name.empty()) {
      view.served = true;
      if (view.database == DatabaseKind::postgres) {
        view.search_path = {implementation_->settings.schema};
      }
      return view;
    }
    for (const model::Migration& file :
         api::read_files(implementation_->config, implementation_->kind)) {
      if (file.name == name || file.version_schema == name) return view;
    }
    throw Error(ErrorKind::invalid_input, fmt::format("there is no version {}", name),
                {.next = "run `migrate status` to see which there are"});
  }
  view.version = row->version_schema;
  view.served = api::is_served(*row, rows);
  if (view.database == DatabaseKind::postgres) {
    view.search_path = {row->schema_name, row->base_schema};
    const database::Result found = connection->query(implementation_->dialect->role_of_version(),
                                                     {row->schema_name, row->base_schema});
    view.database_name = found.text(0, 0);
    view.role = found.text(0, 1);
    if (view.served) {
      const database::Result tables =
          connection->query(implementation_->dialect->tables_of_version(), {row->schema_name});
      for (std::size_t i = 0; i < tables.rows.size(); ++i) {
        view.tables[tables.text(i, 0)] = tables.text(i, 0);
      }
    }
  } else {
    view.tables = names_in(journal, *row, rows);
  }
  return view;
}

SessionSettings Engine::session_settings(const std::string& version_name) const {
  const VersionView view = version(version_name);
  SessionSettings settings;
  if (view.database == DatabaseKind::sqlite) {
    settings.alias = aliases(view, *implementation_->dialect, *implementation_->connect(true));
    return settings;
  }
  std::string path;
  for (const std::string& schema : view.search_path) {
    path += (path.empty() ? "" : ", ") + Identifier(schema).quoted();
  }
  settings.settings.emplace_back("search_path", path);
  settings.sql.push_back("SET search_path = " + path);
  if (view.search_path.size() > 1) {
    settings.checked = fmt::format("SELECT segue.use_version({})", literal(view.version));
    settings.for_role = fmt::format("ALTER ROLE <role> IN DATABASE {} SET search_path = {}",
                                    Identifier(view.database_name), path);
  }
  // libpq splits its options at spaces.
  std::string option = path;
  std::erase(option, ' ');
  settings.environment["PGOPTIONS"] = "-c search_path=" + option;
  return settings;
}

std::string Engine::table_name(const std::string& table, const std::string& version_name) const {
  const VersionView view = version(version_name);
  if (!view.served) {
    throw Error(ErrorKind::refused, fmt::format("version {} is not served", version_name),
                {.next = "wait for it with `migrate wait`, or run `migrate status`"});
  }
  const auto found = view.tables.find(table);
  return found == view.tables.end() ? table : found->second;
}

Compatibility Engine::compatibility(const VersionRange& range) const {
  Compatibility out;
  const auto in_range = [&](const MigrationRow& row) {
    return (range.oldest.empty() || !parse::natural_less(row.name, range.oldest)) &&
           (range.newest.empty() || !parse::natural_less(range.newest, row.name));
  };
  std::vector<MigrationRow> rows;
  try {
    const auto connection = implementation_->connect(true);
    rows = journal::Journal(*connection, api::author(implementation_->config, "compatibility"))
               .versions();
  } catch (const Error& error) {
    if (!is_missing_file(error)) throw;
    out.reason = "the database file does not exist yet";
    return out;
  }
  for (const MigrationRow& row : rows) {
    if (!in_range(row)) continue;
    if (api::is_served(row, rows)) {
      out.version = row.version_schema;
    } else if (api::is_unfinished(row.state)) {
      out.worth_waiting = true;
      out.reason = fmt::format("{} is {}", row.name, to_string(row.state));
    }
  }
  if (!out.version && out.reason.empty()) {
    out.reason = fmt::format("no version from {} to {} is served", range.oldest, range.newest);
  }
  return out;
}

WaitOutcome Engine::wait_for(const std::string& name, std::chrono::milliseconds timeout,
                             std::stop_token stop) const {
  const auto limit = std::chrono::steady_clock::now() + timeout;
  for (;;) {
    try {
      const auto connection = implementation_->connect(true);
      const journal::Journal journal(*connection, api::author(implementation_->config, "wait"));
      const std::vector<MigrationRow> rows = journal.versions();
      const MigrationRow* row = find_version(rows, name);
      if (row != nullptr && api::is_served(*row, rows)) return WaitOutcome::served;
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::connection_lost && !is_missing_file(error)) throw;
    }
    if (stop.stop_requested()) return WaitOutcome::stopped;
    if (std::chrono::steady_clock::now() >= limit) return WaitOutcome::timed_out;
    std::this_thread::sleep_for(poll_interval);
  }
}

}  // namespace segue
