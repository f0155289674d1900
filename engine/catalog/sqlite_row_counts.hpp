#pragma once
// How many rows the tables of a SQLite file have, as far as that can be told without reading them.

#include "engine/database/database.hpp"
#include "engine/model/catalog.hpp"

namespace segue::catalog {

/// Fills estimated_rows: what ANALYZE said, else at most so many as the rowids leave room for.
/// Tables without rowids that were never analyzed stay unknown.
void read_sqlite_row_counts(database::Database& database, model::Catalog& catalog);

}  // namespace segue::catalog
