#include "engine/parse/document.hpp"

#include <fmt/format.h>

namespace segue::parse {
namespace {

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

// Escapes can write what the file's bytes may not hold, and a text can be longer than a statement
// may.
void check_text(const FileContext& file, std::string_view text, Place where) {
  if (text.find('\0') != std::string_view::npos) {
    file.problems.add(where, "a NUL character: no database keeps one in a text");
  } else if (text.size() > file.options.statement_bytes_max) {
    file.problems.add(where, fmt::format("this text has {} bytes; the limit of a statement is {}",
                                         text.size(), file.options.statement_bytes_max));
  }
}

void check_texts(const FileContext& file, const Node& node) {
  check_text(file, node.text, node.where);
  for (const Node& item : node.items) check_texts(file, item);
  for (const Entry& entry : node.entries) {
    check_text(file, entry.key, entry.where);
    check_texts(file, entry.value);
  }
}

bool has_readable_bytes(const FileContext& file) {
  const std::string_view text = file.source.text();
  if (text.size() > file.options.file_bytes_max) {
    file.problems.add({1, 1}, fmt::format("the file has {} bytes; the limit is {}", text.size(),
                                          file.options.file_bytes_max));
    return false;
  }
  if (const std::optional<std::size_t> bad = find_unreadable(text)) {
    const unsigned byte = static_cast<unsigned char>(text[*bad]);
    const char* const why = byte < 0x20 ? "a control character" : "not UTF-8";
    file.problems.add(file.source.place_at(*bad), fmt::format("byte 0x{:02X} is {}", byte, why));
    return false;
  }
  return true;
}

}  // namespace

std::optional<Node> read_document(const FileContext& file, bool is_json) {
  if (!has_readable_bytes(file)) return std::nullopt;
  if (is_blank(file.source.text())) {
    file.problems.add({1, 1}, "the file is empty");
    return std::nullopt;
  }
  std::optional<Node> root = is_json ? read_json(file) : read_yaml(file);
  if (!file.problems.empty()) return std::nullopt;
  if (!root || root->shape == Node::Shape::null) {
    file.problems.add({1, 1}, "the file is empty");
    return std::nullopt;
  }
  check_texts(file, *root);
  if (!file.problems.empty()) return std::nullopt;
  return root;
}

}  // namespace segue::parse
