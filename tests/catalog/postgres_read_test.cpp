#include <catch2/catch.hpp>

#include "engine/catalog/catalog_reader.hpp"
#include "engine/core/hash.hpp"
#include "tests/catalog/rich_postgres.hpp"
#include "tests/support/test_database.hpp"

using namespace segue;
using database::Kind;
using Names = std::vector<std::string>;
using NameSet = std::set<std::string>;

namespace {

const model::Catalog& rich_catalog() {
  static const model::Catalog catalog = [] {
    const test::TestDatabase test(Kind::postgres);
    test.run(test::rich_postgres);
    return catalog::read_catalog(*test.open(), "public");
  }();
  return catalog;
}

const model::CatalogTable& table(const std::string& name) {
  const model::CatalogTable* found = rich_catalog().table(name);
  REQUIRE(found != nullptr);
  return *found;
}

const model::CatalogColumn& column(const std::string& name) {
  const model::CatalogColumn* found = table("u").column(name);
  REQUIRE(found != nullptr);
  return *found;
}

const model::CatalogIndex& index(const std::string& table_name, const std::string& name) {
  const model::CatalogIndex* found = table(table_name).index(name);
  REQUIRE(found != nullptr);
  return *found;
}

const model::CatalogConstraint& constraint(const std::string& table_name, const std::string& name) {
  const model::CatalogConstraint* found = table(table_name).constraint(name);
  REQUIRE(found != nullptr);
  return *found;
}

const model::CatalogTrigger& trigger(const std::string& table_name, const std::string& name) {
  for (const model::CatalogTrigger& each : table(table_name).triggers) {
    if (each.name == name) return each;
  }
  FAIL("no trigger " << name);
  throw std::logic_error(name);
}

const model::CatalogDependent& dependent(const std::string& table_name, const std::string& kind,
                                         const std::string& name) {
  std::string seen;
  for (const model::CatalogDependent& each : table(table_name).dependents) {
    if (each.kind == kind && each.name == name) return each;
    seen += each.kind + " " + each.name + "\n";
  }
  FAIL("no " << kind << " " << name << " in\n" << seen);
  throw std::logic_error(name);
}

}  // namespace

TEST_CASE("settings, schemas and names of the schema are read", "[catalog]") {
  const model::Catalog& catalog = rich_catalog();
  CHECK(catalog.kind == model::DatabaseKind::postgres);
  CHECK(catalog.server_version >= 140000);
  CHECK(catalog.settings.at("deadlock_timeout_ms") == "1000");
  CHECK(catalog.settings.at("block_size") == "8192");
  CHECK(catalog.settings.at("server_encoding") == "UTF8");
  CHECK(catalog.settings.at("in_recovery") == "false");
  CHECK(catalog.schemas.contains("other"));
  CHECK(catalog.schemas.contains("pg_catalog"));
  for (const char* name :
       {"u", "v", "mv", "loose", "u_lower", "mood", "long_name", "pair", "part_1"}) {
    CHECK(catalog.relation_names.contains(name));
  }
  CHECK_FALSE(catalog.relation_names.contains("far"));
  CHECK_FALSE(catalog.relation_names.contains("_u"));
  CHECK(catalog.table("far") == nullptr);
}

