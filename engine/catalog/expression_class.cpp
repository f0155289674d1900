#include "engine/catalog/expression_class.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "engine/core/sql_tokens.hpp"
#include "engine/dialect/postgres/expression_queries.hpp"

namespace segue::catalog {
namespace {

using model::ExpressionClass;

struct Call {
  std::string schema;  // empty: by the search path
  std::string name;
  std::optional<int> arguments = {};  // unknown: as many as there may be

  friend auto operator<=>(const Call&, const Call&) = default;
};

struct Words {
  std::set<Call> calls;
  bool has_subquery = false;
  bool is_stable = false;  // CURRENT_TIMESTAMP and its kin are no calls
  bool has_dates = false;

  [[nodiscard]] bool has_call(std::string_view name) const {
    return std::any_of(calls.begin(), calls.end(), [&](const Call& c) { return c.name == name; });
  }
};

// Of the call whose parenthesis opens at `open`; nothing where words stand between arguments
// instead of commas (`substring(a FROM b)`), or look as if they did (`lower(CASE WHEN a IN (…)
// …)`).
std::optional<int> arguments_of(const std::vector<SqlToken>& tokens, std::size_t open) {
  static const std::set<std::string> between{"from", "for", "in", "placing"};
  int depth = 0, commas = 0;
  bool any = false;
  for (std::size_t i = open; i < tokens.size(); ++i) {
    const SqlToken& token = tokens[i];
    if (token.kind == SqlTokenKind::space || token.kind == SqlTokenKind::comment) continue;
    if ((token.text == ")" || token.text == "]") && --depth == 0) break;
    any = any || depth > 0;
    if (token.text == "(" || token.text == "[") ++depth;
    if (depth > 1) continue;
    if (token.text == ",") ++commas;
    if (token.kind == SqlTokenKind::identifier && between.contains(token.name())) return {};
  }
  return any ? commas + 1 : 0;
}

// Casts between these and text, and between some of them, depend on settings or on the catalogue.
bool is_date(const std::string& type) {
  return type.starts_with("date") || type.starts_with("time") || type.starts_with("interval") ||
         type.starts_with("money") || type.starts_with("reg");
}

Words words_of(const std::string& text) {
  static const std::set<std::string> stable{
      "current_timestamp", "current_date", "current_time", "localtime",     "localtimestamp",
      "current_user",      "session_user", "user",         "current_schema"};
  Words words;
  const std::vector<SqlToken> tokens = sql_tokens(text);
  bool first = true;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (!tokens[i].is_name()) {
      if (tokens[i].kind != SqlTokenKind::space && tokens[i].kind != SqlTokenKind::comment)
        first = false;
      continue;
    }
    const std::string name = tokens[i].name();
    // A leading SELECT is only the form of an expression; FROM makes it a subquery.
    if ((name == "select" && !first) || name == "from") words.has_subquery = true;
    if (stable.contains(name)) words.is_stable = true;
    if (is_date(name)) words.has_dates = true;
    std::size_t next = i + 1;
    while (next < tokens.size() && tokens[next].kind == SqlTokenKind::space) ++next;
    if (next < tokens.size() && tokens[next].text == "(") {
      const bool qualified = i >= 2 && tokens[i - 1].text == "." && tokens[i - 2].is_name();
      words.calls.insert({qualified ? tokens[i - 2].name() : "", name, arguments_of(tokens, next)});
    }
    first = false;
  }
  // extract(x FROM y), substring(x FROM y), trim(x FROM y), overlay: FROM inside a call.
  for (const char* call : {"extract", "substring", "trim", "overlay", "position"}) {
    if (words.has_call(call) && text.find("SELECT") == std::string::npos &&
        text.find("select") == std::string::npos) {
      words.has_subquery = false;
    }
  }
  return words;
}

char volatility(database::Database& database, const Call& call, const std::string& schema) {
  const std::int64_t arguments = call.arguments.value_or(-1);
  const database::Result r = database.query(dialect::postgres::function_volatility(),
                                            {call.name, call.schema, schema, arguments});
  return r.empty() || r.is_null(0, 0) ? 'i' : r.text(0, 0).front();
}

bool touches_enums(database::Database& database, const model::Expression& expression,
                   const std::string& target) {
  const auto is_enum = [&](const std::string& type) {
    return database.query(dialect::postgres::is_enum(), {type}).boolean(0, 0);
  };
  return is_enum(target) || std::any_of(expression.arguments.begin(), expression.arguments.end(),
                                        [&](const model::Argument& a) { return is_enum(a.type); });
}

bool touches_dates(const model::Expression& expression, const Words& words,
                   const std::string& target) {
  return words.has_dates || is_date(target) ||
         std::any_of(expression.arguments.begin(), expression.arguments.end(),
                     [](const model::Argument& a) { return is_date(a.type); });
}

ExpressionClass presumed_class(database::Database& database, const model::Expression& expression,
                               const std::string& target, const std::string& schema) {
  const Words words = words_of(expression.sql.text);
  if (words.has_subquery) return ExpressionClass::weak;
  const bool stable = words.is_stable || touches_dates(expression, words, target) ||
                      touches_enums(database, expression, target);
  ExpressionClass found = stable ? ExpressionClass::stable : ExpressionClass::immutable;
  for (const Call& call : words.calls) {
    const char kind = volatility(database, call, schema);
    if (kind == 'v') return ExpressionClass::weak;
    if (kind == 's') found = ExpressionClass::stable;
  }
  return found;
}

}  // namespace

void presume_classes(database::Database& database, model::Change& change,
                     const std::string& schema) {
  if (database.kind() != database::Kind::postgres) return;
  for (model::TableChange& table : change.tables) {
    for (model::ColumnChange& column : table.columns) {
      if (column.up) {
        column.up->presumed = presumed_class(database, *column.up, column.shape.type, schema);
      }
      if (column.down) {
        column.down->presumed =
            presumed_class(database, *column.down, column.shape_before.type, schema);
      }
    }
  }
}

}  // namespace segue::catalog
