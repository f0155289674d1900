#include "testdb/demo_src/writers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <stdexcept>

namespace segue::demo {

void Waits::add(const Waits& other) {
  writes += other.writes;
  longest_us = std::max(longest_us, other.longest_us);
  p99_us = std::max(p99_us, other.p99_us);
  refused += other.refused;
  if (!other.refusal.empty()) refusal = other.refusal;
}

std::vector<std::string> WriterProcess::answer() {
  std::istringstream line(child_.read_line());
  std::vector<std::string> words;
  for (std::string word; std::getline(line, word, '\t');) words.push_back(word);
  if (words.empty() || words[0] == "unexpected") {
    throw std::runtime_error(fmt::format("writer {} saw an unexpected error: {}", number_,
                                         words.size() > 1 ? words[1] : "nothing"));
  }
  words.resize(std::max<std::size_t>(words.size(), 7));
  return words;
}

Waits WriterProcess::take_waits() {
  child_.write_line("phase");
  const std::vector<std::string> words = answer();
  is_writing_ = words[5] == "writing";
  return {std::stoll(words[1]), std::stoll(words[2]), std::stoll(words[3]), std::stoll(words[4]),
          words[6]};
}

Characters WriterProcess::dump() {
  child_.write_line("dump");
  Characters rows;
  for (std::vector<std::string> words = answer(); words[0] == "row"; words = answer()) {
    rows[std::stoll(words[1])] = {words[2], words[3], words[4]};
  }
  return rows;
}

std::size_t WriterProcess::stop() {
  child_.write_line("stop");
  const std::vector<std::string> words = answer();
  child_.wait();
  return std::stoull(words[1]);
}

}  // namespace segue::demo
