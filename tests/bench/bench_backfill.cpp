// Figures of the main job: a backfill beside one plain UPDATE, peak memory of the command, the
// price of having nothing to do, and what sync costs a foreground that writes. Not a test: it
// prints.
//
//   bench_backfill MIGRATE [ROWS] [postgres|sqlite]     MIGRATE: the release build's command; ROWS
//   0: sync only
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "segue/engine.hpp"
#include "tests/bench/bench.hpp"
#include "tests/support/test_database.hpp"

namespace {

using namespace segue;
using bench::line;
using database::Kind;

constexpr const char* migration = R"yaml(
operations:
  - alter_column: {table: t, column: fn, type: integer, up: "length(fn)", down: "CAST(fn AS text)"}
)yaml";

struct Site {
  Site(Kind kind, std::int64_t rows) : db(kind), postgres(kind == Kind::postgres) {
    const std::string pad = "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'";
    const std::string row = fmt::format("i, substr({0}, 1, 1 + i % 40), i, {0} || {0} || {0}", pad);
    db.run(fmt::format("{0}CREATE TABLE t (id {1} PRIMARY KEY, fn text, k integer, pad text);",
                       postgres ? "" : "PRAGMA journal_mode = WAL;",
                       postgres ? "bigint" : "INTEGER"));
    db.run(
        postgres
            ? fmt::format("INSERT INTO t SELECT {} FROM generate_series(1, {}) i", row, rows)
            : fmt::format("INSERT INTO t WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 "
                          "FROM s WHERE i < {}) SELECT {} FROM s",
                          rows, row));
    if (postgres) db.open()->query("VACUUM ANALYZE public.t");
    directory = db.folder() / "migrations";
    std::filesystem::create_directories(directory);
    std::ofstream(directory / "0001_change.yaml") << migration;
  }

  [[nodiscard]] Config config() const {
    Config c;
    c.database = db.url();
    c.directory = directory;
    c.client_grace = std::chrono::milliseconds(0);
    return c;
  }
  [[nodiscard]] std::vector<std::string> command(const std::string& migrate) const {
    return {migrate, "--database=" + db.url(), "--dir=" + directory.string(), "up"};
  }
  [[nodiscard]] std::string name() const { return postgres ? "PostgreSQL" : "SQLite"; }
  [[nodiscard]] std::string table() const { return postgres ? "public.t" : "t"; }

  test::TestDatabase db;
  bool postgres;
  std::filesystem::path directory;
};

// The same work by hand: a column more, and one statement that fills it. Beside a trigger that
// never fires, because the server locks each row first where there is any: what no backfill beside
// sync can do without.
double plain_update(const Site& site, bool beside_trigger) {
  const auto connection = site.db.open();
  connection->query(fmt::format("ALTER TABLE {} ADD COLUMN plain integer", site.table()));
  if (beside_trigger) {
    connection->query(
        "CREATE TRIGGER never BEFORE UPDATE ON public.t FOR EACH ROW WHEN (false) EXECUTE FUNCTION "
        "suppress_redundant_updates_trigger()");
  }
  const auto begun = bench::Clock::now();
  connection->query(fmt::format("UPDATE {} SET plain = length(fn)", site.table()));
  return bench::seconds_since(begun);
}

// By the journal's own clock: the command does the work, so this program's own build does not
// matter.
double backfill(const Site& site, const std::string& migrate) {
  static_cast<void>(bench::run(site.command(migrate)));
  const auto connection = site.db.open();
  const database::Result took = connection->query(
      site.postgres
          ? "SELECT extract(epoch FROM finished_at::timestamptz - started_at::timestamptz) FROM"
            " segue.step WHERE kind = 'backfill'"
          : "SELECT (julianday(finished_at) - julianday(started_at)) * 86400 FROM segue_step"
            " WHERE kind = 'backfill'");
  return std::stod(took.text(0, 0));
}

double median(std::vector<double> of) {
  std::sort(of.begin(), of.end());
  return of[of.size() / 2];
}

