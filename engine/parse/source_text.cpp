#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "engine/parse/document.hpp"

// Bytes, characters and places of a file's text. Columns count characters, because that is what
// editors show and what libpg_query reports; offsets count bytes, because that is what parsers
// report.

namespace segue::parse {
namespace {

constexpr std::size_t problems_max = 1000;
constexpr std::size_t excerpt_bytes_max = 60;

// A file may be one line of megabytes, so characters are counted once, per block, and not per
// place.
constexpr std::size_t block_bytes = 256;

unsigned byte_at(std::string_view text, std::size_t i) {
  return static_cast<unsigned char>(text[i]);
}

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

std::size_t count_characters(std::string_view text) {
  const auto is_start = [](char c) { return !is_continuation(c); };
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), is_start));
}

// The bytes in which `count` characters of `text` stand, at most all of them.
std::size_t bytes_of_characters(std::string_view text, int count) {
  std::size_t i = 0;
  for (; i < text.size(); ++i) {
    if (!is_continuation(text[i]) && count-- == 0) break;
  }
  return i;
}

bool is_text_control(char c) { return c == '\t' || c == '\n' || c == '\r'; }

}  // namespace

std::size_t character_bytes(std::string_view text) {
  if (text.empty()) return 0;
  const unsigned first = byte_at(text, 0);
  if (first < 0x80) return 1;
  const std::size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < size) return 0;
  for (std::size_t i = 1; i < size; ++i) {
    if (!is_continuation(text[i])) return 0;
  }
  const unsigned second = byte_at(text, 1);
  const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  const bool surrogate = first == 0xED && second >= 0xA0;
  const bool too_large = first == 0xF4 && second >= 0x90;
  return overlong || surrogate || too_large ? 0 : size;
}

std::optional<std::size_t> find_unreadable(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    if (byte_at(text, i) < 0x20 && !is_text_control(text[i])) return i;
    const std::size_t size = character_bytes(text.substr(i));
    if (size == 0) return i;
    i += size;
  }
  return std::nullopt;
}

SourceText::SourceText(std::string_view text) : text_(text), line_starts_{0} {
  std::size_t characters = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i % block_bytes == 0) characters_before_.push_back(characters);
    if (!is_continuation(text[i])) ++characters;
    if (text[i] == '\n') line_starts_.push_back(i + 1);
  }
  if (text.size() % block_bytes == 0) characters_before_.push_back(characters);
}

std::size_t SourceText::characters_until(std::size_t offset) const {
  const std::size_t block = offset / block_bytes;
  const std::size_t start = block * block_bytes;
  return characters_before_[block] + count_characters(text_.substr(start, offset - start));
}

Place SourceText::place_at(std::size_t offset) const {
  const std::size_t at = std::min(offset, text_.size());
  const auto next = std::upper_bound(line_starts_.begin(), line_starts_.end(), at);
  const std::size_t start = *std::prev(next);
  const std::size_t column = characters_until(at) - characters_until(start) + 1;
  return {static_cast<int>(next - line_starts_.begin()), static_cast<int>(column)};
}

std::size_t SourceText::offset_of(Place place) const {
  const auto index = static_cast<std::size_t>(std::max(place.line, 1) - 1);
  if (index >= line_starts_.size()) return text_.size();
  const std::size_t start = line_starts_[index];
  return start + bytes_of_characters(text_.substr(start), std::max(place.column, 1) - 1);
}

Place SourceText::place_in(const Node& scalar, std::size_t offset) const {
  const std::string_view wanted = std::string_view(scalar.text).substr(0, offset);
  Place line = scalar.text_where;
  for (std::size_t from = 0;;) {
    const std::size_t end = std::min(wanted.find('\n', from), wanted.size());
    const std::string_view part = wanted.substr(from, end - from);
    const std::size_t start = offset_of(line);
    // The file may say it in other bytes: escapes, folded lines. Then no exact place is known.
    if (text_.substr(start, part.size()) != part) return scalar.text_where;
    if (end == wanted.size()) return place_at(start + part.size());
    from = end + 1;
    ++line.line;
  }
}

void FileProblems::add(Place where, std::string message) {
  if (problems_.size() > problems_max) return;
  if (problems_.size() == problems_max) {
    where = {std::numeric_limits<int>::max(), 0};  // sorts last; take_sorted clears it
    message = "this file has more problems than are shown";
  }
  problems_.push_back({std::move(message), at(where)});
}

std::vector<Problem> FileProblems::take_sorted() {
  std::stable_sort(problems_.begin(), problems_.end(), [](const Problem& a, const Problem& b) {
    return std::pair(a.where.line, a.where.column) < std::pair(b.where.line, b.where.column);
  });
  if (problems_.size() > problems_max) problems_.back().where.line = 0;
  return std::move(problems_);
}

std::string quoted_excerpt(std::string_view text) {
  std::string out = "\"";
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t size = character_bytes(text.substr(i));
    if (i + size > excerpt_bytes_max) return out + "…\"";
    const bool is_plain = size > 0 && byte_at(text, i) >= 0x20;
    out += is_plain ? std::string(text.substr(i, size)) : std::string(size > 0 ? " " : "?");
    i += std::max<std::size_t>(size, 1);
  }
  return out + "\"";
}

}  // namespace segue::parse
