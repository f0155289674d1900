#include "engine/database/transaction.hpp"

#include <string>

namespace segue::database {

Transaction::Transaction(Database& database, std::string_view begin) : database_(&database) {
  // PostgreSQL answers a BEGIN inside a transaction with a warning only; the inner guard would then
  // end the outer transaction.
  if (database.in_transaction()) {
    throw Error(ErrorKind::bug, "A transaction was begun inside a transaction.",
                {.statement = std::string(begin)});
  }
  database.query(begin);
}

Transaction::~Transaction() {
  try {
    rollback();
  } catch (...) {
    // The error that made us leave the scope is the one to be told. A server that cannot be reached
    // rolls back by itself, and a SQLite connection does when it is closed.
  }
}

void Transaction::commit() {
  if (!open_) throw Error(ErrorKind::bug, "COMMIT of a transaction that has ended.");
  try {
    database_->query("COMMIT");
  } catch (const Error&) {
    open_ = database_->is_open() && database_->in_transaction();
    throw;
  }
  open_ = false;
}

void Transaction::rollback() {
  if (!open_) return;
  open_ = false;
  if (database_->is_open() && database_->in_transaction()) database_->query("ROLLBACK");
}

}  // namespace segue::database
