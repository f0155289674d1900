#include "tests/crash/command.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>

namespace segue::test {

pid_t MigrateCommand::start(const std::vector<std::string>& words) const {
  const std::string url = "--database=" + database;
  const std::string dir = "--dir=" + directory.string();
  std::vector<const char*> arguments = {SEGUE_MIGRATE, url.c_str(), dir.c_str(), "--yes"};
  for (const std::string& word : words) arguments.push_back(word.c_str());
  arguments.push_back(nullptr);
  const std::string log = log_file.string();
  const pid_t child = fork();
  if (child != 0) return child;
  setenv("SEGUE_CLIENT_GRACE", "0", 1);
  setenv("SEGUE_LEASE_WAIT", "10s", 1);
  const int file = open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  dup2(file, 1);
  dup2(file, 2);
  execv(SEGUE_MIGRATE, const_cast<char* const*>(arguments.data()));
  _exit(99);
}

int MigrateCommand::run(const std::vector<std::string>& words,
                        std::optional<Microseconds> kill_after) const {
  const pid_t child = start(words);
  if (kill_after) {
    const timespec moment{.tv_sec = kill_after->count() / 1'000'000,
                          .tv_nsec = kill_after->count() % 1'000'000 * 1000};
    nanosleep(&moment, nullptr);
    kill(child, SIGKILL);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

std::string MigrateCommand::log() const {
  std::ifstream file(log_file);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace segue::test
