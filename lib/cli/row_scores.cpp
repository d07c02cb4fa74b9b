#include "cli/row_scores.h"

#include "cli/progress.h"
#include "flow/exact_field.h"

namespace fm {

namespace {

constexpr Index block_rows = 8192;

}  // namespace

bool scores_rows(const ScoringOptions& options) {
  return !options.model.empty() || !options.exact.empty() || !options.mixture.empty();
}

FieldOptions field_options(const ScoringOptions& options, const std::string& points,
                           const std::string& weight) {
  FieldOptions choice;
  choice.FieldChoice::operator=(options);
  choice.ConditionOptions::operator=(options);
  choice.points = points;
  choice.points_weight = weight;
  if (!options.exact.empty()) choice.weight = weight;
  choice.weight_may_miss = !options.exact.empty();
  return choice;
}

void settle_density(ScoringOptions& options, const ChosenField& chosen, const std::string& points) {
  if (chosen.exact && chosen.normal_source() && !chosen.field->domain().contains(1))
    throw numeric_error(
        "no-density",
        "at t = 1 the law of this exact field lies on points, or in a subspace, and has no "
        "density",
        !options.mixture.empty()
            ? "a covariance is singular: --scheduler lipman:sigma_min=0.1 ends with so much "
              "normal noise around it"
            : "--scheduler lipman:sigma_min=0.1 ends with so much normal noise around it, --path "
              "adaptive with less where rows are dense; or fit a law: fm-train --gaussians auto");
  const bool closed_form = chosen.exact && !options.log_density;
  if (closed_form && is_changed(options, &ScoringOptions::solver))
    throw usage_error("closed-form", "--solver has nothing to solve: the density has a closed form",
                      "--log-density exact follows the ODE instead");
  if (closed_form) return;
  if (!options.log_density) options.log_density = ExactDivergence{};
  if (const double end = chosen.field->domain().end; end < 1 && chosen.normal_source())
    throw numeric_error("no-density",
                        "the field is defined up to t = " + shortest(end) +
                            ": there is no density at t = 1, where rows are scored",
                        "near it: fm-sample " + points + " -m " + options.model +
                            (options.scheduler ? " --scheduler " + print_value(*options.scheduler) : "") +
                            " --times " + shortest(end) + ":0 --log-density");
  check_density(chosen, 1, 0);
}

namespace {

/// Log-densities of points x at t = 1, in coordinates.
DensitySolution densities(const ScoringOptions& options, const ChosenField& chosen, const Session& session,
                          const Points& x, std::int64_t first_row) {
  if (options.log_density)
    return solve_with_density(*chosen.field, options.solver, *options.log_density, session.seed, x, 1, 0,
                              first_row);
  DensitySolution solution{};
  solution.x = x;
  solution.log_density = log_densities(*chosen.exact, 1, x);
  return solution;
}

}  // namespace

RunningEstimate score(const ScoringOptions& options, const ChosenField& chosen, StartingPoints& start,
                      RowTable* table, std::vector<double>* kept, const Session& session) {
  Progress progress(session);
  RunningEstimate nats;
  for (Points x; start.next(x, block_rows);) {
    const DensitySolution solution = densities(options, chosen, session, x, start.row());
    check_finite_densities(solution.log_density, start.row());
    const Vector& weights = start.weights();
    for (Index n = 0; n < x.cols(); ++n)
      nats.add(solution.log_density(n) - log_volume(chosen.coordinates), weights.size() > 0 ? weights(n) : 1);
    if (kept) kept->insert(kept->end(), solution.log_density.begin(), solution.log_density.end());
    if (table) {
      const Points distances = table->nearest.distances(start.data());
      const Points densities = density_rows(solution, chosen, options.log_density_unit);
      Points rows(start.data().rows() + start.conditions().rows() + distances.rows() + densities.rows(),
                  x.cols());
      rows << start.data(), start.conditions(), distances, densities;
      table->writer.write(rows);
    }
    progress.rows(nats.count(), start.total());
  }
  return nats;
}

Vector densities_of_draws(const ScoringOptions& options, const ReadOptions& reading,
                          const ChosenField& chosen, const Session& session) {
  FieldOptions choice;
  choice.count = options.calibration;
  const std::uint64_t seed = ~session.seed;
  StartingPoints start(choice, chosen, reading, "1/1", seed, 0);
  Vector result(*options.calibration);
  Index done = 0;
  for (Points x; start.next(x, block_rows); done += x.cols()) {
    if (options.log_density) {
      result.segment(done, x.cols()) =
          solve_with_density(*chosen.field, options.solver, *options.log_density, seed, x, 0, 1, start.row())
              .log_density;
    } else {
      const Points ends = solve(*chosen.field, options.solver, x, 0, 1, start.row()).x;
      result.segment(done, x.cols()) = log_densities(*chosen.exact, 1, ends);
    }
  }
  return result;
}

}  // namespace fm
