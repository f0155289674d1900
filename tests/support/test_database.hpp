#pragma once
// A database of one's own for one test: on PostgreSQL a database made for it and dropped after it,
// on SQLite a file in a temporary folder. Where no server runs the test fails and says how to start
// one; it is never skipped.
//
// Threads: open() from one thread; the connections it returns are independent of each other.

#include <filesystem>
#include <memory>
#include <string>

#include "engine/database/database.hpp"

namespace segue::test {

/// The URL of the server for tests: SEGUE_TEST_POSTGRES, else what `testdb/postgres start` wrote
/// into the build folder. Throws std::runtime_error with the command to type.
[[nodiscard]] std::string postgres_server_url();

/// Of that server: 150014.
[[nodiscard]] int postgres_server_version();

class TestDatabase {
 public:
  explicit TestDatabase(database::Kind kind);
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;
  ~TestDatabase();

  /// A database of one's own with the same content. Nobody may be connected to this one.
  [[nodiscard]] std::unique_ptr<TestDatabase> copy() const;

  [[nodiscard]] database::Kind kind() const { return kind_; }
  /// PostgreSQL: the URL of this test's database; SQLite: the file's path.
  [[nodiscard]] const std::string& url() const { return url_; }
  /// A folder that goes with the test; on SQLite the file is in it.
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

  /// A connection as the engine opens it.
  [[nodiscard]] std::unique_ptr<database::Database> open() const;
  /// The same with options; `url` is filled in.
  [[nodiscard]] std::unique_ptr<database::Database> open(database::Options options) const;
  /// Runs a script of statements separated by ';' outside of strings and bodies, as an application
  /// would: on a connection of its own, search_path public on PostgreSQL.
  void run(std::string_view script) const;

 private:
  TestDatabase(database::Kind kind, const std::string& template_name);

  database::Kind kind_;
  std::string name_;
  std::string url_;
  std::filesystem::path folder_;
};

/// `url` with another database in it.
[[nodiscard]] std::string with_database(const std::string& url, const std::string& name);

/// The statements of a script: split at ';' outside of strings, dollar quotes, comments and
/// BEGIN … END of a trigger's body.
[[nodiscard]] std::vector<std::string> statements_of(std::string_view script);

}  // namespace segue::test
