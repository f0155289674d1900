#pragma once
// The append-only record of what happened to a database. Plain data.

#include <cstdint>
#include <string>

namespace segue {

struct HistoryEntry {
  std::int64_t id = 0;
  std::string at = {};  ///< RFC 3339, UTC
  std::string actor = {};
  std::string host = {};
  std::string event = {};      ///< "begin", "step_done", "published", "contracted", "reversed", …
  std::string migration = {};  ///< may be empty
  std::string step = {};       ///< may be empty
  std::string detail = {};     ///< in words: why, a reason given, a check's result
  std::string catalogue_before = {};  ///< fingerprints; empty when not taken
  std::string catalogue_after = {};
};

/// Which part of it.
struct HistoryOptions {
  std::string migration = {};  ///< empty: all
  std::int64_t limit = 0;      ///< the newest so many; 0: all
};

}  // namespace segue
