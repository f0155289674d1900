#pragma once
// The journal: tables in the target database in which migrations, steps, progress and events are
// kept. One class for both databases; the few differences are in journal_sql.hpp.
//
// Every write method runs in the caller's transaction and must follow fence() in it: the fence is
// an UPDATE that finds its row only while our epoch holds, so a runner presumed dead cannot commit
// after a takeover (hazard P55). Reads run anywhere. Not thread-safe: belongs to its Database.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/database/database.hpp"
#include "engine/journal/rows.hpp"

namespace segue::journal {

/// The format that this engine writes. A newer one in the database is refused.
inline constexpr int format_version = 1;

/// Who writes: goes into lease and events.
struct Author {
  std::string who;
  std::string host;
  std::string command;
  std::int64_t pid = 0;
};

/// A service that announces itself.
struct Client {
  std::string service;
  std::string instance;
  std::string version = {};
};

/// The words of an event.
[[nodiscard]] std::string detail_text(const EventRow& event);
/// Of an event that was noted with them; else empty.
[[nodiscard]] Fingerprints fingerprints_of(const EventRow& event);

class Journal {
 public:
  Journal(database::Database& database, Author author);

  /// The format found, or 0 when there is no journal. Throws refused for a newer one.
  [[nodiscard]] int installed() const;
  /// Creates or upgrades the tables and runs `support`, in one transaction. Only under the lease's
  /// lock.
  void install(const std::vector<std::string>& support);

  [[nodiscard]] std::int64_t epoch() const { return epoch_; }
  /// Raises the epoch in lease and worker and returns it; in one transaction of its own.
  [[nodiscard]] std::int64_t take_over();
  /// First statement of every transaction of ours. Throws lock_timeout when another runner took
  /// over.
  void fence(database::Database& database) const;
  [[nodiscard]] std::optional<LeaseRow> lease() const;

  [[nodiscard]] std::vector<MigrationRow> migrations() const;  // in order of position
  [[nodiscard]] std::vector<StepRow> steps(const std::string& migration) const;
  [[nodiscard]] std::optional<ProgressRow> progress(const std::string& migration,
                                                    const std::string& step) const;
  [[nodiscard]] std::vector<ProgressRow> progress_of(const std::string& migration) const;
  [[nodiscard]] std::vector<EventRow> events(const std::string& migration,
                                             std::int64_t limit) const;
  /// The newest event of one of these kinds.
  [[nodiscard]] std::optional<EventRow> last_event(const std::vector<std::string>& kinds) const;
  /// Per migration the newest event of these kinds and its age, by the database's clock.
  [[nodiscard]] std::map<std::string, EventAge> newest_of(
      const std::vector<std::string>& kinds) const;
  /// Services that have announced themselves within the last ten seconds.
  [[nodiscard]] std::int64_t live_clients() const;

  // What services call (client_calls.cpp). PostgreSQL: through functions, since their roles have no
  // right to the tables. Without a fence, each a transaction of its own.

  /// In order of position; of the fields what a service may know: name, position, fused, state, the
  /// schemas, given_up. SQLite: all. None when there is no journal.
  [[nodiscard]] std::vector<MigrationRow> versions() const;
  void heartbeat(const Client& client) const;
  void forget_client(const Client& client) const;
  /// The functions are those of this engine; false without a journal.
  [[nodiscard]] bool has_client_calls() const;

  // In the caller's transaction, through the connection that holds it.
  void insert(database::Database& database, const MigrationRow& row) const;
  void update(database::Database& database, const MigrationRow& row) const;
  void set_state(database::Database& database, const std::string& migration,
                 model::MigrationState state, const std::string& target) const;
  void save_plan(database::Database& database, const std::string& migration,
                 const std::string& plan) const;
  void step_started(database::Database& database, const std::string& migration,
                    const model::Step& step) const;
  void step_ended(database::Database& database, const std::string& migration,
                  const std::string& step, model::StepState state, const std::string& error) const;
  void forget_steps(database::Database& database, const std::string& migration) const;
  void save_progress(database::Database& database, const ProgressRow& row) const;
  void forget_progress(database::Database& database, const std::string& migration,
                       const std::string& step) const;
  void note(database::Database& database, const std::string& migration, const std::string& step,
            const std::string& kind, const std::string& detail,
            const Fingerprints& catalogue = {}) const;

 private:
  /// The format found; throws refused for one that this engine does not know.
  static int known_format(std::int64_t version);
  [[nodiscard]] std::string sql(std::string_view text) const;

  database::Database* database_;
  Author author_;
  std::int64_t epoch_ = 0;
};

}  // namespace segue::journal
