#include "engine/plan/references.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace segue::plan {
namespace {

using model::TableChange;
using model::TableFate;

std::string label(const model::ReferencesSpec& key) {
  return key.name.empty() ? "foreign key to " + key.table : "foreign key " + key.name;
}

// Operations of a file are read in order, so one that comes before a rename uses the older name.
std::string newest_name(const std::string& table, const model::Change& change) {
  for (const TableChange& t : change.tables) {
    if (t.is_renamed() && t.before == table) return t.after;
  }
  return table;
}

std::string newest_name(const std::string& column, const std::string& table,
                        const model::Change& change) {
  for (const TableChange& t : change.tables) {
    if (t.after != table) continue;
    for (const model::ColumnChange& c : t.columns) {
      if (c.is_renamed() && c.before == column) return c.after;
    }
  }
  return column;
}

struct Newest {
  const model::Version& version;
  const model::Change& change;

  [[nodiscard]] const model::VersionTable* table(const std::string& name) const {
    const model::VersionTable* found = version.table(name);
    return found != nullptr ? found : version.table(newest_name(name, change));
  }
  [[nodiscard]] const model::VersionColumn* column(const model::VersionTable& table,
                                                   const std::string& name) const {
    const model::VersionColumn* found = table.column(name);
    return found != nullptr ? found : table.column(newest_name(name, table.name, change));
  }
};

// A file that gives one name away and gives it anew leaves open which of the two a key means.
void refuse_ambiguous(const model::ReferencesSpec& key, const Newest& newest,
                      const SourceLocation& where, std::vector<Problem>& problems) {
  const auto check = [&](bool is_taken, const std::string& name, const std::string& renamed) {
    if (!is_taken || renamed == name) return;
    problems.push_back({fmt::format("{}: {} is renamed to {} in this migration, and something else "
                                    "gets that name: leave one of them to another migration",
                                    label(key), name, renamed),
                        where});
  };
  check(newest.version.table(key.table) != nullptr, key.table,
        newest_name(key.table, newest.change));
  const model::VersionTable* parent = newest.table(key.table);
  if (parent == nullptr) return;
  for (const std::string& name : key.columns) {
    check(parent->column(name) != nullptr, name, newest_name(name, parent->name, newest.change));
  }
}

void resolve_reference(model::ReferencesSpec& key, const Newest& newest,
                       const SourceLocation& where, std::vector<Problem>& problems) {
  refuse_ambiguous(key, newest, where, problems);
  const model::VersionTable* parent = newest.table(key.table);
  if (parent == nullptr) {
    problems.push_back(
        {fmt::format("{}: there is no table {} in the newest version", label(key), key.table),
         where});
    return;
  }
  for (std::string& name : key.columns) {
    const model::VersionColumn* column = newest.column(*parent, name);
    if (column == nullptr) {
      problems.push_back({fmt::format("{}: table {} has no column {} in the newest version",
                                      label(key), key.table, name),
                          where});
      continue;
    }
    name = column->physical;
  }
  key.table = parent->physical;
}

bool waits_for_another(const TableChange& table, const std::set<std::string>& waiting) {
  bool found = false;
  visit_references(table, [&](const model::ReferencesSpec& key, const SourceLocation&) {
    found = found || (key.table != table.physical && waiting.contains(key.table));
  });
  return found;
}

// Each created table behind those that it refers to; the order of the file where that allows it.
void parents_first(std::vector<TableChange>& tables, std::vector<Problem>& problems) {
  std::set<std::string> waiting;
  for (const TableChange& table : tables) {
    if (table.fate == TableFate::created) waiting.insert(table.physical);
  }
  std::vector<TableChange> out;
  while (!tables.empty()) {
    const auto next = std::find_if(tables.begin(), tables.end(), [&](const TableChange& table) {
      return table.fate != TableFate::created || !waits_for_another(table, waiting);
    });
    if (next == tables.end()) {
      problems.push_back({fmt::format("create_table {}: it and a table that it refers to refer to "
                                      "each other; leave one foreign key to create_constraint in a "
                                      "later migration",
                                      tables.front().after),
                          tables.front().where});
      return;
    }
    waiting.erase(next->physical);
    out.push_back(std::move(*next));
    tables.erase(next);
  }
  tables = std::move(out);
}

}  // namespace

void resolve_references(model::Change& change, const model::Version& before,
                        model::DatabaseKind kind, std::vector<Problem>& problems) {
  const bool sqlite = kind == model::DatabaseKind::sqlite;
  const model::Version version = model::applied(before, change);
  for (TableChange& table : change.tables) {
    // The text of a table of SQLite may name what is not there yet.
    if (sqlite && table.fate == TableFate::created) continue;
    visit_references(table, [&](model::ReferencesSpec& key, const SourceLocation& where) {
      resolve_reference(key, {version, change}, where, problems);
    });
  }
  if (!sqlite && problems.empty()) parents_first(change.tables, problems);
}

}  // namespace segue::plan
