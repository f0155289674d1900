#pragma once
// Names of what we put into a PostgreSQL database. Frozen: a database in the middle of a migration
// holds them, and the engine that resumes it must find them again.

#include <string>

#include "engine/core/identifier.hpp"
#include "engine/core/own_names.hpp"
#include "engine/model/change.hpp"

namespace segue::dialect::postgres {

/// The hidden column that tells the INSERT trigger which version a row came through.
inline constexpr const char* marker_column = own_marker.data();
inline constexpr std::size_t max_name_bytes = 63;
/// '~' sorts after every letter and digit; preflight and drift checks verify that none sorts after
/// it. Beside triggers of the user the name may have one of theirs in front (trigger_order.hpp).
inline constexpr const char* insert_trigger = "~segue_insert";
inline constexpr const char* update_trigger = "~segue_update";
inline constexpr const char* first_insert_trigger = " segue_insert";
inline constexpr const char* first_update_trigger = " segue_update";
[[nodiscard]] bool is_our_trigger(const std::string& name);

/// The schema in which a version is published.
[[nodiscard]] std::string version_schema(const std::string& schema, const std::string& version);
/// The hidden view below a version's view of a table with sync.
[[nodiscard]] QualifiedName inner_view(const std::string& schema, const std::string& table,
                                       int ordinal);
[[nodiscard]] QualifiedName sync_function(const std::string& schema, const std::string& table,
                                          const std::string& event);
/// Function of an expression: role is "up" or "down"; `raises` is its probing twin.
[[nodiscard]] QualifiedName expression_function(int ordinal, const model::TableChange& table,
                                                const model::ColumnChange& column,
                                                const std::string& role);
/// The name that an index or constraint has on the new side until the swap.
[[nodiscard]] std::string interim_name(int ordinal, const std::string& name);

}  // namespace segue::dialect::postgres
