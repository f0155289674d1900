#include "testdb/demo_src/writer.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <optional>
#include <random>
#include <thread>

#include "segue/engine.hpp"
#include "testdb/demo_src/characters.hpp"
#include "testdb/demo_src/client.hpp"

// A version that is not served is nothing unexpected: a client of it is started too early, or the
// version was taken back. It waits and asks for the name again, as a service does.

namespace segue::demo {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto pause_between_writes = std::chrono::milliseconds(1);
constexpr auto pause_while_refused = std::chrono::milliseconds(50);

class Writer {
 public:
  explicit Writer(const WriterOptions& options)
      : options_(options),
        shape_(options.version.empty() ? Shape::old : Shape::new_),
        client_(connect(options.database)),
        engine_(config_of(options)),
        random_(static_cast<unsigned>(options.number)) {}

  int run() {
    const auto end = Clock::now() + std::chrono::seconds(options_.seconds_max);
    while (Clock::now() < end) {
      if (const auto order = next_order()) {
        if (!obey(*order)) return 0;
        continue;
      }
      if (!is_ready_ && !get_ready()) {
        std::this_thread::sleep_for(pause_while_refused);
        continue;
      }
      write_once();
      std::this_thread::sleep_for(pause_between_writes);
    }
    throw std::runtime_error("the time limit was reached");
  }

 private:
  static Config config_of(const WriterOptions& options) {
    Config config;
    config.database = options.database;
    config.directory = options.migrations;
    return config;
  }

  // Asks how the version is reached; false while it is not served.
  bool get_ready() {
    std::string table = "chars";
    if (!options_.version.empty()) {
      try {
        if (!engine_.version(options_.version).served) return false;
        table = engine_.table_name("chars", options_.version);
        for (const std::string& sql : engine_.session_settings(options_.version).sql) {
          client_->query(sql);
        }
      } catch (const Error& error) {
        if (error.kind() == ErrorKind::refused || error.kind() == ErrorKind::lock_timeout) {
          return false;
        }
        throw;
      }
    }
    table_ = "\"" + table + "\"";
    statements_ = statements_over(table_, shape_);
    try {
      if (mine_.empty()) read_mine();
    } catch (const ClientError& error) {
      if (is_refusal(error)) return false;
      throw;
    }
    is_ready_ = true;
    if (!presence_) {
      presence_.emplace(engine_.announce(
          {.service = fmt::format("writer {}", options_.number), .version = options_.version}));
    }
    return true;
  }

  void read_mine() {
    mine_ = read_table(*client_, table_, shape_);
    std::erase_if(mine_, [&](const auto& row) { return owner_of(row.first) != options_.number; });
    keys_.clear();
    for (const auto& [code_point, character] : mine_) keys_.push_back(code_point);
  }

  std::size_t below(std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_);
  }

  std::int64_t known_key() { return keys_[below(keys_.size())]; }
  std::int64_t any_key() {
    if (below(2) == 0) return known_key();
    return first_free_key + options_.number * free_keys_per_writer +
           static_cast<std::int64_t>(below(static_cast<std::size_t>(free_keys_per_writer)));
  }

  Character new_character() {
    static const char* const categories[] = {"Lu", "Ll", "So", "Mn"};
    static const char* const decompositions[] = {"", "0041 0300", "<compat> 0020 0308",
                                                 "<font> 0041"};
    return {fmt::format("WRITER {} WRITE {}", options_.number, ++written_), categories[below(4)],
            decompositions[below(4)]};
  }

  void write_once() {
    const std::int64_t key = any_key();
    const bool exists = mine_.contains(key);
    const Character character = new_character();
    const std::size_t choice = below(10);
    try {
      if (choice < 3) {
        upsert(key, character);
      } else if (!exists) {
        insert_row(statements_.insert, key, character);
      } else if (choice == 3) {
        remove(key);
      } else if (choice < 7) {
        update_category(key, character.category);
      } else {
        update_decomposition(key, character.decomposition);
      }
    } catch (const ClientError& error) {
      if (!is_refusal(error)) throw;
      ++refused_;
      refusal_ = error.what();
      is_ready_ = false;
    }
  }

