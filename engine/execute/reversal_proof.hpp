#pragma once
// Whether a reversal brought back what was there: the catalogue print from before the migration
// against that of now. Pure; any thread.
//
// Other people may have changed the database while the migration was in flight. What they added,
// and what they changed in objects that the migration does not touch, is no failure of the
// reversal. So a difference counts when it is one of these: an object of a touched table is gone,
// or its shape is another; something that bears our name or that the migration made is still there.

#include <string>
#include <vector>

#include "engine/model/plan.hpp"

namespace segue::execute {

struct ReversalPrints {
  const std::string& before;
  const std::string& now;
  const model::Plan& plan;
  /// Other migrations are in flight: objects that bear our name may be theirs.
  bool has_others = false;
};

struct ReversalDifferences {
  std::vector<std::string> ours;     // the reversal is not proved
  std::vector<std::string> foreign;  // worth telling

  [[nodiscard]] bool empty() const { return ours.empty() && foreign.empty(); }
};

/// In words, one object or fact each.
[[nodiscard]] ReversalDifferences differences_of(const ReversalPrints& prints);

}  // namespace segue::execute
