#pragma once
// The tokens of a text of SQLite's, without spaces and comments, and a place among them: what a
// parser by recursive descent needs. One parser, one thread.

#include <string>
#include <string_view>
#include <vector>

#include "engine/core/sql_tokens.hpp"

namespace segue::catalog {

/// Thrown by the cursor and its users at what they do not expect; never leaves engine/catalog.
struct NotUnderstood {};

/// Tokens that say something, in order.
[[nodiscard]] std::vector<SqlToken> significant_tokens(std::string_view sql);

class SqliteTokenCursor {
 protected:
  explicit SqliteTokenCursor(std::string_view text)
      : text_(text), tokens_(significant_tokens(text)) {}

  /// A name in any of SQLite's four quotes or none; steps over it.
  std::string name();
  [[nodiscard]] bool is_word() const;
  /// The unquoted word here in upper case, else "".
  [[nodiscard]] std::string word() const;
  /// A keyword or a symbol; quoted tokens never are.
  [[nodiscard]] bool is(std::string_view wanted, std::size_t ahead = 0) const;
  bool accept(std::string_view wanted);
  void expect(std::string_view wanted);

  /// The text between the parentheses that open here; steps over them.
  std::string parenthesized();
  void skip_parentheses();

  /// Where the token here begins, and where the one before it ends.
  [[nodiscard]] std::size_t begin() const;
  [[nodiscard]] std::size_t end_of_last() const;
  [[nodiscard]] std::string slice(std::size_t from, std::size_t to) const;

  std::string_view text_;
  std::vector<SqlToken> tokens_;
  std::size_t at_ = 0;
};

}  // namespace segue::catalog
