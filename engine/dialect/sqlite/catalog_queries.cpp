#include "engine/dialect/sqlite/catalog_queries.hpp"

#include <fmt/format.h>

#include "engine/core/identifier.hpp"

namespace segue::dialect::sqlite {

// Takes no lock before the first read; SHARED from then on.
const std::string_view begin_catalog_read = R"sql(
BEGIN DEFERRED
)sql";

const std::string_view settings_query = R"sql(
SELECT 'schema_version' AS name, schema_version AS value FROM pragma_schema_version
 UNION ALL SELECT 'page_size', page_size FROM pragma_page_size
 UNION ALL SELECT 'page_count', page_count FROM pragma_page_count
 UNION ALL SELECT 'freelist_count', freelist_count FROM pragma_freelist_count
 UNION ALL SELECT 'auto_vacuum', auto_vacuum FROM pragma_auto_vacuum
 UNION ALL SELECT 'user_version', user_version FROM pragma_user_version
 UNION ALL SELECT 'application_id', application_id FROM pragma_application_id
 UNION ALL SELECT 'encoding', encoding FROM pragma_encoding
 UNION ALL SELECT 'sqlite_version', sqlite_version()
)sql";

const std::string_view journal_mode_query = R"sql(
PRAGMA main.journal_mode
)sql";

const std::string_view names_query = R"sql(
SELECT name FROM main.sqlite_schema
)sql";

// pragma_table_list knows virtual tables and their shadow tables; `wr` is WITHOUT ROWID.
const std::string_view tables_query = R"sql(
SELECT m.rowid AS oid, m.name AS name, l.type AS type, l.wr AS without_rowid, l.strict AS strict,
       m.sql AS sql
  FROM main.sqlite_schema AS m
  JOIN pragma_table_list AS l ON l.schema = 'main' AND l.name = m.name
 WHERE m.type IN ('table', 'view')
   AND m.name NOT LIKE 'segue\_%' ESCAPE '\' AND m.name NOT LIKE 'sqlite\_%' ESCAPE '\'
 ORDER BY m.name
)sql";

const std::string_view columns_query = R"sql(
SELECT m.name AS relation, x.cid AS cid, x.name AS name, x.type AS type, x."notnull" AS not_null,
       x.dflt_value AS default_sql, x.pk AS primary_key, x.hidden AS hidden
  FROM main.sqlite_schema AS m
  JOIN pragma_table_xinfo(m.name, 'main') AS x
 WHERE m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL%'
   AND m.name NOT LIKE 'segue\_%' ESCAPE '\' AND m.name NOT LIKE 'sqlite\_%' ESCAPE '\'
 ORDER BY m.name, x.cid
)sql";

const std::string_view object_columns_query = R"sql(
SELECT ?1 AS relation, x.cid AS cid, x.name AS name, x.type AS type, x."notnull" AS not_null,
       x.dflt_value AS default_sql, x.pk AS primary_key, x.hidden AS hidden
  FROM pragma_table_xinfo(?1, 'main') AS x
 ORDER BY x.cid
)sql";

const std::string_view indexes_query = R"sql(
SELECT m.name AS relation, l.name AS name, l."unique" AS is_unique, l.origin AS origin,
       l.partial AS partial, i.sql AS sql
  FROM main.sqlite_schema AS m
  JOIN pragma_index_list(m.name, 'main') AS l
  LEFT JOIN main.sqlite_schema AS i ON i.type = 'index' AND i.name = l.name
 WHERE m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL%'
   AND m.name NOT LIKE 'segue\_%' ESCAPE '\' AND m.name NOT LIKE 'sqlite\_%' ESCAPE '\'
 ORDER BY l.name
)sql";

const std::string_view index_columns_query = R"sql(
SELECT m.name AS relation, l.name AS index_name, x.name AS name, x.coll AS collation
  FROM main.sqlite_schema AS m
  JOIN pragma_index_list(m.name, 'main') AS l
  JOIN pragma_index_xinfo(l.name, 'main') AS x
 WHERE m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL%' AND x.key = 1
   AND m.name NOT LIKE 'segue\_%' ESCAPE '\' AND m.name NOT LIKE 'sqlite\_%' ESCAPE '\'
 ORDER BY l.name, x.seqno
)sql";

// SQLite numbers foreign keys from the last one in the text; `to` is NULL for the parent's key.
const std::string_view foreign_keys_query = R"sql(
SELECT m.name AS relation, f.id AS id, f."table" AS parent, f."from" AS child_column,
       f."to" AS parent_column
  FROM main.sqlite_schema AS m
  JOIN pragma_foreign_key_list(m.name, 'main') AS f
 WHERE m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL%'
   AND m.name NOT LIKE 'segue\_%' ESCAPE '\' AND m.name NOT LIKE 'sqlite\_%' ESCAPE '\'
 ORDER BY m.name, f.id DESC, f.seq
)sql";

const std::string_view triggers_query = R"sql(
SELECT t.name AS name, t.tbl_name AS relation, t.sql AS sql
  FROM main.sqlite_schema AS t
 WHERE t.type = 'trigger'
 ORDER BY t.name
)sql";

const std::string_view has_statistics_query = R"sql(
SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name = 'sqlite_stat1'
)sql";

const std::string_view statistics_query = R"sql(
SELECT tbl AS relation, max(CAST(stat AS INTEGER)) AS estimated_rows
  FROM main.sqlite_stat1
 GROUP BY tbl
)sql";

// The least and the greatest rowid stand at the ends of the b-tree. Keys far apart give more rows
// than there are; then a path is taken that needs no forecast.
std::string rowid_span_query(const std::string& table, const std::string& rowid) {
  using namespace fmt::literals;
  return fmt::format(
      "SELECT CAST(min(1e12, coalesce((SELECT max({rowid}) FROM {table}) * 1.0 - (SELECT "
      "min({rowid}) FROM {table}) + 1, 0)) AS INTEGER) AS estimated_rows",
      "rowid"_a = rowid, "table"_a = Identifier(table).quoted());
}

const std::string_view print_settings_query = R"sql(
SELECT 'user_version' AS name, user_version AS value FROM pragma_user_version
 UNION ALL SELECT 'application_id', application_id FROM pragma_application_id
 UNION ALL SELECT 'page_size', page_size FROM pragma_page_size
 UNION ALL SELECT 'auto_vacuum', auto_vacuum FROM pragma_auto_vacuum
)sql";

// By type, then rowid: VACUUM regroups the rows by type but keeps the order within a type, which is
// the order in which triggers fire.
const std::string_view print_query = R"sql(
SELECT type, name, tbl_name, sql
  FROM main.sqlite_schema
 WHERE sql IS NOT NULL
   AND name NOT LIKE 'segue\_%' ESCAPE '\' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
 ORDER BY type, rowid
)sql";

}  // namespace segue::dialect::sqlite
