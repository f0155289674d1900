#include "engine/model/operation.hpp"

#include "engine/model/object.hpp"

namespace segue::model {
namespace {

struct Name {
  std::string_view operator()(const CreateTable&) const { return "create_table"; }
  std::string_view operator()(const DropTable&) const { return "drop_table"; }
  std::string_view operator()(const RenameTable&) const { return "rename_table"; }
  std::string_view operator()(const AddColumn&) const { return "add_column"; }
  std::string_view operator()(const DropColumn&) const { return "drop_column"; }
  std::string_view operator()(const RenameColumn&) const { return "rename_column"; }
  std::string_view operator()(const AlterColumn&) const { return "alter_column"; }
  std::string_view operator()(const CreateIndex&) const { return "create_index"; }
  std::string_view operator()(const DropIndex&) const { return "drop_index"; }
  std::string_view operator()(const CreateConstraint&) const { return "create_constraint"; }
  std::string_view operator()(const DropConstraint&) const { return "drop_constraint"; }
  std::string_view operator()(const RenameConstraint&) const { return "rename_constraint"; }
  std::string_view operator()(const SetReplicaIdentity&) const { return "set_replica_identity"; }
  std::string_view operator()(const ObjectOperation& op) const { return name_of(op); }
  std::string_view operator()(const RawSql&) const { return "sql"; }
  std::string_view operator()(const Phases&) const { return "phases"; }
};

}  // namespace

std::string_view name_of(const OperationBody& body) { return std::visit(Name{}, body); }

}  // namespace segue::model
