#pragma once
// Walks over the significant tokens of a SQLite text; space and comments are kept beside. Internal
// to engine/dialect/sqlite.

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/sql_tokens.hpp"

namespace segue::dialect::sqlite {

class TokenCursor {
 public:
  explicit TokenCursor(std::string_view text);

  [[nodiscard]] bool at_end() const { return at_ >= tokens_.size(); }
  /// The token's text; empty at the end.
  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::string name() const;
  [[nodiscard]] bool is_name() const;
  /// An unquoted word, without case, or a symbol.
  [[nodiscard]] bool is(std::string_view word) const;
  [[nodiscard]] bool is_any(std::initializer_list<std::string_view> words) const;
  [[nodiscard]] bool following_is(std::string_view word) const;
  /// Space and comments before the token.
  [[nodiscard]] std::string lead() const;
  void next();
  /// From "(" to behind its ")"; returns what is inside.
  std::string skip_parentheses();

  [[nodiscard]] std::size_t position() const { return at_; }
  [[nodiscard]] std::size_t offset() const;
  /// The text from the token at `from` to the end of the last token that was passed.
  [[nodiscard]] std::string slice(std::size_t from) const;
  /// Everything after the last token that was passed.
  [[nodiscard]] std::string rest() const;

 private:
  void skip_space();

  std::vector<SqlToken> tokens_;
  std::size_t at_ = 0;      // of a significant token, or the size
  std::size_t passed_ = 0;  // behind the last token that was passed
};

/// Splits at the commas outside of parentheses.
[[nodiscard]] std::vector<std::string> split_at_commas(std::string_view list);

}  // namespace segue::dialect::sqlite
