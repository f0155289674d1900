#pragma once
// read_catalog on SQLite. Must run in one transaction, which the caller opens.

#include "engine/database/database.hpp"
#include "engine/model/catalog.hpp"

namespace segue::catalog {

[[nodiscard]] model::Catalog read_sqlite_catalog(database::Database& database);

}  // namespace segue::catalog
