// The tables are frozen: a database in the middle of a migration holds them. A change raises
// format_version and adds an upgrade (upgrade.cpp). On SQLite no AUTOINCREMENT (its
// sqlite_sequence would stay for ever), no STRICT (older clients could not open the file).

#include "engine/journal/journal_sql.hpp"

#include <utility>

namespace segue::journal {
namespace {

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

using Wording = std::vector<std::pair<std::string_view, std::string_view>>;

const Wording postgres_wording = {
    {"{segue}", "segue."},
    {"{now}", "to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"},
    {"{stamp}", "clock_timestamp()"},
    {"{at}", "to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"},
    {"{age}", "extract(epoch FROM clock_timestamp() - at)"},
    {"{ten_seconds_ago}", "clock_timestamp() - interval '10 seconds'"},
    {"{installed}",
     "SELECT count(*) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = "
     "c.relnamespace WHERE n.nspname = 'segue' AND c.relname = 'format'"},
    {"{has_client_calls}", "SELECT pg_catalog.to_regprocedure('segue.versions()') IS NOT NULL"},
    {"{fence}", "UPDATE segue.worker SET beat = beat + 1 WHERE slot = 0 AND epoch = $1"},
    {"{tell_worker}", "UPDATE segue.worker SET epoch = $1, backend_pid = $2"},
};

const Wording sqlite_wording = {
    {"{segue}", "segue_"},
    {"{now}", "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"},
    {"{stamp}", "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"},
    {"{at}", "at"},
    {"{age}", "(julianday('now') - julianday(at)) * 86400"},
    {"{ten_seconds_ago}", "strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-10 seconds')"},
    {"{installed}", "SELECT count(*) FROM sqlite_schema WHERE name = 'segue_format'"},
    {"{has_client_calls}", "SELECT true"},
    {"{fence}", "UPDATE segue_lease SET beat = beat + 1 WHERE epoch = $1"},
    {"{tell_worker}", ""},
    {"$", "?"},
};

const std::vector<std::string> postgres_tables = {
    "CREATE SCHEMA IF NOT EXISTS segue",
    "CREATE TABLE segue.format (version int PRIMARY KEY)",
    R"sql(CREATE TABLE segue.lease (
  one bool PRIMARY KEY CHECK (one), epoch bigint NOT NULL, beat bigint NOT NULL, who text, host text,
  pid bigint, backend_pid bigint, command text, since text))sql",
    R"sql(CREATE TABLE segue.worker (
  slot smallint PRIMARY KEY, epoch bigint NOT NULL, beat bigint NOT NULL, backend_pid bigint))sql",
    R"sql(CREATE TABLE segue.migration (
  name text PRIMARY KEY, position bigint NOT NULL, ordinal smallint NOT NULL, fused bigint NOT NULL,
  state text NOT NULL, target text NOT NULL, version_schema text NOT NULL, schema_name text NOT NULL,
  base_schema text NOT NULL, file_hash text NOT NULL, plan text NOT NULL, given_up bool NOT NULL,
  catalogue_before text NOT NULL, catalogue_after text NOT NULL, texts_before text NOT NULL))sql",
    R"sql(CREATE TABLE segue.step (
  migration text NOT NULL, id text NOT NULL, phase text NOT NULL, kind text NOT NULL,
  state text NOT NULL, attempts int NOT NULL, started_at text, finished_at text, error text,
  PRIMARY KEY (migration, id)))sql",
    R"sql(CREATE TABLE segue.progress (
  migration text NOT NULL, step text NOT NULL, position text, mark text, identity text,
  rows bigint NOT NULL, total bigint NOT NULL, busy_seconds float8 NOT NULL,
  PRIMARY KEY (migration, step)) WITH (fillfactor = 50))sql",
    R"sql(CREATE TABLE segue.event (
  id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY, at timestamptz NOT NULL, migration text, step text,
  kind text NOT NULL, who text, host text, detail jsonb))sql",
    "CREATE TABLE segue.client (id text PRIMARY KEY, service text, version text, seen_at "
    "timestamptz NOT NULL)",
    R"sql(CREATE TABLE segue.control (
  id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY, at timestamptz NOT NULL, who text,
  verb text NOT NULL, detail jsonb, done_at timestamptz))sql",
    // Default privileges may grant others what is made here.
    R"sql(DO $segue$
