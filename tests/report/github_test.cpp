#include "engine/report/github.hpp"

#include <catch2/catch.hpp>

#include "tests/report/samples.hpp"

using namespace segue;

TEST_CASE("a failure is annotated at its place in the file", "[report]") {
  CHECK(report::github_annotations(report::samples::failure()) ==
        "::error file=migrations/0007_age.yaml,line=4,col=7::2 rows differ\n");
}

TEST_CASE("every problem is an annotation of its own, escaped", "[report]") {
  Failure failure{.message = "2 problems"};
  failure.detail.problems = {{"50% wrong\nhere", {"a,b.yaml", 3, 5}}, {"no place", {}}};
  CHECK(report::github_annotations(failure) ==
        "::error file=a%2Cb.yaml,line=3,col=5::50%25 wrong%0Ahere\n"
        "::error::no place\n");
}

TEST_CASE("the job summary says what was reached and what failed", "[report]") {
  CHECK(report::github_summary("up", report::samples::run(), 4) ==
        "### migrate up: failed, exit 4\n\n"
        "- 0006_x is migrated\n"
        "- **2 rows differ** (check_failed)\n"
        "- left behind: the new column, not published\n"
        "- next: migrate reverse 0007_age\n"
        "\n| migration | step | state | time | rows |\n| --- | --- | --- | --- | --- |\n"
        "| 0006_x | migrate/01-publish | done | 12 ms | 0 |\n");
}
