#pragma once
// Reads the live catalogue in one snapshot, with the text of engine/dialect, and prints it.
// Read-only. On PostgreSQL it takes ACCESS SHARE on system catalogues and, since the server's own
// pg_get_…def and pg_table_size do, for a moment on the relations: under somebody's ACCESS
// EXCLUSIVE it waits, and throws lock_timeout after two seconds. Uses the given connection's
// transaction (and its lock_timeout) when one is open, else one of its own.

#include <set>
#include <string>

#include "engine/database/database.hpp"
#include "engine/model/catalog.hpp"

namespace segue::catalog {

/// The tables of `schema` (PostgreSQL) or of main (SQLite). Our own objects are left out: tables
/// named segue_… on SQLite; on PostgreSQL columns, triggers, functions and indexes of ours on user
/// tables stay visible, since preflight and drift look at them.
[[nodiscard]] model::Catalog read_catalog(database::Database& database, const std::string& schema);

/// The engine's own catalogue print: every fact that a reversal must restore (protocol-postgres.md
/// 14; SQLite: the fingerprint of protocol-sqlite.md 6), a line `object | fact | value` each, in an
/// order that does not depend on oids. Only `schema` is printed, so version schemas and the schema
/// segue are not; columns come in attribute order. `excluded` (SQLite only): published shadows and
/// the views that replace them, which go unprinted with their indexes and triggers.
[[nodiscard]] std::string print_catalog(database::Database& database, const std::string& schema,
                                        const std::set<std::string>& excluded = {});

}  // namespace segue::catalog
