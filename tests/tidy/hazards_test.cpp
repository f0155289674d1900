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

struct Removal {
  std::string protection;
  std::string test;
  bool is_beginning = false;

  [[nodiscard]] bool is_caught_by(const NamedTest& other) const {
    return is_beginning ? other.name.starts_with(test) : other.name == test;
  }
};

std::vector<Removal> removals() {
  static const std::regex form(R"re(^(\S+) -> \S+ "([^"]*?)(\*?)"$)re");
  std::vector<Removal> out;
  for (const std::string& line : lines_of(SEGUE_SOURCE_DIR "/tests/removals.txt")) {
    std::smatch found;
    if (line.empty() || line.starts_with("#")) continue;
    INFO(line);
    CHECK(std::regex_match(line, found, form));
    if (!found.empty()) out.push_back({found[1], found[2], found[3].length() > 0});
  }
  return out;
}

void add_protections(std::vector<NamedTest>& tests) {
  for (const Removal& removal : removals()) {
    for (NamedTest& test : tests) {
      if (removal.is_caught_by(test)) test.protections.insert(removal.protection);
    }
  }
}

// Hazard -> why nothing can be taken out.
std::map<std::string, std::string> reasons() {
  static const std::regex form(R"(^([PSA][0-9]+): (.*)$)");
  std::map<std::string, std::string> out;
  for (const std::string& line : lines_of(SEGUE_SOURCE_DIR "/tests/by_construction.txt")) {
    std::smatch found;
    if (std::regex_match(line, found, form)) out[found[1]] = found[2];
  }
  return out;
}

std::set<std::string> protections_in(const std::vector<SourceFile>& files) {
  static const std::regex call(R"re(\bprotected_by\("([^"]+)"\))re");
  std::set<std::string> out;
  for (const SourceFile& file : files) {
    if (!file.is_in("engine/")) continue;
    const std::string text = joined(file.lines);
    for (std::sregex_iterator it(text.begin(), text.end(), call), end; it != end; ++it) {
      out.insert((*it)[1]);
    }
  }
  return out;
}

std::set<std::string> lacking(const std::set<std::string>& from, const std::set<std::string>& in) {
  std::set<std::string> out;
  std::set_difference(from.begin(), from.end(), in.begin(), in.end(),
                      std::inserter(out, out.end()));
  return out;
}

std::string without_ids(const std::string& name) {
  const std::size_t colon = name.find(": ");
  const bool front = name.size() > 1 && std::isdigit(static_cast<unsigned char>(name[1])) != 0;
  return front && colon != std::string::npos ? name.substr(colon + 2) : name;
}

std::string row_of(const std::string& id, const std::string& hazard,
                   const std::vector<NamedTest>& tests, const std::string& reason) {
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
  if (taken_out.empty() && !reason.empty()) taken_out = "by construction: " + reason;
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
  std::map<std::string, std::string> why = reasons();
  for (const std::string& line : found) {
    std::smatch match;
    const bool is_row = std::regex_match(line, match, row);
    wanted.push_back(is_row ? row_of(match[1], match[2], tests, why[match[1]]) : line);
    if (is_row) ids.insert(match[1]);
  }
  CHECK(ids.size() == 76 + 44 + 25);
  for (const NamedTest& test : tests) {
    INFO(test.name);
    CHECK(std::includes(ids.begin(), ids.end(), test.ids.begin(), test.ids.end()));
  }
  for (const auto& [id, reason] : reasons()) {
    INFO(id << " has a protection that can be taken out, and a reason why it has none");
    CHECK(ids.contains(id));
    CHECK(std::none_of(tests.begin(), tests.end(), [&, wanted_id = id](const NamedTest& test) {
      return test.ids.contains(wanted_id) && !test.protections.empty();
    }));
  }
  if (std::getenv("SEGUE_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path) << joined(wanted);
    return;
  }
  INFO("SEGUE_UPDATE_GOLDEN=1 build/debug/tests/tidy_test \"[hazards]\" writes docs/hazards.md");
  CHECK(joined(found) == joined(wanted));
}

TEST_CASE("every protection can be taken out, and nothing else", "[tidy][hazards]") {
  const std::set<std::string> found = protections_in(read_tree());
  std::set<std::string> listed;
  for (const Removal& removal : removals()) listed.insert(removal.protection);
  INFO("in the engine, and not in tests/removals.txt");
  CHECK(lacking(found, listed) == std::set<std::string>{});
  INFO("in tests/removals.txt, and not in the engine");
  CHECK(lacking(listed, found) == std::set<std::string>{});
}

// Whoever opens and closes a file that the process has open through SQLite drops its locks.
TEST_CASE("S28: the engine opens files itself only where no database can be", "[tidy][hazards]") {
  static const std::regex opens(R"(\bi?o?fstream\b.*[({]|\bfopen\(|::open\()");
  const std::set<std::string> allowed{
      "engine/api/load_config.cpp",      // the configuration
      "engine/cli/context.cpp",          // a summary for the CI
      "engine/cli/new_command.cpp",      // a new migration
      "engine/database/file_locks.cpp",  // /proc
      "engine/parse/folder_reader.cpp",  // migrations
  };
  std::set<std::string> found;
  for (const SourceFile& file : read_tree()) {
    if (!file.is_in("engine/")) continue;
    for (const std::string& line : file.lines) {
      if (std::regex_search(line, opens)) found.insert(file.path);
    }
  }
  CHECK(found == allowed);
}

}  // namespace
