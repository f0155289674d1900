#pragma once
// What the environment says about which kills a crash test takes; a variable that is empty is not
// set. SEGUE_TEST_ALL: all; else a sample by SEGUE_TEST_SEED. SEGUE_TEST_PART=2/3 is the second
// third of the cases; SEGUE_TEST_EVERY=2/5 is a fifth of each case's kills, 5 alone is 1/5.

#include <catch2/catch.hpp>

#include <cstdlib>
#include <string>

namespace segue::test {

inline std::string setting(const char* name) {
  const char* text = std::getenv(name);
  return text == nullptr ? "" : text;
}

inline int number(const char* name, int otherwise) {
  const std::string text = setting(name);
  return text.empty() ? otherwise : std::stoi(text);
}

inline bool takes_all() { return !setting("SEGUE_TEST_ALL").empty(); }

inline unsigned test_seed() {
  const std::string text = setting("SEGUE_TEST_SEED");
  return text.empty() ? Catch::rngSeed() : static_cast<unsigned>(std::stoul(text));
}

struct Part {
  std::size_t number = 0;  // from 0
  std::size_t of = 1;
};

inline Part wanted_part(const char* name) {
  const std::string text = setting(name);
  const std::size_t slash = text.find('/');
  if (text.empty()) return {};
  if (slash == std::string::npos) return {0, std::stoul(text)};
  return {std::stoul(text.substr(0, slash)) - 1, std::stoul(text.substr(slash + 1))};
}

}  // namespace segue::test
