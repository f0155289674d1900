#include "engine/dialect/sqlite/token_cursor.hpp"

#include <algorithm>

#include "engine/dialect/sqlite/table_text.hpp"

namespace segue::dialect::sqlite {
namespace {

bool is_space(const SqlToken& token) {
  return token.kind == SqlTokenKind::space || token.kind == SqlTokenKind::comment;
}

bool is_word(const SqlToken& token, std::string_view word) {
  const bool plain = token.kind == SqlTokenKind::identifier || token.kind == SqlTokenKind::symbol;
  return plain && same_name(token.text, word);
}

std::string unquoted(std::string_view text, char close) {
  std::string out;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    out += text[i];
    if (text[i] == close && close != ']') ++i;
  }
  return out;
}

}  // namespace

std::string folded(std::string_view name) {
  std::string out(name);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

bool same_name(std::string_view a, std::string_view b) { return folded(a) == folded(b); }

std::vector<SqlToken> tokens_of(std::string_view text) {
  return sql_tokens(text, SqlSyntax::sqlite);
}

std::string name_in(const SqlToken& token) {
  if (token.text.empty()) return "";
  const char first = token.text.front();
  if (first == '"' || first == '`' || first == '\'') return unquoted(token.text, first);
  if (first == '[') return unquoted(token.text, ']');
  return token.text;
}

TokenCursor::TokenCursor(std::string_view text) : tokens_(tokens_of(text)) { skip_space(); }

void TokenCursor::skip_space() {
  while (!at_end() && is_space(tokens_[at_])) ++at_;
}

std::string TokenCursor::text() const { return at_end() ? "" : tokens_[at_].text; }

std::string TokenCursor::name() const { return at_end() ? "" : name_in(tokens_[at_]); }

bool TokenCursor::is_name() const {
  if (at_end()) return false;
  const SqlTokenKind kind = tokens_[at_].kind;
  return kind == SqlTokenKind::identifier || kind == SqlTokenKind::quoted_identifier ||
         kind == SqlTokenKind::string;
}

bool TokenCursor::is(std::string_view word) const {
  return !at_end() && is_word(tokens_[at_], word);
}

bool TokenCursor::is_any(std::initializer_list<std::string_view> words) const {
  return std::any_of(words.begin(), words.end(), [&](std::string_view w) { return is(w); });
}

bool TokenCursor::following_is(std::string_view word) const {
  TokenCursor copy = *this;
  copy.next();
  return copy.is(word);
}

std::string TokenCursor::lead() const {
  std::string out;
  for (std::size_t i = passed_; i < at_; ++i) out += tokens_[i].text;
  return out;
}

void TokenCursor::next() {
  if (at_end()) return;
  ++at_;
  passed_ = at_;
  skip_space();
}

std::string TokenCursor::skip_parentheses() {
  std::string inside;
  int depth = 0;
  for (; !at_end(); ++at_) {
    const SqlToken& token = tokens_[at_];
    const bool symbol = token.kind == SqlTokenKind::symbol;
    if (symbol && token.text == ")" && --depth == 0) break;
    if (depth > 0) inside += token.text;
    if (symbol && token.text == "(") ++depth;
  }
  next();
  return inside;
}

std::size_t TokenCursor::offset() const {
  return at_end() ? tokens_.back().offset + tokens_.back().text.size() : tokens_[at_].offset;
}

std::string TokenCursor::slice(std::size_t from) const {
  std::string out;
  for (std::size_t i = from; i < passed_; ++i) out += tokens_[i].text;
  return out;
}

std::string TokenCursor::rest() const {
  std::string out;
  for (std::size_t i = passed_; i < tokens_.size(); ++i) out += tokens_[i].text;
  return out;
}

std::vector<std::string> split_at_commas(std::string_view list) {
  std::vector<std::string> pieces(1);
  int depth = 0;
  for (const SqlToken& token : tokens_of(list)) {
    const bool symbol = token.kind == SqlTokenKind::symbol;
    if (symbol && token.text == "(") ++depth;
    if (symbol && token.text == ")") --depth;
    if (symbol && token.text == "," && depth == 0) {
      pieces.emplace_back();
    } else {
      pieces.back() += token.text;
    }
  }
  return pieces;
}

}  // namespace segue::dialect::sqlite
