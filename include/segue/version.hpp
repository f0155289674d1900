#pragma once
// What a client needs to know about versions. Plain data.

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "segue/states.hpp"

namespace segue {

/// How a version is reached.
struct VersionView {
  std::string version = {};
  DatabaseKind database = DatabaseKind::postgres;
  bool served = false;
  std::string database_name = {};  ///< PostgreSQL
  /// PostgreSQL: a role whose setting in this database selects it, also through poolers; empty:
  /// none
  std::string role = {};
  std::vector<std::string> search_path = {};  ///< PostgreSQL; unquoted names
  /// Logical table → the name by which this version reaches it; only tables that differ.
  std::map<std::string, std::string> tables = {};
};

/// What a connection pool sends on every new connection.
struct SessionSettings {
  /// Settings by name, in the server's own text form; empty on SQLite.
  std::vector<std::pair<std::string, std::string>> settings = {};
  /// The same as statements.
  std::vector<std::string> sql = {};
  /// PostgreSQL: the same as a statement that refuses a version that is not served; empty for the
  /// base.
  std::string checked = {};
  /// PostgreSQL: the same for a role of the version's own, which survives every pooler: a statement
  /// to be run once, in which `<role>` stands for the role's name.
  std::string for_role = {};
  /// The same as variables that libpq reads ("PGOPTIONS").
  std::map<std::string, std::string> environment = {};
  /// SQLite, for a client that can only say the table's own name: a TEMP view of that name over the
  /// version's table, until contract. A view has limits (docs/phases.md); ask table_name instead.
  std::vector<std::string> alias = {};
};

/// The versions that a service can work with, both included; an empty end is open.
struct VersionRange {
  std::string oldest = {};
  std::string newest = {};
};

struct Compatibility {
  std::optional<std::string> version = {};  ///< newest served one in the range; none: do not start
  bool worth_waiting = false;               ///< one in the range is on its way
  std::string reason = {};                  ///< why none, or what stands in the way
};

/// How waiting for a version ended.
enum class WaitOutcome { served, timed_out, stopped };

}  // namespace segue
