#include "engine/journal/lease.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "engine/core/own_names.hpp"
#include "engine/core/protection.hpp"
#include "engine/database/patience.hpp"
#include "engine/database/transaction.hpp"

namespace segue::journal {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// A killed runner's backend notices within client_connection_check_interval (1 s) that nobody
// listens.
constexpr auto orphan_grace = 3000ms;
// SQLite's lock ends with its process. Takers that start together may all be refused once.
constexpr auto collision_grace = 250ms;
constexpr auto poll_interval = 20ms;

std::string of_lease(const char* function) {
  return fmt::format("SELECT pg_catalog.{}({}, {})", function, own_lock_class, lease_lock);
}

const std::string try_exclusive = of_lease("pg_try_advisory_lock");
const std::string release_exclusive = of_lease("pg_advisory_unlock");
const std::string take_shared = of_lease("pg_try_advisory_lock_shared");

[[noreturn]] void held(const Journal& journal) {
  std::string who = "another runner";
  if (journal.installed() > 0) {
    if (const auto lease = journal.lease()) {
      who = fmt::format("{} on {} (process {}, `{}`, since {})", lease->who, lease->host,
                        lease->pid, lease->command, lease->since);
    }
  }
  throw Error(ErrorKind::lock_timeout, fmt::format("the lease is held by {}", who),
              {.next = "wait for it to end and run the same command again"});
}

// Polls `attempt` until it is true; false after the wait.
template <typename Attempt>
bool poll(const LeaseOptions& options, const Journal& journal, std::chrono::milliseconds grace,
          const Attempt& attempt) {
  const auto limit = Clock::now() + std::max(grace, std::chrono::milliseconds(options.wait_ms));
  bool told = false;
  while (!attempt()) {
    if (Clock::now() >= limit) return false;
    if (options.stop.stop_requested()) {
      throw Error(ErrorKind::cancelled, "stopped while waiting for the lease");
    }
    if (!told && options.on_wait && journal.installed() > 0) {
      told = true;
      if (const auto lease = journal.lease()) options.on_wait(*lease);
    }
    std::this_thread::sleep_for(poll_interval);
  }
  return true;
}

// A pooler in transaction mode hands statements of one session to several backends: session locks
// and settings would leak to others (hazard P44).
void refuse_pooler(database::Database& database) {
  constexpr int looks = 3;
  for (int i = 0; i < looks; ++i) {
    const std::int64_t pid = database.query("SELECT pg_catalog.pg_backend_pid()").integer(0, 0);
    if (pid == database.session().backend_pid) continue;
    throw Error(
        ErrorKind::refused,
        "the connection goes through a pooler that changes the server's session between statements",
        {.next = "give a URL that reaches the server directly"});
  }
}

class PostgresLease final : public Lease {
 public:
  PostgresLease(database::Database& database, Journal& journal, const LeaseOptions& options) {
    if (protected_by("pooler_check")) refuse_pooler(database);
    if (protected_by("lease")) {
      if (!poll(options, journal, orphan_grace,
                [&] { return database.query(try_exclusive).boolean(0, 0); })) {
        held(journal);
      }
    }
    journal.install(options.support);
    static_cast<void>(journal.take_over());
    join(database);
    if (protected_by("lease")) database.query(release_exclusive);
  }

  void join(database::Database& database) const override {
    if (!database.query(take_shared).boolean(0, 0)) {
      throw Error(ErrorKind::lock_timeout, "another runner is taking over the lease");
    }
  }
};

// SQLite itself writes its journal there: nothing passes by itself.
[[noreturn]] void refuse_folder(const LeaseOptions& options, const Error& error) {
  throw Error(ErrorKind::privilege,
              fmt::format("{}-segue cannot be made beside the database: {}", options.sqlite_path,
                          error.what()),
              {.sqlstate = error.detail().sqlstate,
               .next = "give this user the right to write in the database's folder"});
}

class SqliteLease final : public Lease {
 public:
  SqliteLease(database::Database& database, Journal& journal, const LeaseOptions& options) {
    const auto attempt = [&] {
      try {
        // Opening reads the file, and a file that is held cannot be read: it belongs to the
        // attempt.
        if (!file_) {
          file_ =
              database::open_sqlite({.url = options.sqlite_path + "-segue", .lock_budget_ms = 0});
        }
        lock_.emplace(*file_, "BEGIN EXCLUSIVE");
        return true;
      } catch (const Error& error) {
        if (error.kind() == ErrorKind::lock_timeout) return false;
        if (error.detail().sqlstate.starts_with("SQLITE_CANTOPEN")) refuse_folder(options, error);
        throw;
      }
    };
    if (protected_by("lease") && !poll(options, journal, collision_grace, attempt)) held(journal);
    const database::Patience patience{std::chrono::milliseconds(options.lock_wait_ms),
                                      options.stop};
    database::with_patience(patience, [&] { journal.install(options.support); });
    database::with_patience(patience, [&] { static_cast<void>(journal.take_over()); });
    static_cast<void>(database);
  }

  void join(database::Database&) const override {}

 private:
  std::unique_ptr<database::Database> file_;
  std::optional<database::Transaction> lock_;
};

}  // namespace

bool is_held(database::Database& database, const std::string& sqlite_path) {
  if (database.kind() == database::Kind::postgres) {
    return database
        .query(
            "SELECT EXISTS (SELECT FROM pg_catalog.pg_locks WHERE locktype = 'advisory' AND "
            "classid = $1 AND objid = $2 AND objsubid = 2 AND granted AND database = "
            "(SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()))",
            {std::int64_t{own_lock_class}, std::int64_t{lease_lock}})
        .boolean(0, 0);
  }
  try {
    const auto file = database::open_sqlite(
        {.url = sqlite_path + "-segue", .read_only = true, .lock_budget_ms = 0});
    static_cast<void>(file->query("SELECT count(*) FROM sqlite_schema"));
    return false;
  } catch (const Error& error) {
    return error.kind() == ErrorKind::lock_timeout;
  }
}

std::unique_ptr<Lease> Lease::take(database::Database& database, Journal& journal,
                                   const LeaseOptions& options) {
  if (database.kind() == database::Kind::postgres) {
    return std::make_unique<PostgresLease>(database, journal, options);
  }
  return std::make_unique<SqliteLease>(database, journal, options);
}

}  // namespace segue::journal
