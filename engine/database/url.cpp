// The rules go from the certain to the likely: a scheme, then a foreign scheme (refused with a
// hint), then a libpq keyword, then a file name's ending. A plain word is no database: it would
// create a file.

#include "engine/database/url.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "engine/database/database.hpp"

namespace segue::database {

namespace {

constexpr std::array<std::string_view, 12> libpq_keywords = {
    "host", "hostaddr", "port", "dbname", "user", "password",
    "service", "passfile", "sslmode", "options", "connect_timeout", "target_session_attrs"};

bool is_keyword_string(std::string_view url) {
  const std::size_t begin = url.find_first_not_of(" \t\n");
  const std::size_t equals = url.find('=');
  if (begin == std::string_view::npos || equals == std::string_view::npos) return false;
  std::string_view word = url.substr(begin, equals - begin);
  while (!word.empty() && word.back() == ' ') word.remove_suffix(1);
  return std::find(libpq_keywords.begin(), libpq_keywords.end(), word) != libpq_keywords.end();
}

bool is_sqlite_file_name(std::string_view url) {
  return url.ends_with(".db") || url.ends_with(".sqlite") || url.ends_with(".sqlite3");
}

/// What to write instead of a form that other tools read.
std::string hint_for(std::string_view url) {
  if (url.empty()) {
    return "no database is named; write postgresql://USER@HOST/DATABASE or sqlite:PATH";
  }
  if (url.starts_with("jdbc:sqlite:")) return "write sqlite:PATH instead of jdbc:sqlite:PATH";
  if (url.starts_with("jdbc:")) {
    return "this is a JDBC URL; leave out jdbc: and write "
           "postgresql://USER:PASSWORD@HOST:PORT/DATABASE";
  }
  const std::size_t plus = url.find('+');
  if (const std::size_t scheme = url.find("://");
      plus < scheme && scheme != std::string_view::npos) {
    return fmt::format("this names a driver; write {}:// instead of {}://", url.substr(0, plus),
                       url.substr(0, scheme));
  }
  if (url.starts_with("file:")) return "write sqlite:PATH instead of file:PATH";
  return "write postgresql://USER@HOST/DATABASE, libpq keywords, sqlite:PATH, or a path that ends "
         "in .db, .sqlite or .sqlite3";
}

bool is_unreserved(unsigned char c) {
  return std::isalnum(c) != 0 || c == '/' || c == '-' || c == '_' || c == '.' || c == '~';
}

bool has_password(std::string_view url) {
  const std::size_t at = url.rfind('@');
  const std::size_t scheme = url.find("://");
  const std::size_t start = scheme == std::string_view::npos ? 0 : scheme + 3;
  const bool in_authority = at != std::string_view::npos && url.find(':', start) < at;
  return in_authority || url.find("password") != std::string_view::npos;
}

}  // namespace

std::optional<Kind> kind_of_url(std::string_view url, std::string* hint) {
  if (url.starts_with("postgresql://") || url.starts_with("postgres://")) return Kind::postgres;
  if (url.starts_with("sqlite:")) return Kind::sqlite;
  if (!url.starts_with("jdbc:") && !url.starts_with("file:")) {
    if (is_keyword_string(url)) return Kind::postgres;
    if (url.find("://") == std::string_view::npos && is_sqlite_file_name(url)) return Kind::sqlite;
  }
  if (hint != nullptr) *hint = hint_for(url);
  return std::nullopt;
}

std::string sqlite_path(std::string_view url) {
  if (url.starts_with("sqlite://")) return std::string(url.substr(9));
  if (url.starts_with("sqlite:")) return std::string(url.substr(7));
  return std::string(url);
}

std::string sqlite_uri(std::string_view path, std::string_view query) {
  std::string uri = path.starts_with('/') ? "file://" : "file:";
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_unreserved(byte)) {
      uri += c;
    } else {
      uri += fmt::format("%{:02X}", byte);
    }
  }
  return query.empty() ? uri : fmt::format("{}?{}", uri, query);
}

std::string without_secrets(std::string_view text, std::string_view url) {
  if (!has_password(url)) return std::string(text);
  std::string result;
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') {
      result += quoted ? "…\"" : "\"";
      quoted = !quoted;
    } else if (!quoted) {
      result += c;
    }
  }
  return result;
}

#ifdef SEGUE_TEST_HOOKS
namespace {
Opener& opener() {
  static Opener instance;
  return instance;
}
}  // namespace

void set_opener(Opener instance) { opener() = std::move(instance); }
#endif

std::unique_ptr<Database> open(const Options& options) {
#ifdef SEGUE_TEST_HOOKS
  if (opener()) return opener()(options);
#endif
  std::string hint;
  const std::optional<Kind> kind = kind_of_url(options.url, &hint);
  if (!kind) {
    throw Error(ErrorKind::invalid_input, "The database's URL has no form that is known here.",
                {.next = hint});
  }
  return *kind == Kind::postgres ? open_postgres(options) : open_sqlite(options);
}

std::unique_ptr<Database> open_scratch(const Database& like) {
  switch (like.kind()) {
    case Kind::postgres:
      break;
    case Kind::sqlite:
      return open_sqlite({.url = ":memory:"});
  }
  throw Error(ErrorKind::bug, "A server's database has no twin in memory.");
}

}  // namespace segue::database
