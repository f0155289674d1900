#include "engine/execute/reversal_proof.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <set>
#include <utility>

#include "engine/dialect/dialect.hpp"

namespace segue::execute {
namespace {

using model::ColumnChange;
using model::ColumnFate;
using model::TableChange;
using model::TableFate;

using Facts = std::map<std::string, std::string>;  // fact → value
using Objects = std::map<std::string, Facts>;

constexpr std::string_view separator = " | ";
// Facts of an object that make its shape; the others (owner, privileges, comment, statistics, …)
// are never touched by a reversal, because what they belong to is never dropped before the swap.
constexpr std::array<std::string_view, 6> shape_facts{"type",      "nullable", "default",
                                                      "generated", "identity", "definition"};

Objects objects_of(const std::string& print) {
  Objects out;
  for (std::size_t at = 0; at < print.size();) {
    const std::size_t end = std::min(print.find('\n', at), print.size());
    const std::string line = print.substr(at, end - at);
    at = end + 1;
    const std::size_t first = line.find(separator);
    if (first == std::string::npos) continue;
    const std::size_t fact = first + separator.size();
    const std::size_t second = line.find(separator, fact);
    if (second == std::string::npos) continue;
    out[line.substr(0, first)][line.substr(fact, second - fact)] +=
        line.substr(second + separator.size()) + "\n";
  }
  return out;
}

bool is_word_byte(char byte) {
  return std::isalnum(static_cast<unsigned char>(byte)) != 0 || byte == '_' || byte == '$' ||
         static_cast<unsigned char>(byte) >= 0x80;
}

bool mentions(const std::string& text, const std::string& name) {
  if (name.empty()) return false;
  for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    const bool begins = at == 0 || !is_word_byte(text[at - 1]);
    if (begins && (end == text.size() || !is_word_byte(text[end]))) return true;
  }
  return false;
}

bool mentions(const std::string& object, const Facts& facts, const std::set<std::string>& names) {
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    return mentions(object, name) || std::any_of(facts.begin(), facts.end(), [&](const auto& fact) {
             return mentions(fact.second, name);
           });
  });
}

bool bears_our_name(const std::string& object) { return object.find("segue") != std::string::npos; }

class Proof {
 public:
  explicit Proof(const ReversalPrints& prints) : prints_(prints) {
    const auto& found = prints.plan.found;
    base_moved_ = found.contains(dialect::base_moved);
    for (const model::Change& change : prints.plan.changes) {
      for (const TableChange& table : change.tables) read(table);
      for (const model::ObjectOperation& op : change.objects) {
        if (op.action == model::ObjectAction::create) made_.insert(op.name);
      }
    }
  }

  ReversalDifferences run() {
    const Objects before = objects_of(prints_.before);
    const Objects now = objects_of(prints_.now);
    for (const auto& [object, facts] : before) {
      const auto still = now.find(object);
      if (still == now.end()) {
        is_gone(object, facts);
      } else {
        is_other(object, facts, still->second);
      }
    }
    for (const auto& [object, facts] : now) {
      if (!before.contains(object)) is_left(object);
    }
    return std::move(out_);
  }

 private:
  void read(const TableChange& table) {
    for (const std::string& name : {table.before, table.physical}) {
      if (!name.empty() && table.fate != TableFate::created) touched_.insert(name);
    }
    if (table.fate == TableFate::created) made_.insert(table.after);
    for (const model::CreateIndex& index : table.created_indexes) made_.insert(index.name);
    for (const model::DroppedConstraint& constraint : table.dropped_constraints) {
      if (constraint.early) freed_.emplace_back(constraint.name, table.physical);
    }
    for (const ColumnChange& column : table.columns) {
      const bool is_new = column.fate == ColumnFate::added || column.fate == ColumnFate::replaced;
      if (is_new && table.fate == TableFate::changed) {
        made_.insert(fmt::format("{}.{}", table.physical, column.new_physical));
      }
      const bool is_wider =
          column.fate == ColumnFate::kept && column.shape.type != column.shape_before.type;
      const bool is_looser = !column.shape_before.nullable && !column.old_physical.empty();
      if (is_wider || is_looser) {
        loosened_.insert(fmt::format("column {}.{}", table.physical, column.old_physical));
      }
    }
  }

  bool is_of_the_chain(const std::string& object) const {
    return prints_.has_others && bears_our_name(object);
  }

  void add(bool counts, std::string text) {
    (counts ? out_.ours : out_.foreign).push_back(std::move(text));
  }

  // Rows that were written meanwhile may forbid NOT NULL and a narrower type; these were counted
  // and asked about before. Since PostgreSQL 18 a NOT NULL is a constraint with a name.
  bool may_be_loose(const std::string& object, const std::string& fact, const Facts& facts) const {
    if (loosened_.contains(object)) return fact == "nullable" || fact == "type";
    const auto definition = facts.find("definition");
    return !loosened_.empty() && object.starts_with("constraint ") && definition != facts.end() &&
           definition->second.starts_with("NOT NULL ");
  }

  // A dropped constraint that those rows violate stays away.
  bool was_freed(const std::string& object) const {
    return object.starts_with("constraint ") &&
           std::any_of(freed_.begin(), freed_.end(), [&](const auto& freed) {
             return mentions(object, freed.first) && mentions(object, freed.second);
           });
  }

  void is_gone(const std::string& object, const Facts& facts) {
    if (is_of_the_chain(object)) return;
    const bool counts = !base_moved_ && !may_be_loose(object, "", facts) && !was_freed(object) &&
                        mentions(object, facts, touched_);
    add(counts, object + " is gone");
  }

  void is_other(const std::string& object, const Facts& before, const Facts& now) {
    if (before == now || is_of_the_chain(object)) return;
    std::set<std::string> names;
    for (const auto& [fact, value] : before) names.insert(fact);
    for (const auto& [fact, value] : now) names.insert(fact);
    for (const std::string& fact : names) {
      const auto was = before.find(fact);
      const auto is = now.find(fact);
      if (was != before.end() && is != now.end() && was->second == is->second) continue;
      const bool is_shape =
          std::find(shape_facts.begin(), shape_facts.end(), fact) != shape_facts.end();
      const bool counts = is_shape && !base_moved_ && !may_be_loose(object, fact, before) &&
                          mentions(object, before, touched_);
      add(counts, fmt::format("{}: {} is {}, was {}", object, fact, value_of(now, is),
                              value_of(before, was)));
    }
  }

  static std::string value_of(const Facts& facts, Facts::const_iterator at) {
    constexpr std::size_t most = 120;
    if (at == facts.end()) return "absent";
    std::string text = at->second.substr(0, at->second.find('\n'));
    if (text.size() > most) text = text.substr(0, most) + "…";
    return text;
  }

  void is_left(const std::string& object) {
    if (is_of_the_chain(object)) return;
    const bool was_made = std::any_of(made_.begin(), made_.end(), [&](const std::string& name) {
      return mentions(object, name);
    });
    add(bears_our_name(object) || was_made, object + " is still there");
  }

  const ReversalPrints& prints_;
  bool base_moved_ = false;
  std::set<std::string> touched_;
  std::set<std::string> made_;
  std::set<std::string> loosened_;
  std::vector<std::pair<std::string, std::string>>
      freed_;  // constraints that went in expand, tables
  ReversalDifferences out_;
};

}  // namespace

ReversalDifferences differences_of(const ReversalPrints& prints) { return Proof(prints).run(); }

}  // namespace segue::execute
