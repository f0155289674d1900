#include "engine/catalog/sqlite_row_counts.hpp"

#include "engine/catalog/rows.hpp"
#include "engine/dialect/sqlite/catalog_queries.hpp"
#include "engine/dialect/sqlite/steps.hpp"
#include "engine/dialect/sqlite/token_cursor.hpp"

namespace segue::catalog {
namespace {

namespace sql = dialect::sqlite;

void read_analyzed(database::Database& database, model::Catalog& catalog) {
  if (database.query(sql::has_statistics_query).empty()) return;
  for_each_row(database.query(sql::statistics_query), [&](const Row& row) {
    if (row.is_absent("estimated_rows")) return;
    for (model::CatalogTable& table : catalog.tables) {
      if (!sql::same_name(table.name, row.text("relation"))) continue;
      table.estimated_rows = row.integer("estimated_rows");
    }
  });
}

}  // namespace

void read_sqlite_row_counts(database::Database& database, model::Catalog& catalog) {
  read_analyzed(database, catalog);
  for (model::CatalogTable& table : catalog.tables) {
    const std::string rowid = table.kind == 'r' ? sql::rowid_name(table) : "";
    if (table.estimated_rows >= 0 || rowid.empty()) continue;
    for_each_row(database.query(sql::rowid_span_query(table.name, rowid)),
                 [&](const Row& row) { table.estimated_rows = row.integer("estimated_rows"); });
  }
}

}  // namespace segue::catalog
