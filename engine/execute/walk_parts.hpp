#pragma once
// Parts of a walk that need nothing of its state.

#include <cstddef>
#include <string>

#include "engine/database/database.hpp"
#include "engine/execute/environment.hpp"

namespace segue::execute {

/// What is told of a walk's progress: rows, rate, time left.
[[nodiscard]] Progress progress_event(const StepName& name, const journal::ProgressRow& row);

/// The first columns of `rows` from `from` on, joined by commas: at most `most` of them and about
/// as many bytes as one statement may reasonably have. `from` moves behind the last one taken.
[[nodiscard]] std::string next_keys(const database::Result& rows, std::size_t& from,
                                    std::size_t most);

/// Throws check_failed: rows are left after all passes.
[[noreturn]] void tell_unfilled(const dialect::WalkScript& script, int passes);

struct FailingRows {
  std::int64_t count = 0;
  std::string example;
};

/// Rows for which `up` raises: a warning where `on_error` leaves them, else throws check_failed.
void tell_failing(const Environment& environment, const StepName& name,
                  const dialect::WalkScript& script, const FailingRows& rows);

}  // namespace segue::execute
