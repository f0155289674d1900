// What unfinished migrations put onto a column that this one replaces. It has a name of theirs
// until their swap, and may not even be there yet, so nothing could be planned that carries it.

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "engine/core/protection.hpp"
#include "engine/core/sql_tokens.hpp"
#include "engine/dialect/postgres/constraints.hpp"
#include "engine/dialect/postgres/new_side_columns.hpp"
#include "engine/dialect/postgres/preflight.hpp"

namespace segue::dialect::postgres {
namespace {

using model::TableChange;

std::vector<NewSideObject> objects_of(const TableChange& table, const model::Change& change,
                                      const model::Catalog& catalog) {
  std::vector<NewSideObject> out = new_side_indexes(table, change, catalog);
  for (NewSideObject& c : new_side_constraints(table, change, catalog)) {
    // NOT NULL belongs to the column's shape, which every replacement keeps.
    if (c.constraint_type != 'n' && c.on_table.empty()) out.push_back(std::move(c));
  }
  return out;
}

bool is_settled(const NewSideObject& object, const model::CatalogTable& live) {
  return object.interim == object.final_name &&
         (live.index(object.interim) != nullptr || live.constraint(object.interim) != nullptr);
}

SourceLocation where_replaced(const TableChange& table, const std::string& physical) {
  for (const model::ColumnChange& c : table.columns) {
    if (c.old_physical == physical) return c.where;
  }
  return table.where;
}

bool is_there(const std::string& child, const model::ReferencesSpec& key,
              const model::Catalog& catalog) {
  const model::CatalogTable* table = catalog.table(child);
  if (table == nullptr) return false;
  const std::string parent = QualifiedName{catalog.schema, key.table}.quoted();
  return std::any_of(table->constraints.begin(), table->constraints.end(), [&](const auto& c) {
    return c.type == 'f' && c.referenced_table == parent &&
           (key.columns.empty() || c.referenced_columns == key.columns);
  });
}

bool loses_one_of(const TableChange& table, const std::vector<std::string>& columns) {
  return std::any_of(table.columns.begin(), table.columns.end(), [&](const auto& c) {
    const bool goes = c.fate == model::ColumnFate::dropped || c.fate == model::ColumnFate::replaced;
    return goes && std::find(columns.begin(), columns.end(), c.old_physical) != columns.end();
  });
}

// The foreign key that an unfinished migration makes is not in the catalogue before its contract,
// so nothing could be planned that carries it or waits for it to go.
void keys_of_unfinished(const model::Change& change, const PlanInput& input,
                        std::vector<Problem>& out) {
  for (const LiveMigration& migration : input.live) {
    for (const TableChange& child : migration.plan.changes.front().tables) {
      visit_references(child, [&](const model::ReferencesSpec& key, const SourceLocation&) {
        const auto parent =
            std::find_if(change.tables.begin(), change.tables.end(), [&](const TableChange& table) {
              return table.physical == key.table && table.fate != model::TableFate::created;
            });
        if (parent == change.tables.end() || is_there(child.physical, key, input.catalog)) return;
        const bool goes = parent->fate == model::TableFate::dropped;
        if (!goes && !loses_one_of(*parent, key.columns)) return;
        out.push_back(
            {fmt::format("a foreign key of {} that migration {} makes refers to {}, which "
                         "this one {}: contract that first",
                         child.after, migration.plan.name(), parent->before,
                         goes ? "drops" : "changes there"),
             parent->where});
      });
    }
  }
}

}  // namespace

std::vector<Problem> objects_of_unfinished(const model::Change& change, const PlanInput& input) {
  std::vector<Problem> out;
  if (!protected_by("stacked_keys")) return out;
  keys_of_unfinished(change, input, out);
  for (const TableChange& table : change.tables) {
    std::set<std::string> replaced;
    for (const auto& [from, to] : replacements(table)) replaced.insert(from);
    const model::CatalogTable* live = input.catalog.table(table.physical);
    if (live == nullptr || replaced.empty()) continue;
    for (const LiveMigration& migration : input.live) {
      const model::Change& earlier = migration.plan.changes.front();
      for (const TableChange& other : earlier.tables) {
        if (other.physical != table.physical) continue;
        for (const NewSideObject& object : objects_of(other, earlier, input.catalog)) {
          const auto hit = referenced_columns(object.definition, table.physical, replaced);
          if (hit.empty() || is_settled(object, *live)) continue;
          out.push_back({fmt::format("{} of migration {} stands on a column of {} that is replaced "
                                     "once more: contract that first",
                                     object.final_name, migration.plan.name(), live->name),
                         where_replaced(table, *hit.begin())});
        }
      }
    }
  }
  return out;
}

}  // namespace segue::dialect::postgres
