#pragma once
// The bookkeeping text of both databases. `{segue}` stands for the prefix of our tables ("segue."
// or "segue_"), `{now}` for the server's clock as text, $1… for bound values.

#include <string>
#include <string_view>
#include <vector>

#include "engine/database/database.hpp"

namespace segue::journal {

[[nodiscard]] std::string journal_sql(std::string_view text, database::Kind kind);
/// The tables of format 1, in order.
[[nodiscard]] std::vector<std::string> table_definitions(database::Kind kind);
/// What makes them elsewhere, in one line; for somebody who has to bring them there.
[[nodiscard]] std::string table_script(database::Kind kind);

}  // namespace segue::journal
