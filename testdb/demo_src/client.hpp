#pragma once
// Clients as any application has them: a connection, statements, errors. They know nothing of
// Segue, so that the demo shows what applications see. One thread each.

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

namespace segue::demo {

using Value = std::variant<std::nullptr_t, std::int64_t, std::string>;
using Row = std::vector<std::optional<std::string>>;

/// A statement that failed: SQLSTATE on PostgreSQL, empty on SQLite.
struct ClientError : std::runtime_error {
  ClientError(std::string state, const std::string& message)
      : std::runtime_error(message), sqlstate(std::move(state)) {}
  std::string sqlstate;
};

class Client {
 public:
  virtual ~Client() = default;
  /// Runs one statement with the values of $1, $2, …; they appear in it in this order.
  virtual std::vector<Row> query(const std::string& sql, const std::vector<Value>& values = {}) = 0;
  [[nodiscard]] virtual bool is_postgres() const = 0;
};

/// `url` is a postgresql:// URL or "sqlite:PATH". Throws ClientError.
[[nodiscard]] std::unique_ptr<Client> connect(const std::string& url);

}  // namespace segue::demo
