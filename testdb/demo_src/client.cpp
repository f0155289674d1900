#include "testdb/demo_src/client.hpp"

#include <libpq-fe.h>
#include <sqlite3.h>

#include <map>

namespace segue::demo {
namespace {

// Application clients wait this long for a lock, as SQLite's own advice is.
constexpr int busy_timeout_ms = 5000;

struct ResultDeleter {
  void operator()(PGresult* result) const { PQclear(result); }
};
struct ConnectionDeleter {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};

class PostgresClient final : public Client {
 public:
  explicit PostgresClient(const std::string& url) : connection_(PQconnectdb(url.c_str())) {
    if (PQstatus(connection_.get()) != CONNECTION_OK) {
      throw ClientError("08001", PQerrorMessage(connection_.get()));
    }
    PQsetNoticeProcessor(
        connection_.get(), [](void*, const char*) {}, nullptr);
  }

  std::vector<Row> query(const std::string& sql, const std::vector<Value>& values) override {
    std::vector<std::string> texts;
    std::vector<const char*> pointers;
    texts.reserve(values.size());
    for (const Value& value : values) {
      if (const auto* number = std::get_if<std::int64_t>(&value)) {
        texts.push_back(std::to_string(*number));
      } else if (const auto* text = std::get_if<std::string>(&value)) {
        texts.push_back(*text);
      } else {
        texts.emplace_back();
      }
      const bool is_null = std::holds_alternative<std::nullptr_t>(value);
      pointers.push_back(is_null ? nullptr : texts.back().c_str());
    }
    const std::unique_ptr<PGresult, ResultDeleter> result(
        PQexecParams(connection_.get(), sql.c_str(), static_cast<int>(values.size()), nullptr,
                     pointers.data(), nullptr, nullptr, 0));
    return rows_of(result.get());
  }

  [[nodiscard]] bool is_postgres() const override { return true; }

 private:
  std::vector<Row> rows_of(PGresult* result) {
    const ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
      const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
      const char* message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
      throw ClientError(state != nullptr ? state : "08006",
                        message != nullptr ? message : PQerrorMessage(connection_.get()));
    }
    std::vector<Row> rows;
    for (int i = 0; i < PQntuples(result); ++i) {
      Row& row = rows.emplace_back();
      for (int k = 0; k < PQnfields(result); ++k) {
        if (PQgetisnull(result, i, k) != 0) {
          row.emplace_back();
        } else {
          row.emplace_back(PQgetvalue(result, i, k));
        }
      }
    }
    return rows;
  }

  std::unique_ptr<PGconn, ConnectionDeleter> connection_;
};

struct FileDeleter {
  void operator()(sqlite3* file) const { sqlite3_close_v2(file); }
};
struct StatementDeleter {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

class SqliteClient final : public Client {
 public:
  explicit SqliteClient(const std::string& path) {
    sqlite3* file = nullptr;
    const int code = sqlite3_open(path.c_str(), &file);
    file_.reset(file);
    if (code != SQLITE_OK) fail();
    sqlite3_busy_timeout(file, busy_timeout_ms);
  }

  std::vector<Row> query(const std::string& sql, const std::vector<Value>& values) override {
    sqlite3_stmt* statement = prepared(sql);
    for (std::size_t i = 0; i < values.size(); ++i) {
      bind(statement, static_cast<int>(i) + 1, values[i]);
    }
    std::vector<Row> rows;
    int code = sqlite3_step(statement);
    for (; code == SQLITE_ROW; code = sqlite3_step(statement)) rows.push_back(row_of(statement));
    const std::string message = sqlite3_errmsg(file_.get());
    sqlite3_reset(statement);
    if (code != SQLITE_DONE) throw ClientError("", message);
    return rows;
  }

  [[nodiscard]] bool is_postgres() const override { return false; }

 private:
  // Kept, as an application does; SQLite itself prepares them again after a change of the schema.
  sqlite3_stmt* prepared(const std::string& sql) {
    const auto kept = statements_.find(sql);
    if (kept != statements_.end()) return kept->second.get();
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(file_.get(), sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) fail();
    statements_[sql].reset(statement);
    return statement;
  }

  static void bind(sqlite3_stmt* statement, int index, const Value& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
      sqlite3_bind_int64(statement, index, *number);
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      sqlite3_bind_text(statement, index, text->c_str(), static_cast<int>(text->size()),
                        SQLITE_TRANSIENT);
    } else {
      sqlite3_bind_null(statement, index);
    }
  }

  static Row row_of(sqlite3_stmt* statement) {
    Row row;
    for (int k = 0; k < sqlite3_column_count(statement); ++k) {
      const unsigned char* text = sqlite3_column_text(statement, k);
      if (text == nullptr) {
        row.emplace_back();
      } else {
        row.emplace_back(reinterpret_cast<const char*>(text));
      }
    }
    return row;
  }

  [[noreturn]] void fail() const { throw ClientError("", sqlite3_errmsg(file_.get())); }

  std::unique_ptr<sqlite3, FileDeleter> file_;
  std::map<std::string, std::unique_ptr<sqlite3_stmt, StatementDeleter>> statements_;
};

}  // namespace

std::unique_ptr<Client> connect(const std::string& url) {
  if (url.starts_with("sqlite:")) return std::make_unique<SqliteClient>(url.substr(7));
  return std::make_unique<PostgresClient>(url);
}

}  // namespace segue::demo
