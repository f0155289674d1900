#include <algorithm>
#include <array>
#include <cctype>

#include "segue/settings.hpp"

// Masking errs on the side of hiding: a password with an unescaped '@' or '/' is hidden whole, even
// though libpq would not accept it.

namespace segue {
namespace {

constexpr std::string_view mask = "***";
constexpr std::array<std::string_view, 2> secret_keys{"password", "sslpassword"};

bool is_secret_key(std::string_view key) {
  std::string lower;
  for (char byte : key) lower += static_cast<char>(std::tolower(static_cast<unsigned char>(byte)));
  return std::find(secret_keys.begin(), secret_keys.end(), lower) != secret_keys.end();
}

// user:password@ between "://" and the last '@' before the query.
std::string masked_user_info(std::string_view authority) {
  const std::size_t at = authority.rfind('@');
  if (at == std::string_view::npos) return std::string{authority};
  const std::size_t colon = authority.substr(0, at).find(':');
  if (colon == std::string_view::npos) return std::string{authority};
  std::string out{authority.substr(0, colon + 1)};
  out += mask;
  out += authority.substr(at);
  return out;
}

std::string masked_query(std::string_view query) {
  std::string out;
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    const std::size_t equals = pair.find('=');
    if (equals != std::string_view::npos && is_secret_key(pair.substr(0, equals))) {
      out += pair.substr(0, equals + 1);
      out += mask;
    } else {
      out += pair;
    }
    if (end == query.size()) break;
    out += '&';
    query.remove_prefix(end + 1);
  }
  return out;
}

std::string masked_uri(std::string_view url, std::size_t authority) {
  const std::size_t question = std::min(url.find('?', authority), url.size());
  std::string out{url.substr(0, authority)};
  out += masked_user_info(url.substr(authority, question - authority));
  if (question < url.size()) out += "?" + masked_query(url.substr(question + 1));
  return out;
}

// Where the value that starts at `start` ends: after its closing quote, or at the next space.
std::size_t value_end(std::string_view text, std::size_t start) {
  if (start < text.size() && text[start] == '\'') {
    for (std::size_t i = start + 1; i < text.size(); ++i) {
      if (text[i] == '\\') {
        ++i;
      } else if (text[i] == '\'') {
        return i + 1;
      }
    }
    return text.size();
  }
  for (std::size_t i = start; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == ' ') {
      return i;
    }
  }
  return text.size();
}

// key = value pairs of libpq, spaces around '=' allowed.
std::string masked_keywords(std::string_view text) {
  std::string out;
  std::size_t i = 0;
  while (i < text.size()) {
    const std::size_t equals = text.find('=', i);
    if (equals == std::string_view::npos) break;
    std::string_view key = text.substr(i, equals - i);
    while (key.starts_with(' ')) key.remove_prefix(1);
    while (key.ends_with(' ')) key.remove_suffix(1);
    std::size_t start = text.find_first_not_of(' ', equals + 1);
    start = std::min(start, text.size());
    const std::size_t end = value_end(text, start);
    out += text.substr(i, start - i);
    out += is_secret_key(key) ? mask : text.substr(start, end - start);
    i = end;
  }
  return out + std::string{text.substr(i)};
}

}  // namespace

std::string masked_url(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme != std::string_view::npos) return masked_uri(url, scheme + 3);
  if (url.find('=') != std::string_view::npos) return masked_keywords(url);
  return std::string{url};
}

}  // namespace segue
