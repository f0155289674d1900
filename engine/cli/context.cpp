#include "engine/cli/context.hpp"

#include <fmt/format.h>

#include <fstream>
#include <iostream>
#include <vector>

#include "engine/cli/log.hpp"
#include "engine/report/exit_code.hpp"
#include "engine/report/github.hpp"
#include "engine/report/json.hpp"
#include "engine/report/text.hpp"
#include "segue/load_config.hpp"

namespace segue::cli {
namespace {

// What the engine leaves open about a failure follows from its kind.
void complete(Failure& failure, bool began, std::string_view verb) {
  if (failure.left_behind.empty() && !began) failure.left_behind = "nothing was changed";
  if (!failure.detail.next.empty()) return;
  switch (remedy_for(failure.kind)) {
    case Remedy::retry: failure.detail.next = fmt::format("migrate {}", verb); break;
    case Remedy::human:
      if (began) failure.detail.next = "migrate status";
      break;
    case Remedy::bug:
      failure.detail.next = "report this message with the output of `migrate status --json`";
      break;
  }
}

}  // namespace

Context::Context(GlobalOptions globals, Console& console, SignalWatcher& signals)
    : globals_(std::move(globals)),
      console_(console),
      signals_(signals),
      environment_(process_environment()) {}

Context::~Context() {
  signals_.on_second({});
  cancel_at_once_.reset();
}

const Config& Context::config() {
  if (!config_) {
    config_ = std::make_unique<Config>(load_config({.flags = globals_.settings,
                                                    .environment = environment_,
                                                    .file = globals_.config_file,
                                                    .environment_name = globals_.environment}));
    for (const SettingOrigin& setting : setting_origins(*config_)) {
      log_debug(fmt::format("{} = {} ({})", setting.name, setting.value, setting.origin));
    }
  }
  return *config_;
}

Engine& Context::engine(Stopping stopping) {
  if (!engine_) {
    if (config().database.empty()) {
      throw Error(ErrorKind::invalid_input, "No database is named.",
                  {.next = "--database URL, SEGUE_DATABASE_URL, or `database:` in segue.yaml"});
    }
    engine_ = std::make_unique<Engine>(config());
    signals_.on_second([this] { engine_->cancel(); });
    if (stopping == Stopping::at_once) {
      cancel_at_once_ = std::make_unique<std::stop_callback<std::function<void()>>>(
          signals_.stop_token(), [this] { engine_->cancel(); });
    }
  }
  return *engine_;
}

Observer& Context::observer() {
  if (!progress_) {
    progress_ = std::make_unique<report::ProgressPrinter>(
        std::cerr, report::ProgressOptions{.is_live = console_.is_live(),
                                           .is_quiet = globals_.is_quiet,
                                           .is_verbose = globals_.is_verbose,
                                           .columns = console_.columns(),
                                           .style = console_.error_style()});
  }
  return *progress_;
}

int Context::finish(RunResult result, std::string_view verb) {
  if (progress_) progress_->clear_live_line();
  int exit = report::exit_code::done;
  if (result.failure) {
    complete(*result.failure, result.began, verb);
    exit = report::exit_code_for(*result.failure,
                                 {.began = result.began, .signal = signals_.first_signal()});
  }
  if (globals_.is_json) {
    answer(report::run_json(result, exit));
  } else {
    answer(report::run_text(result, verb, style()));
  }
  if (result.failure) console_.say(report::failure_text(*result.failure, console_.error_style()));
  tell_ci(verb, result, exit);
  return exit;
}

int Context::fail(Failure failure, std::string_view verb) {
  if (progress_) progress_->clear_live_line();
  complete(failure, false, verb);
  const int exit = report::exit_code_for(failure, {.is_verify = verb == "verify",
                                                   .is_wait = verb == "wait",
                                                   .signal = signals_.first_signal()});
  if (globals_.is_json) answer(report::failure_json(failure, exit));
  console_.say(report::failure_text(failure, console_.error_style()));
  tell_ci(verb, {.failure = failure}, exit);
  return exit;
}

std::string Context::variable(const std::string& name) const {
  const auto found = environment_.find(name);
  return found == environment_.end() ? "" : found->second;
}

// The runner reads its commands from either stream; standard output stays the answer.
void Context::tell_ci(std::string_view verb, const RunResult& result, int exit) const {
  if (variable("GITHUB_ACTIONS") != "true") return;
  if (result.failure) console_.say(report::github_annotations(*result.failure));
  const std::string path = variable("GITHUB_STEP_SUMMARY");
  if (path.empty()) return;
  std::ofstream{path, std::ios::app} << report::github_summary(verb, result, exit);
}

}  // namespace segue::cli
