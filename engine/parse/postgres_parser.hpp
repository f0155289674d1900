#pragma once
// libpg_query behind one function: does this statement parse, and which shape has it? Inside of
// this folder only. Callers bound size and nesting first: the library's recursion has no limit of
// its own.

#include <optional>
#include <string>
#include <string_view>

namespace segue::parse {

/// The outline of one SELECT: enough to tell an expression from anything else.
struct SelectOutline {
  std::size_t targets = 0;
  bool has_name = false;            // a target has an alias
  bool is_star = false;             // a target is * or t.*
  bool is_cast = false;             // a target is a cast
  bool has_other_clause = false;    // FROM, WHERE, GROUP BY, ORDER BY, LIMIT, …
  bool has_refused_clause = false;  // INTO, FOR UPDATE, UNION
};

struct PostgresParse {
  std::string error;                    // empty: it parsed
  std::size_t error_offset = 0;         // byte of the statement
  std::optional<SelectOutline> select;  // without a value: not exactly one SELECT
  std::string statement;                // what the only statement is: `ViewStmt`; empty: not one
};

/// `statement` is UTF-8 without NUL.
[[nodiscard]] PostgresParse parse_postgres(const std::string& statement);

}  // namespace segue::parse
