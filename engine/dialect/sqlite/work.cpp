#include "engine/dialect/sqlite/work.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/dialect/sqlite/fold.hpp"
#include "engine/dialect/sqlite/token_cursor.hpp"

namespace segue::dialect::sqlite {

std::string version_name(const model::Change& newest) {
  return newest.version_schema.empty() ? newest.migration : newest.version_schema;
}

std::vector<TableWork> works_of(const model::Plan& plan, const model::Catalog& catalog) {
  std::vector<Problem> problems;
  std::vector<TableWork> out;
  for (model::TableChange& change : folded_changes(plan.changes, problems)) {
    TableWork work{.change = std::move(change)};
    const std::string& name = work.change.physical;
    work.base = catalog.table(name);
    const bool rebuilt = std::any_of(plan.steps.begin(), plan.steps.end(), [&](const auto& step) {
      return step.kind == model::StepKind::install_sync && step.object == name;
    });
    if (rebuilt) {
      if (work.base == nullptr) {
        throw Error(ErrorKind::drift, fmt::format("table {} is gone", name));
      }
      RebuildResult result =
          make_rebuild(*work.base, work.change, version_name(plan.changes.back()));
      if (!result.problems.empty()) {
        throw Error(ErrorKind::drift, result.problems.front().message);
      }
      work.rebuild = std::move(result.rebuild);
    }
    out.push_back(std::move(work));
  }
  return out;
}

std::vector<std::string> split_statements(const std::string& sql) {
  std::vector<std::string> out;
  std::string current;
  bool blank = true;
  bool trigger = false;  // of CREATE [TEMP] TRIGGER: its body has semicolons
  int depth = 0;         // of BEGIN and CASE inside of it
  std::vector<std::string> words;
  for (const SqlToken& token : tokens_of(sql)) {
    const bool space = token.kind == SqlTokenKind::space || token.kind == SqlTokenKind::comment;
    const std::string word = folded(token.text);
    if (!space && token.kind == SqlTokenKind::identifier) {
      if (words.size() < 3) words.push_back(word);
      trigger = trigger || (words.front() == "create" && word == "trigger" && words.size() <= 3);
      if (trigger && (word == "begin" || word == "case")) ++depth;
      if (trigger && word == "end") --depth;
    }
    if (token.text == ";" && depth <= 0) {
      if (!blank) out.push_back(current);
      current.clear();
      words.clear();
      blank = true;
      trigger = false;
      depth = 0;
      continue;
    }
    blank = blank && space;
    current += token.text;
  }
  if (!blank) out.push_back(current);
  return out;
}

}  // namespace segue::dialect::sqlite
