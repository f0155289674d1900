#include "tests/crash/kills.hpp"

#include <algorithm>

#include "tests/crash/choice.hpp"

namespace segue::test {
namespace {

// Every transaction that is older than the next one and not in progress.
constexpr const char* ended =
    "SELECT pg_snapshot_xmax(s)::text::bigint - (SELECT count(*) FROM pg_snapshot_xip(s)) "
    "FROM pg_current_snapshot() s";

// What is lost before a statement within a stretch and what is lost after it meets the engine in
// the same place, with the same error and the same database.
void add_within(std::vector<Kill>& kills, int begin, int end, Within within, std::mt19937& random) {
  if (begin == end) return;
  if (within == Within::one) {
    begin = std::uniform_int_distribution<int>(begin, end - 1)(random);
    end = begin + 1;
  }
  for (int k = begin; k < end; ++k) kills.push_back({k, Fault::lost_before});
}

std::vector<Kill> all_kills(const std::vector<std::string>& seen, Act act, Within within,
                            std::mt19937& random) {
  std::vector<Kill> kills;
  const int statements = static_cast<int>(seen.size()) - 1;
  int begin = 1;
  for (int k = 1; k <= statements; ++k) {
    const auto at = static_cast<std::size_t>(k);
    if (k < statements && seen[at - 1] == seen[at]) continue;
    kills.push_back({begin, Fault::death});
    if (act != Act::give_up) {
      add_within(kills, begin, k, within, random);
      kills.push_back({k, Fault::lost_before});
      kills.push_back({k, Fault::lost_after});
    }
    begin = k + 1;
  }
  kills.push_back({statements, Fault::death_after});
  return kills;
}

}  // namespace

std::string in_words(Fault fault) {
  switch (fault) {
    case Fault::death:
      return "killed before";
    case Fault::death_after:
      return "killed after";
    case Fault::lost_before:
      return "connection lost before";
    case Fault::lost_after:
      return "connection lost after";
    default:
      return "no fault at";
  }
}

Spectator::Spectator(const TestDatabase& database)
    : connection_(database.kind() == database::Kind::postgres
                      ? database::open_postgres({.url = postgres_server_url()})
                      : database.open()) {}

std::string Spectator::look() {
  const bool postgres = connection_->kind() == database::Kind::postgres;
  return connection_->query_again(postgres ? ended : "PRAGMA data_version").text(0, 0);
}

std::vector<Kill> kills_of(const std::vector<std::string>& seen, Act act, Within within,
                           std::mt19937& random) {
  std::vector<Kill> kills = all_kills(seen, act, within, random);
  const int only = number("SEGUE_TEST_STATEMENT", 0);
  const Part taken = wanted_part("SEGUE_TEST_EVERY");
  std::size_t i = 0;
  std::erase_if(kills, [&](const Kill& kill) {
    return (only != 0 && kill.statement != only) || i++ % taken.of != taken.number;
  });
  return kills;
}

}  // namespace segue::test
