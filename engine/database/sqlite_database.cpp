// SQLite through its C interface.
//
// A statement that is not reset holds its locks and its table: a read transaction stays open, and a
// later DROP or ALTER fails with SQLITE_LOCKED. So every statement is read to its end at once and
// reset before query() returns, and the cache of prepared statements is emptied before anything
// that is not a query, DML or transaction control.
//
// Waiters do not queue in SQLite, they poll. The default handler sleeps up to 100 ms between two
// looks and loses to clients that look more often, therefore the handler here looks each 0.2 ms.

#include <fmt/format.h>
#include <sqlite3.h>

#include <array>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <list>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>

#include "engine/database/database.hpp"
#include "engine/database/sqlite_errors.hpp"
#include "engine/database/statement.hpp"
#include "engine/database/url.hpp"

namespace segue::database {

namespace {

constexpr auto busy_poll_interval = std::chrono::microseconds(200);
constexpr std::size_t cache_limit = 32;

struct Close {
  void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
};
struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Handle = std::unique_ptr<sqlite3, Close>;
using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

/// Resets on every way out, so that no lock outlives query().
struct ResetGuard {
  sqlite3_stmt* statement;
  explicit ResetGuard(sqlite3_stmt* used) : statement(used) {}
  ResetGuard(const ResetGuard&) = delete;
  ResetGuard& operator=(const ResetGuard&) = delete;
  ~ResetGuard() {
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
  }
};

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  for (const std::string_view each : words) {
    if (word == each) return true;
  }
  return false;
}

bool is_dml(std::string_view word) {
  return is_one_of(word, {"INSERT", "UPDATE", "DELETE", "REPLACE", "WITH"});
}

bool is_cacheable(std::string_view word) {
  return is_dml(word) || is_one_of(word, {"SELECT", "VALUES"});
}

bool is_transaction_control(std::string_view word) {
  return is_one_of(word, {"BEGIN", "COMMIT", "END", "ROLLBACK", "SAVEPOINT", "RELEASE"});
}

std::string hexadecimal(const unsigned char* bytes, int size) {
  std::string text = "X'";
  for (int i = 0; i < size; ++i) fmt::format_to(std::back_inserter(text), "{:02X}", bytes[i]);
  return text + "'";
}

std::optional<std::string> column_text(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_NULL:
      return std::nullopt;
    case SQLITE_BLOB: {
      const void* bytes = sqlite3_column_blob(statement, column);
      return hexadecimal(static_cast<const unsigned char*>(bytes),
                         sqlite3_column_bytes(statement, column));
    }
    default: {
      const unsigned char* text = sqlite3_column_text(statement, column);
      const int size = sqlite3_column_bytes(statement, column);
      return std::string(reinterpret_cast<const char*>(text), static_cast<std::size_t>(size));
    }
  }
}

int bind_one(sqlite3_stmt* statement, int index, const Value& value) {
  if (std::holds_alternative<std::nullptr_t>(value)) return sqlite3_bind_null(statement, index);
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    return sqlite3_bind_int64(statement, index, *number);
  }
  if (const auto* real = std::get_if<double>(&value)) {
    return sqlite3_bind_double(statement, index, *real);
  }
  // The caller's value outlives the statement's run, and ResetGuard unbinds it: no copy.
  const std::string& text = std::get<std::string>(value);
  return sqlite3_bind_text64(statement, index, text.data(), text.size(), SQLITE_STATIC,
                             SQLITE_UTF8);
}

class SqliteDatabase final : public Database {
 public:
  explicit SqliteDatabase(Options options)
      : options_(std::move(options)),
        path_(sqlite_path(options_.url)),
        lock_budget_(options_.lock_budget_ms) {
    open_file();
    configure();
  }

  [[nodiscard]] Kind kind() const override { return Kind::sqlite; }
  [[nodiscard]] const Session& session() const override { return session_; }
  [[nodiscard]] std::string description() const override { return path_; }
  [[nodiscard]] bool is_open() const override { return true; }
  [[nodiscard]] bool in_transaction() const override {
    return sqlite3_get_autocommit(handle_.get()) == 0;
  }

