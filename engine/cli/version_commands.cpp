#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "engine/cli/context.hpp"
#include "engine/report/exit_code.hpp"
#include "engine/report/json.hpp"
#include "engine/report/text.hpp"

// What clients and deployments ask about versions.

namespace segue::cli {
namespace {

std::string masked_database(const Config& config) {
  for (const SettingOrigin& setting : setting_origins(config)) {
    if (setting.name == "database") return setting.value;
  }
  return {};
}

class VersionCommand : public Command {
 public:
  std::string name() const override { return "version"; }
  std::string summary() const override { return "What a client sets to work on a version"; }
  void add_options(CLI::App& app) override {
    app.add_option("NAME", name_, "Version; none: the newest served")->option_text(" ");
    auto* sql = app.add_flag("--sql", is_sql_, "Only the statements that a session sends");
    auto* env = app.add_flag("--env", is_env_, "As variables for a shell")->excludes(sql);
    app.add_flag("--url", is_url_, "As URL of the database, without its password")
        ->excludes(sql)
        ->excludes(env);
  }
  int run(Context& context) override {
    const Engine& engine = context.engine();
    const VersionView version = engine.version(name_);
    const SessionSettings settings = engine.session_settings(version.version);
    if (context.globals().is_json) {
      context.answer(report::version_json(version, settings));
    } else if (is_sql_) {
      context.answer(report::version_sql(version, settings));
    } else if (is_env_) {
      context.answer(report::version_env(version, settings));
    } else if (is_url_) {
      context.answer(report::version_url(version, settings, masked_database(context.config())));
    } else {
      context.answer(report::version_text(version, settings, context.style()));
    }
    return report::exit_code::done;
  }

 private:
  std::string name_;
  bool is_sql_ = false;
  bool is_env_ = false;
  bool is_url_ = false;
};

class WaitCommand : public Command {
 public:
  std::string name() const override { return "wait"; }
  std::string summary() const override { return "Wait until a version is served"; }
  void add_options(CLI::App& app) override {
    app.add_option("--for", version_, "Version; none: that of the newest migration")
        ->type_name("NAME");
    app.add_option("--timeout", timeout_, "Give up after this long")
        ->type_name("DURATION")
        ->capture_default_str();
  }
  int run(Context& context) override {
    const auto timeout = parse_duration(timeout_);
    if (!timeout) {
      throw Error(ErrorKind::invalid_input,
                  fmt::format("--timeout takes a duration such as 60s, not \"{}\"", timeout_));
    }
    if (version_.empty()) version_ = newest(context.engine(Stopping::gently).status());
    const WaitOutcome outcome =
        context.engine(Stopping::gently).wait_for(version_, *timeout, context.stop_token());
    if (outcome != WaitOutcome::served) {
      throw Error(ErrorKind::cancelled,
                  fmt::format("Version {} is not served {}.", version_,
                              outcome == WaitOutcome::timed_out ? "after " + timeout_ : "yet"),
                  {.next = "migrate status"});
    }
    context.answer(context.globals().is_json ? report::wait_json(version_, outcome)
                                             : fmt::format("{} is served\n", version_));
    return report::exit_code::done;
  }

 private:
  // Of the folder or, where the folder is not at hand, of the journal.
  static std::string newest(const Status& status) {
    if (status.migrations.empty()) {
      throw Error(ErrorKind::invalid_input, "There is no migration to wait for.",
                  {.next = "--for NAME, or --dir with the folder of the migration files"});
    }
    return status.migrations.back().name;
  }

  std::string version_;
  std::string timeout_ = "60s";
};

}  // namespace

void add_version_commands(Commands& commands) {
  commands.push_back(std::make_unique<VersionCommand>());
  commands.push_back(std::make_unique<WaitCommand>());
}

}  // namespace segue::cli
