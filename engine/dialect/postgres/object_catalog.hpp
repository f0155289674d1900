#pragma once
// Whole objects in the server's catalogue: whether one is there, whose it is, what stands on it.

#include <string>
#include <vector>

#include "engine/model/change.hpp"

namespace segue::dialect::postgres {

/// A query of one row (class, object, owner), or none: the object is not there.
[[nodiscard]] std::string found_object(const model::ObjectOperation& op, const std::string& schema);

/// What the change takes away itself, as dependents_of names it: columns as `table.column`, others
/// by their name.
[[nodiscard]] std::vector<std::string> leaving_with(const model::Change& change);

/// A query of one row (count, example) when something else has the name that the object would take.
[[nodiscard]] std::string same_name(const model::ObjectOperation& op, const std::string& schema);

/// A query of one row with the names of what stands on the object, or none. What `expected` names
/// (as leaving_with does), functions of ours and refusing views do not count.
[[nodiscard]] std::string dependents_of(const model::ObjectOperation& op, const std::string& schema,
                                        const std::vector<std::string>& expected);

/// Refusing views that show the object, which nobody reads, go on to refuse without it.
[[nodiscard]] std::string let_go_of(const model::ObjectOperation& op, const std::string& schema);

}  // namespace segue::dialect::postgres
