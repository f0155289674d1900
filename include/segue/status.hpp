#pragma once
// What Engine::status returns: one consistent look at journal and catalogue. Plain data. Times are
// RFC 3339 in UTC as text, empty when it has not happened.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "segue/blocker.hpp"
#include "segue/states.hpp"

namespace segue {

struct DatabaseStatus {
  DatabaseKind kind = DatabaseKind::postgres;
  std::string url = {};             ///< without password
  std::string name = {};            ///< database name; SQLite: path of the file
  std::string schema = {};          ///< PostgreSQL only
  std::string server_version = {};  ///< "15.14", "3.40.1"
  int journal_format = 0;           ///< 0: no journal yet
};

/// The runner at work.
struct LeaseStatus {
  std::string holder = {};  ///< actor
  std::string host = {};
  std::int64_t pid = 0;  ///< process on that host
  std::int64_t epoch = 0;
  std::string command = {};  ///< "up", "contract", "reverse", …
  std::string acquired_at = {};
  bool alive = true;  ///< false: its session is gone; the next runner takes over
};

struct VersionStatus {
  std::string name = {};
  std::string schema = {};  ///< PostgreSQL: where its views are; SQLite: empty
  bool served = false;
  /// At work right now: sessions in a transaction that uses it, or services that announced it,
  /// whichever is more. nullopt: not known (SQLite: nobody announced anything).
  std::optional<std::int64_t> live_clients = {};
};

struct StepStatus {
  std::string id = {};
  Phase phase = Phase::expand;
  std::string kind = {};
  std::string summary = {};
  StepState state = StepState::pending;
  int attempts = 0;
  std::string started_at = {};
  std::string finished_at = {};
  std::int64_t rows_done = 0;
  std::optional<std::int64_t> rows_total = {};  ///< an estimate
  std::optional<double> rows_per_second = {};
  std::optional<double> eta_seconds = {};
  std::string error = {};  ///< of the last attempt; empty: none
};

struct MigrationStatus {
  std::string name = {};
  MigrationState state = MigrationState::pending;
  std::optional<Phase> phase = {};  ///< of the step that is next or running; none when at rest
  std::string schema = {};          ///< its version's schema (SQLite: its version's name)
  bool reversible = true;
  bool file_missing = false;  ///< in the journal, but no longer in the folder
  bool file_changed = false;  ///< not the file that was begun
  /// "table.column" → rows that `down` could not take back; only those above 0. nullopt: counting
  /// took too long for a look.
  std::map<std::string, std::optional<std::int64_t>> reversal_loss = {};
  /// "table.column" → rows that `on_error: leave` left without a new side; nullopt as above.
  std::map<std::string, std::optional<std::int64_t>> left_rows = {};
  /// "table.column" → class of proof: "whole", "lossy", "weak".
  std::map<std::string, std::string> proof = {};
  std::vector<Blocker> blocked_by = {};
  std::vector<StepStatus> steps = {};  ///< empty while pending
};

struct Status {
  DatabaseStatus database = {};
  std::optional<LeaseStatus> lease = {};
  /// The base, then what is in flight or still served.
  std::vector<VersionStatus> versions = {};
  std::vector<MigrationStatus> migrations = {};  ///< in order of names, pending ones included
};

/// True when `up` would have something to do.
[[nodiscard]] inline bool has_pending(const Status& status) {
  for (const MigrationStatus& migration : status.migrations) {
    switch (migration.state) {
      case MigrationState::pending:
      case MigrationState::expanding:
      case MigrationState::expanded:
      case MigrationState::migrating:
      case MigrationState::reversing: return true;
      case MigrationState::reversed:
        if (!migration.file_missing) return true;
        break;
      case MigrationState::migrated:
      case MigrationState::contracting:
      case MigrationState::contracted: break;
    }
  }
  return false;
}

}  // namespace segue
