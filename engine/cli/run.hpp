#pragma once
// The command as a function: reads the arguments, runs one command, reports. Once per process,
// because it owns signals and standard streams.

namespace segue::cli {

/// Returns the exit code (docs/formats.md).
[[nodiscard]] int run(int argc, char** argv);

}  // namespace segue::cli
