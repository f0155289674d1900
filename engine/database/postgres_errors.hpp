#pragma once
// The one table from SQLSTATE to kinds of failure.
//
//   55P03                         lock_timeout   lock_timeout and NOWAIT
//   55006                         lock_timeout   object in use: someone has to let go of it
//   57014                         cancelled      when we asked for it; else resource: a time limit
//                                                or an administrator, state kept, run again
//   40P01                         deadlock
//   40001, 40003, other 40        serialization
//   08, 57P01, 57P02, 57P03,      connection_lost   the server ended the session; on a connection
//   57P05, 25P03, 25P04           that stands: resource (its own connection to somewhere else)
//   28, 42501, 25006              privilege      25006: a write in a read-only session
//   53, 54, 58                    resource       disk, memory, connections, program limits, I/O
//   22, 23, 44                    conflict       data or a constraint forbids it
//   42, 26, 34, 3D, 3F,           invalid_input  the text or the state of an object is wrong:
//   before 0A, 2B, 55, P0                               the first step of a run "fix and run
//   again", after
//                                                it a human must look (formats.md 2)
//   XX001, XX002                  refused        damaged data
//   25P02 and everything else     bug
//
// A connection that ends while COMMIT runs is in_doubt whatever was reported; the adapter knows.

#include <string>
#include <string_view>

#include "segue/error.hpp"

namespace segue::database {

/// `asked` tells whether we have sent a cancel request.
[[nodiscard]] ErrorKind kind_of_sqlstate(std::string_view sqlstate, bool asked = false);

/// The server's text without the severity in front and the line end behind.
[[nodiscard]] std::string plain_message(std::string_view message);

}  // namespace segue::database
