#pragma once
// segue.yaml → names and texts of settings, with their places. Knows the shape of the file and no
// setting: maps nest (`sqlite: {wal_limit: 64MiB}` is `sqlite.wal_limit`), `environments:` holds
// such maps by name. Strict like the reader of migrations: every problem of the file is collected.
// Reads no file itself; any thread.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "segue/error.hpp"

namespace segue::parse {

/// A setting as the file has it: the dotted name and the scalar as typed.
struct SettingEntry {
  std::string name;
  std::string text;
  SourceLocation where;
};

struct SettingsFile {
  std::vector<SettingEntry> entries;
  std::map<std::string, std::vector<SettingEntry>> environments;
  std::vector<Problem> problems;
};

/// An empty file is one without settings.
[[nodiscard]] SettingsFile read_settings(const std::string& file, std::string_view text);

}  // namespace segue::parse
