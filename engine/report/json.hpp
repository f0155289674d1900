#pragma once
// The answers of the command as JSON (docs/formats.md): each function returns one complete
// document, indented, with `"format": 1` first and a line break last. Keys are never renamed within
// a format; text that is no UTF-8 is shown with replacement characters. Pure; any thread.

#include <string>
#include <vector>

#include "segue/history.hpp"
#include "segue/plan.hpp"
#include "segue/results.hpp"
#include "segue/settings.hpp"
#include "segue/status.hpp"
#include "segue/verify.hpp"
#include "segue/version.hpp"

namespace segue::report {

[[nodiscard]] std::string plan_json(const PlanView& plan);
[[nodiscard]] std::string status_json(const Status& status);
[[nodiscard]] std::string history_json(const std::vector<HistoryEntry>& entries);
[[nodiscard]] std::string version_json(const VersionView& version, const SessionSettings& settings);
[[nodiscard]] std::string verify_json(const VerifyReport& report);
[[nodiscard]] std::string settings_json(const std::vector<SettingOrigin>& origins);
[[nodiscard]] std::string new_file_json(const std::string& path);
[[nodiscard]] std::string wait_json(const std::string& version, WaitOutcome outcome);

/// What a changing command did; with `result.failure`, what failed too.
[[nodiscard]] std::string run_json(const RunResult& result, int exit);

/// A command that failed before it could answer.
[[nodiscard]] std::string failure_json(const Failure& failure, int exit);

}  // namespace segue::report
