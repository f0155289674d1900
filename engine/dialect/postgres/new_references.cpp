// New foreign keys stand on physical columns of the base. Where that column is the new side of a
// pair, or is not there yet when the key is made, the server would refuse half-way: here it is
// refused by name.

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "engine/core/protection.hpp"
#include "engine/dialect/postgres/foreign_keys.hpp"
#include "engine/dialect/postgres/preflight.hpp"

namespace segue::dialect::postgres {
namespace {

using model::CatalogTable;
using model::ColumnChange;
using model::ColumnFate;
using model::ReferencesSpec;
using model::TableChange;
using model::TableFate;

// The change of `table` that makes the physical column, if it does.
const ColumnChange* made_column(const TableChange* table, const std::string& physical) {
  if (table == nullptr) return nullptr;
  for (const ColumnChange& c : table->columns) {
    if (c.new_physical == physical && c.new_physical != c.old_physical) return &c;
  }
  return nullptr;
}

bool is_unique_over(const CatalogTable& parent, const std::set<std::string>& columns) {
  return std::any_of(parent.indexes.begin(), parent.indexes.end(), [&](const auto& index) {
    return index.unique && !index.partial &&
           std::set<std::string>(index.keys.begin(), index.keys.end()) == columns;
  });
}

// Some unique index or constraint comes with this migration, before a foreign key between tables
// that are there does; the server judges whether it fits.
bool becomes_unique(const TableChange* table) {
  if (table == nullptr) return false;
  const auto& c = table->created_constraints;
  const auto& i = table->created_indexes;
  return std::any_of(table->columns.begin(), table->columns.end(),
                     [](const ColumnChange& column) { return column.unique.has_value(); }) ||
         std::any_of(i.begin(), i.end(), [](const auto& index) { return index.unique; }) ||
         std::any_of(c.begin(), c.end(), [](const model::ConstraintSpec& constraint) {
           return constraint.type == model::ConstraintType::unique ||
                  constraint.type == model::ConstraintType::primary_key;
         });
}

class NewReferences {
 public:
  NewReferences(const model::Change& change, const PlanInput& input)
      : change_(change), input_(input) {}

  std::vector<Problem> run() {
    for (const TableChange& table : change_.tables) {
      visit_references(table, [&](const ReferencesSpec& key, const SourceLocation& where) {
        if (protected_by("new_references")) check(table, key, where);
      });
    }
    return std::move(out_);
  }

 private:
  void check(const TableChange& child, const ReferencesSpec& key, const SourceLocation& where) {
    const std::string name = fmt::format(
        "{} of {}", key.name.empty() ? "foreign key" : "foreign key " + key.name, child.after);
    const std::size_t before = out_.size();
    bool is_replaced = false;
    for (const std::string& column : key.columns) {
      for (const LiveMigration& migration : input_.live) {
        const TableChange* parent = changed_table(key.table, migration.plan.changes.front());
        const ColumnChange* made = made_column(parent, column);
        if (made == nullptr || made->fate != ColumnFate::replaced) continue;
        refuse(where, "{} refers to {}.{}, which migration {} replaces: contract that first", name,
               parent->after, made->after, migration.plan.name());
      }
      const TableChange* parent = changed_table(key.table, change_);
      const ColumnChange* made = made_column(parent, column);
      if (made == nullptr) continue;
      is_replaced = is_replaced || made->fate == ColumnFate::replaced;
      if (child.fate != TableFate::created) continue;
      refuse(where,
             "{} refers to {}.{}, which the same migration {}, after the new table: create the "
             "table in a later migration",
             name, parent->after, made->after,
             made->fate == ColumnFate::replaced ? "replaces" : "adds");
    }
    if (out_.size() == before && !is_replaced) needs_unique(name, child, key, where);
  }

  // A column that an older migration adds as unique has its index when that one has migrated.
  bool is_added_unique(const LiveMigration& migration, const ReferencesSpec& key) const {
    const TableChange* parent = changed_table(key.table, migration.plan.changes.front());
    const ColumnChange* made =
        key.columns.size() == 1 ? made_column(parent, key.columns.front()) : nullptr;
    return made != nullptr && made->unique.has_value();
  }

  void needs_unique(const std::string& name, const TableChange& child, const ReferencesSpec& key,
                    const SourceLocation& where) {
    const CatalogTable* parent = input_.catalog.table(key.table);
    // A new table has its foreign keys from expand on.
    const bool is_new = child.fate == TableFate::created;
    bool is_made = !is_new && becomes_unique(changed_table(key.table, change_));
    for (const LiveMigration& migration : input_.live) {
      is_made =
          is_made || is_added_unique(migration, key) ||
          (!is_new && becomes_unique(changed_table(key.table, migration.plan.changes.front())));
    }
    const bool is_live = parent != nullptr && parent->oid != 0;
    if (!is_live || is_made || key.columns.empty()) return;
    if (is_unique_over(*parent, {key.columns.begin(), key.columns.end()})) return;
    refuse(
        where,
        "{} refers to {} ({}), which no unique index or constraint of it covers{}: create one in "
        "an earlier migration, and contract that",
        name, parent->name, fmt::join(key.columns, ", "), is_new ? " yet" : "");
  }

  template <typename... Args>
  void refuse(const SourceLocation& where, fmt::format_string<Args...> format, Args&&... args) {
    out_.push_back({fmt::format(format, std::forward<Args>(args)...), where});
  }

  const model::Change& change_;
  const PlanInput& input_;
  std::vector<Problem> out_;
};

}  // namespace

std::vector<Problem> unfit_references(const model::Change& change, const PlanInput& input) {
  return NewReferences(change, input).run();
}

}  // namespace segue::dialect::postgres
