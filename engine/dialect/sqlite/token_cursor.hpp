#pragma once
// Walks over the tokens of a SQLite text that say something; space and comments between them are
// reached by offsets, so nothing of the text is lost. Names compare as SQLite compares them. Copies
// are independent places in the same text. Pure; any thread.

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/sql_tokens.hpp"

namespace segue::dialect::sqlite {

/// segue::sql_tokens as SQLite reads them.
[[nodiscard]] std::vector<SqlToken> tokens_of(std::string_view text);

/// The same without space and comments.
[[nodiscard]] std::vector<SqlToken> significant_tokens(std::string_view text);

/// The name of a token in the position of a name: x, "x", `x`, [x] or 'x', without its quotes and
/// with its case kept.
[[nodiscard]] std::string name_in(std::string_view token);

/// SQLite compares names without case, in ASCII only.
[[nodiscard]] bool same_name(std::string_view a, std::string_view b);
[[nodiscard]] std::string folded(std::string_view name);

class TokenCursor {
 public:
  /// Thrown by accepting what is not there; its users catch it.
  struct NotUnderstood {};

  explicit TokenCursor(std::string_view text) : text_(text), tokens_(significant_tokens(text)) {}

  [[nodiscard]] bool at_end() const { return at_ >= tokens_.size(); }
  /// The token's text; empty at the end.
  [[nodiscard]] std::string text() const { return at_end() ? "" : tokens_[at_].text; }
  [[nodiscard]] std::string name() const { return name_in(text()); }
  [[nodiscard]] SqlTokenKind kind() const;
  /// A name in any quotes or none, also where it is a keyword.
  [[nodiscard]] bool is_name() const;
  /// An unquoted word, without case, or a symbol.
  [[nodiscard]] bool is(std::string_view word) const { return is_ahead(0, word); }
  [[nodiscard]] bool is_any(std::initializer_list<std::string_view> words) const;
  [[nodiscard]] bool following_is(std::string_view word) const { return is_ahead(1, word); }

  void next();
  bool accept(std::string_view word);
  /// Throw NotUnderstood when something else stands here.
  void expect(std::string_view word);
  std::string expect_name();
  void expect_anything();

  /// From "(" to behind its ")"; returns what is inside.
  std::string skip_parentheses();

  /// Where the token here begins, and where the one before it ends.
  [[nodiscard]] std::size_t begin() const { return at_end() ? text_.size() : tokens_[at_].offset; }
  [[nodiscard]] std::size_t end_of_last() const;
  [[nodiscard]] std::string slice(std::size_t from, std::size_t to) const;
  /// Space and comments before the token.
  [[nodiscard]] std::string lead() const { return slice(end_of_last(), begin()); }

 private:
  [[nodiscard]] bool is_ahead(std::size_t ahead, std::string_view word) const;

  std::string text_;
  std::vector<SqlToken> tokens_;
  std::size_t at_ = 0;
};

/// Splits at the commas outside of parentheses.
[[nodiscard]] std::vector<std::string> split_at_commas(std::string_view list);

}  // namespace segue::dialect::sqlite