// Five rounds that alternate, after one that nobody counts: the server's files are there then.
void ratio(Kind kind, const std::string& migrate, std::int64_t rows) {
  static_cast<void>(plain_update(Site(kind, rows), false));
  std::vector<double> plain, filled, beside;
  for (int round = 0; round < 5; ++round) {
    plain.push_back(plain_update(Site(kind, rows), false));
    filled.push_back(backfill(Site(kind, rows), migrate));
    if (kind == Kind::postgres) beside.push_back(plain_update(Site(kind, rows), true));
  }
  const auto tell = [&](const char* what, const std::vector<double>& by) {
    line(kind == Kind::postgres ? "PostgreSQL" : "SQLite",
         fmt::format("backfill of {} rows / one plain UPDATE{}, medians of 5", rows, what),
         fmt::format("{:.2f}  ({:.2f} s / {:.2f} s)", median(filled) / median(by), median(filled),
                     median(by)));
  };
  tell("", plain);
  if (!beside.empty()) tell(" beside a trigger that never fires", beside);
}

void memory(Kind kind, const std::string& migrate, std::int64_t rows) {
  const Site site(kind, rows);
  const bench::Ended up = bench::run(site.command(migrate));
  line(site.name(), fmt::format("`migrate up`, {} rows: peak memory, wall time", rows),
       fmt::format("{:.1f} MiB, {:.2f} s", up.peak_mib, up.seconds));
  std::vector<double> idle;
  for (int i = 0; i < 20; ++i) idle.push_back(bench::run(site.command(migrate)).seconds * 1000);
  std::sort(idle.begin(), idle.end());
  line(site.name(), fmt::format("`migrate up` with nothing to do, {} rows: median of 20", rows),
       fmt::format("{:.1f} ms", idle[10]));
}

// Best of five, in microseconds per row: whole statements of `count` rows, so that what counts is
// what the triggers do, not parsing and the way to the server.
double per_row(database::Database& db, int count, const std::function<std::string(int)>& sql) {
  double best = 1e9;
  for (int i = 0; i < 5; ++i) {
    const auto begun = bench::Clock::now();
    db.query(sql(i));
    best = std::min(best, bench::seconds_since(begun) / count * 1e6);
  }
  return best;
}

struct Foreground {
  double insert = 0;
  double related = 0;
  double unrelated = 0;
};

Foreground foreground(const Site& site, int count, int round) {
  const auto db = site.db.open();
  if (!site.postgres) db->query("PRAGMA wal_autocheckpoint = 1000");
  const std::string t = site.table();
  return {.insert = per_row(
              *db, count,
              [&](int i) {
                return fmt::format(
                    "INSERT INTO {} (id, fn, k) SELECT {} + id, 'abc', 1 FROM {} WHERE id <= {}", t,
                    100'000'000 * round + 1'000'000 * i, t, count);
              }),
          .related = per_row(*db, count,
                             [&](int i) {
                               return fmt::format("UPDATE {} SET fn = 'abcd{}{}' WHERE id <= {}", t,
                                                  round, i, count);
                             }),
          .unrelated = per_row(*db, count, [&](int) {
            return fmt::format("UPDATE {} SET k = k + 1 WHERE id <= {}", t, count);
          })};
}

void sync_cost(Kind kind) {
  constexpr int count = 20'000;
  const Site site(kind, count);
  static_cast<void>(foreground(site, count, 1));  // warm
  const Foreground before = foreground(site, count, 2);
  const auto tell = [&](const char* form, const Foreground& now) {
    const auto one = [&](const char* what, double with, double without) {
      line(site.name(), fmt::format("{} sync: {}, relative to none", form, what),
           fmt::format("{:.2f}  ({:.1f} / {:.1f} us a row)", with / without, with, without));
    };
    one("INSERT", now.insert, before.insert);
    one("UPDATE of the pair", now.related, before.related);
    one("UPDATE of another column", now.unrelated, before.unrelated);
  };
  Engine engine(site.config());
  if (!engine.apply({.phases = expand_only}).ok()) throw std::runtime_error("expand failed");
  tell("one-way", foreground(site, count, 3));
  if (!engine.apply().ok()) throw std::runtime_error("migrate failed");
  tell("two-way", foreground(site, count, 4));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fputs("usage: bench_backfill MIGRATE [ROWS] [postgres|sqlite]\n", stderr);
    return 2;
  }
  const std::int64_t rows = argc > 2 ? std::atoll(argv[2]) : 1'000'000;
  const std::string only = argc > 3 ? argv[3] : "";
  for (const Kind kind : {Kind::postgres, Kind::sqlite}) {
    if (!only.empty() && (only == "postgres") != (kind == Kind::postgres)) continue;
    if (rows > 0) {
      ratio(kind, argv[1], rows);
      memory(kind, argv[1], 10'000);
      memory(kind, argv[1], rows);
    }
    sync_cost(kind);
  }
  return 0;
}
