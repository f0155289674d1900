#include "engine/plan/objects.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/model/object.hpp"

namespace segue::plan {
namespace {

using model::ColumnChange;
using model::ColumnFate;
using model::ObjectAction;
using model::ObjectKind;
using model::ObjectOperation;
using model::TableChange;
using model::TableFate;

// The base table does not show it under its name, or not for ever.
bool is_in_motion(const ColumnChange& column) {
  switch (column.fate) {
    case ColumnFate::added:
      return column.has_sync() || column.new_physical != column.after;
    case ColumnFate::dropped:
    case ColumnFate::replaced:
      return true;
    case ColumnFate::kept:
      break;
  }
  return column.is_renamed();
}

bool is_in_motion(const TableChange& table) {
  if (table.fate == TableFate::created) return false;
  return table.fate == TableFate::dropped || table.is_renamed() ||
         std::any_of(table.columns.begin(), table.columns.end(),
                     [](const ColumnChange& c) { return is_in_motion(c); });
}

class Objects {
 public:
  Objects(const model::Change& change, const std::vector<model::LiveMigration>& live,
          model::DatabaseKind kind, std::vector<Problem>& problems)
      : change_(change), live_(live), kind_(kind), problems_(problems) {}

  void run() {
    for (std::size_t i = 0; i < change_.objects.size(); ++i) {
      const ObjectOperation& op = change_.objects[i];
      for (std::size_t k = 0; k < i; ++k) twice(change_.objects[k], op);
      if (op.action != ObjectAction::create || op.definition.text.empty()) continue;
      const model::NamesIn names = model::names_in(op.definition.text, kind_);
      against(op, names, change_, "the same migration", "put it into a migration after that");
      for (const model::LiveMigration& migration : live_) {
        for (const model::Change& other : migration.plan.changes) {
          against(op, names, other, other.migration,
                  fmt::format("contract {} first", other.migration));
        }
      }
    }
  }

 private:
  void twice(const ObjectOperation& earlier, const ObjectOperation& op) {
    const bool extends =
        earlier.action != ObjectAction::drop && op.action == ObjectAction::add_value;
    if (!model::same_object(earlier, op) || extends) return;
    problem(op, "the same migration speaks of it before");
  }

  void against(const ObjectOperation& op, const model::NamesIn& names, const model::Change& other,
               const std::string& who, const std::string& remedy) {
    for (const TableChange& table : other.tables) {
      const bool is_its_table =
          op.kind == ObjectKind::trigger && (op.table == table.before || op.table == table.after);
      const bool is_named = names.has(table.before) || names.has(table.after);
      if (!is_in_motion(table) || !(is_its_table || is_named)) continue;
      const std::string& name = table.before;
      if (table.fate == TableFate::dropped) {
        problem(op, fmt::format("{} drops table {}", who, name));
      } else if (table.is_renamed()) {
        problem(op, fmt::format("{} renames table {}: {}", who, name, remedy));
      } else if (is_its_table) {
        problem(op, fmt::format("{} holds columns of {} in two shapes: {}", who, name, remedy));
      } else {
        columns(op, names, table, who, remedy);
      }
    }
  }

  void columns(const ObjectOperation& op, const model::NamesIn& names, const TableChange& table,
               const std::string& who, const std::string& remedy) {
    if (names.all_columns) {
      problem(op, fmt::format("its `*` would show how {} changes {}: name the columns, or {}", who,
                              table.before, remedy));
      return;
    }
    for (const ColumnChange& column : table.columns) {
      if (!is_in_motion(column)) continue;
      const bool is_named = (!column.before.empty() && names.has(column.before)) ||
                            (!column.after.empty() && names.has(column.after));
      if (!is_named) continue;
      const std::string& name = column.before.empty() ? column.after : column.before;
      problem(op, fmt::format("its definition names {}.{}, which {} {}: {}", table.before, name,
                              who, deed(column), remedy));
    }
  }

  static std::string_view deed(const ColumnChange& column) {
    switch (column.fate) {
      case ColumnFate::added:
        return "adds under another name for now";
      case ColumnFate::dropped:
        return "drops";
      case ColumnFate::replaced:
        return "replaces";
      case ColumnFate::kept:
        break;
    }
    return "renames";
  }

  void problem(const ObjectOperation& op, const std::string& text) {
    problems_.push_back({fmt::format("{} {}: {}", model::name_of(op), op.name, text), op.where});
  }

  const model::Change& change_;
  const std::vector<model::LiveMigration>& live_;
  model::DatabaseKind kind_;
  std::vector<Problem>& problems_;
};

}  // namespace

void check_objects(const model::Change& change, const std::vector<model::LiveMigration>& live,
                   model::DatabaseKind kind, std::vector<Problem>& problems) {
  Objects(change, live, kind, problems).run();
}

}  // namespace segue::plan
