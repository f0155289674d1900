#include "engine/cli/migration_template.hpp"

#include <algorithm>
#include <array>

namespace segue::cli {
namespace {

struct Template {
  std::string_view operation;
  std::string_view text;
};

constexpr std::array<Template, 11> templates{{
    {"create_table", R"yaml(  - create_table:
      name: orders
      columns:
        - { name: id, type: bigint, pk: true }
        - { name: note, type: text, nullable: true }
)yaml"},
    {"drop_table", R"yaml(  - drop_table:
      name: orders
)yaml"},
    {"rename_table", R"yaml(  - rename_table:
      from: orders
      to: purchases
)yaml"},
    {"add_column", R"yaml(  - add_column:
      table: users
      column: { name: nickname, type: text, nullable: true }
      # up: "lower(name)"            # fills rows that are there, and those that old code writes
)yaml"},
    {"drop_column", R"yaml(  - drop_column:
      table: users
      column: legacy
      down: "''"                     # what old code reads in rows that new code writes
)yaml"},
    {"rename_column", R"yaml(  - rename_column:
      table: users
      from: name
      to: full_name
)yaml"},
    {"alter_column", R"yaml(  - alter_column:
      table: users
      column: age
      type: integer
      up: "CAST(age AS integer)"     # old value to new value
      down: "CAST(age AS text)"      # new value to old value
)yaml"},
    {"create_index", R"yaml(  - create_index:
      name: users_email
      table: users
      columns: [{ column: email }]
)yaml"},
    {"drop_index", R"yaml(  - drop_index:
      name: users_email
)yaml"},
    {"sql", R"yaml(  - sql:
      up: "CREATE VIEW active_users AS SELECT id FROM users WHERE active"
      down: "DROP VIEW active_users"
)yaml"},
    {"phases", ""},
}};

constexpr std::string_view phases_text = R"yaml(phases:
  expand:
    - sql: "CREATE TABLE totals (day date PRIMARY KEY, amount bigint)"
      reverse: "DROP TABLE totals"
  contract:
    - sql: "DROP TABLE old_totals"
)yaml";

// Digits in front that are followed by '_' or '-'; empty when there are none.
std::string_view leading_number(std::string_view stem) {
  const std::size_t end = std::min(stem.find_first_not_of("0123456789"), stem.size());
  const bool is_separated = end == stem.size() || stem[end] == '_' || stem[end] == '-';
  return is_separated ? stem.substr(0, end) : std::string_view{};
}

// Without leading zeros, so that texts of digits compare as numbers of any length.
std::string_view without_zeros(std::string_view digits) {
  return digits.substr(std::min(digits.find_first_not_of('0'), digits.size()));
}

bool is_less(std::string_view a, std::string_view b) {
  a = without_zeros(a);
  b = without_zeros(b);
  return a.size() != b.size() ? a.size() < b.size() : a < b;
}

std::string plus_one(std::string_view digits) {
  std::string out{digits};
  for (auto digit = out.rbegin(); digit != out.rend(); ++digit) {
    if (*digit != '9') {
      ++*digit;
      return out;
    }
    *digit = '0';
  }
  return "1" + out;
}

}  // namespace

std::vector<std::string> template_operations() {
  std::vector<std::string> out;
  for (const Template& entry : templates) out.emplace_back(entry.operation);
  return out;
}

std::string migration_template(const std::vector<std::string>& operations) {
  std::string list;
  std::string phases;
  for (const std::string& operation : operations) {
    if (operation == "phases") phases = phases_text;
    for (const Template& entry : templates) {
      if (entry.operation == operation) list += entry.text;
    }
  }
  return (list.empty() ? "" : "operations:\n" + list) + phases;
}

std::string next_stem(std::string_view name, const std::vector<std::string>& stems) {
  if (!leading_number(name).empty() && leading_number(name).size() < name.size()) {
    return std::string{name};
  }
  std::string_view highest;
  for (const std::string& stem : stems) {
    const std::string_view number = leading_number(stem);
    if (highest.empty() || is_less(highest, number)) highest = number.empty() ? highest : number;
  }
  const std::string number = highest.empty() ? "0001" : plus_one(highest);
  return number + "_" + std::string{name};
}

}  // namespace segue::cli
