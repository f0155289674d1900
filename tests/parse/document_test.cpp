#include <catch2/catch.hpp>

#include "engine/core/hash.hpp"
#include "reading.hpp"

using namespace segue;
using namespace segue::test;

namespace {
const std::string drop = "operations:\n  - drop_table: {name: t}\n";
const std::string json_drop = R"({"operations": [{"drop_table": {"name": "t"}}]})";

std::string nested(std::size_t levels) {
  return "x: " + std::string(levels - 1, '[') + std::string(levels - 1, ']') + "\n" + drop;
}
}  // namespace

TEST_CASE("a file without content is a problem, whatever it is empty of", "[parse]") {
  for (const std::string text :
       {"", " \n\t\n", "# only a comment\n", "---\n", "~", "\xEF\xBB\xBF"}) {
    CAPTURE(text);
    CHECK(problems_of(text) == Lines{"1:1 the file is empty"});
  }
  CHECK(problems_of("null", "a.json") == Lines{"1:1 the file is empty"});
  CHECK(problems_of("", "a.json") == Lines{"1:1 the file is empty"});
}

TEST_CASE("a byte-order mark and line ends of another system change neither reading nor hash",
          "[parse]") {
  const auto plain = read(drop);
  const auto other = read("\xEF\xBB\xBFoperations:\r\n  - drop_table: {name: t}\r\n");
  REQUIRE(other.problems.empty());
  CHECK(only<model::DropTable>(other).name == "t");
  CHECK(other.migrations[0].hash == plain.migrations[0].hash);
  CHECK(plain.migrations[0].hash == file_hash(drop));
}

TEST_CASE("a byte-order mark is no part of JSON and takes no column", "[parse]") {
  CHECK(problems_of("\xEF\xBB\xBF" + json_drop, "a.json").empty());
  CHECK(problems_of("\xEF\xBB\xBFowner: x\n" + drop) ==
        Lines{"1:1 \"owner\" in the file is not built yet"});
}

TEST_CASE("bytes that no text file has are problems with their place", "[parse]") {
  CHECK(problems_of("a: b\nc: \xFF\n") == Lines{"2:4 byte 0xFF is not UTF-8"});
  CHECK(problems_of("ü: \xC0\x80") == Lines{"1:4 byte 0xC0 is not UTF-8"});
  CHECK(problems_of("a: \xED\xA0\x80") == Lines{"1:4 byte 0xED is not UTF-8"});
  CHECK(problems_of(std::string("a: b\0c", 6)) == Lines{"1:5 byte 0x00 is a control character"});
  // yaml-cpp takes this byte for the end of the file and would leave out the rest silently.
  CHECK(problems_of(drop + "\x04\n") == Lines{"3:1 byte 0x04 is a control character"});
  CHECK(problems_of("\xFF\xFE") == Lines{"1:1 byte 0xFF is not UTF-8"});
}

TEST_CASE("columns count characters", "[parse]") {
  CHECK(problems_of("operations: [{drop_table: {name: ü, nmae: x}}]") ==
        Lines{"1:37 unknown key \"nmae\" in drop_table; did you mean \"name\"?"});
}

TEST_CASE("a second document is a problem and not left out", "[parse]") {
  CHECK(problems_of(drop + "---\n" + drop) == Lines{"3:1 the file holds more than one document"});
}

TEST_CASE("what YAML has beyond a tree of texts is refused", "[parse]") {
  CHECK(problems_of("a: &x [b]\n") == Lines{"1:4 anchors are not read: write the value out"});
  CHECK(problems_of("a: &x\n  <<: *x\n") == Lines{"1:4 anchors are not read: write the value out"});
  CHECK(problems_of("a: !!str 012\n") == Lines{"1:4 tags are not read: \"tag:yaml.org,2002:str\""});
  CHECK(problems_of("? [a]\n: b\n") == Lines{"1:3 a key must be text"});
  CHECK(problems_of("operations: []\n<<: {a: b}\n").back() == "2:1 unknown key \"<<\" in the file");
  CHECK(problems_of("a: *nowhere\n").size() == 1);
}

TEST_CASE("a syntax error of YAML has its place", "[parse]") {
  CHECK(problems_of("operations:\n  - drop_table: {name: t\n") ==
        Lines{"3:1 this is not YAML: end of map flow not found"});
  CHECK(problems_of("a: b: c\n") == Lines{"1:5 this is not YAML: illegal map value"});
}

