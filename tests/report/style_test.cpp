#include "engine/report/style.hpp"

#include <catch2/catch.hpp>

#include "engine/report/layout.hpp"

using namespace segue::report;

TEST_CASE("colour follows the flag, then CLICOLOR_FORCE, then NO_COLOR, then the terminal",
          "[report]") {
  CHECK(wants_color({.is_terminal = true}));
  CHECK_FALSE(wants_color({}));
  CHECK_FALSE(wants_color({.is_terminal = true, .term = "dumb"}));
  CHECK_FALSE(wants_color({.no_color = "1", .is_terminal = true}));
  CHECK(wants_color({.no_color = "", .is_terminal = true}));
  CHECK(wants_color({.clicolor_force = "1", .no_color = "1"}));
  CHECK_FALSE(wants_color({.clicolor_force = "0"}));
  CHECK(wants_color({.wish = ColorWish::always, .no_color = "1"}));
  CHECK_FALSE(wants_color({.wish = ColorWish::never, .clicolor_force = "1", .is_terminal = true}));
}

TEST_CASE("amounts are written for people", "[report]") {
  using std::chrono::milliseconds;
  CHECK(number_text(0) == "0");
  CHECK(number_text(-1234567) == "-1,234,567");
  CHECK(number_text(-123) == "-123");
  CHECK(count_text(1, "row", "rows") == "1 row");
  CHECK(duration_text(milliseconds{999}) == "999 ms");
  CHECK(duration_text(milliseconds{3450}) == "3.4 s");
  CHECK(duration_text(milliseconds{125'000}) == "2 min 5 s");
  CHECK(duration_text(milliseconds{90'061'000}) == "1 d 1 h");
}

TEST_CASE("columns align by characters, not by bytes or escapes", "[report]") {
  const Style style{true};
  CHECK(aligned({{"né", "x"}, {"abcd", "y"}}) == "né    x\nabcd  y\n");
  CHECK(visible_width(style.red("né")) == 2);
}

TEST_CASE("a long text wraps at words under its first", "[report]") {
  CHECK(wrapped("aa bb cc", {.indent = 2, .columns = 7}) == "aa bb\n  cc");
  CHECK(wrapped("", {}).empty());
  CHECK(wrapped("abcdefgh", {.indent = 0, .columns = 3}) == "abcdefgh");
}

TEST_CASE("text from a database cannot steer the terminal", "[report]") {
  CHECK(one_line("a\x1b[2Jb\nc\r") == "a [2Jb c");
}
