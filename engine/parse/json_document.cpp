#include <fmt/format.h>

#include "engine/parse/document.hpp"

// JSON (RFC 8259), strictly: yaml-cpp would also accept comments, bare words and single quotes, and
// it refuses the surrogate pairs with which JSON writes characters outside of the basic plane.
// Recursive descent; the depth is bounded by nesting_max.

namespace segue::parse {
namespace {

struct StopReading {};

class JsonReader {
 public:
  explicit JsonReader(const FileContext& file) : file_(file), text_(file.source.text()) {}

  Node read() {
    skip_space();
    Node root = value(0);
    skip_space();
    if (at_ < text_.size()) stop(at_, "text after the end of the document");
    return root;
  }

 private:
  [[noreturn]] void stop(std::size_t offset, std::string_view message) {
    file_.problems.add(file_.source.place_at(offset), fmt::format("this is not JSON: {}", message));
    throw StopReading{};
  }

  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  void skip_space() {
    while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r') ++at_;
  }

  bool accept(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }

  void check_limits(std::size_t depth) {
    const bool is_container = peek() == '{' || peek() == '[';
    if (is_container && depth >= file_.options.nesting_max) {
      stop_at_limit(fmt::format("nested deeper than {} levels", file_.options.nesting_max));
    }
    if (++values_ > values_max) {
      stop_at_limit(fmt::format("the file has more than {} values", values_max));
    }
  }

  [[noreturn]] void stop_at_limit(std::string message) {
    file_.problems.add(file_.source.place_at(at_), std::move(message));
    throw StopReading{};
  }

  Node value(std::size_t depth) {
    check_limits(depth);
    Node node;
    node.where = file_.source.place_at(at_);
    node.text_where = node.where;
    if (accept('{')) {
      node.shape = Node::Shape::map;
      members(node, depth + 1);
    } else if (accept('[')) {
      node.shape = Node::Shape::list;
      elements(node, depth + 1);
    } else if (peek() == '"') {
      node.shape = Node::Shape::scalar;
      node.is_quoted = true;
      node.text = string();
      ++node.text_where.column;
    } else {
      node.text = word();
      if (node.text != "null") node.shape = Node::Shape::scalar;
    }
    return node;
  }

  void members(Node& node, std::size_t depth) {
    skip_space();
    if (accept('}')) return;
    do {
      skip_space();
      if (peek() != '"') stop(at_, "a key in double quotes is wanted here");
      Entry entry;
      entry.where = file_.source.place_at(at_);
      entry.key = string();
      skip_space();
      if (!accept(':')) stop(at_, "':' is wanted after a key");
      skip_space();
      entry.value = value(depth);
      node.entries.push_back(std::move(entry));
      skip_space();
    } while (accept(','));
    if (!accept('}')) stop(at_, "',' or '}' is wanted here");
  }

  void elements(Node& node, std::size_t depth) {
    skip_space();
    if (accept(']')) return;
    do {
      skip_space();
      node.items.push_back(value(depth));
      skip_space();
    } while (accept(','));
    if (!accept(']')) stop(at_, "',' or ']' is wanted here");
  }

  // true, false, null or a number, as typed.
  std::string word() {
    const std::size_t start = at_;
    const std::size_t end = std::min(text_.find_first_of(" \t\r\n,]}:\"", start), text_.size());
    const std::string_view word = text_.substr(start, end - start);
    if (word.empty()) stop(start, "a value is wanted here");
    at_ = end;
    if (word == "true" || word == "false" || word == "null" || is_number(word)) {
      return std::string(word);
    }
    stop(start, fmt::format("{} is no value; texts stand in double quotes", quoted_excerpt(word)));
  }

  static std::size_t skip_digits(std::string_view word, std::size_t from) {
    while (from < word.size() && word[from] >= '0' && word[from] <= '9') ++from;
    return from;
  }

  static bool is_number(std::string_view word) {
    if (word.starts_with('-')) word.remove_prefix(1);
    std::size_t i = skip_digits(word, 0);
    if (i == 0 || (i > 1 && word[0] == '0')) return false;
    if (i < word.size() && word[i] == '.') {
      const std::size_t end = skip_digits(word, i + 1);
      if (end == i + 1) return false;
      i = end;
    }
    if (i < word.size() && (word[i] == 'e' || word[i] == 'E')) {
      ++i;
      if (i < word.size() && (word[i] == '+' || word[i] == '-')) ++i;
      const std::size_t end = skip_digits(word, i);
      if (end == i) return false;
      i = end;
    }
    return i == word.size();
  }

  std::string string() {
    const std::size_t start = at_++;
    std::string out;
    while (!accept('"')) {
      if (at_ >= text_.size()) stop(start, "this text is not closed");
      if (static_cast<unsigned char>(peek()) < 0x20) {
        stop(at_, "a line break or tab inside of a text is written \\n or \\t");
      }
      if (peek() == '\\') {
        escape(out);
      } else {
        out += text_[at_++];
      }
    }
    return out;
  }

  void escape(std::string& out) {
    constexpr std::string_view names = "\"\\/bfnrt";
    constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
    const std::size_t start = at_++;
    const char c = peek();
    const std::size_t index = c == '\0' ? std::string_view::npos : names.find(c);
    if (index != std::string_view::npos) {
      ++at_;
      out += meanings[index];
    } else if (accept('u')) {
      append_utf8(out, code_point(start));
    } else {
      stop(start, "this escape is not known");
    }
  }

  unsigned code_point(std::size_t start) {
    const unsigned first = hex4(start);
    const bool is_high = first >= 0xD800 && first < 0xDC00;
    if (first < 0xD800 || first > 0xDFFF) return first;
    if (!is_high || !accept('\\') || !accept('u')) stop(start, "half of a surrogate pair");
    const unsigned second = hex4(start);
    if (second < 0xDC00 || second > 0xDFFF) stop(start, "half of a surrogate pair");
    return 0x10000 + ((first - 0xD800) << 10U) + (second - 0xDC00);
  }

  unsigned hex4(std::size_t start) {
    unsigned value = 0;
    for (int i = 0; i < 4; ++i) {
      constexpr std::string_view digits = "0123456789abcdef";
      const char c = peek();
      const char folded = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
      const std::size_t digit = digits.find(folded);
      if (digit == std::string_view::npos) stop(start, "\\u wants four hexadecimal digits");
      value = value * 16 + static_cast<unsigned>(digit);
      ++at_;
    }
    return value;
  }

  static void append_utf8(std::string& out, unsigned code) {
    const auto tail = [&](unsigned shift) {
      out += static_cast<char>(0x80U | ((code >> shift) & 0x3FU));
    };
    if (code < 0x80) {
      out += static_cast<char>(code);
    } else if (code < 0x800) {
      out += static_cast<char>(0xC0U | (code >> 6U));
      tail(0);
    } else if (code < 0x10000) {
      out += static_cast<char>(0xE0U | (code >> 12U));
      tail(6);
      tail(0);
    } else {
      out += static_cast<char>(0xF0U | (code >> 18U));
      tail(12);
      tail(6);
      tail(0);
    }
  }

  const FileContext& file_;
  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t values_ = 0;
};

}  // namespace

std::optional<Node> read_json(const FileContext& file) {
  try {
    return JsonReader(file).read();
  } catch (const StopReading&) {
    return std::nullopt;
  }
}

}  // namespace segue::parse
