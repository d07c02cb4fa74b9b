// Rows scored by their density under a model, an exact field or a mixture: what fm-eval does without a
// reference.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "cli/condition_choice.h"
#include "cli/density.h"
#include "cli/field_choice.h"
#include "cli/nearest_columns.h"
#include "core/numeric.h"
#include "io/table_writer.h"
#include "ode/solve.h"

namespace fm {

struct ScoringOptions : FieldChoice, DensityOptions, ConditionOptions {
  bool per_row = false;
  std::optional<std::int64_t> calibration;
  Solver solver = Dopri5{};

  static constexpr auto fields() {
    using O = ScoringOptions;
    constexpr auto group = "Log-density";
    return std::tuple_cat(
        std::tuple{
            field("model", &O::model, "score SAMPLES by their log-density under this model")
                .flag('m')
                .shown_as("FILE")
                .in(group),
            field("exact", &O::exact, "the same under the exact field of this data set")
                .shown_as("FILE")
                .in(group),
            field("mixture", &O::mixture,
                  "the same under the mixture of normal laws in this JSON file, by its closed form")
                .shown_as("FILE")
                .in(group),
            field("scheduler", &O::scheduler,
                  "path to follow: change of the model's own, or that of the exact field (default: cond-ot)")
                .in(group),
            field("path", &O::path, "path of the exact field to rows: affine or adaptive (default: affine)")
                .in(group),
            field(
                "calibration", &O::calibration,
                "also compare the log-densities of the rows with those of so many draws of the model: shares "
                "below their quantiles, and a Kolmogorov-Smirnov test",
                between(1, 1e7))
                .in(group),
            field("per_row", &O::per_row,
                  "write the rows, each with its distances to the nearest rows of --train and REFERENCE "
                  "and with its "
                  "log-density under the model, whichever are given, instead of the mean or the comparison")
                .in(group)},
        ConditionOptions::fields(), DensityOptions::fields(),
        std::tuple{field("solver", &O::solver, "ODE solver").in(group)});
  }
};

/// Whether there is anything to score rows by.
bool scores_rows(const ScoringOptions& options);

/// The choice of that field, with `points` to score. Both they and the rows of --exact may have the column
/// `weight`.
FieldOptions field_options(const ScoringOptions& options, const std::string& points,
                           const std::string& weight);

/// Settles how densities are found: by the closed form of an exact field, unless --log-density asks for the
/// way along the ODE. Throws numeric error "no-density" where there is none at t = 1 (the hint says how
/// `points`, a file, are scored near it), usage error "closed-form" for a solver that has nothing to solve,
/// and what check_density throws.
void settle_density(ScoringOptions& options, const ChosenField& chosen, const std::string& points);

/// Where rows are written, each with its distances and its log-density.
struct RowTable {
  TableWriter writer;
  NearestColumns nearest;
};

/// Log-densities of all rows, in data units, gathered by weight; those in coordinates are put behind `kept`
/// if there is one; and written row by row, behind the points, their conditions and their distances, if there
/// is a table. Options are settled.
RunningEstimate score(const ScoringOptions& options, const ChosenField& chosen, StartingPoints& start,
                      RowTable* table, std::vector<double>* kept, const Session& session);

/// Log-densities, in coordinates, of options.calibration draws of the field itself at t = 1. They are others
/// than fm-sample draws under the same seed. Options are settled; the field has no conditions.
Vector densities_of_draws(const ScoringOptions& options, const ReadOptions& reading,
                          const ChosenField& chosen, const Session& session);

}  // namespace fm
