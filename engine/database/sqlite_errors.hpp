#pragma once
// The one table from SQLite's result codes to kinds of failure (protocol-sqlite.md 7).
//
//   BUSY, BUSY_RECOVERY, BUSY_TIMEOUT, LOCKED_SHAREDCACHE, PROTOCOL   lock_timeout
//   BUSY_SNAPSHOT, SCHEMA                                             serialization
//   CONSTRAINT_*, MISMATCH, TOOBIG                                    conflict
//   READONLY*, PERM, AUTH                                             privilege
//   READONLY_ROLLBACK, READONLY_RECOVERY                              resource ("recovery pending")
//   FULL, IOERR_*, CANTOPEN*, NOLFS                                   resource
//   CORRUPT*, NOTADB                                                  refused
//   INTERRUPT                                                         cancelled
//   ERROR*                                                            invalid_input
//   LOCKED, MISUSE, RANGE, NOMEM and the rest                         bug
//
// A COMMIT that failed and left no transaction open is in_doubt whatever its code; the adapter
// knows.

#include <string>

#include "segue/error.hpp"

namespace segue::database {

[[nodiscard]] ErrorKind kind_of_sqlite_code(int extended_code);

/// "SQLITE_BUSY_SNAPSHOT"; a code without a name here is its primary code's name and its number.
[[nodiscard]] std::string name_of_sqlite_code(int extended_code);

}  // namespace segue::database
