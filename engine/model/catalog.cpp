#include "engine/model/catalog.hpp"

#include <algorithm>

namespace segue::model {
namespace {

template <typename Item>
const Item* by_name(const std::vector<Item>& items, const std::string& name) {
  const auto found = std::find_if(items.begin(), items.end(),
                                  [&](const Item& item) { return item.name == name; });
  return found == items.end() ? nullptr : &*found;
}

}  // namespace

const CatalogColumn* CatalogTable::column(const std::string& wanted) const {
  return by_name(columns, wanted);
}
const CatalogIndex* CatalogTable::index(const std::string& wanted) const {
  return by_name(indexes, wanted);
}
const CatalogConstraint* CatalogTable::constraint(const std::string& wanted) const {
  return by_name(constraints, wanted);
}
QualifiedName CatalogTable::qualified() const { return {schema, name}; }

const CatalogTable* Catalog::table(const std::string& wanted) const {
  return by_name(tables, wanted);
}

}  // namespace segue::model
