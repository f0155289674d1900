#include "engine/catalog/rows.hpp"

#include <algorithm>
#include <cassert>

#include "engine/core/identifier.hpp"

namespace segue::catalog {

std::vector<std::string> array_elements(std::string_view text) {
  std::vector<std::string> elements;
  if (text.size() < 2 || text.front() != '{' || text == "{}") return elements;
  std::string element;
  bool quoted = false;      // inside of quotes
  bool was_quoted = false;  // "NULL" is a name, NULL is none
  for (std::size_t i = 1; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\' && i + 1 < text.size()) {
      element += text[++i];
    } else if (c == '"') {
      quoted = !quoted;
      was_quoted = true;
    } else if (!quoted && (c == ',' || c == '}')) {
      elements.push_back(!was_quoted && element == "NULL" ? std::string() : element);
      element.clear();
      was_quoted = false;
    } else {
      element += c;
    }
  }
  return elements;
}

std::size_t Row::place(std::string_view column) const {
  const auto& columns = result_->columns;
  const auto found = std::find(columns.begin(), columns.end(), column);
  assert(found != columns.end());
  return static_cast<std::size_t>(found - columns.begin());
}

const std::string& Row::text(std::string_view column) const {
  return result_->text(index_, place(column));
}

bool Row::is_absent(std::string_view column) const {
  return result_->is_null(index_, place(column));
}

std::optional<std::string> Row::optional_text(std::string_view column) const {
  if (is_absent(column)) return std::nullopt;
  return text(column);
}

std::int64_t Row::integer(std::string_view column) const {
  return result_->integer(index_, place(column));
}

bool Row::boolean(std::string_view column) const {
  const std::size_t at = place(column);
  return !result_->is_null(index_, at) && result_->boolean(index_, at);
}

char Row::character(std::string_view column, char otherwise) const {
  const std::string& value = text(column);
  return value.empty() ? otherwise : value[0];
}

std::vector<std::string> Row::list(std::string_view column) const {
  return array_elements(text(column));
}

std::set<std::string> Row::set(std::string_view column) const {
  const std::vector<std::string> elements = list(column);
  return {elements.begin(), elements.end()};
}

std::string Row::qualified(std::string_view schema, std::string_view name) const {
  if (text(name).empty()) return {};
  return QualifiedName{text(schema), text(name)}.quoted();
}

void for_each_row(const database::Result& result, const std::function<void(const Row&)>& use) {
  for (std::size_t i = 0; i < result.rows.size(); ++i) use(Row(result, i));
}

}  // namespace segue::catalog
