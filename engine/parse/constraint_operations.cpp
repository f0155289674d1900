#include <fmt/format.h>

#include <algorithm>

#include "engine/parse/column_reader.hpp"
#include "engine/parse/operation_reader.hpp"
#include "engine/parse/sql_fields.hpp"

// Operations on constraints that stand, or are to stand, on a table.

namespace segue::parse {
namespace {

Keys create_constraint_keys() {
  Keys keys = constraint_keys();
  std::erase(keys.known, "exclude");
  for (const char* key : {"table", "up", "down", "on_error"}) keys.known.emplace_back(key);
  keys.unbuilt.emplace_back("strategy");
  return keys;
}

const Keys drop_keys{{"table", "name", "up", "down", "on_error"}, {"strategy"}};

model::DropConstraint read_drop(const Fields& fields) {
  model::DropConstraint drop;
  drop.table = fields.qualified_name("table");
  drop.name = fields.name("name");
  drop.on_error = read_on_error(fields);
  return drop;
}

// A CHECK need not list its columns.
void check_columns(const Fields& fields, const model::CreateConstraint& create) {
  for (const auto* expressions : {&create.up, &create.down}) {
    for (const auto& [column, text] : *expressions) {
      const auto& columns = create.constraint.columns;
      if (columns.empty() || std::find(columns.begin(), columns.end(), column) != columns.end()) {
        continue;
      }
      fields.report(fields.where(),
                    fmt::format("create_constraint: {} has an expression and is not among its "
                                "\"columns\"",
                                quoted_excerpt(column)));
    }
  }
}

}  // namespace

model::OperationBody read_create_constraint(const FileContext& file, const Node& node) {
  const Fields fields(file, node, "create_constraint", create_constraint_keys());
  model::CreateConstraint create;
  create.table = fields.qualified_name("table");
  create.constraint = read_constraint(fields);
  if (create.constraint.type == model::ConstraintType::exclude) {
    fields.report(fields.where(),
                  "create_constraint: nothing can build an exclusion constraint beside running "
                  "writers; give it to create_table, or say it in `phases`");
  }
  create.up = read_mappings(fields, "up");
  create.down = read_mappings(fields, "down");
  create.on_error = read_on_error(fields);
  check_columns(fields, create);
  return create;
}

model::OperationBody read_drop_constraint(const FileContext& file, const Node& node) {
  const Fields fields(file, node, "drop_constraint", drop_keys);
  model::DropConstraint drop = read_drop(fields);
  if (auto up = read_mapping(fields, "up")) drop.up.emplace_back("", std::move(*up));
  if (auto down = read_mapping(fields, "down")) drop.down.emplace_back("", std::move(*down));
  return drop;
}

model::OperationBody read_drop_multicolumn_constraint(const FileContext& file, const Node& node) {
  const Fields fields(file, node, "drop_multicolumn_constraint", drop_keys);
  model::DropConstraint drop = read_drop(fields);
  drop.up = read_mappings(fields, "up");
  drop.down = read_mappings(fields, "down");
  return drop;
}

model::OperationBody read_rename_constraint(const FileContext& file, const Node& node) {
  const Fields fields(file, node, "rename_constraint", {{"table", "from", "to"}, {"strategy"}});
  return model::RenameConstraint{fields.qualified_name("table"), fields.name("from"),
                                 fields.name("to")};
}

model::OperationBody read_set_replica_identity(const FileContext& file, const Node& node) {
  using model::ReplicaIdentity;
  const Fields fields(file, node, "set_replica_identity", {{"table", "identity"}, {"strategy"}});
  model::SetReplicaIdentity set;
  set.table = fields.qualified_name("table");
  const Node* const map = fields.map("identity", Needed::yes);
  if (map == nullptr) return set;
  const Fields identity(file, *map, "identity", {{"type", "index"}});
  const std::string type =
      identity.choice("type", Needed::yes, {"default", "full", "nothing", "index"});
  set.identity = type == "full"      ? ReplicaIdentity::full
                 : type == "nothing" ? ReplicaIdentity::nothing
                 : type == "index"   ? ReplicaIdentity::index
                                     : ReplicaIdentity::standard;
  const bool wants_index = set.identity == ReplicaIdentity::index;
  set.index = identity.name("index", wants_index ? Needed::yes : Needed::no);
  if (!wants_index && identity.find("index") != nullptr && !set.index.empty()) {
    identity.report(identity.where(), "identity: \"index\" means nothing beside another type");
  }
  return set;
}

}  // namespace segue::parse
