#pragma once
// Looking at one PostgreSQL session from another, and a role of one's own.

#include "tests/database/database_test.hpp"

namespace segue::test {

/// What a session is doing, seen from another one; nothing when it is gone.
inline std::optional<std::string> wait_of(database::Database& observer, std::int64_t pid) {
  const database::Result row = observer.query(
      "SELECT state || ' ' || coalesce(wait_event_type || '/' || wait_event, '') || ' ' || query"
      " FROM pg_stat_activity WHERE pid = $1", {pid});
  return row.empty() ? std::nullopt : row.rows[0][0];
}

/// Waits until the session runs `query` and waits for an advisory lock.
inline void wait_until_blocked(database::Database& observer, std::int64_t pid,
                               const std::string& query) {
  wait_until([&] {
    const std::optional<std::string> seen = wait_of(observer, pid);
    return seen && *seen == "active Lock/advisory " + query;
  });
}

inline void terminate(database::Database& observer, std::int64_t pid) {
  observer.query("SELECT pg_terminate_backend($1)", {pid});
  wait_until([&] { return !wait_of(observer, pid); });
}

/// A role that may log in, with the given settings; dropped with everything it was granted.
class TestRole {
 public:
  TestRole(const TestDatabase& test, const std::string& attributes)
      : admin_(test.open()),
        name(fmt::format("segue_role_{}", admin_->session().backend_pid)),
        url(fmt::format("{}&user={}", test.url(), name)) {
    admin_->query(fmt::format("DROP ROLE IF EXISTS {}", name));
    admin_->query(fmt::format("CREATE ROLE {} LOGIN {}", name, attributes));
  }
  TestRole(const TestRole&) = delete;
  TestRole& operator=(const TestRole&) = delete;
  ~TestRole() {
    admin_->query(fmt::format("DROP OWNED BY {} CASCADE", name));
    admin_->query(fmt::format("DROP ROLE {}", name));
  }
  void set(const std::string& setting) const {
    admin_->query(fmt::format("ALTER ROLE {} SET {}", name, setting));
  }

 private:
  std::unique_ptr<database::Database> admin_;

 public:
  const std::string name;
  const std::string url;
};

}  // namespace segue::test
