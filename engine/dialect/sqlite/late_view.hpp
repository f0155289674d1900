#pragma once
// How views of contracted versions are told from the user's. Pure; any thread.

#include <string>

#include "engine/model/catalog.hpp"

namespace segue::dialect::sqlite {

/// True of a view that a contract left under its version's name: the name is made of the author's
/// words, those of its triggers are ours.
[[nodiscard]] bool is_late_view(const model::CatalogTable& table);
[[nodiscard]] bool is_trigger_of_late_view(const std::string& name);

}  // namespace segue::dialect::sqlite
