#include "engine/execute/direct_build.hpp"

#include <fmt/format.h>

#include <map>

namespace segue::execute {
namespace {

using database::Database;
using dialect::DirectBuild;

std::string words_of(const Error& error, const Database& scratch) {
  const std::string text = error.what();
  const std::string prefix = scratch.description() + ": ";
  return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
}

// Objects that fail, with the first message of each.
std::map<std::string, std::string> failures(Database& scratch, const DirectBuild::Schema& schema) {
  std::map<std::string, std::string> out;
  for (const auto* list : {&schema.texts, &schema.checks}) {
    for (const DirectBuild::Text& text : *list) {
      try {
        static_cast<void>(scratch.query(text.sql));
      } catch (const Error& error) {
        out.try_emplace(text.object, words_of(error, scratch));
      }
    }
  }
  return out;
}

std::string answer(Database& database, const std::string& sql) {
  std::string out;
  for (const auto& row : database.query(sql).rows) {
    for (const auto& value : row) out += value.value_or("NULL") + "|";
    out += "\n";
  }
  return out;
}

}  // namespace

Built build_directly(const Database& like, const DirectBuild& build) {
  const auto before = database::open_scratch(like);
  const auto after = database::open_scratch(like);
  const auto failed_before = failures(*before, build.before);
  const auto failed_after = failures(*after, build.after);
  Built out;
  for (const auto& [object, message] : failed_after) {
    if (failed_before.contains(object)) continue;
    out.broken.push_back(
        {fmt::format("{} would break ({}): drop it first and create it again afterwards", object,
                     message),
         {}});
  }
  for (const DirectBuild::Text& fact : build.facts) {
    if (failed_after.contains(fact.object)) continue;
    out.facts.push_back({fact.object, fact.sql, answer(*after, fact.sql)});
  }
  return out;
}

std::vector<Fact> require_unbroken(const Database& like, const DirectBuild& build) {
  Built built = build_directly(like, build);
  if (built.broken.empty()) return std::move(built.facts);
  std::string message = built.broken.front().message;
  throw Error(ErrorKind::refused, message, {.problems = std::move(built.broken)});
}

void require_same(Database& database, const std::vector<Fact>& facts) {
  for (const Fact& fact : facts) {
    if (answer(database, fact.sql) == fact.answer) continue;
    throw Error(ErrorKind::drift,
                fmt::format("{} is not what a direct build gives: somebody changed the schema, or "
                            "the swap is wrong; it was rolled back",
                            fact.object),
                {.statement = fact.sql, .next = "run the same command again"});
  }
}

}  // namespace segue::execute
