#pragma once
// Words about objects as a whole: what their operations are called in files, and what people and
// the server call them.

#include <set>
#include <string>
#include <string_view>

#include "engine/model/change.hpp"

namespace segue::model {

/// The operation's name in files: `create_view`.
[[nodiscard]] std::string_view name_of(ObjectAction action, ObjectKind kind);
[[nodiscard]] std::string_view name_of(const ObjectOperation& op);

/// As it stands behind CREATE and DROP, in lower case: `materialized view`.
[[nodiscard]] std::string_view words_of(ObjectKind kind);

/// For people: `view adults`, `function half(integer)`, `trigger log on users`.
[[nodiscard]] std::string described(const ObjectOperation& op);

/// The same object: kind, name, and what belongs to the name.
[[nodiscard]] bool same_object(const ObjectOperation& a, const ObjectOperation& b);

/// What the definition may speak of: every name in it that stands outside of strings.
/// `all_columns`: it has a `*` where a query lists its columns.
struct NamesIn {
  std::set<std::string> names;
  bool all_columns = false;

  [[nodiscard]] bool has(const std::string& name) const;
};
[[nodiscard]] NamesIn names_in(std::string_view definition, DatabaseKind kind);

/// The definition, or the body of a function in a string, mentions this table.
[[nodiscard]] bool mentions(const ObjectOperation& op, const std::string& table);

}  // namespace segue::model
