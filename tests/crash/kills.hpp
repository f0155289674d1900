#pragma once
// Which kills of one command stand for a kill around each of its statements: docs/decisions/0220.

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "tests/crash/act.hpp"
#include "tests/support/fault_injector.hpp"

namespace segue::test {

struct Kill {
  int statement = 1;
  Fault fault = Fault::death;

  friend bool operator==(const Kill&, const Kill&) = default;
};

[[nodiscard]] std::string in_words(Fault fault);

/// What other connections can see so far: a text that changes when a transaction has ended.
class Spectator {
 public:
  explicit Spectator(const TestDatabase& database);
  [[nodiscard]] std::string look();

 private:
  std::unique_ptr<database::Database> connection_;
};

/// Where connections are lost within a stretch: at each statement, or at one that is drawn.
enum class Within { each, one };

/// `seen` is what the spectator saw before each statement and at the end. SEGUE_TEST_STATEMENT and
/// SEGUE_TEST_EVERY leave some out.
[[nodiscard]] std::vector<Kill> kills_of(const std::vector<std::string>& seen, Act act,
                                         Within within, std::mt19937& random);

}  // namespace segue::test
