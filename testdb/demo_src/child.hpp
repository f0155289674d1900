#pragma once
// Other programs, started with a pipe to their input and from their output, that end with us.

#include <sys/types.h>

#include <string>
#include <vector>

namespace segue::demo {

class Child {
 public:
  explicit Child(const std::vector<std::string>& command);
  Child(Child&& other) noexcept;
  Child& operator=(Child&&) = delete;
  ~Child();  ///< kills it when it still runs

  void write_line(const std::string& line);
  /// The next line of its output; throws std::runtime_error after `timeout_ms` or at its end.
  std::string read_line(int timeout_ms = 20'000);
  /// Everything it still writes until it ends.
  std::string read_rest();
  void kill_now();
  /// Its exit code, or 128 + the signal that ended it.
  int wait();
  [[nodiscard]] bool is_running();

 private:
  bool fill(int timeout_ms);

  pid_t pid_ = -1;
  int input_ = -1;
  int output_ = -1;
  int status_ = 0;
  bool ended_ = false;
  std::string buffer_;
};

}  // namespace segue::demo
