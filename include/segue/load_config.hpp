#pragma once
// Settings as the command finds them, so that a service and the command see the same. The first
// that names a setting wins: `flags`, environment (SEGUE_…; for the database then DATABASE_URL),
// the chosen environment of segue.yaml, segue.yaml itself, the user's file, the default.

#include <filesystem>
#include <map>
#include <string>

#include "segue/config.hpp"

namespace segue {

struct ConfigSources {
  /// Setting's name → text, from flags of the caller.
  std::map<std::string, std::string> flags = {};
  /// Variable → value. The command passes its whole environment, a test passes a few.
  std::map<std::string, std::string> environment = {};
  /// Empty: ./segue.yaml if it is there. Else the file must exist.
  std::filesystem::path file = {};
  /// Entry of `environments:` in segue.yaml. Empty: SEGUE_ENV, then none.
  std::string environment_name = {};
  /// The user's file. Empty: $XDG_CONFIG_HOME/segue/segue.yaml, else ~/.config/segue/segue.yaml;
  /// need not exist.
  std::filesystem::path user_file = {};
};

/// Reads files, connects to nothing. Throws Error(invalid_input) with every problem of every source
/// (file:line:column where there is one): unknown keys, wrong values, an environment that the file
/// does not have. Relative `dir:` of a settings file counts from the folder of that file.
[[nodiscard]] Config load_config(const ConfigSources& sources);

/// The environment of this process as a map, for ConfigSources.
[[nodiscard]] std::map<std::string, std::string> process_environment();

}  // namespace segue
