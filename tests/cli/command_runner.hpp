#pragma once
// Runs the command as a child process, in a folder of its own and with a small environment, so that
// nothing of the machine's settings reaches it.

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace segue::test {

struct Ended {
  int exit = -1;
  std::string out;
  std::string err;
};

/// A folder that goes with the test, and the command in it.
class CommandRunner {
 public:
  explicit CommandRunner(std::string program) : program_(std::move(program)) {
    std::string pattern = (std::filesystem::temp_directory_path() / "segue-cli-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
    folder_ = pattern;
    environment_["HOME"] = folder_.string();
  }
  ~CommandRunner() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  CommandRunner(const CommandRunner&) = delete;
  CommandRunner& operator=(const CommandRunner&) = delete;

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  void set(const std::string& name, const std::string& value) { environment_[name] = value; }
  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((folder_ / name).parent_path());
    std::ofstream{folder_ / name} << text;
  }
  /// Empty for what is no ordinary file: a device may have no end.
  [[nodiscard]] std::string read(const std::string& name) const {
    if (!std::filesystem::is_regular_file(folder_ / name)) return "";
    std::ostringstream text;
    text << std::ifstream{folder_ / name}.rdbuf();
    return text.str();
  }

  /// Starts it and returns its process id; output goes to the files `out` and `err` of the folder.
  [[nodiscard]] pid_t start(const std::vector<std::string>& arguments) const {
    const pid_t child = ::fork();
    if (child < 0) throw std::runtime_error("fork");
    if (child == 0) become(arguments);
    return child;
  }
  [[nodiscard]] Ended finish(pid_t child) const {
    int status = 0;
    if (::waitpid(child, &status, 0) != child) throw std::runtime_error("waitpid");
    const int exit = WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
    return {exit, read("out"), read("err")};
  }
  [[nodiscard]] Ended operator()(const std::vector<std::string>& arguments) const {
    return finish(start(arguments));
  }

 private:
  static void redirect(const std::filesystem::path& path, int flags, int descriptor) {
    const int file = ::open(path.c_str(), flags, 0600);
    if (file < 0 || ::dup2(file, descriptor) < 0) ::_exit(126);
  }

  [[noreturn]] void become(const std::vector<std::string>& arguments) const {
    redirect("/dev/null", O_RDONLY, STDIN_FILENO);
    redirect(folder_ / "out", O_WRONLY | O_CREAT | O_TRUNC, STDOUT_FILENO);
    redirect(folder_ / "err", O_WRONLY | O_CREAT | O_TRUNC, STDERR_FILENO);
    if (::chdir(folder_.c_str()) != 0) ::_exit(126);
    std::vector<std::string> words{program_};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<std::string> variables;
    for (const auto& [name, value] : environment_) variables.push_back(name + "=" + value);
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    std::vector<char*> envp;
    for (std::string& variable : variables) envp.push_back(variable.data());
    envp.push_back(nullptr);
    ::execve(program_.c_str(), argv.data(), envp.data());
    ::_exit(127);
  }

  std::string program_;
  std::filesystem::path folder_;
  std::map<std::string, std::string> environment_;
};

}  // namespace segue::test
