#pragma once
// What running and taking back share.

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "engine/execute/environment.hpp"

namespace segue::execute {

[[nodiscard]] inline std::map<std::string, journal::StepRow> by_id(
    const std::vector<journal::StepRow>& rows) {
  std::map<std::string, journal::StepRow> out;
  for (const journal::StepRow& row : rows) out[row.id] = row;
  return out;
}

[[nodiscard]] inline std::chrono::milliseconds since(Clock::time_point begun) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun);
}

}  // namespace segue::execute
