#include "engine/cli/command_line.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <string_view>

#include "segue/error.hpp"
#include "segue/settings.hpp"

namespace segue::cli {
namespace {

// Settings that nearly every call needs stand in the help of every command; the others have a page.
constexpr std::array<std::string_view, 3> common_settings{"database", "dir", "schema"};

constexpr const char* footer =
    R"(Every setting has a flag, a variable SEGUE_… and a key in segue.yaml: see --help-settings.

Exit codes: 0 done, 1 the answer is no, 2 cannot run and nothing was changed, 3 run it again later,
4 a human must look, 130 and 143 interrupted at a safe point.)";

bool is_common(const std::string& name) {
  return std::find(common_settings.begin(), common_settings.end(), name) != common_settings.end();
}

std::string settings_help() {
  std::string out =
      "Settings. The first that names one wins: flag, variable (DATABASE_URL after\n"
      "SEGUE_DATABASE_URL), environment in segue.yaml, segue.yaml, user file, default.\n\n";
  for (const SettingInfo& info : all_settings()) {
    out += fmt::format("{} {}\n    {}.\n    {}, segue.yaml: {}{}\n", info.flag, info.value,
                       info.help, info.environment, info.name,
                       info.initial.empty() ? "" : fmt::format(", default {}", info.initial));
  }
  return out;
}

void add_settings(CLI::App& app, GlobalOptions& globals) {
  for (const SettingInfo& info : all_settings()) {
    const std::string name = info.name;
    auto* option = app.add_option_function<std::string>(
        info.flag, [&globals, name](const std::string& text) { globals.settings[name] = text; },
        info.help);
    option->type_name(info.value)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    option->group(is_common(name) ? "Options" : "");
  }
}

void add_globals(CLI::App& app, GlobalOptions& globals) {
  app.add_option("--config", globals.config_file, "Settings file instead of ./segue.yaml")
      ->type_name("FILE");
  app.add_option("--env", globals.environment, "Environment of the settings file")
      ->type_name("NAME");
  app.add_flag("--json", globals.is_json, "One JSON document on standard output");
  app.add_flag("-y,--yes", globals.says_yes, "Answer yes to what would be asked");
  app.add_option("--color", globals.color, "When to colour: auto, always or never")
      ->option_text("WHEN")
      ->transform(CLI::Transformer(
          std::map<std::string, report::ColorWish>{{"auto", report::ColorWish::automatic},
                                                   {"always", report::ColorWish::always},
                                                   {"never", report::ColorWish::never}}));
  auto* quiet = app.add_flag("-q,--quiet", globals.is_quiet, "No progress")->option_text(" ");
  app.add_flag("-v,--verbose", globals.is_verbose, "Also retries, notes and settings")
      ->excludes(quiet)
      ->option_text(" ");
}

std::string help_command(const CLI::App& app) {
  for (const CLI::App* sub : app.get_subcommands()) {
    return fmt::format("migrate {} --help", sub->get_name());
  }
  return "migrate --help";
}

}  // namespace

Invocation parse_command_line(int argc, char** argv, const Commands& commands) {
  Invocation out;
  CLI::App app{"Carries a live database from one schema to the next while old and new code run.",
               "migrate"};
  app.footer(footer);
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  app.set_version_flag("--version", std::string{"migrate "} + SEGUE_VERSION);
  bool wants_settings = false;
  app.add_flag("--help-settings", wants_settings, "Every setting, and exit");
  add_settings(app, out.globals);
  add_globals(app, out.globals);
  for (const auto& command : commands) {
    CLI::App* sub = app.add_subcommand(command->name(), command->summary());
    sub->fallthrough();
    command->add_options(*sub);
    sub->final_callback([&out, &command] { out.command = command.get(); });
  }
  app.require_subcommand(0, 1);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    out.command = nullptr;
    // With a command named, its own help; else the list of commands.
    const auto chosen = app.get_subcommands();
    out.text = chosen.empty() ? app.help() : chosen.front()->help("migrate");
    return out;
  } catch (const CLI::CallForVersion& version) {
    out.command = nullptr;
    out.text = std::string{version.what()} + "\n";
    return out;
  } catch (const CLI::ExtrasError& error) {
    if (!app.get_subcommands().empty()) {
      throw Error(ErrorKind::invalid_input, error.what(), {.next = help_command(app)});
    }
    const std::vector<std::string> words = app.remaining();
    throw Error(ErrorKind::invalid_input,
                fmt::format("There is no command or flag \"{}\".",
                            words.empty() ? "" : words.front()),
                {.next = help_command(app)});
  } catch (const CLI::ParseError& error) {
    throw Error(ErrorKind::invalid_input, error.what(), {.next = help_command(app)});
  }
  if (wants_settings) {
    out.command = nullptr;
    out.text = settings_help();
  } else if (out.command == nullptr) {
    throw Error(ErrorKind::invalid_input, "A command is needed.", {.next = "migrate --help"});
  }
  return out;
}

bool asks_for_json(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--") return false;
    if (argument == "--json") return true;
  }
  return false;
}

}  // namespace segue::cli
