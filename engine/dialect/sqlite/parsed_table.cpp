// A parser by recursive descent over the tokens, for SQLite's own grammar of CREATE TABLE. It bails
// out (nullopt) at the first token that it does not expect: an edit must never work on half an
// understanding.

#include "engine/dialect/sqlite/parsed_table.hpp"

#include <algorithm>

#include "engine/dialect/sqlite/token_cursor.hpp"

namespace segue::dialect::sqlite {
namespace {

std::string upper(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

class Parser : private TokenCursor {
 public:
  explicit Parser(std::string_view text) : TokenCursor(text) {}

  ParsedTable run() {
    ParsedTable table;
    parse_head(table);
    table.body_begin = end_of_last();
    while (true) {
      parse_item(table);
      if (is(")")) break;
      expect(",");
    }
    table.body_end = begin();
    next();
    parse_options(table);
    return table;
  }

 private:
  void parse_head(ParsedTable& table) {
    expect("CREATE");
    if (!accept("TEMP")) accept("TEMPORARY");
    expect("TABLE");
    if (accept("IF")) {
      expect("NOT");
      expect("EXISTS");
    }
    table.name_begin = begin();
    table.name = expect_name();
    if (accept(".")) {
      table.name_begin = begin();
      table.name = expect_name();
    }
    table.name_end = end_of_last();
    expect("(");
  }

  void parse_item(ParsedTable& table) {
    if (is_any({"constraint", "primary", "unique", "check", "foreign"})) {
      // SQLite lets the comma between two table constraints go.
      while (!is(",") && !is(")")) table.constraints.push_back(table_constraint());
    } else {
      table.columns.push_back(column());
    }
  }

  void parse_options(ParsedTable& table) {
    table.options_begin = table.options_end = end_of_last();
    while (!at_end() && !is(";")) {
      if (accept("WITHOUT")) {
        expect("ROWID");
        table.without_rowid = true;
      } else {
        expect("STRICT");
        table.strict = true;
      }
      table.options_end = end_of_last();
      if (!accept(",")) break;
    }
    accept(";");
    if (!at_end()) throw NotUnderstood{};
  }

  ParsedColumn column() {
    ParsedColumn column;
    column.begin = begin();
    column.name = expect_name();
    column.name_end = column.type_begin = column.type_end = end_of_last();
    if (is_type_word()) {
      column.type_begin = begin();
      while (is_type_word()) next();
      if (is("(")) skip_parentheses();
      column.type_end = end_of_last();
    }
    column.type = slice(column.type_begin, column.type_end);
    while (!is(",") && !is(")")) {
      column.constraints.push_back(column_constraint());
      column.constraints.back().columns = {column.name};
    }
    column.end = end_of_last();
    return column;
  }

  // What ends a column's type. GENERATED does so only before ALWAYS.
  bool is_type_word() const {
    if (!is_name()) return false;
    return !is_generated() && !is_any({"constraint", "primary", "not", "null", "unique", "check",
                                       "default", "collate", "as", "references"});
  }

  bool is_generated() const { return is("generated") && following_is("always"); }

  ParsedConstraint column_constraint() {
    ParsedConstraint constraint = begun_constraint();
    if (is(",") || is(")") || is("CONSTRAINT")) {
      constraint.kind = ClauseKind::name_only;
    } else if (accept("DEFAULT")) {
      parse_default(constraint);
    } else if (accept("NOT")) {
      expect("NULL");
      constraint.kind = ClauseKind::not_null;
    } else if (accept("NULL")) {
      constraint.kind = ClauseKind::null;
    } else if (accept("PRIMARY")) {
      parse_column_primary_key(constraint);
    } else if (accept("UNIQUE")) {
      constraint.kind = ClauseKind::unique;
    } else if (accept("CHECK")) {
      constraint.kind = ClauseKind::check;
      constraint.expression = parenthesized();
    } else if (accept("COLLATE")) {
      constraint.kind = ClauseKind::collate;
      constraint.collation = expect_name();
    } else if (accept("REFERENCES")) {
      parse_references(constraint);
    } else {
      parse_generated(constraint);
    }
    return ended_constraint(std::move(constraint));
  }

  ParsedConstraint table_constraint() {
    ParsedConstraint constraint = begun_constraint();
    if (is(",") || is(")") || is("CONSTRAINT")) {
      constraint.kind = ClauseKind::name_only;
    } else if (accept("PRIMARY")) {
      expect("KEY");
      constraint.kind = ClauseKind::primary_key;
      parse_sorted_columns(constraint);
    } else if (accept("UNIQUE")) {
      constraint.kind = ClauseKind::unique;
      parse_sorted_columns(constraint);
    } else if (accept("CHECK")) {
      constraint.kind = ClauseKind::check;
      constraint.expression = parenthesized();
    } else {
      expect("FOREIGN");
      expect("KEY");
      constraint.columns = names_in_parentheses();
      for (const std::string& column : constraint.columns) {
        constraint.terms.push_back({.column = column});
      }
      expect("REFERENCES");
      parse_references(constraint);
    }
    return ended_constraint(std::move(constraint));
  }

  ParsedConstraint begun_constraint() {
    ParsedConstraint constraint;
    constraint.begin = begin();
    if (accept("CONSTRAINT")) constraint.name = expect_name();
    constraint.body_begin = begin();
    return constraint;
  }

  // ON CONFLICT follows several kinds; AUTOINCREMENT stands behind it.
  ParsedConstraint ended_constraint(ParsedConstraint constraint) {
    if (accept("ON")) {
      expect("CONFLICT");
      constraint.conflict = upper(text());
      expect_anything();
    }
    if (constraint.kind == ClauseKind::primary_key && accept("AUTOINCREMENT")) {
      constraint.autoincrement = true;
    }
    constraint.end = end_of_last();
    constraint.body_begin = std::min(constraint.body_begin, constraint.end);
    constraint.text = slice(constraint.begin, constraint.end);
    constraint.definition = slice(constraint.body_begin, constraint.end);
    return constraint;
  }

  void parse_column_primary_key(ParsedConstraint& constraint) {
    expect("KEY");
    constraint.kind = ClauseKind::primary_key;
    if (accept("DESC")) {
      constraint.descending = true;
    } else {
      accept("ASC");
    }
  }

  void parse_default(ParsedConstraint& constraint) {
    constraint.kind = ClauseKind::default_value;
    const std::size_t from = begin();
    if (is("(")) {
      skip_parentheses();
    } else {
      if (!accept("-")) accept("+");
      skip_term();
    }
    constraint.expression = slice(from, end_of_last());
  }

  // One literal or name. The tokenizer takes 1.5e-3 and .5 apart; their parts touch.
  void skip_term() {
    if (at_end() || is(",") || is(")")) throw NotUnderstood{};
    const bool is_number = kind() == SqlTokenKind::number || is(".");
    std::string last = text();
    next();
    while (is_number && !at_end() && begin() == end_of_last()) {
      const bool is_sign_of_exponent =
          (is("-") || is("+")) && (last.back() == 'e' || last.back() == 'E');
      if (kind() != SqlTokenKind::number && !is(".") && !is_sign_of_exponent) break;
      last = text();
      next();
    }
  }

  void parse_generated(ParsedConstraint& constraint) {
    if (is_generated()) {
      next();
      next();
    }
    expect("AS");
    constraint.kind = ClauseKind::generated;
    constraint.expression = parenthesized();
    if (accept("STORED")) {
      constraint.stored = true;
    } else {
      accept("VIRTUAL");
    }
  }

  void parse_references(ParsedConstraint& constraint) {
    constraint.kind = ClauseKind::foreign_key;
    constraint.referenced_table = expect_name();
    if (is("(")) constraint.referenced_columns = names_in_parentheses();
    while (is("ON") || is("MATCH")) {
      if (accept("MATCH")) {
        expect_anything();
        continue;
      }
      expect("ON");
      expect_anything();  // DELETE, UPDATE, INSERT
      if (!accept("SET")) accept("NO");
      expect_anything();  // NULL, DEFAULT, ACTION, CASCADE, RESTRICT
    }
    parse_deferrable(constraint);
  }

  void parse_deferrable(ParsedConstraint& constraint) {
    bool deferrable = true;
    if (is("NOT") && following_is("DEFERRABLE")) {
      deferrable = false;
      next();
    }
    if (!accept("DEFERRABLE")) return;
    constraint.deferrable = deferrable;
    if (!accept("INITIALLY")) return;
    constraint.initially_deferred = deferrable && is("DEFERRED");
    expect_anything();
  }

  void parse_sorted_columns(ParsedConstraint& constraint) {
    expect("(");
    while (true) {
      constraint.terms.push_back(sorted_column());
      constraint.columns.push_back(constraint.terms.back().column);
      if (constraint.terms.back().descending) constraint.descending = true;
      if (accept("AUTOINCREMENT")) constraint.autoincrement = true;
      if (accept(")")) return;
      expect(",");
    }
  }

  IndexTerm sorted_column() {
    IndexTerm term;
    term.text = text();
    term.column = expect_name();
    if (accept("COLLATE")) term.collation = expect_name();
    term.descending = accept("DESC");
    if (!term.descending) accept("ASC");
    return term;
  }

  std::string parenthesized() {
    if (!is("(")) throw NotUnderstood{};
    return skip_parentheses();
  }

  std::vector<std::string> names_in_parentheses() {
    std::vector<std::string> names;
    expect("(");
    while (true) {
      names.push_back(expect_name());
      if (accept(")")) return names;
      expect(",");
    }
  }
};

}  // namespace

const ParsedConstraint* ParsedColumn::constraint(ClauseKind kind) const {
  const auto found = std::find_if(constraints.begin(), constraints.end(),
                                  [&](const ParsedConstraint& item) { return item.kind == kind; });
  return found == constraints.end() ? nullptr : &*found;
}

const ParsedColumn* ParsedTable::column(std::string_view wanted) const {
  const auto found = std::find_if(columns.begin(), columns.end(), [&](const ParsedColumn& item) {
    return same_name(item.name, wanted);
  });
  return found == columns.end() ? nullptr : &*found;
}

std::optional<ParsedTable> parse_table(std::string_view sql) {
  try {
    return Parser(sql).run();
  } catch (const TokenCursor::NotUnderstood&) {
    return std::nullopt;
  }
}

}  // namespace segue::dialect::sqlite
