#include "engine/cli/console.hpp"

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <optional>

namespace segue::cli {
namespace {

constexpr int poll_ms = 100;

std::optional<std::string> find(const std::map<std::string, std::string>& variables,
                                const std::string& name) {
  const auto found = variables.find(name);
  if (found == variables.end()) return std::nullopt;
  return found->second;
}

report::Style style_for(int descriptor, const std::map<std::string, std::string>& environment,
                        report::ColorWish wish) {
  return report::Style{report::wants_color({.wish = wish,
                                            .clicolor_force = find(environment, "CLICOLOR_FORCE"),
                                            .no_color = find(environment, "NO_COLOR"),
                                            .is_terminal = isatty(descriptor) == 1,
                                            .term = find(environment, "TERM").value_or("")})};
}

// Returns the error that ended it, 0 when everything was written.
int write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(descriptor, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return 0;
}

// A line from the terminal, given up when a stop is requested.
std::string read_line(const std::stop_token& stop) {
  std::string line;
  while (!stop.stop_requested()) {
    pollfd input{STDIN_FILENO, POLLIN, 0};
    if (::poll(&input, 1, poll_ms) <= 0) continue;
    char byte = '\0';
    if (::read(STDIN_FILENO, &byte, 1) != 1) return "";
    if (byte == '\n') return line;
    line += byte;
  }
  return "";
}

}  // namespace

Console::Console(const std::map<std::string, std::string>& environment, report::ColorWish wish)
    : is_input_terminal_(isatty(STDIN_FILENO) == 1),
      is_error_terminal_(isatty(STDERR_FILENO) == 1),
      is_dumb_(find(environment, "TERM").value_or("dumb") == "dumb"),
      answer_style_(style_for(STDOUT_FILENO, environment, wish)),
      error_style_(style_for(STDERR_FILENO, environment, wish)) {}

void Console::answer(std::string_view text) {
  const int error = write_all(STDOUT_FILENO, text);
  if (error != 0 && error != EPIPE) is_answer_whole_ = false;
}

// Nobody can be told when standard error itself fails.
void Console::say(std::string_view text) const {
  static_cast<void>(write_all(STDERR_FILENO, text));
}

std::size_t Console::columns() const {
  constexpr std::size_t usual = 80;
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return usual;
  return size.ws_col;
}

bool Console::ask(std::string_view question, const std::stop_token& stop) const {
  say(std::string{question} + " [y/N] ");
  const std::string line = read_line(stop);
  return line == "y" || line == "Y" || line == "yes";
}

}  // namespace segue::cli
