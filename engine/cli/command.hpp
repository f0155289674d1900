#pragma once
// One command of `migrate`: its name and flags, and what it does. A command is made for one run.

#include <memory>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace segue::cli {

class Context;

class Command {
 public:
  virtual ~Command() = default;

  [[nodiscard]] virtual std::string name() const = 0;
  /// One line for the list of commands.
  [[nodiscard]] virtual std::string summary() const = 0;
  /// Adds flags and arguments, bound to members of this.
  virtual void add_options(CLI::App& app) = 0;
  /// Answers and returns the exit code; throws segue::Error for a failure that ends it.
  [[nodiscard]] virtual int run(Context& context) = 0;
};

using Commands = std::vector<std::unique_ptr<Command>>;

// One function per file of commands.
void add_plan_command(Commands& commands);
void add_run_commands(Commands& commands);
void add_reverse_command(Commands& commands);
void add_look_commands(Commands& commands);
void add_version_commands(Commands& commands);
void add_new_command(Commands& commands);

/// All of them, in the order of the help.
[[nodiscard]] Commands all_commands();

}  // namespace segue::cli
