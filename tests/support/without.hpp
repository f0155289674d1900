#pragma once
// Takes a protection out for the length of a test (engine/core/protection.hpp), beside those that
// the environment takes out: for a mechanism that a refusal keeps from users for now.

#include <cstdlib>
#include <string>

namespace segue::test {

class Without {
 public:
  explicit Without(const std::string& name) {
    const char* before = std::getenv("SEGUE_TEST_WITHOUT");
    had_ = before != nullptr;
    before_ = had_ ? before : "";
    const std::string all = before_.empty() ? name : before_ + "," + name;
    setenv("SEGUE_TEST_WITHOUT", all.c_str(), 1);
  }
  Without(const Without&) = delete;
  Without& operator=(const Without&) = delete;
  ~Without() {
    if (had_) {
      setenv("SEGUE_TEST_WITHOUT", before_.c_str(), 1);
    } else {
      unsetenv("SEGUE_TEST_WITHOUT");
    }
  }

 private:
  bool had_ = false;
  std::string before_;
};

}  // namespace segue::test
