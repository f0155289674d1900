// An Engine without a database, so that every flag and every form of output of the command can be
// tested. The database's URL chooses what happens: `fake:ok`, `fake:refused`, `fake:locked`,
// `fake:lost`, `fake:differ`, `fake:loss`, `fake:slow`, `fake:deaf`. Results tell the options that
// they were called with, in the summary of their first step.

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "segue/engine.hpp"

namespace segue {
namespace {

using namespace std::chrono_literals;

constexpr auto longest_wait = 20s;

RunResult told(std::string call) {
  RunResult result;
  result.done = {{.migration = "0001_a", .step = "expand/01-x", .summary = std::move(call)}};
  result.reached = {{"0001_a", MigrationState::migrated}};
  result.began = true;
  return result;
}

Failure locked() {
  return {.kind = ErrorKind::lock_timeout,
          .message = "The lock on users did not come within 60 s.",
          .detail = {.sqlstate = "55P03",
                     .where = {"migrations/0001_a.yaml", 3, 5},
                     .migration = "0001_a",
                     .step = "expand/01-x"}};
}

Failure refused() {
  return {.kind = ErrorKind::refused,
          .message = "users has a trigger that cannot be kept.",
          .detail = {.where = {"migrations/0001_a.yaml", 3, 5}, .next = "drop the trigger"}};
}

}  // namespace

class Engine::Implementation {
 public:
  explicit Implementation(Config config) : config_(std::move(config)) {}

  [[nodiscard]] const Config& config() const { return config_; }
  [[nodiscard]] bool is(const char* behaviour) const {
    return config_.database == std::string{"fake:"} + behaviour;
  }
  void cancel() { is_cancelled_ = true; }

  void look() const {
    if (is("lost")) throw Error(ErrorKind::connection_lost, "The server cannot be reached.");
    if (is("slow")) wait({}, true);
  }

  RunResult run(const std::string& call, Observer* observer, const std::stop_token& stop) const {
    if (observer != nullptr) {
      observer->on_migration({.migration = "0001_a", .state = MigrationState::expanding});
      observer->on_step_finished({.migration = "0001_a", .step = "expand/01-x", .elapsed = 5ms});
    }
    RunResult result = told(call);
    if (is("refused")) return {.failure = refused()};
    if (is("locked")) result.failure = locked();
    if (is("slow") || is("deaf")) result.failure = wait(stop, is("deaf"));
    return result;
  }

 private:
  Failure wait(const std::stop_token& stop, bool is_deaf) const {
    const auto end = std::chrono::steady_clock::now() + longest_wait;
    while (std::chrono::steady_clock::now() < end && !is_cancelled_) {
      if (!is_deaf && stop.stop_requested()) break;
      std::this_thread::sleep_for(5ms);
    }
    if (is("slow") && is_deaf) throw Error(ErrorKind::cancelled, "Looking was cancelled.");
    return {.kind = ErrorKind::cancelled, .message = "Stopped at a safe point."};
  }

