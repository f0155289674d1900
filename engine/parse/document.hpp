#pragma once
// A YAML or JSON file as a tree that keeps what the author typed and where: scalars as text, keys
// in order with their duplicates, a place for everything. yaml-cpp's own tree is not used, because
// it drops duplicate keys, expands aliases and reads 012 as ten; its events have none of that.
// Inside of this folder only; any thread.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/parse/migration_reader.hpp"

namespace segue::parse {

/// Line and column, counted from 1, the column in characters. 0 is unknown.
struct Place {
  int line = 0;
  int column = 0;
};

struct Entry;

struct Node {
  enum class Shape { null, scalar, list, map };

  Shape shape = Shape::null;
  bool is_quoted = false;  // also block scalars: what cannot be a boolean or null
  std::string text;        // of a scalar
  std::vector<Node> items;
  std::vector<Entry> entries;
  Place where;
  Place text_where;  // of a scalar: its first character, after a quote or a block's header
};

/// A key of a map with its value. Keys may repeat; Fields reports that.
struct Entry {
  std::string key;
  Place where;
  Node value;
};

/// The text of a file, and the way from a byte to its place.
class SourceText {
 public:
  /// Borrows `text`, which outlives this.
  explicit SourceText(std::string_view text);

  [[nodiscard]] std::string_view text() const { return text_; }
  [[nodiscard]] Place place_at(std::size_t offset) const;
  /// The byte of a place, for what place_at has given; the end of the text for anything past it.
  [[nodiscard]] std::size_t offset_of(Place place) const;
  /// The place of byte `offset` of the scalar's text: exact where the text stands in the file as it
  /// is read (one line, or a block scalar), else the place of its first character.
  [[nodiscard]] Place place_in(const Node& scalar, std::size_t offset) const;

 private:
  [[nodiscard]] std::size_t characters_until(std::size_t offset) const;

  std::string_view text_;
  std::vector<std::size_t> line_starts_;
  std::vector<std::size_t> characters_before_;  // each block of bytes
};

/// Collects the problems of one file, up to a named limit, so that a hostile file cannot make us
/// print for hours.
class FileProblems {
 public:
  explicit FileProblems(std::string file) : file_(std::move(file)) {}

  void add(Place where, std::string message);
  [[nodiscard]] bool empty() const { return problems_.empty(); }
  [[nodiscard]] SourceLocation at(Place where) const { return {file_, where.line, where.column}; }
  /// In the order of lines.
  [[nodiscard]] std::vector<Problem> take_sorted();

 private:
  std::string file_;
  std::vector<Problem> problems_;
};

/// What every reader of one file needs.
struct FileContext {
  const SourceText& source;
  const ReadOptions& options;
  FileProblems& problems;
};

/// The offset of the first byte that is no UTF-8, or no character that a text file has (NUL and
/// other control characters).
[[nodiscard]] std::optional<std::size_t> find_unreadable(std::string_view text);

/// How many bytes of UTF-8 start `text` as one character; 0 if it is invalid or empty.
[[nodiscard]] std::size_t character_bytes(std::string_view text);

/// The file's one document. Without a value when it cannot be read as a tree; the problems say why.
[[nodiscard]] std::optional<Node> read_document(const FileContext& file, bool is_json);
/// As read_document, for texts that passed its checks of bytes.
[[nodiscard]] std::optional<Node> read_yaml(const FileContext& file);
[[nodiscard]] std::optional<Node> read_json(const FileContext& file);

/// More values than any migration has, fewer than would fill the memory.
inline constexpr std::size_t values_max = 500'000;

/// At most 60 bytes of the text, at a character boundary, in double quotes, line breaks as spaces.
[[nodiscard]] std::string quoted_excerpt(std::string_view text);

}  // namespace segue::parse
