// What is left of a swap or a reversal is emptied in chunks, because DROP TABLE of a full table
// holds the write lock for as long as it frees pages.

#include <fmt/format.h>

#include "engine/dialect/sqlite/expressions.hpp"
#include "engine/dialect/sqlite/steps.hpp"

namespace segue::dialect::sqlite {

using namespace fmt::literals;

WalkScript drain(const Leftover& leftover) {
  WalkScript script = polite_walk();
  const std::string table = quoted(leftover.table);
  script.table = leftover.table;
  script.begin = "BEGIN IMMEDIATE";
  script.first = "0";
  script.total = fmt::format("SELECT count(*) FROM {}", table);
  script.identity = "PRAGMA schema_version";
  if (leftover.key.empty()) {
    script.bound = fmt::format(
        "SELECT max(segue_at), NULL FROM (SELECT _rowid_ AS segue_at FROM "
        "{table} ORDER BY _rowid_ LIMIT {{size}})",
        "table"_a = table);
    script.chunk = {
        {.sql = fmt::format("DELETE FROM {table} WHERE _rowid_ <= {{hi}}", "table"_a = table),
         .lock = "write lock for one chunk"}};
  } else {
    const std::string key = quoted_list(leftover.key);
    script.bound =
        fmt::format("SELECT CASE WHEN EXISTS (SELECT 1 FROM {table}) THEN {{size}} END, NULL",
                    "table"_a = table);
    script.chunk = {
        {.sql = fmt::format("DELETE FROM {table} WHERE ({key}) IN (SELECT {key} FROM {table} "
                            "ORDER BY {key} LIMIT {{hi}})",
                            "table"_a = table, "key"_a = key),
         .lock = "write lock for one chunk"}};
  }
  script.residual = fmt::format("SELECT EXISTS (SELECT 1 FROM {}), 0, NULL", table);
  script.user_triggers = false;
  return script;
}

TransactionScript drop_leftover(const Leftover& leftover) {
  TransactionScript script;
  script.begin = "BEGIN IMMEDIATE";
  script.before = schema_pragmas();
  script.statements = {{.sql = fmt::format("DROP TABLE IF EXISTS {}", quoted(leftover.table)),
                        .lock = "write lock, O(1): the table is empty"}};
  return script;
}

}  // namespace segue::dialect::sqlite
