#include "engine/database/statement.hpp"

#include <algorithm>
#include <cctype>
#include <vector>

#include "engine/core/sql_tokens.hpp"

namespace segue::database {

namespace {

std::string upper(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return result;
}

bool is_blank(const SqlToken& token) {
  return token.kind == SqlTokenKind::space || token.kind == SqlTokenKind::comment;
}

std::size_t word_length(std::string_view sql) {
  const auto end = std::find_if(sql.begin(), sql.end(), [](unsigned char c) {
    return std::isalpha(c) == 0 && c != '_';
  });
  return static_cast<std::size_t>(end - sql.begin());
}

}  // namespace

std::string first_word(std::string_view sql) {
  // Statements of ours begin with their word; only others are worth a tokenizer.
  if (const std::size_t length = word_length(sql); length > 0) return upper(sql.substr(0, length));
  for (const SqlToken& token : sql_tokens(sql)) {
    if (is_blank(token)) continue;
    return token.kind == SqlTokenKind::identifier ? upper(token.text) : std::string();
  }
  return {};
}

bool is_empty_statement(std::string_view sql) {
  if (word_length(sql) > 0) return false;
  const std::vector<SqlToken> tokens = sql_tokens(sql);
  return std::all_of(tokens.begin(), tokens.end(), [](const SqlToken& token) {
    return is_blank(token) || token.text == ";";
  });
}

bool is_commit(std::string_view sql) {
  const std::string word = first_word(sql);
  if (word == "COMMIT" || word == "END") return true;
  if (word != "PREPARE") return false;
  const std::string text = upper(sql);
  const std::size_t next = text.find_first_not_of(" \t\r\n", text.find(word) + word.size());
  return next != std::string::npos && text.compare(next, 11, "TRANSACTION") == 0;
}

bool has_second_statement(std::string_view sql) {
  bool ended = false;
  for (const SqlToken& token : sql_tokens(sql)) {
    if (is_blank(token)) continue;
    if (token.kind == SqlTokenKind::identifier && upper(token.text) == "ATOMIC") return false;
    if (token.text == ";") {
      ended = true;
    } else if (ended) {
      return true;
    }
  }
  return false;
}

}  // namespace segue::database
