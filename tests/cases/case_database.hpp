#pragma once
// A database in the situation of a case, with a folder of its migrations (m1.yaml, m2.yaml …)
// beside it; and the one that a direct build would give. Each is its own database and goes with the
// object.

#include <memory>

#include "segue/config.hpp"
#include "segue/engine.hpp"
#include "tests/cases/case_backend.hpp"
#include "tests/cases/case_clients.hpp"
#include "tests/cases/case_folder.hpp"

namespace segue::test {

class CaseDatabase {
 public:
  /// Runs setup.sql. `each` is borrowed and must live on.
  explicit CaseDatabase(const Case& each, JournalMode journal = JournalMode::wal);

  [[nodiscard]] const TestDatabase& database() const { return database_; }
  [[nodiscard]] const CaseBackend& backend() const { return backend_; }
  /// For an Engine on this database: no grace for clients, limits of some seconds.
  [[nodiscard]] Config config() const;
  /// m1, m2 …: the migrations in order.
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }

  /// See CaseBackend.
  [[nodiscard]] std::string print() const { return backend_.print(database_); }
  /// With `columns: moved` its lines are in alphabetical order.
  [[nodiscard]] std::string shape() const;
  /// Every row of every table, columns and rows in alphabetical order, one line a row.
  [[nodiscard]] std::string rows() const;

  /// A client of the base, and one of the newest version that is served now.
  [[nodiscard]] Client old_client() const;
  [[nodiscard]] Client new_client(const Engine& engine) const;
  /// Runs traffic.<side>.sql as that client; uses Catch2's macros.
  void traffic(const std::string& side, const Client& client) const;

 private:
  const Case& case_;
  const CaseBackend& backend_;
  TestDatabase database_;
  std::filesystem::path migrations_;
  std::vector<std::string> names_;
};

/// The final schema by direct.sql, and all traffic of the case on it: the old clients' before, the
/// new ones' after (`with_traffic`; else only what setup.sql holds).
[[nodiscard]] std::unique_ptr<CaseDatabase> direct_build(const Case& each,
                                                         JournalMode journal = JournalMode::wal,
                                                         bool with_traffic = true);

/// The lines in which two prints differ, `-` of the first and `+` of the second; empty: none.
[[nodiscard]] std::string difference(const std::string& left, const std::string& right);

}  // namespace segue::test
