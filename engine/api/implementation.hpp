#pragma once
// What stands behind segue::Engine: configuration, connections, and the way from files and journal
// to plans. Each public call opens its own connections and closes them; nothing leaks into the
// caller.

#include <memory>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "engine/database/database.hpp"
#include "engine/dialect/dialect.hpp"
#include "engine/execute/runner.hpp"
#include "engine/journal/journal.hpp"
#include "engine/model/settings.hpp"
#include "segue/engine.hpp"

namespace segue {

class Engine::Implementation {
 public:
  explicit Implementation(Config config);

  /// Opens a connection and keeps it cancellable while `Connection` lives. A failure of it is told
  /// as at_first_connection by the callers that report.
  class Connection;
  [[nodiscard]] Connection connect(bool read_only, std::stop_token stop = {});

  [[nodiscard]] database::Options options(bool read_only) const;

  void cancel() noexcept;

  Config config;
  model::Settings settings;
  database::Kind kind;
  std::unique_ptr<dialect::Dialect> dialect;

 private:
  friend class Connection;
  std::mutex mutex_;
  std::set<database::Database*> open_;
};

/// A connection that Engine::cancel can reach.
class Engine::Implementation::Connection {
 public:
  Connection(Implementation& owner, std::unique_ptr<database::Database> database);
  Connection(Connection&& other) noexcept;
  Connection& operator=(Connection&&) = delete;
  ~Connection();

  [[nodiscard]] database::Database& operator*() const { return *database_; }
  [[nodiscard]] database::Database* operator->() const { return database_.get(); }

 private:
  Implementation* owner_;
  std::unique_ptr<database::Database> database_;
};

namespace api {

/// A migration file with what the journal knows of it.
struct Candidate {
  model::Migration migration;
  model::MigrationState state = model::MigrationState::pending;
  bool changed = false;  // begun from another text
};

/// The folder against the journal.
struct Situation {
  std::vector<Candidate> candidates;        // in order of names
  std::vector<journal::MigrationRow> rows;  // all of the journal
  std::vector<execute::Unit> units;         // in flight, oldest first
};

/// One plan to be begun: a migration, or several SQLite migrations fused.
struct Planned {
  model::Plan plan;
  std::vector<journal::MigrationRow> rows;
  std::string file;
};

/// Reads the folder. Throws invalid_input with every problem of every file.
[[nodiscard]] std::vector<model::Migration> read_files(const Config& config, database::Kind kind);
/// `must_exist`: a folder that is missing is an error.
[[nodiscard]] Situation look(const Config& config, const journal::Journal& journal,
                             database::Kind kind);
/// Throws invalid_input for a name that neither the folder nor the journal has.
void require_known(const Situation& situation, const std::string& name);
/// SQLite: the name by which a version reaches a table that it has in another shape.
[[nodiscard]] std::string version_table(const std::string& table, const std::string& version);
/// Clients can select the version: from migrated until its successor's swap. Of fused migrations
/// only the newest is published.
[[nodiscard]] bool is_served(const journal::MigrationRow& row,
                             const std::vector<journal::MigrationRow>& rows);
[[nodiscard]] bool is_unfinished(model::MigrationState state);
[[nodiscard]] bool is_pending(model::MigrationState state);

/// The candidates that wait to be applied, up to and including the migration `to`. Borrowed.
[[nodiscard]] std::vector<const Candidate*> pending_up_to(const Situation& situation,
                                                          const std::string& to);
/// Plans the pending candidates against the chain `live` and the catalogue as it is: at most
/// `count` units, up to and including the migration `to`.
[[nodiscard]] std::vector<Planned> plan_pending(
    database::Database& database, const dialect::Dialect& dialect, const model::Settings& settings,
    const Situation& situation, std::vector<model::LiveMigration> live,
    const model::Catalog& catalog, const std::string& to, std::size_t count);
/// Something that preflight found and that refuses nothing; `accepted`: why somebody lets it pass.
struct Found {
  model::PlanNote note;
  std::string accepted;
};
/// Asks preflight's questions. Throws refused with every finding.
[[nodiscard]] std::vector<Found> preflight(database::Database& database,
                                           const dialect::Dialect& dialect,
                                           const dialect::PlanInput& input,
                                           const model::Plan& plan);
/// Those of them that a plan tells, whether or not they would refuse.
[[nodiscard]] std::vector<model::PlanNote> live_notes(database::Database& database,
                                                      const dialect::Dialect& dialect,
                                                      const dialect::PlanInput& input,
                                                      const model::Plan& plan);
/// Throws refused when already the journal's own rows must not be written.
void ask_before_journal(database::Database& database, const dialect::Dialect& dialect,
                        const model::Settings& settings);
[[noreturn]] void throw_problems(ErrorKind kind, std::vector<Problem> problems,
                                 const std::string& migration);

[[nodiscard]] journal::Author author(const Config& config, const std::string& command);

/// Where the SQLite file really is, so that two paths to one file meet at one lock.
[[nodiscard]] std::string sqlite_path(const Config& config);

/// The texts of a script, for people. Statements that are repeated over ranges stand for their
/// first range, which the database is asked for; what only the run itself will know is named
/// `:name`.
[[nodiscard]] std::vector<std::string> texts_of(const dialect::Script& script,
                                                database::Database* database);

}  // namespace api
}  // namespace segue
