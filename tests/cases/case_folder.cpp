#include "tests/cases/case_folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace segue::test {
namespace {

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

void read_line(const std::string& line, CaseFolder& folder) {
  const std::size_t colon = line.find(": ");
  const std::string key = line.substr(0, colon);
  const std::string value = colon == std::string::npos ? "" : line.substr(colon + 2);
  if (key == "databases") {
    if (value.find("postgres") != std::string::npos) {
      folder.databases.push_back(database::Kind::postgres);
    }
    if (value.find("sqlite") != std::string::npos) folder.databases.push_back(database::Kind::sqlite);
  } else if (key == "refused") {
    folder.refused = value;
  } else if (key == "fails") {
    folder.fails = value;
  } else if (key == "contract") {
    folder.contract = value;
  } else if (key == "message") {
    folder.message = value;
  } else if (key == "columns" && value == "moved") {
    folder.sorted = true;
  } else if (key == "reversal" && value == "leaves loosened") {
    folder.restored = false;
  } else if (key == "rows" && value == "differ") {
    folder.rows = false;
  } else {
    throw std::runtime_error(fmt::format("{}/case.txt: what is `{}`?", folder.name, line));
  }
}

}  // namespace

bool CaseFolder::is_for(database::Kind kind) const {
  return std::find(databases.begin(), databases.end(), kind) != databases.end();
}

std::vector<std::filesystem::path> CaseFolder::migrations() const {
  if (std::filesystem::exists(path / "migration.yaml")) return {path / "migration.yaml"};
  std::vector<std::filesystem::path> found;
  for (int i = 1;; ++i) {
    std::filesystem::path file = path / fmt::format("migration.{}.yaml", i);
    if (!std::filesystem::exists(file)) break;
    found.push_back(std::move(file));
  }
  if (found.empty()) throw std::runtime_error(name + " has no migration");
  return found;
}

std::string CaseFolder::text(const std::string& stem, const std::string& suffix,
                             database::Kind kind) const {
  const auto own = path / fmt::format("{}.{}.{}", stem, short_name(kind), suffix);
  return text_of(std::filesystem::exists(own) ? own : path / fmt::format("{}.{}", stem, suffix));
}

std::vector<CaseFolder> all_cases() {
  std::vector<CaseFolder> cases;
  const std::filesystem::path root = std::filesystem::path(SEGUE_SOURCE_DIR) / "testdb" / "cases";
  for (const auto& entry : std::filesystem::directory_iterator(root)) {
    if (!entry.is_directory()) continue;
    CaseFolder folder{.name = entry.path().filename().string(), .path = entry.path()};
    std::istringstream lines(text_of(entry.path() / "case.txt"));
    for (std::string line; std::getline(lines, line);) {
      if (!line.empty() && line.front() != '#') read_line(line, folder);
    }
    if (folder.databases.empty()) {
      throw std::runtime_error(folder.name + "/case.txt names no database");
    }
    cases.push_back(std::move(folder));
  }
  std::sort(cases.begin(), cases.end(),
            [](const CaseFolder& a, const CaseFolder& b) { return a.name < b.name; });
  return cases;
}

std::string short_name(database::Kind kind) {
  return kind == database::Kind::postgres ? "postgres" : "sqlite";
}

}  // namespace segue::test
