#pragma once
// A plan as people and programs read it: what would be done, statement by statement. Plain data,
// made by Engine::plan; holds no connection and no secret.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "segue/states.hpp"

namespace segue {

/// What a step costs, from the catalogue's sizes.
enum class CostClass {
  constant,    ///< catalogue only
  rows_small,  ///< at most `direct_limit` rows
  scan,        ///< reads the table
  write,       ///< writes every row, in chunks
  index_build,
  wait,  ///< depends on others
};

[[nodiscard]] constexpr std::string_view to_string(CostClass cost) {
  switch (cost) {
    case CostClass::constant: return "constant";
    case CostClass::rows_small: return "rows_small";
    case CostClass::scan: return "scan";
    case CostClass::write: return "write";
    case CostClass::index_build: return "index_build";
    case CostClass::wait: return "wait";
  }
  return "";
}

/// The unit that is run, recorded, resumed and reversed.
struct PlanStep {
  std::string id = {};  ///< stable and unique in its plan: "expand/02-install_sync:users"
  Phase phase = Phase::expand;
  std::string kind = {};     ///< "install_sync", "backfill", "publish", …
  std::string table = {};    ///< logical name; empty when none
  std::string object = {};   ///< index, constraint or column; empty when none
  std::string summary = {};  ///< one line of words
  std::string lock = {};     ///< the strongest lock and for how long
  std::string reason = {};   ///< why this path was chosen; may be empty
  CostClass cost = CostClass::constant;
  std::optional<std::int64_t> rows = {};  ///< estimate of the rows that it reads or writes
  bool transactional = true;
  bool reversible = true;
  std::vector<std::string> sql = {};      ///< in order, without trailing semicolons
  std::vector<std::string> inverse = {};  ///< what reverse runs; empty when nothing is to be undone
};

/// What a person should know before it starts.
struct PlanNote {
  std::string kind = {};  ///< "clients", "reversal", "constraints", "cost", "sqlite"
  std::string text = {};
  std::string table = {};  ///< empty: the whole migration
};

struct MigrationPlan {
  std::string name = {};
  /// SQLite: other migrations done in the same rebuild, oldest first; empty as a rule.
  std::vector<std::string> fused = {};
  std::string file = {};     ///< path of the migration file; empty when only the journal has it
  std::string version = {};  ///< name of the version that it publishes
  std::string hash = {};     ///< of the logical plan
  MigrationState state = MigrationState::pending;
  bool stored = false;  ///< begun before: this is the journal's plan, which is what resumes
  std::vector<PlanStep> steps = {};  ///< in the order of running, all three phases
  std::vector<PlanNote> notes = {};
};

struct PlanView {
  DatabaseKind database = DatabaseKind::postgres;
  std::vector<MigrationPlan> migrations = {};  ///< oldest first; empty: nothing is pending
};

}  // namespace segue
