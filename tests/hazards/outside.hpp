#pragma once
// What happens to a runner from outside: a connection that is cut while the server goes on, and a
// process that is killed.

#include <sys/types.h>

#include <atomic>
#include <filesystem>
#include <list>
#include <string>
#include <thread>

namespace segue::test {

/// A line to the server that can be cut at the client's end only. The server hears nothing of it.
class CutLine {
 public:
  /// `url` names a folder of unix sockets, as testdb/postgres prints it; `folder` is for ours.
  CutLine(const std::string& url, const std::filesystem::path& folder);
  CutLine(const CutLine&) = delete;
  CutLine& operator=(const CutLine&) = delete;
  ~CutLine();

  [[nodiscard]] const std::string& url() const { return url_; }
  /// Cuts those connections that wait for the answer to a COMMIT.
  void cut_commits();

 private:
  struct Connection {
    int client = -1;
    int server = -1;
    std::atomic<bool> commits = false;
    std::atomic<bool> cut = false;
    std::thread pump;
  };

  void accept_all();
  void carry(Connection& connection) const;

  std::string url_;
  std::string server_path_;
  int listener_ = -1;
  std::atomic<bool> ended_ = false;
  std::list<Connection> connections_;
  std::thread acceptor_;
};

/// The real command as a child: `migrate up` on this database and folder. Killed when it goes.
class Runner {
 public:
  Runner(const std::string& url, const std::filesystem::path& folder);
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;
  ~Runner() { kill_now(); }

  /// SIGKILL, and waits for its end.
  void kill_now();

 private:
  pid_t child_ = -1;
};

}  // namespace segue::test
