#pragma once
// The real command `migrate` as a child that is killed by SIGKILL after a while, or not. Any
// thread.

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace segue::test {

struct MigrateCommand {
  using Microseconds = std::chrono::microseconds;

  std::string database;             // URL
  std::filesystem::path directory;  // of the migrations
  std::filesystem::path log_file;

  /// Runs `migrate --yes` with these words. Its exit code, or -9 when it was killed before it
  /// ended.
  [[nodiscard]] int run(const std::vector<std::string>& words,
                        std::optional<Microseconds> kill_after = {}) const;
  /// What the last run said.
  [[nodiscard]] std::string log() const;

 private:
  [[nodiscard]] pid_t start(const std::vector<std::string>& words) const;
};

}  // namespace segue::test
