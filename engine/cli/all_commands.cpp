#include "engine/cli/command.hpp"

namespace segue::cli {

Commands all_commands() {
  Commands commands;
  add_new_command(commands);
  add_plan_command(commands);
  add_run_commands(commands);
  add_reverse_command(commands);
  add_look_commands(commands);
  add_version_commands(commands);
  return commands;
}

}  // namespace segue::cli
