// The house of docs/architecture.md: nothing points back, and each library has one user.

#include <catch2/catch.hpp>
#include <map>
#include <optional>
#include <regex>

#include "tests/tidy/source_tree.hpp"

namespace {

using namespace segue::test;

// What a layer may include beside itself and include/segue/.
const std::map<std::string, std::string> layers = {
    {"core", ""},
    {"model", "core"},
    {"parse", "model core"},
    {"dialect", "model core"},
    {"catalog", "database dialect model core"},
    {"plan", "dialect model core"},
    {"database", "core"},
    {"journal", "database model core"},
    {"execute", "journal catalog dialect database model core"},
    {"report", "model core"},
    {"api", "report execute plan parse journal catalog dialect database model core"},
    {"cli", "report core"},
};

// Headers of other projects, by how their path starts, and the layers that may include them.
const std::map<std::string, std::string> libraries = {
    {"pqxx/", "database"},  {"libpq", "database"}, {"sqlite3", "database"},
    {"yaml-cpp/", "parse"}, {"pg_query", "parse"}, {"CLI/", "cli"},
    {"spdlog/", "cli"},     {"openssl/", "core"},  {"nlohmann/", "model parse journal report api"},
};

struct Include {
  std::string path;
  bool is_quoted;
};

std::optional<Include> include_of(const std::string& line) {
  static const std::regex form(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"].*)");
  std::smatch match;
  if (!std::regex_match(line, match, form)) return std::nullopt;
  return Include{match[2], match[1] == "\""};
}

// "engine/parse/x.hpp" → "parse"; empty for what is not in a layer.
std::string layer_of(const std::string& path) {
  if (!path.starts_with("engine/")) return "";
  const std::size_t end = path.find('/', 7);
  return end == std::string::npos ? "" : path.substr(7, end - 7);
}

std::string complaint(const std::string& layer, const Include& include) {
  if (include.is_quoted) {
    if (include.path.starts_with("segue/")) return "";
    const std::string other = layer_of(include.path);
    if (other.empty()) return "includes a header that is not named from the project's folder";
    if (other == layer || words_of(layers.at(layer)).contains(other)) return "";
    return "engine/" + layer + " may not use engine/" + other;
  }
  for (const auto& [library, users] : libraries) {
    if (include.path.starts_with(library) && !words_of(users).contains(layer)) {
      return "engine/" + layer + " may not use <" + include.path + ">";
    }
  }
  return "";
}

}  // namespace

TEST_CASE("a layer includes only the layers below it", "[tidy]") {
  Findings findings;
  for (const SourceFile& file : tree()) {
    const std::string layer = layer_of(file.path);
    if (!file.is_code() || layer.empty()) continue;
    INFO("engine/" << layer << " is missing in the table of layers");
    REQUIRE(layers.contains(layer));
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      const auto include = include_of(file.lines[i]);
      const std::string what = include ? complaint(layer, *include) : "";
      if (!what.empty()) findings.push_back(at(file, i, what));
    }
  }
  CHECK(listed(findings) == "");
}

TEST_CASE("the executor does not know which database it runs on", "[tidy]") {
  const std::regex form(R"(Kind::(postgres|sqlite)\b|\bopen_(postgres|sqlite)\b)");
  Findings findings;
  for (const SourceFile& file : tree()) {
    if (!file.is_in("engine/execute/") || !file.is_code()) continue;
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      if (std::regex_search(file.lines[i], form)) {
        findings.push_back(at(file, i, "belongs into engine/database or engine/dialect"));
      }
    }
  }
  CHECK(listed(findings) == "");
}

TEST_CASE("a public header includes the standard library and other public headers only", "[tidy]") {
  Findings findings;
  for (const SourceFile& file : tree()) {
    if (!file.is_in("include/") || !file.is_code()) continue;
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      const auto include = include_of(file.lines[i]);
      if (!include) continue;
      const bool is_standard = include->path.find_first_of("./") == std::string::npos;
      if (include->is_quoted ? !include->path.starts_with("segue/") : !is_standard) {
        findings.push_back(at(file, i, "a public header may not include " + include->path));
      }
    }
  }
  CHECK(listed(findings) == "");
}

TEST_CASE("the build links what the table of layers says", "[tidy]") {
  const std::regex form(R"(^segue_layer\((\w+) USES ([\w ]+)\).*)");
  std::map<std::string, std::string> linked;
  for (const SourceFile& file : tree()) {
    if (file.path != "engine/CMakeLists.txt") continue;
    for (const std::string& line : file.lines) {
      std::smatch match;
      if (std::regex_match(line, match, form)) linked[match[1]] = match[2];
    }
  }
  REQUIRE(linked.size() >= 8);
  for (const auto& [layer, uses] : linked) {
    CAPTURE(layer);
    REQUIRE(layers.contains(layer));
    CHECK(words_of(uses) == words_of(layers.at(layer)));
  }
}
