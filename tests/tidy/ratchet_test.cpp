// Sizes. What was too large when the limit came is listed in ratchet.txt with its size then; such a
// file may shrink, never grow, and nothing joins the list.

#include <catch2/catch.hpp>
#include <map>
#include <regex>

#include "tests/tidy/source_tree.hpp"

namespace {

using namespace segue::test;

// UTF-8: bytes that go on with a character take no column.
std::size_t columns_of(const std::string& line) {
  return static_cast<std::size_t>(std::count_if(line.begin(), line.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

bool is_prose(const SourceFile& file) { return file.ends_with(".md"); }

// Expected texts of tests are data: a golden plan is as wide as the statement that it shows.
bool is_golden(const SourceFile& file) { return file.is_in("testdb/cases/"); }

std::size_t wide_lines(const SourceFile& file) {
  if (is_prose(file) || is_golden(file)) return 0;
  return static_cast<std::size_t>(
      std::count_if(file.lines.begin(), file.lines.end(),
                    [](const std::string& line) { return columns_of(line) > 100; }));
}

std::size_t file_lines(const SourceFile& file) { return file.is_code() ? file.lines.size() : 0; }

std::size_t header_lines(const SourceFile& file) {
  return file.is_in("include/") ? file.lines.size() : 0;
}

// The longest body that opens at the end of a line in column 0 or 2 and is closed in that column.
// The formatter guarantees these columns for functions of namespaces and of classes.
std::size_t function_lines(const SourceFile& file) {
  static const std::regex opening(R"(^( {0,2})(?! |#|//|namespace|struct|class|enum|\}).*\{$)");
  if (!file.is_code()) return 0;
  std::size_t longest = 0;
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    std::smatch match;
    if (!std::regex_match(file.lines[i], match, opening)) continue;
    const std::string closing = match[1].str() + "}";
    for (std::size_t k = i + 1; k < file.lines.size(); ++k) {
      if (file.lines[k].compare(0, closing.size(), closing) != 0) continue;
      longest = std::max(longest, k - i + 1);
      break;
    }
  }
  return longest;
}

struct Rule {
  const char* name;
  std::size_t limit;
  std::size_t (*measure)(const SourceFile&);
};

const Rule rules[] = {
    {"wide_lines", 0, wide_lines},          // lines of more than 100 columns
    {"file_lines", 400, file_lines},        // lines of a source file
    {"header_lines", 150, header_lines},    // lines of a public header
    {"function_lines", 70, function_lines}  // lines of a file's longest function
};

// rule and path → the size that is tolerated.
std::map<std::string, std::size_t> read_ratchet() {
  std::map<std::string, std::size_t> allowed;
  for (const std::string& line : lines_of(SEGUE_SOURCE_DIR "/tests/tidy/ratchet.txt")) {
    if (line.empty() || line.starts_with('#')) continue;
    std::istringstream words(line);
    std::string rule, path;
    std::size_t size = 0;
    words >> rule >> path >> size;
    INFO(line);
    REQUIRE(size > 0);
    REQUIRE(allowed.emplace(rule + " " + path, size).second);
  }
  return allowed;
}

}  // namespace

TEST_CASE("no file, line or function grows past its limit", "[tidy]") {
  std::map<std::string, std::size_t> allowed = read_ratchet();
  Findings findings;
  for (const SourceFile& file : tree()) {
    for (const Rule& rule : rules) {
      const std::string key = std::string(rule.name) + " " + file.path;
      const std::size_t size = rule.measure(file);
      const auto found = allowed.find(key);
      const std::size_t limit = found == allowed.end() ? rule.limit : found->second;
      if (size > limit) {
        findings.push_back(key + " " + std::to_string(size) + ", limit " + std::to_string(limit));
      }
      // What has shrunk below the limit leaves the list by being taken out of it.
      if (found != allowed.end() && size > rule.limit) allowed.erase(found);
    }
  }
  for (const auto& [key, size] : allowed) findings.push_back(key + " can go from ratchet.txt");
  CHECK(listed(findings) == "");
}