TEST_CASE("facts of a table are read", "[catalog]") {
  const model::CatalogTable& u = table("u");
  CHECK(u.oid > 0);
  CHECK(u.file_node > 0);
  CHECK(u.kind == 'r');
  CHECK(u.owner == "postgres");
  CHECK(u.bytes > 0);
  CHECK(u.persistence == 'p');
  CHECK(u.row_security);
  CHECK_FALSE(u.force_row_security);
  CHECK(u.replica_identity == 'i');
  CHECK(u.options == "fillfactor=70, toast.autovacuum_enabled=false");
  CHECK(u.comment == "people's table");
  CHECK(u.privileges.find("segue_reader=a*r*/postgres") != std::string::npos);
  const model::CatalogGrant grant{"postgres", "segue_reader", "SELECT", true};
  CHECK(std::count(u.grants.begin(), u.grants.end(), grant) == 1);
  CHECK(table("child").privileges.empty());
  CHECK(table("parent").grants.back().privilege != "");
  CHECK(table("fast").persistence == 'u');
  CHECK(table("v").kind == 'v');
  CHECK(table("mv").kind == 'm');
  CHECK(table("typed").of_type == "public.pair");
  CHECK(table("base_inh").has_children);
  CHECK(table("kid_inh").has_parent);
  CHECK(table("kid_inh").parents == Names{"\"public\".\"base_inh\""});
  CHECK(table("part").kind == 'p');
  CHECK(table("part").partition_key == "RANGE (k)");
  CHECK(table("part").children == Names{"\"public\".\"part_1\"", "\"public\".\"part_default\""});
  CHECK(table("part_1").is_partition);
  CHECK(table("part_1").partition_bound == "FOR VALUES FROM (0) TO (10)");
}

TEST_CASE("facts of columns are read", "[catalog]") {
  CHECK(column("id").identity == 'a');
  CHECK(column("id").primary_key == 1);
  CHECK_FALSE(column("id").nullable);
  CHECK(column("id").owned_sequence == "\"public\".\"u_id_seq\"");
  CHECK(column("id").sequence_options ==
        "AS bigint START WITH 10 INCREMENT BY 2 MINVALUE 1 MAXVALUE 9223372036854775807 CACHE 3 NO "
        "CYCLE");
  CHECK(column("ser").owned_sequence == "\"public\".\"u_ser_seq\"");
  CHECK(column("ser").default_sql == "nextval('public.u_ser_seq'::regclass)");
  CHECK(column("fn").default_sql == "'x'::text");
  CHECK(column("fn").comment == "full\nname");
  CHECK(column("fn").statistics_target == 500);
  CHECK(column("fn").options == "statistics=500");
  CHECK(column("fn").privileges == "{segue_reader=w/postgres}");
  CHECK(column("fn").grants.size() == 1);
  CHECK(column("email").type == "character varying(40)");
  CHECK(column("email").collation == "\"pg_catalog\".\"C\"");
  CHECK(column("ci_name").collation == "\"public\".\"ci\"");
  CHECK_FALSE(column("ci_name").deterministic_collation);
  CHECK(column("doc").storage == 'e');
  CHECK(column("note").compression == 'p');
  CHECK(column("note").options == "compression=p");
  CHECK(column("born").options == "n_distinct=5");
  CHECK(column("up_fn").generated == "upper(fn)");
  CHECK_FALSE(column("up_fn").default_sql);
  CHECK_FALSE(column("up_fn").generated_virtual);
  CHECK(column("alias").type == "public.name_text");
  CHECK_FALSE(column("note").default_sql);
  CHECK(column("note").collation.empty());
  CHECK(column("note").position > column("up_fn").position);
}

TEST_CASE("equality means equal bytes only for the types of which the protocol says so",
          "[catalog]") {
  for (const char* name : {"id", "ser", "fn", "email", "feeling", "alias", "born", "at", "raw"}) {
    INFO(name);
    CHECK(column(name).equality_is_bytes);
  }
  for (const char* name : {"ci_name", "amount", "doc", "tags", "p", "f"}) {
    INFO(name);
    CHECK_FALSE(column(name).equality_is_bytes);
  }
  CHECK(column("fn").toastable);
  CHECK(column("doc").toastable);
  CHECK_FALSE(column("id").toastable);
  CHECK_FALSE(column("at").toastable);
}

