#pragma once
// Tables and changes that the random test plays with, and the values that clients write into them.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/model/change.hpp"

namespace segue::test {

struct Side {
  std::vector<std::string> keys;
  std::string rowid;                 // another name of the key; empty: none
  std::vector<std::string> columns;  // written by clients, without the key
  std::vector<std::vector<std::string>> key_pools;
  std::vector<std::vector<std::string>> pools;  // per column, literals
};

struct Scenario {
  std::string name;
  std::string sql;
  model::Change change;
  std::optional<model::Change> earlier;  // fused with `change`
  std::string table;
  Side old_side;
  Side new_side;
  std::string cleanup;  // makes the rows fit for contract, through the new side; {t} is the table
  std::string target;   // what a direct build has, empty: not compared
  bool forward_only = false;
  std::string normalise;     // run before the migration
  bool has_rowids = false;   // implicit ones, which are carried over
  bool guards_keys = false;  // a key without counterpart is refused beside what the oracle refuses
  /// Columns of the shadow that an UPDATE through the base leaves alone unless it names the other
  /// one.
  std::vector<std::pair<std::string, std::string>> apart;
};

Scenario users();
Scenario chars();
Scenario tags();
Scenario members();
Scenario items();
Scenario fused();
Scenario events();
Scenario visits();

}  // namespace segue::test
