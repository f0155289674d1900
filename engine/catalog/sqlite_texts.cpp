#include "engine/catalog/sqlite_texts.hpp"

#include <algorithm>
#include <vector>

#include "engine/dialect/sqlite/token_cursor.hpp"

namespace segue::catalog {
namespace {

using dialect::sqlite::name_in;
using dialect::sqlite::same_name;
using dialect::sqlite::significant_tokens;

bool is_word(const SqlToken& token, std::string_view word) {
  return token.kind == SqlTokenKind::identifier && same_name(token.text, word);
}

// SQLite reads a 'string' as a name only where nothing but a name can stand.
bool is_string_as_table(const std::vector<SqlToken>& tokens, std::size_t i) {
  if (tokens[i].kind != SqlTokenKind::string || i == 0) return false;
  const SqlToken& before = tokens[i - 1];
  return is_word(before, "FROM") || is_word(before, "JOIN") || is_word(before, "INTO") ||
         is_word(before, "UPDATE");
}

// Reads the head of CREATE TRIGGER up to ON; what stands behind it says nothing about time and
// event.
void read_trigger_head(const std::vector<SqlToken>& tokens, model::CatalogTrigger& trigger) {
  bool is_of = false;
  for (std::size_t i = 2; i < tokens.size() && !is_word(tokens[i], "ON"); ++i) {
    if (is_of && tokens[i].is_name()) trigger.columns.insert(name_in(tokens[i].text));
    if (is_of) continue;
    if (is_word(tokens[i], "BEFORE")) trigger.before = true;
    if (is_word(tokens[i], "INSTEAD")) {
      trigger.instead_of = true;
      ++i;
    }
    if (is_word(tokens[i], "INSERT")) trigger.on_insert = true;
    if (is_word(tokens[i], "DELETE")) trigger.on_delete = true;
    if (is_word(tokens[i], "UPDATE")) {
      trigger.on_update = true;
      is_of = i + 1 < tokens.size() && is_word(tokens[i + 1], "OF");
      if (is_of) ++i;
    }
  }
}

// The place behind the trigger's own name, which may look like any keyword.
std::vector<SqlToken> without_trigger_name(std::vector<SqlToken> tokens) {
  std::size_t i = 0;
  while (i < tokens.size() && !is_word(tokens[i], "TRIGGER")) ++i;
  std::size_t name = i + 1;
  if (name < tokens.size() && is_word(tokens[name], "IF")) name += 3;
  if (name + 1 < tokens.size() && tokens[name + 1].text == ".") name += 2;
  if (name < tokens.size()) {
    const auto first = tokens.begin() + static_cast<std::ptrdiff_t>(i + 1);
    tokens.erase(first, tokens.begin() + static_cast<std::ptrdiff_t>(name + 1));
  }
  return tokens;
}

std::set<std::string> mentioned(const std::vector<SqlToken>& tokens,
                                const std::set<std::string>& columns) {
  std::set<std::string> found;
  for (const SqlToken& token : tokens) {
    if (!token.is_name()) continue;
    const std::string name = name_in(token.text);
    for (const std::string& column : columns) {
      if (same_name(name, column)) found.insert(column);
    }
  }
  return found;
}

bool has_star(const std::vector<SqlToken>& tokens) {
  return std::any_of(tokens.begin(), tokens.end(),
                     [](const SqlToken& token) { return token.text == "*"; });
}

}  // namespace

SchemaText::SchemaText(std::string_view text) : sql(text), tokens(significant_tokens(text)) {}

model::CatalogTrigger trigger_from_text(std::string_view name, const SchemaText& text,
                                        const std::set<std::string>& columns) {
  const std::vector<SqlToken> tokens = without_trigger_name(text.tokens);
  model::CatalogTrigger trigger;
  trigger.name = name;
  trigger.definition = text.sql;
  read_trigger_head(tokens, trigger);
  trigger.depends_on = has_star(tokens) ? columns : mentioned(tokens, columns);
  return trigger;
}

bool names_table(const SchemaText& text, std::string_view table) {
  const std::vector<SqlToken>& tokens = text.tokens;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (!tokens[i].is_name() && !is_string_as_table(tokens, i)) continue;
    if (same_name(name_in(tokens[i].text), table)) return true;
  }
  return false;
}

std::set<std::string> named_columns(const SchemaText& text, const std::set<std::string>& columns) {
  return has_star(text.tokens) ? std::set<std::string>{} : mentioned(text.tokens, columns);
}

std::set<std::string> index_columns(std::string_view sql, std::string_view table,
                                    const std::set<std::string>& columns) {
  for (const SqlToken& token : significant_tokens(sql)) {
    if (token.kind != SqlTokenKind::symbol || token.text != "(") continue;
    return referenced_columns(sql.substr(token.offset), table, columns, SqlSyntax::sqlite);
  }
  return {};
}

}  // namespace segue::catalog
