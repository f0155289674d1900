#include "engine/api/setting_forms.hpp"

#include <fmt/format.h>

#include <charconv>
#include <limits>

namespace segue::api {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t factor;
};

// From the largest to the smallest, so that writing takes the first that divides.
constexpr std::array<Unit, 5> duration_units{
    {{"d", 86'400'000}, {"h", 3'600'000}, {"min", 60'000}, {"s", 1000}, {"ms", 1}}};
constexpr std::array<Unit, 3> size_units{
    {{"GiB", 1LL << 30}, {"MiB", 1LL << 20}, {"KiB", 1LL << 10}}};

struct Amount {
  std::int64_t number = 0;
  std::string_view unit;
};

// Digits and the unit after them, with spaces allowed between.
std::optional<Amount> read_amount(std::string_view text) {
  Amount amount;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, amount.number);
  if (error != std::errc{} || amount.number < 0) return std::nullopt;
  amount.unit = {rest, static_cast<std::size_t>(end - rest)};
  while (amount.unit.starts_with(' ')) amount.unit.remove_prefix(1);
  return amount;
}

template <std::size_t count>
std::optional<std::int64_t> scaled(const Amount& amount, const std::array<Unit, count>& units) {
  for (const Unit& unit : units) {
    if (unit.name != amount.unit) continue;
    if (amount.number > std::numeric_limits<std::int64_t>::max() / unit.factor) return std::nullopt;
    return amount.number * unit.factor;
  }
  return std::nullopt;
}

template <std::size_t count>
std::string written(std::int64_t value, const std::array<Unit, count>& units) {
  for (const Unit& unit : units) {
    if (value != 0 && value % unit.factor == 0) {
      return fmt::format("{}{}", value / unit.factor, unit.name);
    }
  }
  return fmt::format("{}", value);
}

}  // namespace

std::optional<std::chrono::milliseconds> read_duration(std::string_view text) {
  const auto amount = read_amount(text);
  if (!amount) return std::nullopt;
  if (amount->unit.empty() && amount->number == 0) return std::chrono::milliseconds{0};
  const auto ms = scaled(*amount, duration_units);
  if (!ms) return std::nullopt;
  return std::chrono::milliseconds{*ms};
}

std::string write_duration(std::chrono::milliseconds duration) {
  return written(duration.count(), duration_units);
}

std::optional<std::int64_t> read_size(std::string_view text) {
  const auto amount = read_amount(text);
  if (!amount) return std::nullopt;
  if (amount->unit.empty() || amount->unit == "B") return amount->number;
  return scaled(*amount, size_units);
}

std::string write_size(std::int64_t bytes) { return written(bytes, size_units); }

std::optional<std::int64_t> read_integer(std::string_view text) {
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || rest != end) return std::nullopt;
  return value;
}

std::optional<bool> read_switch(std::string_view text) {
  if (text == "on" || text == "true" || text == "yes") return true;
  if (text == "off" || text == "false" || text == "no") return false;
  return std::nullopt;
}

std::optional<int> read_sqlite_version(std::string_view text) {
  std::array<int, 3> parts{};
  std::size_t count = 0;
  while (count < parts.size()) {
    const std::size_t dot = std::min(text.find('.'), text.size());
    const auto part = read_integer(text.substr(0, dot));
    if (!part || *part < 0 || *part > 999) return std::nullopt;
    parts.at(count++) = static_cast<int>(*part);
    if (dot == text.size()) break;
    text.remove_prefix(dot + 1);
    if (count == parts.size()) return std::nullopt;
  }
  if (count < 2 || parts[0] != 3) return std::nullopt;
  return parts[0] * 1'000'000 + parts[1] * 1000 + parts[2];
}

std::string write_sqlite_version(int number) {
  const int patch = number % 1000;
  const std::string head = fmt::format("{}.{}", number / 1'000'000, number / 1000 % 1000);
  return patch == 0 ? head : fmt::format("{}.{}", head, patch);
}

}  // namespace segue::api
