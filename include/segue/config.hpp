#pragma once
// What an Engine needs to know before its first call. Plain data with the defaults that the command
// has; `settings.hpp` fills it from text, `load_config.hpp` from files and the environment. Copied
// into the Engine, so later changes have no effect on it.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace segue {

/// For which tables a version of PostgreSQL gets views: those whose shape differs, or all.
enum class VersionViews { differing, all };

/// Which of the versions that one run brings are published.
enum class VersionPublish { all, latest, none };

/// What SQLite does with pages that the drain frees.
enum class SecureDelete { off, keep };

/// Limits on input, checked before any parser sees it.
struct FileLimits {
  std::int64_t file_bytes = std::int64_t{4} << 20;
  int nesting = 64;
  std::int64_t statement_bytes = std::int64_t{1} << 20;
};

/// Settings of SQLite only.
struct SqliteConfig {
  /// Oldest SQLite library that opens the file, as SQLITE_VERSION_NUMBER: 3.24 is 3'024'000.
  int clients = 3'024'000;
  std::chrono::milliseconds direct_budget{50};      ///< forecast below which work is done at once
  std::int64_t wal_limit = std::int64_t{64} << 20;  ///< bytes
  SecureDelete secure_delete = SecureDelete::off;
  bool polite_gaps = true;  ///< pauses between chunks even when nobody else is seen
};

struct Config {
  /// `postgresql://…`, `postgres://…`, a libpq keyword string, `sqlite:PATH`, `sqlite://PATH`, or a
  /// path that ends in .db, .sqlite or .sqlite3. May hold a password; it is never shown or logged.
  std::string database = {};
  std::filesystem::path directory = "migrations";  ///< folder of the migration files
  std::string schema = "public";                   ///< PostgreSQL: the one schema of a run
  std::string role = {};                   ///< PostgreSQL: the owner to act as; empty: nobody else
  std::string application_name = "segue";  ///< by which our sessions are seen on the server
  std::string actor = {};  ///< who, for the history; empty: the operating system's user

  std::int64_t direct_limit = 1000;  ///< rows up to which a table is changed at once; 0: never
  std::chrono::milliseconds lock_budget{200};   ///< wait of one attempt at a strong lock
  std::chrono::milliseconds lock_wait{60'000};  ///< wait for locks in all, per step
  std::chrono::milliseconds lease_wait{0};      ///< wait for another runner; 0: give up at once
  std::chrono::milliseconds horizon_limit{600'000};  ///< wait for older snapshots to end
  std::chrono::milliseconds client_grace{10'000};    ///< how long contract looks for old clients
  std::chrono::milliseconds soak{0};  ///< the old version refuses this long before the swap
  std::chrono::seconds retain{std::chrono::hours{7 * 24}};  ///< refusing views stay this long
  std::chrono::milliseconds compare_slice{600'000};  ///< longest read-only transaction of a compare
  int sweep_passes = 5;                              ///< of a backfill, before it gives up
  /// PostgreSQL: why it is fine that subscribers and readers of logical slots see the change, on
  /// record; empty: they refuse it.
  std::string accept_subscribers = {};
  VersionViews version_views = VersionViews::differing;
  VersionPublish version_publish = VersionPublish::all;
  SqliteConfig sqlite = {};
  FileLimits limits = {};

  /// Where each setting that is no default came from, by the setting's name: "flag --lock-budget",
  /// "environment SEGUE_SOAK", "segue.yaml:3", "program". Filled by load_config; only for people.
  std::map<std::string, std::string> origins = {};
};

}  // namespace segue
