#include "engine/dialect/sqlite/table_text.hpp"

#include <algorithm>
#include <cctype>

#include "engine/dialect/sqlite/token_cursor.hpp"

namespace segue::dialect::sqlite {
namespace {

bool starts_clause(const TokenCursor& at) {
  return at.is_any({"constraint", "primary", "not", "null", "unique", "check", "default", "collate",
                    "references", "generated", "as"});
}

bool starts_table_clause(const TokenCursor& at) {
  return at.is_any({"constraint", "primary", "unique", "check", "foreign"});
}

void skip_conflict(TokenCursor& at) {
  if (!at.is("on")) return;
  at.next();
  at.next();  // CONFLICT
  at.next();  // the algorithm
}

// REFERENCES t(c) ON DELETE …, MATCH …, [NOT] DEFERRABLE INITIALLY …
void skip_references(TokenCursor& at) {
  at.next();
  at.next();  // the table
  if (at.is("(")) at.skip_parentheses();
  while (!at.at_end()) {
    if (at.is("on")) {
      at.next();
      at.next();
      if (at.is("set") || at.is("no")) at.next();
      at.next();
    } else if (at.is("match")) {
      at.next();
      at.next();
    } else if (at.is("deferrable") || (at.is("not") && at.following_is("deferrable"))) {
      if (at.is("not")) at.next();
      at.next();
      if (at.is("initially")) {
        at.next();
        at.next();
      }
    } else {
      return;
    }
  }
}

std::string skip_default(TokenCursor& at) {
  const std::size_t from = at.position();
  if (at.is("(")) {
    at.skip_parentheses();
  } else {
    if (at.is("+") || at.is("-")) at.next();
    at.next();
  }
  return at.slice(from);
}

void read_primary_key(TokenCursor& at, Clause& clause) {
  clause.kind = ClauseKind::primary_key;
  at.next();  // KEY
  if (at.is("asc") || at.is("desc")) at.next();
  skip_conflict(at);
  if (at.is("autoincrement")) {
    clause.autoincrement = true;
    at.next();
  }
}

// After the optional CONSTRAINT name. False for a word that begins no clause.
bool read_clause_body(TokenCursor& at, Clause& clause) {
  const std::string word = folded(at.text());
  if (word == "references") {
    clause.kind = ClauseKind::references;
    skip_references(at);
    return true;
  }
  at.next();
  if (word == "primary") {
    read_primary_key(at, clause);
  } else if (word == "not" || word == "null" || word == "unique") {
    clause.kind = word == "not" ? ClauseKind::not_null
                                : (word == "null" ? ClauseKind::null : ClauseKind::unique);
    if (word == "not") at.next();
    skip_conflict(at);
  } else if (word == "check") {
    clause.kind = ClauseKind::check;
    clause.body = at.skip_parentheses();
  } else if (word == "default") {
    clause.kind = ClauseKind::default_value;
    clause.body = skip_default(at);
  } else if (word == "collate") {
    clause.kind = ClauseKind::collate;
    clause.body = at.name();
    at.next();
  } else if (word == "generated" || word == "as") {
    clause.kind = ClauseKind::generated;
    if (word == "generated") {
      at.next();  // ALWAYS
      at.next();  // AS
    }
    clause.body = at.skip_parentheses();
    if (at.is("virtual") || at.is("stored")) at.next();
  } else {
    return false;
  }
  return true;
}

std::optional<ColumnText> read_column(TokenCursor& at) {
  ColumnText column;
  column.name = at.name();
  column.name_text = at.text();
  at.next();
  if (!at.at_end() && !starts_clause(at)) {
    column.type_lead = at.lead();
    const std::size_t from = at.position();
    while (!at.at_end() && !starts_clause(at)) {
      if (at.is("(")) {
        at.skip_parentheses();
      } else {
        at.next();
      }
    }
    column.type = at.slice(from);
  }
  while (!at.at_end()) {
    Clause clause;
    clause.lead = at.lead();
    const std::size_t from = at.position();
    if (at.is("constraint")) {
      at.next();
      at.next();
    }
    if (!read_clause_body(at, clause)) return std::nullopt;
    clause.text = at.slice(from);
    column.clauses.push_back(std::move(clause));
  }
  return column;
}

std::vector<IndexTerm> terms_in(std::string_view list);

std::optional<TableClause> read_table_clause(TokenCursor& at) {
  TableClause clause;
  const std::size_t from = at.position();
  if (at.is("constraint")) {
    at.next();
    at.next();
  }
  if (at.is("check")) {
    clause.kind = TableClauseKind::check;
    at.next();
    clause.body = at.skip_parentheses();
  } else if (at.is("foreign")) {
    clause.kind = TableClauseKind::foreign_key;
    at.next();
    at.next();
    clause.terms = terms_in(at.skip_parentheses());
    skip_references(at);
  } else {
    const bool primary = at.is("primary");
    clause.kind = primary ? TableClauseKind::primary_key : TableClauseKind::unique;
    at.next();
    if (primary) at.next();
    clause.terms = terms_in(at.skip_parentheses());
  }
  skip_conflict(at);
  // SQLite lets the comma between two table constraints out; such a text is not taken apart.
  if (!at.at_end()) return std::nullopt;
  clause.text = at.slice(from);
  return clause;
}

IndexTerm term_of(std::string_view text) {
  IndexTerm term;
  TokenCursor at(text);
  std::size_t end_of_value = 0;
  const std::size_t from = at.position();
  const bool single_name = at.is_name();
  std::size_t tokens_read = 0;
  while (!at.at_end() && !at.is_any({"collate", "asc", "desc"})) {
    if (tokens_read == 0) term.column = at.name();
    at.next();
    ++tokens_read;
  }
  term.text = at.slice(from);
  end_of_value = tokens_read;
  if (!single_name || end_of_value != 1) term.column.clear();
  while (!at.at_end()) {
    if (at.is("collate")) {
      at.next();
      term.collation = at.name();
    } else if (at.is("desc")) {
      term.descending = true;
    }
    at.next();
  }
  return term;
}

std::vector<IndexTerm> terms_in(std::string_view list) {
  std::vector<IndexTerm> terms;
  for (const std::string& piece : split_at_commas(list)) terms.push_back(term_of(piece));
  return terms;
}

std::optional<TablePart> read_part(std::string_view text) {
  TablePart part;
  TokenCursor at(text);
  if (at.at_end()) return std::nullopt;
  part.lead = at.lead();
  if (starts_table_clause(at)) {
    part.clause = read_table_clause(at);
    if (!part.clause) return std::nullopt;
  } else {
    part.column = read_column(at);
    if (!part.column) return std::nullopt;
  }
  part.trail = at.rest();
  return part;
}

void read_options(TableText& table) {
  TokenCursor at(table.tail);
  while (!at.at_end()) {
    if (at.is("without")) table.without_rowid = true;
    if (at.is("strict")) table.strict = true;
    at.next();
  }
}

}  // namespace

const Clause* ColumnText::clause(ClauseKind kind) const {
  const auto found =
      std::find_if(clauses.begin(), clauses.end(), [&](const Clause& c) { return c.kind == kind; });
  return found == clauses.end() ? nullptr : &*found;
}

std::string ColumnText::text() const {
  std::string out = name_text + type_lead + type;
  for (const Clause& clause : clauses) out += clause.lead + clause.text;
  return out;
}

const ColumnText* TableText::column(std::string_view column_name) const {
  for (const TablePart& part : parts) {
    if (part.column && same_name(part.column->name, column_name)) return &*part.column;
  }
  return nullptr;
}

std::string TableText::text() const {
  std::string out = head + name_text + open;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const bool last = i + 1 == parts.size();
    const TablePart& part = parts[i];
    // A comment to the end of the line that closed the list must not swallow the comma.
    out += part.lead + part.text();
    if (!last && !part.had_comma) out += ",";
    out += part.trail;
    if (!last && part.had_comma) out += ",";
  }
  return out + tail;
}

