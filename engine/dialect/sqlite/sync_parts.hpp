#pragma once
// What the one-way and the two-way generator share. Internal to the sync files.

#include <string>
#include <vector>

#include "engine/dialect/sqlite/sync_text.hpp"

namespace segue::dialect::sqlite {

/// The group seen from the other side.
[[nodiscard]] Group mirrored(const Group& group);

void append(std::vector<std::string>& to, const std::vector<std::string>& from);
[[nodiscard]] std::vector<std::string> with(std::vector<std::string> statements,
                                            const std::string& last);
[[nodiscard]] std::vector<std::string> without_key(std::vector<std::string> names, const Key& key);

/// AFTER UPDATE OF these columns.
[[nodiscard]] std::string update_of(const std::vector<std::string>& columns);
/// The statement that removes the partner of a row that is gone.
[[nodiscard]] std::string delete_partner(const SyncText& t);
/// A key with two spellings is set like a value, so that the partner reads as its row does.
[[nodiscard]] std::vector<std::string> with_spelling(const SyncText& t,
                                                     std::vector<std::string> key,
                                                     const std::vector<std::string>& more);
/// The trigger that refuses keys without a counterpart, and its statement for `_k`.
void add_key_guard(const SyncText& t, std::vector<NamedSql>& out);
[[nodiscard]] std::vector<std::string> key_guard(const SyncText& t);

}  // namespace segue::dialect::sqlite
