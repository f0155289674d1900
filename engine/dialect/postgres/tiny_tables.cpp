// What a table of at most `direct_limit` rows is spared.

#include <fmt/format.h>

#include "engine/dialect/postgres/constraints.hpp"
#include "engine/dialect/postgres/context.hpp"
#include "engine/dialect/postgres/names.hpp"

namespace segue::dialect::postgres {

Statement require_tiny(const std::string& table, const RenderContext& context) {
  return {.sql = fmt::format(
              "SELECT (count(*) <= {0})::text FROM (SELECT FROM {1} LIMIT {0} + 1) AS few",
              context.settings.direct_limit, relation(table, context)),
          .expect = {.rule = Expectation::Rule::value,
                     .value = "true",
                     .kind = ErrorKind::refused,
                     .message = "the table has more rows than direct_limit"}};
}

// A tiny table is built under a lock for less time than a concurrent build waits for the
// transactions that others have open anywhere in the database. Counted under the lock: an estimate
// may be any number.
TransactionScript build_directly(const NewSideObject& index, const std::string& table,
                                 const RenderContext& context) {
  TransactionScript script = ladder_script({table}, "SHARE", context);
  script.statements.push_back(require_tiny(table, context));
  if (!index.tablespace.empty()) {
    script.statements.push_back(
        {.sql = fmt::format("SET LOCAL default_tablespace = {}", Identifier(index.tablespace))});
  }
  std::string text = index.definition;
  text.erase(text.find(" CONCURRENTLY"), 13);
  script.statements.push_back(author_search_path(context));
  script.statements.push_back(
      {.sql = std::move(text), .lock = "SHARE: writes wait, for a tiny table"});
  return script;
}

}  // namespace segue::dialect::postgres
