// How services announce themselves. What is needed for it is copied from the Engine: the sign of
// life outlives it.

#include <fmt/format.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "engine/api/implementation.hpp"
#include "engine/core/protection.hpp"
#include "engine/database/patience.hpp"

namespace segue {
namespace {

constexpr auto heartbeat = std::chrono::seconds(2);
constexpr auto patience =
    std::chrono::seconds(4);  // of the ten after which a service counts as gone

}  // namespace

class Presence::Implementation {
 public:
  Implementation(database::Options options, journal::Author author, journal::Client client)
      : options_(std::move(options)), author_(std::move(author)), client_(std::move(client)) {
    // A service may start before the first migration ever: it is seen once there is a journal.
    try {
      beat();
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::invalid_input) throw;
    }
    thread_ = std::thread([this] { keep(stop_.get_token()); });
  }
  ~Implementation() {
    stop_.request_stop();
    thread_.join();
    try {
      if (is_open()) journal().forget_client(client_);
    } catch (...) {
      // A heartbeat that stops counts as gone as well.
    }
  }

  bool is_seen() const { return seen_; }

 private:
  bool is_open() const { return connection_ && connection_->is_open(); }
  journal::Journal journal() const { return {*connection_, author_}; }

  void beat() {
    if (!is_open() && (!connection_ || protected_by("presence_reopens"))) {
      connection_ = database::open_patient(options_, {patience, stop_.get_token()});
    }
    journal().heartbeat(client_);
    seen_ = true;
  }

  // A connection is known to be lost only once it has been used.
  void beat_or_reopen() {
    const bool was_open = is_open();
    try {
      beat();
    } catch (const Error&) {
      if (!was_open || is_open()) throw;
      beat();
    }
  }

  void keep(std::stop_token stop) {
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    while (!stop.stop_requested()) {
      wake.wait_for(lock, stop, heartbeat, [] { return false; });
      if (stop.stop_requested()) return;
      try {
        beat_or_reopen();
      } catch (const Error&) {
        seen_ = false;
      }
    }
  }

  database::Options options_;
  journal::Author author_;
  journal::Client client_;
  std::unique_ptr<database::Database> connection_;
  std::atomic<bool> seen_ = false;
  std::stop_source stop_;
  std::thread thread_;
};

Presence::Presence(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}
Presence::Presence(Presence&& other) noexcept = default;
Presence& Presence::operator=(Presence&& other) noexcept = default;
Presence::~Presence() = default;
bool Presence::is_seen() const { return implementation_ && implementation_->is_seen(); }

Presence Engine::announce(const Announcement& announcement) {
  const VersionView view = version(announcement.version);
  if (!view.served) {
    throw Error(ErrorKind::refused, fmt::format("version {} is not served", announcement.version));
  }
  journal::Author author = api::author(implementation_->config, "announce");
  journal::Client client{.service = announcement.service,
                         .instance = announcement.instance.empty()
                                         ? fmt::format("{}:{}", author.host, author.pid)
                                         : announcement.instance,
                         .version = announcement.version};
  return Presence(std::make_unique<Presence::Implementation>(implementation_->options(false),
                                                             std::move(author), std::move(client)));
}

}  // namespace segue
