#include "engine/dialect/postgres/constraint_text.hpp"

#include <fmt/format.h>

namespace segue::dialect::postgres {

std::string check_condition(std::string definition) {
  definition.erase(0, std::string_view("CHECK ").size());
  for (const std::string_view end : {" NOT ENFORCED", " NOT VALID", " NO INHERIT"}) {
    if (definition.ends_with(end)) definition.resize(definition.size() - end.size());
  }
  return definition;
}

std::string count_of_orphans(const std::string& rows, const Identifier& alias,
                             const ForeignKeyText& key) {
  std::vector<std::string> present, equal, absent;
  for (std::size_t i = 0; i < key.columns.size() && i < key.referenced.size(); ++i) {
    const std::string column = fmt::format("{}.{}", alias, Identifier(key.columns[i]));
    present.push_back(column + " IS NOT NULL");
    absent.push_back(column + " IS NULL");
    equal.push_back(fmt::format("segue_parent.{} = {}", Identifier(key.referenced[i]), column));
  }
  if (equal.empty()) return "SELECT 0";
  std::string orphan =
      fmt::format("{} AND NOT EXISTS (SELECT FROM {} AS segue_parent WHERE {})",
                  fmt::join(present, " AND "), key.parent, fmt::join(equal, " AND "));
  if (key.match_full && equal.size() > 1) {
    orphan = fmt::format("({}) OR (({}) AND ({}))", orphan, fmt::join(absent, " OR "),
                         fmt::join(present, " OR "));
  }
  return fmt::format("SELECT count(*) FROM {} WHERE {}", rows, orphan);
}

std::string count_of_violators(const QualifiedName& table,
                               const model::DroppedConstraint& constraint) {
  if (constraint.type == 'c') {
    return fmt::format("SELECT count(*) FROM ONLY {} WHERE NOT {}", table,
                       check_condition(constraint.definition));
  }
  return count_of_orphans(
      fmt::format("ONLY {} AS segue_child", table), Identifier("segue_child"),
      {.columns = constraint.columns,
       .parent = constraint.referenced_table,
       .referenced = constraint.referenced_columns,
       .match_full = constraint.definition.find(" MATCH FULL") != std::string::npos});
}

std::string replica_identity(const model::SetReplicaIdentity& set) {
  switch (set.identity) {
    case model::ReplicaIdentity::standard:
      return "DEFAULT";
    case model::ReplicaIdentity::full:
      return "FULL";
    case model::ReplicaIdentity::nothing:
      return "NOTHING";
    case model::ReplicaIdentity::index:
      break;
  }
  return fmt::format("USING INDEX {}", Identifier(set.index));
}

}  // namespace segue::dialect::postgres
