#pragma once
// What a test asks of the journal's events.

#include <algorithm>

#include "engine/journal/journal.hpp"

namespace segue::test {

/// How many events of this kind a migration has.
inline std::int64_t event_count(const journal::Journal& journal, const std::string& migration,
                                const std::string& kind) {
  const std::vector<journal::EventRow> events = journal.events(migration, 0);
  return std::count_if(events.begin(), events.end(),
                       [&](const journal::EventRow& event) { return event.kind == kind; });
}

}  // namespace segue::test
