#include "tests/hazards/outside.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>

namespace segue::test {

Runner::Runner(const std::string& url, const std::filesystem::path& folder) {
  const std::string database = "--database=" + url, dir = "--dir=" + folder.string();
  const std::array<const char*, 6> arguments{SEGUE_MIGRATE, database.c_str(), dir.c_str(), "--yes",
                                             "up",          nullptr};
  child_ = fork();
  if (child_ != 0) return;
  const int nowhere = open("/dev/null", O_WRONLY);
  dup2(nowhere, STDOUT_FILENO);
  dup2(nowhere, STDERR_FILENO);
  execv(SEGUE_MIGRATE, const_cast<char* const*>(arguments.data()));
  _exit(99);
}

void Runner::kill_now() {
  if (child_ <= 0) return;
  kill(child_, SIGKILL);
  waitpid(child_, nullptr, 0);
  child_ = -1;
}

}  // namespace segue::test
