// Scripts that only look, and standalone statements, over a scripted database.
#include "engine/execute/checks.hpp"

#include "tests/execute/executor.hpp"

using namespace segue;
using namespace segue::execute;
using test::error_of;
using test::Executor;

namespace {

dialect::CompareScript sliced() {
  return {.table = "t",
          .begin = "BEGIN R",
          .first = "0",
          .bound = "BOUND {position} {size}",
          .count = "COUNT {position} {hi}",
          .differences = "SHOW {position} {hi}",
          .proof = "whole"};
}

struct Check : Executor {
  void compare_step(const dialect::CompareScript& script) {
    const Environment env = environment();
    run_compare(env, name, script);
  }
  void wait(const dialect::WaitScript& script) {
    const Environment env = environment();
    run_wait(env, name, script);
  }
  void gate(const dialect::GateScript& script, bool accepted) {
    const Environment env = environment();
    run_gate(env, name, script, accepted);
  }
  void standalone(const dialect::StandaloneScript& script) {
    const Environment env = environment();
    run_standalone(env, name, script);
  }
  void expect_slice(const std::string& from, const std::string& to, const std::string& count) {
    db.expect("BEGIN R");
    db.expect_containing("BOUND " + from + " ").answers({{to}});
    db.expect("COUNT " + from + " " + to).answers({{count}});
  }
  void expect_end(const std::string& from) {
    db.expect("BEGIN R");
    db.expect_containing("BOUND " + from + " ").answers({{std::nullopt}});
    db.expect("ROLLBACK");
  }
};

dialect::StandaloneScript index_build() {
  return {.before = {{.sql = "SET"}},
          .statement = {.sql = "BUILD"},
          .state = {.sql = "STATE"},
          .clean_up = {.sql = "DROP"},
          .after = {{.sql = "RESET"}}};
}

}  // namespace

TEST_CASE("a compare takes slice after slice, each in a snapshot of its own", "[execute]") {
  Check check;
  check.expect_slice("0", "10", "0");
  check.db.expect("COMMIT");
  check.expect_slice("10", "20", "0");
  check.db.expect("COMMIT");
  check.expect_end("20");
  check.compare_step(sliced());
  CHECK(check.db.is_finished());
}

TEST_CASE("a table without a key to slice by is compared whole", "[execute]") {
  Check check;
  dialect::CompareScript script = sliced();
  script.bound = "";
  script.count = "COUNT";
  check.expect_all({"BEGIN R"});
  check.db.expect("COUNT").answers({{"0"}});
  check.db.expect("COMMIT");
  check.compare_step(script);
  CHECK(check.db.is_finished());
}

TEST_CASE("differences of all slices are counted, and the first ten are shown", "[execute]") {
  Check check;
  std::vector<test::ScriptedDatabase::Row> twelve;
  for (int i = 0; i < 12; ++i) twelve.push_back({fmt::format("k{}", i), "old", std::nullopt});
  check.expect_slice("0", "10", "12");
  check.db.expect("SHOW 0 10").answers(twelve);
  check.db.expect("COMMIT");
  check.expect_slice("10", "20", "3");
  check.db.expect("COMMIT");
  check.expect_end("20");
  const Comparison found = compare(check.db, sliced(), {});
  CHECK(check.db.is_finished());
  CHECK(found.differences == 15);
  CHECK(found.proof == "whole");
  REQUIRE(found.first.size() == 10);
  CHECK(found.first[0].key == "k0");
  CHECK(found.first[0].old_value == "old");
  CHECK(found.first[0].new_value.empty());
}

TEST_CASE("a slice that meets a lock is tried again and counts once", "[execute]") {
  Check check;
  check.expect_slice("0", "10", "2");
  check.db.expect("SHOW 0 10").answers({{"k1", "old", "new"}, {"k2", "old", "new"}});
  check.db.expect("COMMIT").fails(ErrorKind::lock_timeout, "SQLITE_BUSY");
  check.db.expect("ROLLBACK");
  check.db.expect("BEGIN R");
  check.db.expect_containing("BOUND 0 ").fails(ErrorKind::lock_timeout, "SQLITE_BUSY");
  check.db.expect("ROLLBACK");
  check.expect_slice("0", "10", "2");
  check.db.expect("SHOW 0 10").answers({{"k1", "old", "new"}, {"k2", "old", "new"}});
  check.db.expect("COMMIT");
  check.expect_end("10");
  const Comparison found = compare(check.db, sliced(), {});
  CHECK(check.db.is_finished());
  CHECK(found.differences == 2);
  CHECK(found.first.size() == 2);
}

TEST_CASE("a compare gives up a lock that does not come", "[execute]") {
  Check check;
  check.db.expect("BEGIN R").fails(ErrorKind::lock_timeout, "SQLITE_BUSY");
  const Error error = error_of(
      [&] { static_cast<void>(compare(check.db, sliced(), {}, std::chrono::milliseconds(-1))); });
  CHECK(error.kind() == ErrorKind::lock_timeout);
  CHECK(check.db.is_finished());
}

TEST_CASE("a compare that found differences fails the step and names the rows", "[execute]") {
  Check check;
  check.expect_slice("0", "10", "1");
  check.db.expect("SHOW 0 10").answers({{"17", "a", "b"}});
  check.db.expect("COMMIT");
  check.expect_end("10");
  const Error error = error_of([&] { check.compare_step(sliced()); });
  CHECK(error.kind() == ErrorKind::check_failed);
  CHECK_THAT(error.what(), Catch::Contains("1 rows differ") && Catch::Contains("17: a against b"));
  CHECK(check.db.is_finished());
}

