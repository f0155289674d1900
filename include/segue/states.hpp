#pragma once
// The words in which plans, status and events speak of databases and of progress. Each enumerator's
// name is also its text in JSON and in the journal, so none is ever renamed.

#include <string_view>

namespace segue {

/// Where a step belongs. `expand` adds beside the old shape, `migrate` fills and publishes,
/// `contract` removes the old shape.
enum class Phase { expand, migrate, contract };

/// Where a migration stands. The forms in -ing are states in which a run was interrupted or is at
/// work.
enum class MigrationState {
  pending,
  expanding,
  expanded,
  migrating,
  migrated,
  contracting,
  contracted,
  reversing,
  reversed,
};

enum class StepState { pending, running, failed, done, undone };

[[nodiscard]] constexpr std::string_view to_string(Phase phase) {
  switch (phase) {
    case Phase::expand: return "expand";
    case Phase::migrate: return "migrate";
    case Phase::contract: return "contract";
  }
  return "";
}

[[nodiscard]] constexpr std::string_view to_string(MigrationState state) {
  switch (state) {
    case MigrationState::pending: return "pending";
    case MigrationState::expanding: return "expanding";
    case MigrationState::expanded: return "expanded";
    case MigrationState::migrating: return "migrating";
    case MigrationState::migrated: return "migrated";
    case MigrationState::contracting: return "contracting";
    case MigrationState::contracted: return "contracted";
    case MigrationState::reversing: return "reversing";
    case MigrationState::reversed: return "reversed";
  }
  return "";
}

[[nodiscard]] constexpr std::string_view to_string(StepState state) {
  switch (state) {
    case StepState::pending: return "pending";
    case StepState::running: return "running";
    case StepState::failed: return "failed";
    case StepState::done: return "done";
    case StepState::undone: return "undone";
  }
  return "";
}

/// Which databases there are.
enum class DatabaseKind { postgres, sqlite };

[[nodiscard]] constexpr std::string_view to_string(DatabaseKind kind) {
  switch (kind) {
    case DatabaseKind::postgres: return "postgres";
    case DatabaseKind::sqlite: return "sqlite";
  }
  return "";
}

}  // namespace segue
