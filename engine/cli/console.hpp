#pragma once
// The standard streams and what is known of them: the answer goes to standard output, everything
// else to standard error. One per process; only from the main thread.

#include <cstddef>
#include <map>
#include <stop_token>
#include <string>
#include <string_view>

#include "engine/report/style.hpp"

namespace segue::cli {

class Console {
 public:
  /// Looks at the descriptors; `environment` tells about colour.
  Console(const std::map<std::string, std::string>& environment, report::ColorWish wish);

  /// Writes to standard output. A reader that has gone (`| head`) is no failure; any other is
  /// remembered.
  void answer(std::string_view text);
  void say(std::string_view text) const;
  /// False once an answer could not be written.
  [[nodiscard]] bool is_answer_whole() const { return is_answer_whole_; }

  [[nodiscard]] bool can_ask() const { return is_input_terminal_ && is_error_terminal_; }
  [[nodiscard]] bool is_live() const { return is_error_terminal_ && !is_dumb_; }
  [[nodiscard]] std::size_t columns() const;
  [[nodiscard]] const report::Style& answer_style() const { return answer_style_; }
  [[nodiscard]] const report::Style& error_style() const { return error_style_; }

  /// Asks on the terminal; only `y` or `yes` is yes. A requested stop or the end of input is no.
  [[nodiscard]] bool ask(std::string_view question, const std::stop_token& stop) const;

 private:
  bool is_input_terminal_;
  bool is_error_terminal_;
  bool is_dumb_;
  bool is_answer_whole_ = true;
  report::Style answer_style_;
  report::Style error_style_;
};

}  // namespace segue::cli
