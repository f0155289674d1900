#pragma once
// Reading a result by the names of its columns, and the text form of PostgreSQL's arrays.

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/database/database.hpp"

namespace segue::catalog {

/// The elements of an array of one dimension as PostgreSQL prints it: `{a,"b c",NULL}`; NULL is "".
[[nodiscard]] std::vector<std::string> array_elements(std::string_view text);

/// One row; an unknown column is our own mistake. Refers to the result, which must outlive it.
class Row {
 public:
  Row(const database::Result& result, std::size_t index) : result_(&result), index_(index) {}

  [[nodiscard]] const std::string& text(std::string_view column) const;
  [[nodiscard]] bool is_absent(std::string_view column) const;
  [[nodiscard]] std::optional<std::string> optional_text(std::string_view column) const;
  [[nodiscard]] std::int64_t integer(std::string_view column) const;
  [[nodiscard]] bool boolean(std::string_view column) const;
  /// The first character, or `otherwise` when NULL or empty.
  [[nodiscard]] char character(std::string_view column, char otherwise) const;
  [[nodiscard]] std::vector<std::string> list(std::string_view column) const;
  [[nodiscard]] std::set<std::string> set(std::string_view column) const;
  /// Schema and name in two columns, quoted; "" when the name is NULL.
  [[nodiscard]] std::string qualified(std::string_view schema, std::string_view name) const;

 private:
  [[nodiscard]] std::size_t place(std::string_view column) const;

  const database::Result* result_;
  std::size_t index_;
};

/// Calls `use` for each row in order.
void for_each_row(const database::Result& result, const std::function<void(const Row&)>& use);

}  // namespace segue::catalog
