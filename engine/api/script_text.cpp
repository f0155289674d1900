#include "engine/api/implementation.hpp"
#include "engine/execute/statements.hpp"

namespace segue::api {
namespace {

using dialect::Statement;

// What only the run knows is shown as a parameter: `:hi` for the end of a chunk.
std::string shown(std::string text) {
  static const execute::Holes names{{"position", ":position"}, {"hi", ":hi"},
                                    {"limit", ":limit"},       {"size", ":size"},
                                    {"keys", ":keys"},         {"horizon", ":horizon"}};
  constexpr std::string_view next_version = "{version+1}";
  const std::size_t at = text.find(next_version);
  if (at != std::string::npos) text.replace(at, next_version.size(), ":schema_version + 1");
  return execute::filled(std::move(text), names);
}

void add(std::vector<std::string>& out, const std::vector<Statement>& statements) {
  for (const Statement& statement : statements) out.push_back(shown(statement.sql));
}

struct Texts {
  std::vector<std::string> out;

  void operator()(const dialect::TransactionScript& s) {
    add(out, s.before);
    out.push_back(s.begin);
    for (const std::string& text : s.calm) out.push_back(text);
    for (const std::string& text : s.locks) out.push_back(text);
    add(out, s.statements);
    if (!s.probe.empty()) {
      out.emplace_back("SAVEPOINT segue_probe");
      add(out, s.probe);
      out.emplace_back("ROLLBACK TO SAVEPOINT segue_probe");
    }
    out.emplace_back("COMMIT");
    add(out, s.after);
  }
  void operator()(const dialect::StandaloneScript& s) {
    add(out, s.before);
    out.push_back(shown(s.statement.sql));
    add(out, s.after);
  }
  void operator()(const dialect::WalkScript& s) {
    add(out, s.before);
    add(out, s.chunk);
    if (!s.residual.empty()) out.push_back(shown(s.residual));
    add(out, s.after);
  }
  void operator()(const dialect::CompareScript& s) { out.push_back(shown(s.differences)); }
  void operator()(const dialect::WaitScript& s) { out.push_back(shown(s.holders)); }
  void operator()(const dialect::GateScript& s) {
    if (!s.offenders.empty()) out.push_back(s.offenders);
  }
};

}  // namespace

std::vector<std::string> texts_of(const dialect::Script& script) {
  Texts texts;
  std::visit(texts, script);
  return std::move(texts.out);
}

}  // namespace segue::api
