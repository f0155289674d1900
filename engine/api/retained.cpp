// What refuses clients of versions that nobody can use any more: it stays for `retain`, so that a
// client that comes too late is told so instead of writing into the base tables.

#include <algorithm>

#include "engine/api/run.hpp"
#include "engine/execute/transaction_step.hpp"

namespace segue {
namespace {

using journal::MigrationRow;
using model::MigrationState;

// Whether something of the version still stands, as far as the journal knows.
bool stands(const MigrationRow& row, bool refuses_given_up,
            const std::map<std::string, journal::EventAge>& events) {
  const bool over = refuses_given_up ? row.state == MigrationState::reversed ||
                                           (row.state == MigrationState::contracted && row.given_up)
                                     : row.state == MigrationState::contracted;
  const auto last = events.find(row.name);
  const bool dropped = last != events.end() && last->second.kind == "unpublished";
  return over && !dropped && !row.version_schema.empty();
}

std::vector<MigrationRow> given_up(const journal::Journal& journal, const dialect::Dialect& dialect,
                                   std::int64_t seconds) {
  const auto events =
      journal.newest_of({"contracted", "given_up", "reversed", "unpublished", "begun"});
  std::vector<MigrationRow> out;
  for (MigrationRow& row : journal.migrations()) {
    if (!stands(row, dialect.refuses_given_up(), events)) continue;
    const auto last = events.find(row.name);
    const bool is_dated = last != events.end() && last->second.kind != "begun";
    const bool is_old =
        seconds == 0 || (is_dated && last->second.seconds >= static_cast<double>(seconds));
    if (is_old) out.push_back(std::move(row));
  }
  return out;
}

}  // namespace

void api::drop_given_up(Engine::Implementation& engine, Run& run, RunResult& result,
                        std::int64_t older_than_seconds) {
  for (const MigrationRow& row : given_up(run.journal, *engine.dialect, older_than_seconds)) {
    const execute::StepName name{row.name, "unpublish"};
    const std::string what = row.schema_name.empty() ? row.version_schema : row.schema_name;
    execute::run_transaction(run.environment, name,
                             engine.dialect->unpublish(model::plan_from_json(row.plan), what),
                             [&](database::Database& database) {
                               run.journal.note(database, row.name, "", "unpublished", what);
                             });
    result.done.push_back({.migration = row.name,
                           .step = "unpublish",
                           .phase = Phase::contract,
                           .state = model::StepState::undone,
                           .summary = "what stood of " + what});
    result.began = true;
  }
}

bool api::has_retained_too_long(const Engine::Implementation& engine,
                                const journal::Journal& journal) {
  if (!engine.dialect->refuses_given_up() || journal.installed() == 0) return false;
  return !given_up(journal, *engine.dialect, engine.settings.retain_seconds).empty();
}

// The run's own work is done by now: a lock that does not come leaves this to the next run.
void api::drop_retained(Engine::Implementation& engine, Run& run, RunResult& result) {
  if (!engine.dialect->refuses_given_up()) return;
  try {
    drop_given_up(engine, run, result, engine.settings.retain_seconds);
  } catch (const Error& error) {
    if (remedy_for(error.kind()) != Remedy::retry || !run.database.is_open()) throw;
    run.environment.observer.on_note(
        {.level = Note::Level::warning,
         .text =
             std::string("what refuses clients of old versions stays for now: ") + error.what()});
  }
}

}  // namespace segue
