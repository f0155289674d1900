#include "engine/catalog/expression_class.hpp"

#include <map>
#include <set>

#include "engine/core/sql_tokens.hpp"
#include "engine/dialect/postgres/expression_queries.hpp"

namespace segue::catalog {
namespace {

using model::ExpressionClass;

struct Words {
  std::set<std::string> calls;
  bool has_subquery = false;
  bool is_stable = false;       // CURRENT_TIMESTAMP and its kin are no calls
};

bool is_name(const SqlToken& token) {
  return token.kind == SqlTokenKind::identifier || token.kind == SqlTokenKind::quoted_identifier;
}

Words words_of(const std::string& text) {
  static const std::set<std::string> stable{"current_timestamp", "current_date", "current_time",
                                            "localtime", "localtimestamp", "current_user",
                                            "session_user", "user", "current_schema"};
  Words words;
  const std::vector<SqlToken> tokens = sql_tokens(text);
  bool first = true;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (!is_name(tokens[i])) {
      if (tokens[i].kind != SqlTokenKind::space && tokens[i].kind != SqlTokenKind::comment) first = false;
      continue;
    }
    const std::string name = tokens[i].name();
    // A leading SELECT is only the form of an expression; FROM makes it a subquery.
    if ((name == "select" && !first) || name == "from") words.has_subquery = true;
    if (stable.contains(name)) words.is_stable = true;
    std::size_t next = i + 1;
    while (next < tokens.size() && tokens[next].kind == SqlTokenKind::space) ++next;
    if (next < tokens.size() && tokens[next].text == "(") words.calls.insert(name);
    first = false;
  }
  // extract(x FROM y), substring(x FROM y), trim(x FROM y), overlay: FROM inside a call.
  for (const char* call : {"extract", "substring", "trim", "overlay", "position"}) {
    if (words.calls.contains(call) && text.find("SELECT") == std::string::npos &&
        text.find("select") == std::string::npos) {
      words.has_subquery = false;
    }
  }
  return words;
}

char volatility(database::Database& database, const std::string& function, const std::string& schema) {
  const database::Result r =
      database.query(dialect::postgres::function_volatility(), {function, schema});
  return r.empty() || r.is_null(0, 0) ? 'i' : r.text(0, 0).front();
}

}  // namespace

void presume_classes(database::Database& database, model::Change& change,
                     const std::string& schema) {
  if (database.kind() != database::Kind::postgres) return;
  for (model::TableChange& table : change.tables) {
    for (model::ColumnChange& column : table.columns) {
      for (std::optional<model::Expression>* expression : {&column.up, &column.down}) {
        if (!*expression) continue;
        const Words words = words_of((*expression)->sql.text);
        ExpressionClass found = words.is_stable ? ExpressionClass::stable : ExpressionClass::immutable;
        for (const std::string& call : words.calls) {
          const char kind = volatility(database, call, schema);
          if (kind == 'v') found = ExpressionClass::weak;
          if (kind == 's' && found == ExpressionClass::immutable) found = ExpressionClass::stable;
        }
        (*expression)->presumed = words.has_subquery ? ExpressionClass::weak : found;
      }
    }
  }
}

}  // namespace segue::catalog
