#pragma once
// Who is in the way, as status and events report it.

#include <string>

namespace segue {

/// Somebody who stands in the way: a session that holds a lock, an old snapshot, a prepared
/// transaction, a client of an old version. Empty fields are unknown.
struct Blocker {
  std::string session = {};  ///< "pid 4711", "prepared transaction 'x'", "reader of old snapshot"
  std::string user = {};
  std::string application = {};
  std::string state = {};      ///< as the server says it: "active", "idle in transaction"
  std::string since = {};      ///< RFC 3339, UTC
  std::string statement = {};  ///< shortened, without bound values
  std::string waits_for = {};  ///< what of ours it holds up: a table, the horizon
};

}  // namespace segue
