#pragma once
// What the journal keeps, as plain data.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/model/plan.hpp"

namespace segue::journal {

/// One migration of the journal. On SQLite several may share `fused`, the number of their common
/// rebuild; each of them then holds the same plan.
struct MigrationRow {
  std::string name;
  std::int64_t position = 0;  // order in which migrations began
  int ordinal = 0;
  std::int64_t fused = 0;  // 0: alone
  model::MigrationState state = model::MigrationState::pending;
  std::string target;  // "reversed" or "expanded" while a reversal runs
  std::string version_schema;
  std::string schema_name;  // PostgreSQL: schema of its views
  std::string base_schema;
  std::string file_hash;
  std::string plan;              // model::to_json
  bool given_up = false;         // its version is no longer served
  std::string catalogue_before;  // fingerprint
  std::string catalogue_after;
  std::string texts_before;  // SQLite: the fingerprint's lines, for the proof of a reversal
};

struct StepRow {
  std::string migration;
  std::string id;
  model::Phase phase = model::Phase::expand;
  std::string kind;
  model::StepState state = model::StepState::pending;
  int attempts = 0;
  std::string started_at;
  std::string finished_at;
  std::string error;
};

/// Where a walk stands. `position` is the literal that the database itself wrote.
struct ProgressRow {
  std::string migration;
  std::string step;
  std::string position;
  std::string mark;
  std::string identity;  // file node or schema version for which the position holds
  std::int64_t rows = 0;
  std::int64_t total = 0;
  double busy_seconds = 0;  // time spent in chunks, for rate and time left
};

struct EventRow {
  std::int64_t id = 0;
  std::string at;
  std::string migration;
  std::string step;
  std::string kind;
  std::string who;
  std::string host;
  std::string detail;
};

/// Of the catalogue; empty where none was taken.
struct Fingerprints {
  std::string before = {};
  std::string after = {};
};

struct EventAge {
  std::string kind;
  double seconds = 0;
};

struct LeaseRow {
  std::int64_t epoch = 0;
  std::int64_t beat = 0;
  std::string who;
  std::string host;
  std::int64_t pid = 0;
  std::int64_t backend_pid = 0;
  std::string command;
  std::string since;
};

}  // namespace segue::journal
