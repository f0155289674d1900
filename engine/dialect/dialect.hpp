#pragma once
// A dialect turns resolved changes into steps and steps into text. It never connects: everything it
// knows of the database is in the catalogue that it is given. One implementation per database.

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "engine/dialect/script.hpp"
#include "engine/model/catalog.hpp"
#include "engine/model/chain.hpp"
#include "engine/model/plan.hpp"
#include "engine/model/settings.hpp"

namespace segue::dialect {

using model::LiveMigration;

/// Key in Plan::found: the migration was published at least once.
inline constexpr const char* published_once = "published_once";
/// Key in Plan::found: an earlier migration was contracted meanwhile, so the base is not what it
/// was when this one began.
inline constexpr const char* base_moved = "base_moved";
/// Key in Plan::found: clients cannot select the version (versions.publish).
inline constexpr const char* unserved = "unserved";

/// A version whose migration is contracted and which is still served, because the base looks like
/// it.
struct RetainedVersion {
  std::string version_schema;
  int ordinal = 0;
  std::vector<std::string> tables = {};  // that it has views of, whatever the settings are now
};

/// What planning sees: the catalogue as it is (or as it will be once earlier pending migrations are
/// expanded), the live chain, and the changes to plan (one; on SQLite possibly several to fuse).
struct PlanInput {
  const model::Catalog& catalog;
  const std::vector<LiveMigration>& live;
  std::vector<model::Change> changes;
  const model::Settings& settings;
  std::vector<RetainedVersion> retained_versions = {};
  /// PostgreSQL: of every migration that the journal knows, whatever became of it.
  std::set<std::string> version_schemas = {};
};

/// What rendering sees: the catalogue as it is now, the chain with the step's own migration at
/// `current`, and version schemas of contracted migrations that still stand.
struct RenderContext {
  const model::Catalog& catalog;
  const std::vector<LiveMigration>& live;
  std::size_t current = 0;
  const model::Settings& settings;
  std::vector<RetainedVersion> retained_versions = {};  // oldest first
  /// For the inverses that a plan shows: what the steps make is taken to be there already.
  bool as_done = false;

  [[nodiscard]] const LiveMigration& migration() const { return live.at(current); }
};

/// Who stands in the way of what: only what is filled is asked about.
struct BlockerQuestion {
  std::vector<std::string> tables = {};          // quoted: sessions that hold any lock on them
  std::vector<std::string> written_tables = {};  // quoted: readers of them are in nobody's way
  std::int64_t backend_pid = 0;                  // sessions that this one waits for
  int age_min_ms = 0;                            // of their transactions
  std::string older_than = {};                   // RFC 3339: sessions whose snapshot is older
  std::string schema = {};  // sessions that keep every reader from one of its relations
};

/// A version as clients select it: "" is the base.
struct ClientVersion {
  std::string name;
  std::string schema;  // PostgreSQL: of its views; the base: of its tables
};

/// A question that preflight asks the database before anything is touched. `sql` returns one row
/// with one number (and optionally an example key); more than `allowed` is a refusal with
/// `message`, in which {count} and {example} are filled, and {journal} with the statements that
/// make the journal's tables.
struct PreflightQuery {
  std::string sql;
  std::int64_t allowed = 0;
  std::string message;
  SourceLocation where;
  bool may_fail = false;  // an error of this query is itself the finding (e.g. `up` raises)
  std::string note = {};  // told as a note of this kind, in the plan and when the run begins
  bool refuses = true;    // false: a note is all
  /// Why somebody accepted what would refuse: it is told as a note and put on record.
  std::string accepted = {};
};

struct TypeChange {
  std::string from;
  std::string to;
  bool is_key = false;  ///< the column alone is the primary key
};

class Dialect {
 public:
  virtual ~Dialect() = default;

  [[nodiscard]] virtual model::DatabaseKind kind() const = 0;

  /// The type's one spelling: as the catalogue prints it ("int8" → "bigint").
  [[nodiscard]] virtual std::string normal_type(const std::string& type) const = 0;

  /// True when changing the type rewrites no row and no index (lint-rules 2.8).
  [[nodiscard]] virtual bool widens_in_place(const TypeChange& change) const = 0;

  /// True when ADD COLUMN with this default writes no row: a constant, or a function that is known
  /// to be stable. Unknown functions are not.
  [[nodiscard]] virtual bool is_constant_default(const std::string& sql) const = 0;

  /// Fills what resolution left open (physical names, presumed classes, derived casts, strategies
  /// and their reasons), orders the steps and notes. Throws Error(refused) with every refusal as a
  /// problem, each naming the object and the remedy.
  [[nodiscard]] virtual model::Plan plan(const PlanInput& input) const = 0;

