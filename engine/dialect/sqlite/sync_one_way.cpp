// Sync until publish: the base is written, the shadow is exactly what `up` says. An UPDATE that
// meets no shadow row is right: the copy has not come there yet and will read the new value.

#include <fmt/format.h>

#include <algorithm>

#include "engine/core/protection.hpp"
#include "engine/dialect/sqlite/expressions.hpp"
#include "engine/dialect/sqlite/groups.hpp"
#include "engine/dialect/sqlite/sync_parts.hpp"

namespace segue::dialect::sqlite {
namespace {

class OneWay {
 public:
  explicit OneWay(const Direction& direction) : t_(direction), d_(direction) {}

  std::vector<NamedSql> run() const {
    const std::string set = t_.update(with_spelling(t_, t_.key_columns(), t_.columns()),
                                      with_spelling(t_, t_.image(d_.source_alias), t_.values()),
                                      t_.from_source(), t_.where_partner("new"));
    std::vector<NamedSql> out;
    out.push_back(
        t_.trigger("i", "AFTER INSERT", t_.free(), with(t_.evictions(false), t_.insert())));
    out.push_back(
        t_.trigger("r", "AFTER INSERT", "NOT " + t_.free(), with(t_.evictions(false), set)));
    for (std::size_t i = 0; i < d_.groups.size(); ++i) add_group(out, i);
    add_key_guard(t_, out);
    std::vector<std::string> body = key_guard(t_);
    append(body, t_.evictions(true));
    append(body, {delete_partner(t_), fmt::format("{} AND {}", t_.insert(), t_.free()), set});
    out.push_back(t_.trigger("k", t_.key_event(), t_.key_changed(), body));
    if (protected_by("delete_sync")) {
      out.push_back(t_.trigger("d", "AFTER DELETE", "", {delete_partner(t_)}));
    }
    return out;
  }

 private:
  void add_group(std::vector<NamedSql>& out, std::size_t i) const {
    const Group& group = d_.groups[i];
    const std::vector<std::string> sources = without_key(d_.up_sources[i], d_.key);
    if (sources.empty() || group.up.empty()) return;
    std::vector<std::string> columns;
    std::vector<std::string> values;
    for (const Derived& up : group.up) {
      columns.push_back(up.column);
      values.push_back(t_.value(up));
    }
    out.push_back(
        t_.trigger(fmt::format("u{}", i + 1), update_of(sources), t_.changed(sources),
                   with(t_.evictions_of(group),
                        t_.update(columns, values, t_.from_source(), t_.where_partner("new")))));
  }

  SyncText t_;
  const Direction& d_;
};

}  // namespace

std::vector<NamedSql> one_way_triggers(const SyncInput& input) {
  return OneWay(forward(input, input.rebuild.fresh)).run();
}

}  // namespace segue::dialect::sqlite
