#include <catch2/catch.hpp>

#include "engine/core/hash.hpp"
#include "engine/core/identifier.hpp"
#include "engine/core/sql_tokens.hpp"

using namespace segue;

TEST_CASE("a file's hash ignores line endings and the byte-order mark", "[core]") {
  CHECK(file_hash("a\r\nb\n") == file_hash("\xEF\xBB\xBF" "a\nb\r\n"));
  CHECK(file_hash("a\nb") != file_hash("a\nb\n"));
}

TEST_CASE("SHA-256 gives the digest of FIPS 180-4 for abc", "[core]") {
  CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("identifiers quote themselves", "[core]") {
  CHECK(Identifier("a\"b").quoted() == "\"a\"\"b\"");
  CHECK(QualifiedName{"s", "t"}.quoted() == "\"s\".\"t\"");
  CHECK(QualifiedName{"", "t"}.quoted() == "\"t\"");
  CHECK(literal("it's") == "'it''s'");
}

TEST_CASE("two long names with a common prefix stay different when shortened", "[core]") {
  const std::string a(70, 'x');
  CHECK(shortened(a + "1") != shortened(a + "2"));
  CHECK(shortened(a).size() == 63);
  CHECK(shortened("short") == "short");
  std::string umlauts;
  for (int i = 0; i < 40; ++i) umlauts += "ü";
  const std::string cut = shortened(umlauts);
  CHECK(cut.size() <= 63);
  CHECK((static_cast<unsigned char>(cut[cut.size() - 10]) & 0xC0U) != 0xC0U);
}

TEST_CASE("tokens join to the text they came from", "[core]") {
  for (const std::string text :
       {"a || E'it\\'s' -- c\n + $x$ b $x$", "SELECT \"a\"\"b\", 'x''y' /* n /* m */ */ 1.5e3 ::text",
        "`x` [y] \xC3\xBC", "'open", "/* open", "$1 + $$a$$"}) {
    std::string joined;
    for (const SqlToken& token : sql_tokens(text)) joined += token.text;
    CHECK(joined == text);
  }
}

TEST_CASE("columns are replaced outside of strings, functions, types and aliases only", "[core]") {
  auto rename = [](const std::string& text) {
    return replace_columns(text, "u", [](const std::string& name) {
      return name == "name" ? std::optional<std::string>("\"n2\"") : std::nullopt;
    });
  };
  CHECK(rename("lower(name) || 'name' -- name") == "lower(\"n2\") || 'name' -- name");
  CHECK(rename("name(name)::name") == "name(\"n2\")::name");
  CHECK(rename("u.name = v.name AND NAME <> \"NAME\"") == "\"n2\" = v.name AND \"n2\" <> \"NAME\"");
  CHECK(rename("CAST(name AS name)") == "CAST(\"n2\" AS name)");
}

TEST_CASE("unclosed SQL is recognised", "[core]") {
  CHECK(is_closed_sql("a || 'x''y' || (b)"));
  CHECK_FALSE(is_closed_sql("a || 'x"));
  CHECK_FALSE(is_closed_sql("(a"));
  CHECK_FALSE(is_closed_sql("a)"));
  CHECK_FALSE(is_closed_sql("a /* b"));
}

TEST_CASE("SQLite's brackets quote a name, and its comments do not nest", "[core]") {
  const auto tokens = [](std::string_view text, SqlSyntax syntax) {
    std::vector<std::string> texts;
    std::string joined;
    for (const SqlToken& token : sql_tokens(text, syntax)) {
      texts.push_back(token.text);
      joined += token.text;
    }
    CHECK(joined == text);
    return texts;
  };
  using Texts = std::vector<std::string>;
  CHECK(tokens("[a b]", SqlSyntax::sqlite) == Texts{"[a b]"});
  CHECK(tokens("a[1]", SqlSyntax::postgres) == Texts{"a", "[", "1", "]"});
  CHECK(tokens("[open", SqlSyntax::sqlite) == Texts{"[open"});
  CHECK(tokens("/* /* */x", SqlSyntax::sqlite) == Texts{"/* /* */", "x"});
  CHECK(tokens("e'\\'x", SqlSyntax::sqlite) == Texts{"e", "'\\'", "x"});
  CHECK(sql_tokens("[a\"b]", SqlSyntax::sqlite)[0].name() == "a\"b");
  CHECK(referenced_columns("\"T\".[A] > 1", "t", {"a", "b"}, SqlSyntax::sqlite) ==
        std::set<std::string>{"a"});
}
