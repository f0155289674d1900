#include "engine/parse/migration_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "engine/core/hash.hpp"
#include "engine/parse/file_reader.hpp"
#include "engine/parse/operation_reader.hpp"

namespace segue::parse {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

const Keys file_keys{
    {"version_schema", "operations", "phases", "name"},
    {"requires", "verify", "hooks", "gates", "retain", "strategy", "throttle", "owner", "ticket"}};

void read_operations(const Fields& fields, std::vector<model::Operation>& operations) {
  const Node* const list = fields.list("operations", Needed::no);
  if (list == nullptr) return;
  for (const Node& item : list->items) {
    if (auto operation = read_operation(fields.file(), item)) {
      operations.push_back(std::move(*operation));
    }
  }
}

// Operations and phases in the order in which the file has them.
std::vector<model::Operation> read_body(const Fields& fields) {
  std::vector<model::Operation> operations;
  const Entry* const list = fields.find("operations");
  const Entry* const phases = fields.find_value("phases", Needed::no);
  const bool phases_first = list != nullptr && phases != nullptr && phases < list;
  if (!phases_first) read_operations(fields, operations);
  if (phases != nullptr) operations.push_back(read_phases(fields.file(), *phases));
  if (phases_first) read_operations(fields, operations);
  return operations;
}

// Older files of pgroll repeat their name; another one would not be what the journal knows it by.
void check_own_name(const Fields& fields, const std::string& stem) {
  const std::string name = fields.text("name", Needed::no);
  const Entry* const entry = fields.find("name");
  if (entry != nullptr && !name.empty() && name != stem) {
    fields.report(entry->value.where,
                  fmt::format("a migration is named by its file, {}, and not {}",
                              quoted_excerpt(stem), quoted_excerpt(name)));
  }
}

void read_version(const Fields& fields, const std::string& stem, FileResult& result) {
  const Entry* const entry = fields.find("version_schema");
  result.version_schema = stem;
  if (entry != nullptr) {
    result.version_schema = fields.name("version_schema");
    result.version_where = fields.file().problems.at(entry->value.where);
  } else {
    check_name(fields.file(), stem, {1, 1},
               "the file's name, which is its version_schema unless that is given,");
  }
}

void read_root(const FileContext& context, const Node& root, model::Migration& migration,
               FileResult& result) {
  if (root.shape != Node::Shape::map) {
    context.problems.add(
        root.where,
        fmt::format("the file must be a map with \"operations\", not {}", described(root)));
    return;
  }
  const Fields fields(context, root, "the file", file_keys);
  check_own_name(fields, migration.name);
  read_version(fields, migration.name, result);
  migration.operations = read_body(fields);
  if (fields.find("operations") == nullptr && fields.find("phases") == nullptr) {
    fields.report(root.where, "the file has neither operations nor phases");
  }
}

std::string lower_ascii(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

}  // namespace

std::string stem_of(const std::string& file) { return std::filesystem::path(file).stem().string(); }

std::string extension_of(const std::string& file) {
  return lower_ascii(std::filesystem::path(file).extension().string());
}

std::string printable(std::string_view path) {
  std::string out;
  for (std::size_t i = 0; i < path.size();) {
    const std::size_t size = character_bytes(path.substr(i));
    out += size == 0 ? "?" : path.substr(i, size);
    i += std::max<std::size_t>(size, 1);
  }
  return out;
}

FileResult read_file_text(const std::string& file, std::string_view text,
                          const ReadOptions& options) {
  FileResult result;
  FileProblems problems(printable(file));
  model::Migration migration;
  migration.name = stem_of(file);
  migration.file = file;
  result.version_where = problems.at({});
  if (find_unreadable(migration.name)) {
    problems.add({}, "a file's name must be UTF-8 without control characters");
  }
  const SourceText source(text.starts_with(byte_order_mark) ? text.substr(3) : text);
  const FileContext context{source, options, problems};
  if (const auto root = read_document(context, extension_of(file) == ".json")) {
    read_root(context, *root, migration, result);
  }
  if (problems.empty()) {
    migration.hash = file_hash(text);
    migration.version_schema = result.version_schema;
    result.migration = std::move(migration);
  }
  result.problems = problems.take_sorted();
  return result;
}

ReadResult read_migration(const std::string& file, std::string_view text,
                          const ReadOptions& options) {
  ReadResult result;
  FileResult read = read_file_text(file, text, options);
  if (read.migration) result.migrations.push_back(std::move(*read.migration));
  result.problems = std::move(read.problems);
  return result;
}

}  // namespace segue::parse
