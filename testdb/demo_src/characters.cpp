#include "testdb/demo_src/characters.hpp"

#include <fmt/format.h>

#include <fstream>
#include <sstream>

namespace segue::demo {
namespace {

std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields;
  std::istringstream stream(line);
  for (std::string field; std::getline(stream, field, ';');) fields.push_back(field);
  return fields;
}

}  // namespace

int owner_of(std::int64_t code_point) {
  if (code_point < first_free_key) return static_cast<int>(code_point % writers_max);
  return static_cast<int>((code_point - first_free_key) / free_keys_per_writer);
}

std::size_t count_differences(const Characters& a, const Characters& b, int owner) {
  std::size_t different = 0;
  for (const auto& [code_point, character] : a) {
    if (owner_of(code_point) != owner) continue;
    const auto other = b.find(code_point);
    if (other == b.end() || other->second != character) ++different;
  }
  for (const auto& [code_point, character] : b) {
    if (owner_of(code_point) == owner && !a.contains(code_point)) ++different;
  }
  return different;
}

std::string hexadecimal(std::int64_t code_point) { return fmt::format("{:04X}", code_point); }

Characters read_file(const std::string& path) {
  std::ifstream stream(path);
  if (!stream) throw std::runtime_error("cannot read " + path);
  Characters characters;
  for (std::string line; std::getline(stream, line);) {
    const std::vector<std::string> fields = fields_of(line);
    if (fields.size() < 6) continue;
    characters[std::stoll(fields[0], nullptr, 16)] = {fields[1], fields[2], fields[5]};
  }
  return characters;
}

void load(Client& client, const Characters& characters) {
  client.query(R"sql(
    CREATE TABLE chars(
      code_point text PRIMARY KEY NOT NULL,
      name text NOT NULL,
      general_category text NOT NULL,
      decomposition text NOT NULL,
      iso_comment text
    ))sql");
  client.query("BEGIN");
  for (const auto& [code_point, character] : characters) {
    client.query(
        "INSERT INTO chars VALUES ($1, $2, $3, $4, NULL)",
        {hexadecimal(code_point), character.name, character.category, character.decomposition});
  }
  client.query("COMMIT");
}

Characters read_table(Client& client, const std::string& table, Shape shape) {
  const std::string columns =
      shape == Shape::old
          ? "code_point, name, general_category, decomposition"
          : "code_point, name, category, "
            "CASE WHEN kind IS NULL THEN mapping ELSE '<' || kind || '> ' || mapping END";
  Characters characters;
  for (const Row& row : client.query(fmt::format("SELECT {} FROM {}", columns, table))) {
    const std::int64_t key = std::stoll(*row[0], nullptr, shape == Shape::old ? 16 : 10);
    characters[key] = {row[1].value_or("NULL"), row[2].value_or("NULL"), row[3].value_or("NULL")};
  }
  return characters;
}

Statements statements_over(const std::string& table, Shape shape) {
  const bool is_old = shape == Shape::old;
  const std::string category = is_old ? "general_category" : "category";
  const std::string rest = is_old ? "decomposition" : "kind, mapping";
  const std::string values = is_old ? "$1, $2, $3, $4" : "$1, $2, $3, $4, $5";
  const std::string into =
      fmt::format("INTO {}(code_point, name, {}, {}) VALUES ({})", table, category, rest, values);
  const std::string excluded = is_old ? "decomposition = excluded.decomposition"
                                      : "kind = excluded.kind, mapping = excluded.mapping";
  // On SQLite $1 is a name: values are counted in the order in which names first appear.
  return {
      .insert = "INSERT " + into,
      .upsert =
          fmt::format("INSERT {} ON CONFLICT (code_point) DO UPDATE SET name = excluded.name, "
                      "{} = excluded.{}, {}",
                      into, category, category, excluded),
      .replace = "INSERT OR REPLACE " + into,
      .update_category =
          fmt::format("UPDATE {} SET {} = $1 WHERE code_point = $2", table, category),
      .update_decomposition =
          is_old
              ? fmt::format("UPDATE {} SET decomposition = $1 WHERE code_point = $2", table)
              : fmt::format("UPDATE {} SET kind = $1, mapping = $2 WHERE code_point = $3", table),
      .remove = fmt::format("DELETE FROM {} WHERE code_point = $1", table),
  };
}

Value key_value(std::int64_t code_point, Shape shape) {
  if (shape == Shape::old) return hexadecimal(code_point);
  return code_point;
}

std::vector<Value> decomposition_values(const std::string& text, Shape shape) {
  if (shape == Shape::old) return {text};
  const std::size_t end = text.find("> ");
  if (!text.starts_with('<') || end == std::string::npos) return {nullptr, text};
  return {text.substr(1, end - 1), text.substr(end + 2)};
}

}  // namespace segue::demo
