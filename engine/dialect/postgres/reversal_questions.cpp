// What a reversal would lose, as questions to the rows.

#include <fmt/format.h>

#include "engine/dialect/postgres/constraint_text.hpp"
#include "engine/dialect/postgres/context.hpp"
#include "engine/dialect/postgres/preflight.hpp"
#include "engine/dialect/postgres/sync.hpp"
#include "engine/dialect/postgres/tables.hpp"

namespace segue::dialect::postgres {

using model::ColumnChange;
using model::ColumnFate;
using model::TableChange;
using model::TableFate;

namespace {

using Questions = std::vector<std::pair<std::string, std::string>>;

// What expand took from the old side: any client could have used it since.
void of_loosened(const TableChange& table, const QualifiedName& name, Questions& out) {
  for (const std::string& column : loosened_columns(table)) {
    out.emplace_back(
        table.before + "." + column + " (NOT NULL)",
        fmt::format("SELECT count(*) FROM ONLY {} WHERE {} IS NULL", name, Identifier(column)));
  }
  for (const model::DroppedConstraint& c : table.dropped_constraints) {
    // One that is not enforced comes back whatever the rows hold.
    if (c.early && c.enforced)
      out.emplace_back(table.before + " (" + c.name + ")", count_of_violators(name, c));
  }
  for (const ColumnChange& c : widened_columns(table)) {
    const Identifier column(c.old_physical);
    out.emplace_back(
        table.before + "." + c.before + " (" + c.shape_before.type + ")",
        fmt::format("SELECT count(*) FROM ONLY {} WHERE CAST({} AS {}) IS DISTINCT FROM {}", name,
                    column, c.shape_before.type, column));
  }
}

// Values that only the new side knows: `down` gives another value back, or there is no `down`.
void of_new_side(const TableChange& table, const QualifiedName& name, const RenderContext& context,
                 Questions& out) {
  for (const ColumnChange& c : table.columns) {
    if (c.fate == ColumnFate::kept || c.fate == ColumnFate::dropped) continue;
    const Identifier column(c.new_physical);
    if (!c.up) {
      out.emplace_back(
          table.after + "." + c.after,
          fmt::format("SELECT count(*) FROM ONLY {} WHERE {} IS NOT NULL", name, column));
      continue;
    }
    if (c.up->presumed == model::ExpressionClass::weak) continue;
    for (const Group& group : groups_of(table, change_of(context).ordinal)) {
      for (const Rule& rule : group.forward) {
        if (rule.target != c.new_physical) continue;
        out.emplace_back(
            table.after + "." + c.after,
            fmt::format("SELECT count(*) FROM ONLY {} WHERE {} IS NOT NULL AND {}", name, column,
                        differs(column.quoted(), call(rule, ""),
                                bytes_column(table.physical, rule.target, context))));
      }
    }
  }
}

}  // namespace

std::vector<std::pair<std::string, std::string>> reversal_questions(const RenderContext& context) {
  Questions out;
  const bool served = model::lives_twice(context.migration().state);
  for (const TableChange& table : change_of(context).tables) {
    const QualifiedName name = relation(table.physical, context);
    if (table.fate == TableFate::created && served) {
      out.emplace_back(table.after, fmt::format("SELECT count(*) FROM {}", name));
    }
    if (table.fate != TableFate::changed) continue;
    of_loosened(table, name, out);
    if (served) of_new_side(table, name, context, out);
  }
  return out;
}

}  // namespace segue::dialect::postgres
