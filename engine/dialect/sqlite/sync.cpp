// Predicates over a pair and the columns of a copy, as steps other than the triggers need them.

#include "engine/dialect/sqlite/sync.hpp"

#include <fmt/format.h>

#include "engine/dialect/sqlite/expressions.hpp"
#include "engine/dialect/sqlite/sync_parts.hpp"

namespace segue::dialect::sqlite {

std::string exact_pair(const SyncInput& input) {
  const Direction d = forward(input, input.rebuild.fresh);
  return SyncText(d).all_exact();
}

std::string same_pair(const SyncInput& input) {
  const Direction d = forward(input, input.rebuild.shadow);
  return SyncText(d).all_same();
}

std::string pair_join(const SyncInput& input) {
  const Direction d = forward(input, input.rebuild.shadow);
  return SyncText(d).partner(d.target_alias, d.source_alias);
}

std::string orphan_join(const SyncInput& input) {
  const Direction d = backward(input);
  return SyncText(d).partner(d.target_alias, d.source_alias);
}

CopyColumns copy_columns(const SyncInput& input) {
  const Direction d = forward(input, input.rebuild.fresh);
  const SyncText t(d);
  CopyColumns out{t.key_columns(), t.image(d.source_alias)};
  append(out.columns, t.columns());
  append(out.values, t.values());
  return out;
}

}  // namespace segue::dialect::sqlite
