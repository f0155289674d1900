// The two ends of contract: the gate before anything happens, and what goes after the swap.

#include <fmt/format.h>

#include "engine/dialect/postgres/context.hpp"
#include "engine/dialect/postgres/contract.hpp"
#include "engine/dialect/postgres/functions.hpp"
#include "engine/dialect/postgres/names.hpp"
#include "engine/dialect/postgres/sessions.hpp"
#include "engine/dialect/postgres/user_triggers.hpp"

namespace segue::dialect::postgres {

using model::TableChange;
using model::TableFate;

// A transaction that touches a table through a version holds a lock on the version's view as well;
// a client of the base holds the table and no view of ours. The locks are read once: of two looks
// the second would miss the view of a transaction that has ended in between.
Script gate(const RenderContext& context) {
  require_unbound(context);
  std::vector<std::string> tables;
  for (const TableChange& table : change_of(context).tables) {
    if (table.fate == TableFate::created || !table.differs()) continue;
    tables.push_back(literal(relation(table.physical, context).quoted()) + "::regclass");
  }
  GateScript script{.watch_ms = context.settings.client_grace_ms};
  script.message = "clients of the old version were seen";
  // Those that announce themselves; a heartbeat comes every two seconds.
  script.offenders = fmt::format(
      "SELECT service, 'version ' || version, id, '' FROM segue.client "
      "WHERE version NOT IN ({}) AND seen_at > clock_timestamp() - interval '10 seconds'",
      fmt::join(model::names_that_stay(context.live, context.current), ", "));
  if (tables.empty()) return script;
  std::vector<std::string> schemas;
  for (const LiveMigration& migration : context.live) {
    schemas.push_back(literal(
        version_schema(context.catalog.schema, migration.plan.changes.front().version_schema)));
  }
  script.offenders += fmt::format(
      R"sql(
UNION ALL
(WITH held AS MATERIALIZED (SELECT * FROM pg_catalog.pg_locks WHERE locktype = 'relation')
SELECT DISTINCT a.pid::text, coalesce(a.usename, ''), coalesce(a.application_name, ''), t.relation::regclass::text
FROM held t JOIN pg_catalog.pg_stat_activity a ON a.pid = t.pid
WHERE t.relation IN ({tables}) AND t.pid <> pg_catalog.pg_backend_pid()
  AND t.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
  AND a.backend_type = 'client backend' AND {others}
  AND t.mode IN ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock')
  AND NOT EXISTS (SELECT FROM held v JOIN pg_catalog.pg_class c ON c.oid = v.relation
                  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                  WHERE v.pid = t.pid AND n.nspname IN ({schemas}))))sql",
      fmt::arg("others", is_of_others("t.pid")), fmt::arg("tables", fmt::join(tables, ", ")),
      fmt::arg("schemas", fmt::join(schemas, ", ")));
  return script;
}

Script soak(const RenderContext& context) {
  GateScript script = std::get<GateScript>(gate(context));
  script.watch_ms = context.settings.soak_ms;
  script.to_the_end = true;
  script.message = "clients of the old version were seen during its soak";
  return script;
}

Script cleanup(const RenderContext& context) {
  TransactionScript script = write_script();
  script.statements = drop_functions(change_of(context));
  return script;
}

}  // namespace segue::dialect::postgres
