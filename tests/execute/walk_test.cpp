// A walk over a scripted database: chunks, their progress, what makes them smaller, and how it
// ends.
#include "tests/execute/sweep.hpp"

using namespace segue;
using dialect::Statement;
using test::error_of;
using test::sizes;
using test::Sweep;

TEST_CASE("a chunk is fence, bound, rows, identity, progress, commit: one transaction",
          "[execute]") {
  Sweep walk;
  walk.expect_progress(std::nullopt);
  walk.expect_node("n1");
  walk.expect_chunk("0", "10", 7);
  walk.expect_chunk("10", "20", 3);
  walk.expect_end("20");
  walk.expect_none_left();
  CHECK(walk.run() == 10);
  CHECK(walk.db.is_finished());
}

TEST_CASE("position, mark, identity and rows of a chunk are saved with it", "[execute]") {
  Sweep walk;
  walk.expect_progress(std::nullopt);
  walk.expect_node("n1");
  walk.expect_bound("0", "10", "'ten'");
  walk.db.expect("FILL 0 10").affects(7);
  walk.expect_node("n1");
  walk.db.expect_containing("INSERT INTO segue.progress").fails(ErrorKind::bug, "XX000");
  walk.db.expect("ROLLBACK");
  CHECK(error_of([&] { walk.run(); }).kind() == ErrorKind::bug);
  CHECK(walk.db.is_finished());
}

TEST_CASE("session settings are put on before the first chunk and off after the last",
          "[execute]") {
  Sweep walk;
  walk.script.before = {{.sql = "SET a"}};
  walk.script.after = {{.sql = "RESET a"}};
  walk.db.expect("SET a");
  walk.expect_progress(std::nullopt);
  walk.expect_node("n1");
  walk.expect_end("0");
  walk.expect_none_left();
  walk.db.expect("RESET a");
  walk.run();
  CHECK(walk.db.is_finished());
}

TEST_CASE("COMMITs of a walk wait for readers a moment only, later ones as before", "[execute]") {
  Sweep walk;
  walk.expect_progress(std::nullopt);
  walk.expect_node("n1");
  walk.expect_end("0");
  walk.expect_none_left();
  walk.run();
  REQUIRE(walk.db.commit_budgets().size() == 2);
  CHECK(walk.db.commit_budgets()[0] == 5);
  CHECK_FALSE(walk.db.commit_budgets()[1]);
}

TEST_CASE("a walk that fails puts the session's settings back", "[execute]") {
  Sweep walk;
  walk.script.after = {{.sql = "RESET a"}};
  walk.expect_progress(std::nullopt);
  walk.expect_node("n1");
  walk.expect_bound("0", "10");
  walk.db.expect("FILL 0 10").fails(ErrorKind::conflict, "23505");
  walk.db.expect("ROLLBACK");
  walk.db.expect("RESET a");
  CHECK(error_of([&] { walk.run(); }).kind() == ErrorKind::conflict);
  CHECK(walk.db.is_finished());
}

TEST_CASE("a chunk that meets a lock yields: rolled back, half the size, tried again (P8)",
          "[execute]") {
  const auto [kind, state] =
      GENERATE(table<ErrorKind, std::string>({{ErrorKind::lock_timeout, "55P03"},
                                              {ErrorKind::deadlock, "40P01"},
                                              {ErrorKind::serialization, "40001"}}));
  Sweep walk;
  walk.script.pace.size_first = 100;
  walk.expect_progress(std::nullopt);
  walk.expect_node("n1");
  for (int i = 0; i < 2; ++i) {
    walk.expect_bound("0", "10");
    walk.db.expect("FILL 0 10").fails(kind, state);
    walk.db.expect("ROLLBACK");
  }
  walk.expect_chunk("0", "10", 1);
  walk.expect_end("10");
  walk.expect_none_left();
  walk.run();
  CHECK(walk.db.is_finished());
  const std::vector<std::int64_t> asked = sizes(walk);
  CHECK(asked[0] == 100);
  CHECK(asked[1] == 50);
  CHECK(asked[2] == 25);
}

TEST_CASE("halving stops at the smallest size, and the wait at lock_wait", "[execute]") {
  Sweep walk;
  walk.script.pace.size_first = 4;
  walk.script.pace.size_min = 3;
  walk.settings.lock_wait_ms = 30;
  walk.expect_progress(std::nullopt);
  walk.expect_node("n1");
  for (int i = 0; i < 20; ++i) {
    walk.expect_bound("0", "10");
    walk.db.expect("FILL 0 10").fails(ErrorKind::lock_timeout, "55P03");
    walk.db.expect("ROLLBACK");
  }
  CHECK(error_of([&] { walk.run(); }).kind() == ErrorKind::lock_timeout);
  CHECK(sizes(walk).back() == 3);
  CHECK_FALSE(walk.db.in_transaction());
}

