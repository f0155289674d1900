#pragma once
// The demo's story: which runs are made, what is proved between them, what is told about them.

#include <string>

namespace segue::demo {

struct StoryOptions {
  std::string database;    ///< empty database; URL as the command takes it
  std::string command;     ///< path of `migrate`
  std::string program;     ///< path of this program, for the writers
  std::string migrations;  ///< folder
  std::string data;        ///< UnicodeData.txt
  std::string journal;     ///< SQLite: journal mode of the file
};

/// Tells the story on stdout. Throws std::runtime_error when anything is not as it must be.
void tell_story(const StoryOptions& options);

}  // namespace segue::demo
