// The stored form of a plan. Its keys are frozen in databases that are being migrated: a key may be
// added with a default, never renamed or given another meaning without raising the journal's format.

#include <nlohmann/json.hpp>

#include "engine/model/plan.hpp"

namespace nlohmann {

template <typename T>
struct adl_serializer<std::optional<T>> {
  static void to_json(json& j, const std::optional<T>& value) {
    if (value) {
      j = json::array({*value});  // an array of one: so that optional<optional<T>> stays itself
    } else {
      j = json::array();
    }
  }
  static void from_json(const json& j, std::optional<T>& value) {
    if (j.empty()) {
      value.reset();
    } else {
      value = j.at(0).get<T>();
    }
  }
};

}  // namespace nlohmann

namespace segue {

using nlohmann::json;

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(SourceLocation, file, line, column)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(PlanNote, kind, text, table)

}  // namespace segue

namespace segue::model {

using nlohmann::json;

NLOHMANN_JSON_SERIALIZE_ENUM(OnError, {{OnError::fail, "fail"}, {OnError::leave, "leave"}})
NLOHMANN_JSON_SERIALIZE_ENUM(ColumnFate, {{ColumnFate::kept, "kept"},
                                          {ColumnFate::added, "added"},
                                          {ColumnFate::dropped, "dropped"},
                                          {ColumnFate::replaced, "replaced"}})
NLOHMANN_JSON_SERIALIZE_ENUM(TableFate, {{TableFate::created, "created"},
                                         {TableFate::dropped, "dropped"},
                                         {TableFate::changed, "changed"}})
NLOHMANN_JSON_SERIALIZE_ENUM(ExpressionClass, {{ExpressionClass::immutable, "immutable"},
                                               {ExpressionClass::stable, "stable"},
                                               {ExpressionClass::weak, "weak"}})
NLOHMANN_JSON_SERIALIZE_ENUM(ConstraintType, {{ConstraintType::unique, "unique"},
                                              {ConstraintType::check, "check"},
                                              {ConstraintType::primary_key, "primary_key"},
                                              {ConstraintType::foreign_key, "foreign_key"},
                                              {ConstraintType::exclude, "exclude"}})

NLOHMANN_JSON_SERIALIZE_ENUM(ReplicaIdentity, {{ReplicaIdentity::standard, "default"},
                                               {ReplicaIdentity::full, "full"},
                                               {ReplicaIdentity::nothing, "nothing"},
                                               {ReplicaIdentity::index, "index"}})

NLOHMANN_JSON_SERIALIZE_ENUM(ObjectKind, {{ObjectKind::enumeration, "enum"},
                                          {ObjectKind::domain, "domain"},
                                          {ObjectKind::sequence, "sequence"},
                                          {ObjectKind::function, "function"},
                                          {ObjectKind::view, "view"},
                                          {ObjectKind::materialized_view, "materialized_view"},
                                          {ObjectKind::trigger, "trigger"}})
NLOHMANN_JSON_SERIALIZE_ENUM(ObjectAction, {{ObjectAction::create, "create"},
                                            {ObjectAction::add_value, "add_value"},
                                            {ObjectAction::drop, "drop"}})

#define SEGUE_JSON NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT

SEGUE_JSON(SqlText, text, where)
SEGUE_JSON(CheckSpec, name, expression, no_inherit)
SEGUE_JSON(UniqueSpec, name)
SEGUE_JSON(ReferencesSpec, name, table, columns, on_delete, on_update, match_type, deferrable,
           initially_deferred, on_delete_set_columns)
SEGUE_JSON(GeneratedSpec, expression, is_identity, identity_user_specified_values,
           identity_sequence_options)
SEGUE_JSON(ColumnSpec, name, type, nullable, pk, unique, default_value, comment, check, references,
           generated, where)
SEGUE_JSON(ConstraintSpec, name, type, columns, check, deferrable, initially_deferred,
           nulls_not_distinct, no_inherit, references, exclude_index_method, exclude_elements,
           exclude_predicate, index_tablespace, index_storage_parameters, index_include_columns, where)
SEGUE_JSON(CreateTable, name, columns, constraints, comment, unlogged, partition_by)
SEGUE_JSON(IndexColumnSpec, column, expression, collate, sort, nulls, opclass, opclass_params)
SEGUE_JSON(CreateIndex, name, table, columns, unique, nulls_not_distinct, include, method, predicate,
           storage_parameters, where)
SEGUE_JSON(PhaseBackfill, table, set, where_clause)
SEGUE_JSON(ColumnShape, type, nullable, default_sql, comment, collation, generated, identity,
           primary_key)
SEGUE_JSON(Argument, name, physical, type)
SEGUE_JSON(Expression, sql, arguments, presumed, is_derived)
SEGUE_JSON(ColumnChange, fate, before, after, old_physical, new_physical, shape_before, shape, up, down,
           on_error, check, unique, references, sequence, sequence_options, strategy, reason, where)
SEGUE_JSON(SetReplicaIdentity, table, identity, index)
SEGUE_JSON(DroppedConstraint, name, type, definition, comment, validated, enforced,
           referenced_table, columns, referenced_columns, early)
SEGUE_JSON(TableChange, fate, before, after, physical, columns, create, created_indexes,
           dropped_indexes, created_constraints, dropped_constraints, renamed_constraints,
           replica_identity, where)
SEGUE_JSON(OpaqueStep, sql, reverse, verify, transaction, backfill)
SEGUE_JSON(ObjectOperation, action, kind, name, table, arguments, definition, values, before, after,
           where)
SEGUE_JSON(Change, migration, version_schema, file_hash, ordinal, tables, objects, expand, migrate,
           contract)

#undef SEGUE_JSON

void to_json(json& j, const Step& step) {
  j = json{{"id", step.id},
           {"phase", to_string(step.phase)},
           {"kind", to_string(step.kind)},
           {"table", step.table},
           {"object", step.object},
           {"part", step.part},
           {"summary", step.summary},
           {"lock", step.lock},
           {"reason", step.reason},
           {"cost", to_string(step.cost)},
           {"transactional", step.transactional},
           {"reversible", step.reversible}};
}

void from_json(const json& j, Step& step) {
  step.id = j.at("id");
  step.phase = phase_from(j.at("phase").get<std::string>());
  step.kind = step_kind_from(j.at("kind").get<std::string>());
  step.table = j.value("table", "");
  step.object = j.value("object", "");
  step.part = j.value("part", 0);
  step.summary = j.value("summary", "");
  step.lock = j.value("lock", "");
  step.reason = j.value("reason", "");
  step.cost = cost_class_from(j.value("cost", "constant"));
  step.transactional = j.value("transactional", true);
  step.reversible = j.value("reversible", true);
}

std::string to_json(const Plan& plan) {
  return json{{"changes", plan.changes},
              {"steps", plan.steps},
              {"notes", plan.notes},
              {"found", plan.found}}
      .dump();
}

Plan plan_from_json(const std::string& text) {
  try {
    const json j = json::parse(text);
    return {.changes = j.at("changes").get<std::vector<Change>>(),
            .steps = j.at("steps").get<std::vector<Step>>(),
            .notes = j.at("notes").get<std::vector<PlanNote>>(),
            .found = j.at("found").get<std::map<std::string, std::string>>()};
  } catch (const json::exception& error) {
    throw Error(ErrorKind::bug, std::string("the journal's stored plan cannot be read: ") + error.what());
  }
}

}  // namespace segue::model
