#include "engine/report/style.hpp"

#include <fmt/format.h>

namespace segue::report {

bool wants_color(const ColorSituation& situation) {
  switch (situation.wish) {
    case ColorWish::always: return true;
    case ColorWish::never: return false;
    case ColorWish::automatic: break;
  }
  const std::string force = situation.clicolor_force.value_or("");
  if (!force.empty() && force != "0") return true;
  if (!situation.no_color.value_or("").empty()) return false;
  return situation.is_terminal && situation.term != "dumb";
}

std::string Style::wrap(std::string_view code, std::string_view text) const {
  if (!has_color_ || text.empty()) return std::string{text};
  return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

}  // namespace segue::report
