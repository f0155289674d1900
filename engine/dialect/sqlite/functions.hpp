#pragma once
// What an `up` or `down` may call. It runs inside of triggers in every client, so a function must
// be built in since the oldest client's library, and give one value for one row. Internal.

#include <string>
#include <vector>

namespace segue::dialect::sqlite {

/// What is wrong with the expression for a client of this library version (3024000); empty:
/// nothing.
[[nodiscard]] std::vector<std::string> problems_of_expression(const std::string& sql, int clients);

}  // namespace segue::dialect::sqlite
