#include "cli/density.h"

#include <cmath>
#include <numbers>

#include "core/error.h"

namespace fm {

double unit_factor(LogDensityUnit unit, Index dim) {
  return unit == LogDensityUnit::nats ? 1 : 1 / (std::numbers::ln2 * static_cast<double>(dim));
}

namespace {

/// The mean log-likelihood in a unit.
Estimate mean_in(LogDensityUnit unit, const RunningEstimate& nats, Index dim) {
  const Estimate mean = nats.estimate();
  const double factor = unit_factor(unit, dim);
  return {factor * mean.value, factor * mean.standard_error};
}

}  // namespace

Json likelihood_json(const RunningEstimate& nats, Index dim) {
  Json json = Json::object();
  for (const auto& [unit, name] : enum_names(LogDensityUnit{})) {
    const Estimate mean = mean_in(unit, nats, dim);
    json[key_of(name)] = mean.value;
    if (std::isfinite(mean.standard_error)) json[key_of(name) + "_error"] = mean.standard_error;
  }
  return json;
}

Cells likelihood_cells(const RunningEstimate& nats, Index dim, bool for_people) {
  Cells rows = {{"score", "unit", "value", for_people ? "+-" : "value_error", "rows"}};
  for (const auto& [unit, name] : enum_names(LogDensityUnit{})) {
    const Estimate mean = mean_in(unit, nats, dim);
    rows.push_back({"log_likelihood", name, cell(mean.value, for_people),
                    cell(mean.standard_error, for_people), std::to_string(nats.count())});
  }
  return rows;
}

void check_density_unit(const DensityOptions& options) {
  if (options.log_density || options.log_density_unit == DensityOptions().log_density_unit) return;
  throw usage_error("unit-alone",
                    "--log-density-unit says how log-densities are shown, and none are asked for",
                    "add --log-density");
}

void check_finite_densities(VectorIn log_density, std::int64_t first_row) {
  for (Index n = 0; n < log_density.size(); ++n)
    if (!std::isfinite(log_density(n)))
      throw numeric_error("non-finite-density",
                          "the log-density of row " + std::to_string(first_row + n + 1) +
                              " is not finite: it lies too far from where there is mass",
                          "leave that row out");
}

void check_density(const ChosenField& chosen, double t0, double t1) {
  if (!chosen.normal_source())
    throw usage_error("source-density",
                      "this model carries points of " + in_quotes(chosen.source) +
                          ", and a source given by its points has no density",
                      "log-densities need a model trained from a normal source: fm-train without --source");
  check_density_times(*chosen.field, t0, t1);
}

std::vector<std::string> density_columns(const Divergence& divergence) {
  if (std::holds_alternative<ExactDivergence>(divergence)) return {"log_density"};
  return {"log_density", "log_density_error"};
}

Points density_rows(const DensitySolution& solution, const ChosenField& chosen, LogDensityUnit unit) {
  const double factor = unit_factor(unit, chosen.field->path_rows());
  const Index values = solution.log_density.size() > 0, errors = solution.log_density_error.size() > 0;
  Points rows(values + errors, solution.x.cols());
  if (values > 0)
    rows.row(0) =
        factor * (solution.log_density.array() - log_volume(chosen.coordinates)).matrix().transpose();
  if (errors > 0) rows.row(1) = factor * solution.log_density_error.transpose();
  return rows;
}

}  // namespace fm
