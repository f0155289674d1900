// One query for each kind of object, for the whole schema; the rows are spread over the tables by
// oid.

#include "engine/catalog/postgres_reader.hpp"

#include <algorithm>
#include <unordered_map>

#include "engine/catalog/rows.hpp"
#include "engine/core/hash.hpp"
#include "engine/dialect/postgres/catalog_queries.hpp"

namespace segue::catalog {
namespace {

namespace sql = dialect::postgres;

// pg_trigger.tgtype
constexpr std::int64_t trigger_row = 1;
constexpr std::int64_t trigger_before = 2;
constexpr std::int64_t trigger_insert = 4;
constexpr std::int64_t trigger_delete = 8;
constexpr std::int64_t trigger_update = 16;
constexpr std::int64_t trigger_truncate = 32;
constexpr std::int64_t trigger_instead = 64;

model::CatalogTable table_of(const Row& row, const std::string& schema) {
  model::CatalogTable table;
  table.oid = row.integer("oid");
  table.schema = schema;
  table.name = row.text("name");
  table.kind = row.character("kind", 'r');
  table.owner = row.text("owner");
  table.file_node = row.integer("file_node");
  table.estimated_rows = row.integer("estimated_rows");
  table.bytes = row.text("bytes").empty() ? 0 : row.integer("bytes");
  table.persistence = row.character("persistence", 'p');
  table.is_partition = row.boolean("is_partition");
  table.row_security = row.boolean("row_security");
  table.force_row_security = row.boolean("force_row_security");
  table.privileges = row.text("privileges");
  table.options = row.text("options");
  table.comment = row.text("comment");
  table.replica_identity = row.character("replica_identity", 'd');
  table.parents = row.list("parents");
  table.children = row.list("children");
  table.has_parent = !table.parents.empty();
  table.has_children = !table.children.empty();
  table.partition_key = row.text("partition_key");
  table.partition_bound = row.text("partition_bound");
  table.of_type = row.text("of_type");
  table.tablespace = row.text("tablespace");
  table.access_method = row.text("access_method");
  table.definition = row.text("definition");
  return table;
}

// The facts that differ from a plain column of the type, as one text.
std::string options_of(const model::CatalogColumn& column, const std::string& attribute_options) {
  std::string out = attribute_options;
  const auto add = [&out](const std::string& fact) { out += (out.empty() ? "" : ", ") + fact; };
  if (column.statistics_target >= 0) add("statistics=" + std::to_string(column.statistics_target));
  if (column.storage != ' ') add(std::string("storage=") + column.storage);
  if (column.compression != ' ') add(std::string("compression=") + column.compression);
  return out;
}

model::CatalogColumn column_of(const Row& row) {
  model::CatalogColumn column;
  column.name = row.text("name");
  column.position = static_cast<int>(row.integer("position"));
  column.type = row.text("type");
  column.nullable = row.boolean("nullable");
  column.default_sql = row.optional_text("default_sql");
  column.collation = row.qualified("collation_schema", "collation_name");
  column.deterministic_collation = row.boolean("deterministic_collation");
  column.identity = row.character("identity", ' ');
  column.generated = row.text("generated");
  column.generated_virtual = row.boolean("generated_virtual");
  column.comment = row.text("comment");
  column.owned_sequence = row.qualified("sequence_schema", "sequence_name");
  column.sequence_options = row.text("sequence_options");
  column.privileges = row.text("privileges");
  column.statistics_target = static_cast<int>(row.integer("statistics_target"));
  column.storage = row.character("storage", ' ');
  column.compression = row.character("compression", ' ');
  column.options = options_of(column, row.text("options"));
  column.equality_is_bytes = row.boolean("equality_is_bytes");
  column.toastable = row.boolean("toastable");
  return column;
}

model::CatalogIndex index_of(const Row& row) {
  model::CatalogIndex index;
  index.name = row.text("name");
  index.definition = row.text("definition");
  index.unique = row.boolean("is_unique");
  index.primary = row.boolean("is_primary");
  index.valid = row.boolean("valid");
  index.partial = row.boolean("partial");
  index.constraint = row.text("constraint");
  index.keys = row.list("keys");
  index.included = row.list("included");
  index.columns = row.set("columns");
  index.comment = row.text("comment");
  index.clustered = row.boolean("clustered");
  index.replica_identity = row.boolean("replica_identity");
  index.nulls_not_distinct = row.boolean("nulls_not_distinct");
  index.method = row.text("method");
  index.tablespace = row.text("tablespace");
  for (const std::string& target : row.list("statistics_targets")) {
    const std::size_t equals = target.find('=');
    index.statistics_targets.emplace_back(std::stoi(target.substr(0, equals)),
                                          std::stoi(target.substr(equals + 1)));
  }
  return index;
}

model::CatalogConstraint constraint_of(const Row& row) {
  model::CatalogConstraint constraint;
  constraint.name = row.text("name");
  constraint.type = row.character("type", 'c');
  constraint.definition = row.text("definition");
  constraint.validated = row.boolean("validated");
  constraint.enforced = row.boolean("enforced");
  constraint.columns = row.list("columns");
  constraint.referenced_table = row.qualified("referenced_schema", "referenced_relation");
  constraint.referenced_columns = row.list("referenced_columns");
  constraint.comment = row.text("comment");
  constraint.deferrable = row.boolean("deferrable");
  constraint.initially_deferred = row.boolean("initially_deferred");
  constraint.inherited = row.boolean("inherited");
  constraint.index = row.text("index");
  return constraint;
}

model::CatalogTrigger trigger_of(const Row& row) {
  model::CatalogTrigger trigger;
  const std::int64_t bits = row.integer("bits");
  trigger.name = row.text("name");
  trigger.definition = row.text("definition");
  trigger.enabled = row.character("enabled", 'O');
  trigger.row = (bits & trigger_row) != 0;
  trigger.before = (bits & trigger_before) != 0;
  trigger.instead_of = (bits & trigger_instead) != 0;
  trigger.on_insert = (bits & trigger_insert) != 0;
  trigger.on_update = (bits & trigger_update) != 0;
  trigger.on_delete = (bits & trigger_delete) != 0;
  trigger.on_truncate = (bits & trigger_truncate) != 0;
  trigger.inherited = row.boolean("inherited");
  trigger.columns = row.set("columns");
  trigger.depends_on = row.set("depends_on");
  trigger.function = row.qualified("function_schema", "function_name");
  trigger.function_hash = sha256_hex(row.text("function_definition"));
  trigger.function_source = row.text("function_source");
  trigger.function_language = row.text("function_language");
  trigger.comment = row.text("comment");
  return trigger;
}

// Of a thing with a schema, of a thing on a relation, of a thing without either (publication), or
// the server's own text (the signature of a function).
std::string dependent_name(const Row& row) {
  const std::string name = row.is_absent("name") ? "" : Identifier(row.text("name")).quoted();
  if (row.is_absent("relation")) return name;
  const std::string relation =
      row.is_absent("schema") ? row.text("relation") : row.qualified("schema", "relation");
  return name.empty() ? relation : name + " ON " + relation;
}

class PostgresReader {
 public:
  PostgresReader(database::Database& database, const std::string& schema) : database_(database) {
    catalog_.kind = model::DatabaseKind::postgres;
    catalog_.server_version = database.session().server_version;
    catalog_.schema = schema;
  }

