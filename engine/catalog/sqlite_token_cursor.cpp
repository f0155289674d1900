#include "engine/catalog/sqlite_token_cursor.hpp"

#include <algorithm>

#include "engine/catalog/sqlite_table_text.hpp"

namespace segue::catalog {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

std::string upper(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return upper(c); });
  return out;
}

}  // namespace

std::vector<SqlToken> significant_tokens(std::string_view sql) {
  std::vector<SqlToken> tokens = sql_tokens(sql, SqlSyntax::sqlite);
  std::erase_if(tokens, [](const SqlToken& token) {
    return token.kind == SqlTokenKind::space || token.kind == SqlTokenKind::comment;
  });
  return tokens;
}

std::string SqliteTokenCursor::name() {
  if (at_ >= tokens_.size()) throw NotUnderstood{};
  const SqlTokenKind kind = tokens_[at_].kind;
  if (kind == SqlTokenKind::symbol || kind == SqlTokenKind::number) throw NotUnderstood{};
  return name_in_text(tokens_[at_++].text);
}

bool SqliteTokenCursor::is_word() const {
  return at_ < tokens_.size() && tokens_[at_].kind == SqlTokenKind::identifier;
}

std::string SqliteTokenCursor::word() const {
  return is_word() ? upper(tokens_[at_].text) : std::string();
}

bool SqliteTokenCursor::is(std::string_view wanted, std::size_t ahead) const {
  if (at_ + ahead >= tokens_.size()) return false;
  const SqlToken& token = tokens_[at_ + ahead];
  if (token.kind != SqlTokenKind::identifier && token.kind != SqlTokenKind::symbol) return false;
  return upper(token.text) == wanted;
}

bool SqliteTokenCursor::accept(std::string_view wanted) {
  if (!is(wanted)) return false;
  ++at_;
  return true;
}

void SqliteTokenCursor::expect(std::string_view wanted) {
  if (!accept(wanted)) throw NotUnderstood{};
}

std::string SqliteTokenCursor::parenthesized() {
  const std::size_t from = begin();
  skip_parentheses();
  return slice(from + 1, end_of_last() - 1);
}

void SqliteTokenCursor::skip_parentheses() {
  expect("(");
  for (int depth = 1; depth > 0; ++at_) {
    if (at_ >= tokens_.size()) throw NotUnderstood{};
    if (is("(")) ++depth;
    if (is(")")) --depth;
  }
}

std::size_t SqliteTokenCursor::begin() const {
  return at_ < tokens_.size() ? tokens_[at_].offset : text_.size();
}

std::size_t SqliteTokenCursor::end_of_last() const {
  // A parser may have stepped over more than there is.
  if (at_ == 0 || at_ > tokens_.size()) throw NotUnderstood{};
  return tokens_[at_ - 1].offset + tokens_[at_ - 1].text.size();
}

std::string SqliteTokenCursor::slice(std::size_t from, std::size_t to) const {
  return std::string(text_.substr(from, to - from));
}

std::string name_in_text(std::string_view token) {
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

bool same_sqlite_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace segue::catalog
