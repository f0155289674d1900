// Lease, epoch and fence over both backends: who may work, and what a runner that was presumed dead
// can still do (nothing). Holders are processes of their own, killed with SIGKILL where the test
// says killed.
#include "engine/journal/lease.hpp"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "tests/database/postgres_test.hpp"
#include "tests/journal/journal_test.hpp"
#include "tests/support/journal_events.hpp"
#include "tests/support/without.hpp"

using namespace segue;
using namespace segue::journal;
using database::Kind;
using test::error_of;
using test::JournalTest;
using Clock = std::chrono::steady_clock;

namespace {

const std::vector<Kind> both = {Kind::sqlite, Kind::postgres};

LeaseOptions options_of(const test::TestDatabase& test, int wait_ms = 0) {
  LeaseOptions options{.wait_ms = wait_ms};
  if (test.kind() == Kind::sqlite) options.sqlite_path = test.url();
  return options;
}

/// A process that works under the lease: takes it, tells how that went in one line, then runs
/// `work`.
class Runner {
 public:
  Runner(const test::TestDatabase& test, const std::string& who,
         const std::function<void(database::Database&)>& work)
      : pid_(start(test, who, work)) {}
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;
  ~Runner() {
    kill_now();
    close(out_[0]);
  }

  /// "taken <backend pid>", or the kind and text of the failure.
  std::string answer() {
    std::string line;
    char c = 0;
    while (read(out_[0], &c, 1) == 1 && c != '\n') line += c;
    return line;
  }
  void kill_now() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }

 private:
  pid_t start(const test::TestDatabase& test, const std::string& who,
              const std::function<void(database::Database&)>& work) {
    if (pipe(out_) != 0) throw std::runtime_error("no pipe");
    const pid_t parent = getpid();
    const pid_t child = fork();
    if (child == 0) {
      live(test, who, work);
      while (getppid() == parent) pause_briefly();
      _exit(0);
    }
    close(out_[1]);
    return child;
  }
  static void pause_briefly() { poll(nullptr, 0, 50); }

  void live(const test::TestDatabase& test, const std::string& who,
            const std::function<void(database::Database&)>& work) {
    std::string line;
    try {
      db_ = test.open();
      journal_ = std::make_unique<Journal>(
          *db_, Author{.who = who, .host = "here", .command = "up", .pid = getpid()});
      lease_ = Lease::take(*db_, *journal_, options_of(test));
      tell(fmt::format("taken {}", db_->session().backend_pid));
      if (work) work(*db_);
    } catch (const Error& error) {
      tell(fmt::format("{} {}", to_string(error.kind()), error.what()));
    }
  }
  void tell(const std::string& line) const {
    const std::string text = line + "\n";
    if (write(out_[1], text.data(), text.size()) < 0) _exit(2);
  }

  int out_[2] = {-1, -1};
  std::unique_ptr<database::Database> db_;
  std::unique_ptr<Journal> journal_;
  std::unique_ptr<Lease> lease_;
  pid_t pid_ = 0;
};

/// True when a runner that was taken over can still commit a write.
bool zombie_commits(const JournalTest& zombie) {
  zombie.test.run("CREATE TABLE t (a int)");
  zombie.install();
  const auto other = zombie.test.open();
  const auto taker = JournalTest::make_journal(*other);
  static_cast<void>(taker->take_over());
  try {
    zombie.write([&](database::Database& db) {
      db.query(db.kind() == Kind::postgres ? "INSERT INTO public.t VALUES (1)"
                                           : "INSERT INTO t VALUES (1)");
    });
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::lock_timeout);
    // Not a lock of the server: nothing to poll for.
    CHECK(error.detail().sqlstate.empty());
  }
  return !other
              ->query(other->kind() == Kind::postgres ? "SELECT * FROM public.t"
                                                      : "SELECT * FROM t")
              .empty();
}

}  // namespace

TEST_CASE("after a takeover the fence refuses every transaction of the one before (P55)",
          "[journal][lease]") {
  const JournalTest zombie(GENERATE(from_range(both)));
  CHECK_FALSE(zombie_commits(zombie));
}

TEST_CASE("the schedule of P55 shows a fence that is missing", "[journal][lease][removal]") {
  const test::Without without("fence");
  const JournalTest zombie(GENERATE(from_range(both)));
  CHECK(zombie_commits(zombie));
}

TEST_CASE("a takeover waits for a transaction that has passed the fence, and it is its last (P55)",
          "[journal][lease][postgres]") {
  const JournalTest zombie(Kind::postgres);
  zombie.install();
  const auto observer = zombie.test.open();
  const auto other = zombie.test.open();
  const auto taker = JournalTest::make_journal(*other);
  std::int64_t epoch = 0;
  std::thread taking;
  zombie.write([&](database::Database& db) {
    taking = std::thread([&] { epoch = taker->take_over(); });
    test::wait_until([&] {
      return observer->query("SELECT pg_blocking_pids($1)::text", {other->session().backend_pid})
                 .text(0, 0) == fmt::format("{{{}}}", db.session().backend_pid);
    });
    zombie.journal->note(db, "m", "", "last", "");
  });
  taking.join();
  CHECK(epoch == zombie.journal->epoch() + 1);
  CHECK(test::event_count(*taker, "m", "last") == 1);
  CHECK(error_of([&] {
          zombie.write([&](database::Database& db) { zombie.journal->note(db, "m", "", "x", ""); });
        }).kind() == ErrorKind::lock_timeout);
  CHECK(test::event_count(*taker, "m", "x") == 0);
}

