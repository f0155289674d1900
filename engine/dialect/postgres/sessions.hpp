#pragma once
// Questions about other sessions: who stands in the way, who uses which version.

#include <string>
#include <vector>

#include "engine/dialect/dialect.hpp"

namespace segue::dialect::postgres {

[[nodiscard]] std::string blocker_question(const BlockerQuestion& question);
[[nodiscard]] std::string client_question(const std::vector<ClientVersion>& versions);

}  // namespace segue::dialect::postgres
