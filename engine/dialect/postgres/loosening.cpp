// What expand loosens for the new version: NOT NULL that its rows cannot keep, constraints that
// only refuse and are dropped, and types that widen without writing a row. Loosening does not
// disturb old clients; taking it back may meet rows that were written meanwhile, so each inverse
// looks first and leaves what cannot be restored (the caller counts such rows and asks, before
// anything is touched).

#include <fmt/format.h>

#include <algorithm>

#include "engine/dialect/postgres/context.hpp"
#include "engine/dialect/postgres/names.hpp"
#include "engine/dialect/postgres/tables.hpp"

namespace segue::dialect::postgres {
namespace {

using namespace fmt::literals;
using model::ColumnChange;
using model::ColumnFate;
using model::DroppedConstraint;
using model::TableChange;

std::string restoring_check(const std::string& column, const RenderContext& context) {
  return interim_name(change_of(context).ordinal, "restore_not_null_" + column);
}

// A NOT VALID check that rows violate stays as it is and is dropped by the last script.
Statement validate_if_possible(const QualifiedName& table, const std::string& check) {
  return {.sql = fmt::format(R"sql(DO $segue$
BEGIN
  ALTER TABLE {table} VALIDATE CONSTRAINT {check};
EXCEPTION WHEN check_violation THEN
  RAISE WARNING USING MESSAGE = {message};
END
$segue$)sql",
                             "table"_a = table, "check"_a = Identifier(check),
                             "message"_a = literal(fmt::format(
                                 "rows of {} hold NULL: NOT NULL is not restored", table.plain()))),
          .lock = "SHARE UPDATE EXCLUSIVE for a scan"};
}

std::vector<DroppedConstraint> early_drops(const TableChange& table) {
  std::vector<DroppedConstraint> out;
  if (table.fate != model::TableFate::changed) return out;
  for (const DroppedConstraint& c : table.dropped_constraints) {
    if (c.early) out.push_back(c);
  }
  return out;
}

void add_again(const QualifiedName& table, const DroppedConstraint& c,
               std::vector<Statement>& statements) {
  const Identifier name(c.name);
  std::string definition = c.definition;
  if (c.enforced && !definition.ends_with(" NOT VALID")) definition += " NOT VALID";
  statements.push_back(
      {.sql = fmt::format("ALTER TABLE {} DROP CONSTRAINT IF EXISTS {}", table, name)});
  statements.push_back(
      {.sql = fmt::format("ALTER TABLE {} ADD CONSTRAINT {} {}", table, name, definition),
       .lock = "no scan: rows are checked by VALIDATE"});
  if (!c.comment.empty()) {
    statements.push_back({.sql = fmt::format("COMMENT ON CONSTRAINT {} ON {} IS {}", name, table,
                                             literal(c.comment))});
  }
}

// Rows that were written meanwhile may violate it; the caller has counted them and asked.
Statement validate_dropped(const QualifiedName& table, const std::string& constraint) {
  return {.sql = fmt::format(R"sql(DO $segue$
BEGIN
  ALTER TABLE {table} VALIDATE CONSTRAINT {constraint};
EXCEPTION WHEN check_violation OR foreign_key_violation THEN
  RAISE WARNING USING MESSAGE = {message};
END
$segue$)sql",
                             "table"_a = table, "constraint"_a = Identifier(constraint),
                             "message"_a = literal(fmt::format("rows of {} violate {}: it is not "
                                                               "restored",
                                                               table.plain(), constraint))),
          .lock = "SHARE UPDATE EXCLUSIVE for a scan"};
}

// Not validated, it would refuse every UPDATE of the rows that violate it (hazard P39).
Statement drop_if_invalid(const QualifiedName& table, const std::string& constraint) {
  return {.sql = fmt::format(R"sql(DO $segue$
BEGIN
  IF NOT (SELECT convalidated FROM pg_catalog.pg_constraint
          WHERE conrelid = {literal}::regclass AND conname = {name}) THEN
    ALTER TABLE {table} DROP CONSTRAINT {constraint};
  END IF;
END
$segue$)sql",
                             "literal"_a = literal(table.quoted()), "name"_a = literal(constraint),
                             "table"_a = table, "constraint"_a = Identifier(constraint))};
}

// SET NOT NULL skips its scan when a valid CHECK proves it (12+).
Statement set_if_valid(const QualifiedName& table, const std::string& column,
                       const std::string& check) {
  return {.sql = fmt::format(R"sql(DO $segue$
BEGIN
  IF (SELECT convalidated FROM pg_catalog.pg_constraint
      WHERE conrelid = {literal}::regclass AND conname = {name}) THEN
    ALTER TABLE {table} ALTER COLUMN {column} SET NOT NULL;
  END IF;
  ALTER TABLE {table} DROP CONSTRAINT {check};
END
$segue$)sql",
                             "literal"_a = literal(table.quoted()), "name"_a = literal(check),
                             "table"_a = table, "column"_a = Identifier(column),
                             "check"_a = Identifier(check))};
}

