#include "engine/dialect/sqlite/functions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "engine/core/protection.hpp"
#include "engine/dialect/sqlite/table_text.hpp"
#include "engine/dialect/sqlite/token_cursor.hpp"

namespace segue::dialect::sqlite {
namespace {

// Built in and deterministic, with the first library that has it; 0: older than any that is
// supported.
const std::map<std::string, int>& known_functions() {
  static const std::map<std::string, int> functions{{"abs", 0},
                                                    {"char", 0},
                                                    {"coalesce", 0},
                                                    {"glob", 0},
                                                    {"hex", 0},
                                                    {"ifnull", 0},
                                                    {"instr", 0},
                                                    {"length", 0},
                                                    {"like", 0},
                                                    {"likelihood", 0},
                                                    {"likely", 0},
                                                    {"lower", 0},
                                                    {"ltrim", 0},
                                                    {"max", 0},
                                                    {"min", 0},
                                                    {"nullif", 0},
                                                    {"printf", 0},
                                                    {"quote", 0},
                                                    {"replace", 0},
                                                    {"round", 0},
                                                    {"rtrim", 0},
                                                    {"substr", 0},
                                                    {"trim", 0},
                                                    {"typeof", 0},
                                                    {"unicode", 0},
                                                    {"unlikely", 0},
                                                    {"upper", 0},
                                                    {"zeroblob", 0},
                                                    {"cast", 0},
                                                    {"date", 0},
                                                    {"time", 0},
                                                    {"datetime", 0},
                                                    {"julianday", 0},
                                                    {"strftime", 0},
                                                    {"iif", 3032000},
                                                    {"substring", 3034000},
                                                    {"sign", 3035000},
                                                    {"format", 3038000},
                                                    {"unixepoch", 3038000},
                                                    {"json", 3038000},
                                                    {"json_array", 3038000},
                                                    {"json_array_length", 3038000},
                                                    {"json_extract", 3038000},
                                                    {"json_insert", 3038000},
                                                    {"json_object", 3038000},
                                                    {"json_patch", 3038000},
                                                    {"json_remove", 3038000},
                                                    {"json_replace", 3038000},
                                                    {"json_set", 3038000},
                                                    {"json_type", 3038000},
                                                    {"json_valid", 3038000},
                                                    {"json_quote", 3038000}};
  return functions;
}

constexpr const char* aggregates[] = {
    "count", "sum", "total", "avg", "group_concat", "json_group_array", "json_group_object"};
constexpr const char* volatiles[] = {"random", "randomblob", "changes", "total_changes",
                                     "last_insert_rowid"};
constexpr const char* clocks[] = {"date", "time", "datetime", "julianday", "strftime", "unixepoch"};
// Words that a parenthesis may follow and that are no function.
constexpr const char* words[] = {"in",   "and",    "or",     "not",     "when",    "then",
                                 "else", "case",   "as",     "is",      "between", "like",
                                 "glob", "exists", "escape", "collate", "values"};

template <std::size_t size>
bool is_one_of(const std::string& word, const char* const (&list)[size]) {
  return std::any_of(std::begin(list), std::end(list), [&](const char* w) { return word == w; });
}

std::string older_client(const std::string& name, int since, int clients) {
  return fmt::format("{}() came with SQLite {}.{}, and `sqlite.clients` allows {}.{}", name,
                     since / 1000000, since / 1000 % 1000, clients / 1000000,
                     clients / 1000 % 1000);
}

// The clock: date('now') or date() gives another value each time.
bool reads_clock(const std::string& arguments) {
  TokenCursor at(arguments);
  if (at.at_end()) return true;
  return folded(arguments).find("'now'") != std::string::npos;
}

std::string problem_of_call(const std::string& name, const std::string& arguments, int clients) {
  if (is_one_of(name, aggregates)) return fmt::format("{}() is an aggregate", name);
  const bool single = split_at_commas(arguments).size() == 1;
  if ((name == "max" || name == "min") && single)
    return fmt::format("{}() of one value is an aggregate", name);
  if (is_one_of(name, volatiles)) return fmt::format("{}() gives another value each time", name);
  if (is_one_of(name, clocks) && reads_clock(arguments)) {
    return fmt::format("{}() of the current time gives another value each time", name);
  }
  const auto known = known_functions().find(name);
  if (known == known_functions().end()) {
    return fmt::format(
        "{}() is no function that every client has: SQLite compiles triggers in each of "
        "them",
        name);
  }
  return known->second > clients && protected_by("client_grammar")
             ? older_client(name, known->second, clients)
             : "";
}

}  // namespace

std::vector<std::string> problems_of_expression(const std::string& sql, int clients) {
  std::vector<std::string> out;
  for (TokenCursor at(sql); !at.at_end(); at.next()) {
    const std::string word = folded(at.text());
    if (at.is("select")) out.push_back("a subquery is not allowed");
    if (at.is_any({"current_timestamp", "current_date", "current_time"})) {
      out.push_back(fmt::format("{} gives another value each time", word));
    }
    if (!at.is_name() || !at.following_is("(") || is_one_of(word, words)) continue;
    TokenCursor call = at;
    call.next();
    const std::string problem = problem_of_call(word, call.skip_parentheses(), clients);
    if (!problem.empty()) out.push_back(problem);
  }
  return out;
}

}  // namespace segue::dialect::sqlite
