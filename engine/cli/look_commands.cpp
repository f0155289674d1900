#include <CLI/CLI.hpp>

#include "engine/cli/context.hpp"
#include "engine/report/exit_code.hpp"
#include "engine/report/json.hpp"
#include "engine/report/text.hpp"

// The commands that only look.

namespace segue::cli {
namespace {

class StatusCommand : public Command {
 public:
  std::string name() const override { return "status"; }
  std::string summary() const override {
    return "State of every migration, and of the running one";
  }
  void add_options(CLI::App& app) override {
    app.add_flag("--exit-code", has_exit_code_, "Exit 1 if something is pending");
  }
  int run(Context& context) override {
    const Status status = context.engine().status();
    context.answer(context.globals().is_json ? report::status_json(status)
                                             : report::status_text(status, context.style()));
    return has_exit_code_ && has_pending(status) ? report::exit_code::answer_is_no
                                                 : report::exit_code::done;
  }

 private:
  bool has_exit_code_ = false;
};

class VerifyCommand : public Command {
 public:
  std::string name() const override { return "verify"; }
  std::string summary() const override {
    return "Check catalogue and data of what is in flight now; reads only";
  }
  void add_options(CLI::App& app) override {
    app.add_option("NAME", options_.name, "Only this migration")->option_text(" ");
  }
  int run(Context& context) override {
    options_.stop = context.stop_token();
    options_.observer = &context.observer();
    const VerifyReport report = context.engine(Stopping::gently).verify(options_);
    context.answer(context.globals().is_json ? report::verify_json(report)
                                             : report::verify_text(report, context.style()));
    return report.ok() ? report::exit_code::done : report::exit_code::answer_is_no;
  }

 private:
  VerifyOptions options_;
};

class HistoryCommand : public Command {
 public:
  std::string name() const override { return "history"; }
  std::string summary() const override { return "What happened: who, when, what and why"; }
  void add_options(CLI::App& app) override {
    app.add_option("NAME", options_.migration, "Only this migration")->option_text(" ");
    app.add_option("--limit", options_.limit, "Only the newest so many")
        ->type_name("NUMBER")
        ->check(CLI::NonNegativeNumber);
  }
  int run(Context& context) override {
    const auto entries = context.engine().history(options_);
    context.answer(context.globals().is_json ? report::history_json(entries)
                                             : report::history_text(entries, context.style()));
    return report::exit_code::done;
  }

 private:
  HistoryOptions options_;
};

class ConfigCommand : public Command {
 public:
  std::string name() const override { return "config"; }
  std::string summary() const override { return "Effective settings and where each comes from"; }
  void add_options(CLI::App&) override {}
  int run(Context& context) override {
    const auto origins = setting_origins(context.config());
    context.answer(context.globals().is_json ? report::settings_json(origins)
                                             : report::settings_text(origins, context.style()));
    return report::exit_code::done;
  }
};

}  // namespace

void add_look_commands(Commands& commands) {
  commands.push_back(std::make_unique<VerifyCommand>());
  commands.push_back(std::make_unique<StatusCommand>());
  commands.push_back(std::make_unique<HistoryCommand>());
  commands.push_back(std::make_unique<ConfigCommand>());
}

}  // namespace segue::cli