  Result query(std::string_view sql, const std::vector<Value>& values) override {
    cancelled_ = false;
    running_ = true;
    struct Stop {
      std::atomic<bool>& running;
      ~Stop() { running = false; }
    } const stop{running_};
    const std::string word = first_word(sql);
    is_commit_ = word == "COMMIT";
    if (is_cacheable(word)) return run_cached(sql, word, values);
    if (!is_transaction_control(word)) empty_cache();
    const Statement statement = prepare(sql, 0);
    return run(statement.get(), sql, word, values);
  }

  [[nodiscard]] std::unique_ptr<Database> open_another() const override {
    if (path_.empty() || path_ == ":memory:") {
      throw Error(ErrorKind::bug, "A database in memory has one connection only.");
    }
    Options options = options_;
    options.lock_budget_ms = static_cast<int>(lock_budget_.count());
    return std::make_unique<SqliteDatabase>(std::move(options));
  }

  void cancel() override {
    if (!running_) return;
    cancelled_ = true;
    sqlite3_interrupt(handle_.get());
  }

  void enable_user_triggers(bool enabled) override {
    sqlite3_db_config(handle_.get(), SQLITE_DBCONFIG_ENABLE_TRIGGER, enabled ? 1 : 0, nullptr);
  }

  void set_lock_budget_ms(int milliseconds) override {
    lock_budget_ = std::chrono::milliseconds(milliseconds);
  }

  void set_commit_budget_ms(std::optional<int> milliseconds) override {
    commit_budget_.reset();
    if (milliseconds) commit_budget_ = std::chrono::milliseconds(*milliseconds);
  }

 private:
  using Clock = std::chrono::steady_clock;

  void open_file() {
    int flags = SQLITE_OPEN_FULLMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE;
    flags |= options_.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    const bool in_memory = path_.empty() || path_ == ":memory:";
    // A folder can be opened to be read, and then looks like a failing disk.
    std::error_code ignored;
    if (!in_memory && std::filesystem::is_directory(path_, ignored)) {
      fail(SQLITE_CANTOPEN_ISDIR, "");
    }
    if (!in_memory) flags |= SQLITE_OPEN_URI;
    const std::string name =
        in_memory ? path_ : sqlite_uri(path_, options_.read_only ? "mode=ro" : "");
    sqlite3* raw = nullptr;
    const int code = sqlite3_open_v2(name.c_str(), &raw, flags, nullptr);
    handle_.reset(raw);
    if (code != SQLITE_OK) fail(code, "");
    sqlite3_busy_handler(raw, &SqliteDatabase::on_busy, this);
  }

  /// The settings of protocol-sqlite.md 4. Nothing here changes the file: the journal mode is read,
  /// never set. Double-quoted strings stay allowed: a user's trigger or view that holds one is
  /// compiled under our setting when our statement reaches it, and would fail.
  void configure() {
    query("PRAGMA foreign_keys=OFF", {});
    if (query("PRAGMA foreign_keys", {}).integer(0, 0) != 0) {
      throw Error(ErrorKind::bug, "PRAGMA foreign_keys=OFF had no effect.");
    }
    if (!options_.keep_secure_delete) query("PRAGMA secure_delete=OFF", {});
    query("PRAGMA wal_autocheckpoint=0", {});
    const bool wal = query("PRAGMA journal_mode", {}).text(0, 0) == "wal";
    query(wal ? "PRAGMA synchronous=NORMAL" : "PRAGMA synchronous=FULL", {});
    session_.server_version = sqlite3_libversion_number();
    session_.server_version_text = sqlite3_libversion();
  }

  static int on_busy(void* self, int count) {
    auto& database = *static_cast<SqliteDatabase*>(self);
    if (count == 0) database.busy_since_ = Clock::now();
    if (database.cancelled_) return 0;
    const bool is_short = database.is_commit_ && database.commit_budget_;
    const auto budget = is_short ? *database.commit_budget_ : database.lock_budget_;
    if (Clock::now() - database.busy_since_ >= budget) return 0;
    std::this_thread::sleep_for(busy_poll_interval);
    return 1;
  }

