#pragma once
// CREATE TABLE and CREATE INDEX texts of SQLite in pieces that can be edited and put together
// again. SQLite keeps the author's text as the only definition of a table; therefore a changed
// table keeps, token by token, whatever the change does not concern (comments, spelling, the order
// of clauses). Pure; any thread.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/dialect/sqlite/parsed_table.hpp"
#include "engine/dialect/sqlite/token_cursor.hpp"

namespace segue::dialect::sqlite {

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

struct TableClause {
  ClauseKind kind = ClauseKind::check;
  std::string text;
  std::string body;              // CHECK
  std::vector<IndexTerm> terms;  // keys; of a foreign key the child's columns
};

/// What stands between two commas.
struct TablePart {
  std::string lead;       // space and comments before
  std::string trail;      // and after, before the comma
  bool had_comma = true;  // false: it closed the list as written, or no comma was written: SQLite
                          // lets the one between two table constraints go
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
