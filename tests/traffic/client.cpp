#include "tests/traffic/client.hpp"

#include <fmt/format.h>

namespace segue::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr int most_statements = 50'000;  // a client is bounded whatever happens around it
constexpr auto most_time = 60s;
constexpr int most_retries = 200;  // of one statement, after 40001

}  // namespace

Client::Client(ClientOptions options) : options_(std::move(options)), random_(options_.seed) {
  for (std::int64_t i = 0; i < seeded_keys; ++i) {
    const std::int64_t id = first_key(options_.number) + i;
    rows_[id] = seeded(id);
  }
}

void Client::start() {
  alive_ = true;
  thread_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
}

void Client::stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
}

void Client::work(const std::stop_token& stop) {
  const auto end = Clock::now() + most_time;
  try {
    db_ = options_.open();
    table_ = options_.table();
    for (int i = 0; i < most_statements && Clock::now() < end && !stop.stop_requested(); ++i) {
      step();
      std::this_thread::sleep_for(options_.think);
    }
  } catch (const std::exception& error) {
    // What it knows of its rows ends here; one error is enough to fail the test.
    errors_.push_back(fmt::format("{}: {}", options_.name, error.what()));
  }
  alive_ = false;
}

int Client::random(int below) { return std::uniform_int_distribution<int>(0, below - 1)(random_); }

std::string Client::fn(std::int64_t value) const {
  return options_.is_new ? std::to_string(value) : fmt::format("'{}'", value);
}

std::string Client::fn_plus_one(const std::string& prefix) const {
  if (options_.is_new) return prefix + "fn + 1";
  return fmt::format("CAST(CAST({}fn AS integer) + 1 AS text)", prefix);
}

// Untouched keys first: each is written once and never again.
std::int64_t Client::pick_key() {
  const std::int64_t base = first_key(options_.number);
  if (random(2) == 0 && next_fresh_ < seeded_keys) return base + next_fresh_++;
  const std::int64_t own = seeded_keys + next_new_;
  const std::int64_t again = next_fresh_ + random(static_cast<int>(own - next_fresh_) + 1);
  // The last quarter of the seeded keys and all new ones are written over and over.
  return base + std::max<std::int64_t>(again, seeded_keys * 3 / 4);
}

void Client::step() {
  if (random(4) == 0) {
    write_hot();
  } else {
    write_own(pick_key());
  }
  ++committed_;
}

void Client::write_own(std::int64_t id) {
  const auto known = rows_.find(id);
  const std::optional<OwnRow> before = known == rows_.end() ? std::nullopt : known->second;
  read_back(id, before);
  if (random(5) == 0) {
    upsert(id, before);
  } else if (!before) {
    insert(id);
  } else if (random(6) == 0) {
    run(fmt::format("DELETE FROM {} WHERE id = {}", table_, id), 1);
    rows_[id] = std::nullopt;
  } else {
    OwnRow row = *before;
    update(id, row);
    rows_[id] = row;
  }
  read_back(id, rows_[id]);
}

void Client::update(std::int64_t id, OwnRow& row) {
  const int what = random(3);
  std::string set;
  if (what != 0) {
    row.fn = random(1'000'000);
    set = "fn = " + fn(row.fn);
  }
  if (what != 1) {
    ++row.k;
    set += std::string(set.empty() ? "" : ", ") + "k = k + 1";
  }
  run(fmt::format("UPDATE {} SET {} WHERE id = {}", table_, set, id), 1);
}

void Client::insert(std::int64_t id) {
  const OwnRow row{.fn = random(1'000'000), .k = random(100)};
  run(fmt::format("INSERT INTO {} (id, fn, k) VALUES ({}, {}, {})", table_, id, fn(row.fn), row.k),
      1);
  rows_[id] = row;
  next_new_ = std::max(next_new_, id - first_key(options_.number) - seeded_keys + 1);
}

void Client::upsert(std::int64_t id, const std::optional<OwnRow>& before) {
  const OwnRow row{.fn = random(1'000'000), .k = random(100)};
  for (int attempt = 0;; ++attempt) {
    try {
      run(fmt::format("INSERT INTO {0} AS t (id, fn, k) VALUES ({1}, {2}, {3}) ON CONFLICT (id) DO "
                      "UPDATE SET fn = excluded.fn, k = t.k + 1",
                      table_, id, fn(row.fn), row.k),
          1);
      break;
    } catch (const Error& error) {
      // Declared: after contract the version's name on SQLite is a view, and a view takes no UPSERT
      // until the table's name is asked again.
      const bool view =
          std::string_view(error.what()).find("UPSERT a view") != std::string_view::npos;
      if (!view || attempt > 0) throw;
      ++retries_;
      table_ = options_.table();
    }
  }
  rows_[id] = before ? OwnRow{.fn = row.fn, .k = before->k + 1} : row;
  next_new_ = std::max(next_new_, id - first_key(options_.number) - seeded_keys + 1);
}

void Client::write_hot() {
  const int id = 1 + random(hot_keys);
  OwnRow& added = added_[id];
  const int what = random(3);
  std::string set;
  if (what != 0) set = "fn = " + fn_plus_one("");
  if (what != 1) set += std::string(set.empty() ? "" : ", ") + "k = k + 1";
  run(fmt::format("UPDATE {} SET {} WHERE id = {}", table_, set, id), 1);
  added.fn += what != 0 ? 1 : 0;
  added.k += what != 1 ? 1 : 0;
}

void Client::read_back(std::int64_t id, const std::optional<OwnRow>& expected) {
  const database::Result r =
      db_->query(fmt::format("SELECT fn, k FROM {} WHERE id = {}", table_, id));
  std::optional<OwnRow> found;
  if (!r.empty()) found = OwnRow{.fn = std::stoll(r.text(0, 0)), .k = r.integer(0, 1)};
  if (found == expected) return;
  const auto text = [](const std::optional<OwnRow>& row) {
    return row ? fmt::format("({}, {})", row->fn, row->k) : std::string("none");
  };
  throw std::runtime_error(
      fmt::format("row {} reads {} and was {}", id, text(found), text(expected)));
}

database::Result Client::once(const std::string& sql) {
  const bool sqlite = db_->kind() == database::Kind::sqlite;
  if (!sqlite && options_.isolation.empty()) return db_->query(sql);
  db_->query(sqlite ? "BEGIN IMMEDIATE" : "BEGIN ISOLATION LEVEL " + options_.isolation);
  try {
    database::Result result = db_->query(sql);
    db_->query("COMMIT");
    return result;
  } catch (const Error&) {
    if (db_->in_transaction()) db_->query("ROLLBACK");
    throw;
  }
}

// With retries of what the isolation level declares. A view on SQLite counts no rows.
void Client::run(const std::string& sql, std::int64_t affected) {
  for (int attempt = 0;; ++attempt) {
    const auto begun = Clock::now();
    try {
      const database::Result result = once(sql);
      const auto took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begun);
      if (took.count() > longest_) {
        longest_ = took.count();
        slowest_ = sql;
      }
      const bool counts = db_->kind() == database::Kind::postgres;
      if (counts && result.affected != affected) {
        throw std::runtime_error(fmt::format("{} rows affected by {}", result.affected, sql));
      }
      return;
    } catch (const Error& error) {
      const bool declared = error.kind() == ErrorKind::serialization && !options_.isolation.empty();
      if (!declared || attempt >= most_retries) throw;
      ++retries_;
    }
  }
}

}  // namespace segue::test
