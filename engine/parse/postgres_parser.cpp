#include "engine/parse/postgres_parser.hpp"

#include <pg_query.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string_view>

namespace segue::parse {
namespace {

using nlohmann::json;

// The outline sits in the first levels; what is deeper is thrown away while reading, because the tree
// of a long list takes a hundred times the memory of its text.
constexpr int outline_depth = 9;

struct FreeParseResult {
  void operator()(PgQueryParseResult* result) const {
    pg_query_free_parse_result(*result);
    std::default_delete<PgQueryParseResult>{}(result);
  }
};
using ParseResult = std::unique_ptr<PgQueryParseResult, FreeParseResult>;

// The server counts characters from 1; 0 is unknown.
std::size_t offset_of_cursor(std::string_view statement, int cursor) {
  std::size_t offset = 0;
  for (int characters = 0; offset < statement.size(); ++offset) {
    const bool is_start = (static_cast<unsigned char>(statement[offset]) & 0xC0U) != 0x80U;
    if (is_start && ++characters >= cursor) break;
  }
  return offset;
}

bool is_star(const json& value) {
  if (!value.contains("ColumnRef")) return false;
  const json fields = value["ColumnRef"].value("fields", json::array());
  return !fields.empty() && fields.back().contains("A_Star");
}

SelectOutline outline_of(const json& select) {
  SelectOutline outline;
  const json targets = select.value("targetList", json::array());
  outline.targets = targets.size();
  if (!targets.empty()) {
    const json target = targets.front().value("ResTarget", json::object());
    const json value = target.value("val", json::object());
    outline.has_name = target.contains("name") || target.contains("indirection");
    outline.is_star = is_star(value);
    outline.is_cast = value.contains("TypeCast");
  }
  for (const auto& [key, value] : select.items()) {
    const bool is_expected = key == "targetList" || key == "limitOption" || key == "op";
    const bool is_refused = key == "intoClause" || key == "lockingClause";
    outline.has_refused_clause = outline.has_refused_clause || is_refused;
    outline.has_other_clause = outline.has_other_clause || !(is_expected || is_refused);
  }
  if (select.value("op", "SETOP_NONE") != "SETOP_NONE") outline.has_refused_clause = true;
  return outline;
}

std::optional<SelectOutline> read_outline(const char* tree) {
  const auto keep = [](int depth, json::parse_event_t, json&) { return depth <= outline_depth; };
  const json root = json::parse(tree, keep, false);
  if (!root.is_object()) return std::nullopt;
  const json statements = root.value("stmts", json::array());
  if (statements.size() != 1) return std::nullopt;
  const json statement = statements.front().value("stmt", json::object());
  if (!statement.contains("SelectStmt")) return std::nullopt;
  return outline_of(statement["SelectStmt"]);
}

}  // namespace

PostgresParse parse_postgres(const std::string& statement) {
  const ParseResult result(new PgQueryParseResult(pg_query_parse(statement.c_str())));
  PostgresParse parse;
  if (result->error != nullptr) {
    parse.error = result->error->message != nullptr ? result->error->message : "syntax error";
    parse.error_offset = offset_of_cursor(statement, result->error->cursorpos);
  } else {
    parse.select = read_outline(result->parse_tree);
  }
  return parse;
}

}  // namespace segue::parse
