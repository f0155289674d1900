#pragma once
// Names in SQL text. A name enters a statement only as an Identifier or a QualifiedName, which quote
// themselves; both databases read the same double-quoted form.

#include <fmt/format.h>

#include <compare>
#include <string>
#include <string_view>

namespace segue {

/// One name, unquoted as the catalogue keeps it.
class Identifier {
 public:
  Identifier() = default;
  explicit Identifier(std::string name) : name_(std::move(name)) {}

  [[nodiscard]] const std::string& name() const { return name_; }
  /// Always double-quoted, inner quotes doubled.
  [[nodiscard]] std::string quoted() const;

  friend auto operator<=>(const Identifier&, const Identifier&) = default;

 private:
  std::string name_;
};

/// A name with its schema; the schema is empty on SQLite.
struct QualifiedName {
  std::string schema;
  std::string name;

  [[nodiscard]] std::string quoted() const;
  /// `schema.name` without quotes, for people.
  [[nodiscard]] std::string plain() const;

  friend auto operator<=>(const QualifiedName&, const QualifiedName&) = default;
};

/// Shortens `name` to at most `bytes` bytes of UTF-8, at a character boundary, ending in '_' and eight
/// hexadecimal digits of its hash when it had to be cut, so that two long names stay different.
[[nodiscard]] std::string shortened(std::string_view name, std::size_t bytes = 63);

/// A string literal of standard SQL: quoted, inner quotes doubled; on PostgreSQL valid under
/// standard_conforming_strings = on, which our sessions set.
[[nodiscard]] std::string literal(std::string_view text);

}  // namespace segue

template <>
struct fmt::formatter<segue::Identifier> : fmt::formatter<std::string_view> {
  auto format(const segue::Identifier& id, format_context& ctx) const {
    return fmt::formatter<std::string_view>::format(id.quoted(), ctx);
  }
};
template <>
struct fmt::formatter<segue::QualifiedName> : fmt::formatter<std::string_view> {
  auto format(const segue::QualifiedName& id, format_context& ctx) const {
    return fmt::formatter<std::string_view>::format(id.quoted(), ctx);
  }
};
