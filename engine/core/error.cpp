#include "segue/error.hpp"

#include <fmt/format.h>

namespace segue {

std::string_view to_string(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid_input: return "invalid_input";
    case ErrorKind::refused: return "refused";
    case ErrorKind::lock_timeout: return "lock_timeout";
    case ErrorKind::deadlock: return "deadlock";
    case ErrorKind::serialization: return "serialization";
    case ErrorKind::connection_lost: return "connection_lost";
    case ErrorKind::in_doubt: return "in_doubt";
    case ErrorKind::resource: return "resource";
    case ErrorKind::privilege: return "privilege";
    case ErrorKind::conflict: return "conflict";
    case ErrorKind::drift: return "drift";
    case ErrorKind::check_failed: return "check_failed";
    case ErrorKind::cancelled: return "cancelled";
    case ErrorKind::bug: return "bug";
  }
  return "bug";
}

std::string to_string(const SourceLocation& where) {
  if (where.line == 0) return where.file;
  return fmt::format("{}:{}:{}", where.file, where.line, where.column);
}

}  // namespace segue
