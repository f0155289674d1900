#include <fmt/format.h>

#include <array>

#include "engine/report/layout.hpp"
#include "engine/report/text.hpp"

namespace segue::report {
namespace {

constexpr std::array<Phase, 3> all_phases{Phase::expand, Phase::migrate, Phase::contract};
constexpr std::size_t label_width = 14;  // six spaces and a label of up to seven letters

std::string_view words_for(CostClass cost) {
  switch (cost) {
    case CostClass::constant: return "catalogue only";
    case CostClass::rows_small: return "few rows";
    case CostClass::scan: return "reads the table";
    case CostClass::write: return "writes every row";
    case CostClass::index_build: return "builds an index";
    case CostClass::wait: return "waits for others";
  }
  return "";
}

std::string cost_text(const PlanStep& step) {
  std::string text{words_for(step.cost)};
  if (step.rows) text += fmt::format(", about {}", count_text(*step.rows, "row", "rows"));
  if (!step.transactional) text += ", outside of a transaction";
  return text;
}

std::string labelled(std::string_view label, std::string_view text, const Style& style) {
  return fmt::format("      {} {}\n", style.dim(fmt::format("{:<7}", label)), text);
}

std::string words(std::string_view label, const std::string& text, const Style& style) {
  if (text.empty()) return "";
  return labelled(label, wrapped(one_line(text), {.indent = label_width}), style);
}

std::string statements(std::string_view label, const std::vector<std::string>& sql,
                       const Style& style) {
  std::string out;
  for (const std::string& statement : sql) {
    out += labelled(out.empty() ? label : "", hanging(statement, label_width) + ";", style);
  }
  return out;
}

std::string inverse_text(const PlanStep& step, const Style& style) {
  if (!step.reversible) return words("undo", "cannot be taken back", style);
  if (step.inverse.empty()) return words("undo", "nothing to do", style);
  return statements("undo", step.inverse, style);
}

std::string step_text(const PlanStep& step, const Style& style) {
  std::string out = fmt::format("    {}\n", style.bold(step.id));
  out += words("what", step.summary, style);
  out += words("why", step.reason, style);
  out += words("cost", cost_text(step), style);
  out += words("lock", step.lock, style);
  out += statements("sql", step.sql, style);
  out += inverse_text(step, style);
  return out;
}

std::string phase_text(const MigrationPlan& migration, Phase phase, const Style& style) {
  std::string out;
  for (const PlanStep& step : migration.steps) {
    if (step.phase == phase) out += step_text(step, style);
  }
  if (out.empty()) return out;
  return fmt::format("\n  {}\n", style.cyan(to_string(phase))) + out;
}

std::string notes_text(const MigrationPlan& migration, const Style& style) {
  if (migration.notes.empty()) return "";
  std::string out = fmt::format("\n  {}\n", style.yellow("to know before it starts"));
  for (const PlanNote& note : migration.notes) {
    const std::string about =
        note.table.empty() ? note.kind : fmt::format("{}, {}", note.kind, note.table);
    out +=
        "    - " + wrapped(one_line(fmt::format("{}: {}", about, note.text)), {.indent = 6}) + "\n";
  }
  return out;
}

std::string heading(const MigrationPlan& migration, const Style& style) {
  std::string facts{to_string(migration.state)};
  if (migration.stored) facts += ", begun: this is the stored plan";
  if (!migration.version.empty()) facts += fmt::format(", version {}", migration.version);
  std::string out = fmt::format("{} ({})\n", style.bold(migration.name), one_line(facts));
  if (!migration.fused.empty()) {
    out += fmt::format("  in one rebuild with {}\n", joined_names(migration.fused));
  }
  return out;
}

std::string sql_comment(std::string_view text) { return fmt::format("-- {}\n", one_line(text)); }

}  // namespace

std::string plan_text(const PlanView& plan, const Style& style) {
  if (plan.migrations.empty()) return "Nothing is pending.\n";
  std::string out;
  for (const MigrationPlan& migration : plan.migrations) {
    if (!out.empty()) out += "\n";
    out += heading(migration, style);
    for (const Phase phase : all_phases) out += phase_text(migration, phase, style);
    out += notes_text(migration, style);
  }
  return out;
}

std::string plan_sql(const PlanView& plan) {
  std::string out;
  for (const MigrationPlan& migration : plan.migrations) {
    out += sql_comment(fmt::format("migration {}", migration.name));
    for (const PlanStep& step : migration.steps) {
      out += "\n" + sql_comment(fmt::format("{}: {}", step.id, step.summary));
      if (!step.lock.empty()) out += sql_comment("lock: " + step.lock);
      if (!step.transactional) out += sql_comment("outside of a transaction");
      for (const std::string& statement : step.sql) out += statement + ";\n";
    }
    out += "\n";
  }
  return out;
}

}  // namespace segue::report
