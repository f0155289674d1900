#pragma once
// How long a COMMIT of ours may wait. One thread.

#include <optional>

#include "engine/core/protection.hpp"
#include "engine/database/database.hpp"

namespace segue::execute {

/// SQLite, rollback journal: a COMMIT that waits for a reader keeps every new reader out. While
/// this lives it waits for 5 ms only; the transaction is then tried again.
class ShortCommit {
 public:
  explicit ShortCommit(database::Database& database) : database_(database) {
    if (protected_by("commit_limit")) database_.set_commit_budget_ms(5);
  }
  ShortCommit(const ShortCommit&) = delete;
  ShortCommit& operator=(const ShortCommit&) = delete;
  ~ShortCommit() { database_.set_commit_budget_ms(std::nullopt); }

 private:
  database::Database& database_;
};

}  // namespace segue::execute