TEST_CASE("facts of indexes are read", "[catalog]") {
  const model::CatalogIndex& lower = index("u", "u_lower");
  CHECK(lower.definition.find("INCLUDE (note) WITH (fillfactor='80') WHERE") != std::string::npos);
  CHECK(lower.keys == Names{"", "id"});
  CHECK(lower.included == Names{"note"});
  CHECK(lower.columns == NameSet{"born", "fn", "id", "note"});
  CHECK(lower.partial);
  CHECK_FALSE(lower.unique);
  CHECK(lower.valid);
  CHECK(lower.comment == "search");
  CHECK(lower.method == "btree");
  CHECK(lower.statistics_targets == std::vector<std::pair<int, int>>{{1, 77}});
  CHECK(index("u", "u_doc").method == "gin");
  CHECK(index("u", "u_ident").clustered);
  CHECK(index("u", "u_ident").replica_identity);
  CHECK(index("u", "u_pkey").primary);
  CHECK(index("u", "u_pkey").constraint == "u_pkey");
  CHECK(index("u", "u_email_key").constraint == "u_email_key");
  CHECK(index("u", "no_overlap").constraint == "no_overlap");
  CHECK(index("u", "u_ident").constraint.empty());
  CHECK(index("mv", "mv_born").unique);
}

TEST_CASE("facts of constraints are read, from both ends of a foreign key", "[catalog]") {
  CHECK(constraint("u", "u_amount_check").type == 'c');
  CHECK(constraint("u", "u_amount_check").columns == Names{"amount"});
  CHECK(constraint("u", "email_or_fn").comment == "one of two");
  CHECK_FALSE(constraint("u", "late").validated);
  CHECK(constraint("u", "u_pkey").type == 'p');
  CHECK(constraint("u", "u_email_key").columns == Names{"email", "born"});
  CHECK(constraint("u", "no_overlap").type == 'x');
  const model::CatalogConstraint& fk = constraint("u", "u_parent_id_fkey");
  CHECK(fk.type == 'f');
  CHECK(fk.deferrable);
  CHECK(fk.initially_deferred);
  CHECK(fk.referenced_table == "\"public\".\"parent\"");
  CHECK(fk.referenced_columns == Names{"id"});
  CHECK(fk.index == "parent_pkey");
  const auto& incoming = table("u").incoming;
  REQUIRE(incoming.size() == 2);
  CHECK(incoming[0].name == "child_u");
  CHECK(incoming[0].on_table == "\"public\".\"child\"");
  CHECK(incoming[1].on_table == "\"other\".\"far\"");
  CHECK(incoming[1].definition.find("ON UPDATE CASCADE") != std::string::npos);
  CHECK(table("child").incoming.empty());
  CHECK(constraint("child", "child_self_fkey").referenced_table == "\"public\".\"child\"");
  CHECK(table("part").incoming.size() == 1);
  CHECK(constraint("kid_inh", "base_inh_a_check").inherited);
  const auto foreign_keys = [](const model::CatalogTable& of) {
    return std::count_if(of.constraints.begin(), of.constraints.end(),
                         [](const auto& each) { return each.type == 'f'; });
  };
  CHECK(foreign_keys(table("points_at_part")) == 1);
  if (rich_catalog().server_version >= 180000) {
    CHECK(constraint("u", "u_fn_not_null").type == 'n');
    CHECK(constraint("u", "u_fn_not_null").columns == Names{"fn"});
  }
}

TEST_CASE("facts of triggers are read", "[catalog]") {
  const model::CatalogTrigger& stamp = trigger("u", "a_stamp");
  CHECK(stamp.enabled == 'A');
  CHECK(stamp.before);
  CHECK(stamp.row);
  CHECK(stamp.on_update);
  CHECK_FALSE(stamp.on_insert);
  CHECK(stamp.columns == NameSet{"email", "fn"});
  CHECK(stamp.depends_on == NameSet{"email", "fn", "note"});
  CHECK(stamp.function == "\"public\".\"stamp\"");
  CHECK(stamp.function_language == "plpgsql");
  CHECK(stamp.function_source.find("OLD.note") != std::string::npos);
  CHECK(stamp.function_hash.size() == 64);
  CHECK(stamp.comment == "stamps");
  const model::CatalogTrigger& statement = trigger("u", "b_stmt");
  CHECK_FALSE(statement.row);
  CHECK_FALSE(statement.before);
  CHECK(statement.on_truncate);
  CHECK(statement.on_delete);
  CHECK(table("u").triggers.size() == 2);
  CHECK_FALSE(trigger("part", "part_trigger").inherited);
  CHECK(trigger("part_1", "part_trigger").inherited);
  CHECK(table("points_at_part").triggers.empty());
}

