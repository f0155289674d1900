#include "engine/api/run.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace segue::api {
namespace {

Observer& silent() {
  static Observer observer;
  return observer;
}

std::vector<std::string> support_texts(const dialect::Dialect& dialect) {
  std::vector<std::string> out;
  for (const dialect::Statement& statement : dialect.support()) out.push_back(statement.sql);
  return out;
}

}  // namespace

void reported(RunResult& result, const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    result.failure =
        Failure{.kind = error.kind(), .message = error.what(), .detail = error.detail()};
    if (result.began) {
      result.failure->left_behind =
          "every step that is listed as done stays; the state is recorded";
    }
  } catch (const std::exception& error) {
    result.failure = Failure{.kind = ErrorKind::bug, .message = error.what()};
  }
}

void with_lease(Engine::Implementation& engine, const RunOptions& options, RunResult& result,
                const std::function<void(Run&)>& work) {
  reported(result, [&] {
    std::optional<Engine::Implementation::Connection> connection;
    try {
      connection.emplace(engine.connect(false, options.stop));
    } catch (const Error& error) {
      reported(result, [&] { throw error; });
      result.failure->at_first_connection = true;
      return;
    }
    database::Database& database = **connection;
    Observer& observer = options.observer == nullptr ? silent() : *options.observer;
    journal::Journal journal(database, author(engine.config, options.command));
    if (journal.installed() == 0) ask_before_journal(database, *engine.dialect, engine.settings);
    const std::unique_ptr<journal::Lease> lease = journal::Lease::take(
        database, journal,
        {.wait_ms = engine.settings.lease_wait_ms,
         .lock_wait_ms = engine.settings.lock_wait_ms,
         .support = support_texts(*engine.dialect),
         .sqlite_path = engine.kind == database::Kind::sqlite ? sqlite_path(engine.config) : "",
         .stop = options.stop,
         .on_wait = [&](const journal::LeaseRow& holder) {
           observer.on_waiting(
               {.what = "lease",
                .limit = std::chrono::milliseconds(engine.settings.lease_wait_ms),
                .blockers = {{.session = fmt::format("process {} on {}", holder.pid, holder.host),
                              .user = holder.who,
                              .since = holder.since}}});
         }});
    model::Settings settings = engine.settings;
    settings.narrows_any_size = options.narrows;
    const execute::Environment environment{.database = database,
                                           .dialect = *engine.dialect,
                                           .journal = journal,
                                           .lease = *lease,
                                           .settings = settings,
                                           .observer = observer,
                                           .stop = options.stop,
                                           .deadline = options.deadline,
                                           .connect = [&] { return database.open_another(); }};
    execute::Runner runner(environment, result);
    Run run{database, journal, runner, environment};
    if (!options.goes_on_with_reversal) close_reversal(run);
    work(run);
  });
}

void fill_remaining(const Situation& situation, RunResult& result) {
  for (const Candidate& candidate : situation.candidates) {
    if (candidate.state == model::MigrationState::contracted ||
        candidate.state == model::MigrationState::migrated) {
      continue;
    }
    result.remaining.push_back({.migration = candidate.migration.name, .state = candidate.state});
  }
}

}  // namespace segue::api
