#include "engine/core/sql_tokens.hpp"

#include <algorithm>
#include <cctype>

namespace segue {
namespace {

bool is_identifier_start(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_' ||
         (static_cast<unsigned char>(c) & 0x80U) != 0;
}

bool is_identifier_part(char c) {
  return is_identifier_start(c) || std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '$';
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(c < 0x80 ? std::tolower(c) : c); });
  return out;
}

// End of a text quoted by `quote` that starts at `from`; doubled quotes stay inside, and a
// backslash escapes when `backslash` (PostgreSQL's E'' strings).
std::size_t end_of_quoted(std::string_view text, std::size_t from, char quote, bool backslash) {
  for (std::size_t i = from + 1; i < text.size(); ++i) {
    if (backslash && text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      if (i + 1 < text.size() && text[i + 1] == quote) {
        ++i;
      } else {
        return i + 1;
      }
    }
  }
  return text.size();
}

std::size_t end_of_block_comment(std::string_view text, std::size_t from, SqlSyntax syntax) {
  if (syntax == SqlSyntax::sqlite) {
    const std::size_t close = text.find("*/", from + 2);
    return close == std::string_view::npos ? text.size() : close + 2;
  }
  int depth = 0;
  for (std::size_t i = from; i + 1 < text.size(); ++i) {
    if (text[i] == '/' && text[i + 1] == '*') {
      ++depth;
      ++i;
    } else if (text[i] == '*' && text[i + 1] == '/') {
      ++i;
      if (--depth == 0) return i + 1;
    }
  }
  return text.size();
}

// The end of a dollar-quoted string at `from`, or `from` if there is none.
std::size_t end_of_dollar_quoted(std::string_view text, std::size_t from) {
  std::size_t i = from + 1;
  while (i < text.size() && is_identifier_part(text[i]) && text[i] != '$') ++i;
  if (i >= text.size() || text[i] != '$') return from;
  const std::string_view tag = text.substr(from, i - from + 1);
  const std::size_t close = text.find(tag, i + 1);
  return close == std::string_view::npos ? text.size() : close + tag.size();
}

std::size_t end_of_word(std::string_view text, std::size_t from) {
  std::size_t i = from;
  while (i < text.size() && is_identifier_part(text[i])) ++i;
  return i;
}

struct Scanned {
  SqlTokenKind kind;
  std::size_t end;
};

Scanned scan_prefixed_string_or_word(std::string_view text, std::size_t i, SqlSyntax syntax) {
  const char c = static_cast<char>(std::tolower(static_cast<unsigned char>(text[i])));
  const bool quote_follows = i + 1 < text.size() && text[i + 1] == '\'';
  const bool is_prefix =
      c == 'x' || (syntax == SqlSyntax::postgres && (c == 'e' || c == 'b' || c == 'n'));
  if (quote_follows && is_prefix) {
    return {SqlTokenKind::string, end_of_quoted(text, i + 1, '\'', c == 'e')};
  }
  return {SqlTokenKind::identifier, end_of_word(text, i)};
}

std::size_t end_of_bracketed(std::string_view text, std::size_t from) {
  const std::size_t close = text.find(']', from);
  return close == std::string_view::npos ? text.size() : close + 1;
}

Scanned scan(std::string_view text, std::size_t i, SqlSyntax syntax) {
  const char c = text[i];
  const char next = i + 1 < text.size() ? text[i + 1] : '\0';
  if (std::isspace(static_cast<unsigned char>(c)) != 0) {
    std::size_t end = i;
    while (end < text.size() && std::isspace(static_cast<unsigned char>(text[end])) != 0) ++end;
    return {SqlTokenKind::space, end};
  }
  if (c == '-' && next == '-') {
    const std::size_t end = text.find('\n', i);
    return {SqlTokenKind::comment, end == std::string_view::npos ? text.size() : end};
  }
  if (c == '/' && next == '*')
    return {SqlTokenKind::comment, end_of_block_comment(text, i, syntax)};
  if (c == '\'') return {SqlTokenKind::string, end_of_quoted(text, i, '\'', false)};
  if (c == '"' || c == '`')
    return {SqlTokenKind::quoted_identifier, end_of_quoted(text, i, c, false)};
  if (c == '[' && syntax == SqlSyntax::sqlite) {
    return {SqlTokenKind::quoted_identifier, end_of_bracketed(text, i)};
  }
  if (c == '$' && syntax == SqlSyntax::postgres) {
    const std::size_t end = end_of_dollar_quoted(text, i);
    if (end != i) return {SqlTokenKind::string, end};
    return {SqlTokenKind::symbol, i + 1};
  }
  if (is_identifier_start(c)) return scan_prefixed_string_or_word(text, i, syntax);
  if (std::isdigit(static_cast<unsigned char>(c)) != 0) {
    std::size_t end = i;
    while (end < text.size() && (is_identifier_part(text[end]) || text[end] == '.')) ++end;
    return {SqlTokenKind::number, end};
  }
  if (c == ':' && next == ':') return {SqlTokenKind::symbol, i + 2};
  return {SqlTokenKind::symbol, i + 1};
}

// The index of the nearest token that is neither space nor comment, or -1.
int neighbour(const std::vector<SqlToken>& tokens, int from, int direction) {
  for (int i = from + direction; i >= 0 && i < static_cast<int>(tokens.size()); i += direction) {
    const SqlTokenKind kind = tokens[static_cast<std::size_t>(i)].kind;
    if (kind != SqlTokenKind::space && kind != SqlTokenKind::comment) return i;
  }
  return -1;
}

bool same_name(const SqlToken& token, std::string_view name, SqlSyntax syntax) {
  const bool exact = token.kind == SqlTokenKind::quoted_identifier && syntax == SqlSyntax::postgres;
  return exact ? token.name() == name : lower(token.name()) == lower(name);
}