TEST_CASE("a walk that was taken over stops at its first fence", "[execute]") {
  Sweep walk;
  walk.expect_progress(std::nullopt);
  walk.expect_node("n1");
  walk.db.expect("BEGIN W");
  walk.db.expect_containing("UPDATE segue.worker").affects(0);
  walk.db.expect("ROLLBACK");
  CHECK_THAT(error_of([&] { walk.run(); }).what(), Catch::Contains("taken over"));
  CHECK(walk.db.is_finished());
}

TEST_CASE("a range with a row for which up raises is run guarded, that range only", "[execute]") {
  Sweep walk;
  walk.script.chunk_guarded = {{.sql = "GUARDED {position} {hi}"}};
  walk.expect_progress(std::nullopt);
  walk.expect_node("n1");
  walk.expect_bound("0", "10");
  walk.db.expect("FILL 0 10").fails(ErrorKind::conflict, "22P02");
  walk.db.expect("ROLLBACK");
  walk.expect_bound("0", "10");
  walk.db.expect("GUARDED 0 10").affects(9);
  walk.expect_node("n1");
  walk.expect_saved();
  walk.db.expect("COMMIT");
  walk.expect_chunk("10", "20", 10);
  walk.expect_end("20");
  walk.expect_none_left();
  CHECK(walk.run() == 19);
  CHECK(walk.db.is_finished());
}

TEST_CASE("a guarded range that meets a lock yields like any other", "[execute]") {
  Sweep walk;
  walk.script.chunk_guarded = {{.sql = "GUARDED {position} {hi}"}};
  walk.expect_progress(std::nullopt);
  walk.expect_node("n1");
  walk.expect_bound("0", "10");
  walk.db.expect("FILL 0 10").fails(ErrorKind::conflict, "22P02");
  walk.db.expect("ROLLBACK");
  walk.expect_bound("0", "10");
  walk.db.expect("GUARDED 0 10").fails(ErrorKind::lock_timeout, "55P03");
  walk.db.expect("ROLLBACK");
  walk.expect_bound("0", "5");
  walk.db.expect("GUARDED 0 5").affects(4);
  walk.expect_node("n1");
  walk.expect_saved();
  walk.db.expect("COMMIT");
  walk.expect_end("5");
  walk.expect_none_left();
  CHECK(walk.run() == 4);
  CHECK(walk.db.is_finished());
}

TEST_CASE("a sweep that left rows behind is run again, up to the passes allowed (P45)",
          "[execute]") {
  Sweep walk;
  walk.settings.sweep_passes = 2;
  walk.expect_progress(std::nullopt);
  walk.expect_node("n1");
  walk.expect_end("0");
  walk.expect_left("5");
  walk.expect_end("0");
  walk.expect_left("5");
  CHECK(error_of([&] { walk.run(); }).kind() == ErrorKind::check_failed);
  CHECK(walk.db.is_finished());
}

TEST_CASE("where a sweep ends is kept beside its position, until rows were left", "[execute]") {
  Sweep walk;
  walk.settings.sweep_passes = 2;
  walk.expect_progress(Sweep::Found{"10", "end 30", "n1", 10});
  walk.expect_node("n1");
  walk.expect_bound("10", "20", "end 30");
  walk.db.expect("FILL 10 20").affects(10);
  walk.expect_node("n1");
  walk.expect_saved();
  walk.db.expect("COMMIT");
  walk.expect_end("20");
  walk.expect_left("5");
  walk.expect_chunk("0", "40", 5);
  walk.expect_end("40");
  walk.expect_none_left();
  CHECK(walk.run() == 25);
  CHECK(walk.db.is_finished());
  std::vector<std::string> marks;
  for (const std::string& s : walk.db.statements()) {
    if (s.starts_with("BOUND"))
      marks.push_back(s.substr(s.find('<'), s.find('>') - s.find('<') + 1));
  }
  CHECK(marks == std::vector<std::string>{"<end 30>", "<end 30>", "<>", "<>"});
}

TEST_CASE("rows that the residual scan names are written by their keys", "[execute]") {
  Sweep walk;
  walk.script.residual = "LEFT {limit}";
  walk.script.residual_chunk = {{.sql = "ADD {keys}"}};
  walk.expect_progress(std::nullopt);
  walk.expect_node("n1");
  walk.expect_end("0");
  walk.db.expect("LEFT 20000").answers({{"3"}, {"'x'"}});
  walk.expect_begin();
  walk.db.expect("ADD 3, 'x'").affects(2);
  walk.expect_saved();
  walk.db.expect("COMMIT");
  walk.db.expect("LEFT 20000");
  CHECK(walk.run() == 2);
  CHECK(walk.db.is_finished());
}

