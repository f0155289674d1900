#pragma once
// Takes the text of a CREATE TABLE of SQLite apart, as sqlite_schema stores it: the facts that no
// PRAGMA tells (collations, CHECK, names of constraints, AUTOINCREMENT) and the places of all of
// them in the text, so that an edit leaves comments and everything else as they are. Offsets count
// bytes; a range is [begin, end) from the first to the last token of the thing, without the comma.
// Pure; any thread.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace segue::dialect::sqlite {

enum class ClauseKind {
  primary_key,
  not_null,
  null,
  unique,
  check,
  default_value,
  collate,
  foreign_key,
  generated,
  name_only,  // CONSTRAINT x with nothing behind it, which SQLite accepts
};

/// One term of a key or of an index.
struct IndexTerm {
  std::string column;     // empty: an expression
  std::string text;       // as written, without COLLATE and direction
  std::string collation;  // as written; empty: the column's
  bool descending = false;
};

struct ParsedConstraint {
  ClauseKind kind = ClauseKind::check;
  std::string name;            // of CONSTRAINT name; empty: none
  std::size_t begin = 0;       // with CONSTRAINT name
  std::size_t body_begin = 0;  // behind CONSTRAINT name
  std::size_t end = 0;
  std::string text;        // exactly [begin, end)
  std::string definition;  // exactly [body_begin, end)
  std::string expression;  // CHECK, generated: between the parentheses; DEFAULT: as written
  std::string collation;   // COLLATE
  std::vector<std::string> columns;  // of a table constraint, or the column itself
  std::vector<IndexTerm> terms;      // of a key of the table; of a foreign key the child's columns
  std::string referenced_table;
  std::vector<std::string> referenced_columns;  // empty: the parent's primary key
  std::string conflict;                         // ON CONFLICT, upper case
  bool autoincrement = false;
  bool descending = false;  // PRIMARY KEY DESC, which is no rowid alias
  bool stored = false;      // generated
  bool deferrable = false;
  bool initially_deferred = false;
};

struct ParsedColumn {
  std::string name;
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t name_end = 0;    // where the name ends
  std::string type;            // as written, with its parentheses; empty: none
  std::size_t type_begin = 0;  // an empty range behind the name when there is none
  std::size_t type_end = 0;
  std::vector<ParsedConstraint> constraints;

  [[nodiscard]] const ParsedConstraint* constraint(ClauseKind kind) const;
};

struct ParsedTable {
  std::string name;
  std::size_t name_begin = 0;
  std::size_t name_end = 0;
  std::size_t body_begin = 0;  // behind the opening parenthesis
  std::size_t body_end = 0;    // at the closing one
  std::vector<ParsedColumn> columns;
  std::vector<ParsedConstraint> constraints;  // of the table
  std::size_t options_begin = 0;              // behind the closing parenthesis
  std::size_t options_end = 0;                // the end of the last option's token
  bool without_rowid = false;
  bool strict = false;

  /// Names compare without case, as in SQLite.
  [[nodiscard]] const ParsedColumn* column(std::string_view name) const;
};

/// nullopt for a text that is no CREATE TABLE with a list of columns, or that is not understood.
[[nodiscard]] std::optional<ParsedTable> parse_table(std::string_view sql);

}  // namespace segue::dialect::sqlite
