#pragma once
// Builds a schema in memory, as it is and as a change would leave it, and compares: what compiles
// there and not here would be broken by the change. One thread; touches no file.

#include <string>
#include <vector>

#include "engine/database/database.hpp"
#include "engine/dialect/script.hpp"

namespace segue::execute {

/// What a query answered in the direct build.
struct Fact {
  std::string object;
  std::string sql;
  std::string answer;
};

struct Built {
  std::vector<Problem> broken;
  std::vector<Fact> facts;
};

/// In a scratch database of the kind of `like`.
[[nodiscard]] Built build_directly(const database::Database& like,
                                   const dialect::DirectBuild& build);
/// Throws refused with everything that the change would break.
[[nodiscard]] std::vector<Fact> require_unbroken(const database::Database& like,
                                                 const dialect::DirectBuild& build);
/// Throws drift when the database answers otherwise.
void require_same(database::Database& database, const std::vector<Fact>& facts);

}  // namespace segue::execute