  Statement prepare(std::string_view sql, unsigned flags) {
    sqlite3_stmt* raw = nullptr;
    const char* tail = nullptr;
    const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                        flags, &raw, &tail);
    Statement statement(raw);
    if (code != SQLITE_OK) fail(code, sql);
    const std::string_view rest = sql.substr(static_cast<std::size_t>(tail - sql.data()));
    if (!statement || !is_blank(rest)) {
      throw Error(ErrorKind::bug, "query() runs exactly one statement.",
                  {.statement = std::string(sql)});
    }
    return statement;
  }

  [[nodiscard]] static bool is_blank(std::string_view rest) {
    return rest.find_first_not_of(" \t\r\n;") == std::string_view::npos ||
           !has_second_statement(fmt::format(";{}", rest));
  }

  Result run_cached(std::string_view sql, const std::string& word,
                    const std::vector<Value>& values) {
    auto found = cache_.find(std::string(sql));
    if (found == cache_.end()) {
      if (cache_.size() >= cache_limit) empty_cache();
      Statement statement = prepare(sql, SQLITE_PREPARE_PERSISTENT);
      found = cache_.emplace(sql, std::move(statement)).first;
    }
    return run(found->second.get(), sql, word, values);
  }

  void empty_cache() { cache_.clear(); }

  Result run(sqlite3_stmt* statement, std::string_view sql, const std::string& word,
             const std::vector<Value>& values) {
    const ResetGuard guard(statement);
    bind(statement, sql, values);
    const bool commits = in_transaction() && is_commit(sql);
    Result result;
    // The first step compiles the statement anew when the schema has changed: columns come after
    // it.
    int code = sqlite3_step(statement);
    const int columns = sqlite3_column_count(statement);
    for (int i = 0; i < columns; ++i) {
      result.columns.emplace_back(sqlite3_column_name(statement, i));
    }
    for (; code == SQLITE_ROW; code = sqlite3_step(statement)) {
      auto& row = result.rows.emplace_back();
      for (int i = 0; i < columns; ++i) row.push_back(column_text(statement, i));
    }
    if (code != SQLITE_DONE) fail(code, sql, commits);
    if (is_dml(word) && sqlite3_stmt_readonly(statement) == 0) {
      result.affected = sqlite3_changes64(handle_.get());
    }
    return result;
  }

  void bind(sqlite3_stmt* statement, std::string_view sql, const std::vector<Value>& values) {
    if (sqlite3_bind_parameter_count(statement) != static_cast<int>(values.size())) {
      throw Error(ErrorKind::bug,
                  fmt::format("The statement has {} parameters and got {} values.",
                              sqlite3_bind_parameter_count(statement), values.size()),
                  {.statement = std::string(sql)});
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
      const int code = bind_one(statement, static_cast<int>(i) + 1, values[i]);
      if (code != SQLITE_OK) fail(code, sql);
    }
  }

  [[noreturn]] void fail(int code, std::string_view sql, bool commits = false) {
    std::string message = handle_ ? sqlite3_errmsg(handle_.get()) : sqlite3_errstr(code);
    ErrorKind kind = kind_of_sqlite_code(code);
    if (kind == ErrorKind::lock_timeout && cancelled_) kind = ErrorKind::cancelled;
    if (code == SQLITE_READONLY_ROLLBACK || code == SQLITE_READONLY_RECOVERY) {
      message += ": recovery pending after a crash";
    }
    // A COMMIT that failed and left a transaction may be tried again; one that left none may have
    // happened or not.
    if (commits && !in_transaction()) kind = ErrorKind::in_doubt;
    throw Error(kind, fmt::format("{}: {}", path_, message),
                {.sqlstate = name_of_sqlite_code(code), .statement = std::string(sql)});
  }

  Options options_;
  std::string path_;
  Session session_;
  std::chrono::milliseconds lock_budget_;
  std::optional<std::chrono::milliseconds> commit_budget_;
  bool is_commit_ = false;
  Clock::time_point busy_since_;
  std::atomic<bool> running_ = false;
  std::atomic<bool> cancelled_ = false;
  Handle handle_;
  std::unordered_map<std::string, Statement> cache_;  // after handle_: finalised before it closes
};

}  // namespace

std::unique_ptr<Database> open_sqlite(const Options& options) {
  return std::make_unique<SqliteDatabase>(options);
}

}  // namespace segue::database
