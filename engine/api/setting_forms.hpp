#pragma once
// The text forms of settings: how a duration, a size, a number, a choice is written and read. Each
// form has `name` (for help), `read` (text → value, or nothing) and `write`. Pure; any thread.

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace segue::api {

/// Whole milliseconds of `200ms`, `10s`, `5min`, `2h`, `7d`, `0`; nothing for other text or
/// overflow.
[[nodiscard]] std::optional<std::chrono::milliseconds> read_duration(std::string_view text);
/// In the largest unit that divides it.
[[nodiscard]] std::string write_duration(std::chrono::milliseconds duration);

/// Bytes of `1048576`, `64KiB`, `64MiB`, `2GiB`.
[[nodiscard]] std::optional<std::int64_t> read_size(std::string_view text);
[[nodiscard]] std::string write_size(std::int64_t bytes);

[[nodiscard]] std::optional<std::int64_t> read_integer(std::string_view text);
[[nodiscard]] std::optional<bool> read_switch(std::string_view text);

/// SQLITE_VERSION_NUMBER of `3.24` or `3.24.0`.
[[nodiscard]] std::optional<int> read_sqlite_version(std::string_view text);
[[nodiscard]] std::string write_sqlite_version(int number);

struct TextForm {
  std::string name = "TEXT";
  bool may_be_empty = true;

  [[nodiscard]] std::optional<std::string> read(std::string_view text) const {
    if (text.empty() && !may_be_empty) return std::nullopt;
    return std::string{text};
  }
  [[nodiscard]] std::string write(const std::string& value) const { return value; }
};

struct PathForm {
  std::string name = "DIR";

  [[nodiscard]] std::optional<std::filesystem::path> read(std::string_view text) const {
    if (text.empty()) return std::nullopt;
    return std::filesystem::path{text};
  }
  [[nodiscard]] std::string write(const std::filesystem::path& value) const {
    return value.string();
  }
};

/// For any std::chrono duration of seconds or milliseconds; `most` keeps it within what is counted.
template <typename Duration>
struct DurationForm {
  std::chrono::milliseconds least{0};
  std::chrono::milliseconds most = std::chrono::hours{24 * 20};
  std::string name = "DURATION";

  [[nodiscard]] std::optional<Duration> read(std::string_view text) const {
    const auto value = read_duration(text);
    if (!value || *value < least || *value > most) return std::nullopt;
    return std::chrono::duration_cast<Duration>(*value);
  }
  [[nodiscard]] std::string write(Duration value) const { return write_duration(value); }
};

struct SizeForm {
  std::string name = "SIZE";

  [[nodiscard]] std::optional<std::int64_t> read(std::string_view text) const {
    const auto value = read_size(text);
    return value && *value > 0 ? value : std::nullopt;
  }
  [[nodiscard]] std::string write(std::int64_t value) const { return write_size(value); }
};

template <typename Integer>
struct NumberForm {
  std::int64_t least = 0;
  std::int64_t most = 0;
  std::string name = "NUMBER";

  [[nodiscard]] std::optional<Integer> read(std::string_view text) const {
    const auto value = read_integer(text);
    if (!value || *value < least || *value > most) return std::nullopt;
    return static_cast<Integer>(*value);
  }
  [[nodiscard]] std::string write(Integer value) const { return std::to_string(value); }
};

struct SwitchForm {
  std::string name = "on|off";

  [[nodiscard]] std::optional<bool> read(std::string_view text) const { return read_switch(text); }
  [[nodiscard]] std::string write(bool value) const { return value ? "on" : "off"; }
};

struct SqliteVersionForm {
  std::string name = "VERSION";

  [[nodiscard]] std::optional<int> read(std::string_view text) const {
    return read_sqlite_version(text);
  }
  [[nodiscard]] std::string write(int value) const { return write_sqlite_version(value); }
};

template <typename Enum>
struct ChoiceForm {
  explicit ChoiceForm(std::vector<std::pair<std::string, Enum>> values)
      : choices(std::move(values)) {
    for (const auto& [word, value] : choices) name += (name.empty() ? "" : "|") + word;
  }
  std::vector<std::pair<std::string, Enum>> choices;
  std::string name;

  [[nodiscard]] std::optional<Enum> read(std::string_view text) const {
    for (const auto& [word, value] : choices) {
      if (word == text) return value;
    }
    return std::nullopt;
  }
  [[nodiscard]] std::string write(Enum wanted) const {
    for (const auto& [word, value] : choices) {
      if (value == wanted) return word;
    }
    return "";
  }
};

}  // namespace segue::api
