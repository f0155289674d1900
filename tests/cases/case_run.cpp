// What each case proves, in order: the plan is the golden one; expand and its reversal leave the
// catalogue as it was; old and new clients work beside each other and see what they must; the
// checks find nothing; back to expanded and forward again changes nothing that a client sees; after
// contract catalogue and rows are those of a database built directly, and nothing of ours is left.

#include "tests/cases/case_run.hpp"

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <set>

#include "segue/engine.hpp"
#include "tests/cases/case_database.hpp"
#include "tests/cases/golden.hpp"
#include "tests/cases/plan_text.hpp"

namespace segue::test {
namespace {

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

// Migrations that go through their phases together: on SQLite one rebuild of one table.
std::vector<std::vector<std::string>> units_of(const PlanView& plan) {
  std::vector<std::vector<std::string>> units;
  for (const MigrationPlan& migration : plan.migrations) {
    units.push_back({migration.name});
    for (const std::string& other : migration.fused) units.back().push_back(other);
    std::sort(units.back().begin(), units.back().end());
  }
  return units;
}

class CaseRun {
 public:
  CaseRun(const Case& each, JournalMode journal)
      : case_(each), journal_(journal), ours_(each, journal), engine_(ours_.config()) {
    before_ = ours_.print();
  }

  // Up and all the way back with traffic in between: what old clients saw is still there.
  void run_and_reverse() {
    require_done("up", engine_.apply());
    ours_.traffic("old", ours_.old_client());
    ours_.traffic("new", ours_.new_client(engine_));
    const ReverseOptions all{.name = ours_.names().front(), .confirmed = true};
    if (case_.reversal) {
      check_failure(engine_.reverse(all), *case_.reversal, "");
      ours_.traffic("repair", ours_.old_client());
    }
    require_done("reverse", engine_.reverse(all));
    if (!case_.reversal) check_answers("expect_old", ours_.old_client());
    if (case_.restored) check_same("catalogue after traffic and reverse", before_, ours_.print());
  }

  void run() {
    if (case_.refused) return ends_with(*case_.refused, true);
    // A later migration that is refused is refused by `plan`, too.
    if (case_.fails != "refused") compare_plan();
    if (case_.fails) return ends_with(*case_.fails, false);
    expand_and_back();
    expand();
    require_done("migrate", engine_.apply());
    const Client client = ours_.new_client(engine_);
    ours_.traffic("old", ours_.old_client());
    ours_.traffic("new", client);
    look("both versions live", client);
    back_to_expanded();
    if (case_.contract) {
      return check_failure(engine_.contract({.approved = true}), *case_.contract, case_.message);
    }
    contract();
    compare_with_direct();
    look_at_history();
  }

 private:
  void compare_plan() {
    const PlanView plan = engine_.plan();
    units_ = units_of(plan);
    if (!ours_.backend().has_golden_plans(ours_.database())) return;
    check_golden(case_.path / fmt::format("plan.{}.sql", short_name(case_.kind)),
                 golden_text(plan));
  }

  static void check_failure(const RunResult& result, const std::string& kind,
                            const std::string& message) {
    REQUIRE(result.failure);
    INFO(in_words(*result.failure));
    CHECK(to_string(result.failure->kind) == kind);
    std::string said = result.failure->message;
    for (const Problem& problem : result.failure->detail.problems) said += "\n" + problem.message;
    CHECK_THAT(said, Catch::Contains(message));
  }

  void ends_with(const std::string& kind, bool untouched) {
    const RunResult result = engine_.apply();
    check_failure(result, kind, case_.message);
    if (untouched) CHECK_FALSE(result.began);
    if (!untouched) {
      ours_.traffic("old", ours_.old_client());
      require_done("reverse", engine_.reverse({.confirmed = true}));
    }
    check_same("the catalogue is as before", before_, ours_.print());
  }

  void expand() {
    require_done("expand", engine_.apply({.phases = expand_only, .to = units_.front().back()}));
  }

  void expand_and_back() {
    expand();
    require_done("reverse", engine_.reverse({.confirmed = true}));
    if (!case_.takes_back_all) return;
    check_same("catalogue after expand and reverse", before_, ours_.print());
  }

  void look(const std::string& when, const Client& client) {
    INFO(when);
    check_answers("expect_old", ours_.old_client());
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
    const std::string script = case_.text(stem, "sql");
    if (script.empty()) return;
    check_golden(case_.file(stem, "txt"), answers(ours_.database(), client, script));
  }

  // Where values that only the new side knows stay, both sides see what they saw. Where they are
  // lost (traffic.again.sql writes them again), nobody loses them unasked.
  void back_to_expanded() {
    const bool loses = !case_.text("traffic.again", "sql").empty();
    if (loses) check_failure(engine_.reverse({.to_expanded = true}), "refused", "would lose");
    require_done("reverse to expanded", engine_.reverse({.to_expanded = true, .confirmed = true}));
    check_answers("expect_old", ours_.old_client());
    require_done("migrate again", engine_.apply());
    if (loses) ours_.traffic("again", ours_.new_client(engine_));
    look("migrated again", ours_.new_client(engine_));
  }

  // With several migrations clients of the base go on after each: traffic.1.sql after the first; it
  // takes back what it writes, so that the answers stay.
  void contract() {
    std::size_t number = 0;
    for (const std::vector<std::string>& unit : units_) {
      require_done("contract " + unit.back(),
                   engine_.contract({.name = unit.back(), .approved = true}));
      number += unit.size();
      ours_.traffic(std::to_string(number), ours_.old_client());
      check_answers("expect_new", ours_.new_client(engine_));
      verify();
    }
    check_answers("expect_new", ours_.old_client());
  }

  void compare_with_direct() {
    REQUIRE_FALSE(case_.text("direct", "sql").empty());
    const auto direct = direct_build(case_, journal_);
    check_same("schema of a direct build (-) and ours (+)", direct->shape(), ours_.shape());
    if (case_.rows) {
      check_same("rows of a direct build (-) and ours (+)", direct->rows(), ours_.rows());
    }
    for (const std::string& object : ours_.backend().left_over(ours_.database())) {
      UNSCOPED_INFO("left over: " << object);
      CHECK(false);
    }
  }

  void look_at_history() const {
    static const std::set<std::string> states{"begun",      "expanding", "expanded",
                                              "migrating",  "migrated",  "contracting",
                                              "contracted", "reversing", "reversed"};
    std::map<std::string, std::string> at;
    for (const HistoryEntry& entry : engine_.history()) {
      if (!states.contains(entry.event)) continue;
      INFO(entry.migration << ": " << at[entry.migration] << " → " << entry.event);
      CHECK(may_follow(at[entry.migration], entry.event));
      at[entry.migration] = entry.event;
    }
    for (const std::string& name : ours_.names()) {
      INFO(name);
      CHECK(at[name] == "contracted");
    }
  }

  const Case& case_;
  JournalMode journal_;
  CaseDatabase ours_;
  Engine engine_;
  std::string before_;
  std::vector<std::vector<std::string>> units_;
};

}  // namespace

void run_case(const Case& each, JournalMode journal) {
  CaseRun(each, journal).run();
  if (!each.refused && !each.fails) CaseRun(each, journal).run_and_reverse();
}

}  // namespace segue::test
