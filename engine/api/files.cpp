// The folder of migrations, and whether its files are still those that were begun.

#include <fmt/format.h>

#include <algorithm>

#include "engine/api/run.hpp"
#include "engine/core/protection.hpp"
#include "engine/parse/migration_reader.hpp"

namespace segue::api {
namespace {

// A file that is gone has not changed.
void refuse_changed_file_of(const Config& config, const journal::MigrationRow& row) {
  for (const parse::FileNow& now : parse::files_now(config.directory.string(), row.name)) {
    if (now.hash != row.file_hash) refuse_changed_file(now.file, row.name);
  }
}

}  // namespace

void refuse_changed_files(const Config& config, const std::vector<execute::Unit>& units,
                          const std::vector<std::string>& names) {
  for (const execute::Unit& unit : units) {
    if (std::find(names.begin(), names.end(), unit.name()) == names.end()) continue;
    for (const journal::MigrationRow& row : unit.rows) refuse_changed_file_of(config, row);
  }
}

void require_known(const Situation& situation, const std::string& name) {
  for (const Candidate& candidate : situation.candidates) {
    if (candidate.migration.name == name) return;
  }
  for (const journal::MigrationRow& row : situation.rows) {
    if (row.name == name) return;
  }
  throw Error(ErrorKind::invalid_input, "there is no migration " + name,
              {.next = "run `migrate status` to see the names"});
}

std::vector<model::Migration> read_files(const Config& config, database::Kind kind) {
  parse::ReadOptions options{.kind = kind == database::Kind::postgres
                                         ? model::DatabaseKind::postgres
                                         : model::DatabaseKind::sqlite};
  options.file_bytes_max = static_cast<std::size_t>(config.limits.file_bytes);
  options.nesting_max = static_cast<std::size_t>(config.limits.nesting);
  options.statement_bytes_max = static_cast<std::size_t>(config.limits.statement_bytes);
  parse::ReadResult read = parse::read_folder(config.directory.string(), options);
  if (!read.problems.empty() && protected_by("strict_files"))
    throw_problems(ErrorKind::invalid_input, std::move(read.problems), "");
  return std::move(read.migrations);
}

void refuse_changed_file(const std::string& file, const std::string& migration) {
  throw Error(ErrorKind::drift, fmt::format("{} was changed after it was begun", file),
              {.where = {.file = file},
               .migration = migration,
               .next = "put the old text back, or write the difference as a new migration"});
}

void refuse_changed_files(const Situation& situation) {
  for (const Candidate& candidate : situation.candidates) {
    if (candidate.changed) {
      refuse_changed_file(candidate.migration.file, candidate.migration.name);
    }
  }
}

}  // namespace segue::api
