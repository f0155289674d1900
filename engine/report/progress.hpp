#pragma once
// Shows a run to a person while it runs, on standard error: on a terminal one live line that is
// rewritten, elsewhere a line per step and one per ten seconds of a long step. Not thread-safe by
// itself; an Observer is called one call at a time.

#include <chrono>
#include <functional>
#include <ostream>
#include <string>

#include "engine/report/style.hpp"
#include "segue/events.hpp"

namespace segue::report {

struct ProgressOptions {
  bool is_live = false;      ///< the stream is a terminal
  bool is_quiet = false;     ///< only warnings
  bool is_verbose = false;   ///< also retries and informational notes
  std::size_t columns = 80;  ///< width of the terminal
  Style style = Style{};
  std::function<std::chrono::steady_clock::time_point()> now = std::chrono::steady_clock::now;
};

class ProgressPrinter : public Observer {
 public:
  /// Borrows `out`, which outlives this.
  ProgressPrinter(std::ostream& out, ProgressOptions options);
  /// Leaves no live line behind.
  ~ProgressPrinter() override;
  ProgressPrinter(const ProgressPrinter&) = delete;
  ProgressPrinter& operator=(const ProgressPrinter&) = delete;

  void on_migration(const MigrationEvent& event) override;
  void on_step_started(const StepStarted& event) override;
  void on_step_finished(const StepFinished& event) override;
  void on_progress(const Progress& event) override;
  void on_waiting(const Waiting& event) override;
  void on_retrying(const Retrying& event) override;
  void on_note(const Note& event) override;

  /// Ends the live line, before something else is printed on the terminal.
  void clear_live_line();

 private:
  void print_line(const std::string& line);
  void show_live(const std::string& line);
  /// True once per ten seconds of a step.
  [[nodiscard]] bool is_line_due();

  std::ostream& out_;
  ProgressOptions options_;
  bool has_live_line_ = false;
  std::chrono::steady_clock::time_point last_line_;
};

}  // namespace segue::report
