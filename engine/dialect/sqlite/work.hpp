#pragma once
// A plan seen table by table: the folded change, the base, and the rebuild if the plan has one.
// Built the same way when planning and each time a step is rendered. Internal.

#include <optional>
#include <string>
#include <vector>

#include "engine/dialect/dialect.hpp"
#include "engine/dialect/sqlite/steps.hpp"

namespace segue::dialect::sqlite {

struct TableWork {
  model::TableChange change;
  const model::CatalogTable* base = nullptr;  // null: created by the plan
  std::optional<Rebuild> rebuild;

  [[nodiscard]] SyncInput sync(const model::Settings& settings) const {
    return {*rebuild, *base, settings.sqlite_clients};
  }
};

/// The version's name, as it stands in the shadow's.
[[nodiscard]] std::string version_name(const model::Change& newest);

/// Of a plan that exists: which tables are rebuilt is told by its steps.
[[nodiscard]] std::vector<TableWork> works_of(const model::Plan& plan,
                                              const model::Catalog& catalog);

/// The statements of a text by the author, split at semicolons outside of trigger bodies.
[[nodiscard]] std::vector<std::string> split_statements(const std::string& sql);

}  // namespace segue::dialect::sqlite
