#pragma once
// Reads the live catalogue in one snapshot, with the text of engine/dialect, and prints it.
// Read-only; takes no lock beyond ACCESS SHARE on system catalogues. Uses the given connection's
// transaction when one is open, else one of its own.

#include <string>
#include <vector>

#include "engine/database/database.hpp"
#include "engine/model/catalog.hpp"

namespace segue::catalog {

/// The tables of `schema` (PostgreSQL) or of main (SQLite). Our own objects are left out: tables
/// named segue_… on SQLite; on PostgreSQL columns, triggers, functions and indexes of ours on user
/// tables stay visible, since preflight and drift look at them.
[[nodiscard]] model::Catalog read_catalog(database::Database& database, const std::string& schema);

/// The engine's own catalogue print: every fact that a reversal must restore (protocol-postgres.md
/// 14; SQLite: the fingerprint of protocol-sqlite.md 6), one fact a line, in an order that does not
/// depend on oids. Version schemas and the schema segue are excluded; columns in attribute order.
[[nodiscard]] std::string print_catalog(database::Database& database, const std::string& schema);

/// sha256 of print_catalog.
[[nodiscard]] std::string catalog_fingerprint(database::Database& database,
                                              const std::string& schema);

}  // namespace segue::catalog
