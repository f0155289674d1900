// Form of single lines: what no reviewer should have to look for.

#include <catch2/catch.hpp>
#include <regex>

#include "tests/tidy/source_tree.hpp"

namespace {

using namespace segue::test;

// Text without what follows "//"; good enough for lines of code, where SQL holds no "//".
std::string without_comment(const std::string& line) { return line.substr(0, line.find("//")); }

Findings matching(const std::regex& form, const std::string& what,
                  bool (*applies)(const SourceFile&)) {
  Findings findings;
  for (const SourceFile& file : tree()) {
    if (!applies(file)) continue;
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      if (std::regex_search(file.lines[i], form)) findings.push_back(at(file, i, what));
    }
  }
  return findings;
}

bool any(const SourceFile&) { return true; }

// The texts of Markdown use two spaces at the end for a line break in no place of ours.
bool is_no_golden(const SourceFile& file) { return !file.is_in("testdb/cases/"); }

// Patterns are put together here, so that this file does not match them itself.
const std::string unfinished = std::string("TO") + "DO|FIX" + "ME|XX" + "X|HA" + "CK";
const std::string machine = std::string("(^|[^A-Za-z0-9_.}])/(ro") + "ot|ho" + "me|wo" + "rk|Us" +
                            "ers)/|registry\\.npm" + "js|py" + "pi\\.org|crates" +
                            "\\.io|proxy\\.gol" + "ang|artifac" + "tory";

}  // namespace

TEST_CASE("no line has a tab, a space at its end or another system's line end", "[tidy]") {
  CHECK(listed(matching(std::regex("\t"), "a tab", is_no_golden)) == "");
  CHECK(listed(matching(std::regex("[ \r]$"), "white space at the end", is_no_golden)) == "");
}

TEST_CASE("nothing is left marked as unfinished", "[tidy]") {
  CHECK(listed(matching(std::regex("\\b(" + unfinished + ")\\b"), "unfinished", any)) == "");
}

TEST_CASE("no file names a folder of one machine or the host of a registry", "[tidy]") {
  CHECK(listed(matching(std::regex(machine), "a machine's own name", any)) == "");
}

TEST_CASE("a header starts with #pragma once and then says what it is for", "[tidy]") {
  Findings findings;
  for (const SourceFile& file : tree()) {
    if (!file.ends_with(".hpp")) continue;
    if (file.lines.empty() || file.lines[0] != "#pragma once") {
      findings.push_back(at(file, 0, "no #pragma once"));
    } else if (file.lines.size() < 2 || !file.lines[1].starts_with("//")) {
      findings.push_back(at(file, 1, "no comment on the header's purpose"));
    }
  }
  CHECK(listed(findings) == "");
}

TEST_CASE("text that changes a schema stands in the dialects and the journal only", "[tidy]") {
  const std::regex form(
      R"(\b(CREATE|ALTER|DROP)\s+((OR REPLACE|UNIQUE|TEMP|TEMPORARY|UNLOGGED|MATERIALIZED)\s+)*)"
      R"((TABLE|INDEX|VIEW|TRIGGER|SCHEMA|FUNCTION|TYPE|SEQUENCE)\b)");
  // `migrate new` writes an author's SQL as an example.
  const std::set<std::string> authors = {"engine/cli/migration_template.cpp"};
  Findings findings;
  for (const SourceFile& file : tree()) {
    if (!file.is_in("engine/") || !file.is_code() || authors.contains(file.path)) continue;
    if (file.is_in("engine/dialect/") || file.is_in("engine/journal/")) continue;
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      if (std::regex_search(without_comment(file.lines[i]), form)) {
        findings.push_back(at(file, i, "SQL that changes a schema"));
      }
    }
  }
  CHECK(listed(findings) == "");
}