TEST_CASE("what is left is asked range by range: counts add up, keys are written in their range",
          "[execute]") {
  Sweep walk;
  walk.script.residual = "LEFT {position} {hi}";
  walk.script.residual_pace = dialect::PaceSettings{.size_first = 7};
  const bool by_keys = GENERATE(true, false);
  if (by_keys) walk.script.residual_chunk = {{.sql = "ADD {keys}"}};
  walk.script.leave_failing = true;
  walk.expect_progress(std::nullopt);
  walk.expect_node("n1");
  walk.expect_end("0");
  const auto range = [&](const std::string& from, const std::optional<std::string>& to) {
    walk.db.expect_containing("BOUND " + from + " <> ").answers({{to, "end 40"}});
  };
  const auto left = [&](const std::string& of) { return &walk.db.expect("LEFT " + of); };
  range("0", "20");
  if (by_keys) {
    left("0 20")->answers({{"3"}, {"5"}});
    walk.expect_begin();
    walk.db.expect("ADD 3, 5").affects(2);
    walk.expect_saved();
    walk.db.expect("COMMIT");
    left("0 20");
    range("20", "40");
    left("20 40");
  } else {
    left("0 20")->answers({{"0", "0", std::nullopt}});
    range("20", "40");
    left("20 40")->answers({{"0", "2", "id 17"}});
  }
  range("40", std::nullopt);
  CHECK(walk.run() == (by_keys ? 2 : 0));
  CHECK(walk.told.notes.size() == (by_keys ? 0 : 1));
  CHECK(walk.db.is_finished());
}

TEST_CASE("drift found between chunks stops the walk, its progress recorded (P15)", "[execute]") {
  Sweep walk;
  walk.expect_progress(std::nullopt);
  walk.expect_node("n1");
  walk.expect_chunk("0", "10", 10);
  walk.db.expect("DRIFT").answers({{"trigger disabled"}});
  const Statement drift{
      .sql = "DRIFT",
      .expect = {
          .rule = dialect::Expectation::Rule::no_rows, .kind = ErrorKind::drift, .message = "{0}"}};
  const Error error = error_of([&] { walk.run({drift}); });
  CHECK(error.kind() == ErrorKind::drift);
  CHECK(std::string(error.what()) == "trigger disabled");
  CHECK(walk.db.is_finished());
}

TEST_CASE("rows that cannot be filled end the walk, unless they may be left", "[execute]") {
  Sweep walk;
  walk.script.leave_failing = GENERATE(false, true);
  walk.expect_progress(std::nullopt);
  walk.expect_node("n1");
  walk.expect_end("0");
  walk.db.expect("LEFT").answers({{"0", "2", "id 17"}});
  if (walk.script.leave_failing) {
    CHECK(walk.run() == 0);
    CHECK(walk.told.notes.size() == 1);
  } else {
    const Error error = error_of([&] { walk.run(); });
    CHECK(error.kind() == ErrorKind::check_failed);
    CHECK_THAT(error.what(), Catch::Contains("2 rows") && Catch::Contains("id 17"));
  }
  CHECK(walk.db.is_finished());
}

TEST_CASE("a stop is obeyed between chunks: what is committed stays, the next run goes on",
          "[execute]") {
  Sweep walk;
  walk.expect_progress(std::nullopt);
  walk.expect_node("n1");
  walk.expect_chunk("0", "10", 10);
  walk.stop.request_stop();
  CHECK(error_of([&] { walk.run(); }).kind() == ErrorKind::cancelled);
  CHECK(walk.db.is_finished());
}

TEST_CASE("a chunk that loses its connection is neither retried nor counted", "[execute]") {
  Sweep walk;
  walk.expect_progress(std::nullopt);
  walk.expect_node("n1");
  walk.expect_bound("0", "10");
  walk.db.expect("FILL 0 10").loses_connection();
  CHECK(error_of([&] { walk.run(); }).kind() == ErrorKind::connection_lost);
  CHECK(walk.db.is_finished());
  CHECK(walk.told.progress.empty());
}

TEST_CASE("chunks grow while they are short, and progress is told with rate and rest",
          "[execute]") {
  Sweep walk;
  walk.script.pace.size_first = 100;
  walk.script.pace.size_max = 150;
  walk.script.total = "TOTAL";
  walk.expect_progress(std::nullopt);
  walk.expect_node("n1");
  walk.db.expect("TOTAL").answers({{"1000"}});
  walk.expect_chunk("0", "10", 10);
  walk.expect_chunk("10", "20", 10);
  walk.expect_end("20");
  walk.expect_none_left();
  walk.run();
  CHECK(sizes(walk) == std::vector<std::int64_t>{100, 150, 150});
  REQUIRE_FALSE(walk.told.progress.empty());
  CHECK(walk.told.progress[0].rows_done == 10);
  CHECK(walk.told.progress[0].rows_total == 1000);
  CHECK(walk.told.progress[0].rows_per_second.value_or(0) > 0);
}
