#include "engine/cli/signals.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <system_error>

#include "engine/cli/log.hpp"

namespace segue::cli {
namespace {

sigset_t watched_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

}  // namespace

SignalWatcher::SignalWatcher() {
  const sigset_t set = watched_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  wake_ = eventfd(0, EFD_CLOEXEC);
  if (wake_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
  thread_ = std::thread([this] { watch(); });
}

SignalWatcher::~SignalWatcher() {
  const std::uint64_t one = 1;
  static_cast<void>(!::write(wake_, &one, sizeof one));
  thread_.join();
  ::close(wake_);
}

void SignalWatcher::on_second(std::function<void()> action) {
  const std::lock_guard lock{mutex_};
  on_second_ = std::move(action);
}

void SignalWatcher::watch() {
  const sigset_t set = watched_signals();
  const int signals = signalfd(-1, &set, SFD_CLOEXEC);
  std::array<pollfd, 2> both{{{signals, POLLIN, 0}, {wake_, POLLIN, 0}}};
  while (true) {
    if (::poll(both.data(), both.size(), -1) < 0 && errno != EINTR) break;
    if (both[1].revents != 0) break;
    signalfd_siginfo info{};
    if ((both[0].revents & POLLIN) == 0) continue;
    if (::read(signals, &info, sizeof info) == sizeof info)
      receive(static_cast<int>(info.ssi_signo));
  }
  ::close(signals);
}

void SignalWatcher::receive(int signal) {
  ++count_;
  if (count_ == 1) {
    first_signal_ = signal;
    log_warning("stopping at the next safe point; once more cancels the statement at hand");
    stop_.request_stop();
  } else if (count_ == 2) {
    log_warning("cancelling; once more ends at once");
    const std::lock_guard lock{mutex_};
    if (on_second_) on_second_();
  } else {
    _exit(128 + signal);
  }
}

}  // namespace segue::cli
