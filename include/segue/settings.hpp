#pragma once
// The settings by name and as text: one table from which flags, environment variables, keys of
// segue.yaml, defaults and help are derived. Pure functions over a Config; any thread.
//
// Text forms: durations `200ms`, `10s`, `5min`, `2h`, `7d` (a bare 0 is allowed); sizes in bytes or
// with `KiB`, `MiB`, `GiB`; booleans `true|false|on|off|yes|no`; SQLite versions `3.24` or
// `3.24.0`.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "segue/config.hpp"
#include "segue/error.hpp"

namespace segue {

/// One setting as people meet it.
struct SettingInfo {
  std::string name = {};         ///< key in segue.yaml: "lock_budget", "sqlite.wal_limit"
  std::string flag = {};         ///< "--lock-budget", "--sqlite-wal-limit"
  std::string environment = {};  ///< "SEGUE_LOCK_BUDGET"
  std::string value = {};        ///< its form, for help: "DURATION", "SIZE", "differing|all"
  std::string help = {};         ///< one line
  std::string initial = {};      ///< the default, as text
  bool is_secret = false;        ///< its value may hold a password
};

/// All settings, in the order in which help shows them.
[[nodiscard]] const std::vector<SettingInfo>& all_settings();

/// The setting with this name, or nullptr.
[[nodiscard]] const SettingInfo* find_setting(std::string_view name);

/// Gives the setting `name` the value that `text` says. Returns what is wrong with it (an unknown
/// name, a value of another form or out of range), and then leaves `config` as it was.
[[nodiscard]] std::optional<std::string> set_setting(Config& config, std::string_view name,
                                                     std::string_view text);

/// The value as text that set_setting accepts, passwords included. Throws Error(bug) for an unknown
/// name.
[[nodiscard]] std::string setting_text(const Config& config, std::string_view name);

/// One row of `migrate config`.
struct SettingOrigin {
  std::string name = {};
  std::string value = {};   ///< secrets masked
  std::string origin = {};  ///< "default", or as in Config::origins
};

/// Every setting with its effective value and where it came from.
[[nodiscard]] std::vector<SettingOrigin> setting_origins(const Config& config);

/// A duration in the text form above; nothing for other text.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

/// The URL or keyword string with every password replaced by `***`; other text unchanged.
[[nodiscard]] std::string masked_url(std::string_view url);

}  // namespace segue
