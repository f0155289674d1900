#pragma once
// An executor without a server: a scripted database, a dialect that knows nothing, and an observer
// that keeps what it is told.

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "engine/execute/environment.hpp"
#include "engine/execute/statements.hpp"
#include "tests/database/database_test.hpp"
#include "tests/support/scripted_database.hpp"

namespace segue::test {

/// Only names who blocks; nothing else of a dialect is asked by steps that are given as scripts.
class NoDialect final : public dialect::Dialect {
 public:
  std::string blockers_query;

  [[nodiscard]] model::DatabaseKind kind() const override { return model::DatabaseKind::postgres; }
  [[nodiscard]] std::string normal_type(const std::string& type) const override { return type; }
  [[nodiscard]] bool widens_in_place(const dialect::TypeChange&) const override { return false; }
  [[nodiscard]] bool is_constant_default(const std::string&) const override { return false; }
  [[nodiscard]] model::Plan plan(const dialect::PlanInput&) const override { return {}; }
  [[nodiscard]] model::Catalog expanded(const model::Catalog& catalog,
                                        const model::Plan&) const override {
    return catalog;
  }
  [[nodiscard]] std::vector<dialect::PreflightQuery> preflight(const dialect::PlanInput&,
                                                               const model::Plan&) const override {
    return {};
  }
  [[nodiscard]] std::optional<dialect::DirectBuild> direct_build(
      const model::Plan&, const model::Catalog&) const override {
    return std::nullopt;
  }
  [[nodiscard]] dialect::Script render(const model::Step&,
                                       const dialect::RenderContext&) const override {
    return dialect::TransactionScript{};
  }
  [[nodiscard]] std::vector<dialect::Script> inverse(const model::Step&,
                                                     const dialect::RenderContext&) const override {
    return {};
  }
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> reversal_loss(
      const dialect::RenderContext&) const override {
    return {};
  }
  [[nodiscard]] std::vector<dialect::Statement> drift_checks(
      const dialect::RenderContext&) const override {
    return {};
  }
  [[nodiscard]] std::vector<dialect::Statement> support() const override { return {}; }
  [[nodiscard]] dialect::TransactionScript unpublish(const model::Plan&,
                                                     const std::string&) const override {
    return {};
  }
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> left_rows(
      const dialect::RenderContext&) const override {
    return {};
  }
  [[nodiscard]] std::string clients(const std::vector<dialect::ClientVersion>&) const override {
    return "";
  }
  [[nodiscard]] std::string blockers(const dialect::BlockerQuestion&) const override {
    return blockers_query;
  }
  [[nodiscard]] std::string version_schema(const std::string&, const std::string&) const override {
    return "";
  }
  [[nodiscard]] std::string role_of_version() const override { return ""; }
  [[nodiscard]] std::string tables_of_version() const override { return ""; }
  [[nodiscard]] bool expanded_keeps_values() const override { return true; }
  [[nodiscard]] std::vector<std::string> session_alias(const std::string&,
                                                       const model::CatalogTable&) const override {
    return {};
  }
  [[nodiscard]] bool sees_clients() const override { return true; }
  [[nodiscard]] bool readers_stop_writers(const model::Catalog&) const override { return false; }
  [[nodiscard]] bool refuses_given_up() const override { return true; }
};

class NoLease final : public journal::Lease {
 public:
  mutable int joined = 0;
  void join(database::Database&) const override { ++joined; }
};

struct Told final : Observer {
  std::vector<Progress> progress;
  std::vector<Waiting> waiting;
  std::vector<Retrying> retrying;
  std::vector<Note> notes;

  void on_progress(const Progress& event) override { progress.push_back(event); }
  void on_waiting(const Waiting& event) override { waiting.push_back(event); }
  void on_retrying(const Retrying& event) override { retrying.push_back(event); }
  void on_note(const Note& event) override { notes.push_back(event); }
};

/// Everything that run_transaction, run_walk and the checks borrow.
struct Executor {
  explicit Executor(database::Kind kind = database::Kind::postgres)
      : db(kind), journal(db, {.who = "tester", .host = "here"}) {}

  [[nodiscard]] execute::Environment environment() {
    return {.database = db,
            .dialect = dialect,
            .journal = journal,
            .lease = lease,
            .settings = settings,
            .observer = told,
            .stop = stop.get_token(),
            .deadline = deadline,
            .connect = [this]() -> std::unique_ptr<database::Database> {
              if (others.empty()) throw Error(ErrorKind::connection_lost, "no server");
              std::unique_ptr<database::Database> next = std::move(others.front());
              others.pop_front();
              return next;
            }};
  }
  /// A connection for connect() to hand out; later ones come after it.
  ScriptedDatabase& another() {
    auto next = std::make_unique<ScriptedDatabase>(db.kind());
    ScriptedDatabase& reference = *next;
    others.push_back(std::move(next));
    return reference;
  }

  void expect_fence() {
    if (db.kind() == database::Kind::postgres) {
      db.expect("UPDATE segue.worker SET beat = beat + 1 WHERE slot = 0 AND epoch = $1")
          .with({std::int64_t{0}})
          .affects(1);
    } else {
      db.expect("UPDATE segue_lease SET beat = beat + 1 WHERE epoch = ?1")
          .with({std::int64_t{0}})
          .affects(1);
    }
  }
  void expect_all(const std::vector<std::string>& statements) {
    for (const std::string& statement : statements) db.expect(statement);
  }

  ScriptedDatabase db;
  std::deque<std::unique_ptr<database::Database>> others;
  NoDialect dialect;
  journal::Journal journal;
  NoLease lease;
  model::Settings settings;
  Told told;
  std::stop_source stop;
  std::optional<execute::Clock::time_point> deadline;
  execute::StepName name{"0001_a", "expand/01-x:t"};
};

}  // namespace segue::test
