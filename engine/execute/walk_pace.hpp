#pragma once
// The servo of a walk or a compare: how many rows the next chunk takes, and how long the table is
// left alone after it. Both follow the time that chunks hold their locks and whether others use the
// table.

#include <chrono>
#include <cstdint>
#include <string>

#include "engine/database/database.hpp"
#include "engine/dialect/script.hpp"

namespace segue::execute {

/// Of one walk, on its connection. Not for several threads. `is_shared` and what uses it
/// may throw the database's errors.
class Pace {
 public:
  /// The settings must outlive it.
  Pace(database::Database& db, const dialect::PaceSettings& settings);

  /// Rows of the next chunk.
  std::int64_t size() const;

  /// How long the last chunk held its locks, in milliseconds.
  double held_ms() const { return held_ms_; }

  /// A chunk was committed after it held its locks for so long.
  void follow(double held_ms);

  /// A chunk met a lock: others are there, and the next one is half as large.
  void yield();

  /// True for a second after the last sign of others; looks at most every 50 ms.
  bool is_shared();

  /// Sleeps for as long as the script asks; `rested_ms`: how long the locks have been free since
  /// the last chunk already.
  void give_way(double rested_ms);

 private:
  using Clock = std::chrono::steady_clock;

  bool others_seen();
  double long_pause_due(double rested_ms);

  database::Database& db_;
  const dialect::PaceSettings& settings_;
  double size_;
  double held_ms_ = 0;
  std::string commits_;
  Clock::time_point last_look_{}, last_shared_{}, last_long_pause_{};
};

}  // namespace segue::execute
