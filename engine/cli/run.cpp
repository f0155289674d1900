#include "engine/cli/run.hpp"

#include <csignal>
#include <exception>

#include "engine/cli/context.hpp"
#include "engine/cli/log.hpp"
#include "engine/report/exit_code.hpp"
#include "segue/load_config.hpp"

namespace segue::cli {
namespace {

int run_command(Context& context, Command& command) {
  try {
    return command.run(context);
  } catch (const Error& error) {
    return context.fail(report::failure_of(error), command.name());
  } catch (const std::exception& error) {
    return context.fail({.kind = ErrorKind::bug, .message = error.what()}, command.name());
  }
}

// Arguments that make no command still get the form of answer that they ask for.
int report_usage(const Error& error, bool is_json, Console& console, SignalWatcher& signals) {
  Context context{{.is_json = is_json}, console, signals};
  return context.fail(report::failure_of(error), "");
}

}  // namespace

int run(int argc, char** argv) {
  // A reader of our output that goes away must not kill a run in the middle of a step.
  std::signal(SIGPIPE, SIG_IGN);
  SignalWatcher signals;
  const Commands commands = all_commands();
  const auto environment = process_environment();
  Invocation invocation;
  try {
    invocation = parse_command_line(argc, argv, commands);
  } catch (const Error& error) {
    Console console{environment, report::ColorWish::automatic};
    return report_usage(error, asks_for_json(argc, argv), console, signals);
  }
  Console console{environment, invocation.globals.color};
  if (invocation.command == nullptr) {
    console.answer(invocation.text);
    return report::exit_code::done;
  }
  set_up_log({.is_quiet = invocation.globals.is_quiet,
              .is_verbose = invocation.globals.is_verbose,
              .has_color = report::wants_color(
                  {.wish = invocation.globals.color, .is_terminal = console.is_live()})});
  Context context{invocation.globals, console, signals};
  const int exit = run_command(context, *invocation.command);
  if (console.is_answer_whole()) return exit;
  console.say("error: the answer could not be written to standard output\n");
  return exit == report::exit_code::done ? report::exit_code::needs_human : exit;
}

}  // namespace segue::cli