TEST_CASE("a takeover gets no lock inside a transaction that has passed the fence (P55)",
          "[journal][lease][sqlite]") {
  const JournalTest zombie(Kind::sqlite);
  zombie.install();
  const auto other = zombie.test.open({.lock_budget_ms = 0});
  const auto taker = JournalTest::make_journal(*other);
  zombie.write([&](database::Database&) {
    CHECK(error_of([&] { (void)taker->take_over(); }).kind() == ErrorKind::lock_timeout);
  });
  CHECK(taker->take_over() == zombie.journal->epoch() + 1);
}

TEST_CASE("each take raises the epoch and names the holder", "[journal][lease]") {
  const JournalTest first(GENERATE(from_range(both)));
  for (int turn = 1; turn <= 3; ++turn) {
    const auto db = first.test.open();
    Journal journal(*db, {.who = fmt::format("who{}", turn), .host = "there", .command = "up"});
    const auto lease = Lease::take(*db, journal, options_of(first.test));
    CHECK(journal.epoch() == turn);
    const auto row = first.journal->lease();
    REQUIRE(row.has_value());
    CHECK(row->epoch == turn);
    CHECK(row->who == fmt::format("who{}", turn));
    CHECK(row->host == "there");
    CHECK(row->backend_pid == db->session().backend_pid);
  }
}

TEST_CASE("a second taker in the same process is refused as well", "[journal][lease]") {
  const JournalTest first(GENERATE(from_range(both)));
  const auto lease = Lease::take(*first.db, *first.journal, options_of(first.test));
  const auto other = first.test.open();
  const auto journal = JournalTest::make_journal(*other);
  const Error error =
      error_of([&] { (void)Lease::take(*other, *journal, options_of(first.test)); });
  CHECK(error.kind() == ErrorKind::lock_timeout);
  CHECK_THAT(error.what(), Catch::Contains("tester on here") && Catch::Contains("4242"));
  first.write([](database::Database&) {});  // the holder was not harmed
}

TEST_CASE("of runners that start at once exactly one works, the others name it (A10)",
          "[journal][lease]") {
  const Kind kind = GENERATE(from_range(both));
  const test::TestDatabase test(kind);
  std::vector<std::unique_ptr<Runner>> runners;
  for (int i = 0; i < 4; ++i) {
    runners.push_back(std::make_unique<Runner>(test, fmt::format("runner{}", i), nullptr));
  }
  int taken = 0;
  std::string winner;
  std::vector<std::string> refused;
  for (std::size_t i = 0; i < runners.size(); ++i) {
    const std::string answer = runners[i]->answer();
    if (answer.starts_with("taken")) {
      ++taken;
      winner = fmt::format("runner{} on here", i);
    } else {
      refused.push_back(answer);
    }
  }
  CHECK(taken == 1);
  REQUIRE(refused.size() == 3);
  for (const std::string& answer : refused) {
    CHECK_THAT(answer, Catch::StartsWith("lock_timeout") && Catch::Contains(winner));
  }
}

TEST_CASE("the lease of a killed runner is free at once", "[journal][lease]") {
  const Kind kind = GENERATE(from_range(both));
  const test::TestDatabase test(kind);
  Runner holder(test, "holder", nullptr);
  REQUIRE_THAT(holder.answer(), Catch::StartsWith("taken"));
  holder.kill_now();
  const auto db = test.open();
  const auto journal = JournalTest::make_journal(*db);
  const auto begun = Clock::now();
  const auto lease = Lease::take(*db, *journal, options_of(test));
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun);
  INFO(took.count() << " ms");
  CHECK(journal->epoch() == 2);
  CHECK(took.count() < 2000);
}

TEST_CASE(
    "a runner killed in the middle of a statement has lost its session before another works (P35)",
    "[journal][lease][postgres]") {
  const test::TestDatabase test(Kind::postgres);
  const auto observer = test.open();
  observer->query("SELECT pg_advisory_lock(9)");
  Runner holder(test, "holder",
                [](database::Database& db) { db.query("SELECT pg_advisory_lock(9)"); });
  const std::string answer = holder.answer();
  REQUIRE_THAT(answer, Catch::StartsWith("taken "));
  const std::int64_t pid = std::stoll(answer.substr(6));
  test::wait_until_blocked(*observer, pid, "SELECT pg_advisory_lock(9)");
  holder.kill_now();
  const auto db = test.open();
  const auto journal = JournalTest::make_journal(*db);
  const auto lease = Lease::take(*db, *journal, options_of(test));
  CHECK_FALSE(test::wait_of(*observer, pid).has_value());
}

TEST_CASE("a stop that is asked for while waiting ends the wait", "[journal][lease]") {
  const JournalTest first(GENERATE(from_range(both)));
  const auto lease = Lease::take(*first.db, *first.journal, options_of(first.test));
  const auto other = first.test.open();
  const auto journal = JournalTest::make_journal(*other);
  std::stop_source stop;
  LeaseOptions options = options_of(first.test, 60'000);
  options.stop = stop.get_token();
  std::string told;
  options.on_wait = [&](const LeaseRow& holder) {
    told = holder.who;
    stop.request_stop();
  };
  CHECK(error_of([&] { (void)Lease::take(*other, *journal, options); }).kind() ==
        ErrorKind::cancelled);
  CHECK(told == "tester");
}

TEST_CASE("connections that join the lease hold it beyond the first one",
          "[journal][lease][postgres]") {
  const JournalTest first(Kind::postgres);
  auto held = first.test.open();
  const auto second = first.test.open();
  {
    const auto journal = JournalTest::make_journal(*held);
    const auto lease = Lease::take(*held, *journal, options_of(first.test));
    lease->join(*second);
  }
  held.reset();
  const std::string held_by_second = "SELECT NOT pg_try_advisory_lock(1397049173, 1)";
  CHECK(first.db->query(held_by_second).boolean(0, 0));
}
