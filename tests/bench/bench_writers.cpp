// How long writers wait on SQLite: two programs that write all the time, quiet and beside a
// backfill, with a write-ahead log and with a rollback journal. Not a test: it prints.
//
//   bench_writers MIGRATE [ROWS] [ROUNDS]               MIGRATE: the release build's command

#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <thread>

#include "tests/bench/bench.hpp"
#include "tests/support/test_database.hpp"

namespace {

using namespace segue;
using bench::line;
using namespace std::chrono_literals;

constexpr int writers = 2;
constexpr auto think = 2ms;
constexpr auto quiet_for = 5s;
constexpr double slow_ms = 3;  // above it a wait is told with the step that ran when it ended

constexpr const char* migration = R"yaml(
operations:
  - alter_column: {table: t, column: fn, type: integer, up: "length(fn)", down: "CAST(fn AS text)"}
)yaml";

struct Site {
  Site(const std::string& journal_mode, std::int64_t rows) : db(database::Kind::sqlite) {
    const std::string pad = "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'";
    db.run(
        fmt::format("PRAGMA journal_mode = {0};"
                    "CREATE TABLE t (id INTEGER PRIMARY KEY, fn text, k integer, pad text);"
                    "INSERT INTO t WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s "
                    "WHERE i < {1}) SELECT i, substr({2}, 1, 1 + i % 40), i, {2} || {2} FROM s;",
                    journal_mode, rows, pad));
    directory = db.folder() / "migrations";
    std::filesystem::create_directories(directory);
    std::ofstream(directory / "0001_change.yaml") << migration;
  }

  test::TestDatabase db;
  std::filesystem::path directory;
};

// SQLite's own count of days, as the journal's times are compared.
double now_julian_day() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return 2440587.5 + std::chrono::duration<double>(since).count() / 86400;
}

struct Slow {
  double ended = 0;  // Julian day
  double waited = 0;
};

