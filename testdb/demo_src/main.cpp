// segue_demo story|writer …: the program behind testdb/demo.

#include <csignal>
#include <cstdio>
#include <exception>
#include <map>
#include <string>

#include "testdb/demo_src/story.hpp"
#include "testdb/demo_src/writer.hpp"

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // a child that is gone is an error to be told
  std::map<std::string, std::string> flags;
  for (int i = 2; i + 1 < argc; i += 2) flags[argv[i]] = argv[i + 1];
  const std::string what = argc > 1 ? argv[1] : "";
  try {
    if (what == "writer") {
      return segue::demo::run_writer({.database = flags["--database"],
                                      .migrations = flags["--migrations"],
                                      .version = flags["--version"],
                                      .number = std::stoi(flags["--number"])});
    }
    if (what == "story") {
      segue::demo::tell_story({.database = flags["--database"],
                               .command = flags["--command"],
                               .program = argv[0],
                               .migrations = flags["--migrations"],
                               .data = flags["--data"],
                               .journal = flags["--journal"]});
      return 0;
    }
    std::fprintf(stderr, "usage: segue_demo story|writer --database URL …\n");
    return 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "segue_demo: %s\n", error.what());
    return 1;
  }
}
