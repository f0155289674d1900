#pragma once
// The log on standard error: for what is about the command itself; what a run does is told by
// events. Any thread.

#include <string_view>

namespace segue::cli {

struct LogOptions {
  bool is_quiet = false;
  bool is_verbose = false;
  bool has_color = false;
};

/// Once, at the start of a command. Before it only warnings are shown.
void set_up_log(const LogOptions& options);

void log_debug(std::string_view text);
void log_warning(std::string_view text);

}  // namespace segue::cli