TEST_CASE("a compare stops between slices", "[execute]") {
  Check check;
  check.stop.request_stop();
  CHECK(error_of([&] { check.compare_step(sliced()); }).kind() == ErrorKind::cancelled);
  CHECK(check.db.statements().empty());
}

TEST_CASE("a wait looks until nobody holds it up", "[execute]") {
  Check check;
  check.expect_all({"MARK"});
  check.db.expect("HOLDERS").answers({{"pid 9"}});
  check.db.expect("HOLDERS").answers({{"pid 9"}});
  check.db.expect("HOLDERS");
  check.wait({.before = {{.sql = "MARK"}}, .holders = "HOLDERS", .waiting_for = "old snapshots"});
  CHECK(check.db.is_finished());
}

TEST_CASE("a value that a wait captured names what it waits for", "[execute]") {
  Check check;
  check.db.expect("MARK").answers({{"77"}});
  check.db.expect("HOLDERS 77");
  check.wait({.before = {{.sql = "MARK", .capture = "xid"}}, .holders = "HOLDERS {xid}"});
  CHECK(check.db.is_finished());
}

TEST_CASE("a wait past its limit ends with who holds it, of the kind asked for", "[execute]") {
  Check check;
  check.db.expect("HOLDERS").answers({{"pid 9", "", "idle in transaction"}});
  const Error error = error_of([&] {
    check.wait({.holders = "HOLDERS",
                .waiting_for = "old snapshots",
                .limit_ms = -1,
                .kind = ErrorKind::resource});
  });
  CHECK(error.kind() == ErrorKind::resource);
  CHECK_THAT(error.what(),
             Catch::Contains("old snapshots") && Catch::Contains("pid 9 idle in transaction"));
}

TEST_CASE("a wait obeys a stop", "[execute]") {
  Check check;
  check.stop.request_stop();
  check.db.expect("HOLDERS").answers({{"pid 9"}});
  CHECK(error_of([&] { check.wait({.holders = "HOLDERS"}); }).kind() == ErrorKind::cancelled);
}

TEST_CASE("a gate refuses as soon as somebody is seen, with all that were seen", "[execute]") {
  Check check;
  check.db.expect("WHO");
  check.db.expect("WHO").answers({{"billing", "pid 8"}, {"shop", "pid 9"}});
  const Error error = error_of([&] {
    check.gate({.offenders = "WHO", .watch_ms = 60'000, .message = "old clients"}, false);
  });
  CHECK(error.kind() == ErrorKind::refused);
  CHECK(std::string(error.what()) == "old clients: billing pid 8; shop pid 9");
  CHECK(check.db.is_finished());
}

TEST_CASE("a gate watches for its time and opens when nobody came", "[execute]") {
  Check check;
  for (int i = 0; i < 2; ++i) check.db.expect("WHO");
  check.gate({.offenders = "WHO", .watch_ms = 10}, false);
  CHECK(check.db.is_finished());
}

TEST_CASE("a gate that was accepted opens in spite of old clients", "[execute]") {
  Check check;
  check.db.expect("WHO").answers({{"billing"}});
  check.gate({.offenders = "WHO"}, true);
  CHECK(check.db.is_finished());
}

TEST_CASE("a standalone statement that is done already is not run", "[execute]") {
  Check check;
  check.db.expect("STATE").answers({{"done"}});
  check.standalone(index_build());
  CHECK(check.db.is_finished());
}

TEST_CASE("a standalone statement runs with its session settings around it", "[execute]") {
  Check check;
  check.db.expect("STATE").answers({{"absent"}});
  check.expect_all({"SET", "BUILD", "RESET"});
  check.db.expect("STATE").answers({{"done"}});
  check.standalone(index_build());
  CHECK(check.db.is_finished());
}

TEST_CASE("what an earlier run left half done is cleaned up before it is run again", "[execute]") {
  Check check;
  check.db.expect("STATE").answers({{"partial"}});
  check.expect_all({"DROP", "SET", "BUILD", "RESET"});
  check.db.expect("STATE").answers({{"done"}});
  check.standalone(index_build());
  CHECK(check.db.is_finished());
}

TEST_CASE("a standalone statement that fails leaves nothing half done", "[execute]") {
  Check check;
  check.db.expect("STATE").answers({{"absent"}});
  check.expect_all({"SET"});
  check.db.expect("BUILD").fails(ErrorKind::conflict, "23505");
  check.expect_all({"RESET"});
  check.db.expect("STATE").answers({{"partial"}});
  check.expect_all({"DROP"});
  CHECK(error_of([&] { check.standalone(index_build()); }).kind() == ErrorKind::conflict);
  CHECK(check.db.is_finished());
}

TEST_CASE("a standalone statement that ran but is not done is no success", "[execute]") {
  Check check;
  check.db.expect("STATE").answers({{"absent"}});
  check.expect_all({"SET", "BUILD", "RESET"});
  check.db.expect("STATE").answers({{"partial"}});
  check.expect_all({"DROP"});
  CHECK(error_of([&] { check.standalone(index_build()); }).kind() == ErrorKind::check_failed);
}

TEST_CASE("a statement of which nobody can tell whether it is done is run and believed",
          "[execute]") {
  Check check;
  check.db.expect("STATE").answers({{"unknown"}});
  check.expect_all({"SET", "BUILD", "RESET"});
  check.standalone(index_build());
  CHECK(check.db.is_finished());
}

TEST_CASE("a standalone statement whose connection is lost asks nothing more", "[execute]") {
  Check check;
  check.db.expect("STATE").answers({{"absent"}});
  check.expect_all({"SET"});
  check.db.expect("BUILD").loses_connection();
  CHECK(error_of([&] { check.standalone(index_build()); }).kind() == ErrorKind::connection_lost);
  CHECK(check.db.is_finished());
}
