#pragma once
// The SQL that engine/catalog reads SQLite's schema with (library 3.37 or newer). Read-only; all of
// it belongs into one transaction, so that texts and PRAGMA tables are one snapshot. Only main is
// read: tables of TEMP and of attached databases stay out.

#include <string>
#include <string_view>

namespace segue::dialect::sqlite {

extern const std::string_view begin_catalog_read;

extern const std::string_view settings_query;      // name, value
extern const std::string_view journal_mode_query;  // one value
extern const std::string_view names_query;         // every name in sqlite_schema
extern const std::string_view tables_query;        // tables and views, ours left out
extern const std::string_view columns_query;       // of ordinary tables
extern const std::string_view
    object_columns_query;  // ?1: a view or virtual table, which may be broken
extern const std::string_view indexes_query;
extern const std::string_view index_columns_query;
extern const std::string_view foreign_keys_query;
extern const std::string_view triggers_query;        // with the table or view that each belongs to
extern const std::string_view has_statistics_query;  // one row if ANALYZE was run
extern const std::string_view statistics_query;
/// At most how many rows a table with rowids has; two look-ups, whatever its size.
[[nodiscard]] std::string rowid_span_query(const std::string& table, const std::string& rowid);

extern const std::string_view print_settings_query;  // name, value
/// The fingerprint of protocol-sqlite.md 6.
extern const std::string_view print_query;  // type, name, tbl_name, sql

}  // namespace segue::dialect::sqlite
