#pragma once
// A client program under a migration: a thread that writes through one version of a table,
// remembers what it committed, reads its own rows back, and notes every error and the longest wait.
//
// Keys of its own are known to the last value; of the shared hot keys it knows how much it added.
// Half of its writes go to keys that nobody has touched and nobody will touch again, so that an
// error of the migration cannot heal by a later write.

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "engine/database/database.hpp"

namespace segue::test {

struct OwnRow {
  std::int64_t fn = 0;
  std::int64_t k = 0;
  friend bool operator==(const OwnRow&, const OwnRow&) = default;
};

/// What the tables hold before any client starts.
inline constexpr int hot_keys = 5;
inline constexpr int seeded_keys = 400;
[[nodiscard]] inline std::int64_t first_key(int client) { return 1'000'000 + 100'000 * client; }
[[nodiscard]] inline OwnRow seeded(std::int64_t id) { return {.fn = id % 977, .k = id % 13}; }

struct ClientOptions {
  std::string name;
  int number = 0;              // of its range of keys
  bool is_new = false;         // fn is a number in its version, else text
  std::string isolation = {};  // PostgreSQL; empty: one statement at a time
  unsigned seed = 0;
  std::chrono::milliseconds think{1};  // between two statements: a program does other things too
  std::function<std::unique_ptr<database::Database>()> open;
  std::function<std::string()> table;  // asked at the start, and when a statement needs it
};

class Client {
 public:
  explicit Client(ClientOptions options);
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client() { stop(); }

  void start();
  /// Joins; afterwards the rest may be read.
  void stop();
  [[nodiscard]] int committed() const { return committed_; }
  [[nodiscard]] bool is_alive() const { return alive_; }

  [[nodiscard]] const std::string& name() const { return options_.name; }
  [[nodiscard]] const std::map<std::int64_t, std::optional<OwnRow>>& rows() const { return rows_; }
  [[nodiscard]] const std::map<int, OwnRow>& added() const { return added_; }
  [[nodiscard]] const std::vector<std::string>& errors() const { return errors_; }
  [[nodiscard]] int retries() const { return retries_; }
  /// Any time.
  [[nodiscard]] std::chrono::microseconds longest() const {
    return std::chrono::microseconds(longest_.load());
  }
  [[nodiscard]] const std::string& slowest() const { return slowest_; }

 private:
  void work(const std::stop_token& stop);
  void step();
  void write_own(std::int64_t id);
  void write_hot();
  void update(std::int64_t id, OwnRow& row);
  void insert(std::int64_t id);
  void upsert(std::int64_t id, const std::optional<OwnRow>& before);
  void read_back(std::int64_t id, const std::optional<OwnRow>& expected);
  void run(const std::string& sql, std::int64_t affected);
  [[nodiscard]] database::Result once(const std::string& sql);
  [[nodiscard]] std::int64_t pick_key();
  [[nodiscard]] int random(int below);
  [[nodiscard]] std::string fn(std::int64_t value) const;
  [[nodiscard]] std::string fn_plus_one(const std::string& prefix) const;

  ClientOptions options_;
  std::unique_ptr<database::Database> db_;
  std::string table_;
  std::mt19937 random_;
  std::int64_t next_fresh_ = 0;
  std::int64_t next_new_ = 0;
  std::map<std::int64_t, std::optional<OwnRow>> rows_;
  std::map<int, OwnRow> added_;
  std::vector<std::string> errors_;
  int retries_ = 0;
  std::atomic<std::int64_t> longest_ = 0;  // microseconds
  std::string slowest_;
  std::atomic<int> committed_ = 0;
  std::atomic<bool> alive_ = false;
  std::jthread thread_;
};

}  // namespace segue::test
