#pragma once
// The guard of a transaction: leaving the scope rolls back, success is an explicit commit(). And
// what of a transaction is said in other words on each database, in statements that go through
// query(), so that whoever stands in front of a connection sees them like all others.

#include <string>
#include <string_view>

#include "engine/database/database.hpp"

namespace segue::database {

/// Runs `begin` when made; rolls back when left without commit(). Not copyable, one thread.
class Transaction {
 public:
  /// `begin` is e.g. begin_writing().
  [[nodiscard]] Transaction(Database& database, std::string_view begin);
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();

  /// Throws in_doubt when the connection was lost during COMMIT: the guard is closed, the caller
  /// asks the server for the outcome. On SQLite a busy COMMIT leaves the transaction open
  /// (lock_timeout) and the guard active.
  void commit();
  /// Idempotent; errors of the ROLLBACK itself close the guard and are thrown.
  void rollback();

 private:
  Database* database_;
  bool open_ = true;
};

/// The text that begins a transaction that writes. PostgreSQL: whatever the session's defaults are.
/// SQLite: with the write lock at once, since a reader that asks for it later cannot wait for it.
[[nodiscard]] std::string_view begin_writing(const Database& database);

/// The id by which another connection can ask what became of the open transaction; "" where the
/// database keeps none (SQLite).
[[nodiscard]] std::string transaction_id(Database& database);

/// Aborted is also what the server has forgotten.
enum class Fate { in_progress, committed, aborted };
/// What became of the transaction with this id, which transaction_id() has given.
[[nodiscard]] Fate fate_of(Database& database, const std::string& transaction_id);

}  // namespace segue::database
