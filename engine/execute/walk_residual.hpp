#pragma once
// What a sweep has left behind, asked range by range: in SQLite's rollback journal a reader holds
// up writers, and on PostgreSQL a snapshot holds up VACUUM. Rows may be written between the ranges:
// whoever writes them fires sync.

#include "engine/database/database.hpp"
#include "engine/execute/environment.hpp"
#include "engine/execute/statements.hpp"
#include "engine/execute/walk_pace.hpp"

namespace segue::execute {

/// Of one pass, on the walk's connection. Not for several threads. All may throw the database's
/// errors.
class ResidualScan {
 public:
  /// Both must outlive it.
  ResidualScan(const Environment& environment, const dialect::WalkScript& script);

  /// Goes on to the first or the next range. False behind the last one. Throws cancelled when a
  /// stop is requested.
  bool next_range();

  /// What the script's `residual` says of the range now; may be asked again.
  database::Result ask();

 private:
  const Environment& env_;
  const dialect::WalkScript& script_;
  Pace pace_;
  Holes holes_;
  bool begun_ = false;
};

}  // namespace segue::execute
