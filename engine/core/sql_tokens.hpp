#pragma once
// A tokenizer for SQL text that is not ours: the author's expressions and definitions printed by a
// server. It knows quoting and comments of both databases and nothing of grammar; it exists so that a
// column can be renamed inside a text without touching strings, comments or function names.

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace segue {

/// Where the two databases read the same text differently. SQLite: [x] is a quoted name, comments do not
/// nest, there are no E'' and $$ strings, and a quoted name compares without case too.
enum class SqlSyntax { postgres, sqlite };

enum class SqlTokenKind { identifier, quoted_identifier, string, number, comment, space, symbol };

/// One token; `text` is the exact slice of the input, so joining all texts gives the input back.
struct SqlToken {
  SqlTokenKind kind;
  std::string text;
  std::size_t offset = 0;

  /// The name that an identifier token stands for: unquoted; unquoted text is folded to lower case.
  [[nodiscard]] std::string name() const;

  [[nodiscard]] bool is_name() const {
    return kind == SqlTokenKind::identifier || kind == SqlTokenKind::quoted_identifier;
  }
};

/// Splits without loss. An unterminated quote or comment is one token to the end of the input.
[[nodiscard]] std::vector<SqlToken> sql_tokens(std::string_view text,
                                               SqlSyntax syntax = SqlSyntax::postgres);

/// True when every quote and comment is closed and parentheses are balanced outside of them.
[[nodiscard]] bool is_closed_sql(std::string_view text, SqlSyntax syntax = SqlSyntax::postgres);

/// SQLite: one statement about how the file is kept (VACUUM, ANALYZE, REINDEX, PRAGMA). Said twice
/// it does what it does once.
[[nodiscard]] bool is_sqlite_upkeep(std::string_view text);
/// Whether anything but spaces and comments stands behind the first semicolon.
[[nodiscard]] bool has_second_statement(std::string_view text, SqlSyntax syntax);

/// Calls `replace` for each identifier token that can be a column reference (not a function name, not a
/// type after `::` or AS, not a qualifier, not the right of a qualifier other than `table`), and puts
/// what it returns in its place. A qualifier equal to `table` (with its dot) is dropped when replaced.
/// Names compare exactly when quoted, else without case.
[[nodiscard]] std::string replace_columns(
    std::string_view text, std::string_view table,
    const std::function<std::optional<std::string>(const std::string& name)>& replace,
    SqlSyntax syntax = SqlSyntax::postgres);

/// Which of `columns` the text refers to, by the same rule.
[[nodiscard]] std::set<std::string> referenced_columns(std::string_view text, std::string_view table,
                                                       const std::set<std::string>& columns,
                                                       SqlSyntax syntax = SqlSyntax::postgres);

}  // namespace segue
