#include "engine/parse/fields.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

namespace segue::parse {
namespace {

// NAMEDATALEN - 1. PostgreSQL cuts longer names without an error, so that two names become one.
constexpr std::size_t postgres_name_bytes_max = 63;

// Longer keys are never a slip of one or two letters, and the distance costs their product.
constexpr std::size_t suggestion_bytes_max = 64;

// Levenshtein's distance, in which two neighbours that changed places count once: the slip that
// people make most.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0U);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before = std::exchange(last, row);
    row[0] = i;
    for (std::size_t k = 1; k <= b.size(); ++k) {
      const bool is_same = a[i - 1] == b[k - 1];
      row[k] = std::min({last[k] + 1, row[k - 1] + 1, last[k - 1] + (is_same ? 0U : 1U)});
      const bool is_swap = i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1];
      if (is_swap) row[k] = std::min(row[k], before[k - 2] + 1);
    }
  }
  return row[b.size()];
}

bool contains(const std::vector<std::string_view>& list, std::string_view key) {
  return std::find(list.begin(), list.end(), key) != list.end();
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

}  // namespace

std::string suggestion(std::string_view typed, const std::vector<std::string_view>& candidates) {
  if (typed.size() > suggestion_bytes_max) return {};
  std::string_view best;
  // A third of the letters may differ; otherwise the suggestion is noise.
  std::size_t best_distance = std::max<std::size_t>(typed.size() / 3, 1) + 1;
  for (const std::string_view candidate : candidates) {
    const std::size_t distance = edit_distance(typed, candidate);
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best.empty() ? std::string{} : fmt::format("; did you mean \"{}\"?", best);
}

std::string described(const Node& node) {
  switch (node.shape) {
    case Node::Shape::null:
      return "nothing";
    case Node::Shape::list:
      return "a list";
    case Node::Shape::map:
      return "a map";
    case Node::Shape::scalar:
      return node.is_quoted ? "the text " + quoted_excerpt(node.text) : quoted_excerpt(node.text);
  }
  return {};
}

void check_name(const FileContext& file, std::string_view name, Place where,
                std::string_view what) {
  if (name.empty()) {
    file.problems.add(where, fmt::format("{} is empty", what));
  } else if (file.options.kind == model::DatabaseKind::postgres &&
             name.size() > postgres_name_bytes_max) {
    file.problems.add(where, fmt::format("{} has {} bytes; PostgreSQL keeps only {} of a name",
                                         what, name.size(), postgres_name_bytes_max));
  }
}

Fields::Fields(const FileContext& file, const Node& node, std::string what, const Keys& keys)
    : file_(file), node_(node), what_(std::move(what)) {
  if (node.shape == Node::Shape::map) {
    report_keys(keys);
  } else {
    report(node.where, fmt::format("{} must be a map, not {}", what_, parse::described(node)));
  }
}

void Fields::report(Place where, std::string message) const {
  file_.problems.add(where, std::move(message));
}

void Fields::refuse_on_sqlite(std::string_view key, std::string_view reason) const {
  const Entry* const entry = find(key);
  if (file_.options.kind != model::DatabaseKind::sqlite || entry == nullptr) return;
  report(entry->where, fmt::format("\"{}\" in {} is not there on SQLite: {}", key, what_, reason));
}

void Fields::report_keys(const Keys& keys) const {
  std::map<std::string_view, Place> seen;
  std::vector<std::string_view> candidates = keys.known;
  candidates.insert(candidates.end(), keys.unbuilt.begin(), keys.unbuilt.end());
  for (const Entry& entry : node_.entries) {
    const auto [first, is_new] = seen.emplace(entry.key, entry.where);
    if (!is_new) {
      report(entry.where, fmt::format("duplicate key {} in {}, first in line {}",
                                      quoted_excerpt(entry.key), what_, first->second.line));
    } else if (contains(keys.unbuilt, entry.key)) {
      report(entry.where, fmt::format("\"{}\" in {} is not built yet", entry.key, what_));
    } else if (!contains(keys.known, entry.key)) {
      report(entry.where, fmt::format("unknown key {} in {}{}", quoted_excerpt(entry.key), what_,
                                      suggestion(entry.key, candidates)));
    }
  }
}

const Entry* Fields::find(std::string_view key) const {
  const auto found = std::find_if(node_.entries.begin(), node_.entries.end(),
                                  [&](const Entry& entry) { return entry.key == key; });
  return found == node_.entries.end() ? nullptr : &*found;
}

std::string Fields::described(std::string_view key) const {
  return fmt::format("\"{}\" of {}", key, what_);
}

const Entry* Fields::find_value(std::string_view key, Needed needed) const {
  const Entry* const entry = find(key);
  if (entry == nullptr) {
    // What is no map at all has been reported as that.
    if (needed == Needed::yes && node_.shape == Node::Shape::map) {
      report(node_.where, fmt::format("{} needs \"{}\"", what_, key));
    }
    return nullptr;
  }
  if (entry->value.shape == Node::Shape::null) {
    report(entry->where, fmt::format("{} has no value", described(key)));
    return nullptr;
  }
  return entry;
}

void Fields::report_wrong_shape(std::string_view key, const Entry& entry,
                                std::string_view wanted) const {
  report(entry.value.where, fmt::format("{} must be {}, not {}", described(key), wanted,
                                        parse::described(entry.value)));
}

const Entry* Fields::find_text(std::string_view key, Needed needed) const {
  const Entry* const entry = find_value(key, needed);
  if (entry == nullptr || entry->value.shape == Node::Shape::scalar) return entry;
  report_wrong_shape(key, *entry, "text");
  return nullptr;
}

std::string Fields::text(std::string_view key, Needed needed) const {
  const Entry* const entry = find_text(key, needed);
  return entry == nullptr ? std::string{} : entry->value.text;
}

std::string Fields::choice(std::string_view key, Needed needed,
                           const std::vector<std::string_view>& choices) const {
  const Entry* const entry = find_text(key, needed);
  if (entry == nullptr) return {};
  for (const std::string_view choice : choices) {
    if (upper(choice) == upper(entry->value.text)) return std::string(choice);
  }
  report_wrong_shape(key, *entry, fmt::format("one of {}", fmt::join(choices, ", ")));
  return {};
}

std::string Fields::name(std::string_view key, Needed needed) const {
  const Entry* const entry = find_text(key, needed);
  if (entry == nullptr) return {};
  check_name(file_, entry->value.text, entry->value.where, described(key));
  return entry->value.text;
}

std::string Fields::qualified_name(std::string_view key, Needed needed) const {
  const Entry* const entry = find_text(key, needed);
  if (entry == nullptr) return {};
  std::string_view rest = entry->value.text;
  for (std::size_t dot = rest.find('.'); dot != std::string_view::npos; dot = rest.find('.')) {
    check_name(file_, rest.substr(0, dot), entry->value.where, described(key));
    rest.remove_prefix(dot + 1);
  }
  check_name(file_, rest, entry->value.where, described(key));
  return entry->value.text;
}

std::vector<std::string> Fields::names(std::string_view key, Needed needed) const {
  std::vector<std::string> names;
  const Node* const items = list(key, needed);
  if (items == nullptr) return names;
  for (const Node& item : items->items) {
    if (item.shape == Node::Shape::scalar) {
      check_name(file_, item.text, item.where, "a name in " + described(key));
      names.push_back(item.text);
    } else {
      report(item.where, fmt::format("a name in {} must be text, not {}", described(key),
                                     parse::described(item)));
    }
  }
  return names;
}

bool Fields::boolean(std::string_view key, bool absent) const {
  const Entry* const entry = find_value(key, Needed::no);
  if (entry == nullptr) return absent;
  const Node& value = entry->value;
  const bool is_plain = value.shape == Node::Shape::scalar && !value.is_quoted;
  if (is_plain && value.text == "true") return true;
  if (is_plain && value.text == "false") return false;
  report_wrong_shape(key, *entry, "true or false");
  return absent;
}

const Node* Fields::list(std::string_view key, Needed needed) const {
  const Entry* const entry = find_value(key, needed);
  if (entry == nullptr) return nullptr;
  if (entry->value.shape != Node::Shape::list) {
    report_wrong_shape(key, *entry, "a list");
    return nullptr;
  }
  if (entry->value.items.empty()) {
    report(entry->value.where, fmt::format("{} is an empty list", described(key)));
    return nullptr;
  }
  return &entry->value;
}

const Node* Fields::map(std::string_view key, Needed needed) const {
  const Entry* const entry = find_value(key, needed);
  if (entry == nullptr) return nullptr;
  if (entry->value.shape == Node::Shape::map) return &entry->value;
  report_wrong_shape(key, *entry, "a map");
  return nullptr;
}

}  // namespace segue::parse
