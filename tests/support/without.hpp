#pragma once
// Takes a protection out of this process for a while, to show that its hazard is real.

#include <cstdlib>
#include <optional>
#include <string>

namespace segue::test {

/// What SEGUE_TEST_WITHOUT said before holds again afterwards. Not while other threads run.
class Without {
 public:
  explicit Without(const char* name) {
    if (const char* before = std::getenv(variable)) before_ = before;
    setenv(variable, name, 1);
  }
  Without(const Without&) = delete;
  Without& operator=(const Without&) = delete;
  ~Without() {
    if (before_) {
      setenv(variable, before_->c_str(), 1);
    } else {
      unsetenv(variable);
    }
  }

 private:
  static constexpr const char* variable = "SEGUE_TEST_WITHOUT";
  std::optional<std::string> before_;
};

}  // namespace segue::test
