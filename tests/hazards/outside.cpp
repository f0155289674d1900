#include "tests/hazards/outside.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <stdexcept>
#include <string_view>

namespace segue::test {
namespace {

constexpr int look_interval_ms = 20;

// The value of a key in the query part of a URL.
std::string parameter(const std::string& url, const std::string& key) {
  const std::size_t at = url.find(key + "=");
  if (at == std::string::npos) throw std::runtime_error("no " + key + " in the server's URL");
  const std::size_t begin = at + key.size() + 1;
  return url.substr(begin, url.find('&', begin) - begin);
}

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) throw std::runtime_error("too long: " + path);
  path.copy(address.sun_path, path.size());
  return address;
}

int open_socket() {
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) throw std::runtime_error("no socket");
  return fd;
}

// False at the end of the stream.
bool carry_once(int from, int to, std::string* seen) {
  std::array<char, 16384> buffer{};
  const ssize_t got = read(from, buffer.data(), buffer.size());
  if (got <= 0) return false;
  if (seen != nullptr) seen->assign(buffer.data(), static_cast<std::size_t>(got));
  for (ssize_t sent = 0; sent < got;) {
    const ssize_t n = write(to, buffer.data() + sent, static_cast<std::size_t>(got - sent));
    if (n <= 0) return false;
    sent += n;
  }
  return true;
}

}  // namespace

CutLine::CutLine(const std::string& url, const std::filesystem::path& folder) : url_(url) {
  signal(SIGPIPE, SIG_IGN);
  const std::string host = parameter(url, "host"), port = parameter(url, "port");
  server_path_ = host + "/.s.PGSQL." + port;
  url_.replace(url_.find(host), host.size(), folder.string());
  const sockaddr_un address = address_of((folder / (".s.PGSQL." + port)).string());
  listener_ = open_socket();
  if (bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      listen(listener_, 16) != 0) {
    throw std::runtime_error("cannot listen");
  }
  acceptor_ = std::thread([this] { accept_all(); });
}

CutLine::~CutLine() {
  ended_ = true;
  acceptor_.join();
  for (Connection& connection : connections_) connection.pump.join();
  close(listener_);
}

void CutLine::accept_all() {
  while (!ended_) {
    pollfd waiting{.fd = listener_, .events = POLLIN, .revents = 0};
    if (poll(&waiting, 1, look_interval_ms) <= 0) continue;
    const int client = accept(listener_, nullptr, nullptr);
    if (client < 0) continue;
    Connection& connection = connections_.emplace_back();
    connection.client = client;
    connection.server = open_socket();
    const sockaddr_un address = address_of(server_path_);
    if (connect(connection.server, reinterpret_cast<const sockaddr*>(&address), sizeof address) !=
        0) {
      connection.cut = true;
    }
    connection.pump = std::thread([this, &connection] { carry(connection); });
  }
}

void CutLine::carry(Connection& connection) const {
  bool open = true;
  while (!ended_ && open && !connection.cut) {
    std::array<pollfd, 2> ends{pollfd{connection.client, POLLIN, 0},
                               pollfd{connection.server, POLLIN, 0}};
    if (poll(ends.data(), ends.size(), look_interval_ms) <= 0) continue;
    std::string sent;
    if (ends[0].revents != 0) {
      open = carry_once(connection.client, connection.server, &sent);
      connection.commits = sent.find("COMMIT") != std::string::npos;
    }
    if (open && ends[1].revents != 0) {
      open = carry_once(connection.server, connection.client, nullptr);
      connection.commits = false;
    }
  }
  close(connection.client);
  while (connection.cut && !ended_) poll(nullptr, 0, look_interval_ms);
  close(connection.server);
}

void CutLine::cut_commits() {
  for (Connection& connection : connections_) {
    if (connection.commits) connection.cut = true;
  }
}

Runner::Runner(const std::string& url, const std::filesystem::path& folder) {
  const std::string database = "--database=" + url, dir = "--dir=" + folder.string();
  const std::array<const char*, 6> arguments{SEGUE_MIGRATE, database.c_str(), dir.c_str(), "--yes",
                                             "up",          nullptr};
  child_ = fork();
  if (child_ != 0) return;
  const int nowhere = open("/dev/null", O_WRONLY);
  dup2(nowhere, STDOUT_FILENO);
  dup2(nowhere, STDERR_FILENO);
  execv(SEGUE_MIGRATE, const_cast<char* const*>(arguments.data()));
  _exit(99);
}

void Runner::kill_now() {
  if (child_ <= 0) return;
  kill(child_, SIGKILL);
  waitpid(child_, nullptr, 0);
  child_ = -1;
}

}  // namespace segue::test
