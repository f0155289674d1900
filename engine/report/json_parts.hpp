#pragma once
// What the writers of JSON documents share. Only for this folder.

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace segue::report {

/// Keeps the order in which keys are documented.
using Json = nlohmann::ordered_json;

/// A document with its format number first.
[[nodiscard]] inline Json new_document() {
  Json document;
  document["format"] = 1;
  return document;
}

/// Indented, in UTF-8 whatever the texts hold, with a line break at the end.
[[nodiscard]] inline std::string to_text(const Json& document) {
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

/// null for what is unknown: empty text, an absent value.
[[nodiscard]] inline Json or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

template <typename Value>
[[nodiscard]] Json or_null(const std::optional<Value>& value) {
  return value ? Json(*value) : Json(nullptr);
}

}  // namespace segue::report
