#include "engine/parse/settings_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "engine/parse/document.hpp"

namespace segue::parse {
namespace {

constexpr std::size_t settings_bytes_max = 1U << 20U;
constexpr std::size_t settings_nesting_max = 8;

// Walks one map of settings into a list, with the dotted prefix of the maps around it.
class Flattener {
 public:
  Flattener(FileProblems& problems, std::vector<SettingEntry>& entries)
      : problems_(problems), entries_(entries) {}

  void add_map(const Node& map, const std::string& prefix, std::string_view except = {}) {
    for (const Entry& entry : map.entries) {
      if (prefix.empty() && !except.empty() && entry.key == except) continue;
      add_value(entry, prefix.empty() ? entry.key : prefix + "." + entry.key);
    }
  }

 private:
  void add_value(const Entry& entry, const std::string& name) {
    switch (entry.value.shape) {
      case Node::Shape::map: add_map(entry.value, name); return;
      case Node::Shape::scalar: add_text(entry, name); return;
      case Node::Shape::null:
        problems_.add(entry.where, fmt::format("{} has no value", quoted_excerpt(name)));
        return;
      case Node::Shape::list:
        problems_.add(entry.where,
                      fmt::format("{} takes one value, not a list", quoted_excerpt(name)));
        return;
    }
  }

  void add_text(const Entry& entry, const std::string& name) {
    if (!seen_.insert(name).second) {
      problems_.add(entry.where, fmt::format("{} is given twice", quoted_excerpt(name)));
      return;
    }
    entries_.push_back({name, entry.value.text, problems_.at(entry.value.where)});
  }

  FileProblems& problems_;
  std::vector<SettingEntry>& entries_;
  std::set<std::string> seen_;
};

void add_environments(const Entry& environments, FileProblems& problems, SettingsFile& out) {
  if (environments.value.shape != Node::Shape::map) {
    problems.add(environments.where, "\"environments\" takes a map from names to settings");
    return;
  }
  for (const Entry& entry : environments.value.entries) {
    if (entry.value.shape != Node::Shape::map && entry.value.shape != Node::Shape::null) {
      problems.add(entry.where, fmt::format("environment {} takes a map of settings",
                                            quoted_excerpt(entry.key)));
      continue;
    }
    if (out.environments.contains(entry.key)) {
      problems.add(entry.where,
                   fmt::format("environment {} is given twice", quoted_excerpt(entry.key)));
      continue;
    }
    Flattener(problems, out.environments[entry.key]).add_map(entry.value, "");
  }
}

void add_root(const Node& root, FileProblems& problems, SettingsFile& out) {
  if (root.shape == Node::Shape::null) return;
  if (root.shape != Node::Shape::map) {
    problems.add(root.where, "a settings file is a map from names to values");
    return;
  }
  Flattener(problems, out.entries).add_map(root, "", "environments");
  bool has_environments = false;
  for (const Entry& entry : root.entries) {
    if (entry.key != "environments") continue;
    if (has_environments) problems.add(entry.where, "\"environments\" is given twice");
    if (!has_environments) add_environments(entry, problems, out);
    has_environments = true;
  }
}

// Only comments and blank lines: nothing for the reader of documents, which wants a value.
bool is_blank(std::string_view text) {
  bool is_comment = false;
  return std::all_of(text.begin(), text.end(), [&is_comment](char byte) {
    if (byte == '\n') is_comment = false;
    if (byte == '#') is_comment = true;
    return is_comment || byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
  });
}

}  // namespace

SettingsFile read_settings(const std::string& file, std::string_view text) {
  SettingsFile out;
  FileProblems problems{file};
  const ReadOptions options{.file_bytes_max = settings_bytes_max,
                            .nesting_max = settings_nesting_max};
  if (!is_blank(text)) {
    const SourceText source{text};
    const FileContext context{source, options, problems};
    if (const std::optional<Node> root = read_document(context, false)) {
      add_root(*root, problems, out);
    }
  }
  out.problems = problems.take_sorted();
  return out;
}

}  // namespace segue::parse
