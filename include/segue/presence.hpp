#pragma once
// A sign of life: while it exists, contract sees that a service is alive on a version.

#include <memory>
#include <string>

namespace segue {

struct Announcement {
  std::string service = {};  ///< name for people: "billing"
  std::string version = {};
  std::string instance = {};  ///< empty: host and process
};

/// Made by Engine::announce; its destructor withdraws it. Owns one connection and one thread that
/// renews it; a connection that is lost is opened again quietly. Does not refer to the Engine.
/// Moving is cheap; not for use from two threads at once.
class [[nodiscard]] Presence {
 public:
  class Implementation;
  explicit Presence(std::unique_ptr<Implementation> implementation);
  Presence(Presence&& other) noexcept;
  Presence& operator=(Presence&& other) noexcept;
  ~Presence();

  /// False while the database does not know of us; contract may then not wait for this client.
  [[nodiscard]] bool is_seen() const;

 private:
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace segue
