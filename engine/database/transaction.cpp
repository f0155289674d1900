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

std::string_view begin_writing(const Database& database) {
  switch (database.kind()) {
    case Kind::postgres:
      return "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";
    case Kind::sqlite:
      return "BEGIN IMMEDIATE";
  }
  return {};
}

std::string transaction_id(Database& database) {
  switch (database.kind()) {
    case Kind::postgres:
      return database.query("SELECT pg_catalog.pg_current_xact_id()::text").text(0, 0);
    case Kind::sqlite:
      return "";
  }
  return "";
}

Fate fate_of(Database& database, const std::string& transaction_id) {
  const std::string fate =
      database
          .query("SELECT coalesce(pg_catalog.pg_xact_status($1::xid8), 'aborted')",
                 {transaction_id})
          .text(0, 0);
  if (fate == "committed") return Fate::committed;
  return fate == "aborted" ? Fate::aborted : Fate::in_progress;
}

}  // namespace segue::database
