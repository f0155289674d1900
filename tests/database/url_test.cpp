#include "engine/database/url.hpp"

#include "tests/database/database_test.hpp"

using namespace segue;
using namespace segue::database;

TEST_CASE("a URL names its kind of database", "[database]") {
  for (const std::string url :
       {"postgresql://u:p@h:5432/d", "postgres://h/d?sslmode=require", "host=h dbname=d.db",
        "  service = prod", "postgresql:///d?host=/run/pg", "postgresql://a,b:5433/d"}) {
    CAPTURE(url);
    CHECK(kind_of_url(url) == Kind::postgres);
  }
  for (const std::string url : {"sqlite:a.db", "sqlite:///var/a", "sqlite::memory:", "a.db",
                                "./b.sqlite", "/c/d.sqlite3", "x=y.db"}) {
    CAPTURE(url);
    CHECK(kind_of_url(url) == Kind::sqlite);
  }
}

TEST_CASE("a foreign URL gets a hint", "[database]") {
  const auto hint_of = [](const std::string& url) {
    std::string hint;
    CHECK_FALSE(kind_of_url(url, &hint).has_value());
    return hint;
  };
  CHECK(hint_of("jdbc:postgresql://h/d").find("leave out jdbc:") != std::string::npos);
  CHECK(hint_of("jdbc:sqlite:a.db").find("sqlite:PATH") != std::string::npos);
  CHECK(hint_of("postgresql+psycopg2://h/d").find("postgresql:// instead") != std::string::npos);
  CHECK(hint_of("mysql://h/d").find("postgresql://") != std::string::npos);
  CHECK(hint_of("").find("no database") != std::string::npos);
  CHECK(hint_of("users").find(".sqlite3") != std::string::npos);
  CHECK_FALSE(kind_of_url("jdbc:x").has_value());
  const Error error =
      test::error_of([] { (void)open({.url = "jdbc:postgresql://h/?password=secret"}); });
  CHECK(error.kind() == ErrorKind::invalid_input);
  CHECK(std::string(error.what()).find("secret") == std::string::npos);
  CHECK(error.detail().next.find("secret") == std::string::npos);
}

TEST_CASE("a SQLite URL is a path", "[database]") {
  CHECK(sqlite_path("sqlite:a b.db") == "a b.db");
  CHECK(sqlite_path("sqlite:///abs/a.db") == "/abs/a.db");
  CHECK(sqlite_path("sqlite://rel.db") == "rel.db");
  CHECK(sqlite_path("a.db") == "a.db");
  CHECK(sqlite_uri("/a b?#%ä.db", "mode=ro") == "file:///a%20b%3F%23%25%C3%A4.db?mode=ro");
  CHECK(sqlite_uri("rel.db", "") == "file:rel.db");
}
