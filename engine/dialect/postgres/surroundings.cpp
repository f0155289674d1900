#include "engine/dialect/postgres/surroundings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "engine/core/protection.hpp"
#include "engine/dialect/postgres/statistics.hpp"

namespace segue::dialect::postgres {
namespace {

using model::StepKind;
using model::TableChange;
using model::TableFate;

std::vector<QualifiedName> touched(const model::Plan& plan, const PlanInput& input) {
  std::vector<QualifiedName> out;
  for (const TableChange& table : plan.changes.front().tables) {
    const bool there = input.catalog.table(table.physical) != nullptr;
    if (table.fate != TableFate::created && there) {
      out.push_back({input.catalog.schema, table.physical});
    }
  }
  return out;
}

std::string oids(const std::vector<QualifiedName>& tables) {
  std::vector<std::string> out;
  for (const QualifiedName& table : tables) {
    out.push_back(fmt::format("pg_catalog.to_regclass({})", literal(table.quoted())));
  }
  return fmt::format("{}", fmt::join(out, ", "));
}

bool makes_relations(const model::Plan& plan) {
  const bool by_step = std::any_of(plan.steps.begin(), plan.steps.end(), [](const model::Step& s) {
    return s.kind == StepKind::build_index || s.kind == StepKind::create_table ||
           s.kind == StepKind::create_object;
  });
  const auto& tables = plan.changes.front().tables;
  return by_step || std::any_of(tables.begin(), tables.end(), [](const TableChange& table) {
           return table.is_renamed() ||
                  std::any_of(table.columns.begin(), table.columns.end(),
                              [](const auto& c) { return !c.sequence.empty(); });
         });
}

// Tables that foreign keys which this change makes refer to.
std::set<std::string> referenced(const model::Change& change, const PlanInput& input) {
  std::set<std::string> out;
  const auto add = [&](const std::string& table) {
    if (input.catalog.table(table) != nullptr) {
      out.insert(QualifiedName{input.catalog.schema, table}.quoted());
    }
  };
  for (const TableChange& table : change.tables) {
    visit_references(
        table, [&](const model::ReferencesSpec& key, const SourceLocation&) { add(key.table); });
    std::set<std::string> replaced;
    for (const model::ColumnChange& c : table.columns) {
      if (c.fate == model::ColumnFate::replaced) replaced.insert(c.old_physical);
    }
    const model::CatalogTable* live = input.catalog.table(table.physical);
    if (live == nullptr) continue;
    for (const model::CatalogConstraint& c : live->constraints) {
      const bool rebuilt = std::any_of(c.columns.begin(), c.columns.end(),
                                       [&](const auto& name) { return replaced.contains(name); });
      if (c.type == 'f' && rebuilt) out.insert(c.referenced_table);
    }
  }
  return out;
}

PreflightQuery right(std::string sql, std::string message) {
  return {.sql = std::move(sql), .message = std::move(message), .where = {}};
}

PreflightQuery note(std::string sql, std::string message) {
  return {.sql = std::move(sql),
          .message = std::move(message),
          .where = {},
          .note = "sessions",
          .refuses = false};
}

}  // namespace

std::vector<PreflightQuery> privilege_questions(const model::Plan& plan, const PlanInput& input) {
  std::vector<PreflightQuery> out;
  if (!protected_by("missing_rights")) return out;
  out.push_back(right(R"sql(SELECT 1, pg_catalog.quote_ident(current_user)
WHERE NOT pg_catalog.has_database_privilege(current_database(), 'CREATE'))sql",
                      "role {example} may not make schemas: GRANT CREATE ON DATABASE to it"));
  std::set<std::string> schemas = schemas_of_statistics(plan.changes.front(), input.catalog);
  if (makes_relations(plan)) schemas.insert(input.catalog.schema);
  for (const std::string& schema : schemas) {
    out.push_back(right(
        fmt::format(R"sql(SELECT 1, pg_catalog.quote_ident(current_user)
WHERE NOT pg_catalog.has_schema_privilege({}, 'CREATE'))sql",
                    literal(schema)),
        fmt::format("role {{example}} may not make tables, indexes, sequences or statistics in "
                    "schema {}: GRANT CREATE ON SCHEMA {} to it",
                    schema, Identifier(schema))));
  }
  const std::vector<QualifiedName> tables = touched(plan, input);
  if (!tables.empty()) {
    out.push_back(right(
        fmt::format(R"sql(SELECT count(*), string_agg(c.oid::regclass || ' of '
  || pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(c.relowner)), ', ')
FROM pg_catalog.pg_class AS c
WHERE c.oid IN ({}) AND NOT pg_catalog.pg_has_role(c.relowner, 'USAGE'))sql",
                    oids(tables)),
        "only the owner changes a table, and others own {example}: connect as the owner, or give "
        "--role"));
    out.push_back({.sql = fmt::format(R"sql(SELECT count(*), string_agg(c.oid::regclass || ' of '
  || pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(c.relowner)), ', ')
FROM pg_catalog.pg_class AS c
WHERE c.oid IN ({}) AND pg_catalog.pg_get_userbyid(c.relowner) <> current_user
  AND pg_catalog.pg_has_role(c.relowner, 'USAGE'))sql",
                                      oids(tables)),
                   .message =
                       "others own {example}, and what is made for them would belong to this run's "
                       "role: --role makes it act as the owner",
                   .where = {},
                   .note = "privileges",
                   .refuses = false});
  }
  for (const std::string& table : referenced(plan.changes.front(), input)) {
    out.push_back(right(
        fmt::format(R"sql(SELECT 1, pg_catalog.quote_ident(current_user)
WHERE NOT pg_catalog.has_any_column_privilege({}, 'REFERENCES'))sql",
                    literal(table)),
        fmt::format("role {{example}} may not make a foreign key to {0}: GRANT REFERENCES ON {0} "
                    "to it",
                    table)));
  }
  return out;
}

