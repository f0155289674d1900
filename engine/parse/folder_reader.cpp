#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

#include "engine/core/hash.hpp"
#include "engine/parse/document.hpp"
#include "engine/parse/file_reader.hpp"

// A folder of migrations. What could be meant as a migration and cannot be read as one is reported;
// other files (a README, an editor's backup) and names that start with a dot are left alone.

namespace segue::parse {
namespace {

namespace fs = std::filesystem;

bool is_document_extension(const std::string& extension) {
  return extension == ".yaml" || extension == ".yml" || extension == ".json";
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The digits that start `text`, without leading zeros.
std::string_view take_number(std::string_view& text) {
  std::size_t end = 0;
  while (end < text.size() && is_digit(text[end])) ++end;
  std::string_view digits = text.substr(0, end);
  text.remove_prefix(end);
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
  return digits;
}

// Below, equal or above zero. Without leading zeros the longer number is the larger one.
int compare_natural(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    if (is_digit(a.front()) && is_digit(b.front())) {
      const std::string_view x = take_number(a);
      const std::string_view y = take_number(b);
      if (x.size() != y.size()) return x.size() < y.size() ? -1 : 1;
      if (const int order = x.compare(y); order != 0) return order;
    } else {
      const auto x = static_cast<unsigned char>(a.front());
      const auto y = static_cast<unsigned char>(b.front());
      if (x != y) return x < y ? -1 : 1;
      a.remove_prefix(1);
      b.remove_prefix(1);
    }
  }
  if (a.empty() && b.empty()) return 0;
  return a.empty() ? -1 : 1;
}

// The other layouts of formats.md 1 keep one folder for each migration.
bool is_migration_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored) &&
         (fs::exists(path / "up.sql", ignored) || fs::exists(path / "migration.sql", ignored));
}

struct Folder {
  std::vector<std::string> files;  // with the folder's path, in natural order
  std::vector<Problem> problems;
};

void sort_entry(const fs::path& path, Folder& folder) {
  const std::string file = path.string();
  const std::string extension = extension_of(file);
  if (path.filename().string().starts_with('.')) return;
  if (is_document_extension(extension)) {
    folder.files.push_back(file);
  } else if (extension == ".sql") {
    folder.problems.push_back({"SQL files are not built yet", {printable(file), 0, 0}});
  } else if (is_migration_folder(path)) {
    folder.problems.push_back(
        {"a folder for each migration is not built yet", {printable(file), 0, 0}});
  }
}

Folder list_folder(const std::string& directory) {
  Folder folder;
  std::error_code error;
  fs::directory_iterator entries(directory, error);
  for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
    sort_entry(entries->path(), folder);
  }
  if (error) {
    folder.problems.push_back({fmt::format("this folder cannot be read: {}", error.message()),
                               {printable(directory), 0, 0}});
  }
  std::sort(folder.files.begin(), folder.files.end(), [](const auto& a, const auto& b) {
    const std::string x = stem_of(a);
    const std::string y = stem_of(b);
    return x == y ? a < b : natural_less(x, y);
  });
  return folder;
}

FileResult failed(const std::string& file, std::string message) {
  FileResult result;
  result.problems.push_back({std::move(message), {printable(file), 0, 0}});
  return result;
}

// A file that grows between the two looks is read up to one byte more than its size was, and its
// changed text is then what the hash tells.
FileResult read_path(const std::string& file, const ReadOptions& options) {
  std::error_code error;
  // A pipe or a device would block or never end.
  const bool is_file = fs::is_regular_file(file, error);
  if (error) return failed(file, fmt::format("cannot be read: {}", error.message()));
  if (!is_file) return failed(file, "this is not a file");
  const std::uintmax_t size = fs::file_size(file, error);
  if (error) return failed(file, fmt::format("cannot be read: {}", error.message()));
  if (size > options.file_bytes_max) {
    return failed(
        file, fmt::format("the file has {} bytes; the limit is {}", size, options.file_bytes_max));
  }
  std::ifstream stream(file, std::ios::binary);
  std::string text(static_cast<std::size_t>(size) + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!stream.is_open() || stream.bad()) return failed(file, "cannot be read");
  text.resize(static_cast<std::size_t>(stream.gcount()));
  return read_file_text(file, text, options);
}

// What no file can know alone: the names of the others.
class NameCheck {
 public:
  void add(const std::string& file, FileResult& result) {
    const auto [first, is_new] = stems_.emplace(stem_of(file), printable(file));
    if (!is_new) {
      report(result, {printable(file), 0, 0},
             fmt::format("two files are named {}: this one and {}", printable(first->first),
                         first->second));
      return;
    }
    if (result.version_schema.empty()) return;
    const auto [version, is_new_version] =
        versions_.emplace(result.version_schema, printable(file));
    if (!is_new_version) {
      report(result, result.version_where,
             fmt::format("two migrations have the version_schema {}: this one and {}",
                         quoted_excerpt(version->first), version->second));
    }
  }

 private:
  static void report(FileResult& result, SourceLocation where, std::string message) {
    result.migration.reset();
    result.problems.insert(result.problems.begin(), {std::move(message), std::move(where)});
  }

  std::map<std::string, std::string> stems_;
  std::map<std::string, std::string> versions_;
};

void sort_by_file(std::vector<Problem>& problems) {
  std::stable_sort(problems.begin(), problems.end(), [](const Problem& a, const Problem& b) {
    return natural_less(a.where.file, b.where.file);
  });
}

}  // namespace

bool natural_less(std::string_view a, std::string_view b) {
  const int order = compare_natural(a, b);
  // 007 and 7 are one number; the bytes decide, so that the order is total.
  return order != 0 ? order < 0 : a < b;
}

std::vector<FileNow> files_now(const std::string& directory, const std::string& name) {
  std::vector<FileNow> out;
  for (const char* extension : {".yaml", ".yml", ".json"}) {
    const fs::path file = fs::path(directory) / (name + extension);
    std::error_code ignored;
    if (!fs::is_regular_file(file, ignored)) continue;
    std::ifstream stream(file, std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(stream), {});
    out.push_back({printable(file.string()), stream.is_open() ? file_hash(text) : ""});
  }
  return out;
}

ReadResult read_folder(const std::string& directory, const ReadOptions& options) {
  Folder folder = list_folder(directory);
  ReadResult result;
  result.problems = std::move(folder.problems);
  NameCheck names;
  for (const std::string& file : folder.files) {
    FileResult read = read_path(file, options);
    names.add(file, read);
    std::move(read.problems.begin(), read.problems.end(), std::back_inserter(result.problems));
    if (read.migration) result.migrations.push_back(std::move(*read.migration));
  }
  sort_by_file(result.problems);
  return result;
}

}  // namespace segue::parse
