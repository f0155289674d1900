#pragma once
// Reading a catalogue takes, for a moment, the weakest lock on every table of the schema: whoever
// locks one of them against everybody (ALTER TABLE, VACUUM FULL) makes the reader wait, and only
// that. Such a wait is told, with those who hold, and ends after `lock_wait`.

#include <functional>
#include <stop_token>
#include <vector>

#include "engine/database/database.hpp"
#include "engine/dialect/dialect.hpp"
#include "engine/execute/environment.hpp"
#include "segue/events.hpp"

namespace segue::execute {

struct Looker {
  database::Database& database;
  const dialect::Dialect& dialect;
  const model::Settings& settings;
  std::stop_token stop = {};
  std::function<void(const Waiting&)> tell = {};  // may be empty
};

[[nodiscard]] Looker looker(const Environment& environment);

/// Sessions that keep others from reading the schema's tables at all.
[[nodiscard]] std::vector<Blocker> holders_of_schema(const Looker& looker);

/// `look` reads, outside of any transaction, and is said again while it ends with a lock that did
/// not come. Throws lock_timeout, with the holders, after `lock_wait`, and cancelled on a stop.
void look_patiently(const Looker& looker, const std::function<void()>& look);

/// catalog::read_catalog so.
[[nodiscard]] model::Catalog read_catalog_patiently(const Looker& looker);

}  // namespace segue::execute
