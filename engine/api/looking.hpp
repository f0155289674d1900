#pragma once
// What the calls that only look share: the live chain with the catalogue, and what is known of a
// version only by asking the database now. Internal to engine/api.

#include <chrono>

#include "engine/api/implementation.hpp"
#include "engine/execute/blockers.hpp"

namespace segue::api {

[[nodiscard]] std::vector<model::LiveMigration> live_of(const Situation& situation);

/// Asks the database about migrations in flight. Nothing here fails a look: what cannot be told now
/// stays unknown.
class LiveFacts {
 public:
  LiveFacts(const Engine::Implementation& engine, database::Database& database,
            const Situation& situation);

  /// Fills what status shows of a migration in flight beside the journal; `runner` is the lease's
  /// holder while it works.
  void fill(MigrationStatus& status, const journal::LeaseRow* runner);
  /// Who uses the versions now; entries that nobody can tell stay empty.
  void fill_clients(std::vector<VersionStatus>& versions) const;

 private:
  [[nodiscard]] dialect::RenderContext context(std::size_t unit) const;
  void fill_counts(MigrationStatus& status, std::size_t unit);
  [[nodiscard]] dialect::Script script_at_hand(const model::Step& step, std::size_t unit,
                                               bool is_reversing) const;
  void fill_blockers(MigrationStatus& status, std::size_t unit, const journal::LeaseRow* runner);
  [[nodiscard]] std::optional<std::int64_t> count(const std::string& query);

  const Engine::Implementation& engine_;
  database::Database& database_;
  const Situation& situation_;
  std::vector<model::LiveMigration> live_;
  model::Catalog catalog_;
  bool readable_ = true;  // else somebody keeps every reader from a table of the schema
  std::vector<Blocker> holders_;
  std::chrono::milliseconds left_;  // of the time that counting may take in all
};

/// "table.column" → class of proof, by what the pair's expressions allow.
[[nodiscard]] std::map<std::string, std::string> proofs_of(const model::Plan& plan);

}  // namespace segue::api
