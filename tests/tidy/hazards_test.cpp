// docs/hazards.md says which test plays which hazard and which protection it proves. Names of tests
// are the source: they hold the hazards' ids.

#include <catch2/catch.hpp>
#include <cstdlib>
#include <map>
#include <regex>

#include "tests/tidy/source_tree.hpp"

namespace {

using namespace segue::test;

const std::regex hazard_id(R"(\b[PSA][1-9][0-9]?\b)");

struct NamedTest {
  std::string name;
  std::set<std::string> ids;
  std::set<std::string> protections;
};

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

// Only ids in front of the first colon, or in parentheses at the end: `S3: …`, `… (P37, P67)`.
std::set<std::string> ids_of(const std::string& name) {
  static const std::regex front(R"(^((?:[PSA][0-9]+(?:, )?)+):.*)");
  static const std::regex back(R"(.*\(((?:[PSA][0-9]+(?:, )?)+)\)$)");
  std::smatch found;
  if (!std::regex_match(name, found, front) && !std::regex_match(name, found, back)) return {};
  const std::string list = found[1];
  const std::sregex_token_iterator begin(list.begin(), list.end(), hazard_id);
  return {begin, std::sregex_token_iterator()};
}

std::vector<NamedTest> tests_of(const std::vector<SourceFile>& files) {
  static const std::regex test(R"re(TEST_CASE\(\s*"([^"]*)")re");
  std::vector<NamedTest> tests;
  for (const SourceFile& file : files) {
    if (!file.is_in("tests/") || !file.ends_with("_test.cpp")) continue;
    const std::string text = joined(file.lines);
    for (std::sregex_iterator it(text.begin(), text.end(), test), end; it != end; ++it) {
      const std::string name = (*it)[1];
      if (!ids_of(name).empty()) tests.push_back({name, ids_of(name), {}});
    }
  }
  return tests;
}

void add_protections(std::vector<NamedTest>& tests) {
  static const std::regex line_form(R"re(^(\S+) -> \S+ "([^"]*?)(\*?)"$)re");
  for (const std::string& line : lines_of(SEGUE_SOURCE_DIR "/tests/removals.txt")) {
    std::smatch found;
    if (!std::regex_match(line, found, line_form)) continue;
    for (NamedTest& test : tests) {
      const std::string wanted = found[2];
      const bool is_it =
          found[3].length() > 0 ? test.name.starts_with(wanted) : test.name == wanted;
      if (is_it) test.protections.insert(found[1]);
    }
  }
}

std::string without_ids(const std::string& name) {
  const std::size_t colon = name.find(": ");
  const bool front = name.size() > 1 && std::isdigit(static_cast<unsigned char>(name[1])) != 0;
  return front && colon != std::string::npos ? name.substr(colon + 2) : name;
}

std::string row_of(const std::string& id, const std::string& hazard,
                   const std::vector<NamedTest>& tests) {
  std::string names;
  std::set<std::string> protections;
  for (const NamedTest& test : tests) {
    if (!test.ids.contains(id)) continue;
    names += (names.empty() ? "" : "<br>") + without_ids(test.name);
    protections.insert(test.protections.begin(), test.protections.end());
  }
  std::string taken_out;
  for (const std::string& name : protections) {
    taken_out += (taken_out.empty() ? "`" : ", `") + name + "`";
  }
  return "| " + id + " | " + hazard + " | " + (names.empty() ? "–" : names) + " | " +
         (taken_out.empty() ? "–" : taken_out) + " |";
}

TEST_CASE("the table of hazards names the tests that there are", "[tidy][hazards]") {
  static const std::regex row(R"(^\| ([PSA][0-9]+) \| (.*?) \| .*)");
  const std::string path = SEGUE_SOURCE_DIR "/docs/hazards.md";
  std::vector<NamedTest> tests = tests_of(read_tree());
  add_protections(tests);
  const std::vector<std::string> found = lines_of(path);
  std::vector<std::string> wanted;
  std::set<std::string> ids;
  for (const std::string& line : found) {
    std::smatch match;
    const bool is_row = std::regex_match(line, match, row);
    wanted.push_back(is_row ? row_of(match[1], match[2], tests) : line);
    if (is_row) ids.insert(match[1]);
  }
  CHECK(ids.size() == 76 + 44 + 25);
  for (const NamedTest& test : tests) {
    INFO(test.name);
    CHECK(std::includes(ids.begin(), ids.end(), test.ids.begin(), test.ids.end()));
  }
  if (std::getenv("SEGUE_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path) << joined(wanted);
    return;
  }
  INFO("SEGUE_UPDATE_GOLDEN=1 build/debug/tests/tidy_test \"[hazards]\" writes docs/hazards.md");
  CHECK(joined(found) == joined(wanted));
}

}  // namespace
