// PostgreSQL through libpqxx, written to what libpqxx 6.4 and 7 have in common.
//
// Every statement goes through the extended protocol, with or without parameters: the server then
// refuses a text of several statements, and a text never contains a value. BEGIN and COMMIT are
// statements like others inside a pqxx::nontransaction, whose own bookkeeping is not used.
//
// Whether a transaction is open is the server's own word, which libpq keeps from the last answer. A
// COMMIT of a transaction that had failed is answered with ROLLBACK and no error; that is found by
// looking at the state before COMMIT is sent.

#include <fmt/format.h>

#include <array>
#include <atomic>
#include <map>
#include <string>
#include <utility>

#include "engine/database/database.hpp"
#include "engine/database/postgres_connect.hpp"
#include "engine/database/postgres_errors.hpp"
#include "engine/database/postgres_session.hpp"
#include "engine/database/statement.hpp"

namespace segue::database {

namespace {

constexpr std::string_view unknown_prepared_statement = "26000";  // after DEALLOCATE ALL

struct FreeCancel {
  void operator()(PGcancel* cancel) const { PQfreeCancel(cancel); }
};

/// The values as text, and pointers to them, nullptr for NULL, as libpqxx takes them.
class Parameters {
 public:
  Parameters(const std::vector<Value>& values, std::string_view sql) {
    texts_.reserve(values.size());
    for (const Value& value : values) add(value, sql);
  }

  [[nodiscard]] auto dynamic() const { return pqxx::prepare::make_dynamic_params(pointers_); }

 private:
  void add(const Value& value, std::string_view sql) {
    if (std::holds_alternative<std::nullptr_t>(value)) {
      pointers_.push_back(nullptr);
      return;
    }
    std::string text = text_of(value);
    // libpq would silently cut the value there.
    if (text.find('\0') != std::string::npos) {
      throw Error(ErrorKind::invalid_input, "PostgreSQL stores no text with a zero byte.",
                  {.statement = std::string(sql)});
    }
    texts_.push_back(std::move(text));  // reserved above: addresses stay
    pointers_.push_back(texts_.back().c_str());
  }

  static std::string text_of(const Value& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
    if (const auto* real = std::get_if<double>(&value)) return fmt::format("{}", *real);
    return std::get<std::string>(value);
  }

  std::vector<std::string> texts_;
  std::vector<const char*> pointers_;
};

/// The command tag counts the rows of a SELECT too, which changed nothing. A WITH may be either;
/// its count is then the number of rows it returned.
std::int64_t affected_rows(const pqxx::result& answer, std::string_view sql) {
  const std::string word = first_word(sql);
  const bool is_dml = word == "INSERT" || word == "UPDATE" || word == "DELETE" || word == "MERGE" ||
                      word == "WITH" || word == "EXECUTE";
  return is_dml ? static_cast<std::int64_t>(answer.affected_rows()) : 0;
}

Result converted(const pqxx::result& answer, std::string_view sql) {
  Result result;
  const auto columns = answer.columns();
  for (auto i = columns; i > 0; --i) result.columns.emplace_back(answer.column_name(columns - i));
  result.rows.reserve(static_cast<std::size_t>(answer.size()));
  for (const auto& line : answer) {
    auto& row = result.rows.emplace_back();
    row.reserve(result.columns.size());
    for (const auto& field : line) {
      if (field.is_null()) {
        row.emplace_back(std::nullopt);
      } else {
        row.emplace_back(std::string(field.c_str(), static_cast<std::size_t>(field.size())));
      }
    }
  }
  result.affected = affected_rows(answer, sql);
  return result;
}

class PostgresDatabase final : public Database {
 public:
  explicit PostgresDatabase(Options options)
      : options_(std::move(options)),
        connection_(connect_postgres(options_)),
        cancel_(PQgetCancel(connection_.handle())) {
    start_session();
  }

  [[nodiscard]] Kind kind() const override { return Kind::postgres; }
  [[nodiscard]] const Session& session() const override { return session_; }
  [[nodiscard]] bool is_open() const override { return !lost_; }

  [[nodiscard]] std::string description() const override {
    const PGconn* handle = connection_.handle();
    return fmt::format("PostgreSQL database {} on {}, port {}, as {}", PQdb(handle), PQhost(handle),
                       PQport(handle), PQuser(handle));
  }

  [[nodiscard]] bool in_transaction() const override {
    switch (PQtransactionStatus(connection_.handle())) {
      case PQTRANS_INTRANS:
      case PQTRANS_INERROR:
      case PQTRANS_ACTIVE:
        return true;
      case PQTRANS_IDLE:
      case PQTRANS_UNKNOWN:
        return false;
    }
    return false;
  }

  Result query(std::string_view sql, const std::vector<Value>& values) override {
    check_open(sql);
    if (is_empty_statement(sql)) {
      throw Error(ErrorKind::bug, "query() runs exactly one statement, and got none.");
    }
    const bool commits = is_commit(sql);
    const bool had_failed = PQtransactionStatus(connection_.handle()) == PQTRANS_INERROR;
    const Parameters parameters(values, sql);
    Result result = answer(sql, commits, [&](pqxx::nontransaction& session) {
      return session.exec_params(std::string(sql), parameters.dynamic());
    });
    if (commits && had_failed) {
      throw Error(
          ErrorKind::bug,
          "COMMIT of a transaction in which a statement had failed: the server rolled it back.",
          {.sqlstate = "25P02", .statement = std::string(sql)});
    }
    return result;
  }

