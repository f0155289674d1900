// UNIQUE of a column that stays as it is: contract builds the index under a name of ours, UNIQUE at
// once, so that from then on every conflict clause of a client does what it will do afterwards; the
// swap then writes UNIQUE into the table's text and hands the b-tree to the automatic index.

#include <fmt/format.h>

#include <algorithm>

#include "engine/dialect/sqlite/direct.hpp"
#include "engine/dialect/sqlite/expressions.hpp"
#include "engine/dialect/sqlite/shapes.hpp"
#include "engine/dialect/sqlite/token_cursor.hpp"

namespace segue::dialect::sqlite {
namespace {

using model::ColumnChange;
using model::ColumnFate;
using model::TableChange;

const AutoIndex* same_among(const std::vector<AutoIndex>& indexes, const AutoIndex& wanted) {
  const auto found = std::find_if(indexes.begin(), indexes.end(), [&](const AutoIndex& index) {
    return index.same == wanted.same;
  });
  return found == indexes.end() ? nullptr : &*found;
}

bool adds_unique(const ColumnChange& column) {
  return column.fate == ColumnFate::kept && column.unique.has_value();
}

model::CreateIndex index_over(const std::string& name, const model::CatalogTable& table,
                              const std::string& column) {
  model::CreateIndex index{.name = name, .table = table.name, .unique = true};
  index.columns.emplace_back().column = column;
  return index;
}

// The built index that stands for an automatic one of the new text.
std::string built_for(const AutoIndex& index, const std::vector<model::CreateIndex>& built) {
  for (const model::CreateIndex& each : built) {
    if (index.terms.size() == 1 &&
        same_name(index.terms.front().column, each.columns.front().column)) {
      return each.name;
    }
  }
  throw Error(ErrorKind::bug, fmt::format("no index was built for automatic index {}", index.same));
}

}  // namespace

std::vector<model::CreateIndex> built_for_unique(const model::CatalogTable& table,
                                                 const TableChange& change) {
  std::vector<model::CreateIndex> out;
  const std::optional<TableText> before = table_text(table.sql);
  if (!before) return out;
  const std::vector<AutoIndex> has = auto_indexes(*before);
  for (const ColumnChange& column : change.columns) {
    if (!adds_unique(column)) continue;
    TableText after = *before;
    for (TablePart& part : after.parts) {
      if (part.column && same_name(part.column->name, column.old_physical)) {
        add_unique(*part.column, *column.unique);
      }
    }
    if (auto_indexes(after).size() == has.size()) continue;  // it was UNIQUE before
    const std::string name = fmt::format("segue_ix_{}_{}", table.name, out.size() + 1);
    out.push_back(index_over(name, table, column.old_physical));
  }
  return out;
}

std::vector<model::CreateIndex> indexes_of_contract(const model::CatalogTable* table,
                                                    const TableChange& change) {
  std::vector<model::CreateIndex> out;
  for (const model::CreateIndex& index : change.created_indexes) {
    if (index.unique) out.push_back(index);
  }
  if (table == nullptr || change.fate != model::TableFate::changed) return out;
  for (model::CreateIndex& index : built_for_unique(*table, change)) {
    out.push_back(std::move(index));
  }
  return out;
}

TextEdit tightening(const model::CatalogTable& table, const TableChange& change) {
  TextEdit edit{
      .table = table.name, .planned = table.sql, .text = tightened_text(table.sql, change)};
  const std::optional<TableText> before = table_text(edit.planned);
  const std::optional<TableText> after = table_text(edit.text);
  if (!before || !after) return edit;
  const std::vector<AutoIndex> had = auto_indexes(*before);
  const std::vector<model::CreateIndex> built = built_for_unique(table, change);
  for (const AutoIndex& index : auto_indexes(*after)) {
    if (!index.has_row) continue;
    const AutoIndex* old = same_among(had, index);
    if (old != nullptr && old->number == index.number) continue;
    edit.indexes.push_back(
        {auto_index_name(table.name, index.number),
         old != nullptr ? auto_index_name(table.name, old->number) : built_for(index, built),
         index.terms});
  }
  const std::string rowid = rowid_name(table);
  edit.key_is_implicit = !rowid.empty();
  if (edit.key_is_implicit) edit.key = {rowid};
  for (const model::CatalogColumn& column : table.columns) {
    if (!edit.key_is_implicit && column.primary_key > 0) edit.key.push_back(column.name);
  }
  return edit;
}

}  // namespace segue::dialect::sqlite