std::vector<PreflightQuery> session_questions(const model::Plan& plan, const PlanInput& input) {
  std::vector<PreflightQuery> out;
  const std::vector<QualifiedName> tables = touched(plan, input);
  if (!tables.empty()) {
    out.push_back(note(
        fmt::format(
            R"sql(SELECT count(*), string_agg(DISTINCT pg_catalog.quote_literal(p.gid), ', ')
FROM pg_catalog.pg_prepared_xacts AS p
JOIN pg_catalog.pg_locks AS x
  ON x.locktype = 'transactionid' AND x.transactionid = p.transaction AND x.pid IS NULL
JOIN pg_catalog.pg_locks AS l ON l.virtualtransaction = x.virtualtransaction AND l.pid IS NULL
WHERE l.locktype = 'relation' AND l.relation IN ({})
  AND p.database = current_database())sql",
            oids(tables)),
        fmt::format("prepared transaction {{example}} holds a lock on a table of this migration: "
                    "no session shows it, and this waits for its end for {} ms",
                    input.settings.lock_wait_ms)));
  }
  const bool waits = std::any_of(plan.steps.begin(), plan.steps.end(), [](const model::Step& step) {
    return step.kind == StepKind::horizon;
  });
  if (waits) {
    out.push_back(
        note(R"sql(SELECT count(*), string_agg('pid ' || pid, ', ' ORDER BY xact_start)
FROM pg_catalog.pg_stat_activity
WHERE backend_xmin IS NOT NULL AND xact_start < clock_timestamp() - interval '1 minute'
  AND pid <> pg_catalog.pg_backend_pid()
  AND (datname = current_database() OR backend_type = 'walsender'))sql",
             fmt::format("{{example}} hold snapshots that are older than a minute: before "
                         "it publishes, this waits for their end for {} s",
                         input.settings.horizon_limit_ms / 1000)));
  }
  out.push_back(note(R"sql(SELECT count(*), string_agg(coalesce(nullif(application_name, ''),
  'pid ' || pid), ', ')
FROM pg_catalog.pg_stat_replication AS r
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_replication_slots AS s
  WHERE s.active_pid = r.pid AND s.slot_type = 'logical'))sql",
                     "standby {example} replays every lock: readers there may wait longer than on "
                     "the primary, or be cancelled"));
  return out;
}

}  // namespace segue::dialect::postgres
