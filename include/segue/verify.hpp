#pragma once
// Answers of Engine::verify. A difference is an answer, not a failure. Plain data.

#include <cstdint>
#include <string>
#include <vector>

namespace segue {

/// A row on which the two sides of a pair disagree; values as text, "NULL" unquoted for null.
struct Difference {
  std::string key = {};
  std::string old_value = {};
  std::string new_value = {};
  bool is_representation = false;  ///< equal by the type's own `=`, but stored otherwise
};

struct CheckResult {
  std::string migration = {};
  std::string check = {};    ///< "catalogue", "compare", "author"
  std::string subject = {};  ///< table, "table.column", or the author's statement
  bool ok = true;
  std::string proof = {};  ///< of a compare: "whole", or what the weaker proof is
  std::int64_t rows = 0;   ///< compared
  std::int64_t differences = 0;
  /// Rows, beside those, whose sides are equal by the type's own `=` and stored otherwise (1.0 and
  /// 1.00): nothing is lost, and it is no proof either.
  std::int64_t representation = 0;
  std::vector<Difference> first = {};  ///< the first few
  std::string message = {};            ///< when not ok: what is there instead
};

struct VerifyReport {
  std::vector<CheckResult> checks = {};

  [[nodiscard]] bool ok() const {
    for (const CheckResult& check : checks) {
      if (!check.ok) return false;
    }
    return true;
  }
};

}  // namespace segue
