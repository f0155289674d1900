#pragma once
// The writers of the demo as their parent sees them, and what they measured.

#include <cstdint>
#include <string>
#include <vector>

#include "testdb/demo_src/characters.hpp"
#include "testdb/demo_src/child.hpp"

namespace segue::demo {

struct Waits {
  std::int64_t writes = 0;
  std::int64_t longest_us = 0;
  std::int64_t p99_us = 0;  ///< the worst writer's
  std::int64_t refused = 0;
  std::string refusal;  ///< the last one's text

  void add(const Waits& other);
};

class WriterProcess {
 public:
  WriterProcess(int number, const std::vector<std::string>& command)
      : number_(number), child_(command) {}

  [[nodiscard]] int number() const { return number_; }
  [[nodiscard]] bool is_writing() const { return is_writing_; }
  /// What it did since the last time it was asked.
  Waits take_waits();
  /// Every row of its own as it last wrote it.
  Characters dump();
  /// Ends it; the number of its rows that are not what it wrote.
  std::size_t stop();

 private:
  std::vector<std::string> answer();

  int number_;
  Child child_;
  bool is_writing_ = false;
};

}  // namespace segue::demo
