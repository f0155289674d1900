#include "engine/model/change.hpp"

#include <algorithm>

namespace segue::model {
namespace {

VersionTable table_after(const TableChange& change) {
  VersionTable table{.name = change.after, .physical = change.physical, .columns = {}};
  for (const ColumnChange& column : change.columns) {
    if (column.fate == ColumnFate::dropped) continue;
    table.columns.push_back(
        {.name = column.after, .physical = column.new_physical, .shape = column.shape});
  }
  return table;
}

}  // namespace

bool ColumnChange::is_altered() const {
  return fate == ColumnFate::kept && (shape != shape_before || check || unique || references);
}

bool TableChange::has_sync() const {
  return std::any_of(columns.begin(), columns.end(),
                     [](const ColumnChange& c) { return c.has_sync(); });
}

bool TableChange::drops_constraint(const std::string& name) const {
  return std::any_of(dropped_constraints.begin(), dropped_constraints.end(),
                     [&](const DroppedConstraint& c) { return c.name == name; });
}

bool TableChange::changes_constraints() const {
  return !created_constraints.empty() || !dropped_constraints.empty() ||
         !renamed_constraints.empty() || replica_identity.has_value();
}

bool TableChange::differs() const {
  if (fate != TableFate::changed || before != after || changes_constraints()) return true;
  return std::any_of(columns.begin(), columns.end(), [](const ColumnChange& c) {
    return c.fate != ColumnFate::kept || c.before != c.after || c.is_altered();
  });
}

const TableChange* Change::table_after(const std::string& name) const {
  const auto found = std::find_if(tables.begin(), tables.end(), [&](const TableChange& t) {
    return t.fate != TableFate::dropped && t.after == name;
  });
  return found == tables.end() ? nullptr : &*found;
}

Version applied(const Version& before, const Change& change) {
  Version after{.name = change.migration, .tables = before.tables};
  // Old names leave first, so that two tables may exchange names within one migration.
  for (const TableChange& table : change.tables) {
    std::erase_if(after.tables, [&](const VersionTable& t) { return t.name == table.before; });
  }
  for (const TableChange& table : change.tables) {
    if (table.fate != TableFate::dropped) after.tables.push_back(table_after(table));
  }
  std::sort(after.tables.begin(), after.tables.end(),
            [](const VersionTable& a, const VersionTable& b) { return a.name < b.name; });
  return after;
}

}  // namespace segue::model
