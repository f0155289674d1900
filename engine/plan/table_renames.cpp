// A column's new name. Plain: the versions call the same column differently until contract. Dual: a
// pair whose sides are equal, and whose new side has its final name at once, so that clients of the
// base table may use either.

#include <fmt/format.h>

#include <algorithm>

#include "engine/core/identifier.hpp"
#include "engine/plan/table_builder.hpp"

namespace segue::plan {

using model::ColumnChange;
using model::ColumnFate;
using model::ColumnSpec;
using model::DatabaseKind;
using model::SqlText;
using model::TableFate;

void TableBuilder::rename_column(const model::RenameColumn& op, const SourceLocation& where) {
  ColumnChange* column = require(op.from, where);
  if (column == nullptr) return;
  if (find(op.to) != nullptr) {
    context_->problem(where, fmt::format("table {} already has a column {}", change_.after, op.to));
    return;
  }
  if (op.dual || (column->is_dual() && context_->dialect.kind() == DatabaseKind::postgres)) {
    if (const auto obstacle = dual_obstacle(*column, op)) {
      context_->problem(where, fmt::format("rename_column {} with dual: {}", op.from, *obstacle));
      return;
    }
    double_column(*column, op);
  }
  column->after = op.to;
  if (!op.strategy.empty()) column->strategy = op.strategy;
  if (change_.create) {
    for (ColumnSpec& spec : change_.create->columns) {
      if (spec.name == op.from) spec.name = op.to;
    }
    column->new_physical = op.to;
  }
}

std::optional<std::string> TableBuilder::dual_obstacle(const ColumnChange& column,
                                                       const model::RenameColumn& op) const {
  if (change_.fate == TableFate::created || column.fate == ColumnFate::added) {
    return fmt::format("{} is created by the same migration: call it {} there", op.from, op.to);
  }
  if (column.fate == ColumnFate::replaced) {
    return "it is already replaced by this migration: put one of the two into a later one";
  }
  if (!column.shape_before.generated.empty()) return "it is a generated column";
  const model::CatalogTable* live = context_->catalog.table(change_.physical);
  if (column.old_physical != op.from || live == nullptr) {
    return "its name is that of an unfinished migration, which clients of the base table do not "
           "know: contract that first";
  }
  const bool taken = live->column(op.to) != nullptr ||
                     std::any_of(change_.columns.begin(), change_.columns.end(),
                                 [&](const ColumnChange& c) { return c.new_physical == op.to; });
  if (!taken) return std::nullopt;
  return fmt::format("the base table {} has a column {} until contract", change_.physical, op.to);
}

void TableBuilder::double_column(ColumnChange& column, const model::RenameColumn& op) {
  const SqlText from{Identifier(op.from).quoted(), column.where};
  const SqlText to{Identifier(op.to).quoted(), column.where};
  column.up = over_old_row(from);
  column.up->is_derived = true;
  downs_.push_back({column.before, to, true});
  column.fate = ColumnFate::replaced;
  column.new_physical = op.to;
}

}  // namespace segue::plan
