// What only SQLite does: polling, snapshots, files that must not change.
#include <fstream>
#include <iterator>
#include <map>

#include "engine/database/sqlite_errors.hpp"
#include "engine/database/transaction.hpp"
#include "tests/database/database_test.hpp"

using namespace segue;
using namespace segue::database;
using test::error_of;
using test::kind_of;
using test::TestDatabase;
using test::wait_until;

namespace {

std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// Every file of the folder with its contents, except the index of the WAL, which readers map.
std::map<std::string, std::string> contents_of(const std::filesystem::path& folder) {
  std::map<std::string, std::string> contents;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with("-shm")) contents[name] = bytes_of(entry.path());
  }
  return contents;
}

}  // namespace

TEST_CASE("our settings are in force and the journal mode is left alone", "[database][sqlite]") {
  const TestDatabase test(Kind::sqlite);
  const bool wal = GENERATE(false, true);
  test.run(wal ? "PRAGMA journal_mode=WAL; CREATE TABLE t (a)" : "CREATE TABLE t (a)");
  const auto db = test.open();
  CHECK(db->query("PRAGMA foreign_keys").integer(0, 0) == 0);
  CHECK(db->query("PRAGMA secure_delete").integer(0, 0) == 0);
  CHECK(db->query("PRAGMA wal_autocheckpoint").integer(0, 0) == 0);
  CHECK(db->query("PRAGMA synchronous").integer(0, 0) == (wal ? 1 : 2));
  CHECK(db->query("PRAGMA journal_mode").text(0, 0) == (wal ? "wal" : "delete"));
}

TEST_CASE("a lock that does not come within the budget is lock_timeout", "[database][sqlite]") {
  const TestDatabase test(Kind::sqlite);
  test.run("CREATE TABLE t (a)");
  const auto holder = test.open();
  const auto waiter = test.open({.lock_budget_ms = 20});
  const Transaction transaction(*holder, "BEGIN IMMEDIATE");
  const auto start = std::chrono::steady_clock::now();
  const Error error = error_of([&] { waiter->query("BEGIN IMMEDIATE"); });
  CHECK(error.kind() == ErrorKind::lock_timeout);
  CHECK(error.detail().sqlstate == "SQLITE_BUSY");
  CHECK(std::chrono::steady_clock::now() - start >= std::chrono::milliseconds(20));
  CHECK_FALSE(waiter->in_transaction());
  waiter->set_lock_budget_ms(0);
  CHECK(kind_of([&] { waiter->query("BEGIN IMMEDIATE"); }) == ErrorKind::lock_timeout);
}

TEST_CASE("a waiter gets the lock as soon as it is free", "[database][sqlite]") {
  const TestDatabase test(Kind::sqlite);
  test.run("CREATE TABLE t (a)");
  const auto holder = test.open();
  const auto waiter = test.open({.lock_budget_ms = 30000});
  Transaction transaction(*holder, "BEGIN IMMEDIATE");
  std::atomic<bool> begun = false;
  std::thread thread([&] {
    waiter->query("BEGIN IMMEDIATE");
    begun = true;
  });
  CHECK_FALSE(begun);  // cannot be otherwise: the lock is held
  transaction.commit();
  thread.join();
  CHECK(waiter->in_transaction());
}

TEST_CASE("a write on an old snapshot is serialization", "[database][sqlite]") {
  const TestDatabase test(Kind::sqlite);
  test.run("PRAGMA journal_mode=WAL; CREATE TABLE t (a)");
  const auto db = test.open();
  const auto other = test.open();
  const Transaction transaction(*db, "BEGIN");
  db->query("SELECT count(*) FROM t");
  other->query("INSERT INTO t VALUES (1)");
  const Error error = error_of([&] { db->query("INSERT INTO t VALUES (2)"); });
  CHECK(error.kind() == ErrorKind::serialization);
  CHECK(error.detail().sqlstate == "SQLITE_BUSY_SNAPSHOT");
}

