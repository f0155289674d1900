// A service that brings its own schema. Every replica runs this at start-up: one of them does the
// work, the others wait for it, and each tells the engine which version it lives on, so that nobody
// contracts under it. Contract itself never runs from here.
//
//   service DATABASE_URL MIGRATIONS_FOLDER

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <segue/engine.hpp>

namespace {

using namespace std::chrono_literals;

constexpr const char* needed = "0002_greetings_language";

// True when the version is served. A replica that finds another at work is told lock_timeout and
// waits; anything else that goes wrong is for people.
bool bring_schema(segue::Engine& engine) {
  const segue::RunResult result =
      engine.apply({.to = needed, .deadline = std::chrono::steady_clock::now() + 60s});
  for (const segue::StepDone& step : result.done) std::cout << "  " << step.summary << "\n";
  if (result.ok()) return true;
  std::cerr << result.failure->message << "\n" << result.failure->detail.next << "\n";
  return segue::remedy_for(result.failure->kind) == segue::Remedy::retry &&
         engine.wait_for(needed, 60s) == segue::WaitOutcome::served;
}

int run(const char* database, const char* migrations) {
  segue::Config config;
  config.database = database;
  config.directory = migrations;
  config.application_name = "segue-example-service";
  segue::Engine engine{config};

  const segue::Compatibility found = engine.compatibility({.oldest = needed, .newest = needed});
  if (found.version) {
    std::cout << *found.version << " is served already\n";
  } else {
    std::cout << "bringing " << needed << ":\n";
    if (!bring_schema(engine)) return EXIT_FAILURE;
  }

  const segue::Presence presence = engine.announce({.service = "example", .version = needed});
  std::cout << "on each new connection: ";
  for (const std::string& sql : engine.session_settings(needed).sql) std::cout << sql << "; ";
  std::cout << "\nthe table is reached as " << engine.table_name("greetings", needed) << "\n";
  std::cout << "serving; contract " << (presence.is_seen() ? "sees" : "does not see") << " us\n";
  return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: service DATABASE_URL MIGRATIONS_FOLDER\n";
    return EXIT_FAILURE;
  }
  try {
    return run(argv[1], argv[2]);
  } catch (const segue::Error& error) {
    std::cerr << error.what() << "\n";
    return EXIT_FAILURE;
  }
}
