#pragma once
// What every body of a sync trigger is written with: lines, comparisons with OLD, assignments.

#include <fmt/format.h>

#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/dialect/postgres/sync.hpp"
#include "engine/dialect/postgres/sync_body.hpp"

namespace segue::dialect::postgres {

class SyncWriter {
 public:
  SyncWriter(std::string table, const std::vector<Link>& links, const RenderContext& context)
      : table_(std::move(table)), links_(links), context_(context) {}

 protected:
  template <typename... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) {
    text_.append(static_cast<std::size_t>(indent_) * 2, ' ');
    text_ += fmt::format(format, std::forward<Args>(args)...);
    text_ += '\n';
  }
  /// `write` one level deeper; a block may be empty.
  void block(const std::function<void()>& write);
  void begin_text();
  /// A variable of the body, as PL/pgSQL declares it.
  void declare(const std::string& variable);
  /// The body up to here, ended by RETURN NEW.
  [[nodiscard]] SyncText end_text();

  [[nodiscard]] std::string changed_column(const std::string& column) const;
  [[nodiscard]] std::string any_changed(const std::set<std::string>& columns) const;
  [[nodiscard]] std::string any_differs(const std::vector<Rule>& rules) const;
  /// `write`, if a target of the rules is not what they give. Each rule is asked for itself and
  /// into a variable of the column's type: the value is compared as it would be stored, and one
  /// that fails under on_error: leave counts as the NULL that it leaves.
  void if_differs(const std::vector<Rule>& rules, const std::function<void()>& write);
  [[nodiscard]] static bool leaves(const std::vector<Rule>& rules);
  /// Arguments that belong to neither side of the group.
  [[nodiscard]] static std::set<std::string> shared(const std::vector<Rule>& rules,
                                                    const Group& group);
  [[nodiscard]] bool has_two_way() const;
  /// The WHEN of the UPDATE trigger: something that a rule reads or writes changed, or is missing.
  [[nodiscard]] std::string update_condition() const;
  /// A WHEN: any of the terms; false when there is none.
  [[nodiscard]] static std::string condition_of(const std::vector<std::string>& terms);

  /// `guarded`: before publish, and for good under on_error: leave, an error leaves the new side
  /// NULL and is counted, so that no statement of an old client fails because of us.
  void assign(const Rule& rule, const Link& link, bool guarded);
  void assign_all(const std::vector<Rule>& rules, const Link& link, bool guarded);
  void assign_if_null(const Rule& rule, const Link& link);
  /// The new side came without a value: what the base's own default has given the old side stays.
  void take_given(const Rule& rule, const Link& link);
  /// Of a dual rename: the new name has no default, so a value under it was given. The old name's
  /// may be its default.
  void take_public_sources();
  void number_new_rows();
  void one_way_update(const Group& group, const Link& link);
  void note(const Link& link, const char* kind, const std::string& column = {});

  void derive(const Rule& rule);

  std::string table_;
  const std::vector<Link>& links_;
  const RenderContext& context_;
  std::string text_;
  std::vector<std::string> variables_;
  int indent_ = 1;
};

}  // namespace segue::dialect::postgres
