#include "engine/execute/patient_look.hpp"

#include <fmt/format.h>

#include <chrono>

#include "engine/catalog/catalog_reader.hpp"
#include "engine/core/protection.hpp"
#include "engine/execute/blockers.hpp"

namespace segue::execute {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

std::string question(const Looker& looker) {
  return looker.dialect.blockers({.schema = looker.settings.schema});
}

[[noreturn]] void give_up(const Looker& looker, const std::vector<Blocker>& holders,
                          milliseconds waited, const Error& error) {
  std::string who;
  for (const Blocker& holder : holders) who += (who.empty() ? ": " : ", ") + in_words(holder);
  throw Error(ErrorKind::lock_timeout,
              fmt::format("for {} ms somebody has locked tables of schema {} against every "
                          "reader{}",
                          waited.count(), looker.settings.schema, who),
              {.sqlstate = error.detail().sqlstate,
               .next = "run the same command again once they have ended"});
}

}  // namespace

Looker looker(const Environment& env) {
  return {.database = env.database,
          .dialect = env.dialect,
          .settings = env.settings,
          .stop = env.stop,
          .tell = [&env](const Waiting& waiting) {
            env.observer.on_waiting(waiting);
            env.check_stop();
          }};
}

std::vector<Blocker> holders_of_schema(const Looker& looker) {
  const std::string query = question(looker);
  if (query.empty()) return {};
  return blockers_from(looker.database.query(query));
}

// The read itself waits for a while at each attempt, so there is no pause between them.
void look_patiently(const Looker& looker, const std::function<void()>& look) {
  const milliseconds limit(looker.settings.lock_wait_ms);
  const Clock::time_point begun = Clock::now();
  for (;;) {
    try {
      look();
      return;
    } catch (const Error& error) {
      const bool is_lock = error.kind() == ErrorKind::lock_timeout && looker.database.is_open();
      // Where no session can be named, the connection has waited by itself.
      if (!is_lock || question(looker).empty()) throw;
      const auto waited = std::chrono::duration_cast<milliseconds>(Clock::now() - begun);
      const std::vector<Blocker> holders = holders_of_schema(looker);
      if (waited >= limit || !protected_by("patient_look")) {
        give_up(looker, holders, waited, error);
      }
      if (looker.stop.stop_requested()) {
        throw Error(ErrorKind::cancelled, "stopped while waiting to read the catalogue");
      }
      if (looker.tell) {
        looker.tell({.what = fmt::format("reading schema {}", looker.settings.schema),
                     .waited = waited,
                     .limit = limit,
                     .blockers = holders});
      }
    }
  }
}

model::Catalog read_catalog_patiently(const Looker& looker) {
  model::Catalog catalog;
  look_patiently(looker,
                 [&] { catalog = catalog::read_catalog(looker.database, looker.settings.schema); });
  return catalog;
}

}  // namespace segue::execute
