#include "engine/core/identifier.hpp"

#include "engine/core/hash.hpp"
#include "engine/core/protection.hpp"

namespace segue {
namespace {

std::string doubled(std::string_view text, char quote) {
  std::string out(1, quote);
  for (char c : text) {
    out += c;
    if (c == quote) out += c;
  }
  return out += quote;
}

}  // namespace

std::string Identifier::quoted() const { return doubled(name_, '"'); }

std::string QualifiedName::quoted() const {
  if (schema.empty()) return doubled(name, '"');
  return doubled(schema, '"') + "." + doubled(name, '"');
}

std::string QualifiedName::plain() const { return schema.empty() ? name : schema + "." + name; }

std::string shortened(std::string_view name, std::size_t bytes) {
  if (name.size() <= bytes) return std::string(name);
  const std::string suffix =
      protected_by("short_names") ? "_" + sha256_hex(name).substr(0, 8) : "";
  std::size_t cut = bytes - suffix.size();
  while (cut > 0 && (static_cast<unsigned char>(name[cut]) & 0xC0U) == 0x80U) --cut;
  return std::string(name.substr(0, cut)) + suffix;
}

std::string literal(std::string_view text) { return doubled(text, '\''); }

}  // namespace segue
