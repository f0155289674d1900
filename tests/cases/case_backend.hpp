#pragma once
// What differs between the databases for the case suite: how one is prepared, looked at and
// reached. Stateless; any thread.

#include <string>
#include <vector>

#include "tests/support/test_database.hpp"

namespace segue::test {

/// How a SQLite file keeps its transactions; no other database has a choice.
enum class JournalMode { wal, rollback };

class CaseBackend {
 public:
  virtual ~CaseBackend() = default;

  /// Before setup.sql.
  virtual void prepare(const TestDatabase& database, JournalMode journal) const = 0;
  /// What every client sends on connect.
  [[nodiscard]] virtual std::vector<std::string> client_settings() const = 0;
  /// The engine's own print of the catalogue, which a reversal must restore byte by byte. What
  /// versions add beside the tables is left out.
  [[nodiscard]] virtual std::string print(const TestDatabase& database) const = 0;
  /// Every fact of the schema, free of how it came about: equal for a migrated database and for
  /// one built directly.
  [[nodiscard]] virtual std::string shape(const TestDatabase& database) const = 0;
  /// A select list item whose answer tells value and type.
  [[nodiscard]] virtual std::string exact(const std::string& column) const = 0;
  [[nodiscard]] virtual std::string table(const std::string& name) const = 0;
  /// Objects of ours that should be gone once everything is contracted.
  [[nodiscard]] virtual std::vector<std::string> left_over(const TestDatabase& database) const = 0;
  /// True when the golden plan is this server's: its definitions differ between versions.
  [[nodiscard]] virtual bool has_golden_plans(const TestDatabase& database) const = 0;
};

[[nodiscard]] const CaseBackend& postgres_backend();
[[nodiscard]] const CaseBackend& sqlite_backend();
[[nodiscard]] const CaseBackend& backend_of(database::Kind kind);

}  // namespace segue::test
