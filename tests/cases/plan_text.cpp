#include "tests/cases/plan_text.hpp"

#include <fmt/format.h>

namespace segue::test {
namespace {

// Comments go on line by line, so that the whole text stays SQL.
std::string commented(const std::string& text) {
  std::string out = "--   ";
  for (const char c : text) {
    out += c;
    if (c == '\n') out += "--   ";
  }
  return out + "\n";
}

std::string step_text(const PlanStep& step) {
  std::string out = fmt::format("\n-- {}: {}\n--   {}, {}{}{}\n", step.id, step.summary,
                                to_string(step.cost), step.lock.empty() ? "no lock" : step.lock,
                                step.reason.empty() ? "" : "; ", step.reason);
  for (const std::string& sql : step.sql) out += sql + ";\n";
  if (!step.reversible) out += "-- not reversible\n";
  if (!step.inverse.empty()) out += "-- inverse:\n";
  for (const std::string& sql : step.inverse) out += commented(sql + ";");
  return out;
}

}  // namespace

std::string golden_text(const PlanView& plan) {
  std::string out;
  for (const MigrationPlan& migration : plan.migrations) {
    out += fmt::format("{}-- migration {}, version {}\n", out.empty() ? "" : "\n", migration.name,
                       migration.version);
    for (const std::string& fused : migration.fused) out += fmt::format("-- with {}\n", fused);
    for (const PlanNote& note : migration.notes)
      out += fmt::format("-- {}: {}\n", note.kind, note.text);
    for (const PlanStep& step : migration.steps) out += step_text(step);
  }
  return out;
}

}  // namespace segue::test
