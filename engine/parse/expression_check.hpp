#pragma once
// Is an author's text one expression, one type? Said before anything runs, with the place in the
// text. The tokens' checks hold for both databases; PostgreSQL's own parser (libpg_query, its
// release 15) has the last word there. A text that passes can be put into parentheses and stays one
// expression, whatever it holds. Inside of this folder only; any thread.

#include <optional>
#include <string>
#include <string_view>

#include "engine/model/operation.hpp"

namespace segue::parse {

struct SqlMistake {
  std::string message;
  std::size_t offset = 0;  // byte of the text
};

/// Nothing but spaces and comments.
[[nodiscard]] bool is_empty_sql(std::string_view text);

/// The first word is SELECT.
[[nodiscard]] bool starts_with_select(std::string_view text);

/// Ends in a `--` comment without a line break, which would swallow what is put behind the text.
[[nodiscard]] bool ends_in_line_comment(std::string_view text);

/// For statements: empty, or a quote, comment or parenthesis that is not closed.
[[nodiscard]] std::optional<SqlMistake> find_statement_mistake(std::string_view text,
                                                               model::DatabaseKind kind);

/// For one expression; a leading SELECT is accepted.
[[nodiscard]] std::optional<SqlMistake> find_expression_mistake(std::string_view text,
                                                                model::DatabaseKind kind);

/// For a definition that stands behind `prefix`: together they are one statement, which
/// PostgreSQL's parser calls `statement` (`ViewStmt`).
struct DefinitionShape {
  std::string prefix;
  std::string_view statement;
};
[[nodiscard]] std::optional<SqlMistake> find_definition_mistake(std::string_view text,
                                                                const DefinitionShape& shape,
                                                                model::DatabaseKind kind);

/// For the name of a type with its modifiers: `numeric(10, 2)[]`.
[[nodiscard]] std::optional<SqlMistake> find_type_mistake(std::string_view text,
                                                          model::DatabaseKind kind);

/// The place of an offset in a text that starts at `start` and goes on at the same column in each
/// line.
[[nodiscard]] SourceLocation place_in_text(const model::SqlText& text, std::size_t offset);

}  // namespace segue::parse
