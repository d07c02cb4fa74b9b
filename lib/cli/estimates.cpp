#include "cli/estimates.h"

#include <cmath>

#include "cli/result_format.h"

namespace fm {

namespace {

constexpr const char* infinite = "infinite";

}  // namespace

std::vector<std::string> cells_of(const Estimate& estimate, bool for_people) {
  return {std::isinf(estimate.value) ? infinite : cell(estimate.value, for_people),
          cell(estimate.standard_error, for_people)};
}

void set_estimate(Json& json, const std::string& key, const Estimate& estimate) {
  json[key] = std::isinf(estimate.value) ? Json(infinite) : Json(estimate.value);
  if (std::isfinite(estimate.standard_error)) json[key + "_error"] = estimate.standard_error;
}

}  // namespace fm
