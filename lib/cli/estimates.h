// Means with their standard errors, as cells and as JSON. An infinite mean says so in words.
#pragma once

#include <string>
#include <vector>

#include "core/json.h"
#include "core/numeric.h"

namespace fm {

/// The mean and its error as two cells; the second is empty where there is no error.
std::vector<std::string> cells_of(const Estimate& estimate, bool for_people);

/// Sets json[key] to the mean, or to "infinite", and json[key_error] to its error if it has one.
void set_estimate(Json& json, const std::string& key, const Estimate& estimate);

}  // namespace fm
