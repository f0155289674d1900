// What documents promise: links lead somewhere, the changelog keeps its form, the example
// migrations can be read.

#include <catch2/catch.hpp>
#include <filesystem>
#include <regex>

#include "engine/parse/migration_reader.hpp"
#include "tests/tidy/source_tree.hpp"

namespace {

using namespace segue::test;
namespace fs = std::filesystem;

// A heading's anchor: lower case, spaces as dashes, punctuation left out.
std::string anchor_of(const std::string& heading) {
  std::string anchor;
  for (const char c : heading.substr(heading.find_first_not_of("# "))) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == ' ') anchor += '-';
    if (std::isalnum(byte) != 0 || c == '-' || c == '_' || byte >= 0x80) {
      anchor += static_cast<char>(std::tolower(byte));
    }
  }
  return anchor;
}

bool has_anchor(const fs::path& path, const std::string& anchor) {
  const std::vector<std::string> lines = lines_of(path);
  return std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
    return line.starts_with("#") && anchor_of(line) == anchor;
  });
}

bool leads_somewhere(const SourceFile& file, const std::string& target) {
  if (target.find("://") != std::string::npos || target.starts_with("mailto:")) return true;
  const fs::path here = fs::path(SEGUE_SOURCE_DIR) / file.path;
  const std::size_t hash = target.find('#');
  const std::string name = target.substr(0, hash);
  const fs::path path = name.empty() ? here : here.parent_path() / name;
  if (!fs::exists(path)) return false;
  return hash == std::string::npos || has_anchor(path, target.substr(hash + 1));
}

Findings broken_links(const SourceFile& file) {
  static const std::regex link(R"(\]\(([^)\s]+)\))");
  Findings findings;
  bool is_code = false;
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    const std::string& line = file.lines[i];
    if (line.starts_with("```")) is_code = !is_code;
    if (is_code || line.starts_with("    ")) continue;
    for (std::sregex_iterator it(line.begin(), line.end(), link), end; it != end; ++it) {
      if (!leads_somewhere(file, (*it)[1])) findings.push_back(at(file, i, (*it)[1]));
    }
  }
  return findings;
}

// Keep a Changelog: releases, the newest first, with changes by kind.
const std::regex changelog_forms[] = {
    std::regex(R"(^# Changelog$)"),
    std::regex(R"(^## (\[Unreleased\]|\[\d+\.\d+\.\d+\] - \d{4}-\d{2}-\d{2})$)"),
    std::regex(R"(^### (Added|Changed|Deprecated|Removed|Fixed|Security)$)"),
    std::regex(R"(^- \S.*)"),
    std::regex(R"(^  \S.*)"),
    std::regex(R"(^[A-Z\[].*)"),
    std::regex("^$"),
};

}  // namespace

TEST_CASE("every link of a document leads somewhere", "[tidy]") {
  Findings findings;
  for (const SourceFile& file : tree()) {
    if (!file.ends_with(".md")) continue;
    const Findings broken = broken_links(file);
    findings.insert(findings.end(), broken.begin(), broken.end());
  }
  CHECK(listed(findings) == "");
}

TEST_CASE("the changelog keeps its form", "[tidy]") {
  const fs::path path = SEGUE_SOURCE_DIR "/docs/changelog.md";
  REQUIRE(fs::exists(path));
  const SourceFile file = {"docs/changelog.md", lines_of(path)};
  REQUIRE(!file.lines.empty());
  CHECK(file.lines[0] == "# Changelog");
  Findings findings;
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    const bool is_known =
        std::any_of(std::begin(changelog_forms), std::end(changelog_forms),
                    [&](const std::regex& form) { return std::regex_match(file.lines[i], form); });
    if (!is_known) findings.push_back(at(file, i, file.lines[i]));
  }
  CHECK(listed(findings) == "");
}

TEST_CASE("the shipped migrations can be read", "[tidy]") {
  const segue::parse::ReadResult read =
      segue::parse::read_folder(SEGUE_SOURCE_DIR "/migrations", {});
  Findings findings;
  for (const segue::Problem& problem : read.problems) {
    findings.push_back(to_string(problem.where) + ": " + problem.message);
  }
  CHECK(listed(findings) == "");
  CHECK(read.migrations.size() >= 3);
}
