#include "engine/dialect/postgres/trigger_arguments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "engine/core/protection.hpp"
#include "engine/core/sql_tokens.hpp"
#include "engine/dialect/postgres/names.hpp"

namespace segue::dialect::postgres {
namespace {

using model::CatalogTrigger;
using model::ColumnChange;
using model::ColumnFate;
using model::TableChange;

// The server's definition ends with EXECUTE FUNCTION f('a', 'b').
std::vector<std::string> arguments_of(const CatalogTrigger& trigger) {
  std::vector<std::string> out;
  bool executes = false;
  for (const SqlToken& token : sql_tokens(trigger.definition)) {
    if (token.kind == SqlTokenKind::identifier && token.name() == "execute") executes = true;
    if (!executes || token.kind != SqlTokenKind::string || token.text.size() < 2) continue;
    std::string value = token.text.substr(1, token.text.size() - 2);
    for (std::size_t at = value.find("''"); at != std::string::npos;
         at = value.find("''", at + 1)) {
      value.erase(at, 1);
    }
    out.push_back(std::move(value));
  }
  return out;
}

bool is_compiled(const CatalogTrigger& trigger) {
  return trigger.function_language == "internal" || trigger.function_language == "c";
}

std::string what_becomes(const ColumnChange& c) {
  if (c.fate == ColumnFate::kept) return "renames";
  return c.fate == ColumnFate::dropped ? "drops" : "replaces";
}

void each_named(const TableChange& table, const model::CatalogTable& live, bool compiled,
                const std::function<void(const CatalogTrigger&, const ColumnChange&)>& found) {
  for (const CatalogTrigger& trigger : live.triggers) {
    if (is_our_trigger(trigger.name) || is_compiled(trigger) != compiled) continue;
    const std::vector<std::string> arguments = arguments_of(trigger);
    for (const ColumnChange& c : table.columns) {
      const bool stays = c.fate == ColumnFate::kept && c.before == c.after;
      const bool is_named =
          std::find(arguments.begin(), arguments.end(), c.old_physical) != arguments.end();
      if (!stays && c.fate != ColumnFate::added && is_named) found(trigger, c);
    }
  }
}

}  // namespace

std::vector<Problem> columns_in_arguments(const TableChange& table, const model::CatalogTable& live,
                                          const SourceLocation& where) {
  std::vector<Problem> out;
  if (!protected_by("trigger_arguments")) return out;
  each_named(table, live, true, [&](const CatalogTrigger& trigger, const ColumnChange& c) {
    out.push_back(
        {fmt::format("trigger {} of {} gives the name of column {} to {}, and this migration {} "
                     "it: drop the trigger first, and create another one after contract",
                     trigger.name, live.name, c.old_physical, trigger.function, what_becomes(c)),
         c.where.line > 0 ? c.where : where});
  });
  return out;
}

std::vector<model::PlanNote> argument_notes(const TableChange& table,
                                            const model::CatalogTable& live) {
  std::vector<model::PlanNote> out;
  each_named(table, live, false, [&](const CatalogTrigger& trigger, const ColumnChange& c) {
    out.push_back(
        {"functions",
         fmt::format("trigger {} gives '{}' to {}: if that is the column's name, see that "
                     "the function copes when this migration {} it",
                     trigger.name, c.old_physical, trigger.function, what_becomes(c)),
         table.after});
  });
  return out;
}

}  // namespace segue::dialect::postgres
