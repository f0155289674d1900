// Expand: the shadow and its one-way triggers appear in one transaction. From its commit on every
// write to the base reaches the shadow, so the copy can never miss a row: there is one writer at a
// time.

#include <fmt/format.h>

#include <algorithm>

#include "engine/core/identifier.hpp"
#include "engine/core/protection.hpp"
#include "engine/dialect/sqlite/expressions.hpp"
#include "engine/dialect/sqlite/keys.hpp"
#include "engine/dialect/sqlite/probe.hpp"
#include "engine/dialect/sqlite/steps.hpp"

namespace segue::dialect::sqlite {

using namespace fmt::literals;

std::string rowid_name(const model::CatalogTable& table) {
  if (table.without_rowid) return "";
  for (const char* name : {"rowid", "oid", "_rowid_"}) {
    const bool shadowed =
        std::any_of(table.columns.begin(), table.columns.end(), [&](const auto& column) {
          return same_name(column.name, name) && column.primary_key == 0;
        });
    if (!shadowed) return name;
  }
  return "";
}

std::string rowid_name(const Rebuild& rebuild) {
  if (rebuild.key.is_rowid) return quoted(rebuild.key.columns.front().new_name);
  return rebuild.without_rowid ? "" : free_rowid_name(rebuild.target_columns);
}

// Inside of a transaction the pragma is a no-op, and with foreign keys on DROP TABLE deletes the
// children of ON DELETE CASCADE.
std::vector<Statement> schema_pragmas() {
  if (!protected_by("foreign_keys_off")) return {{.sql = "PRAGMA foreign_keys = ON"}};
  return {{.sql = "PRAGMA foreign_keys = OFF"},
          {.sql = "PRAGMA foreign_keys",
           .expect = {.rule = Expectation::Rule::value,
                      .value = "0",
                      .kind = ErrorKind::bug,
                      .message = "foreign_keys cannot be switched off"}},
          {.sql = "PRAGMA writable_schema = OFF"},
          {.sql = "PRAGMA legacy_alter_table = OFF"}};
}

std::vector<Statement> create_shadow(const SyncInput& input) {
  const Rebuild& r = input.rebuild;
  std::vector<Statement> out;
  out.push_back({.sql = r.fresh_sql, .lock = "write lock, O(1): a new empty table"});
  for (const TargetIndex& index : r.target_indexes) {
    if (!index.shadow_sql.empty()) out.push_back({.sql = index.shadow_sql});
  }
  for (const std::string& sql : r.helper_index_sql) out.push_back({.sql = sql});
  if (r.autoincrement) {
    out.push_back(
        {.sql = fmt::format("INSERT INTO sqlite_sequence(name, seq) SELECT {fresh}, seq FROM "
                            "sqlite_sequence WHERE name = {base}",
                            "fresh"_a = literal(r.fresh), "base"_a = literal(r.base))});
  }
  for (const NamedSql& trigger : one_way_triggers(input)) {
    out.push_back({.sql = trigger.sql,
                   .lock = "write lock, O(1): every connection compiles it before its next write"});
  }
  return out;
}

TransactionScript install_sync(const SyncInput& input) {
  TransactionScript script;
  script.begin = "BEGIN IMMEDIATE";
  script.before = schema_pragmas();
  script.statements = create_shadow(input);
  script.probe = one_way_probe(input);
  return script;
}

}  // namespace segue::dialect::sqlite
