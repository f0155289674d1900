#pragma once
// A writer: a process that inserts, updates, upserts and deletes through one version of the table,
// remembers what it wrote, and answers its parent over a pipe.
//
//   asked    answers
//   phase    "stats WRITES LONGEST_US P99_US REFUSED STATE", and counts anew
//   dump     "row CODE_POINT NAME CATEGORY DECOMPOSITION" (tab separated) …, then "end"
//   stop     "stopped DIFFERENT": its own rows are read back once more; then it ends
//
// Something unexpected ends it at once with "unexpected TEXT" and exit 1. It also ends with its
// parent and after a limit.

#include <string>

namespace segue::demo {

struct WriterOptions {
  std::string database;
  std::string migrations;  ///< folder
  std::string version;     ///< empty: the base table in the old shape
  int number = 0;          ///< writers with different numbers never share a key
  int seconds_max = 90;
};

/// Returns the exit code.
int run_writer(const WriterOptions& options);

}  // namespace segue::demo
