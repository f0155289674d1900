// libpq tells no SQLSTATE of a failed connection, only a text in the server's language. So a failed
// attempt is made once more with verbose messages, where the SQLSTATE stands in the text: it tells
// a wrong password (privilege, no retry) from a server that is starting up (retry).

#include "engine/database/postgres_connect.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <string>
#include <string_view>

#include "engine/database/postgres_errors.hpp"
#include "engine/database/url.hpp"

namespace segue::database {

namespace {

constexpr std::chrono::milliseconds diagnosis_limit(2000);

struct FreeOptions {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};
using ConnectionOptions = std::unique_ptr<PQconninfoOption, FreeOptions>;

[[noreturn]] void refuse_url(std::string_view reason, const std::string& next) {
  throw Error(ErrorKind::invalid_input,
              fmt::format("The database's URL cannot be read: {}", reason), {.next = next});
}

/// The options of the URL as libpq reads it, environment and defaults not applied.
ConnectionOptions parsed(const std::string& url) {
  char* message = nullptr;
  ConnectionOptions options(PQconninfoParse(url.c_str(), &message));
  if (options) return options;
  const std::string text = message == nullptr ? "out of memory" : plain_message(message);
  PQfreemem(message);
  refuse_url(
      without_secrets(text, url),
      "parameters that belong to other tools (schema, pgbouncer, connection_limit, …) have to "
      "go; special characters of a password are percent-encoded");
}

std::string_view value_of(const ConnectionOptions& options, std::string_view keyword) {
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->keyword == keyword) return option->val == nullptr ? "" : option->val;
  }
  return "";
}

/// A bare '@' or '/' in a password moves the rest of it into the host or the port, where libpq
/// would print it.
void check_password_is_encoded(const std::string& url, const ConnectionOptions& options) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string::npos) return;
  const std::string before_query = url.substr(0, url.find('?'));
  const std::string authority = url.substr(scheme + 3, url.find('/', scheme + 3) - scheme - 3);
  const bool host_has_at = std::count(authority.begin(), authority.end(), '@') > 1;
  const bool at_without_user =
      value_of(options, "user").empty() && before_query.find('@') != std::string::npos;
  if (host_has_at || at_without_user) {
    refuse_url(
        "the part before '@' holds a character that must be percent-encoded",
        "write %40 for '@', %2F for '/', %3A for ':', %3F for '?' in user name and password");
  }
}

/// "…: FATAL:  28P01: text": the five characters between the severity and the text.
std::string sqlstate_of(std::string_view verbose) {
  for (std::size_t at = verbose.find(":  "); at != std::string_view::npos;
       at = verbose.find(":  ", at + 1)) {
    const std::string_view code = verbose.substr(at + 3, 6);
    const bool is_code = code.size() == 6 && code[5] == ':' &&
                         std::all_of(code.begin(), code.begin() + 5, [](unsigned char c) {
                           return std::isupper(c) != 0 || std::isdigit(c) != 0;
                         });
    if (is_code) return std::string(code.substr(0, 5));
  }
  return {};
}

void wait_for(PGconn* handle, PostgresPollingStatusType wanted, std::chrono::milliseconds limit) {
  pollfd socket{PQsocket(handle),
                static_cast<short>(wanted == PGRES_POLLING_READING ? POLLIN : POLLOUT), 0};
  poll(&socket, 1, static_cast<int>(limit.count()));
}

/// The SQLSTATE that the server gives for this URL; "" when it gives none in time.
std::string diagnosed_sqlstate(const std::string& url) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point end = Clock::now() + diagnosis_limit;
  const PostgresHandle handle(PQconnectStart(url.c_str()));
  if (!handle) return {};
  PQsetErrorVerbosity(handle.get(), PQERRORS_VERBOSE);
  PostgresPollingStatusType wanted = PGRES_POLLING_WRITING;
  while (PQstatus(handle.get()) != CONNECTION_BAD && wanted != PGRES_POLLING_OK &&
         wanted != PGRES_POLLING_FAILED) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
    if (left.count() <= 0) return {};
    wait_for(handle.get(), wanted, left);
    wanted = PQconnectPoll(handle.get());
  }
  return sqlstate_of(PQerrorMessage(handle.get()));
}

[[noreturn]] void refuse_connection(PGconn* handle, const std::string& url) {
  const std::string message = plain_message(PQerrorMessage(handle));
  if (PQconnectionNeedsPassword(handle) != 0) {
    throw Error(
        ErrorKind::privilege, fmt::format("No connection to the database: {}", message),
        {.sqlstate = "28P01", .next = "give the password by .pgpass, PGPASSWORD or the URL"});
  }
  const std::string sqlstate = diagnosed_sqlstate(url);
  const ErrorKind kind =
      sqlstate.empty() ? ErrorKind::connection_lost : kind_of_sqlstate(sqlstate);
  throw Error(kind, fmt::format("No connection to the database: {}", message),
              {.sqlstate = sqlstate});
}

void ignore_notice(void*, const PGresult*) {}

}  // namespace

PostgresHandle connect_postgres(const Options& options) {
  check_password_is_encoded(options.url, parsed(options.url));
  // Only what the URL and the environment leave open: libpq takes the last of a repeated keyword,
  // and with expand_dbname the URL is expanded where it stands.
  const std::array<const char*, 5> keywords = {"keepalives_idle", "keepalives_interval",
                                               "keepalives_count", "dbname", nullptr};
  const std::array<const char*, 5> values = {"30", "10", "3", options.url.c_str(), nullptr};
  PostgresHandle handle(PQconnectdbParams(keywords.data(), values.data(), 1));
  if (!handle) throw Error(ErrorKind::resource, "Out of memory when connecting.");
  if (PQstatus(handle.get()) != CONNECTION_OK) refuse_connection(handle.get(), options.url);
  // libpq's default prints notices to stderr, which belongs to progress and prompts.
  PQsetNoticeReceiver(handle.get(), &ignore_notice, nullptr);
  return handle;
}

#if PQXX_VERSION_MAJOR < 7
AdoptedConnection::AdoptedConnection(PostgresHandle handle)
    : AdoptingPolicy(std::move(handle)),
      pqxx::connection_base(static_cast<pqxx::connectionpolicy&>(*this)) {
  init();
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  // libpqxx 6.4.5 reconnects silently on the third use of a killed connection, and locks, settings
  // and temporary tables of the session are gone without an error.
  inhibit_reactivation(true);
#pragma GCC diagnostic pop
}
#endif

}  // namespace segue::database
