#include "engine/api/implementation.hpp"

namespace segue::api {
namespace {

using dialect::Statement;

void add(std::vector<std::string>& out, const std::vector<Statement>& statements) {
  for (const Statement& statement : statements) out.push_back(statement.sql);
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
    out.push_back(s.statement.sql);
    add(out, s.after);
  }
  void operator()(const dialect::WalkScript& s) {
    add(out, s.before);
    add(out, s.chunk);
    if (!s.residual.empty()) out.push_back(s.residual);
    add(out, s.after);
  }
  void operator()(const dialect::CompareScript& s) { out.push_back(s.differences); }
  void operator()(const dialect::WaitScript& s) { out.push_back(s.holders); }
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
