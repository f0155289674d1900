#include "engine/dialect/postgres/sync_writer.hpp"

#include <algorithm>

#include "engine/core/protection.hpp"
#include "engine/dialect/postgres/names.hpp"

namespace segue::dialect::postgres {
namespace {

std::string quoted(const std::string& name) { return Identifier(name).quoted(); }

}  // namespace

void SyncWriter::block(const std::function<void()>& write) {
  ++indent_;
  write();
  line("NULL;");
  --indent_;
}

void SyncWriter::begin_text() {
  text_.clear();
  variables_.clear();
  indent_ = 1;
}

void SyncWriter::declare(const std::string& variable) {
  if (std::find(variables_.begin(), variables_.end(), variable) == variables_.end()) {
    variables_.push_back(variable);
  }
}

SyncText SyncWriter::end_text() {
  line("RETURN NEW;");
  return {text_, variables_};
}

void SyncWriter::note(const Link& link, const char* kind, const std::string& column) {
  line("PERFORM segue.note_event({}, '{}', {});", literal(link.migration), kind,
       literal(table_ + column));
}

// Not by depth: what an application's trigger or a cascade writes is synced too (hazard P20).
std::string SyncWriter::condition_of(const std::vector<std::string>& terms) {
  if (terms.empty()) return "false";
  const std::string condition = fmt::format("{}", fmt::join(terms, "\n    OR "));
  return protected_by("any_depth")
             ? condition
             : fmt::format("pg_catalog.pg_trigger_depth() = 0 AND ({})", condition);
}

std::string SyncWriter::update_condition() const {
  std::vector<std::string> terms;
  std::set<std::string> seen;
  const auto changed = [&](const std::string& column) {
    if (seen.insert(column).second) terms.push_back(changed_column(column));
  };
  for (const Link& link : links_) {
    for (const Group& group : link.groups) {
      for (const Rule& rule : group.forward) {
        for (const std::string& argument : rule.arguments) changed(argument);
      }
      if (link.two_way) {
        for (const std::string& column : group.olds) changed(column);
        for (const std::string& column : group.news) changed(column);
        for (const Rule& rule : group.backward) {
          for (const std::string& argument : rule.arguments) changed(argument);
        }
      }
    }
  }
  if (protected_by("sync_fills_missing")) {
    for (const Link& link : links_) {
      if (link.two_way) continue;
      for (const Group& group : link.groups) {
        for (const Rule& rule : group.forward) {
          terms.push_back(fmt::format("NEW.{} IS NULL", quoted(rule.target)));
        }
      }
    }
  }
  // A constant `down` alone: no update changes anything on the other side.
  return condition_of(terms);
}

void SyncWriter::assign_if_null(const Rule& rule, const Link& link) {
  line("IF NEW.{} IS NULL THEN", quoted(rule.target));
  ++indent_;
  assign(rule, link, false);
  --indent_;
  line("END IF;");
}

std::string SyncWriter::changed_column(const std::string& column) const {
  const std::string name = quoted(column);
  if (!protected_by("sync_on_change")) return "true";
  return differs("NEW." + name, "OLD." + name, bytes_column(table_, column, context_));
}

std::string SyncWriter::any_changed(const std::set<std::string>& columns) const {
  if (columns.empty()) return "false";
  std::vector<std::string> terms;
  for (const std::string& column : columns) terms.push_back(changed_column(column));
  return fmt::format("{}", fmt::join(terms, " OR "));
}

std::set<std::string> SyncWriter::shared(const std::vector<Rule>& rules, const Group& group) {
  std::set<std::string> out;
  for (const Rule& rule : rules) {
    for (const std::string& argument : rule.arguments) {
      if (!group.olds.contains(argument) && !group.news.contains(argument)) out.insert(argument);
    }
  }
  return out;
}

void SyncWriter::assign(const Rule& rule, const Link& link, bool guarded) {
  if (!guarded && rule.on_error == model::OnError::fail) {
    line("NEW.{} := {};", quoted(rule.target), call(rule, "NEW."));
    return;
  }
  line("BEGIN");
  ++indent_;
  line("NEW.{} := {};", quoted(rule.target), call(rule, "NEW."));
  --indent_;
  line("EXCEPTION WHEN OTHERS THEN");
  ++indent_;
  line("NEW.{} := NULL;", quoted(rule.target));
  note(link, "up_failed", "." + rule.target);
  --indent_;
  line("END;");
}

void SyncWriter::assign_all(const std::vector<Rule>& rules, const Link& link, bool guarded) {
  for (const Rule& rule : rules) assign(rule, link, guarded);
}

bool SyncWriter::has_two_way() const {
  for (const Link& link : links_) {
    if (link.two_way) return true;
  }
  return false;
}

void SyncWriter::take_given(const Rule& rule, const Link& link) {
  std::vector<std::string> given;
  for (const std::string& argument : rule.arguments) {
    given.push_back(fmt::format("NEW.{} IS NOT NULL", quoted(argument)));
  }
  line("IF {} THEN", given.empty() ? "true" : fmt::format("{}", fmt::join(given, " AND ")));
  ++indent_;
  assign(rule, link, false);
  --indent_;
  line("END IF;");
}

void SyncWriter::take_public_sources() {
  for (auto link = links_.rbegin(); link != links_.rend(); ++link) {
    if (!link->two_way) continue;
    for (const Group& group : link->groups) {
      for (const Rule& rule : group.backward) {
        if (rule.public_source) take_given(rule, *link);
      }
    }
  }
}

void SyncWriter::number_new_rows() {
  for (const Link& link : links_) {
    if (!link.two_way) continue;
    for (const Group& group : link.groups) {
      for (const Rule& rule : group.forward) {
        if (rule.numbered) assign_if_null(rule, link);
      }
    }
  }
}

std::string SyncWriter::any_differs(const std::vector<Rule>& rules) const {
  if (rules.empty()) return "true";
  std::vector<std::string> terms;
  for (const Rule& rule : rules) {
    terms.push_back(differs("NEW." + quoted(rule.target), call(rule, "NEW."),
                            bytes_column(table_, rule.target, context_)));
  }
  return fmt::format("{}", fmt::join(terms, " OR "));
}

bool SyncWriter::leaves(const std::vector<Rule>& rules) {
  return std::any_of(rules.begin(), rules.end(),
                     [](const Rule& rule) { return rule.on_error == model::OnError::leave; });
}

void SyncWriter::derive(const Rule& rule) {
  const std::string target = quoted(rule.target);
  if (rule.on_error == model::OnError::fail || !protected_by("guarded_recheck")) {
    line("derived.{} := {};", target, call(rule, "NEW."));
    return;
  }
  line("BEGIN");
  line("  derived.{} := {};", target, call(rule, "NEW."));
  line("EXCEPTION WHEN OTHERS THEN");
  line("  derived.{} := NULL;", target);
  line("END;");
}

void SyncWriter::if_differs(const std::vector<Rule>& rules, const std::function<void()>& write) {
  std::vector<std::string> terms;
  if (!rules.empty()) {
    declare(
        fmt::format("derived {}%ROWTYPE", QualifiedName{context_.catalog.schema, table_}.quoted()));
  }
  for (const Rule& rule : rules) {
    derive(rule);
    const std::string target = quoted(rule.target);
    terms.push_back(
        differs("NEW." + target, "derived." + target, bytes_column(table_, rule.target, context_)));
  }
  line("IF {} THEN", terms.empty() ? "true" : fmt::format("{}", fmt::join(terms, " OR ")));
  block(write);
  line("END IF;");
}

void SyncWriter::one_way_update(const Group& group, const Link& link) {
  for (const Rule& rule : group.forward) {
    const std::set<std::string> arguments(rule.arguments.begin(), rule.arguments.end());
    line("IF {} OR NEW.{} IS NULL THEN", any_changed(arguments), quoted(rule.target));
    block([&] { assign(rule, link, true); });
    line("END IF;");
  }
}

}  // namespace segue::dialect::postgres
