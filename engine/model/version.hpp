#pragma once
// A version: a logical schema as a client of it sees it, each column mapped to the physical column that
// holds it. The base version is what the catalogue shows without what live migrations added. A migration
// is planned against the newest version, not against the tables.

#include <optional>
#include <string>
#include <vector>

#include "engine/model/operation.hpp"

namespace segue::model {

/// What a version promises of a column.
struct ColumnShape {
  std::string type;
  bool nullable = true;
  std::optional<std::string> default_sql;
  std::optional<std::string> comment;
  std::string collation;
  std::string generated;    // expression
  char identity = ' ';      // 'a' always, 'd' by default, 's' serial (of a new column)
  int primary_key = 0;      // place within the primary key, from 1

  friend bool operator==(const ColumnShape&, const ColumnShape&) = default;
};

struct VersionColumn {
  std::string name;
  std::string physical;     // column of the base table; SQLite: of the base or of the shadow
  ColumnShape shape;

  friend bool operator==(const VersionColumn&, const VersionColumn&) = default;
};

struct VersionTable {
  std::string name;
  std::string physical;     // the base table's name
  std::vector<VersionColumn> columns;

  [[nodiscard]] const VersionColumn* column(const std::string& wanted) const;
  friend bool operator==(const VersionTable&, const VersionTable&) = default;
};

struct Version {
  std::string name;         // the migration's name; empty for the base
  std::vector<VersionTable> tables;

  [[nodiscard]] const VersionTable* table(const std::string& wanted) const;
  [[nodiscard]] VersionTable* table(const std::string& wanted);
};

}  // namespace segue::model