  /// The catalogue as it will look after expand of `plan`: so that a later pending migration can be
  /// planned on top.
  [[nodiscard]] virtual model::Catalog expanded(const model::Catalog& catalog,
                                                const model::Plan& plan) const = 0;

  /// Questions over rows and sessions, asked read-only.
  [[nodiscard]] virtual std::vector<PreflightQuery> preflight(const PlanInput& input,
                                                              const model::Plan& plan) const = 0;

  /// What preflight and contract build in memory before anything is touched; none where the
  /// database itself knows what depends on what.
  [[nodiscard]] virtual std::optional<DirectBuild> direct_build(
      const model::Plan& plan, const model::Catalog& catalog) const = 0;

  /// Questions to be asked before the journal's first row is written.
  [[nodiscard]] virtual std::vector<PreflightQuery> before_journal(const model::Settings&) const {
    return {};
  }

  /// The text of a step, now.
  [[nodiscard]] virtual Script render(const model::Step& step,
                                      const RenderContext& context) const = 0;

  /// What takes a done (or half done) step back; empty when there is nothing to do. In order.
  [[nodiscard]] virtual std::vector<Script> inverse(const model::Step& step,
                                                    const RenderContext& context) const = 0;

  /// Counts what reversing would lose in the migration's state: rows whose new-side values `down`
  /// cannot give back, once its version was served, and rows that violate what expand loosened.
  /// Each query returns one number; keyed by "table.column" or "table (constraint)".
  [[nodiscard]] virtual std::vector<std::pair<std::string, std::string>> reversal_loss(
      const RenderContext& context) const = 0;

  /// The re-check of every chunk and gate: queries that return a row per deviation (a trigger
  /// disabled or changed, a column gone).
  [[nodiscard]] virtual std::vector<Statement> drift_checks(const RenderContext& context) const = 0;

  /// Drops what still stands of a version that is given up or taken back: refusing views with their
  /// schema (PostgreSQL), views under the version's table names (SQLite). Nothing of the user's,
  /// never CASCADE.
  [[nodiscard]] virtual TransactionScript unpublish(
      const model::Plan& plan, const std::string& version_schema_name) const = 0;

  /// A return to expanded leaves the new side with all its values where it is.
  [[nodiscard]] virtual bool expanded_keeps_values() const = 0;

  /// Functions of ours that clients and triggers call; run once when the journal is installed or
  /// upgraded, in its transaction. Idempotent.
  [[nodiscard]] virtual std::vector<Statement> support() const = 0;

  /// Rows that `on_error: leave` left without a new side. Each query returns one number; keyed by
  /// "table.column".
  [[nodiscard]] virtual std::vector<std::pair<std::string, std::string>> left_rows(
      const RenderContext& context) const = 0;

  /// The query that names who stands in the way, oldest first: session, user, application, state,
  /// since, statement, what it holds up. Empty when the database cannot tell.
  [[nodiscard]] virtual std::string blockers(const BlockerQuestion& question) const = 0;

  /// The query that counts who uses a version right now: (name, number) for those of `versions`
  /// that somebody uses. The first of them is the base. No row for a version whose clients cannot
  /// be seen.
  [[nodiscard]] virtual std::string clients(const std::vector<ClientVersion>& versions) const = 0;

  /// The schema in which clients find a version over the tables of `base`; "" where they find it
  /// under other table names.
  [[nodiscard]] virtual std::string version_schema(const std::string& base,
                                                   const std::string& version) const = 0;

  /// The query for (this database's name, a role whose sessions begin in the schemas $1, $2, or
  /// NULL); "" where sessions have no such setting.
  [[nodiscard]] virtual std::string role_of_version() const = 0;

  /// The query for the names by which the version in the schema $1 reaches its tables; "" where a
  /// version has no schema.
  [[nodiscard]] virtual std::string tables_of_version() const = 0;

  /// What lets one session of a client say `name` for the table `target`; none where its settings
  /// do.
  [[nodiscard]] virtual std::vector<std::string> session_alias(
      const std::string& name, const model::CatalogTable& target) const = 0;

  /// The database itself knows who uses it; else only services that announce themselves are known.
  [[nodiscard]] virtual bool sees_clients() const = 0;

  /// Whoever reads a whole table keeps writers out meanwhile.
  [[nodiscard]] virtual bool readers_stop_writers(const model::Catalog& catalog) const = 0;

  /// Clients of a version that is given up or taken back are refused by what stands in its own
  /// schema, for `retain`. Else a contracted version's names stand until somebody unpublishes them.
  [[nodiscard]] virtual bool refuses_given_up() const = 0;
};

[[nodiscard]] std::unique_ptr<Dialect> make_postgres_dialect();
[[nodiscard]] std::unique_ptr<Dialect> make_sqlite_dialect();

}  // namespace segue::dialect
