// Log-densities as the tools ask for them and show them: options, units, columns.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "cli/field_choice.h"
#include "cli/result_format.h"
#include "core/json.h"
#include "core/numeric.h"
#include "ode/log_density.h"

namespace fm {

enum class LogDensityUnit {
  nats,                ///< log p
  bits_per_dimension,  ///< log2 p / D
};
constexpr auto enum_names(LogDensityUnit) {
  using enum LogDensityUnit;
  return std::array{std::pair{nats, "nats"}, std::pair{bits_per_dimension, "bits-per-dimension"}};
}

struct DensityOptions {
  std::optional<Divergence> log_density;
  LogDensityUnit log_density_unit = LogDensityUnit::nats;

  static constexpr auto fields() {
    using O = DensityOptions;
    constexpr auto group = "Log-density";
    return std::tuple{
        field("log_density", &O::log_density,
              "log-densities of points under the model, in data units, by the exact divergence of the field "
              "(when NAME is left out) or an estimate of it")
            .bare("exact")
            .in(group),
        field("log_density_unit", &O::log_density_unit, "nats, or bits for each column").in(group)};
  }
};

/// Throws usage error "unit-alone" if a unit is chosen and no log-density asked for.
void check_density_unit(const DensityOptions& options);

/// Nats times this are in that unit, for points of dimension D.
double unit_factor(LogDensityUnit unit, Index dim);

/// A mean log-likelihood, gathered in nats of points of dimension D in data units: {"nats", "nats_error",
/// "bits_per_dimension", "bits_per_dimension_error"}, without errors for a single point.
Json likelihood_json(const RunningEstimate& nats, Index dim);
/// The same as rows of score, unit, value, standard error, number of points.
Cells likelihood_cells(const RunningEstimate& nats, Index dim, bool for_people);

/// Throws numeric error "non-finite-density", naming the row (the first is row first_row + 1), unless all are
/// finite: beyond that the mean of them says nothing.
void check_finite_densities(VectorIn log_density, std::int64_t first_row);

/// Throws where the field has no density between t0 and t1: usage error "source-density" for a source that is
/// not normal, and the errors of check_density_times.
void check_density(const ChosenField& chosen, double t0, double t1);

/// Columns that density_rows() fills: log_density, and with estimates log_density_error.
std::vector<std::string> density_columns(const Divergence& divergence);

/// Log-densities in data units and the unit asked for, below them their standard errors if they have any: (1
/// or 2, N); no rows if the solution has none.
Points density_rows(const DensitySolution& solution, const ChosenField& chosen, LogDensityUnit unit);

}  // namespace fm
