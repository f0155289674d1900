#include <catch2/catch.hpp>

#include <stdlib.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "reading.hpp"

using namespace segue;
using namespace segue::test;

namespace {

namespace fs = std::filesystem;

// A folder of its own for each test; leaving scope removes it.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (fs::temp_directory_path() / "segue_parse_XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  void write(const std::string& name, std::string_view text) const {
    fs::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << text;
  }
  [[nodiscard]] parse::ReadResult read() const { return parse::read_folder(path_.string(), {}); }
  /// `name:line:column message`, the folder's path left out.
  [[nodiscard]] Lines problems() const {
    Lines lines;
    for (const Problem& problem : read().problems) {
      SourceLocation where = problem.where;
      where.file = fs::path(where.file).filename().string();
      std::string message = problem.message;
      const std::size_t at = message.find(path_.string() + "/");
      if (at != std::string::npos) message.erase(at, path_.string().size() + 1);
      lines.push_back(to_string(where) + " " + message);
    }
    return lines;
  }
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

constexpr std::string_view drop = "operations: [{drop_table: {name: t}}]\n";
constexpr std::string_view json_drop = R"({"operations": [{"drop_table": {"name": "t"}}]})";

Lines names_of(const parse::ReadResult& result) {
  Lines names;
  for (const model::Migration& migration : result.migrations) names.push_back(migration.name);
  return names;
}

}  // namespace

TEST_CASE("natural order compares digits as numbers of any length", "[parse]") {
  const std::vector<std::string> ordered{"",
                                         "1",
                                         "2",
                                         "2_b",
                                         "007",
                                         "7",
                                         "10",
                                         "10_a",
                                         "99999999999999999998",
                                         "99999999999999999999",
                                         "100000000000000000000",
                                         "a",
                                         "a0",
                                         "a00b",
                                         "a0b",
                                         "a1",
                                         "a01x",
                                         "a1x",
                                         "a1y",
                                         "a10",
                                         "b"};
  for (std::size_t i = 0; i < ordered.size(); ++i) {
    for (std::size_t k = 0; k < ordered.size(); ++k) {
      CAPTURE(ordered[i], ordered[k]);
      CHECK(parse::natural_less(ordered[i], ordered[k]) == (i < k));
    }
  }
}

TEST_CASE("a folder is read in natural order", "[parse]") {
  const TemporaryFolder folder;
  folder.write("10_a.yaml", drop);
  folder.write("2_b.json", json_drop);
  folder.write("1_c.yml", drop);
  folder.write("README.md", "not a migration");
  folder.write(".ledger", "not a migration");
  folder.write("3_d.yaml.bak", "not a migration");
  folder.write("notes/a.txt", "not a migration");
  const auto result = folder.read();
  CHECK(result.problems.empty());
  CHECK(names_of(result) == Lines{"1_c", "2_b", "10_a"});
  CHECK(result.migrations.at(0).file == (folder.path() / "1_c.yml").string());
}

TEST_CASE("an empty folder has no migrations; one that does not exist is a problem", "[parse]") {
  const TemporaryFolder folder;
  CHECK(folder.read().problems.empty());
  const auto result = parse::read_folder((folder.path() / "none").string(), {});
  REQUIRE(result.problems.size() == 1);
  CHECK(result.problems[0].message == "this folder cannot be read: No such file or directory");
  CHECK(result.problems[0].where.file == (folder.path() / "none").string());
}

TEST_CASE("layouts that are not built yet are refused by name", "[parse]") {
  const TemporaryFolder folder;
  folder.write("0001_a.sql", "SELECT 1");
  folder.write("0002_b/up.sql", "SELECT 1");
  folder.write("0003_c.YAML", drop);
  CHECK(folder.problems() == Lines{"0001_a.sql SQL files are not built yet",
                                   "0002_b a folder for each migration is not built yet"});
  CHECK(names_of(folder.read()) == Lines{"0003_c"});
}

TEST_CASE("two files with one name are a problem", "[parse]") {
  const TemporaryFolder folder;
  folder.write("0001_a.json", json_drop);
  folder.write("0001_a.yaml", drop);
  CHECK(folder.problems() ==
        Lines{"0001_a.yaml two files are named 0001_a: this one and 0001_a.json"});
}

TEST_CASE("two migrations with one version_schema are a problem", "[parse]") {
  const TemporaryFolder folder;
  folder.write("0001_a.yaml", drop);
  folder.write("0002_b.yaml", "# b\nversion_schema: 0001_a\n" + std::string(drop));
  CHECK(folder.problems() == Lines{"0002_b.yaml:2:17 two migrations have the version_schema "
                                   "\"0001_a\": this one and 0001_a.yaml"});
  CHECK(names_of(folder.read()) == Lines{"0001_a"});
}

TEST_CASE("all problems of all files are collected, in the order of files and lines", "[parse]") {
  const TemporaryFolder folder;
  folder.write("10_c.yaml", "");
  folder.write("2_b.yaml", "operations: []\nowner: x\n");
  folder.write("1_a.yaml", drop);
  CHECK(folder.problems() == Lines{"2_b.yaml:1:13 \"operations\" of the file is an empty list",
                                   "2_b.yaml:2:1 \"owner\" in the file is not built yet",
                                   "10_c.yaml:1:1 the file is empty"});
  CHECK(names_of(folder.read()) == Lines{"1_a"});
}

TEST_CASE("what is no readable file is a problem and does not block", "[parse]") {
  const TemporaryFolder folder;
  REQUIRE(::mkfifo((folder.path() / "1_pipe.yaml").c_str(), 0600) == 0);
  fs::create_directory(folder.path() / "2_folder.yaml");
  fs::create_symlink("nowhere", folder.path() / "3_link.yaml");
  CHECK(folder.problems() == Lines{"1_pipe.yaml this is not a file",
                                   "2_folder.yaml this is not a file",
                                   "3_link.yaml cannot be read: No such file or directory"});
}

TEST_CASE("a file over the limit is not read", "[parse]") {
  const TemporaryFolder folder;
  folder.write("1_a.yaml", std::string((4U << 20U) + 1, '#'));
  CHECK(folder.problems() == Lines{"1_a.yaml the file has 4194305 bytes; the limit is 4194304"});
}

TEST_CASE("a file name that is not UTF-8 is a problem that can be printed", "[parse]") {
  const TemporaryFolder folder;
  folder.write("1_\xFF.yaml", drop);
  CHECK(folder.problems() ==
        Lines{"1_?.yaml a file's name must be UTF-8 without control characters"});
}
