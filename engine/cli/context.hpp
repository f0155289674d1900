#pragma once
// What a command works with: its global options, settings, the engine, the console; and the one way
// in which results and failures leave the process. Main thread only.

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "engine/cli/command_line.hpp"
#include "engine/cli/console.hpp"
#include "engine/cli/signals.hpp"
#include "engine/report/progress.hpp"
#include "segue/config.hpp"
#include "segue/engine.hpp"

namespace segue::cli {

/// How a command treats the first signal.
enum class Stopping {
  gently,   ///< it watches the stop token
  at_once,  ///< it only looks: whatever it waits for is cancelled
};

class Context {
 public:
  /// Borrows both, which outlive it.
  Context(GlobalOptions globals, Console& console, SignalWatcher& signals);
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  [[nodiscard]] const GlobalOptions& globals() const { return globals_; }
  [[nodiscard]] Console& console() { return console_; }
  [[nodiscard]] const report::Style& style() const { return console_.answer_style(); }
  [[nodiscard]] std::stop_token stop_token() const { return signals_.stop_token(); }
  [[nodiscard]] int signal() const { return signals_.first_signal(); }

  /// Effective settings, read at the first call. Throws Error(invalid_input).
  [[nodiscard]] const Config& config();
  /// The engine on those settings, made at the first call; without a database it names the ways to
  /// give one. Signals cancel it from then on.
  [[nodiscard]] Engine& engine(Stopping stopping = Stopping::at_once);
  /// What shows a run's events; made at the first call.
  [[nodiscard]] Observer& observer();

  void answer(std::string_view text) { console_.answer(text); }
  /// Reports what a changing command did, in the form that was asked for. Returns the exit code.
  [[nodiscard]] int finish(RunResult result, std::string_view verb);
  /// Reports a failure before any answer. Returns the exit code.
  [[nodiscard]] int fail(Failure failure, std::string_view verb);

 private:
  void tell_ci(std::string_view verb, const RunResult& result, int exit) const;
  [[nodiscard]] std::string variable(const std::string& name) const;

  GlobalOptions globals_;
  Console& console_;
  SignalWatcher& signals_;
  std::map<std::string, std::string> environment_;
  std::unique_ptr<Config> config_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<report::ProgressPrinter> progress_;
  std::unique_ptr<std::stop_callback<std::function<void()>>> cancel_at_once_;
};

}  // namespace segue::cli
