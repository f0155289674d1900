// Edits of one column's definition. Each touches its own clause and nothing else, so that a direct
// build and a migrated table read alike and the author's comments survive.

#include <fmt/format.h>

#include <algorithm>

#include "engine/dialect/sqlite/expressions.hpp"
#include "engine/dialect/sqlite/shapes.hpp"
#include "engine/dialect/sqlite/token_cursor.hpp"

namespace segue::dialect::sqlite {
namespace {

using namespace fmt::literals;

void append(ColumnText& column, ClauseKind kind, std::string text, std::string body) {
  column.clauses.push_back({kind, " ", std::move(text), std::move(body), false});
}

void remove(ColumnText& column, ClauseKind kind) {
  std::erase_if(column.clauses, [&](const Clause& c) { return c.kind == kind; });
}

std::string named(const std::string& name) {
  return name.empty() ? "" : fmt::format("CONSTRAINT {} ", quoted(name));
}

}  // namespace

std::string default_text(const std::string& sql) {
  TokenCursor at(sql);
  const bool parenthesised = at.is("(");
  if (parenthesised) {
    at.skip_parentheses();
    if (at.at_end()) return sql;
    return fmt::format("({})", sql);
  }
  if (at.is("+") || at.is("-")) at.next();
  at.next();
  return at.at_end() ? sql : fmt::format("({})", sql);
}

void set_nullable(ColumnText& column, bool nullable) {
  if (nullable) {
    remove(column, ClauseKind::not_null);
  } else if (column.clause(ClauseKind::not_null) == nullptr) {
    remove(column, ClauseKind::null);
    append(column, ClauseKind::not_null, "NOT NULL", "");
  }
}

void set_default(ColumnText& column, const std::optional<std::string>& sql) {
  const auto found =
      std::find_if(column.clauses.begin(), column.clauses.end(),
                   [](const Clause& c) { return c.kind == ClauseKind::default_value; });
  if (!sql) {
    remove(column, ClauseKind::default_value);
    return;
  }
  const std::string text = "DEFAULT " + default_text(*sql);
  if (found == column.clauses.end()) {
    append(column, ClauseKind::default_value, text, *sql);
  } else {
    found->text = text;
    found->body = *sql;
  }
}

void add_check(ColumnText& column, const model::CheckSpec& check) {
  append(column, ClauseKind::check,
         fmt::format("{named}CHECK ({expression})", "named"_a = named(check.name),
                     "expression"_a = check.expression.text),
         check.expression.text);
}

void add_unique(ColumnText& column, const model::UniqueSpec& unique) {
  if (column.clause(ClauseKind::unique) != nullptr) return;
  append(column, ClauseKind::unique, named(unique.name) + "UNIQUE", "");
}

ColumnText added_column(const model::ColumnChange& column) {
  ColumnText text;
  text.name = column.after;
  text.name_text = quoted(column.after);
  if (!column.shape.type.empty()) {
    text.type_lead = " ";
    text.type = column.shape.type;
  }
  if (!column.shape.collation.empty() && !same_name(column.shape.collation, "binary")) {
    append(text, ClauseKind::collate, "COLLATE " + quoted(column.shape.collation),
           column.shape.collation);
  }
  if (!column.shape.generated.empty()) {
    append(text, ClauseKind::generated,
           fmt::format("GENERATED ALWAYS AS ({})", column.shape.generated), column.shape.generated);
  }
  if (!column.shape.nullable) set_nullable(text, false);
  if (column.shape.default_sql) set_default(text, column.shape.default_sql);
  if (column.check) add_check(text, *column.check);
  if (column.unique) add_unique(text, *column.unique);
  return text;
}

}  // namespace segue::dialect::sqlite
