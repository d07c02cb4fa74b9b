#include "cli/calibration_text.h"

#include <cmath>
#include <optional>
#include <string>

#include "core/text.h"

namespace fm {

Json calibration_json(const Calibration& calibration) {
  Json below = Json::object();
  for (std::size_t k = 0; k < calibration_levels.size(); ++k)
    below[shortest(calibration_levels[k])] = calibration.below[k];
  return {{"draws", calibration.draws},
          {"below", below},
          {"ks", calibration.ks},
          {"p_value", calibration.p_value},
          {"tested_rows", calibration.tested_rows},
          {"tested_draws", calibration.tested_draws}};
}

void add_calibration(const Calibration& calibration, bool for_people, Cells& cells) {
  const auto add = [&](const std::string& score, const std::string& unit, double value,
                       const std::optional<double>& error, Index rows) {
    cells.push_back({score, unit, cell(value, for_people), cell(error, for_people), std::to_string(rows)});
  };
  for (std::size_t k = 0; k < calibration_levels.size(); ++k) {
    // What chance does to a share of n rows below a quantile of m draws, where laws are equal.
    const double q = calibration_levels[k];
    const double inverse_rows =
        1 / static_cast<double>(calibration.rows) + 1 / static_cast<double>(calibration.draws);
    add("calibration", "below " + shortest(q), calibration.below[k], std::sqrt(q * (1 - q) * inverse_rows),
        calibration.rows);
  }
  add("calibration", "ks", calibration.ks, std::nullopt, calibration.tested_rows);
  add("calibration", "p", calibration.p_value, std::nullopt, calibration.tested_rows);
}

}  // namespace fm
