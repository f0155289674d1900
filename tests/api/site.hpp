#pragma once
// A database with a folder of migrations, for tests of the library's calls.

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <fstream>
#include <string>

#include "engine/database/database.hpp"
#include "segue/engine.hpp"
#include "tests/support/fault_injector.hpp"
#include "tests/support/test_database.hpp"

namespace segue::test {

/// Migrations are called m1, m2, … in order.
class Site {
 public:
  Site(database::Kind kind, const std::string& setup) : db(kind) {
    std::filesystem::create_directories(db.folder() / "migrations");
    db.run(setup);
    config.database = db.url();
    config.directory = db.folder() / "migrations";
    config.client_grace = std::chrono::milliseconds(0);
    config.lock_wait = std::chrono::seconds(5);
  }

  void add(const std::string& operations) {
    std::ofstream(config.directory / fmt::format("m{}.yaml", ++count_)) << "operations:\n"
                                                                        << operations;
  }
  [[nodiscard]] Engine engine() const { return Engine(config); }

  /// The first value as an application reads it; "NULL" for null, "" for no row.
  [[nodiscard]] std::string value(const std::string& sql) const {
    const auto session = application();
    const database::Result result = session->query(sql);
    if (result.empty()) return "";
    return result.is_null(0, 0) ? "NULL" : result.text(0, 0);
  }
  [[nodiscard]] std::unique_ptr<database::Database> application() const {
    auto session = db.open(database::Options{.application_name = "app"});
    if (db.kind() == database::Kind::postgres) session->query("SET search_path = public");
    return session;
  }
  [[nodiscard]] MigrationState state(const std::string& name) const {
    for (const MigrationStatus& migration : engine().status().migrations) {
      if (migration.name == name) return migration.state;
    }
    throw std::runtime_error("no migration " + name);
  }

  TestDatabase db;
  Config config;

 private:
  int count_ = 0;
};

inline std::string outcome(const RunResult& result) {
  if (result.ok()) return "ok";
  return fmt::format("{}: {}", to_string(result.failure->kind), result.failure->message);
}

/// While it lives, every connection of the engine goes through a FaultInjector of `plan`.
class Watched {
 public:
  explicit Watched(FaultPlan& plan) {
    database::set_opener([&plan](const database::Options& options) {
      auto inner = database::kind_of_url(options.url) == database::Kind::postgres
                       ? database::open_postgres(options)
                       : database::open_sqlite(options);
      return std::make_unique<FaultInjector>(std::move(inner), plan);
    });
  }
  Watched(const Watched&) = delete;
  Watched& operator=(const Watched&) = delete;
  ~Watched() { database::set_opener({}); }
};

/// What a test does at steps, and what it was told.
class Hooks : public Observer {
 public:
  std::function<void(const StepStarted&)> started;
  std::function<void(const Waiting&)> waiting;
  std::vector<std::string> notes;
  std::vector<Waiting> waits;

  void on_step_started(const StepStarted& step) override {
    if (started) started(step);
  }
  void on_waiting(const Waiting& event) override {
    waits.push_back(event);
    if (waiting) waiting(event);
  }
  void on_note(const Note& note) override { notes.push_back(note.text); }
};

}  // namespace segue::test
