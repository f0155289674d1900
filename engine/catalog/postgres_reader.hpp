#pragma once
// read_catalog on PostgreSQL. Must run in one transaction, which the caller opens.

#include "engine/database/database.hpp"
#include "engine/model/catalog.hpp"

namespace segue::catalog {

[[nodiscard]] model::Catalog read_postgres_catalog(database::Database& database,
                                                   const std::string& schema);

}  // namespace segue::catalog