TEST_CASE("whatever stands on a table is among its dependents", "[catalog]") {
  CHECK(dependent("u", "view", "\"public\".\"v\"").columns == NameSet{"email", "fn", "id"});
  CHECK(dependent("u", "view", "\"public\".\"v\"").comment == "short");
  CHECK(dependent("u", "view", "\"public\".\"v_row\"").columns.empty());
  CHECK(dependent("u", "view", "\"public\".\"v_row\"").options == "security_barrier=true");
  CHECK(dependent("u", "view", "\"other\".\"vv\"").columns == NameSet{"note"});
  CHECK(dependent("u", "materialized view", "\"public\".\"mv\"").columns == NameSet{"born"});
  CHECK(dependent("child", "rule", "\"no_del\" ON \"public\".\"child\"").columns ==
        NameSet{"old_id"});
  CHECK(dependent("u", "policy", "\"mine\" ON \"public\".\"u\"").columns == NameSet{"email"});
  CHECK(dependent("u", "policy", "\"theirs\" ON \"public\".\"child\"").columns ==
        NameSet{"id", "note"});
  CHECK(dependent("child", "policy", "\"theirs\" ON \"public\".\"child\"")
            .definition.find("AS RESTRICTIVE FOR ALL TO PUBLIC USING") != std::string::npos);
  const auto& statistics = dependent("u", "statistics", "\"public\".\"u_stats\"");
  CHECK(statistics.columns == NameSet{"email", "fn"});
  CHECK(statistics.options == "300");
  CHECK(statistics.comment == "correlated");
  CHECK(dependent("u", "generated column", "\"up_fn\" ON \"public\".\"u\"").columns ==
        NameSet{"fn"});
  CHECK(dependent("u", "function", "public.count_notes()").columns == NameSet{"note"});
  CHECK(dependent("u", "function", "public.one_u()").columns.empty());
  CHECK(dependent("u", "row type column", "public.keeps.us").columns.empty());
  CHECK(dependent("u", "publication", "\"pub\"").definition == "FOR TABLE");
  CHECK(dependent("u", "publication", "\"everything\"").definition == "FOR ALL TABLES");
  CHECK(dependent("part", "partition key", "\"public\".\"part\"").columns == NameSet{"k"});
}

