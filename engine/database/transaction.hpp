#pragma once
// The guard of a transaction: leaving the scope rolls back, success is an explicit commit().

#include "engine/database/database.hpp"

namespace segue::database {

/// Runs `begin` when made; rolls back when left without commit(). Not copyable, one thread.
class Transaction {
 public:
  /// `begin` is e.g. "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE" or "BEGIN IMMEDIATE".
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

}  // namespace segue::database
