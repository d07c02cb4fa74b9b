#include "cli/two_sample_text.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace fm {

std::string label(const Metric& metric, const std::vector<Metric>& all) {
  const auto same_name = [&](const Metric& other) { return name_of(other) == name_of(metric); };
  return std::count_if(all.begin(), all.end(), same_name) > 1 ? print_value(metric) : name_of(metric);
}

Json result_json(const TwoSampleResult& result) {
  Json json = {{"value", result.value}, {"floor", result.floor}};
  const auto add = [&](const char* key, const std::optional<double>& number) {
    if (number && std::isfinite(*number)) json[key] = *number;
  };
  add("value_error", result.value_error);
  add("floor_error", result.floor_error);
  add("ratio", result.ratio);
  add("p_value", result.p_value);
  if (result.interval) {
    add("low", result.interval->low);
    add("high", result.interval->high);
  }
  json["rows"] = result.rows;
  json["repeats"] = result.repeats;
  json["permutations"] = result.permutations;
  json["test_rows"] = result.test_rows;
  return json;
}

Cells result_cells(const std::vector<TwoSampleResult>& results, bool for_people) {
  const auto text = [&](const std::optional<double>& number) { return cell(number, for_people); };
  Cells rows = {{"metric", "value", "+-", "floor", "+-", "value/floor", "p", "rows", "repeats", "low", "high",
                 "p rows"}};
  if (!for_people)
    rows.front()[2] = "value_error", rows.front()[4] = "floor_error", rows.front()[5] = "ratio",
    rows.front()[6] = "p_value", rows.front()[11] = "test_rows";
  for (const TwoSampleResult& r : results) {
    std::optional<double> low, high;
    if (r.interval) low = r.interval->low, high = r.interval->high;
    rows.push_back({r.metric, text(r.value), text(r.value_error), text(r.floor), text(r.floor_error),
                    text(r.ratio), text(r.p_value), std::to_string(r.rows), std::to_string(r.repeats),
                    text(low), text(high), std::to_string(r.test_rows)});
  }
  return rows;
}

}  // namespace fm
