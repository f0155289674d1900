#pragma once
// Takes a protection out while it lives, beside those that the run takes out already: what another
// protection has to notice.

#include <cstdlib>
#include <string>

namespace segue::test {

class Without {
 public:
  explicit Without(const std::string& name) {
    const char* others = std::getenv(variable);
    if (others != nullptr) before_ = others;
    ::setenv(variable, (before_.empty() ? name : before_ + "," + name).c_str(), 1);
  }
  Without(const Without&) = delete;
  Without& operator=(const Without&) = delete;
  ~Without() {
    if (before_.empty()) {
      ::unsetenv(variable);
    } else {
      ::setenv(variable, before_.c_str(), 1);
    }
  }

 private:
  static constexpr const char* variable = "SEGUE_TEST_WITHOUT";
  std::string before_;
};

}  // namespace segue::test
