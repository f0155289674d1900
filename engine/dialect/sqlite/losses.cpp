// What reversing loses: values of columns that only the new version has, and values of a pair that
// `up` would not make again from what `down` left in the base.

#include <fmt/format.h>

#include "engine/dialect/sqlite/expressions.hpp"
#include "engine/dialect/sqlite/sync.hpp"

namespace segue::dialect::sqlite {
namespace {

using namespace fmt::literals;

std::string default_in(const Rebuild& rebuild, const std::string& column) {
  const std::optional<TableText> text = table_text(rebuild.fresh_sql);
  const ColumnText* found = text ? text->column(column) : nullptr;
  const Clause* clause = found == nullptr ? nullptr : found->clause(ClauseKind::default_value);
  return clause == nullptr ? "NULL" : clause->body;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> lost_values(const SyncInput& input) {
  const Rebuild& r = input.rebuild;
  std::vector<std::pair<std::string, std::string>> out;
  const std::string shadow = quoted(r.shadow);
  for (const std::string& name : r.new_only) {
    out.emplace_back(
        fmt::format("{}.{}", r.base, name),
        fmt::format("SELECT count(*) FROM {shadow} {n} WHERE {column} IS NOT ({initial})",
                    "shadow"_a = shadow, "n"_a = r.new_alias,
                    "column"_a = column_of(r.new_alias, name), "initial"_a = default_in(r, name)));
  }
  for (const Group& group : r.groups) {
    for (const Derived& up : group.up) {
      if (up.is_copy) continue;
      out.emplace_back(
          fmt::format("{}.{}", r.base, up.column),
          fmt::format(
              "SELECT count(*) FROM {shadow} {n}, {base} {o} WHERE {pair} AND NOT ({equal})",
              "shadow"_a = shadow, "n"_a = r.new_alias, "base"_a = quoted(r.base),
              "o"_a = r.old_alias, "pair"_a = pair_join(input),
              "equal"_a = equals(up, r.new_alias, r.old_alias)));
    }
  }
  return out;
}

}  // namespace segue::dialect::sqlite
