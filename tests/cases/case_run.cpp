// What each case proves, in order: the plan is the golden one; expand and its reversal leave the
// catalogue as it was; old and new clients work beside each other and see what they must; the checks
// find nothing; back to expanded and forward again changes nothing that a client sees; after contract
// catalogue and rows are those of a database built directly, and nothing of ours is left.

#include "tests/cases/case_run.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <sstream>

#include "engine/catalog/catalog_reader.hpp"
#include "segue/engine.hpp"
#include "tests/cases/case_database.hpp"
#include "tests/cases/golden.hpp"
#include "tests/cases/plan_text.hpp"

namespace segue::test {
namespace {

std::string print_of(const TestDatabase& database) {
  const auto connection = database.open();
  return catalog::print_catalog(*connection, "public");
}

std::string lines_in_order(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  std::sort(lines.begin(), lines.end());
  return fmt::format("{}", fmt::join(lines, "\n"));
}

// Only the lines that differ: prints are long.
std::string difference(const std::string& left, const std::string& right) {
  std::set<std::string> a, b;
  std::istringstream left_in(left), right_in(right);
  for (std::string line; std::getline(left_in, line);) a.insert(line);
  for (std::string line; std::getline(right_in, line);) b.insert(line);
  std::string out;
  for (const std::string& line : a) {
    if (!b.contains(line)) out += "- " + line + "\n";
  }
  for (const std::string& line : b) {
    if (!a.contains(line)) out += "+ " + line + "\n";
  }
  return out.empty() ? "(the same lines in another order)" : out;
}

void check_same(const std::string& what, const std::string& expected, const std::string& found) {
  INFO(what << "\n" << difference(expected, found));
  CHECK((expected == found));
}

std::string in_words(const Failure& failure) {
  std::string text = fmt::format("{}: {}", to_string(failure.kind), failure.message);
  for (const Problem& problem : failure.detail.problems) text += "\n  " + problem.message;
  return text + "\n" + failure.detail.step + "\n" + failure.detail.statement;
}

void require_done(const std::string& what, const RunResult& result) {
  INFO(what << (result.failure ? " ended with " + in_words(*result.failure) : ""));
  REQUIRE(result.ok());
}

bool may_follow(const std::string& from, const std::string& to) {
  static const std::map<std::string, std::set<std::string>> next{
      {"", {"begun"}},
      {"begun", {"expanding", "expanded", "reversing"}},
      {"expanding", {"expanded", "reversing"}},
      {"expanded", {"migrating", "reversing"}},
      {"migrating", {"migrated", "reversing"}},
      {"migrated", {"contracting", "reversing"}},
      {"contracting", {"contracted", "reversing"}},
      {"contracted", {}},
      {"reversing", {"reversed", "expanded"}},
      {"reversed", {"begun"}}};
  return next.at(from).contains(to);
}

class CaseRun {
 public:
  CaseRun(const CaseFolder& folder, database::Kind kind)
      : folder_(folder), kind_(kind), database_(kind), engine_(config()) {
    database_.run(text("setup", "sql"));
    before_ = print_of(database_);
  }

  // Up and all the way back with traffic in between: what old clients saw is still there.
  void run_and_reverse() {
    require_done("up", engine_.apply());
    run_traffic(database_, old_client(), text("traffic.old", "sql"));
    run_traffic(database_, new_client(), text("traffic.new", "sql"));
    require_done("reverse", engine_.reverse({.name = names_.front(), .confirmed = true}));
    check_answers("expect_old", old_client());
    if (folder_.restored) {
      check_same("catalogue after traffic and reverse", before_, print_of(database_));
    }
  }

  void run() {
    if (folder_.refused) return ends_with(*folder_.refused, true);
    compare_plan();
    if (folder_.fails) return ends_with(*folder_.fails, false);
    expand_and_back();
    require_done("expand", engine_.apply({.phases = expand_only, .to = names_.front()}));
    require_done("migrate", engine_.apply());
    const Client client = new_client();
    run_traffic(database_, old_client(), text("traffic.old", "sql"));
    run_traffic(database_, client, text("traffic.new", "sql"));
    look("both versions live", client);
    back_to_expanded();
    if (folder_.contract) return check_failure(engine_.contract(), *folder_.contract);
    contract();
    compare_with_direct();
    look_at_history();
  }

 private:
  Config config() {
    const auto directory = database_.folder() / "migrations";
    std::filesystem::create_directory(directory);
    int number = 0;
    for (const auto& file : folder_.migrations()) {
      names_.push_back(fmt::format("m{}", ++number));
      std::filesystem::copy_file(file, directory / (names_.back() + ".yaml"));
    }
    Config config{.database = database_.url(), .directory = directory};
    config.client_grace = std::chrono::milliseconds(0);
    config.horizon_limit = std::chrono::seconds(20);
    config.lock_wait = std::chrono::seconds(10);
    return config;
  }

  std::string text(const std::string& stem, const std::string& suffix) const {
    return folder_.text(stem, suffix, kind_);
  }

  Client old_client() const {
    Client client;
    if (kind_ == database::Kind::postgres) client.settings = {"SET search_path = public"};
    return client;
  }

  // Names are asked once each: every call of the engine is a connection.
  Client new_client() const {
    const std::string newest = engine_.version().version;
    auto known = std::make_shared<std::map<std::string, std::string>>();
    return {.settings = engine_.session_settings(newest).sql,
            .table = [this, newest, known](const std::string& name) {
              const auto [found, is_new] = known->try_emplace(name);
              if (is_new) found->second = engine_.table_name(name, newest);
              return found->second;
            }};
  }

