// From files and journal to plans. A pending migration is planned against the newest version; when
// several are pending, each later one is planned on the catalogue as the earlier will leave it
// after expand.

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "engine/api/implementation.hpp"
#include "engine/catalog/catalog_reader.hpp"
#include "engine/catalog/expression_class.hpp"
#include "engine/core/protection.hpp"
#include "engine/parse/migration_reader.hpp"
#include "engine/plan/resolve.hpp"

namespace segue::api {
namespace {

using model::LiveMigration;
using model::MigrationState;

// Above all that is live, and none that views of a contracted version still have in their names.
int next_ordinal(const std::vector<LiveMigration>& live,
                 const std::vector<dialect::RetainedVersion>& retained) {
  int ordinal = 0;
  for (const LiveMigration& migration : live) {
    for (const model::Change& change : migration.plan.changes) {
      ordinal = std::max(ordinal, change.ordinal);
    }
  }
  do {
    ++ordinal;
  } while (std::any_of(
      retained.begin(), retained.end(),
      [&](const dialect::RetainedVersion& version) { return version.ordinal == ordinal; }));
  return ordinal;
}

// SQLite: a contiguous run of migrations that each touch one and the same table is one rebuild.
bool fuses(const model::Change& earlier, const model::Change& later) {
  const auto single = [](const model::Change& c) {
    return c.tables.size() == 1 && c.objects.empty() && c.expand.empty() && c.migrate.empty() &&
           c.contract.empty() && c.tables.front().fate == model::TableFate::changed;
  };
  return single(earlier) && single(later) &&
         earlier.tables.front().after == later.tables.front().before;
}

struct Planner {
  database::Database& database;
  const dialect::Dialect& dialect;
  const model::Settings& settings;
  std::vector<LiveMigration> live;
  model::Catalog catalog;
  std::vector<dialect::RetainedVersion> retained;

  model::Change resolved(const model::Migration& migration,
                         const std::vector<LiveMigration>& chain) const {
    plan::Resolution resolution =
        plan::resolve(migration, {.catalog = catalog,
                                  .live = chain,
                                  .dialect = dialect,
                                  .ordinal = next_ordinal(chain, retained)});
    if (!resolution.problems.empty()) {
      throw_problems(ErrorKind::invalid_input, std::move(resolution.problems), migration.name);
    }
    catalog::presume_classes(database, resolution.change, settings.schema);
    return std::move(resolution.change);
  }

  // The longest run of changes that SQLite carries as one, from `first` on.
  std::vector<model::Change> run_from(const std::vector<const Candidate*>& pending,
                                      std::size_t first) const {
    std::vector<model::Change> changes{resolved(pending[first]->migration, live)};
    if (dialect.kind() != model::DatabaseKind::sqlite) return changes;
    std::vector<LiveMigration> chain = live;
    for (std::size_t i = first + 1; i < pending.size(); ++i) {
      chain.push_back({.plan = {.changes = {changes.back()}}});
      std::optional<model::Change> next;
      try {
        next = resolved(pending[i]->migration, chain);
      } catch (const Error&) {
        break;  // it is planned, and its problem told, when its turn comes
      }
      if (!fuses(changes.back(), *next)) break;
      changes.push_back(std::move(*next));
    }
    return changes;
  }
};

journal::MigrationRow row_of(const model::Change& change, const model::Settings& settings,
                             const dialect::Dialect& dialect) {
  return {.name = change.migration,
          .ordinal = change.ordinal,
          .version_schema = change.version_schema,
          .schema_name = dialect.version_schema(settings.schema, change.version_schema),
          .base_schema = settings.schema,
          .file_hash = change.file_hash};
}

}  // namespace

void throw_problems(ErrorKind kind, std::vector<Problem> problems, const std::string& migration) {
  const SourceLocation where = problems.front().where;
  std::string message = problems.front().message;
  if (problems.size() > 1) message += fmt::format(" (and {} more problems)", problems.size() - 1);
  throw Error(kind, message,
              {.where = where, .migration = migration, .problems = std::move(problems)});
}

std::string version_table(const std::string& table, const std::string& version) {
  return table + "__" + version;
}

bool is_served(const journal::MigrationRow& row, const std::vector<journal::MigrationRow>& rows) {
  for (const journal::MigrationRow& other : rows) {
    if (row.fused != 0 && other.fused == row.fused && other.position > row.position) return false;
  }
  if (row.given_up) return false;  // also from the beginning, by versions.publish
  return model::lives_twice(row.state) || row.state == MigrationState::contracted;
}

bool is_unfinished(MigrationState state) {
  return state == MigrationState::expanding || state == MigrationState::expanded ||
         state == MigrationState::migrating || state == MigrationState::reversing;
}

bool is_pending(MigrationState state) {
  return state == MigrationState::pending || state == MigrationState::reversed;
}

Situation look(const Config& config, const journal::Journal& journal, database::Kind kind) {
  Situation situation;
  if (journal.installed() > 0) {
    situation.rows = journal.migrations();
    situation.units = execute::live_units(journal);
  }
  std::map<std::string, const journal::MigrationRow*> known;
  for (const journal::MigrationRow& row : situation.rows) known[row.name] = &row;
  for (model::Migration& migration : read_files(config, kind)) {
    Candidate candidate{.migration = std::move(migration)};
    const auto row = known.find(candidate.migration.name);
    if (row != known.end()) {
      candidate.state = row->second->state;
      candidate.changed =
          !is_pending(candidate.state) && row->second->file_hash != candidate.migration.hash;
    }
    situation.candidates.push_back(std::move(candidate));
  }
  return situation;
}

std::vector<const Candidate*> pending_up_to(const Situation& situation, const std::string& to) {
  std::vector<const Candidate*> pending;
  for (const Candidate& candidate : situation.candidates) {
    if (is_pending(candidate.state)) pending.push_back(&candidate);
    if (candidate.migration.name == to) break;
  }
  return pending;
}

std::vector<Planned> plan_pending(database::Database& database, const dialect::Dialect& dialect,
                                  const model::Settings& settings, const Situation& situation,
                                  std::vector<LiveMigration> live, const model::Catalog& catalog,
                                  const std::string& to, std::size_t count) {
  const std::vector<const Candidate*> pending = pending_up_to(situation, to);
  Planner planner{database,        dialect, settings,
                  std::move(live), catalog, execute::retained_versions(situation.rows)};
  std::vector<Planned> out;
  for (std::size_t i = 0; i < pending.size() && out.size() < count;) {
    std::vector<model::Change> changes = planner.run_from(pending, i);
    const std::size_t taken = changes.size();
    Planned planned{.file = pending[i]->migration.file};
    planned.plan = dialect.plan({.catalog = planner.catalog,
                                 .live = planner.live,
                                 .changes = std::move(changes),
                                 .settings = settings,
                                 .retained_versions = planner.retained});
    for (const model::Change& change : planned.plan.changes) {
      planned.rows.push_back(row_of(change, settings, dialect));
    }
    planner.catalog = dialect.expanded(planner.catalog, planned.plan);
    planner.live.push_back({planned.plan, MigrationState::migrated});
    out.push_back(std::move(planned));
    i += taken;
  }
  return out;
}

}  // namespace segue::api
