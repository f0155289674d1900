#pragma once
// Whether and how text is coloured. Colour only ever repeats what the words say. Pure; any thread.

#include <optional>
#include <string>
#include <string_view>

namespace segue::report {

/// What `--color` was given as.
enum class ColorWish { automatic, always, never };

/// What decides about colour when nobody asks for it explicitly.
struct ColorSituation {
  ColorWish wish = ColorWish::automatic;           ///< the flag
  std::optional<std::string> clicolor_force = {};  ///< variables; nullopt: not set
  std::optional<std::string> no_color = {};
  bool is_terminal = false;
  std::string term = {};  ///< TERM; "dumb" has no colour
};

/// --color, then CLICOLOR_FORCE (set and not "0"), then NO_COLOR (set and not empty), then the
/// terminal.
[[nodiscard]] bool wants_color(const ColorSituation& situation);

/// Wraps text in escape sequences, or does not.
class Style {
 public:
  explicit Style(bool has_color = false) : has_color_(has_color) {}

  [[nodiscard]] std::string bold(std::string_view text) const { return wrap("1", text); }
  [[nodiscard]] std::string dim(std::string_view text) const { return wrap("2", text); }
  [[nodiscard]] std::string red(std::string_view text) const { return wrap("31", text); }
  [[nodiscard]] std::string green(std::string_view text) const { return wrap("32", text); }
  [[nodiscard]] std::string yellow(std::string_view text) const { return wrap("33", text); }
  [[nodiscard]] std::string cyan(std::string_view text) const { return wrap("36", text); }

 private:
  [[nodiscard]] std::string wrap(std::string_view code, std::string_view text) const;

  bool has_color_;
};

}  // namespace segue::report
