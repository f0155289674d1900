#include "tests/crash/act.hpp"

#include <catch2/catch.hpp>

namespace segue::test {
namespace {

// The lease of the killed runner is freed when the server has noticed its end.
constexpr auto lease_wait = std::chrono::seconds(10);

void require_done(const RunResult& result) {
  INFO((result.failure ? result.failure->message + "\n" + result.failure->detail.statement : ""));
  REQUIRE(result.ok());
}

void migrate_with_traffic(const CaseDatabase& ours) {
  Engine engine(ours.config());
  require_done(engine.apply());
  ours.traffic("old", ours.old_client());
  ours.traffic("new", ours.new_client(engine));
}

}  // namespace

std::string to_string(Act act) {
  switch (act) {
    case Act::up:
      return "up";
    case Act::contract:
      return "contract";
    case Act::reverse_expanded:
      return "reverse from expanded";
    case Act::reverse_migrated:
      return "reverse from migrated";
    case Act::back_to_expanded:
      return "back to expanded";
    case Act::give_up:
      return "up, given up";
  }
  return "";
}

bool is_reversal(Act act) { return act != Act::up && act != Act::contract; }

std::vector<Act> Stage::acts() const {
  if (case_.refused) return {Act::up};
  if (case_.fails) return {Act::up, Act::give_up};
  return {Act::up,
          Act::contract,
          Act::reverse_expanded,
          Act::reverse_migrated,
          Act::back_to_expanded,
          Act::give_up};
}

Stage::Start Stage::start_of(Act act) {
  switch (act) {
    case Act::up:
    case Act::give_up:
      return Start::fresh;
    case Act::reverse_expanded:
      return Start::expanded;
    case Act::contract:
    case Act::reverse_migrated:
    case Act::back_to_expanded:
      return Start::migrated;
  }
  return Start::fresh;
}

const CaseDatabase& Stage::at(Start start) {
  const auto [found, is_new] = made_.try_emplace(start, case_);
  const CaseDatabase& ours = found->second;
  if (!is_new) return ours;
  if (start == Start::expanded) {
    require_done(Engine(ours.config()).apply({.phases = expand_only, .to = ours.names().front()}));
  }
  if (start == Start::migrated) migrate_with_traffic(ours);
  return ours;
}

std::unique_ptr<TestDatabase> Stage::begin(Act act) { return at(start_of(act)).database().copy(); }

Engine Stage::engine(const TestDatabase& database) {
  Config config = at(Start::fresh).config();
  config.database = database.url();
  config.lease_wait = lease_wait;
  return Engine(config);
}

RunResult Stage::perform(Act act, const TestDatabase& database) {
  const std::string first = at(Start::fresh).names().front();
  switch (act) {
    case Act::up:
    case Act::give_up:
      return engine(database).apply();
    case Act::contract:
      return engine(database).contract({.approved = true});
    case Act::reverse_expanded:
    case Act::reverse_migrated:
      return engine(database).reverse({.name = first, .confirmed = true});
    case Act::back_to_expanded:
      return engine(database).reverse({.to_expanded = true, .confirmed = true});
  }
  return {};
}

RunResult Stage::resume(Act act, const TestDatabase& database) {
  return perform(act == Act::give_up ? Act::reverse_migrated : act, database);
}

}  // namespace segue::test
