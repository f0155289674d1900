#pragma once
// print_catalog per database. Must run in one transaction, which the caller opens.

#include <set>
#include <string>

#include "engine/database/database.hpp"

namespace segue::catalog {

[[nodiscard]] std::string print_postgres_catalog(database::Database& database,
                                                 const std::string& schema);

/// `excluded`: tables and views, with what belongs to them. Names without case.
[[nodiscard]] std::string print_sqlite_catalog(database::Database& database,
                                               const std::set<std::string>& excluded);

/// `text` on one line: line ends and backslashes are escaped, so that equal lines mean equal texts.
[[nodiscard]] std::string on_one_line(std::string_view text);

}  // namespace segue::catalog
