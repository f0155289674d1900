// What preflight asks about rows, as the new version would show them: an `up` that fails, a value
// that a constraint of the new version refuses, a row that no UPDATE could fill.

#include <fmt/format.h>

#include <algorithm>

#include "engine/core/protection.hpp"
#include "engine/core/sql_tokens.hpp"
#include "engine/dialect/postgres/constraint_text.hpp"
#include "engine/dialect/postgres/constraints.hpp"
#include "engine/dialect/postgres/foreign_keys.hpp"
#include "engine/dialect/postgres/functions.hpp"
#include "engine/dialect/postgres/preflight.hpp"

namespace segue::dialect::postgres {
namespace {

using model::CatalogTable;
using model::ColumnChange;
using model::ColumnFate;
using model::TableChange;
using model::TableFate;

// Rows of the new version as a subquery: its names, values by expression where the new side does
// not exist yet.
std::string new_rows(const TableChange& table, const PlanInput& input) {
  std::vector<std::string> columns;
  const CatalogTable* live = input.catalog.table(table.physical);
  for (const ColumnChange& c : table.columns) {
    if (c.fate == ColumnFate::dropped) continue;
    std::string value;
    if (c.up && c.up->presumed == model::ExpressionClass::weak) {
      value = fmt::format("CAST(NULL AS {})", c.shape.type);  // nobody asks for it
    } else if (c.up) {
      std::string text = expression_text(*c.up, table.before, c.shape.type);
      value = replace_columns(text, table.before,
                              [&](const std::string& name) -> std::optional<std::string> {
                                for (const model::Argument& a : c.up->arguments) {
                                  if (a.name == name) return Identifier(a.physical).quoted();
                                }
                                return std::nullopt;
                              });
      value = fmt::format("CAST({} AS {})", value, c.shape.type);
    } else if (live != nullptr && live->column(c.new_physical) != nullptr) {
      value = Identifier(c.new_physical).quoted();
    } else {
      value = fmt::format("CAST(({}) AS {})", c.shape.default_sql.value_or("NULL"), c.shape.type);
    }
    columns.push_back(fmt::format("{} AS {}", value, Identifier(c.after)));
  }
  return fmt::format("(SELECT {} FROM ONLY {})", fmt::join(columns, ", "),
                     QualifiedName{input.catalog.schema, table.physical});
}

std::string row_of_new_version(const TableChange& table, const PlanInput& input) {
  return fmt::format("{} AS {}", new_rows(table, input), Identifier(table.after));
}

bool reads_unwritten(const TableChange& table, const PlanInput& input) {
  const CatalogTable* live = input.catalog.table(table.physical);
  if (live == nullptr) return true;
  for (const ColumnChange& c : table.columns) {
    if (!c.up) continue;
    for (const model::Argument& a : c.up->arguments) {
      if (live->column(a.physical) == nullptr) return true;
    }
  }
  return false;
}

std::vector<std::string> names_after(std::vector<std::string> physical, const TableChange& table) {
  for (std::string& name : physical) {
    for (const ColumnChange& c : table.columns) {
      if (c.fate == ColumnFate::dropped || c.old_physical != name) continue;
      name = c.after;
      break;
    }
  }
  return physical;
}

SourceLocation where_replaced(const TableChange& table) {
  for (const ColumnChange& c : table.columns) {
    if (c.fate == ColumnFate::replaced) return c.where;
  }
  return table.where;
}

PreflightQuery orphans(const std::string& row, const TableChange& table,
                       const std::vector<std::string>& columns,
                       const model::ReferencesSpec& references, const SourceLocation& where,
                       const PlanInput& input) {
  return {.sql = count_of_orphans(
              row, Identifier(table.after),
              {.columns = columns,
               .parent = QualifiedName{input.catalog.schema, references.table}.quoted(),
               .referenced = references.columns,
               .match_full = references.match_type == "FULL"}),
          .message = fmt::format("{{count}} rows of {} would refer to nothing in {}", table.after,
                                 references.table),
          .where = where,
          .may_fail = true};
}

// A parent that this migration creates has no rows yet, and no row may refer to it; of a column
// that is not there yet nothing can be asked.
bool is_there(const model::ReferencesSpec& references, const PlanInput& input) {
  const CatalogTable* parent = input.catalog.table(references.table);
  return parent != nullptr &&
         std::all_of(references.columns.begin(), references.columns.end(),
                     [&](const std::string& name) { return parent->column(name) != nullptr; });
}

void constraint_questions(const TableChange& table, const PlanInput& input,
                          std::vector<PreflightQuery>& out) {
  const std::string row = row_of_new_version(table, input);
  for (const model::ConstraintSpec& c : table.created_constraints) {
    switch (c.type) {
      case model::ConstraintType::check:
        out.push_back(
            {.sql = fmt::format("SELECT count(*) FROM {} WHERE NOT ({})", row, c.check->text),
             .message =
                 fmt::format("{{count}} rows of {} would violate check {}", table.after, c.name),
             .where = c.check->where,
             .may_fail = true});
        break;
      case model::ConstraintType::foreign_key:
        if (is_there(*c.references, input)) {
          out.push_back(orphans(row, table, c.columns, *c.references, c.where, input));
        }
        break;
      case model::ConstraintType::unique:
      case model::ConstraintType::primary_key: {
        std::vector<std::string> columns, present;
        for (const std::string& column : c.columns) {
          columns.push_back(Identifier(column).quoted());
          present.push_back(columns.back() + " IS NOT NULL");
        }
        out.push_back(
            {.sql = fmt::format(
                 "SELECT count(*) FROM (SELECT 1 FROM {} WHERE {} GROUP BY {} "
                 "HAVING count(*) > 1) AS doubled",
                 row,
                 c.nulls_not_distinct ? "true" : fmt::format("{}", fmt::join(present, " AND ")),
                 fmt::join(columns, ", ")),
             .message =
                 fmt::format("{{count}} values of {} ({}) occur more than once, and {} of the "
                             "new version wants them unique",
                             table.after, fmt::join(c.columns, ", "), c.name),
             .where = c.where,
             .may_fail = true});
        break;
      }
      case model::ConstraintType::exclude:
        break;
    }
  }
}

void questions_of(const TableChange& table, const PlanInput& input,
                  std::vector<PreflightQuery>& out) {
  const std::string row = row_of_new_version(table, input);
  for (const ColumnChange& c : table.columns) {
    if (c.fate == ColumnFate::dropped || c.on_error == model::OnError::leave) continue;
    const Identifier name(c.after);
    const bool weak = c.up && c.up->presumed == model::ExpressionClass::weak;
    if (c.up && !weak && c.shape.nullable) {
      out.push_back({.sql = fmt::format("SELECT least(count({}), 0) FROM {}", name, row),
                     .message = fmt::format("`up` of {}.{} fails", table.after, c.after),
                     .where = c.up->sql.where,
                     .may_fail = true});
    }
    const bool new_strict =
        !c.shape.nullable && (c.up || (c.fate == ColumnFate::kept && c.shape_before.nullable));
    if (new_strict && !weak) {
      out.push_back(
          {.sql = fmt::format("SELECT count(*) FROM {} WHERE {} IS NULL", row, name),
           .message = fmt::format("{{count}} rows of {} would have no value in {}, which is "
                                  "not nullable in the new version",
                                  table.after, c.after),
           .where = c.up ? c.up->sql.where : c.where,
           .may_fail = true});
    }
    if (c.check && !weak) {
      out.push_back({.sql = fmt::format("SELECT count(*) FROM {} WHERE NOT ({})", row,
                                        c.check->expression.text),
                     .message = fmt::format("{{count}} rows of {} would violate check {}",
                                            table.after, c.check->name),
                     .where = c.check->expression.where,
                     .may_fail = true});
    }
    if (c.references && !weak && (c.up || c.fate == ColumnFate::kept) &&
        is_there(*c.references, input)) {
      out.push_back(orphans(row, table, {c.after}, *c.references, c.where, input));
    }
    if (c.unique && !weak) {
      out.push_back(
          {.sql = fmt::format("SELECT count(*) FROM (SELECT 1 FROM {0} WHERE {1} IS NOT NULL "
                              "GROUP BY {1} HAVING count(*) > 1) AS doubled",
                              row, name),
           .message = fmt::format("{{count}} values of {}.{} occur more than once, and the new "
                                  "version wants it unique",
                                  table.after, c.after),
           .where = c.where,
           .may_fail = true});
    }
  }
}

// What rows refer to, as both ends will be: by foreign keys at whose ends a column is replaced.
void reference_questions(const TableChange& table, const model::Change& change,
                         const PlanInput& input, std::vector<PreflightQuery>& out) {
  const CatalogTable* live = input.catalog.table(table.physical);
  if (live == nullptr) return;
  for (const NewSideObject& key : rebuilt_foreign_keys(table, change, *live)) {
    const bool is_own = key.on_table.empty();
    for (const model::CatalogConstraint& found : is_own ? live->constraints : live->incoming) {
      const bool is_it = found.name == key.final_name && key.validated &&
                         (is_own || table_in(input.catalog.schema, found.on_table) == key.on_table);
      if (!is_it) continue;
      const auto parent = table_in(input.catalog.schema, found.referenced_table);
      const TableChange* changed = parent ? changed_table(*parent, change) : nullptr;
      if (changed != nullptr && reads_unwritten(*changed, input)) continue;
      ForeignKeyText text{
          .columns = found.columns,
          .parent = changed == nullptr ? found.referenced_table : new_rows(*changed, input),
          .referenced = found.referenced_columns};
      if (changed != nullptr) text.referenced = names_after(text.referenced, *changed);
      if (is_own) text.columns = names_after(text.columns, table);
      const Identifier alias("segue_child");
      const std::string rows = fmt::format(
          "{} AS {}", is_own ? new_rows(table, input) : "ONLY " + found.on_table, alias);
      out.push_back({.sql = count_of_orphans(rows, alias, text),
                     .message = fmt::format(
                         "{{count}} rows of {} would refer by {} to nothing in {}: the columns of "
                         "both ends must go on to hold the same values; replace both in one "
                         "migration",
                         is_own ? live->qualified().quoted() : found.on_table, found.name,
                         found.referenced_table),
                     .where = where_replaced(table),
                     .may_fail = true});
    }
  }
}

// An UPDATE checks every CHECK of the table, also of rows that violated one that was never
// validated: such a row could not be filled, by us or by anybody (hazard P39).
void unvalidated_checks(const TableChange& table, const PlanInput& input,
                        std::vector<PreflightQuery>& out) {
  const CatalogTable* live = input.catalog.table(table.physical);
  const bool fills = std::any_of(table.columns.begin(), table.columns.end(),
                                 [](const ColumnChange& c) { return c.up.has_value(); });
  if (live == nullptr || !fills || !protected_by("unvalidated_checks")) return;
  for (const model::CatalogConstraint& c : live->constraints) {
    if (c.type != 'c' || c.validated || !c.enforced || c.name.starts_with("_segue_")) continue;
    if (table.drops_constraint(c.name)) continue;
    out.push_back(
        {.sql = fmt::format("SELECT count(*) FROM ONLY {} WHERE NOT {}",
                            QualifiedName{input.catalog.schema, live->name},
                            check_condition(c.definition)),
         .message = fmt::format("{{count}} rows of {} violate check {}, which was never "
                                "validated: no UPDATE of them can succeed, so they cannot be "
                                "filled; correct them, or drop the check",
                                live->name, c.name),
         .where = table.where});
  }
}

// Its index is built under a lock that stops everybody, and there is no other way (decision 0370).
void exclusion_questions(const TableChange& table, const PlanInput& input,
                         std::vector<PreflightQuery>& out) {
  const CatalogTable* live = input.catalog.table(table.physical);
  if (live == nullptr) return;
  for (const model::CatalogConstraint* c : excluded_by_replaced(table, *live)) {
    out.push_back(
        {.sql = fmt::format("SELECT count(*) FROM (SELECT FROM ONLY {} LIMIT {} + 1) AS few",
                            live->qualified(), input.settings.direct_limit),
         .allowed = input.settings.direct_limit,
         .message = fmt::format(
             "exclusion constraint {} of {} stands on a column that is replaced, and the one of "
             "the "
             "new column would be built under a lock that stops everybody: only a table of at most "
             "direct_limit ({}) rows gets it; drop the constraint first, or raise direct_limit",
             c->name, live->name, input.settings.direct_limit),
         .where = where_replaced(table)});
  }
}

}  // namespace

std::vector<PreflightQuery> row_questions(const model::Change& change, const PlanInput& input) {
  std::vector<PreflightQuery> out;
  for (const TableChange& table : change.tables) {
    if (table.fate != TableFate::changed || reads_unwritten(table, input)) continue;
    questions_of(table, input, out);
    constraint_questions(table, input, out);
    reference_questions(table, change, input, out);
    unvalidated_checks(table, input, out);
    exclusion_questions(table, input, out);
  }
  return out;
}

}  // namespace segue::dialect::postgres
