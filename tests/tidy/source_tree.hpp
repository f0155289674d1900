#pragma once
// The project's own text files, for tests that count what a machine can count.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace segue::test {

struct SourceFile {
  std::string path;  ///< from the project's folder, with '/'
  std::vector<std::string> lines;

  [[nodiscard]] bool is_in(std::string_view folder) const { return path.starts_with(folder); }
  [[nodiscard]] bool ends_with(std::string_view end) const { return path.ends_with(end); }
  [[nodiscard]] bool is_code() const { return ends_with(".cpp") || ends_with(".hpp"); }
};

/// A rule that is broken, as "path:line: what".
using Findings = std::vector<std::string>;

[[nodiscard]] inline std::string at(const SourceFile& file, std::size_t index,
                                    const std::string& what) {
  return file.path + ":" + std::to_string(index + 1) + ": " + what;
}

/// One per line, so that a failing test shows them as they can be clicked or pasted.
[[nodiscard]] inline std::string listed(const Findings& findings) {
  std::string text;
  for (const std::string& finding : findings) text += "\n" + finding;
  return text;
}

[[nodiscard]] inline std::vector<std::string> lines_of(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

/// Everything in the project's folder but what is built or belongs to git, in order of paths.
[[nodiscard]] inline std::vector<SourceFile> read_tree() {
  namespace fs = std::filesystem;
  const fs::path root = SEGUE_SOURCE_DIR;
  const std::set<std::string> left_out = {".git", ".cache", "build", "node_modules"};
  std::vector<SourceFile> files;
  for (auto entry = fs::recursive_directory_iterator(root); entry != fs::end(entry); ++entry) {
    if (left_out.contains(entry->path().filename().string())) entry.disable_recursion_pending();
    if (!entry->is_regular_file()) continue;
    files.push_back({fs::relative(entry->path(), root).generic_string(), lines_of(entry->path())});
  }
  std::erase_if(files, [&](const SourceFile& file) { return left_out.contains(file.path); });
  std::sort(files.begin(), files.end(),
            [](const SourceFile& a, const SourceFile& b) { return a.path < b.path; });
  return files;
}

[[nodiscard]] inline const std::vector<SourceFile>& tree() {
  static const std::vector<SourceFile> files = read_tree();
  return files;
}

[[nodiscard]] inline std::set<std::string> words_of(const std::string& text) {
  std::istringstream stream(text);
  std::set<std::string> words;
  for (std::string word; stream >> word;) words.insert(word);
  return words;
}

}  // namespace segue::test
