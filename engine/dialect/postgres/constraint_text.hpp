#pragma once
// Texts about constraints: questions about rows, from a definition as the server prints it.

#include <string>
#include <vector>

#include "engine/core/identifier.hpp"
#include "engine/model/change.hpp"

namespace segue::dialect::postgres {

/// The condition of "CHECK ((a > 0)) NO INHERIT NOT VALID", in its parentheses.
[[nodiscard]] std::string check_condition(std::string definition);

/// Query for the number of rows that a CHECK or foreign key of before refuses now.
[[nodiscard]] std::string count_of_violators(const QualifiedName& table,
                                             const model::DroppedConstraint& constraint);

struct ForeignKeyText {
  std::vector<std::string> columns;
  std::string parent;                   // quoted
  std::vector<std::string> referenced;  // empty: unknown, then nothing is counted
  bool match_full = false;
};

/// Query for the number of rows of `rows`, which has the alias `alias`, that refer to nothing. With
/// MATCH FULL also of those in which some columns are NULL and others not.
[[nodiscard]] std::string count_of_orphans(const std::string& rows, const Identifier& alias,
                                           const ForeignKeyText& key);

/// What follows REPLICA IDENTITY.
[[nodiscard]] std::string replica_identity(const model::SetReplicaIdentity& set);

}  // namespace segue::dialect::postgres
