#pragma once
// The exit codes of the command, from kinds of failure (docs/formats.md). Pure; any thread.

#include "segue/error.hpp"
#include "segue/results.hpp"

namespace segue::report {

namespace exit_code {
inline constexpr int done = 0;
inline constexpr int answer_is_no = 1;
inline constexpr int cannot_run = 2;
inline constexpr int retry_later = 3;
inline constexpr int needs_human = 4;
inline constexpr int interrupted = 130;  ///< SIGINT
inline constexpr int terminated = 143;   ///< SIGTERM
}  // namespace exit_code

/// What is known besides the kind.
struct ExitSituation {
  bool began = false;                ///< a step of this run changed something
  bool at_first_connection = false;  ///< nothing at all was reached
  bool is_verify = false;            ///< the command asks a question about data
  bool is_wait = false;              ///< the command waits for a version
  bool is_damaged = false;           ///< the database itself is corrupt
  int signal = 0;                    ///< the first signal received, 0: none
};

[[nodiscard]] int exit_code_for(ErrorKind kind, const ExitSituation& situation);

/// The same for a failure: adds to `situation` what the failure itself knows.
[[nodiscard]] int exit_code_for(const Failure& failure, ExitSituation situation);

/// True for the codes by which a database says that its files are corrupt or no database.
[[nodiscard]] bool is_damage(const std::string& sqlstate);

/// A failed call that looks: an Error without a statement came from opening the connection.
[[nodiscard]] Failure failure_of(const Error& error);

}  // namespace segue::report
