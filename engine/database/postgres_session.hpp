#pragma once
// The settings of our PostgreSQL sessions (protocol-postgres.md 2). Defaults of the role, the
// database and the server apply to us too, so everything that changes what our statements mean is
// set.

#include <string>
#include <utility>
#include <vector>

#include "engine/database/database.hpp"

namespace segue::database {

struct SessionSetting {
  std::string name;
  std::string value;
};

/// In the order in which they are set; `role` comes last, because it gives rights away.
[[nodiscard]] std::vector<SessionSetting> session_settings(const Options& options,
                                                           int server_version);

/// One SELECT that sets all of them by parameters and returns pid, start and version of the
/// session.
struct SessionStatement {
  std::string sql;
  std::vector<Value> values;
};
[[nodiscard]] SessionStatement session_statement(const std::vector<SessionSetting>& settings,
                                                 bool of_engine);

}  // namespace segue::database
