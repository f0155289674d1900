#include "tests/hazards/schedule.hpp"

#include <fmt/format.h>

#include <chrono>
#include <fstream>
#include <thread>

namespace segue::test {
namespace {

using namespace std::chrono_literals;

constexpr auto limit = 10s;
constexpr auto interval = 2ms;

}  // namespace

Stage::Stage(const std::string& setup, database::Kind kind) : database_(kind) {
  std::filesystem::create_directory(database_.folder() / "migrations");
  database_.run(setup);
}

void Stage::add(const std::string& yaml) {
  const auto file = database_.folder() / "migrations" / fmt::format("m{}.yaml", ++migrations_);
  std::ofstream(file) << yaml;
}

Config Stage::config() const {
  Config config{.database = database_.url(), .directory = database_.folder() / "migrations"};
  config.client_grace = 0ms;
  config.direct_limit = 0;  // tables of a few rows stand for large ones
  config.lock_wait = 8s;
  config.horizon_limit = 8s;
  return config;
}

Engine Stage::engine() const { return Engine(config()); }

std::unique_ptr<database::Database> Stage::session() const {
  auto session = database_.open(database::Options{.application_name = "app"});
  if (is_postgres()) session->query("SET search_path = public");
  return session;
}

std::string Stage::of(const std::string& version, const std::string& table) const {
  return is_postgres() ? fmt::format("public_{}.{}", version, table)
                       : engine().table_name(table, version);
}

std::string Stage::journal(const std::string& table) const {
  return (is_postgres() ? "segue." : "segue_") + table;
}

std::string Stage::value(const std::string& sql) const {
  const auto observer = session();
  const database::Result result = observer->query(sql);
  if (result.empty()) return "";
  return result.is_null(0, 0) ? "NULL" : result.text(0, 0);
}

bool Stage::becomes(const std::string& sql, const std::string& wanted) const {
  const auto observer = session();
  const auto until = std::chrono::steady_clock::now() + limit;
  while (std::chrono::steady_clock::now() < until) {
    const database::Result result = observer->query(sql);
    if (!result.empty() && !result.is_null(0, 0) && result.text(0, 0) == wanted) return true;
    std::this_thread::sleep_for(interval);
  }
  return false;
}

bool Stage::engine_is_blocked_by(const database::Database& session) const {
  return becomes(
      fmt::format("SELECT count(*) > 0 FROM pg_stat_activity WHERE application_name LIKE "
                  "'segue%' AND {} = ANY (pg_blocking_pids(pid))",
                  session.session().backend_pid),
      "t");
}

std::function<void(const StepStarted&)> at_start_of(const std::string& kind,
                                                    std::function<void()> action) {
  auto done = std::make_shared<bool>(false);
  return [kind, done, action = std::move(action)](const StepStarted& step) {
    if (step.kind != kind || step.is_inverse || *done) return;
    *done = true;
    action();
  };
}

std::string outcome(const RunResult& result) {
  if (result.ok()) return "ok";
  return fmt::format("{} in {}: {}", to_string(result.failure->kind), result.failure->detail.step,
                     result.failure->message);
}

std::string state_of(database::Database& session, const std::string& sql) {
  try {
    session.query(sql);
    return "";
  } catch (const Error& error) {
    return error.detail().sqlstate;
  }
}

}  // namespace segue::test
