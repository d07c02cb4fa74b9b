#include "cli/cloud_report.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "cli/answer.h"
#include "cli/two_sample_text.h"
#include "core/error.h"
#include "core/text.h"

namespace fm {

namespace {

Json memorisation_json(const Memorisation& result) {
  return {{"value", result.value},
          {"floor", result.floor},
          {"p_value", result.p_value},
          {"low", result.low},
          {"high", result.high},
          {"ratio", result.ratio},
          {"copies", result.copies},
          {"copies_floor", result.copies_floor},
          {"samples", result.samples},
          {"rows", result.rows},
          {"permutations", result.permutations}};
}

Json marginal_json(const Marginal& column) {
  return {{"mean", column.mean},      {"reference_mean", column.reference_mean},
          {"std", column.std},        {"reference_std", column.reference_std},
          {"w1", column.w1},          {"ks", column.ks},
          {"p_value", column.p_value}};
}

void add_marginals(const CloudReport& report, Json& json) {
  const MarginalReport& marginals = *report.marginals;
  for (std::size_t d = 0; d < marginals.columns.size(); ++d)
    json["marginals"][report.columns[d]] = marginal_json(marginals.columns[d]);
  if (marginals.first == marginals.second) return;
  json["correlation"] = {{"largest_difference", marginals.largest_correlation_difference},
                         {"columns",
                          {report.columns[static_cast<std::size_t>(marginals.first)],
                           report.columns[static_cast<std::size_t>(marginals.second)]}}};
}

/// {name: {key: number}} of a report, looked up as conditions write it.
class ReportNumbers {
 public:
  explicit ReportNumbers(const CloudReport& report) {
    const Json json = report_json(report);
    for (const auto& [name, object] : json.items()) {
      if (name == "marginals")
        for (const auto& [column, numbers] : object.items()) add(name + "." + column, numbers);
      else
        add(name, object);
    }
    names_ = keys_of(groups_);
    for (const TwoSampleResult& result : report.metrics) {
      keys_[result.metric] = key_of(result.metric);
      names_.push_back(result.metric);
    }
  }

  /// Of groups, by their JSON keys and as --metric has them.
  const std::vector<std::string>& names() const { return names_; }

  double at(const std::string& name) {
    const std::size_t dot = name.rfind('.');
    std::string group = name, key = "value";
    if (!groups_.contains(name) && !keys_.contains(name)) {
      group = dot == std::string::npos ? without_name() : name.substr(0, dot);
      key = dot == std::string::npos ? name : name.substr(dot + 1);
    }
    if (const auto known = keys_.find(group); known != keys_.end()) group = known->second;
    if (key == "p") key = "p_value";
    if (!groups_.contains(group))
      throw usage_error(
          "condition-name", "--fail-if: nothing is called " + in_quotes(name) + " here",
          suggestion(name, keys_of(groups_)) + "; w2.floor, w2.p and w2.high are numbers of w2");
    const Json& numbers = groups_[group];
    if (!numbers.contains(key))
      throw usage_error("condition-name", "--fail-if: " + group + " has no " + in_quotes(key) + " here",
                        suggestion(key, keys_of(numbers)));
    last_ = group;
    return numbers[key].get<double>();
  }

 private:
  static std::vector<std::string> keys_of(const Json& object) {
    std::vector<std::string> keys;
    for (const auto& [key, value] : object.items()) keys.push_back(key);
    return keys;
  }

  void add(const std::string& name, const Json& object) {
    Json& group = groups_[name] = Json::object();
    for (const auto& [key, number] : object.items())
      if (number.is_number() && std::isfinite(number.get<double>())) group[key] = number;
  }

  /// What a number that stands alone is of.
  std::string without_name() const {
    return last_.empty() && groups_.size() == 1 ? groups_.begin().key() : last_;
  }

  Json groups_ = Json::object();
  std::map<std::string, std::string> keys_;  // of metrics by their names
  std::vector<std::string> names_;
  std::string last_;
};

}  // namespace

Json report_json(const CloudReport& report) {
  Json json = Json::object();
  for (const TwoSampleResult& result : report.metrics) json[key_of(result.metric)] = result_json(result);
  if (report.memorisation) json["memorisation"] = memorisation_json(*report.memorisation);
  if (report.marginals) add_marginals(report, json);
  return json;
}

Cells report_cells(const CloudReport& report, const std::string& file, bool for_people) {
  Cells rows = result_cells(report.metrics, for_people);
  if (report.memorisation) {
    const Memorisation& result = *report.memorisation;
    const auto text = [&](double number) { return cell(number, for_people); };
    rows.push_back({"memorisation", text(result.value), "", text(result.floor), "",
                    text(result.value / result.floor), text(result.p_value), std::to_string(result.rows), "1",
                    text(result.low), text(result.high), std::to_string(result.rows)});
  }
  if (file.empty()) return rows;
  for (auto& row : rows) row.insert(row.begin(), &row == &rows.front() ? "samples" : file);
  return rows;
}

Cells marginal_cells(const CloudReport& report, bool for_people) {
  Cells rows = {{"column", "mean", "reference", "std", "reference", "w1", "ks", "p"}};
  for (std::size_t d = 0; d < report.columns.size(); ++d) {
    const Marginal& column = report.marginals->columns[d];
    rows.push_back({report.columns[d]});
    for (const double number : {column.mean, column.reference_mean, column.std, column.reference_std,
                                column.w1, column.ks, column.p_value})
      rows.back().push_back(cell(number, for_people));
  }
  return rows;
}

CloudReport specimen_report(const std::vector<Metric>& metrics, const TwoSampleOptions& options,
                            bool with_memorisation, bool with_marginals,
                            const std::vector<std::string>& columns) {
  CloudReport report;
  report.columns = columns;
  for (const Metric& metric : metrics) {
    const bool unbiased = traits_of(metric).unbiased;
    TwoSampleResult& result = report.metrics.emplace_back();
    result.metric = label(metric, metrics);
    result.p_value = 1;
    if (options.bootstrap > 0) result.interval = Interval{};
    if (!unbiased) result.ratio = 1;
    if (!unbiased && options.repeats > 1) result.value_error = result.floor_error = 1;
  }
  if (with_memorisation) report.memorisation = Memorisation{};
  if (!with_marginals) return report;
  report.marginals = MarginalReport{};
  report.marginals->columns.resize(columns.size());
  report.marginals->second = std::min<Index>(1, static_cast<Index>(columns.size()) - 1);
  return report;
}

std::vector<std::string> conditions_met(const std::vector<std::string>& conditions,
                                        const CloudReport& report) {
  std::vector<std::string> met;
  for (const std::string& condition : conditions) {
    ReportNumbers numbers(report);
    const auto number = [&](const std::string& name) { return numbers.at(name); };
    if (holds(condition, number, numbers.names())) met.push_back(condition);
  }
  return met;
}

void check_conditions(const std::vector<std::string>& conditions, const CloudReport& specimen) {
  for (const std::string& condition : conditions) {
    ReportNumbers numbers(specimen);
    const auto unknown = [&](const std::string& name) {
      numbers.at(name);
      return std::numeric_limits<double>::quiet_NaN();
    };
    holds(condition, unknown, numbers.names());
  }
}

}  // namespace fm
