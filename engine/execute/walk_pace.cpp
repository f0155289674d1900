#include "engine/execute/walk_pace.hpp"

#include <algorithm>
#include <thread>

#include "engine/core/protection.hpp"

namespace segue::execute {
namespace {

using namespace std::chrono_literals;
using database::Result;
using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr auto shared_memory = 1s;  // how long a sign of others counts
constexpr auto look_interval = 50ms;

}  // namespace

Pace::Pace(database::Database& db, const dialect::PaceSettings& settings)
    : db_(db), settings_(settings), size_(static_cast<double>(settings.size_first)) {}

std::int64_t Pace::size() const { return static_cast<std::int64_t>(size_); }

void Pace::follow(double held_ms) {
  if (!protected_by("chunk_size")) {
    size_ = static_cast<double>(settings_.size_max);
    return;
  }
  const double target = is_shared() ? settings_.target_shared_ms : settings_.target_alone_ms;
  const double factor = std::clamp(target / std::max(held_ms, 0.01), 0.2, 1.5);
  size_ = std::clamp(size_ * factor, static_cast<double>(settings_.size_min),
                     static_cast<double>(settings_.size_max));
  held_ms_ = held_ms;
}

void Pace::yield() {
  last_shared_ = Clock::now();
  size_ = std::max(static_cast<double>(settings_.size_min), size_ / 2);
}

bool Pace::is_shared() {
  const auto now = Clock::now();
  if (now - last_look_ > look_interval) {
    last_look_ = now;
    if (others_seen()) last_shared_ = now;
  }
  return last_shared_ != Clock::time_point{} && now - last_shared_ < shared_memory;
}

bool Pace::others_seen() {
  if (!settings_.shared.empty()) {
    const Result r = db_.query(settings_.shared);
    return !r.empty() && r.boolean(0, 0);
  }
  if (settings_.commits.empty()) return false;
  std::string now = db_.query(settings_.commits).text(0, 0);
  const bool moved = !commits_.empty() && now != commits_;
  commits_ = std::move(now);
  return moved;
}

void Pace::give_way(double rested_ms) {
  const bool shared = is_shared();
  double pause = shared ? settings_.pause_shared_ms : settings_.pause_alone_ms;
  if (shared && pause > 0) pause = std::max(pause, held_ms_);
  const double long_pause = long_pause_due(rested_ms);
  // Alone, a gap is a gap, whatever we do in it.
  if (!shared) pause = std::max(pause, long_pause) - rested_ms;
  if (pause <= 0 || !protected_by("chunk_pause")) return;
  std::this_thread::sleep_for(Milliseconds(pause));
}

// Only alone is one due: beside others every pause is long enough for them. 0: none.
double Pace::long_pause_due(double rested_ms) {
  const auto now = Clock::now();
  if (rested_ms >= settings_.long_pause_ms) last_long_pause_ = now;
  if (is_shared() || settings_.long_pause_ms <= 0) return 0;
  if (Milliseconds(now - last_long_pause_).count() <= settings_.long_pause_every_ms) return 0;
  last_long_pause_ = now;
  return settings_.long_pause_ms;
}

}  // namespace segue::execute