TEST_CASE("a busy COMMIT leaves the transaction open and can be tried again",
          "[database][sqlite]") {
  const TestDatabase test(Kind::sqlite);
  test.run("CREATE TABLE t (a); INSERT INTO t VALUES (1)");
  const auto db = test.open({.lock_budget_ms = 1});
  const auto reader = test.open();
  Transaction reading(*reader, "BEGIN");
  reader->query("SELECT a FROM t");
  Transaction transaction(*db, "BEGIN IMMEDIATE");
  db->query("INSERT INTO t VALUES (2)");
  CHECK(kind_of([&] { transaction.commit(); }) == ErrorKind::lock_timeout);
  CHECK(db->in_transaction());
  reading.rollback();
  transaction.commit();
  CHECK(reader->query("SELECT count(*) FROM t").integer(0, 0) == 2);
}

TEST_CASE("a COMMIT gives up earlier than other waits when it is told to", "[database][sqlite]") {
  const TestDatabase test(Kind::sqlite);
  test.run("CREATE TABLE t (a); INSERT INTO t VALUES (1)");
  const auto db = test.open({.lock_budget_ms = 600'000});
  const auto reader = test.open();
  Transaction reading(*reader, "BEGIN");
  reader->query("SELECT a FROM t");
  Transaction transaction(*db, "BEGIN IMMEDIATE");
  db->query("INSERT INTO t VALUES (2)");
  db->set_commit_budget_ms(1);
  CHECK(kind_of([&] { transaction.commit(); }) == ErrorKind::lock_timeout);
  reading.rollback();
  transaction.commit();
}

TEST_CASE("no statement stays open before DDL", "[database][sqlite]") {
  const TestDatabase test(Kind::sqlite);
  test.run("CREATE TABLE t (a); INSERT INTO t VALUES (1), (2)");
  const auto db = test.open();
  for (int i = 0; i < 3; ++i) {
    db->query("SELECT a FROM t");
    db->query("UPDATE t SET a = a + ?1", {std::int64_t{1}});
  }
  CHECK(kind_of([&] { db->query("INSERT INTO t SELECT abs(-9223372036854775807 - 1)"); }) ==
        ErrorKind::invalid_input);
  db->query("ALTER TABLE t ADD COLUMN b");
  CHECK(db->query("SELECT * FROM t").columns.size() == 2);
  db->query("DROP TABLE t");
  CHECK_FALSE(db->in_transaction());
}

TEST_CASE("a cached statement forgets its values and follows the schema", "[database][sqlite]") {
  const TestDatabase test(Kind::sqlite);
  test.run("CREATE TABLE t (a)");
  const auto db = test.open();
  const auto other = test.open();
  db->query("INSERT INTO t VALUES (?1)", {std::string("x")});
  db->query("INSERT INTO t VALUES (?1)", {nullptr});
  CHECK(kind_of([&] { db->query("INSERT INTO t VALUES (?1)"); }) == ErrorKind::bug);
  CHECK(db->query("SELECT * FROM t ORDER BY a").is_null(0, 0));
  other->query("ALTER TABLE t ADD COLUMN b DEFAULT 'y'");
  CHECK(db->query("SELECT * FROM t ORDER BY a").rows[0].size() == 2);
}

TEST_CASE("blobs come as hexadecimal", "[database][sqlite]") {
  const TestDatabase test(Kind::sqlite);
  const auto db = test.open();
  const Result result = db->query("SELECT X'00FFa1', X'', 1.5, 'a' || char(0) || 'b'");
  CHECK(result.text(0, 0) == "X'00FFA1'");
  CHECK(result.text(0, 1) == "X''");
  CHECK(result.text(0, 2) == "1.5");
  CHECK(result.text(0, 3) == std::string("a\0b", 3));
}

TEST_CASE("foreign keys do not fire for us", "[database][sqlite]") {
  const TestDatabase test(Kind::sqlite);
  test.run("CREATE TABLE p (id INTEGER PRIMARY KEY);"
           "CREATE TABLE c (p REFERENCES p ON DELETE CASCADE);"
           "INSERT INTO p VALUES (1); INSERT INTO c VALUES (1)");
  const auto db = test.open();
  db->query("DROP TABLE p");
  CHECK(db->query("SELECT count(*) FROM c").integer(0, 0) == 1);
}

TEST_CASE("user triggers are silent on request", "[database][sqlite]") {
  const TestDatabase test(Kind::sqlite);
  test.run("CREATE TABLE t (a); CREATE TABLE log (a);"
           "CREATE TRIGGER r AFTER INSERT ON t BEGIN INSERT INTO log VALUES (NEW.a); END");
  const auto db = test.open();
  const auto logged = [&] { return db->query("SELECT count(*) FROM log").integer(0, 0); };
  db->query("INSERT INTO t VALUES (1)");
  CHECK(logged() == 1);
  db->enable_user_triggers(false);
  db->query("INSERT INTO t VALUES (1)");
  CHECK(logged() == 1);
  db->enable_user_triggers(true);
  db->query("INSERT INTO t VALUES (1)");
  CHECK(logged() == 2);
}

TEST_CASE("a user's double-quoted strings keep working under our session", "[database][sqlite]") {
  const TestDatabase test(Kind::sqlite);
  test.run("CREATE TABLE t (a, b DEFAULT \"d\"); CREATE TABLE log (a);"
           "CREATE VIEW v AS SELECT a FROM t WHERE b <> \"none\";"
           "CREATE TRIGGER r AFTER INSERT ON t BEGIN INSERT INTO log VALUES (\"text\"); END");
  const auto db = test.open();
  db->query("INSERT INTO t (a) VALUES (1)");
  CHECK(db->query("SELECT a FROM log").text(0, 0) == "text");
  CHECK(db->query("SELECT a FROM v").rows.size() == 1);
  db->query("ALTER TABLE t RENAME COLUMN a TO c");
}

TEST_CASE("a read-only session creates and changes nothing", "[database][sqlite]") {
  const TestDatabase test(Kind::sqlite);
  const Options read_only{.read_only = true};
  const Error missing = error_of([&] { (void)test.open(read_only); });
  CHECK(missing.kind() == ErrorKind::resource);
  CHECK(missing.detail().sqlstate == "SQLITE_CANTOPEN");
  CHECK(contents_of(test.folder()).empty());

  const bool wal = GENERATE(false, true);
  const auto writer = test.open();
  if (wal) writer->query("PRAGMA journal_mode=WAL");
  writer->query("CREATE TABLE t (a)");
  writer->query("INSERT INTO t VALUES (1)");
  const auto before = contents_of(test.folder());
  {
    const auto reader = test.open(read_only);
    CHECK(reader->query("SELECT a FROM t").integer(0, 0) == 1);
    CHECK(kind_of([&] { reader->query("INSERT INTO t VALUES (2)"); }) == ErrorKind::privilege);
  }
  CHECK(contents_of(test.folder()) == before);
}

TEST_CASE("a file that needs recovery is reported by a reader, not repaired",
          "[database][sqlite]") {
  const TestDatabase test(Kind::sqlite);
  test.run("CREATE TABLE t (a); INSERT INTO t VALUES (1)");
  const std::filesystem::path crashed = test.folder() / "crashed.db";
  {
    // The files as a crash in the middle of a commit leaves them: cache spilled, journal hot.
    const auto db = test.open();
    db->query("PRAGMA cache_size=1");
    db->query("PRAGMA cache_spill=1");
    const Transaction transaction(*db, "BEGIN IMMEDIATE");
    db->query("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) "
              "INSERT INTO t SELECT hex(randomblob(50)) FROM n");
    std::filesystem::copy_file(test.url(), crashed);
    std::filesystem::copy_file(test.url() + "-journal", crashed.string() + "-journal");
  }
  const auto before = contents_of(test.folder());
  const Error error = error_of([&] {
    (void)open_sqlite({.url = crashed.string(), .read_only = true});
  });
  CHECK(error.kind() == ErrorKind::resource);
  CHECK(error.detail().sqlstate == "SQLITE_READONLY_ROLLBACK");
  CHECK(std::string(error.what()).find("recovery pending") != std::string::npos);
  CHECK(contents_of(test.folder()) == before);
  CHECK(open_sqlite({.url = crashed.string()})->query("SELECT count(*) FROM t").integer(0, 0) == 1);
}

TEST_CASE("special characters in a path are the file's own", "[database][sqlite]") {
  const TestDatabase test(Kind::sqlite);
  const std::string path = (test.folder() / "a b?mode=memory#%41&ä'\".db").string();
  open_sqlite({.url = path})->query("CREATE TABLE t (a)");
  CHECK(std::filesystem::exists(path));
  CHECK(open_sqlite({.url = "sqlite:" + path, .read_only = true})
            ->query("SELECT count(*) FROM t").integer(0, 0) == 0);
}

TEST_CASE("what is no database is refused", "[database][sqlite]") {
  const TestDatabase test(Kind::sqlite);
  std::ofstream(test.url()) << std::string(5000, 'x');
  const Error error = error_of([&] { (void)test.open(); });
  CHECK(error.kind() == ErrorKind::refused);
  CHECK(error.detail().sqlstate == "SQLITE_NOTADB");
  CHECK(kind_of([&] { (void)open_sqlite({.url = test.folder().string()}); }) ==
        ErrorKind::resource);
}

TEST_CASE("cancel stops the running statement", "[database][sqlite]") {
  const TestDatabase test(Kind::sqlite);
  const auto db = test.open();
  db->cancel();  // nothing runs: nothing happens
  std::atomic<bool> done = false;
  std::thread canceller([&] {
    while (!done) {
      db->cancel();
      std::this_thread::yield();
    }
  });
  CHECK(kind_of([&] {
          db->query("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
                    "SELECT count(*) FROM n");
        }) == ErrorKind::cancelled);
  done = true;
  canceller.join();
  CHECK(db->query("SELECT 1").integer(0, 0) == 1);
}

TEST_CASE("cancel stops a wait for a lock", "[database][sqlite]") {
  const TestDatabase test(Kind::sqlite);
  test.run("CREATE TABLE t (a)");
  const auto holder = test.open();
  const auto waiter = test.open({.lock_budget_ms = 600000});
  const Transaction transaction(*holder, "BEGIN IMMEDIATE");
  std::atomic<bool> done = false;
  std::thread canceller([&] {
    while (!done) {
      waiter->cancel();
      std::this_thread::yield();
    }
  });
  CHECK(kind_of([&] { waiter->query("BEGIN IMMEDIATE"); }) == ErrorKind::cancelled);
  done = true;
  canceller.join();
}

TEST_CASE("result codes have kinds and names", "[database][sqlite]") {
  CHECK(kind_of_sqlite_code(5 | (1 << 8)) == ErrorKind::lock_timeout);
  CHECK(name_of_sqlite_code(5 | (1 << 8)) == "SQLITE_BUSY_RECOVERY");
  CHECK(kind_of_sqlite_code(6) == ErrorKind::bug);
  CHECK(kind_of_sqlite_code(6 | (1 << 8)) == ErrorKind::lock_timeout);
  CHECK(kind_of_sqlite_code(10 | (200 << 8)) == ErrorKind::resource);
  CHECK(name_of_sqlite_code(10 | (200 << 8)) == "SQLITE_IOERR (51210)");
  CHECK(kind_of_sqlite_code(13) == ErrorKind::resource);
  CHECK(kind_of_sqlite_code(11) == ErrorKind::refused);
  CHECK(kind_of_sqlite_code(9) == ErrorKind::cancelled);
}
