#pragma once
// A runner that is killed from outside.

#include <sys/types.h>

#include <filesystem>
#include <string>

namespace segue::test {

/// The real command as a child: `migrate up` on this database and folder. Killed when it goes.
class Runner {
 public:
  Runner(const std::string& url, const std::filesystem::path& folder);
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;
  ~Runner() { kill_now(); }

  /// SIGKILL, and waits for its end.
  void kill_now();

 private:
  pid_t child_ = -1;
};

}  // namespace segue::test
