#include "engine/dialect/postgres/names.hpp"

#include <fmt/format.h>

namespace segue::dialect::postgres {

bool is_our_trigger(const std::string& name) {
  return name.ends_with(insert_trigger) || name.ends_with(update_trigger) ||
         name == first_insert_trigger || name == first_update_trigger;
}

std::string version_schema(const std::string& schema, const std::string& version) {
  return shortened(schema + "_" + version);
}

QualifiedName inner_view(const std::string& schema, const std::string& table, int ordinal) {
  return {"segue", shortened(fmt::format("{}_{}__{}", schema, table, ordinal))};
}

QualifiedName sync_function(const std::string& schema, const std::string& table,
                            const std::string& event) {
  return {"segue", shortened(fmt::format("sync_{}_{}_{}", event, schema, table))};
}

QualifiedName expression_function(int ordinal, const model::TableChange& table,
                                  const model::ColumnChange& column, const std::string& role) {
  const std::string& name = column.after.empty() ? column.before : column.after;
  const std::string& on = table.before.empty() ? table.after : table.before;
  return {"segue", shortened(fmt::format("m{}_{}_{}_{}", ordinal, role, on, name))};
}

std::string interim_name(int ordinal, const std::string& name) {
  return shortened(fmt::format("_segue_{}_{}", ordinal, name));
}

}  // namespace segue::dialect::postgres
