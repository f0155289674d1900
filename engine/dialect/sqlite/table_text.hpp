#pragma once
// CREATE TABLE and CREATE INDEX texts of SQLite, taken apart without loss and put together again.
// SQLite keeps the author's text as the only definition of a table; therefore a changed table
// keeps, token by token, whatever the change does not concern (comments, spelling, the order of
// clauses). Pure; any thread.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/sql_tokens.hpp"

namespace segue::dialect::sqlite {

/// segue::sql_tokens as SQLite reads them.
[[nodiscard]] std::vector<SqlToken> tokens_of(std::string_view text);

/// The name that a token stands for, as written (SQLite keeps the case), unquoted.
[[nodiscard]] std::string name_in(const SqlToken& token);

/// SQLite compares names without case, in ASCII only.
[[nodiscard]] bool same_name(std::string_view a, std::string_view b);
[[nodiscard]] std::string folded(std::string_view name);

enum class ClauseKind {
  primary_key,
  not_null,
  null,
  unique,
  check,
  default_value,
  collate,
  references,
  generated
};

/// A column's constraint. `text` holds the whole clause with its CONSTRAINT name, `lead` the space
/// and comments before it, `body` what is inside: the expression of CHECK, DEFAULT or GENERATED
/// (without outer parentheses for CHECK and GENERATED), the name of COLLATE.
struct Clause {
  ClauseKind kind = ClauseKind::null;
  std::string lead;
  std::string text;
  std::string body;
  bool autoincrement = false;
};

struct ColumnText {
  std::string name;
  std::string name_text;
  std::string type_lead;
  std::string type;  // as written; empty: none declared
  std::vector<Clause> clauses;

  [[nodiscard]] const Clause* clause(ClauseKind kind) const;
  [[nodiscard]] std::string text() const;
};

/// One term of a key or of an index.
struct IndexTerm {
  std::string column;     // empty: an expression
  std::string text;       // as written, without COLLATE and direction
  std::string collation;  // as written; empty: the column's
  bool descending = false;
};

enum class TableClauseKind { primary_key, unique, check, foreign_key };

struct TableClause {
  TableClauseKind kind = TableClauseKind::check;
  std::string text;
  std::string body;              // CHECK
  std::vector<IndexTerm> terms;  // keys; of a foreign key the child's columns
};

/// What stands between two commas.
struct TablePart {
  std::string lead;       // space and comments before
  std::string trail;      // and after, before the comma
  bool had_comma = true;  // false: it closed the list as written
  std::optional<ColumnText> column;
  std::optional<TableClause> clause;

  [[nodiscard]] std::string text() const { return column ? column->text() : clause->text; }
};

struct TableText {
  std::string head;  // up to the name
  std::string name;
  std::string name_text;
  std::string open;  // between the name and the first part, with the parenthesis
  std::vector<TablePart> parts;
  std::string tail;  // from the closing parenthesis
  bool without_rowid = false;
  bool strict = false;

  [[nodiscard]] const ColumnText* column(std::string_view column_name) const;
  [[nodiscard]] std::string text() const;
};

/// nullopt for a text that is not a CREATE TABLE with a column list, or whose clauses are not
/// known.
[[nodiscard]] std::optional<TableText> table_text(std::string_view sql);

struct IndexText {
  std::string head;  // "CREATE UNIQUE INDEX "
  std::string name_text;
  std::string table_text;
  std::string terms_text;  // inside of the parentheses
  std::vector<IndexTerm> terms;
  std::string predicate;  // after WHERE; empty: none
  bool unique = false;

  /// The definition under another name, for another table.
  [[nodiscard]] std::string text(std::string_view quoted_name, std::string_view quoted_table) const;
};

[[nodiscard]] std::optional<IndexText> index_text(std::string_view sql);

}  // namespace segue::dialect::sqlite
