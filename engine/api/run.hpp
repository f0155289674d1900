#pragma once
// What apply, contract and reverse share: the connection under the lease, and the report of a run.

#include <filesystem>
#include <functional>

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
};

/// Opens a connection, takes the lease, calls `work`, and turns whatever it throws into the result's
/// failure.
void with_lease(Engine::Implementation& engine, const RunOptions& options, RunResult& result,
                const std::function<void(Run&)>& work);

/// Runs `work` and turns whatever it throws into the result's failure.
void reported(RunResult& result, const std::function<void()>& work);

/// What stays to be done, by the journal as it is now.
void fill_remaining(const Situation& situation, RunResult& result);

/// Throws drift when a file that was begun has another text now.
void refuse_changed_files(const Situation& situation);

}  // namespace segue::api
