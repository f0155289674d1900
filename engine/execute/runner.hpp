#pragma once
// Runs plans: phase by phase, step by step, recorded so that a kill at any instant leaves a state
// from which the same call goes on; and takes them back in the same manner.
//
// Invariant: a step's row says done exactly when its work is committed (transactional steps commit
// both together; the others are decided by their postcondition before they are run again). A
// migration's state changes in the transaction of the step that completes the phase.

#include <string>
#include <vector>

#include "engine/execute/environment.hpp"
#include "segue/results.hpp"

namespace segue::execute {

/// A migration of the journal with its plan; on SQLite several fused ones are one unit.
struct Unit {
  std::vector<journal::MigrationRow> rows;  // oldest first
  dialect::LiveMigration live;

  [[nodiscard]] const std::string& name() const { return rows.back().name; }
  [[nodiscard]] model::MigrationState state() const { return live.state; }
  [[nodiscard]] bool has(const std::string& migration) const {
    for (const journal::MigrationRow& row : rows) {
      if (row.name == migration) return true;
    }
    return false;
  }
};

/// Units that have begun and are neither contracted nor reversed, oldest first.
[[nodiscard]] std::vector<Unit> live_units(const journal::Journal& journal);
[[nodiscard]] std::vector<Unit> live_units(const std::vector<journal::MigrationRow>& rows);
/// Versions of contracted migrations that are not given up, oldest first.
[[nodiscard]] std::vector<dialect::RetainedVersion> retained_versions(
    const std::vector<journal::MigrationRow>& rows);

class Runner {
 public:
  Runner(const Environment& environment, RunResult& result) : env_(environment), result_(result) {}

  /// Records the plan, what the catalogue was and why the operator accepted what preflight found
  /// (`reasons` by kind of event), in one transaction; nothing else changes. `rows` need name,
  /// version and hash; the rest is filled.
  void begin(const model::Plan& plan, std::vector<journal::MigrationRow> rows,
             const std::map<std::string, std::string>& reasons);

  /// Runs what is left of a phase. Throws what the failing step threw, recorded.
  void run_phase(const std::string& unit, model::Phase phase);

  /// Contract's gates do not refuse because of clients of the old version; `reason` goes on record.
  void accept_old_clients(std::string reason) { accepted_ = std::move(reason); }

  /// What is written to the journal outside of a step: a transaction of its own under the fence.
  void record(const std::function<void(database::Database&)>& write);

  /// Takes back the newest unit, whole or to expanded. Resumes a reversal that was killed.
  void reverse(const std::string& unit, bool to_expanded);

 private:
  struct Position {
    std::vector<Unit> units;
    std::size_t current = 0;
    model::Catalog catalog;
    std::vector<dialect::LiveMigration> live;
    std::vector<dialect::RetainedVersion> retained;
  };

  enum class Direction { forward, backward };

  /// By the journal; without the catalogue.
  [[nodiscard]] Position find(const std::string& unit) const;
  [[nodiscard]] Position locate(const std::string& unit) const;
  [[nodiscard]] dialect::RenderContext context_of(const Position& position) const;
  void add_soak(Unit& unit);
  /// Steps that are right only while every write of a client reaches both sides.
  [[nodiscard]] static bool relies_on_sync(const model::Step& step);
  void require_nothing_breaks(const Position& position);
  void require_sync(const Position& position);
  void compare_again(const Unit& unit);
  void set_state(const Unit& unit, model::MigrationState state, const std::string& target);
  void run_step(const std::string& unit, const model::Step& step, bool last);
  void undo_step(const std::string& unit, const model::Step& step);
  std::int64_t run_script(const StepName& name, const dialect::Script& script,
                          const Position& position, bool watched,
                          const std::function<void(database::Database&)>& record);
  void record_publish(database::Database& database, const Unit& unit);
  void record_swap(database::Database& database, const Position& position);
  void failed(const StepName& name, const Error& error, Direction direction);
  void unbind(const StepName& name, const model::Step& step, Error& error);
  void prove_reversed(const Position& position);

  const Environment& env_;
  RunResult& result_;
  std::string accepted_;
};

}  // namespace segue::execute
