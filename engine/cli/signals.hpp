#pragma once
// SIGINT and SIGTERM as requests: the first asks for a stop at a safe point, the second cancels
// what runs, the third ends the process at once. A thread receives them, so no handler interrupts
// anything and everything may be called from here.

#include <atomic>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

namespace segue::cli {

class SignalWatcher {
 public:
  /// Blocks both signals in this thread and in those that it starts later; so it is made first.
  SignalWatcher();
  ~SignalWatcher();
  SignalWatcher(const SignalWatcher&) = delete;
  SignalWatcher& operator=(const SignalWatcher&) = delete;

  [[nodiscard]] std::stop_token stop_token() const { return stop_.get_token(); }
  /// The first signal that came, 0: none.
  [[nodiscard]] int first_signal() const { return first_signal_; }

  /// What the second signal does, called on the watcher's thread; empty: nothing. Returns once a
  /// call in progress has ended, so what it refers to may then go.
  void on_second(std::function<void()> action);

 private:
  void watch();
  void receive(int signal);

  std::stop_source stop_;
  std::atomic<int> first_signal_{0};
  int count_ = 0;
  std::mutex mutex_;
  std::function<void()> on_second_;
  int wake_ = -1;  // eventfd by which the destructor ends the thread
  std::thread thread_;
};

}  // namespace segue::cli
