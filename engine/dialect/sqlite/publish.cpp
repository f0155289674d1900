// Publish: the shadow gets its final name and both trigger sets, in one transaction, so that a
// client of the new version never meets half a copy, and never a shadow that is not followed by the
// base.

#include <fmt/format.h>

#include "engine/core/protection.hpp"
#include "engine/dialect/sqlite/expressions.hpp"
#include "engine/dialect/sqlite/probe.hpp"
#include "engine/dialect/sqlite/steps.hpp"

namespace segue::dialect::sqlite {
namespace {

using namespace fmt::literals;

constexpr const char* rename_lock =
    "write lock, O(1): with legacy_alter_table and without foreign keys a rename rewrites nothing "
    "else";

void add_drops(std::vector<Statement>& out, const std::vector<NamedSql>& triggers) {
  for (const NamedSql& trigger : triggers) {
    out.push_back({.sql = fmt::format("DROP TRIGGER IF EXISTS {}", quoted(trigger.name))});
  }
}

void add_rename(std::vector<Statement>& out, const std::string& from, const std::string& to) {
  if (protected_by("legacy_rename")) out.push_back({.sql = "PRAGMA legacy_alter_table = ON"});
  out.push_back({.sql = fmt::format("ALTER TABLE {} RENAME TO {}", quoted(from), quoted(to)),
                 .lock = rename_lock});
  out.push_back({.sql = "PRAGMA legacy_alter_table = OFF"});
}

TransactionScript schema_change() {
  TransactionScript script;
  script.begin = "BEGIN IMMEDIATE";
  script.before = schema_pragmas();
  script.after = {{.sql = "PRAGMA legacy_alter_table = OFF"}};
  script.failed = script.after;
  return script;
}

}  // namespace

TransactionScript publish(const std::vector<SyncInput>& inputs) {
  TransactionScript script = schema_change();
  for (const SyncInput& input : inputs) {
    add_drops(script.statements, one_way_triggers(input));
    add_rename(script.statements, input.rebuild.fresh, input.rebuild.shadow);
    for (const NamedSql& trigger : two_way_triggers(input)) {
      script.statements.push_back({.sql = trigger.sql});
    }
    for (Statement& statement : two_way_probe(input)) script.probe.push_back(std::move(statement));
  }
  return script;
}

// The shadow's rows may hold what only new clients know, so it cannot go on as a copy that is
// exactly `up`: it is set aside, and an empty one follows the base from the same commit on.
TransactionScript unpublish(const std::vector<SyncInput>& inputs) {
  TransactionScript script = schema_change();
  for (const SyncInput& input : inputs) {
    add_drops(script.statements, two_way_triggers(input));
    add_rename(script.statements, input.rebuild.shadow, input.rebuild.trash);
    for (const TargetIndex& index : input.rebuild.target_indexes) {
      if (index.shadow_sql.empty()) continue;
      script.statements.push_back(
          {.sql = fmt::format("DROP INDEX IF EXISTS {}", quoted(index.shadow_name))});
    }
    for (const std::string& name : input.rebuild.helper_indexes) {
      script.statements.push_back({.sql = fmt::format("DROP INDEX IF EXISTS {}", quoted(name))});
    }
    for (Statement& statement : create_shadow(input)) {
      script.statements.push_back(std::move(statement));
    }
  }
  return script;
}

TransactionScript drop_one_way(const SyncInput& input) {
  TransactionScript script = schema_change();
  add_drops(script.statements, one_way_triggers(input));
  return script;
}

}  // namespace segue::dialect::sqlite