TEST_CASE("size, nesting and length of a text are limited, and the limit itself is fine",
          "[parse]") {
  CHECK(problems_of(nested(64)) == Lines{"1:1 unknown key \"x\" in the file"});
  CHECK(problems_of(nested(65)) == Lines{"1:67 nested deeper than 64 levels"});
  CHECK(problems_of(std::string(65, '['), "a.json") == Lines{"1:65 nested deeper than 64 levels"});

  parse::ReadOptions options;
  options.file_bytes_max = drop.size();
  CHECK(parse::read_migration("a.yaml", drop, options).problems.empty());
  options.file_bytes_max = drop.size() - 1;
  CHECK(lines_of(parse::read_migration("a.yaml", drop, options).problems) ==
        Lines{"1:1 the file has 38 bytes; the limit is 37"});

  parse::ReadOptions shorter;
  shorter.statement_bytes_max = 14;  // the longest key has as many
  CHECK(lines_of(
            parse::read_migration("a.yaml", drop + "version_schema: 123456789012345\n", shorter)
                .problems) == Lines{"3:17 this text has 15 bytes; the limit of a statement is 14"});
  CHECK(parse::read_migration("a.yaml", drop + "version_schema: 12345678901234\n", shorter)
            .problems.empty());
}

TEST_CASE("a list of values without end is stopped", "[parse]") {
  std::string text = "operations: [";
  for (int i = 0; i < 500'010; ++i) text += "a,";
  CHECK(problems_of(text + "]").at(0).ends_with("the file has more than 500000 values"));
}

TEST_CASE("a file with thousands of problems shows the first thousand and says so", "[parse]") {
  std::string text;
  for (int i = 0; i < 1500; ++i) text += "k" + std::to_string(i) + ": 1\n";
  const Lines lines = problems_of(text + drop);
  REQUIRE(lines.size() == 1001);
  CHECK(lines[999].starts_with("1000:1 "));
  CHECK(lines[1000] == "0:0 this file has more problems than are shown");
}

TEST_CASE("JSON is read strictly", "[parse]") {
  CHECK(only<model::DropTable>(read(json_drop, "a.json")).name == "t");
  CHECK(problems_of("{\"operations\": [\n  {\"drop_table\": {\"name\": 't'}}]}", "a.json") ==
        Lines{"2:27 this is not JSON: \"'t'\" is no value; texts stand in double quotes"});
  CHECK(problems_of("{\"a\": 1,}", "a.json") ==
        Lines{"1:9 this is not JSON: a key in double quotes is wanted here"});
  CHECK(problems_of("{\"a\" 1}", "a.json") ==
        Lines{"1:6 this is not JSON: ':' is wanted after a key"});
  CHECK(problems_of("{\"a\": 1 # x\n}", "a.json") ==
        Lines{"1:9 this is not JSON: ',' or '}' is wanted here"});
  CHECK(problems_of("[1] 2", "a.json") ==
        Lines{"1:5 this is not JSON: text after the end of the document"});
  CHECK(problems_of("{\"a\": \"x\n\"}", "a.json") ==
        Lines{"1:9 this is not JSON: a line break or tab inside of a text is written \\n or \\t"});
  CHECK(problems_of("{\"a\": \"x", "a.json") ==
        Lines{"1:7 this is not JSON: this text is not closed"});
  for (const std::string number : {"01", "1.", ".5", "+1", "1e", "0x1", "NaN", "yes", "-"}) {
    CAPTURE(number);
    CHECK(
        problems_of("{\"a\": " + number + "}", "a.json").at(0).starts_with("1:7 this is not JSON"));
  }
  for (const std::string number : {"0", "-0.5", "1e3", "12E-7", "true", "null"}) {
    CAPTURE(number);
    CHECK(problems_of("{\"a\": " + number + "}", "a.json").at(0) ==
          "1:1 the file has neither operations nor phases");
  }
}

TEST_CASE("JSON's escapes are read, and half a character is a problem", "[parse]") {
  const auto name = [](const std::string& text) {
    return R"({"operations": [{"drop_table": {"name": ")" + text + R"("}}]})";
  };
  CHECK(only<model::DropTable>(read(name(R"(a\"\\\/\n\u00fc\uD83D\uDE00)"), "a.json")).name ==
        "a\"\\/\n\xC3\xBC\xF0\x9F\x98\x80");
  CHECK(problems_of(name(R"(\uD83D)"), "a.json") ==
        Lines{"1:42 this is not JSON: half of a surrogate pair"});
  CHECK(problems_of(name(R"(\q)"), "a.json") ==
        Lines{"1:42 this is not JSON: this escape is not known"});
  CHECK(problems_of(name(R"(\u12g4)"), "a.json") ==
        Lines{"1:42 this is not JSON: \\u wants four hexadecimal digits"});
  CHECK(problems_of(name(R"(\u0000)"), "a.json") ==
        Lines{"1:41 a NUL character: no database keeps one in a text"});
}

TEST_CASE("an escape cannot bring a NUL into a text of YAML", "[parse]") {
  CHECK(problems_of("operations:\n  - drop_table: {name: \"a\\0b\"}\n") ==
        Lines{"2:24 a NUL character: no database keeps one in a text"});
}

TEST_CASE("scalars are texts as typed", "[parse]") {
  for (const std::string typed :
       {"012", "yes", "on", "1e3", "0x10", "true", "1_000", "2024-01-01"}) {
    CAPTURE(typed);
    const auto result = read("operations: [{drop_table: {name: " + typed + "}}]");
    REQUIRE(result.problems.empty());
    CHECK(only<model::DropTable>(result).name == typed);
  }
}
