#include "engine/dialect/postgres/sessions.hpp"

#include <fmt/format.h>

#include "engine/core/own_names.hpp"
#include "engine/core/protection.hpp"
#include "engine/dialect/postgres/context.hpp"

namespace segue::dialect::postgres {
namespace {

constexpr const char* here =
    "(SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())";

std::string list_of(const std::vector<std::string>& tables) {
  std::vector<std::string> oids;
  for (const std::string& table : tables) {
    oids.push_back(fmt::format("pg_catalog.to_regclass({})", literal(table)));
  }
  return fmt::format("{}", fmt::join(oids, ", "));
}

std::string holders(const std::vector<std::string>& tables, const std::string& also) {
  return fmt::format(R"sql(
  SELECT l.pid, 'lock on ' || l.relation::regclass::text
  FROM pg_catalog.pg_locks l
  WHERE l.locktype = 'relation' AND l.relation IN ({}) AND l.granted AND l.database = {}{})sql",
                     list_of(tables), here, also);
}

}  // namespace

std::string is_of_others(const std::string& pid) {
  if (!protected_by("own_sessions")) {
    return fmt::format(
        "coalesce((SELECT s.application_name FROM pg_catalog.pg_stat_activity s "
        "WHERE s.pid = {}), '') NOT LIKE 'segue%'",
        pid);
  }
  return fmt::format(
      "NOT EXISTS (SELECT FROM pg_catalog.pg_locks own WHERE own.pid = {} AND "
      "own.locktype = 'advisory' AND own.classid = {} AND own.objid = {} AND own.objsubid = 2 AND "
      "own.granted)",
      pid, own_lock_class, session_lock);
}

// A prepared transaction has no session; its locks have no pid. Sessions of the engine are not in
// its own way, though they hold the very locks that are asked about.
std::string blocker_question(const BlockerQuestion& question) {
  std::vector<std::string> found;
  if (!question.tables.empty()) found.push_back(holders(question.tables, ""));
  if (!question.written_tables.empty()) {
    found.push_back(holders(question.written_tables,
                            "\n    AND l.mode NOT IN ('AccessShareLock', 'RowShareLock')"));
  }
  if (question.backend_pid != 0) {
    found.push_back(fmt::format(R"sql(
  SELECT nullif(pid, 0), 'a lock' FROM unnest(pg_catalog.pg_blocking_pids({})) AS pid)sql",
                                question.backend_pid));
  }
  if (!question.schema.empty()) {
    found.push_back(fmt::format(R"sql(
  SELECT l.pid, 'lock on ' || pg_catalog.format('%I.%I', n.nspname, c.relname)
  FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_class c ON c.oid = l.relation
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock' AND l.granted
    AND l.database = {} AND n.nspname = {})sql",
                                here, literal(question.schema)));
  }
  if (!question.older_than.empty()) {
    found.push_back(fmt::format(R"sql(
  SELECT pid, 'snapshots older than the backfill' FROM pg_catalog.pg_stat_activity
  WHERE backend_xmin IS NOT NULL AND xact_start < {}::timestamptz
    AND (datname = current_database() OR backend_type = 'walsender'))sql",
                                literal(question.older_than)));
  }
  if (found.empty()) return "";
  return fmt::format(R"sql(WITH blocker (pid, holds_up) AS ({})
SELECT DISTINCT ON (a.xact_start, b.pid) coalesce('pid ' || b.pid, 'prepared transaction'),
       coalesce(a.usename, ''), coalesce(a.application_name, ''),
       coalesce(a.state, a.backend_type, ''),
       coalesce(to_char(a.xact_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), ''),
       coalesce(left(regexp_replace(a.query, '\s+', ' ', 'g'), 120), ''), b.holds_up
FROM blocker b LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = b.pid
WHERE b.pid {} pg_catalog.pg_backend_pid()
  AND {}
  AND coalesce(a.xact_start <= clock_timestamp() - interval '{} milliseconds', true)
ORDER BY a.xact_start NULLS FIRST, b.pid, b.holds_up
LIMIT 10)sql",
                     fmt::join(found, "\n  UNION ALL"),
                     protected_by("prepared_holders") ? "IS DISTINCT FROM" : "<>",
                     is_of_others("b.pid"), question.age_min_ms);
}

// What a session uses shows in the locks of its transaction: a version by the views of its schema,
// the base by its tables without any such view. Locks are read once: of two looks the second would
// miss what has ended in between. A service that announces itself and is at work counts once.
std::string client_question(const std::vector<ClientVersion>& versions) {
  std::vector<std::string> rows;
  for (const ClientVersion& version : versions) {
    rows.push_back(fmt::format("({}, {})", literal(version.name), literal(version.schema)));
  }
  return fmt::format(R"sql(WITH version (name, schema) AS (VALUES {}),
held AS MATERIALIZED (
  SELECT DISTINCT l.pid, v.name FROM pg_catalog.pg_locks l
  JOIN pg_catalog.pg_class c ON c.oid = l.relation
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN version v ON v.schema = n.nspname
  JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
  WHERE l.locktype = 'relation' AND l.database = {} AND a.backend_type = 'client backend'
    AND {}),
used AS (
  SELECT name, count(*) AS number FROM held h
  WHERE name <> '' OR NOT EXISTS (SELECT FROM held o WHERE o.pid = h.pid AND o.name <> '')
  GROUP BY name),
announced AS (
  SELECT version AS name, count(*) AS number FROM segue.client
  WHERE seen_at > clock_timestamp() - interval '10 seconds' GROUP BY version)
SELECT name, greatest(coalesce(u.number, 0), coalesce(a.number, 0))
FROM version v LEFT JOIN used u USING (name) LEFT JOIN announced a USING (name))sql",
                     fmt::join(rows, ", "), here, is_of_others("l.pid"));
}

}  // namespace segue::dialect::postgres
