// What the catalogue is once a migration is over goes on record, beside what it was before.

#include "engine/api/run.hpp"
#include "engine/catalog/catalog_reader.hpp"
#include "engine/core/hash.hpp"

#include <algorithm>

namespace segue {

// The migration is over by now: a lock that does not come leaves only the record out.
void api::note_catalogue(const Engine::Implementation& engine, Run& run,
                         const execute::Unit& unit) {
  try {
    const std::string now =
        sha256_hex(catalog::print_catalog(run.database, engine.settings.schema));
    std::vector<journal::MigrationRow> rows = run.journal.migrations();
    run.runner.record([&](database::Database& database) {
      for (journal::MigrationRow& row : rows) {
        if (!unit.has(row.name)) continue;
        row.catalogue_after = now;
        run.journal.update(database, row);
        run.journal.note(database, row.name, "", "catalogue",
                         "as it is once " + std::string(to_string(row.state)),
                         {.before = row.catalogue_before, .after = now});
      }
    });
  } catch (const Error& error) {
    if (remedy_for(error.kind()) != Remedy::retry || !run.database.is_open()) throw;
    run.environment.observer.on_note(
        {.level = Note::Level::warning,
         .text = std::string("the catalogue's fingerprint is not on record: ") + error.what()});
  }
}

}  // namespace segue
