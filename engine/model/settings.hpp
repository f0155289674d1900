#pragma once
// The settings that planning and running read, with their defaults (formats.md 2). Times in
// milliseconds unless named otherwise.

#include <cstdint>
#include <string>

namespace segue::model {

enum class VersionViews { differing, all };
enum class VersionPublish { all, latest, none };

struct Settings {
  std::string schema = "public";        // PostgreSQL: the run's schema
  std::int64_t direct_limit = 1000;     // rows; 0: never direct
  bool narrows_any_size = false;        // `reverse --rewrite`: a widened type of any table
  int lock_budget_ms = 200;             // per attempt
  int lock_wait_ms = 60'000;            // in all
  int lease_wait_ms = 0;
  int horizon_limit_ms = 600'000;
  int client_grace_ms = 10'000;
  int soak_ms = 0;
  std::int64_t retain_seconds = 7 * 24 * 3600;
  int sweep_passes = 5;
  std::string role;
  std::string accept_subscribers;       // the reason; empty: nobody accepted them
  VersionViews version_views = VersionViews::differing;
  VersionPublish version_publish = VersionPublish::all;
  int compare_slice_ms = 600'000;
  // SQLite
  int sqlite_clients = 3024000;         // oldest SQLite library that opens the file
  int sqlite_direct_budget_ms = 50;
  std::int64_t sqlite_wal_limit = 64 << 20;  // bytes
  bool sqlite_secure_delete_keep = false;
  bool sqlite_polite_gaps = true;
};

}  // namespace segue::model
