#include "engine/parse/postgres_parser.hpp"

#include <pg_query.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

namespace segue::parse {
namespace {

using nlohmann::json;

// Everything that the outline needs sits in these levels; the deepest is the star of `SELECT t.*`.
constexpr std::size_t outline_depth = 13;

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

// Follows the tree without building it: that of a long list takes a hundred times the memory of its
// text. `path_` is where the reader stands, with * for the elements of a list.
class OutlineReader : public json::json_sax_t {
 public:
  [[nodiscard]] std::optional<SelectOutline> result() const {
    return statements_ == 1 && is_select_ ? std::optional(outline_) : std::nullopt;
  }
  [[nodiscard]] std::string statement() const { return statements_ == 1 ? statement_ : ""; }

  bool start_object(std::size_t) override { return open(false); }
  bool start_array(std::size_t) override { return open(true); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    if (deeper_ == 0) step(name);
    return true;
  }
  bool string(string_t& value) override {
    const bool is_set_operation = path_ == "/stmts/*/stmt/SelectStmt/op" && value != "SETOP_NONE";
    if (deeper_ == 0 && is_set_operation) outline_.has_refused_clause = true;
    return true;
  }
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool parse_error(std::size_t, const std::string&, const json::exception&) override {
    is_select_ = false;
    return false;
  }

 private:
  struct Level {
    std::size_t path_bytes;
    bool is_array;
  };

  bool open(bool is_array) {
    if (deeper_ > 0 || levels_.size() == outline_depth) {
      ++deeper_;
      return true;
    }
    if (!levels_.empty() && levels_.back().is_array) step("*");
    levels_.push_back({path_.size(), is_array});
    return true;
  }

  bool close() {
    if (deeper_ > 0) {
      --deeper_;
      return true;
    }
    path_.resize(levels_.back().path_bytes);
    levels_.pop_back();
    return true;
  }

  void step(std::string_view name) {
    path_.resize(levels_.back().path_bytes);
    path_ += '/';
    path_ += name;
    constexpr std::string_view select = "/stmts/*/stmt/SelectStmt";
    constexpr std::string_view any = "/stmts/*/stmt/";
    if (path_ == "/stmts/*") ++statements_;
    if (path_.starts_with(any) && path_.find('/', any.size()) == std::string::npos) {
      statement_ = path_.substr(any.size());
    }
    if (path_ == select) is_select_ = true;
    if (!path_.starts_with(select) || path_.size() <= select.size()) return;
    const std::string_view below = std::string_view(path_).substr(select.size() + 1);
    if (below.find('/') == std::string_view::npos) see_clause(below);
    if (below.starts_with("targetList/*")) see_target(below.substr(12));
  }

  void see_clause(std::string_view name) {
    const bool is_expected = name == "targetList" || name == "limitOption" || name == "op";
    const bool is_refused = name == "intoClause" || name == "lockingClause";
    outline_.has_refused_clause = outline_.has_refused_clause || is_refused;
    outline_.has_other_clause = outline_.has_other_clause || !(is_expected || is_refused);
  }

  void see_target(std::string_view below) {
    if (below.empty()) ++outline_.targets;
    if (below == "/ResTarget/name" || below == "/ResTarget/indirection") outline_.has_name = true;
    if (below == "/ResTarget/val/ColumnRef/fields/*/A_Star") outline_.is_star = true;
    if (below == "/ResTarget/val/A_Indirection/indirection/*/A_Star") outline_.is_star = true;
    if (below == "/ResTarget/val/TypeCast") outline_.is_cast = true;
  }

  std::string path_;
  std::vector<Level> levels_;
  std::size_t deeper_ = 0;  // levels below those that are followed
  std::size_t statements_ = 0;
  bool is_select_ = false;
  std::string statement_;
  SelectOutline outline_;
};

void read_outline(std::string_view tree, PostgresParse& parse) {
  OutlineReader reader;
  json::sax_parse(tree, &reader);
  parse.select = reader.result();
  parse.statement = reader.statement();
}

}  // namespace

PostgresParse parse_postgres(const std::string& statement) {
  const ParseResult result(new PgQueryParseResult(pg_query_parse(statement.c_str())));
  PostgresParse parse;
  if (result->error != nullptr) {
    parse.error = result->error->message != nullptr ? result->error->message : "syntax error";
    parse.error_offset = offset_of_cursor(statement, result->error->cursorpos);
  } else {
    read_outline(result->parse_tree, parse);
  }
  return parse;
}

}  // namespace segue::parse
