#include <fmt/format.h>

#include "engine/report/layout.hpp"
#include "engine/report/text.hpp"

namespace segue::report {
namespace {

std::string field(std::string_view label, std::string_view text, const Style& style) {
  if (text.empty()) return "";
  return fmt::format("  {} {}\n", style.dim(fmt::format("{:<6}", label)),
                     wrapped(one_line(text), {.indent = 9}));
}

std::string step_place(const ErrorDetail& detail) {
  if (detail.step.empty()) return detail.migration;
  return detail.migration.empty() ? detail.step
                                  : fmt::format("{}, step {}", detail.migration, detail.step);
}

std::string problem_lines(const std::vector<Problem>& problems, const Style& style) {
  std::string out;
  for (const Problem& problem : problems) {
    const std::string place = to_string(problem.where);
    out += place.empty() ? "  " : fmt::format("  {}: ", style.bold(one_line(place)));
    out += one_line(problem.message) + "\n";
  }
  return out;
}

std::string code_text(const Failure& failure) {
  std::string code{to_string(failure.kind)};
  if (!failure.detail.sqlstate.empty()) code += ", " + failure.detail.sqlstate;
  return code;
}

}  // namespace

std::string failure_text(const Failure& failure, const Style& style) {
  const ErrorDetail& detail = failure.detail;
  std::string out = fmt::format("{} {} ({})\n", style.red("error:"), one_line(failure.message),
                                one_line(code_text(failure)));
  // One problem is the message itself, and `at` says where.
  const bool is_message = detail.problems.size() == 1 &&
                          detail.problems.front().message == failure.message &&
                          !to_string(detail.where).empty();
  if (!is_message) out += problem_lines(detail.problems, style);
  out += field("at", to_string(detail.where), style);
  out += field("in", step_place(detail), style);
  if (!detail.statement.empty()) {
    out += fmt::format("  {} {}\n", style.dim("sql   "), hanging(detail.statement, 9));
  }
  out += field("left", failure.left_behind, style);
  out += field("next", detail.next, style);
  return out;
}

std::string run_text(const RunResult& result, std::string_view verb, const Style& style) {
  std::string out;
  for (const auto& [name, state] : result.reached) {
    out += fmt::format("{} is {}\n", style.bold(one_line(name)), style.green(to_string(state)));
  }
  for (const std::string& version : result.published) {
    out += fmt::format("Version {} is served now.\n", style.bold(one_line(version)));
  }
  for (const StepDone& done : result.done) {
    if (done.step == "unpublish") out += fmt::format("Dropped {}.\n", one_line(done.summary));
  }
  if (out.empty() && result.ok()) out = fmt::format("Nothing to do for `migrate {}`.\n", verb);
  for (const Remaining& remaining : result.remaining) {
    out += fmt::format("{} remains {}, {} to go\n", one_line(remaining.migration),
                       to_string(remaining.state), count_text(remaining.steps, "step", "steps"));
  }
  return out;
}

}  // namespace segue::report