  // The texts of a plan hold the server's own definitions, which differ between versions.
  void compare_plan() const {
    const auto connection = database_.open();
    const std::string plan = golden_text(engine_.plan());
    const bool is_postgres = kind_ == database::Kind::postgres;
    if (is_postgres && connection->session().server_version / 10000 != 15) return;
    check_golden(folder_.path / fmt::format("plan.{}.sql", short_name(kind_)), plan);
  }

  void check_failure(const RunResult& result, const std::string& kind) const {
    REQUIRE(result.failure);
    INFO(in_words(*result.failure));
    CHECK(to_string(result.failure->kind) == kind);
    std::string said = result.failure->message;
    for (const Problem& problem : result.failure->detail.problems) said += "\n" + problem.message;
    CHECK_THAT(said, Catch::Contains(folder_.message));
  }

  void ends_with(const std::string& kind, bool untouched) {
    const RunResult result = engine_.apply();
    check_failure(result, kind);
    if (untouched) CHECK_FALSE(result.began);
    if (!untouched) {
      run_traffic(database_, old_client(), text("traffic.old", "sql"));
      require_done("reverse", engine_.reverse({.confirmed = true}));
    }
    check_same("the catalogue is as before", before_, print_of(database_));
  }

  void expand_and_back() {
    require_done("expand", engine_.apply({.phases = expand_only, .to = names_.front()}));
    require_done("reverse", engine_.reverse({.confirmed = true}));
    check_same("catalogue after expand and reverse", before_, print_of(database_));
  }

  void look(const std::string& when, const Client& client) {
    INFO(when);
    check_answers("expect_old", old_client());
    check_answers("expect_new", client);
    verify();
  }

  void verify() const {
    for (const CheckResult& check : engine_.verify().checks) {
      INFO("verify " << check.migration << " " << check.subject << ": " << check.message);
      for (const Difference& d : check.first) {
        UNSCOPED_INFO(d.key << ": " << d.old_value << " against " << d.new_value);
      }
      CHECK(check.ok);
    }
  }

  void check_answers(const std::string& stem, const Client& client) const {
    const std::string script = text(stem, "sql");
    if (script.empty()) return;
    const auto own = folder_.path / fmt::format("{}.{}.txt", stem, short_name(kind_));
    check_golden(std::filesystem::exists(own) ? own : folder_.path / (stem + ".txt"),
                 answers(database_, client, script));
  }

  // Values that only the new side knows stay where they are, so both sides see what they saw.
  void back_to_expanded() {
    require_done("reverse to expanded", engine_.reverse({.to_expanded = true, .confirmed = true}));
    check_answers("expect_old", old_client());
    require_done("migrate again", engine_.apply());
    look("migrated again", new_client());
  }

  // With several migrations clients of the base go on after each: traffic.1.sql after the first; it takes
  // back what it writes, so that the answers stay.
  void contract() {
    int number = 0;
    for (const std::string& name : names_) {
      require_done("contract " + name, engine_.contract({.name = name}));
      run_traffic(database_, old_client(), text(fmt::format("traffic.{}", ++number), "sql"));
      check_answers("expect_new", new_client());
      verify();
    }
    check_answers("expect_new", old_client());
  }

  void compare_with_direct() {
    const std::string script = text("direct", "sql");
    REQUIRE_FALSE(script.empty());
    const TestDatabase direct(kind_);
    direct.run(text("setup", "sql"));
    run_traffic(direct, old_client(), text("traffic.old", "sql"));
    direct.run(script);
    run_traffic(direct, old_client(), text("traffic.new", "sql"));
    std::string expected = print_of(direct);
    std::string found = print_of(database_);
    if (folder_.sorted) {
      expected = lines_in_order(expected);
      found = lines_in_order(found);
    }
    check_same("catalogue of a direct build (-) and ours (+)", expected, found);
    if (folder_.rows) check_same("rows of a direct build (-) and ours (+)", all_rows(direct),
                                 all_rows(database_));
    if (kind_ == database::Kind::postgres) nothing_left();
  }

  // What the journal needs stays; functions of expressions, sync and inner views must not.
  void nothing_left() const {
    const auto connection = database_.open();
    const database::Result left = connection->query(
        "SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = 'segue'::regnamespace "
        "AND (p.proname ~ '^m[0-9]+_' OR p.proname ~ '^sync_') UNION ALL "
        "SELECT c.oid::regclass::text FROM pg_class c WHERE c.relnamespace = 'segue'::regnamespace "
        "AND c.relkind = 'v'");
    for (const auto& row : left.rows) UNSCOPED_INFO("left over: " << *row.front());
    CHECK(left.empty());
  }

  void look_at_history() const {
    static const std::set<std::string> states{"begun", "expanding", "expanded", "migrating", "migrated",
                                              "contracting", "contracted", "reversing", "reversed"};
    std::map<std::string, std::string> at;
    for (const HistoryEntry& entry : engine_.history()) {
      if (!states.contains(entry.event)) continue;
      INFO(entry.migration << ": " << at[entry.migration] << " → " << entry.event);
      CHECK(may_follow(at[entry.migration], entry.event));
      at[entry.migration] = entry.event;
    }
    for (const std::string& name : names_) CHECK(at[name] == "contracted");
  }

  const CaseFolder& folder_;
  database::Kind kind_;
  TestDatabase database_;
  std::vector<std::string> names_;
  Engine engine_;
  std::string before_;
};

}  // namespace

void run_case(const CaseFolder& folder, database::Kind kind) {
  CaseRun(folder, kind).run();
  if (!folder.refused && !folder.fails) CaseRun(folder, kind).run_and_reverse();
}

}  // namespace segue::test
