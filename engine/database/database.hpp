#pragma once
// One connection to one database. A Database runs text and knows no migrations; every other layer
// talks to PostgreSQL and SQLite through this interface alone. PostgresDatabase and SqliteDatabase
// are the only users of their drivers; ScriptedDatabase and FaultInjector (tests/support) look the
// same.
//
// Threads: one thread at a time, except cancel(), which may be called from any thread.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "segue/error.hpp"

namespace segue::database {

enum class Kind { postgres, sqlite };

/// A bound parameter. PostgreSQL receives every value as text of unknown type; SQLite binds
/// natively.
using Value = std::variant<std::nullptr_t, std::int64_t, double, std::string>;

/// The rows of one statement, every value as the database's text (SQLite: its text conversion;
/// blobs as X'..' hexadecimal), NULL as nullopt. `affected` is the number of rows that INSERT,
/// UPDATE or DELETE changed.
struct Result {
  std::vector<std::string> columns;
  std::vector<std::vector<std::optional<std::string>>> rows;
  std::int64_t affected = 0;

  [[nodiscard]] bool empty() const { return rows.empty(); }
  /// The text at (row, column); "" when NULL. Throws Error(bug) outside of the result.
  [[nodiscard]] const std::string& text(std::size_t row, std::size_t column) const;
  [[nodiscard]] bool is_null(std::size_t row, std::size_t column) const;
  [[nodiscard]] std::int64_t integer(std::size_t row, std::size_t column) const;
  /// 't', 'true', '1' are true.
  [[nodiscard]] bool boolean(std::size_t row, std::size_t column) const;
};

/// What is known of the session on the server.
struct Session {
  std::int64_t backend_pid = 0;     // PostgreSQL; 0 on SQLite
  std::string backend_start;        // PostgreSQL, as text of timestamptz
  int server_version = 0;           // 150018 for 15.18; SQLite: 3040001
  std::string server_version_text;  // "15.18", "3.40.1"
};

/// How a connection is opened. `url` may hold a password: never print it, print
/// Database::description().
struct Options {
  std::string url;  // postgresql://…, libpq keywords, or a path (SQLite)
  std::string application_name = "segue";
  bool of_engine = false;    // PostgreSQL: others of the engine's sessions know it as one of theirs
  bool read_only = false;    // PostgreSQL: default_transaction_read_only; SQLite: mode=ro
  std::string role;          // PostgreSQL: SET ROLE; empty: as connected
  int lock_budget_ms = 200;  // SQLite: how long the busy handler polls
  /// SQLite: freed pages are treated as the file and the library say, not left as they are.
  bool keep_secure_delete = false;
};

class Database {
 public:
  virtual ~Database() = default;

  [[nodiscard]] virtual Kind kind() const = 0;
  [[nodiscard]] virtual const Session& session() const = 0;
  /// Host, port, database and user, or the file's path; never a password.
  [[nodiscard]] virtual std::string description() const = 0;

  /// Runs exactly one statement with bound values ($1… on PostgreSQL, ?1… on SQLite) and returns
  /// its rows. Failures throw Error with a kind from SQLSTATE or the extended result code, and the
  /// statement. BEGIN, COMMIT, ROLLBACK and SAVEPOINT go through here too; a connection lost in
  /// COMMIT is in_doubt. A statement outside of a transaction that ends in connection_lost may have
  /// taken effect or not.
  virtual Result query(std::string_view sql, const std::vector<Value>& values = {}) = 0;

  /// The same for a statement that a command says many times on one connection: PostgreSQL keeps it
  /// parsed and planned. Only for texts whose result columns no change of the schema can alter.
  virtual Result query_again(std::string_view sql, const std::vector<Value>& values = {}) {
    return query(sql, values);
  }

  /// True between a BEGIN that succeeded and its COMMIT or ROLLBACK, as the server sees it.
  [[nodiscard]] virtual bool in_transaction() const = 0;

  /// False once the connection is known to be gone; every later query throws connection_lost.
  [[nodiscard]] virtual bool is_open() const = 0;

  /// A fresh connection with the same options. PostgreSQL and SQLite file databases only.
  [[nodiscard]] virtual std::unique_ptr<Database> open_another() const = 0;

  /// Asks the server to cancel the running statement (Error kind cancelled there). Any thread.
  virtual void cancel() = 0;

  /// SQLite: run the user's triggers or not (SQLITE_DBCONFIG_ENABLE_TRIGGER). PostgreSQL: no
  /// effect.
  virtual void enable_user_triggers(bool) {}

  /// SQLite: how long the busy handler polls from now on (0: one look). PostgreSQL: no effect, its
  /// lock_timeout is a statement of the caller's.
  virtual void set_lock_budget_ms(int) {}

  /// SQLite: the same for COMMIT alone, from now on; nullopt: as long as for any lock. In a
  /// rollback journal a COMMIT that waits for a reader keeps every new reader out. PostgreSQL: no
  /// effect.
  virtual void set_commit_budget_ms(std::optional<int>) {}
};

/// Opens a PostgreSQL connection and sets every session setting of protocol-postgres.md 2
/// explicitly. Never reconnects by itself. Throws connection_lost or privilege.
[[nodiscard]] std::unique_ptr<Database> open_postgres(const Options& options);

/// Opens a SQLite file with the settings of protocol-sqlite.md 4. A missing file is created unless
/// read_only.
[[nodiscard]] std::unique_ptr<Database> open_sqlite(const Options& options);

/// An empty database that nobody else sees and that ends with its connection, to try texts in: of
/// the kind of `like`. Throws Error(bug) where none can be had without a server's help
/// (PostgreSQL).
[[nodiscard]] std::unique_ptr<Database> open_scratch(const Database& like);

/// Which database a URL means, by formats.md 2; nullopt with a hint in `hint` for foreign forms
/// (`jdbc:`, `postgresql+psycopg2:`).
[[nodiscard]] std::optional<Kind> kind_of_url(std::string_view url, std::string* hint = nullptr);

#ifdef SEGUE_TEST_HOOKS
/// Tests put another connection between the engine and its database; an empty one takes it out
/// again.
using Opener = std::function<std::unique_ptr<Database>(const Options&)>;
void set_opener(Opener opener);
#endif

/// Opens what the URL names. Throws invalid_input for a URL of no known form.
[[nodiscard]] std::unique_ptr<Database> open(const Options& options);

}  // namespace segue::database