  Config config_;
  std::atomic<bool> is_cancelled_{false};
};

Engine::Engine(Config config) {
  if (!config.database.starts_with("fake:")) {
    throw Error(ErrorKind::invalid_input, "No adapter knows " + masked_url(config.database));
  }
  implementation_ = std::make_unique<Implementation>(std::move(config));
}
Engine::Engine(Engine&& other) noexcept = default;
Engine& Engine::operator=(Engine&& other) noexcept = default;
Engine::~Engine() = default;

Status Engine::status() const {
  implementation_->look();
  Status status;
  status.database.url = masked_url(implementation_->config().database);
  status.migrations = {{.name = "0001_a", .state = MigrationState::migrated}};
  if (implementation_->is("ok")) status.migrations.push_back({.name = "0002_b"});
  return status;
}

std::vector<std::string> Engine::pending() const { return {"0002_b"}; }

PlanView Engine::plan(const PlanOptions& options) const {
  if (implementation_->is("refused")) {
    throw Error(ErrorKind::invalid_input, "2 problems in 1 file.",
                {.problems = {{"unknown key \"tabel\"", {"migrations/0002_b.yaml", 2, 5}},
                              {"empty file", {"migrations/0003_c.yaml", 1, 1}}}});
  }
  PlanView plan;
  for (const std::string& name : options.names.empty() ? pending() : options.names) {
    plan.migrations.push_back(
        {.name = name,
         .steps = {{.id = "expand/01-x", .summary = "Something", .sql = {"SELECT 1"}}}});
  }
  return plan;
}

VerifyReport Engine::verify(const VerifyOptions& options) const {
  CheckResult check{.migration = "0001_a", .check = "compare", .subject = "users.age"};
  if (!options.name.empty()) check.migration = options.name;
  if (implementation_->is("differ")) {
    check.ok = false;
    check.differences = 1;
    check.first = {{"7", "1", "2"}};
  }
  return {.checks = {check}};
}

std::vector<HistoryEntry> Engine::history(const HistoryOptions& options) const {
  implementation_->look();
  return {{.id = options.limit, .at = "2024-05-01T12:00:00Z", .actor = "ann", .event = "begin"}};
}

VersionView Engine::version(const std::string& name) const {
  return {
      .version = name.empty() ? "0001_a" : name, .served = true, .search_path = {"public_0001_a"}};
}

SessionSettings Engine::session_settings(const std::string& version) const {
  return {.sql = {fmt::format("SET search_path = \"public_{}\"", version)},
          .environment = {{"PGOPTIONS", "-csearch_path=public_" + version}}};
}

std::string Engine::table_name(const std::string& table, const std::string& version) const {
  return table + "__" + version;
}

Compatibility Engine::compatibility(const VersionRange& range) const {
  return {.version = range.newest};
}

WaitOutcome Engine::wait_for(const std::string&, std::chrono::milliseconds timeout,
                             std::stop_token) const {
  return timeout > 1s ? WaitOutcome::served : WaitOutcome::timed_out;
}

std::vector<SettingOrigin> Engine::config_origins() const {
  return setting_origins(implementation_->config());
}

RunResult Engine::apply(const ApplyOptions& options) {
  return implementation_->run(
      fmt::format("apply {} to={}", options.phases == expand_only ? "expand_only" : "both",
                  options.to),
      options.observer, options.stop);
}

RunResult Engine::apply_to_the_end(const ToTheEndOptions& options) {
  return implementation_->run("apply_to_the_end to=" + options.to, options.observer, options.stop);
}

RunResult Engine::contract(const ContractOptions& options) {
  if (implementation_->is("strangers") && !options.approved) {
    const bool accepted = options.ask && options.ask("no service has announced itself");
    if (!accepted) return {.failure = Failure{.kind = ErrorKind::cancelled, .message = "No."}};
  }
  return implementation_->run(
      fmt::format("contract {} old={} approved={} unpublish={}", options.name,
                  options.accept_old_clients.value_or("-"), options.approved, options.unpublish),
      options.observer, options.stop);
}

RunResult Engine::reverse(const ReverseOptions& options) {
  if (implementation_->is("loss") && !options.confirmed) {
    const bool accepted = options.ask && options.ask({.migrations = {"0002_b", "0001_a"},
                                                      .rows = {{"users.age", 3}},
                                                      .constraints = {"users_email_key"}});
    if (!accepted) {
      return {.failure = Failure{.kind = ErrorKind::cancelled, .message = "Not taken back."}};
    }
  }
  return implementation_->run(
      fmt::format("reverse {} expanded={} rewrite={} confirmed={}", options.name,
                  options.to_expanded, options.rewrite, options.confirmed),
      options.observer, options.stop);
}

class Presence::Implementation {};
Presence::Presence(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}
Presence::Presence(Presence&& other) noexcept = default;
Presence& Presence::operator=(Presence&& other) noexcept = default;
Presence::~Presence() = default;
bool Presence::is_seen() const { return true; }
Presence Engine::announce(const Announcement&) { return Presence{nullptr}; }

void Engine::cancel() noexcept { implementation_->cancel(); }

std::string library_version() { return "0.0.0"; }

}  // namespace segue
