#pragma once
// Connecting to PostgreSQL, and the one place that differs between libpqxx 6 and 7. libpq makes the
// connection and libpqxx adopts it, because libpqxx hides the handle, and with it the server's own
// word on whether a transaction is open.

#include <libpq-fe.h>

#include <memory>
#include <pqxx/pqxx>
#include <string>

#include "engine/database/database.hpp"

namespace segue::database {

struct FinishConnection {
  void operator()(PGconn* handle) const { PQfinish(handle); }
};
using PostgresHandle = std::unique_ptr<PGconn, FinishConnection>;

/// Connects once. Throws invalid_input (a URL that libpq does not read), privilege, resource or
/// connection_lost; no message holds a password.
[[nodiscard]] PostgresHandle connect_postgres(const Options& options);

#if PQXX_VERSION_MAJOR >= 7
class AdoptedConnection {
 public:
  explicit AdoptedConnection(PostgresHandle handle)
      : handle_(handle.get()),
        connection_(pqxx::connection::seize_raw_connection(handle.release())) {}

  [[nodiscard]] PGconn* handle() const { return handle_; }
  [[nodiscard]] pqxx::connection& connection() { return connection_; }

 private:
  PGconn* handle_;
  pqxx::connection connection_;
};
#else
/// What libpqxx 6 asks for a handle; it gives ours once and never a second one, so that a
/// connection that broke stays broken.
class AdoptingPolicy : public pqxx::connectionpolicy {
 public:
  explicit AdoptingPolicy(PostgresHandle handle)
      : pqxx::connectionpolicy(""), unused_(std::move(handle)), raw_(unused_.get()) {}

  [[nodiscard]] PGconn* raw() const { return raw_; }

  handle do_startconnect(handle current) override { return unused_ ? unused_.release() : current; }

 private:
  PostgresHandle unused_;
  PGconn* raw_;
};

class AdoptedConnection final : private AdoptingPolicy, public pqxx::connection_base {
 public:
  explicit AdoptedConnection(PostgresHandle handle);
  ~AdoptedConnection() { close(); }

  [[nodiscard]] PGconn* handle() const { return raw(); }
  [[nodiscard]] pqxx::connection_base& connection() { return *this; }
};
#endif

}  // namespace segue::database
