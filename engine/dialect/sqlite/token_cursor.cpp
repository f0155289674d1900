#include "engine/dialect/sqlite/token_cursor.hpp"

#include <algorithm>

namespace segue::dialect::sqlite {
namespace {

char folded_letter(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_space(const SqlToken& token) {
  return token.kind == SqlTokenKind::space || token.kind == SqlTokenKind::comment;
}

bool is_symbol(const SqlToken& token, std::string_view symbol) {
  return token.kind == SqlTokenKind::symbol && token.text == symbol;
}

}  // namespace

std::string folded(std::string_view name) {
  std::string out(name);
  for (char& c : out) c = folded_letter(c);
  return out;
}

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return folded_letter(x) == folded_letter(y); });
}

std::vector<SqlToken> tokens_of(std::string_view text) {
  return sql_tokens(text, SqlSyntax::sqlite);
}

std::vector<SqlToken> significant_tokens(std::string_view text) {
  std::vector<SqlToken> tokens = tokens_of(text);
  std::erase_if(tokens, is_space);
  return tokens;
}

std::string name_in(std::string_view token) {
  if (token.empty()) return {};
  const char quote = token.front();
  if (quote != '"' && quote != '`' && quote != '\'' && quote != '[') return std::string(token);
  const char close = quote == '[' ? ']' : quote;
  std::string out;
  for (std::size_t i = 1; i < token.size(); ++i) {
    if (token[i] == close && (quote == '[' || i + 1 >= token.size() || token[++i] != close)) break;
    out += token[i];
  }
  return out;
}

SqlTokenKind TokenCursor::kind() const {
  return at_end() ? SqlTokenKind::space : tokens_[at_].kind;
}

bool TokenCursor::is_name() const {
  return kind() == SqlTokenKind::identifier || kind() == SqlTokenKind::quoted_identifier ||
         kind() == SqlTokenKind::string;
}

bool TokenCursor::is_ahead(std::size_t ahead, std::string_view word) const {
  if (at_ + ahead >= tokens_.size()) return false;
  const SqlToken& token = tokens_[at_ + ahead];
  const bool plain = token.kind == SqlTokenKind::identifier || token.kind == SqlTokenKind::symbol;
  return plain && same_name(token.text, word);
}

bool TokenCursor::is_any(std::initializer_list<std::string_view> words) const {
  return std::any_of(words.begin(), words.end(), [&](std::string_view w) { return is(w); });
}

void TokenCursor::next() {
  if (!at_end()) ++at_;
}

bool TokenCursor::accept(std::string_view word) {
  if (!is(word)) return false;
  ++at_;
  return true;
}

void TokenCursor::expect(std::string_view word) {
  if (!accept(word)) throw NotUnderstood{};
}

std::string TokenCursor::expect_name() {
  if (!is_name()) throw NotUnderstood{};
  return name_in(tokens_[at_++].text);
}

void TokenCursor::expect_anything() {
  if (at_end()) throw NotUnderstood{};
  ++at_;
}

std::string TokenCursor::skip_parentheses() {
  const std::size_t from = at_end() ? text_.size() : begin() + 1;
  std::size_t to = text_.size();
  int depth = 0;
  for (; !at_end(); ++at_) {
    if (is_symbol(tokens_[at_], "(")) ++depth;
    if (is_symbol(tokens_[at_], ")") && --depth == 0) {
      to = begin();
      break;
    }
  }
  next();
  return slice(from, to);
}

std::size_t TokenCursor::end_of_last() const {
  if (at_ == 0) return 0;
  return tokens_[at_ - 1].offset + tokens_[at_ - 1].text.size();
}

std::string TokenCursor::slice(std::size_t from, std::size_t to) const {
  return from < to ? text_.substr(from, to - from) : "";
}

std::vector<std::string> split_at_commas(std::string_view list) {
  std::vector<std::string> pieces(1);
  int depth = 0;
  for (const SqlToken& token : tokens_of(list)) {
    if (is_symbol(token, "(")) ++depth;
    if (is_symbol(token, ")")) --depth;
    if (is_symbol(token, ",") && depth == 0) {
      pieces.emplace_back();
    } else {
      pieces.back() += token.text;
    }
  }
  return pieces;
}

}  // namespace segue::dialect::sqlite
