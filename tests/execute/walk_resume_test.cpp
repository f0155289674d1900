// A walk that was cut, or whose table is another one now: where it goes on, and where it begins
// again.
#include "tests/execute/sweep.hpp"

using namespace segue;
using dialect::Statement;
using test::error_of;
using test::Sweep;

TEST_CASE("a walk that was cut goes on at its position and repeats nothing (A1)", "[execute]") {
  Sweep walk;
  walk.expect_progress(Sweep::Found{"40", "", "n1", 40});
  walk.expect_node("n1");
  walk.expect_chunk("40", "50", 10);
  walk.expect_end("50");
  walk.expect_none_left();
  CHECK(walk.run() == 50);
  CHECK(walk.db.is_finished());
}

TEST_CASE("positions of another file node are void: the sweep begins again (P37, P67)",
          "[execute]") {
  Sweep walk;
  walk.script.restart = {{.sql = "EMPTY"}};
  walk.expect_progress(Sweep::Found{"40", "", "n0", 40});
  walk.expect_node("n1");
  walk.expect_begin();
  walk.db.expect("EMPTY");
  walk.db.expect_containing("DELETE FROM segue.progress");
  walk.db.expect("COMMIT");
  walk.expect_chunk("0", "10", 10);
  walk.expect_end("10");
  walk.expect_none_left();
  CHECK(walk.run() == 10);
  CHECK(walk.db.is_finished());
  CHECK(walk.told.notes.size() == 1);
}

TEST_CASE(
    "a table rewritten under the walk: nothing of that chunk stays, the sweep begins again (P37)",
    "[execute]") {
  Sweep walk;
  walk.expect_progress(std::nullopt);
  walk.expect_node("n1");
  walk.expect_chunk("0", "10", 10);
  walk.expect_bound("10", "20");
  walk.db.expect("FILL 10 20").affects(10);
  walk.expect_node("n2");
  walk.db.expect("ROLLBACK");
  walk.expect_node("n2");
  walk.expect_bound("0", "30");
  walk.db.expect("FILL 0 30").affects(20);
  walk.expect_node("n2");
  walk.expect_saved();
  walk.db.expect("COMMIT");
  walk.expect_end("30");
  walk.expect_none_left();
  CHECK(walk.run() == 20);
  CHECK(walk.db.is_finished());
  CHECK(walk.told.notes.size() == 1);
}

TEST_CASE("a table that is rewritten again and again ends the walk", "[execute]") {
  Sweep walk;
  walk.settings.sweep_passes = 2;
  walk.expect_progress(std::nullopt);
  walk.expect_node("n0");
  for (int i = 1; i <= 3; ++i) {
    walk.expect_bound("0", "10");
    walk.db.expect("FILL 0 10").affects(10);
    walk.expect_node(fmt::format("n{}", i));
    walk.db.expect("ROLLBACK");
    if (i < 3) walk.expect_node(fmt::format("n{}", i));
  }
  CHECK(error_of([&] { walk.run(); }).kind() == ErrorKind::drift);
  CHECK(walk.db.is_finished());
}

TEST_CASE("a schema version that moved is looked at, and the position stays", "[execute]") {
  Sweep walk;
  walk.script.identity_is_hint = true;
  walk.script.mark = "MARK {position}";
  walk.expect_progress(Sweep::Found{"40", "'k'", "n0", 40});
  walk.expect_node("n1");
  walk.db.expect("DRIFT");
  walk.db.expect("MARK 40").answers({{"'k'"}});
  walk.expect_chunk("40", "50", 10);
  walk.db.expect("DRIFT");
  walk.expect_end("50");
  walk.expect_none_left();
  CHECK(walk.run({{.sql = "DRIFT"}}) == 50);
  CHECK(walk.db.is_finished());
}

TEST_CASE("another key at the copy's position: emptied and begun again (S13)", "[execute]") {
  Sweep walk;
  walk.script.identity = "";
  walk.script.mark = "MARK {position}";
  walk.script.restart = {{.sql = "EMPTY"}};
  walk.expect_progress(Sweep::Found{"40", "'k'", "", 40});
  walk.db.expect("MARK 40").answers({{"'other'"}});
  walk.expect_begin();
  walk.db.expect("EMPTY");
  walk.db.expect_containing("DELETE FROM segue.progress");
  walk.db.expect("COMMIT");
  walk.expect_end("0");
  walk.expect_none_left();
  CHECK(walk.run() == 0);
  CHECK(walk.db.is_finished());
}

TEST_CASE("a row that is gone from the copy's position is a client's doing: it goes on",
          "[execute]") {
  Sweep walk;
  walk.script.identity = "";
  walk.script.mark = "MARK {position}";
  walk.expect_progress(Sweep::Found{"40", "'k'", "", 40});
  walk.db.expect("MARK 40");
  walk.expect_end("40");
  walk.expect_none_left();
  CHECK(walk.run() == 40);
  CHECK(walk.db.is_finished());
}
