#include "engine/model/version.hpp"

#include <algorithm>

namespace segue::model {

const VersionColumn* VersionTable::column(const std::string& wanted) const {
  const auto found = std::find_if(columns.begin(), columns.end(),
                                  [&](const VersionColumn& c) { return c.name == wanted; });
  return found == columns.end() ? nullptr : &*found;
}

const VersionTable* Version::table(const std::string& wanted) const {
  const auto found = std::find_if(tables.begin(), tables.end(),
                                  [&](const VersionTable& t) { return t.name == wanted; });
  return found == tables.end() ? nullptr : &*found;
}

VersionTable* Version::table(const std::string& wanted) {
  return const_cast<VersionTable*>(std::as_const(*this).table(wanted));
}

}  // namespace segue::model
