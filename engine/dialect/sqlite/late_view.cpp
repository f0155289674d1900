// The view that stands under a version's name after its swap: connections that were opened before
// go on through it until the next contract.

#include "engine/dialect/sqlite/late_view.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/dialect/sqlite/expressions.hpp"
#include "engine/dialect/sqlite/steps.hpp"

namespace segue::dialect::sqlite {
namespace {

using namespace fmt::literals;

constexpr const char* view_trigger_prefix = "segue_view_";

// The row behind a row of the view. A view has no rowids: where nothing else tells rows apart, one
// of those that look alike is as good as another.
std::string row_of_view(const Rebuild& r) {
  std::vector<std::string> tests;
  if (!r.key.is_implicit) {
    for (const KeyColumn& column : r.key.columns) {
      tests.push_back(
          fmt::format("{} = {}", quoted(column.new_name), column_of("old", column.new_name)));
    }
    return join(tests, " AND ");
  }
  for (const std::string& name : r.target_columns) {
    tests.push_back(fmt::format("{} IS {}", quoted(name), column_of("old", name)));
  }
  const std::string& rowid = r.key.columns.front().new_name;
  return fmt::format("{rowid} = (SELECT {rowid} FROM {base} WHERE {tests} LIMIT 1)",
                     "rowid"_a = rowid, "base"_a = quoted(r.base),
                     "tests"_a = join(tests, " AND "));
}

}  // namespace

bool is_trigger_of_late_view(const std::string& name) {
  return name.starts_with(view_trigger_prefix);
}

bool is_late_view(const model::CatalogTable& table) {
  return table.kind == 'v' &&
         std::any_of(table.triggers.begin(), table.triggers.end(),
                     [](const auto& trigger) { return is_trigger_of_late_view(trigger.name); });
}

std::vector<NamedSql> late_view(const SyncInput& input) {
  const Rebuild& r = input.rebuild;
  std::vector<std::string> assigned;
  std::vector<std::string> values;
  for (const std::string& name : r.writable_columns) {
    assigned.push_back(fmt::format("{} = new.{}", quoted(name), quoted(name)));
    values.push_back(column_of("new", name));
  }
  const std::string at_old = row_of_view(r);
  const auto trigger = [&](const char* suffix, const char* event, const std::string& body) {
    const std::string name = fmt::format("{}{}_{}", view_trigger_prefix, r.final_name, suffix);
    return NamedSql{name, fmt::format("CREATE TRIGGER {name} INSTEAD OF {event} ON {view} BEGIN\n  "
                                      "{body};\nEND",
                                      "name"_a = quoted(name), "event"_a = event,
                                      "view"_a = quoted(r.shadow), "body"_a = body)};
  };
  const std::string base = quoted(r.final_name);
  return {{r.shadow, fmt::format("CREATE VIEW {} AS SELECT {} FROM {}", quoted(r.shadow),
                                 quoted_list(r.target_columns), base)},
          trigger("i", "INSERT",
                  fmt::format("INSERT INTO {}({}) VALUES ({})", base,
                              quoted_list(r.writable_columns), join(values, ", "))),
          trigger("u", "UPDATE",
                  fmt::format("UPDATE {} SET {} WHERE {}", base, join(assigned, ", "), at_old)),
          trigger("d", "DELETE", fmt::format("DELETE FROM {} WHERE {}", base, at_old))};
}

}  // namespace segue::dialect::sqlite
