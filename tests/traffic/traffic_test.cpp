// Clients of the old and of the new version work through the whole life of a migration: expand,
// migrate, publish, contract, or back. At the end every write that one of them committed is there,
// both sides agree, and nobody saw an error that is not declared.

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <fstream>

#include "segue/engine.hpp"
#include "tests/support/test_database.hpp"
#include "tests/traffic/client.hpp"

namespace {

using namespace segue;
using database::Kind;
using test::Client;
using test::OwnRow;
using test::TestDatabase;

constexpr int clients = 6;
constexpr auto longest_allowed = std::chrono::seconds(5);

constexpr const char* migration = R"yaml(
operations:
  - alter_column: {table: u, column: fn, type: integer, nullable: false, up: "CAST(fn AS integer)",
      down: "CAST(fn AS text)"}
  - add_column: {table: u, column: {name: note, type: text, nullable: true}}
)yaml";

enum class Journal { none, wal, rollback };

struct Situation {
  Kind kind;
  Journal journal;
  const char* name;
  int think_ms;  // SQLite has one writer: six clients without a thought would wait for each other
                 // only
  int filler_rows;
  int turns;  // writes of each client between two events
};

const std::vector<Situation> situations = {
    {Kind::postgres, Journal::none, "PostgreSQL", 1, 30'000, 50},
    {Kind::sqlite, Journal::wal, "SQLite, WAL", 5, 30'000, 50},
    {Kind::sqlite, Journal::rollback, "SQLite, rollback journal", 30, 5'000, 15}};

std::string rows_from(bool postgres, const std::string& first, int count,
                      const std::string& select) {
  if (postgres) {
    return fmt::format(
        "INSERT INTO u SELECT {} FROM (SELECT {} + i AS i FROM generate_series(0, {}) i)"
        " s;",
        select, first, count - 1);
  }
  return fmt::format(
      "INSERT INTO u WITH RECURSIVE s(i) AS (SELECT {0} UNION ALL SELECT i + 1 FROM s"
      " WHERE i < {0} + {1}) SELECT {2} FROM s;",
      first, count - 1, select);
}

class Site {
 public:
  explicit Site(const Situation& situation) : db(situation.kind), situation_(situation) {
    const bool postgres = db.kind() == Kind::postgres;
    std::string setup = situation.journal == Journal::wal ? "PRAGMA journal_mode = WAL;" : "";
    setup += fmt::format(
        "CREATE TABLE u (id {} PRIMARY KEY, fn text NOT NULL, k integer NOT NULL);"
        "CREATE INDEX u_fn ON u (fn);",
        postgres ? "bigint" : "INTEGER");
    const std::string row = "i, CAST(i % 977 AS text), i % 13";
    setup += rows_from(postgres, "1", test::hot_keys, "i, '0', 0");
    setup += rows_from(postgres, "1000", situation.filler_rows, row);
    for (int client = 0; client < clients; ++client) {
      setup += rows_from(postgres, std::to_string(test::first_key(client)), test::seeded_keys, row);
    }
    db.run(setup);
    directory_ = db.folder() / "migrations";
    std::filesystem::create_directories(directory_);
    std::ofstream(directory_ / "0001_change.yaml") << migration;
  }

  [[nodiscard]] Engine engine() const {
    Config config;
    config.database = db.url();
    config.directory = directory_;
    config.client_grace = std::chrono::milliseconds(200);
    config.direct_limit = 0;
    config.sqlite.direct_budget = std::chrono::milliseconds(0);
    return Engine(config);
  }

  [[nodiscard]] test::ClientOptions options(int number, bool is_new, unsigned seed) const {
    static constexpr const char* levels[] = {"", "REPEATABLE READ", "SERIALIZABLE"};
    const bool postgres = db.kind() == Kind::postgres;
    return {.name = fmt::format("{} client {}", is_new ? "new" : "old", number),
            .number = number,
            .is_new = is_new,
            .isolation = postgres ? levels[number % 3] : "",
            .seed = seed + static_cast<unsigned>(number),
            .think = std::chrono::milliseconds(situation_.think_ms),
            .open = [this, is_new] { return open_client(is_new); },
            .table =
                [this, is_new] {
                  return is_new ? engine().table_name("u", "0001_change") : std::string("u");
                }};
  }

  /// What the clients say must be there, and nothing else.
  [[nodiscard]] std::map<std::int64_t, OwnRow> expected_of(
      const std::vector<std::unique_ptr<Client>>& all) const;

  TestDatabase db;

 private:
  // As a program would, not as the engine does: its own path, its own patience.
  [[nodiscard]] std::unique_ptr<database::Database> open_client(bool is_new) const {
    auto connection = db.open({.application_name = "client"});
    if (db.kind() == Kind::postgres) {
      connection->query("SET search_path = public");
      if (!is_new) return connection;
      for (const std::string& sql : engine().session_settings("0001_change").sql) {
        connection->query(sql);
      }
    } else {
      connection->query("PRAGMA busy_timeout = 5000");
      connection->query("PRAGMA wal_autocheckpoint = 1000");
    }
    return connection;
  }

  const Situation& situation_;
  std::filesystem::path directory_;
};

using Crew = std::vector<std::unique_ptr<Client>>;

Crew crew(const Site& site, int from, bool are_new, unsigned seed) {
  Crew out;
  for (int i = 0; i < clients / 2; ++i) {
    out.push_back(std::make_unique<Client>(site.options(from + i, are_new, seed)));
    out.back()->start();
  }
  return out;
}

// Until each has committed that many more, or has given up.
void let_work(const Crew& crew, int statements) {
  std::vector<int> goals;
  for (const auto& client : crew) goals.push_back(client->committed() + statements);
  for (std::size_t i = 0; i < crew.size(); ++i) {
    while (crew[i]->is_alive() && crew[i]->committed() < goals[i]) std::this_thread::yield();
  }
}

void stop(const Crew& crew) {
  for (const auto& client : crew) client->stop();
}

// Before anything of ours runs: what these clients do to each other.
void tell_quiet(const Crew& crew) {
  std::chrono::microseconds longest{0};
  for (const auto& client : crew) longest = std::max(longest, client->longest());
  std::printf("quiet: longest wait %.1f ms\n", static_cast<double>(longest.count()) / 1000);
}

void must(const RunResult& result) {
  INFO((result.failure ? result.failure->message : ""));
  REQUIRE(result.ok());
}

void must_agree(const Site& site) {
  const VerifyReport report = site.engine().verify();
  for (const CheckResult& check : report.checks) {
    INFO(check.check << " " << check.subject << ": " << check.message << ", " << check.differences);
    CHECK(check.ok);
  }
  CHECK_FALSE(report.checks.empty());
}

std::map<std::int64_t, OwnRow> table_of(const Site& site) {
  std::map<std::int64_t, OwnRow> rows;
  const database::Result r =
      site.db.open()->query(site.db.kind() == Kind::postgres ? "SELECT id, fn, k FROM public.u"
                                                             : "SELECT id, fn, k FROM u");
  for (std::size_t i = 0; i < r.rows.size(); ++i) {
    rows[r.integer(i, 0)] = {.fn = std::stoll(r.text(i, 1)), .k = r.integer(i, 2)};
  }
  return rows;
}

std::map<std::int64_t, OwnRow> Site::expected_of(const Crew& all) const {
  std::map<std::int64_t, OwnRow> rows;
  for (int i = 0; i < situation_.filler_rows; ++i) rows[1000 + i] = test::seeded(1000 + i);
  for (int id = 1; id <= test::hot_keys; ++id) rows[id] = {};
  for (const auto& client : all) {
    for (const auto& [id, row] : client->rows()) {
      if (row) rows[id] = *row;
    }
    for (const auto& [id, added] : client->added()) {
      rows[id].fn += added.fn;
      rows[id].k += added.k;
    }
  }
  return rows;
}

void check_end(const Site& site, const Crew& all, const char* name) {
  std::chrono::microseconds longest{0};
  std::string slowest;
  int committed = 0;
  int retries = 0;
  for (const auto& client : all) {
    for (const std::string& error : client->errors()) FAIL_CHECK(error);
    committed += client->committed();
    retries += client->retries();
    if (client->longest() > longest) {
      longest = client->longest();
      slowest = client->name() + ": " + client->slowest();
    }
  }
  std::printf("%s: %d writes, %d declared retries, longest wait %.1f ms (%s)\n", name, committed,
              retries, static_cast<double>(longest.count()) / 1000, slowest.c_str());
  CHECK(longest < longest_allowed);
  const auto found = table_of(site);
  const auto expected = site.expected_of(all);
  CHECK(found.size() == expected.size());
  int different = 0;
  for (const auto& [id, row] : expected) {
    const auto there = found.find(id);
    if (there != found.end() && there->second == row) continue;
    UNSCOPED_INFO(fmt::format("row {}: expected ({}, {})", id, row.fn, row.k));
    ++different;
  }
  CHECK(different == 0);
}

void give(Crew& all, Crew&& crew) {
  for (auto& client : crew) all.push_back(std::move(client));
}

}  // namespace

TEST_CASE("no write of old or new clients is lost from expand to contract, none fails",
          "[traffic]") {
  const auto& situation = situations.at(GENERATE(0U, 1U, 2U));
  const unsigned seed = Catch::rngSeed();
  INFO(situation.name << ", seed " << seed);
  const Site site(situation);
  Crew old_clients = crew(site, 0, false, seed);
  let_work(old_clients, situation.turns);
  tell_quiet(old_clients);
  must(site.engine().apply());
  Crew new_clients = crew(site, clients / 2, true, seed);
  let_work(old_clients, situation.turns);
  let_work(new_clients, situation.turns);
  must_agree(site);
  stop(old_clients);
  must(site.engine().contract({.approved = true}));
  let_work(new_clients, situation.turns);
  stop(new_clients);
  give(old_clients, std::move(new_clients));
  check_end(site, old_clients, fmt::format("{}, to contract", situation.name).c_str());
}

TEST_CASE("what new clients wrote stays in the old version after a reverse beside old clients",
          "[traffic]") {
  const auto& situation = situations.at(GENERATE(0U, 1U, 2U));
  const unsigned seed = Catch::rngSeed();
  INFO(situation.name << ", seed " << seed);
  const Site site(situation);
  Crew old_clients = crew(site, 0, false, seed);
  must(site.engine().apply());
  Crew new_clients = crew(site, clients / 2, true, seed);
  let_work(old_clients, situation.turns);
  let_work(new_clients, situation.turns);
  must_agree(site);
  stop(new_clients);
  must(site.engine().reverse({.confirmed = true}));
  let_work(old_clients, situation.turns);
  must(site.engine().apply());
  let_work(old_clients, situation.turns);
  must_agree(site);
  must(site.engine().reverse({.confirmed = true}));
  stop(old_clients);
  give(old_clients, std::move(new_clients));
  check_end(site, old_clients, fmt::format("{}, and back", situation.name).c_str());
}
