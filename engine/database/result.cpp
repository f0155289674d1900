#include <charconv>

#include <fmt/format.h>

#include "engine/database/database.hpp"

namespace segue::database {

namespace {

const std::optional<std::string>& value_at(const Result& result, std::size_t row,
                                           std::size_t column) {
  if (row >= result.rows.size() || column >= result.rows[row].size()) {
    throw Error(ErrorKind::bug, fmt::format("Row {}, column {} is outside of a result of {} rows.",
                                            row, column, result.rows.size()));
  }
  return result.rows[row][column];
}

}  // namespace

const std::string& Result::text(std::size_t row, std::size_t column) const {
  static const std::string none;
  const std::optional<std::string>& value = value_at(*this, row, column);
  return value ? *value : none;
}

bool Result::is_null(std::size_t row, std::size_t column) const {
  return !value_at(*this, row, column).has_value();
}

std::int64_t Result::integer(std::size_t row, std::size_t column) const {
  const std::string& value = text(row, column);
  std::int64_t number = 0;
  const char* end = value.data() + value.size();
  const auto [stop, failure] = std::from_chars(value.data(), end, number);
  if (failure != std::errc() || stop != end) {
    throw Error(ErrorKind::bug, fmt::format("\"{}\" is not an integer.", value));
  }
  return number;
}

bool Result::boolean(std::size_t row, std::size_t column) const {
  const std::string& value = text(row, column);
  return value == "t" || value == "true" || value == "1";
}

}  // namespace segue::database
