// A parser by recursive descent over the tokens, for SQLite's own grammar of CREATE TABLE. It bails
// out (nullopt) at the first token that it does not expect: an edit must never work on half an
// understanding.

#include "engine/catalog/sqlite_table_text.hpp"

#include <algorithm>
#include <array>

#include "engine/catalog/sqlite_token_cursor.hpp"

namespace segue::catalog {
namespace {

// The words that end a column's type. GENERATED does so only before ALWAYS.
constexpr std::array<std::string_view, 10> constraint_words = {
    "CONSTRAINT", "PRIMARY", "NOT",     "NULL", "UNIQUE",
    "CHECK",      "DEFAULT", "COLLATE", "AS",   "REFERENCES"};
constexpr std::array<std::string_view, 5> table_constraint_words = {"CONSTRAINT", "PRIMARY",
                                                                    "UNIQUE", "CHECK", "FOREIGN"};

template <std::size_t Size>
bool is_one_of(std::string_view word, const std::array<std::string_view, Size>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

class Parser : private SqliteTokenCursor {
 public:
  explicit Parser(std::string_view text) : SqliteTokenCursor(text) {}

  TableText run() {
    TableText table;
    parse_head(table);
    table.body_begin = end_of_last();
    while (true) {
      parse_item(table);
      if (is(")")) break;
      expect(",");
    }
    table.body_end = begin();
    ++at_;
    parse_options(table);
    return table;
  }

 private:
  void parse_head(TableText& table) {
    expect("CREATE");
    if (!accept("TEMP")) accept("TEMPORARY");
    expect("TABLE");
    if (accept("IF")) {
      expect("NOT");
      expect("EXISTS");
    }
    table.name_begin = begin();
    table.name = name();
    if (accept(".")) {
      table.name_begin = begin();
      table.name = name();
    }
    table.name_end = end_of_last();
    expect("(");
  }

  void parse_item(TableText& table) {
    if (is_word() && is_one_of(word(), table_constraint_words)) {
      // SQLite lets the comma between two table constraints go.
      while (!is(",") && !is(")")) table.constraints.push_back(table_constraint());
    } else {
      table.columns.push_back(column());
    }
  }

  void parse_options(TableText& table) {
    table.options_begin = table.options_end = end_of_last();
    while (at_ < tokens_.size() && !is(";")) {
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
    if (at_ != tokens_.size()) throw NotUnderstood{};
  }

  TextColumn column() {
    TextColumn column;
    column.begin = begin();
    column.name = name();
    column.name_end = column.type_begin = column.type_end = end_of_last();
    if (is_type_word()) {
      column.type_begin = begin();
      while (is_type_word()) ++at_;
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

  bool is_type_word() const {
    if (at_ >= tokens_.size()) return false;
    const SqlTokenKind kind = tokens_[at_].kind;
    if (kind == SqlTokenKind::quoted_identifier || kind == SqlTokenKind::string) return true;
    return is_word() && !is_one_of(word(), constraint_words) && !is_generated();
  }

  bool is_generated() const { return is("GENERATED") && is("ALWAYS", 1); }

  TextConstraint column_constraint() {
    TextConstraint constraint = begun_constraint();
    if (is(",") || is(")") || is("CONSTRAINT")) {
      constraint.kind = TextConstraintKind::name_only;
    } else if (accept("DEFAULT")) {
      parse_default(constraint);
    } else if (accept("NOT")) {
      expect("NULL");
      constraint.kind = TextConstraintKind::not_null;
    } else if (accept("NULL")) {
      constraint.kind = TextConstraintKind::null;
    } else if (accept("PRIMARY")) {
      parse_column_primary_key(constraint);
    } else if (accept("UNIQUE")) {
      constraint.kind = TextConstraintKind::unique;
    } else if (accept("CHECK")) {
      constraint.kind = TextConstraintKind::check;
      constraint.expression = parenthesized();
    } else if (accept("COLLATE")) {
      constraint.kind = TextConstraintKind::collate;
      constraint.collation = name();
    } else if (accept("REFERENCES")) {
      parse_references(constraint);
    } else {
      parse_generated(constraint);
    }
    return ended_constraint(std::move(constraint));
  }

  TextConstraint table_constraint() {
    TextConstraint constraint = begun_constraint();
    if (is(",") || is(")") || is("CONSTRAINT")) {
      constraint.kind = TextConstraintKind::name_only;
    } else if (accept("PRIMARY")) {
      expect("KEY");
      constraint.kind = TextConstraintKind::primary_key;
      parse_sorted_columns(constraint);
    } else if (accept("UNIQUE")) {
      constraint.kind = TextConstraintKind::unique;
      parse_sorted_columns(constraint);
    } else if (accept("CHECK")) {
      constraint.kind = TextConstraintKind::check;
      constraint.expression = parenthesized();
    } else {
      expect("FOREIGN");
      expect("KEY");
      constraint.columns = names_in_parentheses();
      expect("REFERENCES");
      parse_references(constraint);
    }
    return ended_constraint(std::move(constraint));
  }

  TextConstraint begun_constraint() {
    TextConstraint constraint;
    constraint.begin = begin();
    if (accept("CONSTRAINT")) constraint.name = name();
    constraint.body_begin = begin();
    return constraint;
  }

  // ON CONFLICT follows several kinds; AUTOINCREMENT stands behind it.
  TextConstraint ended_constraint(TextConstraint constraint) {
    if (accept("ON")) {
      expect("CONFLICT");
      constraint.conflict = word();
      ++at_;
    }
    if (constraint.kind == TextConstraintKind::primary_key && accept("AUTOINCREMENT")) {
      constraint.autoincrement = true;
    }
    constraint.end = end_of_last();
    constraint.body_begin = std::min(constraint.body_begin, constraint.end);
    constraint.text = slice(constraint.begin, constraint.end);
    constraint.definition = slice(constraint.body_begin, constraint.end);
    return constraint;
  }

  void parse_column_primary_key(TextConstraint& constraint) {
    expect("KEY");
    constraint.kind = TextConstraintKind::primary_key;
    if (accept("DESC")) {
      constraint.descending = true;
    } else {
      accept("ASC");
    }
  }

  void parse_default(TextConstraint& constraint) {
    constraint.kind = TextConstraintKind::default_value;
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
    if (at_ >= tokens_.size() || is(",") || is(")")) throw NotUnderstood{};
    const bool is_number = tokens_[at_].kind == SqlTokenKind::number || is(".");
    ++at_;
    while (is_number && at_ < tokens_.size() && begin() == end_of_last()) {
      const char last = tokens_[at_ - 1].text.back();
      const bool is_sign_of_exponent = (is("-") || is("+")) && (last == 'e' || last == 'E');
      const bool is_digits = tokens_[at_].kind == SqlTokenKind::number;
      if (!is_digits && !is(".") && !is_sign_of_exponent) break;
      ++at_;
    }
  }

  void parse_generated(TextConstraint& constraint) {
    if (is_generated()) at_ += 2;
    expect("AS");
    constraint.kind = TextConstraintKind::generated;
    constraint.expression = parenthesized();
    if (accept("STORED")) {
      constraint.stored = true;
    } else {
      accept("VIRTUAL");
    }
  }

  void parse_references(TextConstraint& constraint) {
    constraint.kind = TextConstraintKind::foreign_key;
    constraint.referenced_table = name();
    if (is("(")) constraint.referenced_columns = names_in_parentheses();
    while (is("ON") || is("MATCH")) {
      if (accept("MATCH")) {
        ++at_;
        continue;
      }
      at_ += 2;  // ON DELETE, ON UPDATE, ON INSERT
      if (!accept("SET")) accept("NO");
      ++at_;  // NULL, DEFAULT, ACTION, CASCADE, RESTRICT
    }
    parse_deferrable(constraint);
  }

  void parse_deferrable(TextConstraint& constraint) {
    bool deferrable = true;
    if (is("NOT") && is("DEFERRABLE", 1)) {
      deferrable = false;
      ++at_;
    }
    if (!accept("DEFERRABLE")) return;
    constraint.deferrable = deferrable;
    if (!accept("INITIALLY")) return;
    constraint.initially_deferred = deferrable && is("DEFERRED");
    ++at_;
  }

  void parse_sorted_columns(TextConstraint& constraint) {
    expect("(");
    while (true) {
      constraint.columns.push_back(name());
      if (accept("COLLATE")) static_cast<void>(name());
      if (accept("DESC")) {
        constraint.descending = true;
      } else {
        accept("ASC");
      }
      if (accept("AUTOINCREMENT")) constraint.autoincrement = true;
      if (accept(")")) return;
      expect(",");
    }
  }

  std::vector<std::string> names_in_parentheses() {
    std::vector<std::string> names;
    expect("(");
    while (true) {
      names.push_back(name());
      if (accept(")")) return names;
      expect(",");
    }
  }
};

}  // namespace

const TextConstraint* TextColumn::constraint(TextConstraintKind kind) const {
  const auto found = std::find_if(constraints.begin(), constraints.end(),
                                  [&](const TextConstraint& item) { return item.kind == kind; });
  return found == constraints.end() ? nullptr : &*found;
}

const TextColumn* TableText::column(std::string_view wanted) const {
  const auto found = std::find_if(columns.begin(), columns.end(), [&](const TextColumn& item) {
    return same_sqlite_name(item.name, wanted);
  });
  return found == columns.end() ? nullptr : &*found;
}

std::optional<TableText> parse_table_text(std::string_view sql) {
  try {
    return Parser(sql).run();
  } catch (const NotUnderstood&) {
    return std::nullopt;
  }
}

}  // namespace segue::catalog
