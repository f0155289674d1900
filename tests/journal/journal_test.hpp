#pragma once
// What the tests of the journal share: a database of one's own with a journal over it.

#include <optional>

#include "engine/database/transaction.hpp"
#include "engine/journal/journal.hpp"
#include "engine/journal/journal_sql.hpp"
#include "engine/journal/lease.hpp"
#include "tests/database/database_test.hpp"

namespace segue::test {

/// A database, a connection and its journal, not yet installed.
struct JournalTest {
  explicit JournalTest(database::Kind kind)
      : test(kind), db(test.open()), journal(make_journal(*db)) {}

  static std::unique_ptr<journal::Journal> make_journal(database::Database& db) {
    return std::make_unique<journal::Journal>(
        db, journal::Author{.who = "tester", .host = "here", .command = "up", .pid = 4242});
  }
  [[nodiscard]] std::string begin() const {
    return test.kind() == database::Kind::postgres ? "BEGIN ISOLATION LEVEL READ COMMITTED"
                                                   : "BEGIN IMMEDIATE";
  }
  [[nodiscard]] std::string sql(const std::string& text) const {
    return journal::journal_sql(text, test.kind());
  }
  void install() const {
    journal->install({});
    static_cast<void>(journal->take_over());
  }
  /// One fenced transaction.
  void write(const std::function<void(database::Database&)>& work) const {
    database::Transaction transaction(*db, begin());
    journal->fence(*db);
    work(*db);
    transaction.commit();
  }

  TestDatabase test;
  std::unique_ptr<database::Database> db;
  std::unique_ptr<journal::Journal> journal;
};

}  // namespace segue::test
