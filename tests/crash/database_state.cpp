// Times, numbers of attempts and epochs differ between a run that was killed and one that was not;
// everything else in the journal must not: how often a step was done less how often it was undone
// too. The engine's print looks at the tables' schema only, so the versions are asked for here.

#include "tests/crash/database_state.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/catalog/catalog_reader.hpp"

namespace segue::test {
namespace {

constexpr const char* postgres_versions = R"sql(
SELECT 'schema ' || nspname || ' ' || coalesce(nspacl::text, '') FROM pg_namespace
WHERE nspname !~ '^(pg_|information_schema)'
UNION ALL
SELECT 'view ' || c.oid::regclass || ' ' || coalesce(c.reloptions::text, '') || ' '
  || coalesce(c.relacl::text, '') || ' ' || pg_get_viewdef(c.oid)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'v' AND n.nspname !~ '^(pg_|information_schema)'
UNION ALL
SELECT 'function ' || p.oid::regprocedure || ' ' || coalesce(p.proconfig::text, '') || ' '
  || coalesce(p.proacl::text, '') || ' ' || p.prosrc
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname !~ '^(pg_|information_schema)' ORDER BY 1)sql";

constexpr const char* sqlite_versions = R"sql(
SELECT type || ' ' || name || ' on ' || tbl_name || ' ' || coalesce(sql, '') FROM sqlite_schema
ORDER BY 1)sql";

constexpr const char* postgres_tables = R"sql(
SELECT n.nspname, c.relname,
  string_agg(quote_ident(a.attname), ', ' ORDER BY a.attname COLLATE "C")
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind = 'r' AND n.nspname !~ '^(pg_|information_schema|segue$)'
GROUP BY 1, 2 ORDER BY 1, 2)sql";

constexpr const char* sqlite_tables = R"sql(
SELECT '', s.name, group_concat('quote("' || replace(i.name, '"', '""') || '")', ' || '','' || ')
FROM sqlite_schema s JOIN pragma_table_info(s.name) i
WHERE s.type = 'table' AND s.name NOT LIKE 'sqlite\_%' ESCAPE '\' AND s.name NOT IN
  ('segue_format', 'segue_lease', 'segue_migration', 'segue_step', 'segue_progress', 'segue_event',
   'segue_client', 'segue_control')
GROUP BY 2 ORDER BY 2)sql";

// {0} is the prefix of the journal's tables.
constexpr const char* journal_query = R"sql(
SELECT 'migration ' || name || ' ' || ordinal || ' ' || state || ' ' || target || ' '
  || version_schema || ' ' || schema_name || ' ' || base_schema || ' ' || file_hash || ' '
  || given_up || ' ' || catalogue_before || ' ' || catalogue_after || ' ' || plan AS line
FROM {0}migration
UNION ALL
SELECT 'step ' || migration || ' ' || id || ' ' || phase || ' ' || kind || ' ' || state || ' '
  || (error IS NULL OR error = '') FROM {0}step
UNION ALL
SELECT 'times done ' || migration || ' ' || step || ' '
  || sum(CASE kind WHEN 'step_done' THEN 1 ELSE -1 END)
FROM {0}event WHERE kind IN ('step_done', 'step_undone') GROUP BY migration, step
HAVING sum(CASE kind WHEN 'step_done' THEN 1 ELSE -1 END) <> 0
UNION ALL
SELECT 'lease taken ' || count(pid) FROM {0}lease
ORDER BY 1)sql";

std::string lines_of(const database::Result& result) {
  std::string out;
  for (const auto& row : result.rows) {
    for (const auto& value : row) out += value.value_or("NULL") + " ";
    out += "\n";
  }
  return out;
}

// With random or burned values only what was there before can be compared.
std::string rows_of(database::Database& database, const Case& each) {
  const bool postgres = each.kind == database::Kind::postgres;
  std::string all;
  for (const auto& table : database.query(postgres ? postgres_tables : sqlite_tables).rows) {
    const std::string name =
        postgres ? QualifiedName{*table[0], *table[1]}.quoted() : Identifier(*table[1]).quoted();
    const std::string row = postgres ? fmt::format("ROW({})::text", *table[2]) : *table[2];
    all += fmt::format("{}SELECT '{}', {}", all.empty() ? "" : " UNION ALL ", *table[1],
                       each.rows ? row : "count(*)");
    all += " FROM " + name;
  }
  return all.empty() ? "" : lines_of(database.query(all + " ORDER BY 1, 2"));
}

bool has_journal(database::Database& database, bool postgres) {
  return database
      .query(postgres ? "SELECT to_regclass('segue.migration') IS NOT NULL"
                      : "SELECT count(*) FROM sqlite_schema WHERE name = 'segue_migration'")
      .boolean(0, 0);
}

}  // namespace

DatabaseState state_of(const Case& each, const TestDatabase& database) {
  const auto connection = database.open();
  const bool postgres = each.kind == database::Kind::postgres;
  DatabaseState state;
  state.catalogue =
      postgres ? catalog::print_catalog(*connection, "public") : sqlite_backend().print(database);
  state.rows = rows_of(*connection, each);
  state.versions = lines_of(connection->query(postgres ? postgres_versions : sqlite_versions));
  if (has_journal(*connection, postgres)) {
    state.journal = lines_of(connection->query(
        fmt::format(fmt::runtime(journal_query), postgres ? "segue." : "segue_")));
  }
  return state;
}

std::string difference(const DatabaseState& left, const DatabaseState& right) {
  return difference(left.catalogue, right.catalogue) + difference(left.rows, right.rows) +
         difference(left.versions, right.versions) + difference(left.journal, right.journal);
}

}  // namespace segue::test
