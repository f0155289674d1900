#include "engine/parse/expression_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "engine/core/sql_tokens.hpp"
#include "engine/parse/document.hpp"
#include "engine/parse/postgres_parser.hpp"

// Why an expression is parsed twice. In `SELECT <text>` a text such as `1) + (2` is an error
// although `SELECT (1) + (2)` is none; in `SELECT (<text>)` the text `DISTINCT a` is an error
// although `SELECT DISTINCT a` is none. Only what passes both, with one target and no other clause,
// is one expression that keeps its meaning inside of ours. No trust in our own tokens is needed for
// that.

namespace segue::parse {
namespace {

using model::DatabaseKind;

constexpr std::size_t expression_bytes_max = 1U << 20U;

// libpg_query 15 walks its tree by recursion without looking at the stack: about 130 bytes for each
// level, and 100,000 chained operators end the process. Every token that can add a level counts
// here.
constexpr std::size_t levels_max = 5000;
constexpr std::size_t tokens_max = 100'000;

std::vector<SqlToken> words_of(std::string_view text) {
  std::vector<SqlToken> tokens = sql_tokens(text);
  std::erase_if(tokens, [](const SqlToken& token) {
    return token.kind == SqlTokenKind::space || token.kind == SqlTokenKind::comment;
  });
  return tokens;
}

bool can_add_level(const SqlToken& token) {
  const bool is_word = token.kind == SqlTokenKind::identifier || token.kind == SqlTokenKind::symbol;
  return is_word && token.text != "," && token.text != ")" && token.text != ".";
}

std::optional<SqlMistake> find_unclosed(std::string_view text, DatabaseKind kind) {
  for (const SqlToken& token : sql_tokens(text)) {
    if (token.kind != SqlTokenKind::comment || !token.text.starts_with("/*")) continue;
    // "/*/" opens and does not close. SQLite does not nest comments as our tokens do.
    const bool is_open = token.text.size() < 4 || !token.text.ends_with("*/");
    const bool is_nested = token.text.find("/*", 2) != std::string::npos;
    if (is_open) return SqlMistake{"this comment is not closed", token.offset};
    if (is_nested && kind == DatabaseKind::sqlite) {
      return SqlMistake{"SQLite does not nest comments", token.offset};
    }
  }
  if (is_closed_sql(text)) return std::nullopt;
  return SqlMistake{"a quote or parenthesis is not closed, or closes what was not opened", 0};
}

std::optional<SqlMistake> find_unfit_bytes(std::string_view text) {
  if (text.size() > expression_bytes_max) {
    return SqlMistake{fmt::format("longer than {} bytes", expression_bytes_max), 0};
  }
  const std::optional<std::size_t> bad = find_unreadable(text);
  if (bad) return SqlMistake{"not UTF-8, or a control character", *bad};
  return std::nullopt;
}

// What libpg_query can be given without harm.
std::optional<SqlMistake> find_size_mistake(std::string_view text,
                                            const std::vector<SqlToken>& words) {
  if (const auto mistake = find_unfit_bytes(text)) return mistake;
  if (words.empty()) return SqlMistake{"nothing but spaces and comments", 0};
  const auto levels = std::count_if(words.begin(), words.end(), can_add_level);
  if (static_cast<std::size_t>(levels) > levels_max || words.size() > tokens_max) {
    return SqlMistake{fmt::format("too long to be checked: more than {} operators and words, or {} "
                                  "parts in all",
                                  levels_max, tokens_max),
                      0};
  }
  return std::nullopt;
}

// What holds for expressions and types of both databases.
std::optional<SqlMistake> find_token_mistake(std::string_view text, DatabaseKind kind) {
  const std::vector<SqlToken> words = words_of(text);
  const auto end = std::find_if(words.begin(), words.end(),
                                [](const SqlToken& token) { return token.text == ";"; });
  if (end != words.end()) {
    return SqlMistake{"a ';' ends a statement; this must be an expression", end->offset};
  }
  if (const auto mistake = find_size_mistake(text, words)) return mistake;
  return find_unclosed(text, kind);
}

// The mistake that the server's parser finds in prefix + text + suffix, placed in the text.
std::optional<SqlMistake> find_parse_error(const PostgresParse& parse, std::string_view text,
                                           std::size_t prefix_bytes) {
  if (parse.error.empty()) return std::nullopt;
  const std::size_t offset = std::max(parse.error_offset, prefix_bytes) - prefix_bytes;
  return SqlMistake{parse.error, std::min(offset, text.size())};
}

bool is_one_target(const std::optional<SelectOutline>& select) {
  return select && select->targets == 1 && !select->is_star && !select->has_refused_clause;
}

bool is_bare_expression(const std::optional<SelectOutline>& select) {
  return is_one_target(select) && !select->has_name && !select->has_other_clause;
}

std::optional<SqlMistake> find_wrapped_mistake(std::string_view text) {
  constexpr std::string_view prefix = "SELECT (";
  const PostgresParse parse = parse_postgres(fmt::format("{}{}\n)", prefix, text));
  if (const auto mistake = find_parse_error(parse, text, prefix.size())) return mistake;
  if (is_bare_expression(parse.select)) return std::nullopt;
  return SqlMistake{"this is not one expression", 0};
}

std::optional<SqlMistake> find_postgres_mistake(std::string_view text) {
  const bool has_select = starts_with_select(text);
  const std::string_view prefix = has_select ? "" : "SELECT ";
  const PostgresParse parse = parse_postgres(fmt::format("{}{}", prefix, text));
  if (const auto mistake = find_parse_error(parse, text, prefix.size())) return mistake;
  const bool is_one = has_select ? is_one_target(parse.select) : is_bare_expression(parse.select);
  if (!is_one) return SqlMistake{"this is not one expression", 0};
  return find_wrapped_mistake(text);
}

}  // namespace

bool is_empty_sql(std::string_view text) { return words_of(text).empty(); }

bool starts_with_select(std::string_view text) {
  const std::vector<SqlToken> words = words_of(text);
  return !words.empty() && words.front().kind == SqlTokenKind::identifier &&
         words.front().name() == "select";
}

bool ends_in_line_comment(std::string_view text) {
  const std::vector<SqlToken> tokens = sql_tokens(text);
  return !tokens.empty() && tokens.back().kind == SqlTokenKind::comment &&
         tokens.back().text.starts_with("--");
}

std::optional<SqlMistake> find_statement_mistake(std::string_view text, DatabaseKind kind) {
  if (is_empty_sql(text)) return SqlMistake{"nothing but spaces and comments", 0};
  return find_unclosed(text, kind);
}

std::optional<SqlMistake> find_expression_mistake(std::string_view text, DatabaseKind kind) {
  const std::optional<SqlMistake> mistake = find_token_mistake(text, kind);
  if (mistake || kind == DatabaseKind::sqlite) return mistake;
  return find_postgres_mistake(text);
}

std::optional<SqlMistake> find_definition_mistake(std::string_view text,
                                                  const DefinitionShape& shape, DatabaseKind kind) {
  if (const auto mistake = find_size_mistake(text, words_of(text))) return mistake;
  if (const auto mistake = find_unclosed(text, kind)) return mistake;
  if (kind == DatabaseKind::sqlite) return std::nullopt;
  const PostgresParse parse = parse_postgres(shape.prefix + std::string(text));
  if (const auto mistake = find_parse_error(parse, text, shape.prefix.size())) return mistake;
  if (parse.statement == shape.statement) return std::nullopt;
  return SqlMistake{parse.statement.empty() ? "this is not one statement"
                                            : "this makes something else than the operation says",
                    0};
}

std::optional<SqlMistake> find_type_mistake(std::string_view text, DatabaseKind kind) {
  const std::optional<SqlMistake> mistake = find_token_mistake(text, kind);
  if (mistake || kind == DatabaseKind::sqlite) return mistake;
  constexpr std::string_view prefix = "SELECT CAST(NULL AS ";
  const PostgresParse parse = parse_postgres(fmt::format("{}{}\n)", prefix, text));
  if (const auto found = find_parse_error(parse, text, prefix.size())) return found;
  if (is_bare_expression(parse.select) && parse.select->is_cast) return std::nullopt;
  return SqlMistake{"this is not one type", 0};
}

SourceLocation place_in_text(const model::SqlText& text, std::size_t offset) {
  const std::string_view before = std::string_view(text.text).substr(0, offset);
  const Place place = SourceText(before).place_at(before.size());
  SourceLocation where = text.where;
  if (where.line > 0) where.line += place.line - 1;
  if (where.column > 0) where.column += place.column - 1;
  return where;
}

std::vector<Problem> check_postgres_expression(const model::SqlText& text) {
  const auto mistake = find_expression_mistake(text.text, DatabaseKind::postgres);
  if (!mistake) return {};
  return {{mistake->message, place_in_text(text, mistake->offset)}};
}

}  // namespace segue::parse
