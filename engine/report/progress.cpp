#include "engine/report/progress.hpp"

#include <fmt/format.h>

#include <cmath>
#include <string_view>

#include "engine/report/layout.hpp"

namespace segue::report {
namespace {

constexpr std::chrono::seconds line_every{10};

std::string progress_words(const Progress& event) {
  std::string out = fmt::format("{}: {}", event.step, number_text(event.rows_done));
  if (event.rows_total && *event.rows_total > 0) {
    const double share =
        100.0 * static_cast<double>(event.rows_done) / static_cast<double>(*event.rows_total);
    out += fmt::format(" of about {} rows ({:.0f} %)", number_text(*event.rows_total),
                       std::min(share, 100.0));
  } else {
    out += " rows";
  }
  if (event.rows_per_second) {
    out += fmt::format(", {}/s", number_text(std::llround(*event.rows_per_second)));
  }
  if (event.left) out += fmt::format(", {} left", duration_text(*event.left));
  if (!event.throttled_by.empty()) out += fmt::format(", slowed by {}", event.throttled_by);
  return one_line(out);
}

std::string waiting_words(const Waiting& event) {
  std::string out = fmt::format("waiting for {}", event.what);
  if (event.limit.count() > 0) {
    out += fmt::format(", {} of {}", duration_text(event.waited), duration_text(event.limit));
  }
  std::vector<std::string> names;
  for (const Blocker& blocker : event.blockers) {
    std::string who = blocker.user;
    if (!blocker.application.empty()) who += (who.empty() ? "" : ", ") + blocker.application;
    names.push_back(who.empty() ? blocker.session : fmt::format("{} ({})", blocker.session, who));
  }
  if (!names.empty()) out += fmt::format(", held by {}", joined_names(names));
  return one_line(out);
}

// At most `columns` characters; a longer line would wrap and could not be rewritten.
std::string cut(std::string_view text, std::size_t columns) {
  std::string out;
  std::size_t width = 0;
  for (char byte : text) {
    const bool is_start = (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
    if (is_start && ++width >= columns) break;
    out += byte;
  }
  return out;
}

}  // namespace

ProgressPrinter::ProgressPrinter(std::ostream& out, ProgressOptions options)
    : out_(out), options_(std::move(options)), last_line_(options_.now()) {}

ProgressPrinter::~ProgressPrinter() { clear_live_line(); }

void ProgressPrinter::on_migration(const MigrationEvent& event) {
  if (options_.is_quiet) return;
  print_line(fmt::format("{}: {}", options_.style.bold(one_line(event.migration)),
                         options_.style.cyan(to_string(event.state))));
}

void ProgressPrinter::on_step_started(const StepStarted& event) {
  if (options_.is_quiet) return;
  last_line_ = options_.now();
  if (!options_.is_live) return;
  show_live(fmt::format("{}{}: {}", event.is_inverse ? "undo " : "", event.step, event.summary));
}

void ProgressPrinter::on_step_finished(const StepFinished& event) {
  const bool is_failed = event.state == StepState::failed;
  if (options_.is_quiet && !is_failed) return;
  const std::string state{to_string(event.state)};
  std::string line =
      fmt::format("  {} {}", is_failed ? options_.style.red(state) : options_.style.green(state),
                  one_line(event.step));
  if (event.rows > 0) line += fmt::format(", {}", count_text(event.rows, "row", "rows"));
  line += fmt::format(", {}", duration_text(event.elapsed));
  if (is_failed && !event.message.empty()) line += fmt::format(": {}", one_line(event.message));
  print_line(line);
}

void ProgressPrinter::on_progress(const Progress& event) {
  if (options_.is_quiet) return;
  if (options_.is_live) {
    show_live(progress_words(event));
  } else if (is_line_due()) {
    print_line("  " + progress_words(event));
  }
}

void ProgressPrinter::on_waiting(const Waiting& event) {
  if (options_.is_quiet) return;
  if (options_.is_live) {
    show_live(waiting_words(event));
  } else {
    print_line("  " + waiting_words(event));
  }
}

void ProgressPrinter::on_retrying(const Retrying& event) {
  if (!options_.is_verbose) return;
  print_line(fmt::format("  retry {} after {}: attempt {} failed ({}): {}", one_line(event.step),
                         duration_text(event.pause), event.attempt, to_string(event.kind),
                         one_line(event.message)));
}

void ProgressPrinter::on_note(const Note& event) {
  const bool is_warning = event.level == Note::Level::warning;
  if (!is_warning && !options_.is_verbose) return;
  print_line(fmt::format(
      "  {} {}", is_warning ? options_.style.yellow("warning:") : "note:", one_line(event.text)));
}

void ProgressPrinter::clear_live_line() {
  if (!has_live_line_) return;
  out_ << "\r\x1b[K" << std::flush;
  has_live_line_ = false;
}

void ProgressPrinter::print_line(const std::string& line) {
  clear_live_line();
  out_ << line << '\n' << std::flush;
}

void ProgressPrinter::show_live(const std::string& line) {
  out_ << "\r\x1b[K" << cut(one_line(line), options_.columns) << std::flush;
  has_live_line_ = true;
}

bool ProgressPrinter::is_line_due() {
  const auto now = options_.now();
  if (now - last_line_ < line_every) return false;
  last_line_ = now;
  return true;
}

}  // namespace segue::report
