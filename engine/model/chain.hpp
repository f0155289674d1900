#pragma once
// The chain: migrations that have begun and are neither contracted nor reversed, oldest first. The
// base version and every published version are derived from it and the catalogue, never stored.

#include <vector>

#include "engine/model/catalog.hpp"
#include "engine/model/plan.hpp"
#include "engine/model/version.hpp"

namespace segue::model {

/// Its version is published and its old shape lives: clients may write through both.
[[nodiscard]] constexpr bool lives_twice(MigrationState state) {
  return state == MigrationState::migrated || state == MigrationState::contracting;
}

/// A migration that has begun and is not contracted or reversed.
struct LiveMigration {
  Plan plan;
  MigrationState state = MigrationState::pending;
};

/// The base version: what the catalogue shows without what live migrations added to the tables.
[[nodiscard]] Version base_version(const Catalog& catalog, const std::vector<LiveMigration>& live);

/// The version after the first `count` live migrations.
[[nodiscard]] Version version_after(const Catalog& catalog, const std::vector<LiveMigration>& live,
                                    std::size_t count);

/// The version that the newest live migration makes.
[[nodiscard]] Version newest_version(const Catalog& catalog,
                                     const std::vector<LiveMigration>& live);

/// `later` as it must read once `contracted` has given the base its shape: physical names that the
/// swap renames are renamed (protocol-postgres.md 12, last point but one).
[[nodiscard]] Change rebased(const Change& later, const Change& contracted);

}  // namespace segue::model
