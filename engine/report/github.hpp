#pragma once
// What a run leaves behind in GitHub Actions: annotations at the lines of migration files, and a
// summary of the job. Pure; any thread.

#include <string>
#include <string_view>

#include "segue/results.hpp"

namespace segue::report {

/// Workflow commands, one per line, for a failure: one per problem, else one for the failure.
[[nodiscard]] std::string github_annotations(const Failure& failure);

/// Markdown for $GITHUB_STEP_SUMMARY. `command` is what was typed after `migrate`.
[[nodiscard]] std::string github_summary(std::string_view command, const RunResult& result,
                                         int exit);

}  // namespace segue::report
