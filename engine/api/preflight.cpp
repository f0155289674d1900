// Preflight's questions, asked of the live database: before anything is touched they refuse, in a
// plan they are told as notes.

#include <fmt/format.h>

#include "engine/api/implementation.hpp"
#include "engine/core/protection.hpp"
#include "engine/execute/direct_build.hpp"
#include "engine/journal/journal_sql.hpp"

namespace segue::api {
namespace {

// Questions hold the author's expressions, which name functions and operators of the schema.
class AuthorPath {
 public:
  [[nodiscard]] AuthorPath(database::Database& database, const std::string& schema)
      : database_(database), has_schemas_(!schema.empty()) {
    if (has_schemas_) set(Identifier(schema).quoted() + ", pg_catalog, pg_temp");
  }
  AuthorPath(const AuthorPath&) = delete;
  AuthorPath& operator=(const AuthorPath&) = delete;
  ~AuthorPath() {
    try {
      if (has_schemas_ && database_.is_open()) set("pg_catalog, pg_temp");
    } catch (...) {
      // The connection is lost, and its settings with it.
    }
  }

 private:
  void set(const std::string& path) const {
    database_.query("SELECT pg_catalog.set_config('search_path', $1, false)", {path});
  }

  database::Database& database_;
  bool has_schemas_;
};

// What was found, in words; nothing when that is allowed.
std::optional<std::string> finding(database::Database& database,
                                   const dialect::PreflightQuery& question) {
  try {
    const database::Result answer = database.query(question.sql);
    const std::int64_t found = answer.empty() ? 0 : answer.integer(0, 0);
    if (found <= question.allowed) return std::nullopt;
    std::string message = question.message;
    for (const auto& [hole, value] :
         {std::pair<std::string, std::string>{"{count}", std::to_string(found)},
          {"{example}", answer.columns.size() > 1 ? answer.text(0, 1) : ""},
          {"{journal}", journal::table_script(database.kind())}}) {
      const std::size_t at = message.find(hole);
      if (at != std::string::npos) message.replace(at, hole.size(), value);
    }
    return message;
  } catch (const Error& error) {
    // A lock that did not come, or rows that we may not see, say nothing about the rows.
    const bool silent =
        remedy_for(error.kind()) == Remedy::retry || error.kind() == ErrorKind::privilege;
    if (!question.may_fail || silent) throw;
    return fmt::format("{}: {}", question.message, error.what());
  }
}

bool is_refused(const dialect::PreflightQuery& question) {
  return question.refuses && protected_by("preflight");
}

}  // namespace

std::vector<Found> preflight(database::Database& database, const dialect::Dialect& dialect,
                             const dialect::PlanInput& input, const model::Plan& plan) {
  std::vector<Problem> problems;
  std::vector<Found> notes;
  const AuthorPath path(database, input.settings.schema);
  for (const dialect::PreflightQuery& question : dialect.preflight(input, plan)) {
    std::optional<std::string> text;
    try {
      text = finding(database, question);
    } catch (const Error&) {
      // A right that is missing was found already, by name.
      if (problems.empty()) throw;
      break;
    }
    if (!text) continue;
    if (is_refused(question)) {
      problems.push_back({*text, question.where});
    } else if (!question.note.empty()) {
      notes.push_back({{question.note, *text}, question.accepted});
    }
  }
  if (const auto build = dialect.direct_build(plan, input.catalog);
      build && protected_by("preflight")) {
    for (Problem& problem : execute::build_directly(database, *build).broken) {
      problems.push_back(std::move(problem));
    }
  }
  if (!problems.empty()) throw_problems(ErrorKind::refused, std::move(problems), plan.name());
  return notes;
}

std::vector<model::PlanNote> live_notes(database::Database& database,
                                        const dialect::Dialect& dialect,
                                        const dialect::PlanInput& input, const model::Plan& plan) {
  std::vector<model::PlanNote> notes;
  for (const dialect::PreflightQuery& question : dialect.preflight(input, plan)) {
    if (question.note.empty()) continue;
    if (const auto text = finding(database, question)) notes.push_back({question.note, *text});
  }
  return notes;
}

void ask_before_journal(database::Database& database, const dialect::Dialect& dialect,
                        const model::Settings& settings) {
  std::vector<Problem> problems;
  for (const dialect::PreflightQuery& question : dialect.before_journal(settings)) {
    const std::optional<std::string> text = finding(database, question);
    if (text && is_refused(question)) problems.push_back({*text, question.where});
  }
  if (!problems.empty()) throw_problems(ErrorKind::refused, std::move(problems), "");
}

}  // namespace segue::api
