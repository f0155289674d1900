#include "engine/plan/resolve.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <list>
#include <set>

#include "engine/plan/objects.hpp"
#include "engine/plan/references.hpp"
#include "engine/plan/table_builder.hpp"

namespace segue::plan {
namespace {

using model::Change;
using model::TableFate;

class Resolver {
 public:
  Resolver(const model::Migration& migration, const ResolveInput& input)
      : migration_(migration),
        input_(input),
        before_(model::newest_version(input.catalog, input.live)),
        context_{input.dialect, input.catalog, input.ordinal, &resolution_.problems} {
    resolution_.change.migration = migration.name;
    resolution_.change.version_schema = migration.version_schema;
    resolution_.change.file_hash = migration.hash;
    resolution_.change.ordinal = input.ordinal;
  }

  Resolution run() {
    for (const model::Operation& operation : migration_.operations) {
      where_ = operation.where;
      std::visit(*this, operation.body);
    }
    for (TableBuilder& builder : builders_) {
      model::TableChange change = builder.finish();
      if (change.differs() || !change.created_indexes.empty() || !change.dropped_indexes.empty()) {
        resolution_.change.tables.push_back(std::move(change));
      }
    }
    resolve_references(resolution_.change, before_, input_.dialect.kind(), resolution_.problems);
    check_objects(resolution_.change, input_.live, input_.dialect.kind(), resolution_.problems);
    return std::move(resolution_);
  }

  void operator()(const model::CreateTable& op) {
    if (name_taken(op.name)) {
      problem(fmt::format("create_table {}: the name is taken", op.name));
      return;
    }
    builders_.emplace_back(op, where_, context_);
  }
  void operator()(const model::DropTable& op) {
    TableBuilder* table = require(op.name);
    if (table == nullptr) return;
    if (table->change().fate == TableFate::created) {
      problem(fmt::format("table {} is created by the same migration: leave both out", op.name));
      return;
    }
    table->drop(where_);
  }
  void operator()(const model::RenameTable& op) {
    TableBuilder* table = require(op.from);
    if (table == nullptr) return;
    if (name_taken(op.to)) {
      problem(fmt::format("rename_table {}: the name {} is taken", op.from, op.to));
      return;
    }
    if (table->change().fate == TableFate::created) {
      problem(fmt::format("table {} is created by the same migration: create it as {}", op.from,
                          op.to));
      return;
    }
    table->rename(op.to);
  }
  void operator()(const model::AddColumn& op) {
    if (TableBuilder* table = require(op.table)) table->add_column(op, where_);
  }
  void operator()(const model::DropColumn& op) {
    if (TableBuilder* table = require(op.table)) table->drop_column(op, where_);
  }
  void operator()(const model::RenameColumn& op) {
    if (TableBuilder* table = require(op.table)) table->rename_column(op, where_);
  }
  void operator()(const model::AlterColumn& op) {
    if (TableBuilder* table = require(op.table)) table->alter_column(op, where_);
  }
  void operator()(const model::CreateIndex& op) {
    if (input_.catalog.relation_names.contains(op.name) || !index_names_.insert(op.name).second) {
      problem(fmt::format("create_index {}: the name is taken", op.name));
      return;
    }
    if (TableBuilder* table = require(op.table)) table->create_index(op, where_);
  }
  void operator()(const model::DropIndex& op) {
    const std::string table = table_of_index(op.name);
    if (table.empty()) {
      problem(fmt::format("drop_index: there is no index {}", op.name));
      return;
    }
    if (TableBuilder* builder = require(table)) builder->drop_index(op.name);
  }
  void operator()(const model::CreateConstraint& op) {
    if (TableBuilder* table = require(op.table)) table->create_constraint(op, where_);
  }
  void operator()(const model::DropConstraint& op) {
    if (TableBuilder* table = require(op.table)) table->drop_constraint(op, where_);
  }
  void operator()(const model::RenameConstraint& op) {
    if (TableBuilder* table = require(op.table)) table->rename_constraint(op, where_);
  }
  void operator()(const model::SetReplicaIdentity& op) {
    if (TableBuilder* table = require(op.table)) table->set_replica_identity(op, where_);
  }
  void operator()(const model::ObjectOperation& op) { resolution_.change.objects.push_back(op); }
  void operator()(const model::RawSql& op) {
    auto& phase = op.on_complete ? resolution_.change.contract : resolution_.change.expand;
    phase.push_back({.sql = op.up, .reverse = op.down, .verify = {}, .backfill = {}});
  }
  void operator()(const model::Phases& op) {
    append(op.expand, resolution_.change.expand);
    append(op.migrate, resolution_.change.migrate);
    append(op.contract, resolution_.change.contract);
  }

 private:
  static void append(const std::vector<model::PhaseStep>& from,
                     std::vector<model::OpaqueStep>& to) {
    for (const model::PhaseStep& step : from) {
      to.push_back({step.sql, step.reverse, step.verify, step.transaction, step.backfill});
    }
  }

  void problem(std::string message) const { context_.problem(where_, std::move(message)); }

  // Builders live in a deque-like list: addresses stay while operations are folded.
  TableBuilder* require(const std::string& name) {
    for (TableBuilder& builder : builders_) {
      if (builder.change().fate != TableFate::dropped && builder.change().after == name) {
        return &builder;
      }
    }
    const model::VersionTable* table = before_.table(name);
    if (table == nullptr || touched(name)) {
      problem(fmt::format("there is no table {} in the newest version", name));
      return nullptr;
    }
    return &builders_.emplace_back(*table, context_);
  }

  bool touched(const std::string& before) const {
    return std::any_of(builders_.begin(), builders_.end(), [&](const TableBuilder& builder) {
      return builder.change().before == before;
    });
  }

  bool name_taken(const std::string& name) const {
    for (const TableBuilder& builder : builders_) {
      if (builder.change().fate != TableFate::dropped && builder.change().after == name)
        return true;
    }
    return (before_.table(name) != nullptr && !touched(name)) ||
           (before_.table(name) == nullptr && input_.catalog.relation_names.contains(name));
  }

  // The logical name of the table that has the index, by the catalogue.
  std::string table_of_index(const std::string& index) const {
    for (const model::CatalogTable& table : input_.catalog.tables) {
      if (table.index(index) == nullptr) continue;
      for (const model::VersionTable& logical : before_.tables) {
        if (logical.physical == table.name) return current_name(logical.name);
      }
    }
    return "";
  }

  std::string current_name(const std::string& before) const {
    for (const TableBuilder& builder : builders_) {
      if (builder.change().before == before) return builder.change().after;
    }
    return before;
  }

  const model::Migration& migration_;
  const ResolveInput& input_;
  model::Version before_;
  Resolution resolution_;
  BuilderContext context_;
  std::list<TableBuilder> builders_;
  std::set<std::string> index_names_;
  SourceLocation where_;
};

}  // namespace

Resolution resolve(const model::Migration& migration, const ResolveInput& input) {
  return Resolver(migration, input).run();
}

}  // namespace segue::plan
