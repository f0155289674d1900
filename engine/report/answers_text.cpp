#include <fmt/format.h>

#include "engine/report/layout.hpp"
#include "engine/report/text.hpp"

namespace segue::report {
namespace {

std::string difference_lines(const CheckResult& check) {
  std::string out;
  for (const Difference& difference : check.first) {
    out += one_line(fmt::format("      key {}: old {}, new {}{}", difference.key,
                                difference.old_value, difference.new_value,
                                difference.is_representation ? " (representation)" : "")) +
           "\n";
  }
  const auto shown = static_cast<std::int64_t>(check.first.size());
  const std::int64_t all = check.differences + check.representation;
  if (all > shown && shown > 0) {
    out += fmt::format("      and {} more\n", number_text(all - shown));
  }
  return out;
}

std::string check_lines(const CheckResult& check, const Style& style) {
  std::string out =
      fmt::format("  {} {}", check.ok ? style.green("ok  ") : style.red("FAIL"), check.check);
  if (!check.subject.empty()) out += " of " + one_line(check.subject);
  if (check.rows > 0) out += ", " + count_text(check.rows, "row", "rows");
  if (check.differences > 0) {
    out += ", " + count_text(check.differences, "difference", "differences");
  }
  if (check.representation > 0) {
    out += fmt::format(", {} in representation only", number_text(check.representation));
  }
  if (!check.proof.empty() && check.proof != "whole") out += ", weaker proof: " + check.proof;
  out += "\n";
  if (!check.message.empty()) {
    out += "      " + wrapped(one_line(check.message), {.indent = 6}) + "\n";
  }
  return out + difference_lines(check);
}

}  // namespace

std::string history_text(const std::vector<HistoryEntry>& entries, const Style& style) {
  if (entries.empty()) return "Nothing has happened yet.\n";
  std::vector<std::vector<std::string>> rows;
  for (const HistoryEntry& entry : entries) {
    const std::string who =
        entry.host.empty() ? entry.actor : fmt::format("{}@{}", entry.actor, entry.host);
    std::string what = entry.migration;
    if (!entry.step.empty()) what += (what.empty() ? "" : " ") + entry.step;
    rows.push_back({style.dim(entry.at), one_line(who), style.bold(entry.event), one_line(what),
                    one_line(entry.detail)});
  }
  return aligned(rows);
}

std::string verify_text(const VerifyReport& report, const Style& style) {
  if (report.checks.empty()) return "No migration is in flight: there is nothing to verify.\n";
  std::string out;
  std::string migration;
  for (const CheckResult& check : report.checks) {
    if (check.migration != migration || out.empty()) {
      migration = check.migration;
      out += style.bold(migration) + "\n";
    }
    out += check_lines(check, style);
  }
  return out;
}

std::string settings_text(const std::vector<SettingOrigin>& origins, const Style& style) {
  std::vector<std::vector<std::string>> rows;
  for (const SettingOrigin& setting : origins) {
    const bool is_default = setting.origin == "default";
    rows.push_back({setting.name, one_line(setting.value),
                    is_default ? style.dim(setting.origin) : setting.origin});
  }
  return aligned(rows);
}

}  // namespace segue::report
