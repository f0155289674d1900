#pragma once
// Functions in the schema segue that refusing views, sync and clients call.

#include <vector>

#include "engine/dialect/script.hpp"

namespace segue::dialect::postgres {

/// Idempotent statements, in order; run in the transaction that installs or upgrades the journal.
[[nodiscard]] std::vector<Statement> support_statements();

/// This database's name, and a role whose search_path in it is set to the schemas $1, $2, or NULL.
inline constexpr const char* role_of_version = R"sql(SELECT d.datname, (
  SELECT min(r.rolname::text) FROM pg_catalog.pg_db_role_setting s
  JOIN pg_catalog.pg_roles r ON r.oid = s.setrole AND r.rolcanlogin
  WHERE s.setdatabase = d.oid AND
        pg_catalog.format('search_path=%I, %I', $1::text, $2::text) = ANY (s.setconfig))
FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())sql";

}  // namespace segue::dialect::postgres
