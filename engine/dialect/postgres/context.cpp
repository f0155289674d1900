// The lock ladder's texts (protocol-postgres.md 3). Rung 0 makes an autovacuum give way; then
// everything that the transaction needs is taken in one savepoint with NOWAIT, views before the
// tables below them, so that nobody ever queues behind a lock that is not held.

#include "engine/dialect/postgres/context.hpp"

#include <fmt/format.h>

#include <iterator>

#include "engine/core/protection.hpp"

namespace segue::dialect::postgres {

int deadlock_timeout_ms(const RenderContext& context) {
  const auto found = context.catalog.settings.find("deadlock_timeout_ms");
  return found == context.catalog.settings.end() ? 1000 : std::stoi(found->second);
}

const model::Change& change_of(const RenderContext& context) {
  return context.migration().plan.changes.front();
}

const model::TableChange& table_of(const model::Step& step, const RenderContext& context) {
  for (const model::TableChange& table : change_of(context).tables) {
    const bool dropped = table.fate == model::TableFate::dropped;
    if ((dropped ? table.before : table.after) == step.table) return table;
  }
  throw Error(ErrorKind::bug, fmt::format("step {} names a table that its plan lacks", step.id));
}

QualifiedName relation(const std::string& physical, const RenderContext& context) {
  return {context.catalog.schema, physical};
}

std::string begin_write() {
  return fmt::format("BEGIN ISOLATION LEVEL {} READ WRITE",
                     protected_by("read_committed") ? "READ COMMITTED" : "REPEATABLE READ");
}

TransactionScript write_script() { return {.begin = begin_write()}; }

TransactionScript ladder_script(const std::vector<std::string>& tables, const std::string& mode,
                                const RenderContext& context,
                                const std::vector<QualifiedName>& views) {
  TransactionScript script = write_script();
  if (!tables.empty() && protected_by("ladder_rung_0")) {
    script.calm.push_back(
        fmt::format("SET LOCAL lock_timeout = {}", deadlock_timeout_ms(context) + 2000));
    for (const std::string& table : tables) {
      script.calm.push_back(
          fmt::format("LOCK TABLE {} IN SHARE UPDATE EXCLUSIVE MODE", relation(table, context)));
    }
  }
  // What replaces a view needs all of it: a weaker lock would only be raised, and wait, later.
  const std::string view_mode = protected_by("view_lock_mode") ? "ACCESS EXCLUSIVE" : mode;
  for (const QualifiedName& view : views) {
    if (!protected_by("views_locked_first")) break;
    script.locks.push_back(fmt::format("LOCK TABLE {} IN {} MODE NOWAIT", view, view_mode));
  }
  for (const std::string& table : tables) {
    script.locks.push_back(
        fmt::format("LOCK TABLE {} IN {} MODE NOWAIT", relation(table, context), mode));
    script.locked_tables.push_back(relation(table, context).quoted());
  }
  // Nothing later in the transaction may wait: the timeout counts per lock.
  script.statements.push_back({.sql = "SET LOCAL lock_timeout = 5"});
  return script;
}

void lock_referenced(TransactionScript& script, const std::string& table, const std::string& mode) {
  if (table.empty()) return;
  script.locks.push_back(fmt::format("LOCK TABLE {} IN {} MODE NOWAIT", table, mode));
  script.locked_tables.push_back(table);
}

Statement author_search_path(const RenderContext& context) {
  return {.sql = fmt::format("SET LOCAL search_path = {}, pg_catalog",
                             Identifier(context.catalog.schema))};
}

Statement client_search_path(const RenderContext& context, bool local) {
  if (!protected_by("client_path")) return {.sql = "SELECT 1"};
  return {.sql = fmt::format("SET {}search_path = pg_catalog, {}", local ? "LOCAL " : "",
                             Identifier(context.catalog.schema))};
}

Statement own_search_path() { return {.sql = "SET LOCAL search_path = pg_catalog"}; }

void append(std::vector<Statement>& to, std::vector<Statement> from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

}  // namespace segue::dialect::postgres
