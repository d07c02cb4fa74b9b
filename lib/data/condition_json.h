// Conditions in a JSON document: [{"name": "species", "classes": ["setosa", "virginica"]}, {"name": "size",
// "shift": 3.5, "scale": 0.5}].
#pragma once

#include <string>
#include <vector>

#include "core/json.h"
#include "data/condition.h"

namespace fm {

Json condition_json(const std::vector<Condition>& conditions);

/// The inverse, beside data of these columns. Throws usage error "conditions" for what is no list of one or
/// more such objects, has a name twice or one of `columns`, a class twice or more than max_classes, or a
/// scale that is not above 0.
std::vector<Condition> conditions_of_json(const Json& json, const std::vector<std::string>& columns);

}  // namespace fm
