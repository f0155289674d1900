#include "engine/dialect/postgres/bodies.hpp"

#include <fmt/format.h>

#include <cctype>

#include <algorithm>

#include "engine/core/protection.hpp"
#include "engine/core/sql_tokens.hpp"
#include "engine/dialect/postgres/names.hpp"

namespace segue::dialect::postgres {
namespace {

enum class WholeRow { unused, used, inserted };

bool is_row_variable(const std::string& word) { return word == "old" || word == "new"; }

bool one_of(const std::string& word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Reads a body word by word. In an INSERT, a row that is spread out (OLD.*, or `SELECT *` from the
// table itself) gives as many values as the table has columns, unless a function takes it whole.
class BodyReader {
 public:
  BodyReader(std::string_view body, std::string table) : table_(std::move(table)) {
    for (const SqlToken& token : sql_tokens(body)) {
      if (token.kind == SqlTokenKind::space || token.kind == SqlTokenKind::comment) continue;
      const bool named =
          token.kind == SqlTokenKind::identifier || token.kind == SqlTokenKind::quoted_identifier;
      words_.push_back(named ? token.name() : token.text);
      names_.push_back(named);
    }
  }

  WholeRow run() {
    for (std::size_t i = 0; i < words_.size(); ++i) {
      statement(i);
      parenthesis(i);
      if (word(i) == "*") star(i);
    }
    return found_;
  }

 private:
  const std::string& word(std::size_t i) const {
    static const std::string none;
    return i < words_.size() ? words_[i] : none;
  }

  void statement(std::size_t i) {
    if (word(i) == ";" || one_of(word(i), {"begin", "then", "else", "loop"})) {
      inserts_ = reads_all_ = false;
      calls_.clear();
    }
    if (word(i) == "into" && i > 0 && word(i - 1) == "insert") inserts_ = true;
    if (inserts_ && reads_all_ && names_[i] && word(i) == table_ &&
        one_of(word(i - 1), {"from", "join", ",", "only", "."})) {
      found_ = WholeRow::inserted;
    }
  }

  void parenthesis(std::size_t i) {
    if (word(i) == "(") {
      const bool takes = i > 0 && names_[i - 1] &&
                         !one_of(word(i - 1), {"values", "select", "from", "as", "all", "union",
                                               "in", "into", "and", "or", "not", "using", "on"});
      calls_.push_back(takes);
    }
    if (word(i) == ")" && !calls_.empty()) calls_.pop_back();
  }

  void star(std::size_t i) {
    const bool in_call = std::find(calls_.begin(), calls_.end(), true) != calls_.end();
    if (i >= 1 && word(i - 1) == "select") {
      reads_all_ = reads_all_ || !in_call;
    } else if (i >= 2 && word(i - 1) == ".") {
      const bool spread = is_row_variable(word(i - 2)) ||
                          (word(i - 2) == ")" && i >= 4 && is_row_variable(word(i - 3)));
      if (spread && inserts_ && !in_call) {
        found_ = WholeRow::inserted;
      } else if (found_ == WholeRow::unused) {
        found_ = WholeRow::used;
      }
    }
  }

  std::string table_;
  std::vector<std::string> words_;
  std::vector<bool> names_;
  std::vector<bool> calls_;  // per open parenthesis: it belongs to a function's arguments
  bool inserts_ = false;
  bool reads_all_ = false;
  WholeRow found_ = WholeRow::unused;
};

SourceLocation place_of(const model::TableChange& table) {
  for (const model::ColumnChange& c : table.columns) {
    if (c.where.line > 0) return c.where;
  }
  return table.where;
}

}  // namespace

bool changes_columns(const model::TableChange& table) {
  if (table.fate != model::TableFate::changed) return false;
  return table.has_sync() ||
         std::any_of(table.columns.begin(), table.columns.end(), [](const model::ColumnChange& c) {
           return c.fate != model::ColumnFate::kept;
         });
}

std::vector<Problem> counting_triggers(const model::TableChange& table,
                                       const model::CatalogTable& live) {
  std::vector<Problem> out;
  if (!changes_columns(table) || !protected_by("trigger_bodies")) return out;
  for (const model::CatalogTrigger& trigger : live.triggers) {
    if (is_our_trigger(trigger.name)) continue;
    if (BodyReader(trigger.function_source, live.name).run() != WholeRow::inserted) continue;
    out.push_back({fmt::format("trigger {} of {} calls {}, which inserts all columns of the row: "
                               "with a column more or less it fails, or stores values in the "
                               "wrong columns; name the columns in it first",
                               trigger.name, live.name, trigger.function),
                   place_of(table)});
  }
  return out;
}

std::vector<model::PlanNote> whole_row_notes(const model::TableChange& table,
                                             const model::CatalogTable& live) {
  std::vector<model::PlanNote> out;
  if (!changes_columns(table)) return out;
  for (const model::CatalogTrigger& trigger : live.triggers) {
    if (is_our_trigger(trigger.name)) continue;
    if (BodyReader(trigger.function_source, live.name).run() != WholeRow::used) continue;
    out.push_back({"functions",
                   fmt::format("trigger {} calls {}, which uses all columns of a row: see that it "
                               "copes with a column more or less",
                               trigger.name, trigger.function),
                   table.after});
  }
  for (const model::CatalogDependent& d : live.dependents) {
    const bool by_row_type =
        d.columns.empty() && (d.kind == "row type column" || d.kind == "function");
    if (!by_row_type || d.name.starts_with("segue.")) continue;
    out.push_back({"functions",
                   fmt::format("{} {} uses the row type of {}: it changes with the table's "
                               "columns",
                               d.kind, d.name, live.name),
                   table.after});
  }
  return out;
}

// As a regular expression of the server. A name that begins or ends otherwise has no word's edge.
std::string whole_word(const std::string& name) {
  const auto is_word = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
  };
  std::string out;
  for (const char c : name) {
    if (static_cast<unsigned char>(c) < 0x80 && !is_word(c)) out += '\\';
    out += c;
  }
  return (is_word(name.front()) ? "\\m" : "") + out + (is_word(name.back()) ? "\\M" : "");
}

PreflightQuery whole_row_functions(const model::TableChange& table, const PlanInput& input) {
  return {.sql = fmt::format(
              R"sql(SELECT count(*), string_agg(p.oid::regprocedure::text, ', ')
FROM pg_catalog.pg_proc AS p
JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'segue')
  AND p.prorettype <> 'trigger'::regtype AND p.prosrc ~* {}
  AND p.prosrc ~* '\mselect\s+\*|\.\s*\*')sql",
              literal(whole_word(table.physical))),
          .message = fmt::format("these functions name {} and take all columns of something: "
                                 "{{example}}; see that they cope with a column more or less",
                                 QualifiedName{input.catalog.schema, table.physical}.plain()),
          .where = {},
          .note = "functions",
          .refuses = false};
}

}  // namespace segue::dialect::postgres
