#pragma once
// The engine as a library. How the calls keep the promises that a service is given:
//
// - Contract is a decision of people or of a pipeline. Only `contract` and `apply_to_the_end` take
// it;
//   `apply` has no option that leads there, so no boot of a service contracts.
// - Nothing leaks. Every call opens its own connections, sets every setting on them itself and
// closes
//   them before it returns; nothing of yours is used and no signal handler, thread (Presence
//   aside), locale or global state stays behind.
// - One of N replicas does the work: calls that change the database take the lease. The others
// return
//   with kind lock_timeout after `lease_wait`; they can `wait_for` the version instead.
// - Calls that look (status to wait_for) are read-only, take no lock that anybody waits for, write
//   nothing and never create or upgrade the journal.
// - Any call that changes the database can be killed at any instant and made again.
//
// Errors: calls that look throw segue::Error. Calls that change return a RunResult that holds the
// failure with what was done before it; they throw nothing but std::bad_alloc.
// Threads: every member may be called from any thread, also at the same time.
// Ownership: all results are values. An Engine owns no connection between calls.

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "segue/config.hpp"
#include "segue/history.hpp"
#include "segue/options.hpp"
#include "segue/plan.hpp"
#include "segue/presence.hpp"
#include "segue/results.hpp"
#include "segue/settings.hpp"
#include "segue/status.hpp"
#include "segue/verify.hpp"
#include "segue/version.hpp"

namespace segue {

class Engine {
 public:
  /// Checks the form of the configuration, connects to nothing and reads no file. Throws
  /// Error(invalid_input) for a database URL that no adapter knows.
  explicit Engine(Config config);
  Engine(Engine&& other) noexcept;
  Engine& operator=(Engine&& other) noexcept;
  ~Engine();

  // Looking.

  /// Every migration, step and version, and the runner at work. One round trip or two.
  [[nodiscard]] Status status() const;
  /// Names of what `apply` would take up, in order, unfinished ones included.
  [[nodiscard]] std::vector<std::string> pending() const;
  /// The steps of what is pending, or of the named migrations. Throws Error(invalid_input) with all
  /// problems of all files, Error(refused) when preflight refuses.
  [[nodiscard]] PlanView plan(const PlanOptions& options = {}) const;
  /// Runs the checks now; reads only, without the probe. Throws when it cannot be carried out;
  /// differences are part of the answer.
  [[nodiscard]] VerifyReport verify(const VerifyOptions& options = {}) const;
  /// The record, oldest first.
  [[nodiscard]] std::vector<HistoryEntry> history(const HistoryOptions& options = {}) const;
  /// How a client reaches a version; empty: the newest served. Throws Error(invalid_input) for a
  /// name that neither journal nor folder knows.
  [[nodiscard]] VersionView version(const std::string& name = {}) const;
  /// What a pool sends on connect to work on a version. Throws as `version`.
  [[nodiscard]] SessionSettings session_settings(const std::string& version) const;
  /// The name by which a version reaches a table, unquoted; the table's own where they agree.
  [[nodiscard]] std::string table_name(const std::string& table, const std::string& version) const;
  /// Whether a service can start. One round trip, no lock, no migration file is read.
  [[nodiscard]] Compatibility compatibility(const VersionRange& range) const;
  /// Blocks until the version is served, polling; a lost connection counts as not yet.
  [[nodiscard]] WaitOutcome wait_for(const std::string& version, std::chrono::milliseconds timeout,
                                     std::stop_token stop = {}) const;
  /// Effective settings with their origin, secrets masked. Connects to nothing.
  [[nodiscard]] std::vector<SettingOrigin> config_origins() const;

  // Changing.

  /// Takes every pending migration, oldest first, through expand and migrate, and resumes what is
  /// unfinished. Stops at the first that fails and leaves later ones untouched. Never contracts.
  [[nodiscard]] RunResult apply(const ApplyOptions& options = {});
  /// Each migration to its end in order, contract included: counts as the approval and looks for
  /// old clients once, without grace.
  [[nodiscard]] RunResult apply_to_the_end(const ToTheEndOptions& options = {});
  /// Gives up the old shape of what is migrated, oldest first, through the gates. Cannot be
  /// reversed once the swap has committed; killed after that it goes forward when made again.
  [[nodiscard]] RunResult contract(const ContractOptions& options = {});
  /// Takes back the newest migration that is not contracted, or everything down to a name.
  [[nodiscard]] RunResult reverse(const ReverseOptions& options = {});
  /// Tells contract that a client is alive on a version until the Presence ends. Throws
  /// Error(invalid_input) when the version is unknown, Error(refused) when it is not served.
  [[nodiscard]] Presence announce(const Announcement& announcement);

  /// Breaks off the statements of all calls in progress on this Engine; they end with kind
  /// cancelled. For a second Ctrl-C: a requested stop is gentler. Callable at any time, also when
  /// idle.
  void cancel() noexcept;

  class Implementation;

 private:
  std::unique_ptr<Implementation> implementation_;
};

/// Version of the library, "0.1.0".
[[nodiscard]] std::string library_version();

}  // namespace segue