std::optional<TableText> table_text(std::string_view sql) {
  TableText table;
  TokenCursor at(sql);
  if (!at.is("create")) return std::nullopt;
  at.next();
  if (at.is("temp") || at.is("temporary")) at.next();
  if (!at.is("table")) return std::nullopt;
  at.next();
  table.head = std::string(sql.substr(0, at.offset()));
  table.name = at.name();
  table.name_text = at.text();
  at.next();
  if (!at.is("(")) return std::nullopt;
  table.open = at.lead() + "(";
  const std::string list = at.skip_parentheses();
  table.tail = ")" + at.rest();
  for (const std::string& piece : split_at_commas(list)) {
    std::optional<TablePart> part = read_part(piece);
    if (!part) return std::nullopt;
    table.parts.push_back(std::move(*part));
  }
  if (!table.parts.empty()) table.parts.back().had_comma = false;
  read_options(table);
  return table;
}

std::string IndexText::text(std::string_view quoted_name, std::string_view quoted_table) const {
  std::string out = head;
  out += quoted_name;
  out += " ON ";
  out += quoted_table;
  out += "(" + terms_text + ")";
  if (!predicate.empty()) out += " WHERE " + predicate;
  return out;
}

std::optional<IndexText> index_text(std::string_view sql) {
  IndexText index;
  TokenCursor at(sql);
  if (!at.is("create")) return std::nullopt;
  at.next();
  index.unique = at.is("unique");
  if (index.unique) at.next();
  if (!at.is("index")) return std::nullopt;
  at.next();
  index.head = index.unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ";
  index.name_text = at.text();
  at.next();
  at.next();  // ON
  index.table_text = at.text();
  at.next();
  if (!at.is("(")) return std::nullopt;
  index.terms_text = at.skip_parentheses();
  index.terms = terms_in(index.terms_text);
  if (at.is("where")) {
    at.next();
    const std::size_t from = at.position();
    while (!at.at_end()) at.next();
    index.predicate = at.slice(from);
  }
  return index;
}

}  // namespace segue::dialect::sqlite
