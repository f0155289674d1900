#pragma once
// Resolution: a migration as read, against the newest version → the Change. Pure. All problems of a file
// are collected, each with its place.

#include <optional>
#include <vector>

#include "engine/dialect/dialect.hpp"
#include "engine/model/change.hpp"

namespace segue::plan {

struct ResolveInput {
  const model::Catalog& catalog;
  const std::vector<model::LiveMigration>& live;   // oldest first
  const dialect::Dialect& dialect;
  int ordinal = 0;
};

struct Resolution {
  model::Change change;
  std::vector<Problem> problems;   // when not empty, `change` is not to be used
};

[[nodiscard]] Resolution resolve(const model::Migration& migration, const ResolveInput& input);

}  // namespace segue::plan
