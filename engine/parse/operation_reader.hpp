#pragma once
// One operation of a file. Inside of this folder only.

#include <optional>
#include <string_view>
#include <vector>

#include "engine/parse/fields.hpp"

namespace segue::parse {

/// An entry of `operations`: a map with one key. Without a value when it is no operation that is
/// built; otherwise as complete as its problems allow.
[[nodiscard]] std::optional<model::Operation> read_operation(const FileContext& file,
                                                             const Node& node);

/// `add_column` and the like, each from the map behind its name.
[[nodiscard]] model::OperationBody read_create_table(const FileContext& file, const Node& node);
[[nodiscard]] model::OperationBody read_add_column(const FileContext& file, const Node& node);
[[nodiscard]] model::OperationBody read_drop_column(const FileContext& file, const Node& node);
[[nodiscard]] model::OperationBody read_rename_column(const FileContext& file, const Node& node);
[[nodiscard]] model::OperationBody read_alter_column(const FileContext& file, const Node& node);
[[nodiscard]] model::OperationBody read_create_index(const FileContext& file, const Node& node);
[[nodiscard]] model::OperationBody read_create_constraint(const FileContext& file,
                                                          const Node& node);
[[nodiscard]] model::OperationBody read_drop_constraint(const FileContext& file, const Node& node);
[[nodiscard]] model::OperationBody read_drop_multicolumn_constraint(const FileContext& file,
                                                                    const Node& node);
[[nodiscard]] model::OperationBody read_rename_constraint(const FileContext& file,
                                                          const Node& node);
[[nodiscard]] model::OperationBody read_set_replica_identity(const FileContext& file,
                                                             const Node& node);

/// `create_view` and the like, one of object_operation_names.
[[nodiscard]] model::OperationBody read_object_operation(const FileContext& file,
                                                         const Entry& entry);
[[nodiscard]] const std::vector<std::string_view>& object_operation_names();

/// The value of the key `phases` of a file, which becomes one operation.
[[nodiscard]] model::Operation read_phases(const FileContext& file, const Entry& entry);

}  // namespace segue::parse
