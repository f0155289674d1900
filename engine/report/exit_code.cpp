#include "engine/report/exit_code.hpp"

#include <csignal>
#include <string_view>

namespace segue::report {

int exit_code_for(ErrorKind kind, const ExitSituation& situation) {
  switch (kind) {
    case ErrorKind::invalid_input:
    case ErrorKind::privilege:
      return situation.began ? exit_code::needs_human : exit_code::cannot_run;
    case ErrorKind::refused:
      return situation.began || situation.is_damaged ? exit_code::needs_human
                                                     : exit_code::cannot_run;
    case ErrorKind::connection_lost:
    case ErrorKind::resource:
      return situation.at_first_connection ? exit_code::cannot_run : exit_code::retry_later;
    case ErrorKind::lock_timeout:
    case ErrorKind::deadlock:
    case ErrorKind::serialization:
    case ErrorKind::in_doubt: return exit_code::retry_later;
    case ErrorKind::check_failed:
      return situation.is_verify ? exit_code::answer_is_no : exit_code::needs_human;
    case ErrorKind::conflict:
    case ErrorKind::drift:
    case ErrorKind::bug: return exit_code::needs_human;
    case ErrorKind::cancelled: break;
  }
  if (situation.signal == SIGTERM) return exit_code::terminated;
  if (situation.signal == 0 && situation.is_wait) return exit_code::retry_later;
  return exit_code::interrupted;
}

int exit_code_for(const Failure& failure, ExitSituation situation) {
  // A full disk while opening is worth another try; a file that cannot be opened is not.
  const bool is_unreachable = failure.kind == ErrorKind::connection_lost ||
                              failure.detail.sqlstate.starts_with("SQLITE_CANTOPEN");
  situation.at_first_connection = failure.at_first_connection && is_unreachable;
  situation.is_damaged = is_damage(failure.detail.sqlstate);
  return exit_code_for(failure.kind, situation);
}

bool is_damage(const std::string& sqlstate) {
  const std::string_view code = sqlstate;
  return code == "XX001" || code == "XX002" || code.starts_with("SQLITE_CORRUPT") ||
         code.starts_with("SQLITE_NOTADB");
}

Failure failure_of(const Error& error) {
  const bool is_opening = error.kind() == ErrorKind::connection_lost ||
                          error.detail().sqlstate.starts_with("SQLITE_CANTOPEN");
  return {.kind = error.kind(),
          .message = error.what(),
          .detail = error.detail(),
          .at_first_connection = is_opening && error.detail().statement.empty()};
}

}  // namespace segue::report
