#include "engine/report/progress.hpp"

#include <catch2/catch.hpp>
#include <sstream>

using namespace segue;
using namespace std::chrono_literals;
using report::ProgressOptions;
using report::ProgressPrinter;

namespace {

// A clock that the test moves.
struct FakeTime {
  std::chrono::steady_clock::time_point now{};
  [[nodiscard]] ProgressOptions options() {
    return {.now = [this] { return now; }};
  }
};

const Progress half{.migration = "m",
                    .step = "migrate/02-backfill:users",
                    .rows_done = 17500,
                    .rows_total = 35000,
                    .rows_per_second = 2000,
                    .left = 8s};

}  // namespace

TEST_CASE("without a terminal a long step prints a line every ten seconds", "[report]") {
  FakeTime time;
  std::ostringstream out;
  ProgressPrinter printer{out, time.options()};
  printer.on_step_started({.migration = "m", .step = half.step});
  printer.on_progress(half);
  CHECK(out.str().empty());
  time.now += 10s;
  printer.on_progress(half);
  printer.on_progress(half);
  printer.on_step_finished({.step = half.step, .elapsed = 17s, .rows = 35000});
  CHECK(out.str() ==
        "  migrate/02-backfill:users: 17,500 of about 35,000 rows (50 %), 2,000/s, 8.0 s left\n"
        "  done migrate/02-backfill:users, 35,000 rows, 17.0 s\n");
}

TEST_CASE("on a terminal one line is rewritten, cut at its width, and cleared", "[report]") {
  std::ostringstream out;
  {
    ProgressPrinter printer{out, {.is_live = true, .columns = 20}};
    printer.on_progress(half);
  }
  CHECK(out.str() == "\r\x1b[Kmigrate/02-backfill\r\x1b[K");
}

TEST_CASE("quiet keeps failures and warnings only", "[report]") {
  std::ostringstream out;
  ProgressPrinter printer{out, {.is_quiet = true}};
  printer.on_migration({.migration = "m", .state = MigrationState::expanding});
  printer.on_step_finished({.step = "a"});
  printer.on_note({.text = "hm"});
  printer.on_note({.level = Note::Level::warning, .text = "look"});
  printer.on_step_finished({.step = "b", .state = StepState::failed, .message = "no"});
  CHECK(out.str() == "  warning: look\n  failed b, 0 ms: no\n");
}

TEST_CASE("waiting names who holds it up", "[report]") {
  std::ostringstream out;
  ProgressPrinter printer{out, {}};
  printer.on_waiting({.what = "lock on users",
                      .waited = 3s,
                      .limit = 60s,
                      .blockers = {{.session = "pid 1", .user = "bi"}, {.session = "pid 2"}}});
  CHECK(out.str() ==
        "  waiting for lock on users, 3.0 s of 1 min 0 s, held by pid 1 (bi) and pid 2\n");
}
