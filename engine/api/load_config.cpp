#include "segue/load_config.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <fstream>
#include <optional>
#include <sstream>
#include <vector>

#include "engine/parse/settings_reader.hpp"
#include "segue/settings.hpp"

// Sources are applied from the weakest to the strongest, each overwriting the one before, so that
// the order of this file is the order of precedence read backwards.

namespace segue {
namespace {

using parse::SettingEntry;
using parse::SettingsFile;

std::optional<std::string> variable(const ConfigSources& sources, const std::string& name) {
  const auto found = sources.environment.find(name);
  if (found == sources.environment.end() || found->second.empty()) return std::nullopt;
  return found->second;
}

class Loader {
 public:
  explicit Loader(const ConfigSources& sources) : sources_(sources) {}

  Config load() {
    const std::filesystem::path user = user_file();
    const std::filesystem::path project =
        sources_.file.empty() ? std::filesystem::path{"segue.yaml"} : sources_.file;
    apply_files(read(user, false), user, read(project, !sources_.file.empty()), project);
    apply_environment();
    for (const auto& [name, text] : sources_.flags) {
      const SettingInfo* info = find_setting(name);
      set(name, text, {}, fmt::format("flag {}", info == nullptr ? name : info->flag));
    }
    if (!problems_.empty()) {
      throw Error(ErrorKind::invalid_input, "The settings are not valid.", {.problems = problems_});
    }
    return config_;
  }

 private:
  std::filesystem::path user_file() const {
    if (!sources_.user_file.empty()) return sources_.user_file;
    if (const auto base = variable(sources_, "XDG_CONFIG_HOME")) {
      return std::filesystem::path{*base} / "segue" / "segue.yaml";
    }
    const auto home = variable(sources_, "HOME");
    if (!home) return {};
    return std::filesystem::path{*home} / ".config" / "segue" / "segue.yaml";
  }

  SettingsFile read(const std::filesystem::path& path, bool must_exist) {
    std::error_code ignored;
    if (path.empty()) return {};
    if (!std::filesystem::exists(path, ignored)) {
      if (must_exist) problems_.push_back({"there is no such settings file", {path.string()}});
      return {};
    }
    std::ifstream stream{path, std::ios::binary};
    std::ostringstream text;
    if (!stream ||
        !(text << stream.rdbuf() || stream.peek() == std::ifstream::traits_type::eof())) {
      problems_.push_back({"the settings file cannot be read", {path.string()}});
      return {};
    }
    SettingsFile file = parse::read_settings(path.string(), text.str());
    problems_.insert(problems_.end(), file.problems.begin(), file.problems.end());
    return file;
  }

  void apply_files(const SettingsFile& user, const std::filesystem::path& user_path,
                   const SettingsFile& project, const std::filesystem::path& project_path) {
    std::string name = sources_.environment_name;
    if (name.empty()) name = variable(sources_, "SEGUE_ENV").value_or("");
    apply(user.entries, user_path);
    const bool in_user = apply_named(user, name, user_path);
    apply(project.entries, project_path);
    const bool in_project = apply_named(project, name, project_path);
    if (!name.empty() && !in_user && !in_project) {
      problems_.push_back(
          {fmt::format("there is no environment \"{}\"", name), {project_path.string()}});
    }
  }

  bool apply_named(const SettingsFile& file, const std::string& name,
                   const std::filesystem::path& path) {
    const auto found = file.environments.find(name);
    if (name.empty() || found == file.environments.end()) return false;
    apply(found->second, path);
    return true;
  }

  void apply(const std::vector<SettingEntry>& entries, const std::filesystem::path& path) {
    for (const SettingEntry& entry : entries) {
      const std::string origin = fmt::format("{}:{}", path.string(), entry.where.line);
      std::string text = entry.text;
      if (entry.name == "dir" && !text.empty()) {
        text = (path.parent_path() / text).lexically_normal().string();
      }
      set(entry.name, text, entry.where, origin);
    }
  }

  void apply_environment() {
    if (const auto url = variable(sources_, "DATABASE_URL")) {
      set("database", *url, {}, "environment DATABASE_URL");
    }
    for (const SettingInfo& info : all_settings()) {
      const auto text = variable(sources_, info.environment);
      if (text) set(info.name, *text, {}, "environment " + info.environment);
    }
  }

  void set(const std::string& name, const std::string& text, const SourceLocation& where,
           const std::string& origin) {
    const std::optional<std::string> problem = set_setting(config_, name, text);
    if (!problem) {
      config_.origins[name] = origin;
      return;
    }
    const std::string prefix = where.file.empty() ? origin + ": " : "";
    problems_.push_back({prefix + *problem, where});
  }

  const ConfigSources& sources_;
  Config config_;
  std::vector<Problem> problems_;
};

}  // namespace

Config load_config(const ConfigSources& sources) { return Loader(sources).load(); }

std::map<std::string, std::string> process_environment() {
  std::map<std::string, std::string> out;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    out.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return out;
}

}  // namespace segue
