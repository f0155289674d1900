#include "engine/database/postgres_errors.hpp"

#include <algorithm>
#include <array>

namespace segue::database {

namespace {

struct Mapping {
  std::string_view prefix;  // a class of two characters or a whole SQLSTATE
  ErrorKind kind;
};

// The first prefix that fits decides: whole codes stand before their class.
constexpr std::array mappings = {
    Mapping{"55P03", ErrorKind::lock_timeout},    Mapping{"55006", ErrorKind::lock_timeout},
    Mapping{"57014", ErrorKind::resource},        Mapping{"40P01", ErrorKind::deadlock},
    Mapping{"40", ErrorKind::serialization},      Mapping{"08", ErrorKind::connection_lost},
    Mapping{"57P01", ErrorKind::connection_lost}, Mapping{"57P02", ErrorKind::connection_lost},
    Mapping{"57P03", ErrorKind::connection_lost}, Mapping{"57P05", ErrorKind::connection_lost},
    Mapping{"25P03", ErrorKind::connection_lost}, Mapping{"25P04", ErrorKind::connection_lost},
    Mapping{"28", ErrorKind::privilege},          Mapping{"42501", ErrorKind::privilege},
    Mapping{"25006", ErrorKind::privilege},
    Mapping{"53", ErrorKind::resource},           Mapping{"54", ErrorKind::resource},
    Mapping{"58", ErrorKind::resource},           Mapping{"22", ErrorKind::conflict},
    Mapping{"23", ErrorKind::conflict},           Mapping{"44", ErrorKind::conflict},
    Mapping{"42", ErrorKind::invalid_input},      Mapping{"26", ErrorKind::invalid_input},
    Mapping{"34", ErrorKind::invalid_input},      Mapping{"3D", ErrorKind::invalid_input},
    Mapping{"3F", ErrorKind::invalid_input},      Mapping{"0A", ErrorKind::invalid_input},
    Mapping{"2B", ErrorKind::invalid_input},      Mapping{"55", ErrorKind::invalid_input},
    Mapping{"P0", ErrorKind::invalid_input},      Mapping{"XX001", ErrorKind::refused},
    Mapping{"XX002", ErrorKind::refused},
};

}  // namespace

ErrorKind kind_of_sqlstate(std::string_view sqlstate, bool asked) {
  if (asked && sqlstate == "57014") return ErrorKind::cancelled;
  const auto found = std::find_if(mappings.begin(), mappings.end(), [&](const Mapping& mapping) {
    return sqlstate.starts_with(mapping.prefix);
  });
  return found == mappings.end() ? ErrorKind::bug : found->kind;
}

std::string plain_message(std::string_view message) {
  while (!message.empty() && (message.back() == '\n' || message.back() == ' ')) {
    message.remove_suffix(1);
  }
  // "ERROR:  text"; the severity is translated, the two spaces are not.
  const std::size_t colon = message.find(":  ");
  if (colon != std::string_view::npos && colon < message.find_first_of(" \n")) {
    message.remove_prefix(colon + 3);
  }
  return std::string(message);
}

}  // namespace segue::database
