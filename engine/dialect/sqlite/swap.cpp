// Swap: everything that contract cannot take back, in one transaction. The exchange of b-trees
// stands in exchange.cpp; here is what goes before it and what stands afterwards.

#include <fmt/format.h>

#include "engine/core/identifier.hpp"
#include "engine/core/protection.hpp"
#include "engine/dialect/sqlite/exchange.hpp"
#include "engine/dialect/sqlite/expressions.hpp"

namespace segue::dialect::sqlite {
namespace {

using namespace fmt::literals;

void add_drops(std::vector<Statement>& out, const std::vector<NamedSql>& triggers) {
  for (const NamedSql& trigger : triggers) {
    out.push_back({.sql = fmt::format("DROP TRIGGER {}", quoted(trigger.name))});
  }
}

// A dropped table is only set aside here; it is emptied in chunks afterwards.
void set_aside(std::vector<Statement>& out, const DroppedTable& table) {
  for (const std::string& trigger : table.triggers) {
    out.push_back({.sql = fmt::format("DROP TRIGGER {}", quoted(trigger))});
  }
  out.push_back({.sql = "PRAGMA legacy_alter_table = ON"});
  out.push_back({.sql = fmt::format("ALTER TABLE {} RENAME TO {}", quoted(table.table),
                                    quoted(fmt::format("segue_old_{}", table.table)))});
  out.push_back({.sql = "PRAGMA legacy_alter_table = OFF"});
}

}  // namespace

TransactionScript swap(const SwapInput& input) {
  TransactionScript script;
  script.begin = "BEGIN IMMEDIATE";
  script.before = schema_pragmas();
  script.before.push_back({.sql = "DROP TABLE IF EXISTS temp.segue_roots"});
  std::vector<Statement>& out = script.statements;
  for (const std::string& sql : input.dropped_objects) {
    out.push_back({.sql = sql, .lock = "write lock, O(1)"});
  }
  for (const std::string& view : input.stale_views) {
    out.push_back({.sql = fmt::format("DROP VIEW IF EXISTS {}", quoted(view))});
  }
  for (const GuardTable& table : input.guards) add_drops(out, guard_triggers(table));
  for (const SyncInput& table : input.tables) add_drops(out, two_way_triggers(table));
  add_exchange(out, input);
  for (const DroppedTable& table : input.dropped) set_aside(out, table);
  for (const std::string& sql : input.alters) out.push_back({.sql = sql, .lock = "write lock"});
  for (const SyncInput& table : input.tables) {
    for (const NamedSql& object : late_view(table)) {
      out.push_back({.sql = object.sql});
      if (!protected_by("late_view_triggers")) break;
    }
  }
  script.after = after_edits();
  script.failed = after_failed_edits();
  return script;
}

}  // namespace segue::dialect::sqlite