  model::Catalog read() {
    read_settings_and_names();
    read_tables();
    spread(sql::columns_query, [](model::CatalogTable& table, const Row& row) {
      table.columns.push_back(column_of(row));
    });
    spread(sql::grants_query, add_grant);
    spread(sql::indexes_query, [](model::CatalogTable& table, const Row& row) {
      table.indexes.push_back(index_of(row));
    });
    read_constraints();
    spread(sql::triggers_query, [](model::CatalogTable& table, const Row& row) {
      table.triggers.push_back(trigger_of(row));
    });
    for (std::string_view query : sql::dependents_queries(catalog_.server_version)) {
      spread(query, add_dependent);
    }
    for (model::CatalogTable& table : catalog_.tables) finish(table);
    return std::move(catalog_);
  }

 private:
  template <typename Use>
  void spread(std::string_view query, Use use) {
    for_each_row(database_.query_again(query, {catalog_.schema}), [&](const Row& row) {
      if (model::CatalogTable* table = find(row.integer("oid"))) use(*table, row);
    });
  }

  model::CatalogTable* find(std::int64_t oid) {
    const auto found = places_.find(oid);
    return found == places_.end() ? nullptr : &catalog_.tables[found->second];
  }

  void read_settings_and_names() {
    for_each_row(database_.query_again(sql::settings_query), [this](const Row& row) {
      catalog_.settings[row.text("name")] = row.text("value");
    });
    for_each_row(
        database_.query_again(sql::names_query, {catalog_.schema}), [this](const Row& row) {
          auto& names = row.text("kind") == "schema" ? catalog_.schemas : catalog_.relation_names;
          names.insert(row.text("name"));
        });
  }

