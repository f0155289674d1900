#pragma once
// The bookkeeping text of both databases: whatever they say in other words is said here.

#include <string>
#include <string_view>
#include <vector>

#include "engine/database/database.hpp"

namespace segue::journal {

/// `text` as this database says it. $1… stand for bound values, and
///   {segue}       the prefix of our tables
///   {now}         the clock as text, {stamp} as an event keeps it
///   {at}          an event's time as text, {age} its seconds
///   {ten_seconds_ago}  to compare with what {stamp} has written
/// and these for a whole statement:
///   {installed}   one number, 0 when there is no journal
///   {fence}       beats with the epoch $1; changes no row when that is over
///   {tell_worker} the epoch $1 and the session $2, after a takeover; "" where nobody asks
[[nodiscard]] std::string journal_sql(std::string_view text, database::Kind kind);
/// The tables of format 1, in order.
[[nodiscard]] std::vector<std::string> table_definitions(database::Kind kind);
/// What makes them elsewhere, in one line; for somebody who has to bring them there.
[[nodiscard]] std::string table_script(database::Kind kind);

}  // namespace segue::journal
