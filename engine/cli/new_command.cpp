#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "engine/cli/context.hpp"
#include "engine/cli/migration_template.hpp"
#include "engine/report/exit_code.hpp"
#include "engine/report/json.hpp"
#include "engine/report/layout.hpp"

namespace segue::cli {
namespace {

constexpr std::string_view allowed_characters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.";

// A name becomes a file's name, a schema's name and part of commands.
void check_name(const std::string& name) {
  const bool is_plain = name.find_first_not_of(allowed_characters) == std::string::npos;
  if (!name.empty() && is_plain && name.front() != '.' && name.front() != '-') return;
  throw Error(
      ErrorKind::invalid_input,
      fmt::format("\"{}\" cannot be a migration's name: it takes letters, digits, _, - and .",
                  name));
}

std::vector<std::string> names_in(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator{folder, error}) {
    names.push_back(entry.path().filename().string());
  }
  return names;
}

[[noreturn]] void throw_system_error(std::string_view what, const std::filesystem::path& path,
                                     const std::string& why) {
  throw Error(ErrorKind::invalid_input, fmt::format("{} {}: {}", what, path.string(), why),
              {.where = {path.string()}});
}

// Never replaces a file, also not one that appears at the same moment.
void write_new(const std::filesystem::path& path, std::string_view text) {
  std::error_code error;
  std::filesystem::create_directories(path.parent_path(), error);
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (file < 0) throw_system_error("Cannot create", path, std::strerror(errno));
  const ssize_t count = ::write(file, text.data(), text.size());
  const bool is_whole = count == static_cast<ssize_t>(text.size());
  if (::close(file) == 0 && is_whole) return;
  ::unlink(path.c_str());
  throw_system_error("Cannot write", path, "the disk may be full");
}

class NewCommand : public Command {
 public:
  std::string name() const override { return "new"; }
  std::string summary() const override { return "Start a migration file from a template"; }
  void add_options(CLI::App& app) override {
    app.add_option("NAME", name_, "What it does, in a few_words; a number is put in front")
        ->option_text(" ")
        ->required();
    app.add_option("--op", operations_,
                   fmt::format("Operation to start from, may be repeated; one of {}",
                               report::joined_names(template_operations())))
        ->option_text("OPERATION")
        ->allow_extra_args(false)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->check(CLI::IsMember(template_operations()));
  }
  int run(Context& context) override {
    check_name(name_);
    const std::filesystem::path folder = context.config().directory;
    const std::filesystem::path path = folder / (next_stem(name_, names_in(folder)) + ".yaml");
    write_new(path, migration_template(operations_));
    context.answer(context.globals().is_json ? report::new_file_json(path.string())
                                             : path.string() + "\n");
    return report::exit_code::done;
  }

 private:
  std::string name_;
  std::vector<std::string> operations_{"add_column"};
};

}  // namespace

void add_new_command(Commands& commands) { commands.push_back(std::make_unique<NewCommand>()); }

}  // namespace segue::cli