class ColumnFinder {
 public:
  ColumnFinder(std::string_view text, std::string_view table, SqlSyntax syntax)
      : tokens_(sql_tokens(text, syntax)), table_(table), syntax_(syntax) {}

  // Rewrites in place; returns the joined text.
  std::string run(
      const std::function<std::optional<std::string>(const std::string& name)>& replace) {
    for (int i = 0; i < static_cast<int>(tokens_.size()); ++i) {
      if (!at(i).is_name() || !can_be_column(i)) continue;
      const std::optional<std::string> text = replace(at(i).name());
      if (!text) continue;
      drop_qualifier(i);
      tokens_[static_cast<std::size_t>(i)].text = *text;
      tokens_[static_cast<std::size_t>(i)].kind = SqlTokenKind::symbol;
    }
    std::string out;
    for (const SqlToken& token : tokens_) out += token.text;
    return out;
  }

 private:
  const SqlToken& at(int i) const { return tokens_[static_cast<std::size_t>(i)]; }
  bool is(int i, std::string_view text) const { return i >= 0 && at(i).text == text; }

  bool can_be_column(int i) const {
    const int next = neighbour(tokens_, i, +1);
    const int before = neighbour(tokens_, i, -1);
    if (is(next, "(") || is(next, ".") || is(before, "::")) return false;
    if (before >= 0 && at(before).kind == SqlTokenKind::identifier) {
      const std::string word = at(before).name();
      if (word == "as" || word == "collate") return false;
    }
    if (is(before, ".")) return is_own_table(neighbour(tokens_, before, -1));
    return true;
  }

  bool is_own_table(int i) const {
    return i >= 0 && at(i).is_name() && same_name(at(i), table_, syntax_) &&
           !is(neighbour(tokens_, i, -1), ".");
  }

  void drop_qualifier(int i) {
    const int dot = neighbour(tokens_, i, -1);
    if (!is(dot, ".")) return;
    const int table = neighbour(tokens_, dot, -1);
    for (int k = table; k < i; ++k) tokens_[static_cast<std::size_t>(k)].text.clear();
  }

  std::vector<SqlToken> tokens_;
  std::string_view table_;
  SqlSyntax syntax_;
};

}  // namespace

std::string SqlToken::name() const {
  if (kind != SqlTokenKind::quoted_identifier) return lower(text);
  if (text[0] == '[') return text.substr(1, text.size() - (text.ends_with(']') ? 2 : 1));
  std::string out;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    out += text[i];
    if (text[i] == text[0]) ++i;
  }
  return out;
}

std::vector<SqlToken> sql_tokens(std::string_view text, SqlSyntax syntax) {
  std::vector<SqlToken> tokens;
  for (std::size_t i = 0; i < text.size();) {
    const Scanned scanned = scan(text, i, syntax);
    tokens.push_back({scanned.kind, std::string(text.substr(i, scanned.end - i)), i});
    i = scanned.end;
  }
  return tokens;
}

bool has_second_statement(std::string_view text, SqlSyntax syntax) {
  bool behind = false;
  for (const SqlToken& token : sql_tokens(text, syntax)) {
    if (token.kind == SqlTokenKind::comment || token.kind == SqlTokenKind::space) continue;
    const bool ends = token.kind == SqlTokenKind::symbol && token.text == ";";
    if (behind && !ends) return true;
    behind = behind || ends;
  }
  return false;
}

bool is_sqlite_upkeep(std::string_view text) {
  if (has_second_statement(text, SqlSyntax::sqlite)) return false;
  for (const SqlToken& token : sql_tokens(text, SqlSyntax::sqlite)) {
    if (token.kind == SqlTokenKind::comment || token.kind == SqlTokenKind::space) continue;
    if (token.kind != SqlTokenKind::identifier) return false;
    const std::string word = token.name();
    return word == "vacuum" || word == "analyze" || word == "reindex" || word == "pragma";
  }
  return false;
}

bool is_closed_sql(std::string_view text, SqlSyntax syntax) {
  int depth = 0;
  for (const SqlToken& token : sql_tokens(text, syntax)) {
    const std::string& t = token.text;
    switch (token.kind) {
      case SqlTokenKind::string:
      case SqlTokenKind::quoted_identifier:
        if (t.size() < 2 || sql_tokens(t + "x", syntax).size() != 2) return false;
        break;
      case SqlTokenKind::comment:
        if (t.starts_with("/*") && !t.ends_with("*/")) return false;
        break;
      case SqlTokenKind::symbol:
        if (t == "(") ++depth;
        if (t == ")" && --depth < 0) return false;
        break;
      case SqlTokenKind::identifier:
      case SqlTokenKind::number:
      case SqlTokenKind::space:
        break;
    }
  }
  return depth == 0;
}

std::string replace_columns(
    std::string_view text, std::string_view table,
    const std::function<std::optional<std::string>(const std::string& name)>& replace,
    SqlSyntax syntax) {
  return ColumnFinder(text, table, syntax).run(replace);
}

std::set<std::string> referenced_columns(std::string_view text, std::string_view table,
                                         const std::set<std::string>& columns, SqlSyntax syntax) {
  std::set<std::string> found;
  const auto collect = [&](const std::string& name) {
    if (columns.contains(name)) {
      found.insert(name);
    } else {
      // An unquoted reference may be spelt in another case than the catalogue's name (SQLite).
      for (const std::string& column : columns) {
        if (lower(column) == lower(name)) found.insert(column);
      }
    }
    return std::optional<std::string>{};
  };
  static_cast<void>(replace_columns(text, table, collect, syntax));
  return found;
}

}  // namespace segue