// As a program connects: SQLite's own waiting, and statements that are kept.
class Writer {
 public:
  Writer(const std::string& path, std::int64_t rows, unsigned seed) : random_(seed), rows_(rows) {
    must(sqlite3_open(path.c_str(), &db_));
    must(sqlite3_busy_timeout(db_, 5000));
    must(sqlite3_exec(db_, "PRAGMA synchronous = NORMAL", nullptr, nullptr, nullptr));
    must(sqlite3_prepare_v2(db_, "UPDATE t SET fn = 'abc' || (? % 1000) WHERE id = ?", -1, &update_,
                            nullptr));
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer() {
    sqlite3_finalize(update_);
    sqlite3_close(db_);
  }

  void run(const std::atomic<bool>& stop) {
    while (!stop) {
      const auto begun = bench::Clock::now();
      write();
      const double waited = bench::seconds_since(begun) * 1000;
      latencies.push_back(waited);
      if (waited > slow_ms) slow.push_back({now_julian_day(), waited});
      std::this_thread::sleep_for(think);
    }
  }

  std::vector<double> latencies;
  std::vector<Slow> slow;

 private:
  static void must(int code) {
    if (code != SQLITE_OK && code != SQLITE_DONE) throw std::runtime_error(sqlite3_errstr(code));
  }

  void write() {
    must(sqlite3_exec(db_, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr));
    sqlite3_reset(update_);
    sqlite3_bind_int64(update_, 1, static_cast<std::int64_t>(random_()));
    sqlite3_bind_int64(update_, 2, 1 + static_cast<std::int64_t>(random_()) % rows_);
    must(sqlite3_step(update_));
    sqlite3_reset(update_);
    must(sqlite3_exec(db_, "COMMIT", nullptr, nullptr, nullptr));
  }

  sqlite3* db_ = nullptr;
  sqlite3_stmt* update_ = nullptr;
  std::mt19937 random_;
  std::int64_t rows_;
};

struct Waits {
  double middle = 0;
  double p99 = 0;
  double longest = 0;
  std::size_t writes = 0;
  std::vector<Slow> slow;
};

template <typename Meanwhile>
Waits waits(const Site& site, std::int64_t rows, const Meanwhile& meanwhile) {
  std::vector<std::unique_ptr<Writer>> all;
  for (unsigned i = 0; i < writers; ++i) {
    all.push_back(std::make_unique<Writer>(site.db.url(), rows, i + 1));
  }
  std::atomic<bool> stop = false;
  std::vector<std::thread> threads;
  for (const auto& writer : all) threads.emplace_back([&] { writer->run(stop); });
  meanwhile();
  stop = true;
  for (std::thread& thread : threads) thread.join();
  std::vector<double> sorted;
  std::vector<Slow> slow;
  for (const auto& writer : all) {
    sorted.insert(sorted.end(), writer->latencies.begin(), writer->latencies.end());
    slow.insert(slow.end(), writer->slow.begin(), writer->slow.end());
  }
  std::sort(sorted.begin(), sorted.end());
  return {.middle = sorted[sorted.size() / 2],
          .p99 = sorted[sorted.size() * 99 / 100],
          .longest = sorted.back(),
          .writes = sorted.size(),
          .slow = slow};
}

void tell(const std::string& journal_mode, const std::string& what, const Waits& waits) {
  line(journal_mode, what,
       fmt::format("{:.2f} / {:.2f} / {:.1f}  ({})", waits.middle, waits.p99, waits.longest,
                   waits.writes));
}

double load() {
  double value = 0;
  return getloadavg(&value, 1) == 1 ? value : 0;
}

// Waits by the step that ran when they ended.
void tell_slow(const Site& site, const std::string& journal_mode, const std::vector<Slow>& all) {
  const auto db = site.db.open();
  std::map<std::string, std::vector<double>> by_step;
  for (const Slow& one : all) {
    const database::Result step = db->query(
        "SELECT id FROM segue_step WHERE julianday(started_at) <= ?1 + 1e-9 ORDER BY "
        "julianday(started_at) DESC LIMIT 1",
        {one.ended});
    by_step[step.empty() ? "before the first step" : step.text(0, 0)].push_back(one.waited);
  }
  for (const auto& [step, waits] : by_step) {
    line(journal_mode, fmt::format("waits above {} ms during {}", slow_ms, step),
         fmt::format("{}, longest {:.1f} ms", waits.size(),
                     *std::max_element(waits.begin(), waits.end())));
  }
}

void round(const std::string& migrate, const std::string& journal_mode, std::int64_t rows) {
  const Site site(journal_mode, rows);
  const Waits quiet = waits(site, rows, [] { std::this_thread::sleep_for(quiet_for); });
  double seconds = 0;
  const Waits beside = waits(site, rows, [&] {
    seconds = bench::run({migrate, "--database=" + site.db.url(),
                          "--dir=" + site.directory.string(), "up"})
                  .seconds;
  });
  tell(journal_mode, fmt::format("{} writers, quiet: median / p99 / longest ms", writers), quiet);
  tell(journal_mode, fmt::format("beside `up` of {} rows, {:.1f} s", rows, seconds), beside);
  line(journal_mode, "p99 above quiet", fmt::format("{:.2f} ms", beside.p99 - quiet.p99));
  tell_slow(site, journal_mode, beside.slow);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fputs("usage: bench_writers MIGRATE [ROWS] [ROUNDS]\n", stderr);
    return 2;
  }
  const std::int64_t rows = argc > 2 ? std::atoll(argv[2]) : 1'000'000;
  const int rounds = argc > 3 ? std::atoi(argv[3]) : 3;
  for (int i = 0; i < rounds; ++i) {
    std::printf("round %d, load %.1f\n", i + 1, load());
    for (const char* journal_mode : {"wal", "delete"}) round(argv[1], journal_mode, rows);
  }
  return 0;
}
