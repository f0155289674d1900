#include "engine/report/github.hpp"

#include <fmt/format.h>

#include "engine/report/layout.hpp"

namespace segue::report {
namespace {

// The escapes of workflow commands: data, and more of them in properties.
std::string escaped(std::string_view text, bool is_property) {
  std::string out;
  for (char byte : text) {
    const bool needs_escape = byte == '%' || byte == '\r' || byte == '\n' ||
                              (is_property && (byte == ':' || byte == ','));
    if (needs_escape) {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(byte));
    } else {
      out += byte;
    }
  }
  return out;
}

std::string annotation(const SourceLocation& where, std::string_view message) {
  std::string properties;
  if (!where.file.empty()) properties += fmt::format("file={}", escaped(where.file, true));
  if (!where.file.empty() && where.line > 0) properties += fmt::format(",line={}", where.line);
  if (!where.file.empty() && where.column > 0) properties += fmt::format(",col={}", where.column);
  return fmt::format("::error{}{}::{}\n", properties.empty() ? "" : " ", properties,
                     escaped(message, false));
}

// A cell of a Markdown table.
std::string cell(std::string_view text) {
  std::string out;
  for (char byte : one_line(text)) {
    if (byte == '|' || byte == '`' || byte == '<') out += '\\';
    out += byte;
  }
  return out;
}

std::string steps_table(const RunResult& result) {
  if (result.done.empty()) return "";
  std::string out =
      "\n| migration | step | state | time | rows |\n| --- | --- | --- | --- | --- |\n";
  for (const StepDone& step : result.done) {
    out += fmt::format("| {} | {} | {} | {} | {} |\n", cell(step.migration), cell(step.step),
                       to_string(step.state), duration_text(step.elapsed), number_text(step.rows));
  }
  return out;
}

}  // namespace

std::string github_annotations(const Failure& failure) {
  const ErrorDetail& detail = failure.detail;
  if (detail.problems.empty()) return annotation(detail.where, failure.message);
  std::string out;
  for (const Problem& problem : detail.problems) {
    out += annotation(problem.where, problem.message);
  }
  return out;
}

std::string github_summary(std::string_view command, const RunResult& result, int exit) {
  std::string out = fmt::format("### migrate {}: {}\n\n", cell(command),
                                result.ok() ? "done" : fmt::format("failed, exit {}", exit));
  for (const auto& [name, state] : result.reached) {
    out += fmt::format("- {} is {}\n", cell(name), to_string(state));
  }
  if (result.failure) {
    out += fmt::format("- **{}** ({})\n", cell(result.failure->message),
                       to_string(result.failure->kind));
    if (!result.failure->left_behind.empty()) {
      out += fmt::format("- left behind: {}\n", cell(result.failure->left_behind));
    }
    if (!result.failure->detail.next.empty()) {
      out += fmt::format("- next: {}\n", cell(result.failure->detail.next));
    }
  }
  return out + steps_table(result);
}

}  // namespace segue::report
