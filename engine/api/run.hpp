#pragma once
// What apply, contract and reverse share: the connection under the lease, and the report of a run.

#include <filesystem>
#include <functional>
#include <optional>

#include "engine/api/implementation.hpp"

namespace segue::api {

/// Everything that a changing call holds while it runs.
struct Run {
  database::Database& database;
  journal::Journal& journal;
  execute::Runner& runner;
  const execute::Environment& environment;
};

struct RunOptions {
  std::string command;
  Deadline deadline;
  std::stop_token stop;
  Observer* observer = nullptr;
  bool goes_on_with_reversal = false;  ///< a reverse without a name
  bool narrows = false;                ///< of any size, when a widened type is taken back
};

/// Opens a connection, takes the lease, calls `work`, and turns whatever it throws into the
/// result's failure.
void with_lease(Engine::Implementation& engine, const RunOptions& options, RunResult& result,
                const std::function<void(Run&)>& work);

/// Runs `work` and turns whatever it throws into the result's failure.
void reported(RunResult& result, const std::function<void()>& work);

/// What stays to be done, by the journal as it is now.
void fill_remaining(const Situation& situation, RunResult& result);

/// The migration that a reverse without a name meant, when no end of that run is recorded.
[[nodiscard]] std::optional<std::string> open_reversal(const journal::Journal& journal);
/// Another run begins: what such a reverse meant is over.
void close_reversal(Run& run);

/// Drops what still stands of versions that were given up or taken back that long ago.
void drop_given_up(Engine::Implementation& engine, Run& run, RunResult& result,
                   std::int64_t older_than_seconds);
/// The same for `retain`, at the end of a run that has succeeded. PostgreSQL only: on SQLite the
/// next contract drops it.
void drop_retained(Engine::Implementation& engine, Run& run, RunResult& result);
/// Whether there is something to do for it. Reads only.
[[nodiscard]] bool has_retained_too_long(const Engine::Implementation& engine,
                                         const journal::Journal& journal);

/// Throws drift when the file of one of these migrations has another text now than when it was
/// begun. Files of others may be anything: a contract or a reversal has nothing to do with them.
void refuse_changed_files(const Config& config, const std::vector<execute::Unit>& units,
                          const std::vector<std::string>& names);
/// Throws drift when a file that was begun has another text now.
void refuse_changed_files(const Situation& situation);
[[noreturn]] void refuse_changed_file(const std::string& file, const std::string& migration);

}  // namespace segue::api