DECLARE
  given record;
BEGIN
  FOR given IN SELECT DISTINCT c.oid::regclass AS relation, a.grantee
      FROM pg_class c, LATERAL aclexplode(c.relacl) a
      WHERE c.relnamespace = 'segue'::regnamespace AND a.grantee <> c.relowner LOOP
    EXECUTE format('REVOKE ALL ON %s FROM %s', given.relation,
      CASE WHEN given.grantee = 0 THEN 'PUBLIC' ELSE given.grantee::regrole::text END);
  END LOOP;
END $segue$)sql",
    "INSERT INTO segue.format VALUES (1)",
    "INSERT INTO segue.lease VALUES (true, 0, 0)",
    "INSERT INTO segue.worker VALUES (0, 0, 0)",
};

const std::vector<std::string> sqlite_tables = {
    "CREATE TABLE segue_format(version INTEGER NOT NULL)",
    R"sql(CREATE TABLE segue_lease(one INTEGER PRIMARY KEY CHECK (one = 1), epoch INTEGER NOT NULL,
  beat INTEGER NOT NULL, who TEXT, host TEXT, pid INTEGER, backend_pid INTEGER, command TEXT, since TEXT))sql",
    R"sql(CREATE TABLE segue_migration(name TEXT PRIMARY KEY, position INTEGER NOT NULL, ordinal INTEGER NOT NULL,
  fused INTEGER NOT NULL, state TEXT NOT NULL, target TEXT NOT NULL, version_schema TEXT NOT NULL,
  schema_name TEXT NOT NULL, base_schema TEXT NOT NULL, file_hash TEXT NOT NULL, plan TEXT NOT NULL,
  given_up INTEGER NOT NULL, catalogue_before TEXT NOT NULL, catalogue_after TEXT NOT NULL,
  texts_before TEXT NOT NULL) WITHOUT ROWID)sql",
    R"sql(CREATE TABLE segue_step(migration TEXT NOT NULL, id TEXT NOT NULL, phase TEXT NOT NULL, kind TEXT NOT NULL,
  state TEXT NOT NULL, attempts INTEGER NOT NULL, started_at TEXT, finished_at TEXT, error TEXT,
  PRIMARY KEY(migration, id)) WITHOUT ROWID)sql",
    R"sql(CREATE TABLE segue_progress(migration TEXT NOT NULL, step TEXT NOT NULL, position TEXT, mark TEXT,
  identity TEXT, rows INTEGER NOT NULL, total INTEGER NOT NULL, busy_seconds REAL NOT NULL,
  PRIMARY KEY(migration, step)) WITHOUT ROWID)sql",
    R"sql(CREATE TABLE segue_event(id INTEGER PRIMARY KEY, at TEXT NOT NULL, migration TEXT, step TEXT, kind TEXT NOT NULL,
  who TEXT, host TEXT, detail TEXT))sql",
    "CREATE TABLE segue_client(id TEXT PRIMARY KEY, service TEXT, version TEXT, seen_at TEXT NOT "
    "NULL) WITHOUT ROWID",
    R"sql(CREATE TABLE segue_control(id INTEGER PRIMARY KEY, at TEXT NOT NULL, who TEXT, verb TEXT NOT NULL,
  detail TEXT, done_at TEXT))sql",
    "INSERT INTO segue_format VALUES (1)",
    "INSERT INTO segue_lease(one, epoch, beat) VALUES (1, 0, 0)",
};

}  // namespace

std::string journal_sql(std::string_view text, database::Kind kind) {
  std::string out(text);
  const Wording& wording = kind == database::Kind::postgres ? postgres_wording : sqlite_wording;
  for (const auto& [hole, words] : wording) replace_all(out, hole, words);
  return out;
}

std::string table_script(database::Kind kind) {
  std::string out;
  for (const std::string& statement : table_definitions(kind)) {
    if (statement.starts_with("CREATE ")) out += (out.empty() ? "" : "; ") + statement;
  }
  return out;
}

std::vector<std::string> table_definitions(database::Kind kind) {
  return kind == database::Kind::postgres ? postgres_tables : sqlite_tables;
}

}  // namespace segue::journal
