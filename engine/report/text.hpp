#pragma once
// The answers of the command as text for people. Every function returns whole lines. Texts from
// files and from the database are shown without control characters, so that they cannot steer a
// terminal. Pure; any thread.

#include <string>
#include <string_view>
#include <vector>

#include "engine/report/style.hpp"
#include "segue/history.hpp"
#include "segue/plan.hpp"
#include "segue/results.hpp"
#include "segue/settings.hpp"
#include "segue/status.hpp"
#include "segue/verify.hpp"
#include "segue/version.hpp"

namespace segue::report {

/// Per migration its phases, and per step what it is, costs and locks, why it goes this way, its
/// SQL and its inverse; then the notes.
[[nodiscard]] std::string plan_text(const PlanView& plan, const Style& style);
/// Only the statements, with comments: what `plan --sql` prints.
[[nodiscard]] std::string plan_sql(const PlanView& plan);

[[nodiscard]] std::string status_text(const Status& status, const Style& style);
[[nodiscard]] std::string history_text(const std::vector<HistoryEntry>& entries,
                                       const Style& style);
[[nodiscard]] std::string verify_text(const VerifyReport& report, const Style& style);
[[nodiscard]] std::string settings_text(const std::vector<SettingOrigin>& origins,
                                        const Style& style);

/// What a client sets to work on a version, the most robust form first.
[[nodiscard]] std::string version_text(const VersionView& version, const SessionSettings& settings,
                                       const Style& style);
/// Only the statements that a session sends.
[[nodiscard]] std::string version_sql(const VersionView& version, const SessionSettings& settings);
/// Lines NAME='value' that a shell reads.
[[nodiscard]] std::string version_env(const VersionView& version, const SessionSettings& settings);
/// The database's URL or keyword string, as settings are told (with what is secret masked), with
/// the version's settings in it and without its password. Throws Error(invalid_input) on SQLite.
[[nodiscard]] std::string version_url(const VersionView& version, const SessionSettings& settings,
                                      const std::string& masked);

/// What a changing command did, for standard output. `verb` is the command's: "up", "contract".
[[nodiscard]] std::string run_text(const RunResult& result, std::string_view verb,
                                   const Style& style);
/// What failed, where, what was left behind, what to type next; for standard error.
[[nodiscard]] std::string failure_text(const Failure& failure, const Style& style);

}  // namespace segue::report
