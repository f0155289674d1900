#include "engine/dialect/sqlite/table_text.hpp"

#include <algorithm>
#include <cctype>

#include "engine/dialect/sqlite/token_cursor.hpp"

namespace segue::dialect::sqlite {
namespace {

IndexTerm term_of(std::string_view text) {
  IndexTerm term;
  TokenCursor at(text);
  const std::size_t from = at.begin();
  const bool single_name = at.is_name();
  std::size_t tokens_read = 0;
  while (!at.at_end() && !at.is_any({"collate", "asc", "desc"})) {
    if (tokens_read == 0) term.column = at.name();
    at.next();
    ++tokens_read;
  }
  term.text = at.slice(from, at.end_of_last());
  if (!single_name || tokens_read != 1) term.column.clear();
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

// Between two members of the list stand space, comments and at most one comma.
struct Gap {
  std::string trail;  // before the comma
  std::string lead;
  bool has_comma = false;
};

Gap gap_of(const std::string& text) {
  Gap gap;
  for (const SqlToken& token : tokens_of(text)) {
    if (token.kind == SqlTokenKind::symbol) {
      gap.has_comma = true;
    } else {
      (gap.has_comma ? gap.lead : gap.trail) += token.text;
    }
  }
  if (!gap.has_comma) gap.lead.swap(gap.trail);
  return gap;
}

class PartsReader {
 public:
  PartsReader(std::string_view sql, const ParsedTable& table) : sql_(sql), table_(table) {}

  std::vector<TablePart> run() {
    std::size_t end = table_.body_begin;
    const auto add = [&](TablePart part, std::size_t from, std::size_t to) {
      const Gap gap = gap_of(slice(end, from));
      if (!parts_.empty()) {
        parts_.back().trail = gap.trail;
        parts_.back().had_comma = gap.has_comma;
      }
      part.lead = gap.lead;
      parts_.push_back(std::move(part));
      end = to;
    };
    for (const ParsedColumn& column : table_.columns) {
      add({.column = column_of(column)}, column.begin, column.end);
    }
    for (const ParsedConstraint& clause : table_.constraints) {
      add({.clause = table_clause_of(clause)}, clause.begin, clause.end);
    }
    parts_.back().trail = slice(end, table_.body_end);
    parts_.back().had_comma = false;
    return std::move(parts_);
  }

 private:
  std::string slice(std::size_t from, std::size_t to) const {
    return std::string(sql_.substr(from, to - from));
  }

  ColumnText column_of(const ParsedColumn& column) const {
    ColumnText out;
    out.name = column.name;
    out.name_text = slice(column.begin, column.name_end);
    out.type_lead = slice(column.name_end, column.type_begin);
    out.type = column.type;
    std::size_t end = column.type_end;
    for (const ParsedConstraint& constraint : column.constraints) {
      out.clauses.push_back(
          {.kind = constraint.kind,
           .lead = slice(end, constraint.begin),
           .text = constraint.text,
           .body = constraint.collation.empty() ? constraint.expression : constraint.collation,
           .autoincrement = constraint.autoincrement});
      end = constraint.end;
    }
    return out;
  }

  static TableClause table_clause_of(const ParsedConstraint& constraint) {
    return {.kind = constraint.kind,
            .text = constraint.text,
            .body = constraint.expression,
            .terms = constraint.terms};
  }

  std::string_view sql_;
  const ParsedTable& table_;
  std::vector<TablePart> parts_;
};

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
    const bool needs_comma = !last && !(part.clause && parts[i + 1].clause);
    if (needs_comma && !part.had_comma) out += ",";
    out += part.trail;
    if (!last && part.had_comma) out += ",";
  }
  return out + tail;
}

std::optional<TableText> table_text(std::string_view sql) {
  const std::optional<ParsedTable> parsed = parse_table(sql);
  if (!parsed) return std::nullopt;
  TableText table;
  table.head = std::string(sql.substr(0, parsed->name_begin));
  table.name = parsed->name;
  table.name_text =
      std::string(sql.substr(parsed->name_begin, parsed->name_end - parsed->name_begin));
  table.open = std::string(sql.substr(parsed->name_end, parsed->body_begin - parsed->name_end));
  table.parts = PartsReader(sql, *parsed).run();
  table.tail = std::string(sql.substr(parsed->body_end));
  table.without_rowid = parsed->without_rowid;
  table.strict = parsed->strict;
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
    const std::size_t from = at.begin();
    while (!at.at_end()) at.next();
    index.predicate = at.slice(from, at.end_of_last());
  }
  return index;
}

}  // namespace segue::dialect::sqlite