// Narrowing writes every row under the lock: only on a small table or when that was asked for
// (`reverse --rewrite`), and only while every value fits. Old clients do not notice a wider type,
// so otherwise it stays.
Statement narrow(const QualifiedName& table, const ColumnChange& column,
                 const RenderContext& context) {
  const std::string small =
      context.settings.narrows_any_size
          ? "true"
          : fmt::format("(SELECT count(*) FROM (SELECT FROM {0} LIMIT {1} + 1) AS few) <= {1}",
                        table, context.settings.direct_limit);
  return {.sql = fmt::format(R"sql(DO $segue$
BEGIN
  IF {small}
      AND NOT EXISTS (SELECT FROM {table} WHERE CAST({column} AS {type}) IS DISTINCT FROM {column}) THEN
    ALTER TABLE {table} ALTER COLUMN {column} TYPE {type};
  END IF;
END
$segue$)sql",
                             "table"_a = table, "small"_a = small,
                             "column"_a = Identifier(column.old_physical),
                             "type"_a = column.shape_before.type)};
}

}  // namespace

std::vector<std::string> loosened_columns(const TableChange& table) {
  std::vector<std::string> out;
  if (table.fate != model::TableFate::changed) return out;
  for (const ColumnChange& c : table.columns) {
    const bool was_strict = !c.shape_before.nullable && c.shape_before.primary_key == 0 &&
                            c.shape_before.identity == ' ' && c.shape_before.generated.empty();
    if (!was_strict || c.old_physical.empty()) continue;
    const bool no_value = c.fate != ColumnFate::kept && !c.down && !c.shape_before.default_sql;
    const bool wants_null = c.fate == ColumnFate::kept && c.shape.nullable;
    if (no_value || wants_null) out.push_back(c.old_physical);
  }
  return out;
}

std::vector<ColumnChange> widened_columns(const TableChange& table) {
  std::vector<ColumnChange> out;
  if (table.fate != model::TableFate::changed) return out;
  for (const ColumnChange& c : table.columns) {
    if (c.fate == ColumnFate::kept && c.shape.type != c.shape_before.type) out.push_back(c);
  }
  return out;
}

Script loosen(const model::Step& step, const RenderContext& context) {
  const TableChange& table = table_of(step, context);
  const QualifiedName name = relation(table.physical, context);
  TransactionScript script = ladder_script({table.physical}, "ACCESS EXCLUSIVE", context);
  for (const std::string& column : loosened_columns(table)) {
    script.statements.push_back({.sql = fmt::format("ALTER TABLE {} ALTER COLUMN {} DROP NOT NULL",
                                                    name, Identifier(column)),
                                 .lock = "ACCESS EXCLUSIVE, catalogue only"});
  }
  for (const ColumnChange& column : widened_columns(table)) {
    script.statements.push_back(
        {.sql = fmt::format("ALTER TABLE {} ALTER COLUMN {} TYPE {}", name,
                            Identifier(column.old_physical), column.shape.type),
         .lock = "ACCESS EXCLUSIVE, catalogue only: the type widens"});
  }
  for (const DroppedConstraint& c : early_drops(table)) {
    lock_referenced(script, c.referenced_table, "ACCESS EXCLUSIVE");
    script.statements.push_back(
        {.sql = fmt::format("ALTER TABLE {} DROP CONSTRAINT {}", name, Identifier(c.name)),
         .lock = "ACCESS EXCLUSIVE, catalogue only"});
  }
  return script;
}

std::vector<Script> restore_loosened(const model::Step& step, const RenderContext& context) {
  const TableChange& table = table_of(step, context);
  const QualifiedName name = relation(table.physical, context);
  const std::vector<std::string> columns = loosened_columns(table);
  std::vector<Script> out;
  const std::vector<DroppedConstraint> dropped = early_drops(table);
  if (!columns.empty() || !dropped.empty()) {
    TransactionScript add = ladder_script({table.physical}, "ACCESS EXCLUSIVE", context);
    TransactionScript validate = write_script();
    for (const DroppedConstraint& c : dropped) {
      lock_referenced(add, c.referenced_table, "ACCESS EXCLUSIVE");
      add_again(name, c, add.statements);
      if (c.validated) validate.statements.push_back(validate_dropped(name, c.name));
    }
    for (const std::string& column : columns) {
      const std::string check = restoring_check(column, context);
      add.statements.push_back({.sql = fmt::format("ALTER TABLE {} DROP CONSTRAINT IF EXISTS {}",
                                                   name, Identifier(check))});
      add.statements.push_back(
          {.sql = fmt::format("ALTER TABLE {} ADD CONSTRAINT {} CHECK ({} IS NOT NULL) NOT VALID",
                              name, Identifier(check), Identifier(column))});
      validate.statements.push_back(validate_if_possible(name, check));
    }
    out = {add, validate};
  }
  TransactionScript set = ladder_script({table.physical}, "ACCESS EXCLUSIVE", context);
  for (const std::string& column : columns) {
    set.statements.push_back(set_if_valid(name, column, restoring_check(column, context)));
  }
  for (const DroppedConstraint& c : dropped) {
    lock_referenced(set, c.referenced_table, "ACCESS EXCLUSIVE");
    if (c.validated) set.statements.push_back(drop_if_invalid(name, c.name));
  }
  for (const ColumnChange& column : widened_columns(table)) {
    set.statements.push_back(narrow(name, column, context));
  }
  out.emplace_back(set);
  return out;
}

}  // namespace segue::dialect::postgres