  void read_tables() {
    for_each_row(database_.query_again(sql::tables_query, {catalog_.schema}),
                 [this](const Row& row) {
                   places_[row.integer("oid")] = catalog_.tables.size();
                   catalog_.tables.push_back(table_of(row, catalog_.schema));
                 });
  }

  // A foreign key belongs to two tables, each of which may be outside of the schema.
  void read_constraints() {
    const auto result = database_.query_again(sql::constraints_query, {catalog_.schema});
    for_each_row(result, [this](const Row& row) {
      model::CatalogTable* own = find(row.integer("oid"));
      model::CatalogTable* referenced = find(row.integer("referenced_oid"));
      const model::CatalogConstraint constraint = constraint_of(row);
      if (own != nullptr && !row.boolean("own_clone")) own->constraints.push_back(constraint);
      if (referenced == nullptr || referenced == own || row.boolean("incoming_clone")) return;
      referenced->incoming.push_back(constraint);
      referenced->incoming.back().on_table = row.qualified("schema", "relation");
    });
  }

  static void add_grant(model::CatalogTable& table, const Row& row) {
    model::CatalogGrant grant{.grantor = row.text("grantor"),
                              .grantee = row.text("grantee"),
                              .privilege = row.text("privilege"),
                              .grantable = row.boolean("grantable")};
    const auto position = static_cast<int>(row.integer("position"));
    if (position == 0) {
      table.grants.push_back(std::move(grant));
      return;
    }
    for (model::CatalogColumn& column : table.columns) {
      if (column.position == position) column.grants.push_back(grant);
    }
  }

  static void add_dependent(model::CatalogTable& table, const Row& row) {
    table.dependents.push_back(
        {.kind = row.text("kind"),
         .name = dependent_name(row),
         .columns = row.boolean("whole_row") ? std::set<std::string>{} : row.set("columns"),
         .definition = row.text("definition"),
         .owner = row.text("owner"),
         .options = row.text("options"),
         .comment = row.text("comment")});
  }

  // What follows from what was read, and the orders that the model promises.
  static void finish(model::CatalogTable& table) {
    for (const model::CatalogIndex& index : table.indexes) {
      if (!index.primary) continue;
      for (model::CatalogColumn& column : table.columns) {
        const auto key = std::find(index.keys.begin(), index.keys.end(), column.name);
        if (key != index.keys.end())
          column.primary_key = static_cast<int>(key - index.keys.begin()) + 1;
      }
    }
    std::sort(table.dependents.begin(), table.dependents.end(), [](const auto& a, const auto& b) {
      return std::tie(a.kind, a.name) < std::tie(b.kind, b.name);
    });
  }

  database::Database& database_;
  model::Catalog catalog_;
  std::unordered_map<std::int64_t, std::size_t> places_;
};

}  // namespace

model::Catalog read_postgres_catalog(database::Database& database, const std::string& schema) {
  return PostgresReader(database, schema).read();
}

}  // namespace segue::catalog
