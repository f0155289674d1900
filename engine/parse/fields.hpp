#pragma once
// A map of the file, read key by key. The constructor reports what does not belong there: unknown
// keys (with the nearest known one), duplicates, keys that are not built yet. Each getter reports a
// wrong shape and returns an empty value, so that reading goes on and every problem is shown at
// once. Inside of this folder only.

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "engine/parse/document.hpp"

namespace segue::parse {

/// The keys of a map. `unbuilt` are those that formats.md names and that are refused by name so
/// far.
struct Keys {
  std::vector<std::string_view> known;
  std::vector<std::string_view> unbuilt = {};
};

/// `; did you mean "table"?`, or nothing when no candidate is near.
[[nodiscard]] std::string suggestion(std::string_view typed,
                                     const std::vector<std::string_view>& candidates);

/// What a node is, for "… must be a list, not a map".
[[nodiscard]] std::string described(const Node& node);

/// Reports a name that is empty or longer than the database keeps. `what` says whose name it is.
void check_name(const FileContext& file, std::string_view name, Place where, std::string_view what);

enum class Needed { no, yes };

class Fields {
 public:
  /// `what` names the map in messages: `add_column`, `a column`. Borrows `file` and `node`.
  Fields(const FileContext& file, const Node& node, std::string what, const Keys& keys);

  [[nodiscard]] const FileContext& file() const { return file_; }
  [[nodiscard]] const std::string& what() const { return what_; }
  [[nodiscard]] Place where() const { return node_.where; }
  [[nodiscard]] SourceLocation location() const { return file_.problems.at(node_.where); }

  /// The first entry of the key, or null. Does not report.
  [[nodiscard]] const Entry* find(std::string_view key) const;
  /// As find; reports a needed key that is missing, and one without a value.
  [[nodiscard]] const Entry* find_value(std::string_view key, Needed needed) const;

  /// Text as typed: 012 and yes stay what they are.
  [[nodiscard]] std::string text(std::string_view key, Needed needed) const;
  /// A text that is one of `choices`, given in any case; they are upper or lower case alike.
  [[nodiscard]] std::string choice(std::string_view key, Needed needed,
                                   const std::vector<std::string_view>& choices) const;
  /// The name of a column, constraint or index.
  [[nodiscard]] std::string name(std::string_view key, Needed needed = Needed::yes) const;
  /// The name of a table or index, perhaps qualified by its schema.
  [[nodiscard]] std::string qualified_name(std::string_view key, Needed needed = Needed::yes) const;
  [[nodiscard]] std::vector<std::string> names(std::string_view key, Needed needed) const;
  /// Only true and false, unquoted.
  [[nodiscard]] bool boolean(std::string_view key, bool absent) const;
  /// The value if it is a list that is not empty, or null.
  [[nodiscard]] const Node* list(std::string_view key, Needed needed) const;
  /// The value if it is a map, or null.
  [[nodiscard]] const Node* map(std::string_view key, Needed needed) const;

  /// `"up" of add_column`.
  [[nodiscard]] std::string described(std::string_view key) const;
  void report(Place where, std::string message) const;
  /// Reports the key, which is there, if the file is read for SQLite.
  void refuse_on_sqlite(std::string_view key, std::string_view reason) const;

 private:
  void report_keys(const Keys& keys) const;
  void report_wrong_shape(std::string_view key, const Entry& entry, std::string_view wanted) const;
  [[nodiscard]] const Entry* find_text(std::string_view key, Needed needed) const;

  const FileContext& file_;
  const Node& node_;
  std::string what_;
};

}  // namespace segue::parse
