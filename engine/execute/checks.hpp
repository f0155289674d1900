#pragma once
// Runs the scripts that only look: compare, waits, gates; and standalone statements, which are
// decided by looking.

#include <chrono>
#include <string>
#include <vector>

#include "engine/dialect/script.hpp"
#include "engine/execute/environment.hpp"

namespace segue::execute {

struct Disagreement {
  std::string key;
  std::string old_value;
  std::string new_value;
  bool is_representation = false;  // equal by the type's `=`, but stored otherwise
};

struct Comparison {
  std::int64_t rows = 0;  // looked at
  std::int64_t differences = 0;
  std::int64_t representation = 0;  // rows that differ in representation only, beside those
  std::vector<Disagreement> first;  // at most ten
  std::string proof;

  [[nodiscard]] bool agrees() const { return differences == 0 && representation == 0; }
};

/// Every row, in slices of bounded time, each in its own read-only snapshot. A slice that meets a
/// lock (SQLite's rollback journal shuts readers out beside a writer) is tried again for
/// `lock_wait` at most.
[[nodiscard]] Comparison compare(
    database::Database& database, const dialect::CompareScript& script, const std::stop_token& stop,
    std::chrono::milliseconds lock_wait = std::chrono::milliseconds(60'000));
/// Compare as a step: the number of rows. Throws check_failed with the first differing keys.
std::int64_t run_compare(const Environment& environment, const StepName& name,
                         const dialect::CompareScript& script);
void run_wait(const Environment& environment, const StepName& name,
              const dialect::WaitScript& script);
/// `accepted`: clients of the old version do not refuse it (on record).
void run_gate(const Environment& environment, const StepName& name,
              const dialect::GateScript& script, bool accepted);
/// Decided by the state query: done, not begun, or half done (cleaned up first). Throws
/// check_failed when it ran and is not done afterwards.
void run_standalone(const Environment& environment, const StepName& name,
                    const dialect::StandaloneScript& script);

}  // namespace segue::execute
