#pragma once
// What can go wrong, as one class with a kind. Callers decide on the kind, never on the text.
// This header is the one vocabulary that every layer shares with the public interface.

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace segue {

/// Kinds of failure. `docs/formats.md` maps them to exit codes.
enum class ErrorKind {
  invalid_input,    ///< a file, a flag or a setting is wrong; nothing was changed
  refused,          ///< the engine declines to do it and names the remedy
  lock_timeout,     ///< a lock did not come within its budget
  deadlock,         ///< the server chose us as the victim
  serialization,    ///< a concurrent update, or a snapshot that is too old
  connection_lost,  ///< the connection ended outside of COMMIT
  in_doubt,         ///< the connection ended during COMMIT; never retried without reading the state
  resource,         ///< disk full, input/output error, out of memory on the server
  privilege,        ///< a missing right
  conflict,         ///< a constraint of the database forbids it
  drift,            ///< the live catalogue is not what the journal expects
  check_failed,     ///< a proof between phases found a difference
  cancelled,        ///< stopped by a signal or a stop token
  bug,              ///< our own mistake
};

[[nodiscard]] std::string_view to_string(ErrorKind kind);

/// A place in a file of the user; line and column count from 1, 0 is unknown.
struct SourceLocation {
  std::string file;
  int line = 0;
  int column = 0;

  friend bool operator==(const SourceLocation&, const SourceLocation&) = default;
};

/// `file:line:column`, as far as known.
[[nodiscard]] std::string to_string(const SourceLocation& where);

/// One thing wrong with the input. All problems of all files are collected before anything is said.
struct Problem {
  std::string message;
  SourceLocation where;

  friend bool operator==(const Problem&, const Problem&) = default;
};

/// What is known about a failure beside its message; empty fields are unknown.
struct ErrorDetail {
  std::string sqlstate;   ///< SQLSTATE of PostgreSQL, or the extended result code's name of SQLite
  std::string statement;  ///< the statement that failed, without bound values
  SourceLocation where;
  std::string migration;
  std::string step;
  std::string next;       ///< what to type or do next
  std::vector<Problem> problems;
};

/// The one exception of the engine. Never holds a password.
class Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, const std::string& message, ErrorDetail detail = {})
      : std::runtime_error(message), kind_(kind), detail_(std::move(detail)) {}

  [[nodiscard]] ErrorKind kind() const { return kind_; }
  [[nodiscard]] const ErrorDetail& detail() const { return detail_; }
  [[nodiscard]] ErrorDetail& detail() { return detail_; }

 private:
  ErrorKind kind_;
  ErrorDetail detail_;
};

}  // namespace segue
