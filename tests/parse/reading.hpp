#pragma once
// What the tests of the parse layer share: read a text, say its problems as lines.

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/parse/migration_reader.hpp"

namespace segue::test {

inline parse::ReadResult read(std::string_view text, const std::string& file = "0001_a.yaml",
                              model::DatabaseKind kind = model::DatabaseKind::postgres) {
  parse::ReadOptions options;
  options.kind = kind;
  return parse::read_migration(file, text, options);
}

/// `line:column message` of each problem; the file's name is left out.
inline std::vector<std::string> lines_of(const std::vector<Problem>& problems) {
  std::vector<std::string> lines;
  for (const Problem& problem : problems) {
    lines.push_back(std::to_string(problem.where.line) + ":" +
                    std::to_string(problem.where.column) + " " + problem.message);
  }
  return lines;
}

inline std::vector<std::string> problems_of(
    std::string_view text, const std::string& file = "0001_a.yaml",
    model::DatabaseKind kind = model::DatabaseKind::postgres) {
  return lines_of(read(text, file, kind).problems);
}

using Lines = std::vector<std::string>;

/// The body of the only operation; an exception fails the test that expected one without problems.
template <typename Body>
Body only(const parse::ReadResult& result) {
  return std::get<Body>(result.migrations.at(0).operations.at(0).body);
}

}  // namespace segue::test
