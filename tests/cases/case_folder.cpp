#include "tests/cases/case_folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "tests/support/test_database.hpp"

namespace segue::test {
namespace {

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

struct Line {
  std::string key;
  std::string value;
  std::string database;  // `refused.sqlite: …` is for that one only; empty: for all
};

Line line_of(const std::string& text) {
  const std::size_t colon = text.find(": ");
  Line line{.key = text.substr(0, colon),
            .value = colon == std::string::npos ? "" : text.substr(colon + 2)};
  const std::size_t dot = line.key.find('.');
  if (dot == std::string::npos) return line;
  line.database = line.key.substr(dot + 1);
  line.key.resize(dot);
  return line;
}

// False: no such line.
bool apply(const Line& line, Case& into) {
  const auto is = [&](const char* key, const char* value) {
    return line.key == key && line.value == value;
  };
  if (line.key == "refused") {
    into.refused = line.value;
  } else if (line.key == "fails") {
    into.fails = line.value;
  } else if (line.key == "contract") {
    into.contract = line.value;
  } else if (line.key == "message") {
    into.message = line.value;
  } else if (line.key == "server") {
    into.server = std::stoi(line.value);
  } else if (is("columns", "moved")) {
    into.moved = true;
  } else if (is("reversal", "leaves loosened")) {
    into.restored = false;
  } else if (is("reversal", "leaves values")) {
    into.restored = false;
    into.takes_back_all = false;
  } else if (line.key == "reversal") {
    into.reversal = line.value;
  } else if (is("rows", "differ")) {
    into.rows = false;
  } else {
    return false;
  }
  return true;
}

// Nothing when the case is for other databases.
std::optional<Case> read_case(const std::filesystem::path& path, database::Kind kind) {
  Case out{.name = path.filename().string(), .path = path, .kind = kind};
  std::string databases;
  std::istringstream lines(text_of(path / "case.txt"));
  for (std::string text; std::getline(lines, text);) {
    if (text.empty() || text.front() == '#') continue;
    const Line line = line_of(text);
    const bool is_ours = line.database.empty() || line.database == short_name(kind);
    Case ignored;
    if (line.key == "databases") {
      databases = line.value;
    } else if (!apply(line, is_ours ? out : ignored)) {
      throw std::runtime_error(fmt::format("{}/case.txt: what is `{}`?", out.name, text));
    }
  }
  if (databases.empty()) throw std::runtime_error(out.name + "/case.txt names no database");
  if (databases.find(short_name(kind)) == std::string::npos) return std::nullopt;
  return out;
}

}  // namespace

std::vector<std::filesystem::path> Case::migrations() const {
  const std::filesystem::path only = file("migration", "yaml");
  if (std::filesystem::exists(only)) return {only};
  std::vector<std::filesystem::path> found;
  for (int i = 1;; ++i) {
    std::filesystem::path next = file(fmt::format("migration.{}", i), "yaml");
    if (!std::filesystem::exists(next)) break;
    found.push_back(std::move(next));
  }
  if (found.empty()) throw std::runtime_error(name + " has no migration");
  return found;
}

std::filesystem::path Case::file(const std::string& stem, const std::string& suffix) const {
  const auto own = path / fmt::format("{}.{}.{}", stem, short_name(kind), suffix);
  return std::filesystem::exists(own) ? own : path / fmt::format("{}.{}", stem, suffix);
}

std::string Case::text(const std::string& stem, const std::string& suffix) const {
  return text_of(file(stem, suffix));
}

std::vector<Case> cases_for(database::Kind kind) {
  std::vector<Case> cases;
  const std::filesystem::path root = std::filesystem::path(SEGUE_SOURCE_DIR) / "testdb" / "cases";
  for (const auto& entry : std::filesystem::directory_iterator(root)) {
    if (!entry.is_directory()) continue;
    std::optional<Case> each = read_case(entry.path(), kind);
    if (!each) continue;
    if (each->server > 0 && postgres_server_version() / 10000 < each->server) {
      each->refused = "refused";
    }
    cases.push_back(std::move(*each));
  }
  std::sort(cases.begin(), cases.end(),
            [](const Case& a, const Case& b) { return a.name < b.name; });
  return cases;
}

std::string short_name(database::Kind kind) {
  return kind == database::Kind::postgres ? "postgres" : "sqlite";
}

}  // namespace segue::test
