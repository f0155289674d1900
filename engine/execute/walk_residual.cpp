#include "engine/execute/walk_residual.hpp"

#include <utility>

namespace segue::execute {
namespace {

constexpr int keys_of_an_answer = 20'000;  // at most

}  // namespace

ResidualScan::ResidualScan(const Environment& environment, const dialect::WalkScript& script)
    : env_(environment),
      script_(script),
      pace_(environment.database, script.residual_pace ? *script.residual_pace : script.pace),
      holes_{{"hi", script.first}, {"limit", std::to_string(keys_of_an_answer)}} {}

bool ResidualScan::next_range() {
  const bool first = !std::exchange(begun_, true);
  if (!script_.residual_pace) return first;
  env_.check_stop();
  if (!first) pace_.give_way(0);
  holes_["position"] = holes_["hi"];
  const database::Result bound = env_.database.query(filled(
      script_.bound,
      {{"position", holes_["position"]}, {"size", std::to_string(pace_.size())}, {"mark", ""}}));
  if (bound.empty() || bound.is_null(0, 0)) return false;
  holes_["hi"] = bound.text(0, 0);
  return true;
}

database::Result ResidualScan::ask() {
  const auto begun = std::chrono::steady_clock::now();
  database::Result found = env_.database.query(filled(script_.residual, holes_));
  pace_.follow(
      std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun).count());
  return found;
}

}  // namespace segue::execute
