#pragma once
// What the tests of this layer share.

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <chrono>
#include <atomic>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <thread>

#include "engine/database/database.hpp"
#include "tests/support/test_database.hpp"

namespace segue::test {

/// The Error that `run` throws; the test fails when it throws none.
inline Error error_of(const std::function<void()>& run) {
  try {
    run();
  } catch (const Error& error) {
    UNSCOPED_INFO(error.what());
    return error;
  }
  throw std::runtime_error("nothing was thrown");
}

inline ErrorKind kind_of(const std::function<void()>& run) { return error_of(run).kind(); }

/// Looks until `holds`, as fast as it can, and fails after a generous limit: nothing is proved by
/// time.
inline void wait_until(const std::function<bool()>& holds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end) throw std::runtime_error("did not happen in 30 s");
    std::this_thread::yield();
  }
}

}  // namespace segue::test

namespace Catch {
template <>
struct StringMaker<segue::ErrorKind> {
  static std::string convert(segue::ErrorKind kind) { return std::string(segue::to_string(kind)); }
};
}  // namespace Catch