  // What is said only once is not worth a second round trip, and a connection that may not write
  // belongs to a command that looks once.
  Result query_again(std::string_view sql, const std::vector<Value>& values) override {
    const auto [found, is_new] = prepared_.try_emplace(std::string(sql));
    if (is_new && options_.read_only) return query(sql, values);
    check_open(sql);
    std::string& name = found->second;
    const Parameters parameters(values, sql);
    try {
      return answer(sql, false, [&, &text = found->first](pqxx::nontransaction& session) {
        if (name.empty()) {
          const std::string next = fmt::format("segue_{}", ++names_);
          connection_.connection().prepare(next, text);
          name = next;
        }
        return session.exec_prepared(name, parameters.dynamic());
      });
    } catch (const Error& error) {
      if (error.detail().sqlstate == unknown_prepared_statement) prepared_.clear();
      throw;
    }
  }

  [[nodiscard]] std::unique_ptr<Database> open_another() const override {
    return std::make_unique<PostgresDatabase>(options_);
  }

  void cancel() override {
    // Set before it is sent, and cleared only by the failure that it causes: a request may reach
    // the server when the statement has just ended, and then hits the next one.
    asked_to_cancel_ = true;
    std::array<char, 256> message{};
    if (PQcancel(cancel_.get(), message.data(), static_cast<int>(message.size())) == 0) {
      throw Error(ErrorKind::connection_lost,
                  fmt::format("The request to cancel did not reach the server: {}",
                              plain_message(message.data())));
    }
  }

 private:
  void start_session() {
    const int version = PQserverVersion(connection_.handle());
    const SessionStatement statement =
        session_statement(session_settings(options_, version), options_.of_engine);
    const Result result = query(statement.sql, statement.values);
    session_.backend_pid = result.integer(0, 0);
    session_.backend_start = result.text(0, 1);
    session_.server_version = version;
    session_.server_version_text = result.text(0, 2);
    const std::size_t space = session_.server_version_text.find(' ');  // "15.18 (Debian …)"
    if (space != std::string::npos) session_.server_version_text.resize(space);
  }

  void check_open(std::string_view sql) const {
    if (!lost_) return;
    throw Error(ErrorKind::connection_lost, "The connection to the database was lost before.",
                {.statement = std::string(sql)});
  }

  // libpqxx 6.4.5 keeps the SQLSTATE of most failures; some classes stand for one and drop it.
  template <typename Ask>
  Result answer(std::string_view sql, bool commits, Ask ask) {
    try {
      pqxx::nontransaction session(connection_.connection());
      return converted(ask(session), sql);
    } catch (const pqxx::insufficient_privilege& failure) {
      fail(failure.what(), "42501", sql, commits);
    } catch (const pqxx::sql_error& failure) {
      fail(failure.what(), failure.sqlstate(), sql, commits);
    } catch (const pqxx::too_many_connections& failure) {
      fail(failure.what(), "53300", sql, commits);
    } catch (const pqxx::broken_connection& failure) {
      fail(failure.what(), "08006", sql, commits);
    } catch (const pqxx::deadlock_detected& failure) {
      fail(failure.what(), "40P01", sql, commits);
    } catch (const pqxx::serialization_failure& failure) {
      fail(failure.what(), "40001", sql, commits);
    } catch (const pqxx::transaction_rollback& failure) {
      fail(failure.what(), "40000", sql, commits);
    } catch (const std::exception& failure) {
      fail(failure.what(), "", sql, commits);
    }
  }

  [[noreturn]] void fail(std::string_view text, const std::string& sqlstate, std::string_view sql,
                         bool commits) {
    std::string message = plain_message(text);
    ErrorDetail detail{.sqlstate = sqlstate, .statement = std::string(sql)};
    if (PQstatus(connection_.handle()) != CONNECTION_OK) {
      lost_ = true;
      const ErrorKind kind = commits ? ErrorKind::in_doubt : ErrorKind::connection_lost;
      throw Error(kind, fmt::format("The connection to the database was lost: {}", message),
                  detail);
    }
    if (sqlstate == "42601" && has_second_statement(sql)) {
      throw Error(ErrorKind::bug, "query() runs exactly one statement.", detail);
    }
    const bool asked = sqlstate == "57014" && asked_to_cancel_.exchange(false);
    ErrorKind kind = kind_of_sqlstate(sqlstate, asked);
    // Class 08 on a connection that stands is the server's own connection to somewhere else.
    if (kind == ErrorKind::connection_lost) kind = ErrorKind::resource;
    throw Error(kind, message, detail);
  }

  Options options_;
  AdoptedConnection connection_;
  std::unique_ptr<PGcancel, FreeCancel> cancel_;
  Session session_;
  std::map<std::string, std::string> prepared_;  // text, name; not prepared yet: no name
  int names_ = 0;
  bool lost_ = false;
  std::atomic<bool> asked_to_cancel_ = false;
};

}  // namespace

std::unique_ptr<Database> open_postgres(const Options& options) {
  return std::make_unique<PostgresDatabase>(options);
}

}  // namespace segue::database