  void upsert(std::int64_t key, const Character& character) {
    const bool replaces = !client_->is_postgres() && below(2) == 0;
    insert_row(replaces ? statements_.replace : statements_.upsert, key, character);
  }

  void insert_row(const std::string& sql, std::int64_t key, const Character& character) {
    std::vector<Value> values = {key_value(key, shape_), character.name, character.category};
    const std::vector<Value> rest = decomposition_values(character.decomposition, shape_);
    values.insert(values.end(), rest.begin(), rest.end());
    timed(sql, values);
    if (!mine_.contains(key)) keys_.push_back(key);
    mine_[key] = character;
  }

  void remove(std::int64_t key) {
    timed(statements_.remove, {key_value(key, shape_)});
    mine_.erase(key);
    std::erase(keys_, key);
  }

  void update_category(std::int64_t key, const std::string& category) {
    timed(statements_.update_category, {category, key_value(key, shape_)});
    mine_[key].category = category;
  }

  void update_decomposition(std::int64_t key, const std::string& decomposition) {
    std::vector<Value> values = decomposition_values(decomposition, shape_);
    values.push_back(key_value(key, shape_));
    timed(statements_.update_decomposition, values);
    mine_[key].decomposition = decomposition;
  }

  void timed(const std::string& sql, const std::vector<Value>& values) {
    const auto start = Clock::now();
    client_->query(sql, values);
    waits_.push_back(
        std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start).count());
  }

  // What a client of a version is told that is not served; after contract on SQLite also what a
  // view cannot do, until the client asks for the table's name again.
  bool is_refusal(const ClientError& error) const {
    if (options_.version.empty()) return false;
    const std::string text = error.what();
    // A refusing view answers a read with 3F000; a write into it does not get that far (55000).
    if (client_->is_postgres()) {
      return error.sqlstate == "3F000" || error.sqlstate == "42P01" || error.sqlstate == "55000";
    }
    return text.starts_with("no such table") || text.starts_with("cannot UPSERT a view");
  }

  static std::optional<std::string> next_order() {
    pollfd input{STDIN_FILENO, POLLIN, 0};
    if (poll(&input, 1, 0) <= 0) return std::nullopt;
    std::string line;
    if (!std::getline(std::cin, line)) return "stop";
    return line;
  }

  bool obey(const std::string& order) {
    if (order == "phase") {
      std::sort(waits_.begin(), waits_.end());
      const std::int64_t longest = waits_.empty() ? 0 : waits_.back();
      const std::int64_t p99 = waits_.empty() ? 0 : waits_[waits_.size() * 99 / 100];
      std::cout << fmt::format("stats\t{}\t{}\t{}\t{}\t{}", waits_.size(), longest, p99, refused_,
                               is_ready_ ? "writing" : "waiting")
                << "\t" << refusal_ << std::endl;
      waits_.clear();
      refused_ = 0;
      refusal_.clear();
      return true;
    }
    if (order == "dump") {
      for (const auto& [key, c] : mine_) {
        std::cout << "row\t" << key << '\t' << c.name << '\t' << c.category << '\t'
                  << c.decomposition << '\n';
      }
      std::cout << "end" << std::endl;
      return true;
    }
    std::cout << "stopped\t" << different_rows() << std::endl;
    return false;
  }

  // Nobody else writes these keys, so what is there must be what was written.
  std::size_t different_rows() {
    if (!is_ready_) return 0;
    return count_differences(mine_, read_table(*client_, table_, shape_), options_.number);
  }

  WriterOptions options_;
  Shape shape_;
  std::unique_ptr<Client> client_;
  Engine engine_;
  std::mt19937 random_;
  std::string table_;
  Statements statements_;
  Characters mine_;
  std::vector<std::int64_t> keys_;
  std::vector<std::int64_t> waits_;
  std::size_t written_ = 0;
  std::size_t refused_ = 0;
  std::string refusal_;
  bool is_ready_ = false;
  std::optional<Presence> presence_;  // contract waits for services that work on the old version
};

}  // namespace

int run_writer(const WriterOptions& options) {
  try {
    return Writer(options).run();
  } catch (const std::exception& error) {
    std::cout << "unexpected\t" << error.what() << std::endl;
    return 1;
  }
}

}  // namespace segue::demo
