#pragma once
// What the benchmark programs share: running the real command as a child, and a table to print.

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>

namespace segue::bench {

using Clock = std::chrono::steady_clock;

inline double seconds_since(Clock::time_point begun) {
  return std::chrono::duration<double>(Clock::now() - begun).count();
}

struct Ended {
  double seconds = 0;
  double peak_mib = 0;
};

/// Runs a program to its end, silent; throws when it fails. The peak is the child's own.
inline Ended run(const std::vector<std::string>& command) {
  std::vector<char*> arguments;
  for (const std::string& argument : command)
    arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  const auto begun = Clock::now();
  const pid_t child = fork();
  if (child == 0) {
    const int nowhere = open("/dev/null", O_WRONLY);
    dup2(nowhere, 1);
    dup2(nowhere, 2);
    execv(arguments[0], arguments.data());
    _exit(99);
  }
  int status = 0;
  rusage usage{};
  wait4(child, &status, 0, &usage);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    throw std::runtime_error("failed: " + command.back());
  }
  return {.seconds = seconds_since(begun), .peak_mib = static_cast<double>(usage.ru_maxrss) / 1024};
}

inline void line(const std::string& database, const std::string& what, const std::string& value) {
  std::printf("| %-10s | %-58s | %-24s |\n", database.c_str(), what.c_str(), value.c_str());
  std::fflush(stdout);
}

}  // namespace segue::bench