TEST_CASE("what newer servers know is read too", "[catalog]") {
  const test::TestDatabase test(Kind::postgres);
  const auto connection = test.open();
  const int version = connection->session().server_version;
  test.run("CREATE TABLE t (a int, b int, c int)");
  if (version >= 150000) {
    test.run(
        "CREATE UNIQUE INDEX t_a ON t (a) NULLS NOT DISTINCT;"
        "CREATE PUBLICATION part_of_it FOR TABLE t (a, b) WHERE (c > 1);"
        "CREATE PUBLICATION whole FOR TABLES IN SCHEMA public");
  }
  test.run("ALTER TABLE t ADD CONSTRAINT t_check CHECK (a > 0) NOT VALID");
  if (version >= 180000) {
    test.run(
        "ALTER TABLE t ADD COLUMN v int GENERATED ALWAYS AS (a + b) VIRTUAL,"
        "ADD CONSTRAINT t_loose CHECK (b > 0) NOT ENFORCED");
  }
  const model::Catalog read = catalog::read_catalog(*connection, "public");
  const model::CatalogTable& t = *read.table("t");
  CHECK(t.constraint("t_check")->enforced);
  CHECK_FALSE(t.constraint("t_check")->validated);
  if (version >= 180000) {
    CHECK_FALSE(t.constraint("t_loose")->enforced);
    CHECK_FALSE(t.constraint("t_loose")->validated);
  }
  if (version >= 150000) {
    CHECK(t.index("t_a")->nulls_not_distinct);
    REQUIRE(t.dependents.size() >= 2);
    const auto& some = t.dependents[t.dependents.size() - 2];
    CHECK(some.columns == NameSet{"a", "b", "c"});  // the row filter stands on c
    CHECK(some.definition == "FOR TABLE WHERE (c > 1)");
    CHECK(t.dependents.back().definition == "FOR TABLES IN SCHEMA");
  }
  if (version >= 180000) {
    CHECK(t.column("v")->generated_virtual);
    CHECK(t.column("v")->generated == "(a + b)");
    CHECK(t.dependents.front().columns == NameSet{"a", "b"});
  }
}

TEST_CASE("odd names survive reading", "[catalog]") {
  std::string long_name;
  for (int i = 0; i < 30; ++i) long_name += "\xC3\xBC";
  const Names names = {"Upper Case", "quo\"te", "com,ma{}\\", "NULL", "\xE6\x97\xA5\xE6\x9C\xAC",
                       long_name,    "select"};
  const test::TestDatabase test(Kind::postgres);
  const auto connection = test.open();
  for (const std::string& name : names) {
    const std::string quoted = Identifier(name).quoted();
    const std::string key = "k" + name;
    test.run("CREATE SCHEMA " + quoted + "; CREATE TABLE " + quoted + "." + quoted + " (" + quoted +
             " int, CONSTRAINT " + Identifier(key).quoted() + " PRIMARY KEY (" + quoted +
             "), x int REFERENCES " + quoted + "." + quoted + "); CREATE VIEW " + quoted +
             ".v AS SELECT " + quoted + " FROM " + quoted + "." + quoted);
    const model::Catalog read = catalog::read_catalog(*connection, name);
    INFO(name);
    const model::CatalogTable* found = read.table(name);
    REQUIRE(found != nullptr);
    CHECK(found->column(name) != nullptr);
    CHECK(found->index(key)->keys == Names{name});
    CHECK(found->index(key)->constraint == key);
    CHECK(found->dependents.at(0).columns == NameSet{name});
    CHECK(found->dependents.at(0).name == QualifiedName{name, "v"}.quoted());
  }
}

TEST_CASE("reading does not wait without end for a table that somebody holds", "[catalog]") {
  const test::TestDatabase test(Kind::postgres);
  test.run("CREATE TABLE t (a int)");
  const auto holder = test.open();
  holder->query("BEGIN");
  holder->query("LOCK TABLE public.t IN ACCESS EXCLUSIVE MODE");
  const auto connection = test.open();
  try {
    static_cast<void>(catalog::read_catalog(*connection, "public"));
    FAIL("the table was locked");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::lock_timeout);
  }
  CHECK_FALSE(connection->in_transaction());
  holder->query("ROLLBACK");
  CHECK(catalog::read_catalog(*connection, "public").table("t") != nullptr);
}

TEST_CASE("reading uses an open transaction and leaves it open", "[catalog]") {
  const test::TestDatabase test(Kind::postgres);
  const auto connection = test.open();
  connection->query("BEGIN");
  connection->query("CREATE TABLE public.fresh (a int)");
  CHECK(catalog::read_catalog(*connection, "public").table("fresh") != nullptr);
  CHECK(connection->in_transaction());
  connection->query("ROLLBACK");
  CHECK(catalog::read_catalog(*connection, "public").table("fresh") == nullptr);
  CHECK_FALSE(connection->in_transaction());
}
