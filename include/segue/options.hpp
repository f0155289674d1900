#pragma once
// Options of the calls that change a database. Plain structs for designated initialisers:
// `engine.apply({.phases = segue::expand_only, .to = "0007_z"})`.

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "segue/events.hpp"

namespace segue {

/// Contract is no member on purpose: it cannot be reached through apply.
enum class Phases { expand_only, expand_and_migrate };
using enum Phases;

/// After the deadline, or once `stop` is requested, the run finishes or undoes the step at hand,
/// lets go of the lease and ends with kind cancelled. The same in all options below.
using Deadline = std::optional<std::chrono::steady_clock::time_point>;

struct ApplyOptions {
  Phases phases = expand_and_migrate;
  std::string to = {};  ///< last migration to be taken; empty: all
  /// Also drops what refuses clients of versions that were given up or taken back longer than
  /// `retain` ago. The command does; a service that starts does not.
  bool drops_retained = false;
  Deadline deadline = {};
  std::stop_token stop = {};
  Observer* observer = nullptr;  ///< borrowed for the call
};

/// `migrate up --contract`: for fresh databases and CI, where nobody else uses the database.
struct ToTheEndOptions {
  std::string to = {};
  Deadline deadline = {};
  std::stop_token stop = {};
  Observer* observer = nullptr;
};

struct ContractOptions {
  std::string name = {};  ///< up to and including this one; empty: everything migrated
  /// When set, clients seen on an old version do not refuse it; the reason goes on record.
  std::optional<std::string> accept_old_clients = {};
  /// Goes on also where nobody can tell whether the old version is still used: on SQLite, when no
  /// service has announced itself. So does `accept_old_clients`.
  bool approved = false;
  /// Called with the question where `approved` is needed and not given; false ends it with kind
  /// cancelled. Without it such a contract is refused.
  std::function<bool(const std::string& question)> ask = {};
  /// Instead of contracting, drops what still stands of versions given up earlier (refusing views).
  bool unpublish = false;
  Deadline deadline = {};
  std::stop_token stop = {};
  Observer* observer = nullptr;
};

/// What reversing would lose; asked about once, before anything is touched.
struct ReversalLoss {
  std::vector<std::string> migrations = {};  ///< to be taken back, newest first
  /// "table.column" → rows `down` could not take back.
  std::map<std::string, std::int64_t> rows = {};
  std::vector<std::string> constraints = {};  ///< that rows written meanwhile violate, in words
  std::vector<std::string> other = {};        ///< anything else that cannot come back, in words
};

struct ReverseOptions {
  std::string name = {};     ///< down to and including this one; empty: only the newest
  bool to_expanded = false;  ///< only the migrate phase of the newest
  bool rewrite = false;      ///< also narrow types that were widened in place on large tables
  bool confirmed = false;    ///< what is lost may be lost, without asking
  /// Called only if something would be lost and `confirmed` is false; false ends it with kind
  /// cancelled. Without it such a reversal is refused.
  std::function<bool(const ReversalLoss&)> ask = {};
  Deadline deadline = {};
  std::stop_token stop = {};
  Observer* observer = nullptr;
};

struct VerifyOptions {
  std::string name = {};  ///< empty: every migration in flight
  Deadline deadline = {};
  std::stop_token stop = {};
  Observer* observer = nullptr;
};

struct PlanOptions {
  std::vector<std::string> names = {};  ///< empty: everything pending
};

}  // namespace segue
