#pragma once
// The SQL that engine/catalog reads PostgreSQL's catalogue with, 14 to 18. Our sessions run with
// search_path = pg_catalog, so the server's own texts (pg_get_…def, format_type) qualify every name
// outside of pg_catalog. $1 is the schema's name. All of it takes ACCESS SHARE on system
// catalogues; pg_table_size and the pg_get_…def functions also take ACCESS SHARE on the relation
// for a moment.
//
// A column of a catalogue that some servers lack is read through to_jsonb(row) ->> 'column', so
// that one text serves all versions.

#include <string_view>
#include <vector>

namespace segue::dialect::postgres {

/// The snapshot of one read; how long it waits for a relation that somebody holds exclusively, and
/// how its queries are planned.
extern const std::string_view begin_catalog_read;
extern const std::string_view limit_catalog_read;

// For read_catalog, one per kind of object, the whole schema at once. `oid` is the table's.
extern const std::string_view settings_query;  // name, value
extern const std::string_view names_query;     // kind (schema, relation, type), name
extern const std::string_view tables_query;
extern const std::string_view columns_query;  // by table and attnum
extern const std::string_view grants_query;   // attnum 0: of the table
extern const std::string_view indexes_query;
extern const std::string_view
    constraints_query;  // of the schema's tables, and foreign keys into it
extern const std::string_view triggers_query;

/// Dependents, all with the columns oid, kind, name (of the object alone), schema, relation,
/// columns, whole_row, definition, owner, options, comment.
[[nodiscard]] std::vector<std::string_view> dependents_queries(int server_version);

/// For print_catalog. The first result column names the object, the others are facts called by
/// their column's name; NULL means absent.
[[nodiscard]] std::vector<std::string_view> print_queries(int server_version);

}  // namespace segue::dialect::postgres
