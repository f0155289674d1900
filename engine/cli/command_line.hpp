#pragma once
// Arguments → what to run with which global options. The flags of settings come from the table of
// settings; nothing about a single setting stands here.

#include <map>
#include <string>

#include "engine/cli/command.hpp"
#include "engine/report/style.hpp"

namespace segue::cli {

struct GlobalOptions {
  std::map<std::string, std::string> settings;  ///< setting's name → text
  std::string config_file;
  std::string environment;
  bool is_json = false;
  bool says_yes = false;
  bool is_quiet = false;
  bool is_verbose = false;
  report::ColorWish color = report::ColorWish::automatic;
};

struct Invocation {
  GlobalOptions globals;
  Command* command = nullptr;  ///< borrowed from the list; nullptr: print `text` and be done
  std::string text;            ///< help or version
};

/// Throws Error(invalid_input) for arguments that make no command; `next` names the help to read.
[[nodiscard]] Invocation parse_command_line(int argc, char** argv, const Commands& commands);

/// Whether `--json` was given, for a command line that cannot be parsed.
[[nodiscard]] bool asks_for_json(int argc, char** argv);

}  // namespace segue::cli
