#include "engine/report/exit_code.hpp"

#include <catch2/catch.hpp>
#include <csignal>

using segue::Error;
using segue::ErrorKind;
using segue::Failure;
using segue::report::exit_code_for;

TEST_CASE("what cannot run exits 2 before the first step and 4 after it", "[report]") {
  for (ErrorKind kind : {ErrorKind::invalid_input, ErrorKind::privilege, ErrorKind::refused}) {
    CHECK(exit_code_for(kind, {}) == 2);
    CHECK(exit_code_for(kind, {.began = true}) == 4);
  }
}

TEST_CASE("what is worth another try exits 3", "[report]") {
  for (ErrorKind kind : {ErrorKind::lock_timeout, ErrorKind::deadlock, ErrorKind::serialization,
                         ErrorKind::connection_lost, ErrorKind::resource, ErrorKind::in_doubt}) {
    CHECK(exit_code_for(kind, {}) == 3);
    CHECK(exit_code_for(kind, {.began = true}) == 3);
  }
}

TEST_CASE("what a human must look at exits 4", "[report]") {
  for (ErrorKind kind : {ErrorKind::conflict, ErrorKind::drift, ErrorKind::bug}) {
    CHECK(exit_code_for(kind, {}) == 4);
  }
  CHECK(exit_code_for(ErrorKind::check_failed, {}) == 4);
  CHECK(exit_code_for(ErrorKind::check_failed, {.is_verify = true}) == 1);
}

TEST_CASE("an interrupted run exits with the number of its signal", "[report]") {
  CHECK(exit_code_for(ErrorKind::cancelled, {.signal = SIGINT}) == 130);
  CHECK(exit_code_for(ErrorKind::cancelled, {.signal = SIGTERM}) == 143);
  CHECK(exit_code_for(ErrorKind::cancelled, {.is_wait = true}) == 3);
}

TEST_CASE("a connection that never came exits 2, one that broke exits 3", "[report]") {
  const Failure never = segue::report::failure_of(Error(ErrorKind::connection_lost, "refused"));
  CHECK(exit_code_for(never, {}) == 2);
  const Failure broke = segue::report::failure_of(
      Error(ErrorKind::connection_lost, "lost", {.statement = "SELECT 1"}));
  CHECK(exit_code_for(broke, {}) == 3);
}

TEST_CASE("a file that cannot be opened exits 2, a full disk 3, a damaged file 4", "[report]") {
  Failure failure{.kind = ErrorKind::resource, .at_first_connection = true};
  failure.detail.sqlstate = "SQLITE_CANTOPEN_ISDIR";
  CHECK(exit_code_for(failure, {}) == 2);
  failure.detail.sqlstate = "SQLITE_FULL";
  CHECK(exit_code_for(failure, {}) == 3);
  failure.kind = ErrorKind::refused;
  failure.detail.sqlstate = "SQLITE_CORRUPT_INDEX";
  CHECK(exit_code_for(failure, {}) == 4);
}
