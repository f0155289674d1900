#pragma once
// The table of the demo, chars, in its two shapes, and what one of its rows means in both.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "testdb/demo_src/client.hpp"

namespace segue::demo {

/// A character as the old shape has it; the key is its number.
struct Character {
  std::string name;
  std::string category;
  std::string decomposition;

  friend bool operator==(const Character&, const Character&) = default;
};

using Characters = std::map<std::int64_t, Character>;

/// old: code_point as hexadecimal text, general_category, decomposition. new_: code_point as
/// integer, category, kind and mapping.
enum class Shape { old, new_ };

/// Code points of writers' own rows: behind the last one of Unicode.
constexpr std::int64_t first_free_key = 0x110000;
constexpr std::int64_t free_keys_per_writer = 0x1000;
constexpr int writers_max = 4;

/// Which writer alone writes this row, so that each knows what must be there.
[[nodiscard]] int owner_of(std::int64_t code_point);

/// How many rows of `owner` are not in both alike.
[[nodiscard]] std::size_t count_differences(const Characters& a, const Characters& b, int owner);

/// "0041", as UnicodeData.txt writes it.
[[nodiscard]] std::string hexadecimal(std::int64_t code_point);

/// Reads UnicodeData.txt. Throws std::runtime_error.
[[nodiscard]] Characters read_file(const std::string& path);

/// Creates the table in the old shape and fills it.
void load(Client& client, const Characters& characters);

/// All rows of `table`, read in its shape.
[[nodiscard]] Characters read_table(Client& client, const std::string& table, Shape shape);

/// Statements of a client over one shape. `table` is quoted already.
struct Statements {
  std::string insert;
  std::string upsert;
  std::string replace;  ///< SQLite only
  std::string update_category;
  std::string update_decomposition;
  std::string remove;
};

[[nodiscard]] Statements statements_over(const std::string& table, Shape shape);
[[nodiscard]] Value key_value(std::int64_t code_point, Shape shape);
/// Values of a decomposition: one in the old shape, kind and mapping in the new one.
[[nodiscard]] std::vector<Value> decomposition_values(const std::string& text, Shape shape);

}  // namespace segue::demo
