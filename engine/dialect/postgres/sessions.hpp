#pragma once
// Questions about other sessions: who stands in the way, who uses which version.

#include <string>
#include <vector>

#include "engine/dialect/dialect.hpp"

namespace segue::dialect::postgres {

/// A condition: session `pid` (an expression) is none of the engine's own.
[[nodiscard]] std::string is_of_others(const std::string& pid);
[[nodiscard]] std::string blocker_question(const BlockerQuestion& question);
[[nodiscard]] std::string client_question(const std::vector<ClientVersion>& versions);

}  // namespace segue::dialect::postgres
